"""Whether everything is whole: the database itself, the audit, the records, and each against the other."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from cisterna.clinic.audit import Finding, head, verify_audit
from cisterna.clinic.audit.search import Head
from cisterna.clinic.database.tables import patient, record
from cisterna.clinic.keeping.against_audit import held_against_audit
from cisterna.clinic.record import verify_records

__all__ = ["Report", "check_whole"]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was looked at and what is wrong with it; whole where ``findings`` is empty."""

    patients: int
    record_entries: int
    audit_entries: int
    head: Head
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def check_whole(connection: Connection, kept: Head | None = None) -> Report:
    """Look at everything in one consistent state; ``kept`` is a head of the audit, exported before."""
    findings = (
        *_database(connection),
        *verify_audit(connection, kept),
        *verify_records(connection),
        *held_against_audit(connection),
    )
    last = head(connection)
    return Report(
        patients=_count(connection, patient),
        record_entries=_count(connection, record),
        audit_entries=last.seq,
        head=last,
        findings=findings,
    )


def _count(connection: Connection, table: object) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def _database(connection: Connection) -> tuple[Finding, ...]:
    """What the database says of its own pages and foreign keys; PostgreSQL checks these itself."""
    if connection.dialect.name != "sqlite":
        return ()
    said = [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    orphans = connection.execute(text("PRAGMA foreign_key_check"))
    said += [f"a row of {row[0]} names a row that is not there" for row in orphans]
    return tuple(Finding(chain="database", place=0, text=words) for words in said)
