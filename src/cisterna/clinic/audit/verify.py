"""Whether the audit is whole: every entry where it was, as it was, and followed by the right one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from cisterna.clinic.audit.search import Head, head
from cisterna.clinic.database.hashing import FIRST, linked
from cisterna.clinic.database.tables import audit

__all__ = ["Finding", "verify_audit"]

_CHUNK = 5_000


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong with a chain, in a sentence; ``place`` says where."""

    chain: str
    place: int
    text: str

    def __str__(self) -> str:
        return f"{self.chain}, entry {self.place}: {self.text}"


def verify_audit(connection: Connection, kept: Head | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong with the audit; empty where it is whole.

    ``kept`` is a head that was exported before: an entry of its place must still have its hash.
    """
    return tuple(_findings(connection, kept))


def _findings(connection: Connection, kept: Head | None) -> Iterator[Finding]:
    previous, expected, seen = FIRST, 1, None
    rows = connection.execute(select(audit).order_by(audit.c.seq), execution_options={"yield_per": _CHUNK})
    for row in rows:
        if row.seq != expected:
            yield _wrong(expected, f"missing: entry {row.seq} follows entry {expected - 1}")
        if row.previous_hash != previous:
            yield _wrong(
                row.seq, "does not follow the entry before it: one was altered, removed or reordered"
            )
        content = (
            row.seq,
            row.at_us,
            row.account_id,
            row.account_name,
            row.action,
            row.patient_id,
            row.subject,
            row.detail,
        )
        if linked(row.previous_hash, *content) != row.hash:
            yield _wrong(row.seq, "altered: its content is not what was hashed when it was written")
        if kept is not None and row.seq == kept.seq:
            seen = row.hash
        previous, expected = row.hash, row.seq + 1
    yield from _at_the_end(head(connection), expected - 1, previous)
    if kept is not None and kept.seq and seen != kept.hash:
        lost = (
            "is missing: the tail was cut off" if seen is None else "has another hash now: it was rewritten"
        )
        yield _wrong(kept.seq, f"the entry of the head that was kept {lost}")


def _at_the_end(recorded: Head, last: int, last_hash: str) -> Iterator[Finding]:
    if (recorded.seq, recorded.hash) != (last, last_hash):
        yield _wrong(
            recorded.seq,
            f"the head says that this is the last entry, but the last one is {last}: a tail was cut off",
        )


def _wrong(place: int, text: str) -> Finding:
    return Finding(chain="audit", place=place, text=text)
