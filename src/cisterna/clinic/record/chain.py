"""Whether the records are whole: every entry as it was written, in its place, up to the head."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from cisterna.clinic.audit.verify import Finding
from cisterna.clinic.database.hashing import FIRST
from cisterna.clinic.database.tables import patient, record
from cisterna.clinic.record.entries import Entry

__all__ = ["verify_records"]

_CHUNK = 5_000


def verify_records(connection: Connection) -> tuple[Finding, ...]:
    """Everything that is wrong with the chains of all patients; empty where they are whole."""
    heads = {row.id: row for row in connection.execute(select(patient))}
    rows = connection.execute(
        select(record).order_by(record.c.patient_id, record.c.seq), execution_options={"yield_per": _CHUNK}
    )
    findings: list[Finding] = []
    seen = set()
    for patient_id, group in groupby(rows, key=lambda row: row.patient_id):
        seen.add(patient_id)
        findings.extend(_of_one(patient_id, group, heads.get(patient_id)))
    findings.extend(
        _wrong(patient_id, 0, f"every entry is missing; the head counts {row.entries}")
        for patient_id, row in heads.items()
        if patient_id not in seen and row.entries
    )
    return tuple(findings)


def _of_one(patient_id: str, rows: Any, head: Any) -> Iterator[Finding]:
    previous, expected = FIRST, 1
    for row in rows:
        entry = Entry(**row._mapping)  # noqa: SLF001  the documented way to the names of a row
        if entry.seq != expected:
            yield _wrong(patient_id, expected, f"missing: entry {entry.seq} follows entry {expected - 1}")
        if entry.previous_hash != previous:
            yield _wrong(patient_id, entry.seq, "does not follow the entry before it")
        if entry.linked() != entry.hash:
            yield _wrong(
                patient_id, entry.seq, "altered: its content is not what was hashed when it was written"
            )
        previous, expected = entry.hash, entry.seq + 1
    if head is None:
        yield _wrong(patient_id, expected - 1, "belongs to no patient")
    elif (head.entries, head.head_hash) != (expected - 1, previous):
        yield _wrong(
            patient_id,
            head.entries,
            f"the head counts {head.entries} entries, but the last is {expected - 1}",
        )


def _wrong(patient_id: str, place: int, text: str) -> Finding:
    return Finding(chain=f"record {patient_id}", place=place, text=text)
