"""One unit of work: a transaction, who acts in it, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, text, update

from cisterna.clinic.database import tables
from cisterna.clinic.database.hashing import FIRST, canonical, linked

__all__ = ["NOBODY", "Actor", "Unit"]

AUDIT = "audit"
"""The name of the audit's chain."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: an account, or the program itself (without ``account_id``)."""

    name: str
    account_id: str | None = None
    role: str | None = None


_AUDITED = ("seq", "at_us", "account_id", "account_name", "action", "patient_id", "subject", "detail")
NOBODY = Actor(name="nobody logged in")
"""A visitor without a session."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """Everything that happens in one transaction; services take it and never commit.

    ``at_us`` is the instant of the whole unit.
    """

    connection: Connection = field(repr=False)
    actor: Actor
    at_us: int

    def alone_with(self, *names: str) -> None:
        """Wait until no other transaction holds one of ``names``, and hold them until this one ends.

        For what is counted before it is written. Everywhere the names are given in the same order. SQLite
        has one writer at a time; PostgreSQL is asked for a lock of each name, whichever server asks.
        """
        if self.connection.dialect.name == "postgresql":
            for name in names:
                self.connection.execute(
                    text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name}
                )

    def audit(
        self,
        action: str,
        detail: Mapping[str, object] | None = None,
        *,
        patient_id: str | None = None,
        subject: str = "",
    ) -> None:
        """Append what was done to the audit chain, in this transaction.

        ``detail`` holds old and new values as plain values; no password, token or secret may be in it.
        """
        self.audit_all(action, [(subject, detail or {})], patient_id=patient_id)

    def audit_all(
        self,
        action: str,
        of: Sequence[tuple[str, Mapping[str, object]]],
        *,
        patient_id: str | None = None,
    ) -> None:
        """Append one entry for each subject and detail of ``of``, in their order, as :meth:`audit` does."""
        seq, previous = self._lock_head()
        rows = []
        for place, (subject, detail) in enumerate(of, start=seq + 1):
            content = (
                place,
                self.at_us,
                self.actor.account_id,
                self.actor.name,
                action,
                patient_id,
                subject,
                canonical(detail),
            )
            row = dict(zip(_AUDITED, content, strict=True), previous_hash=previous)
            previous = linked(previous, *content)
            rows.append({**row, "hash": previous})
        if not rows:
            return
        self.connection.execute(insert(tables.audit), rows)
        self.connection.execute(
            update(tables.chain)
            .where(tables.chain.c.name == AUDIT)
            .values(seq=seq + len(rows), hash=previous)
        )

    def _lock_head(self) -> tuple[int, str]:
        """The last entry of the audit; its row is locked until the transaction ends."""
        head = select(tables.chain.c.seq, tables.chain.c.hash).where(tables.chain.c.name == AUDIT)
        row = self.connection.execute(head.with_for_update()).one_or_none()
        return (0, FIRST) if row is None else (row.seq, row.hash)

    def detail_of(self, before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
        """Old and new of the keys that differ, as the audit keeps a change."""
        return {
            key: {"old": before.get(key), "new": after.get(key)}
            for key in sorted({*before, *after})
            if before.get(key) != after.get(key)
        }
