"""Reading the audit: by patient, account, action, time and words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from cisterna.clinic.database.tables import audit, chain
from cisterna.clinic.database.words import each_word

__all__ = ["Entry", "Head", "Query", "head", "search"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the audit; ``detail`` holds old and new values."""

    seq: int
    at_us: int
    account_id: str | None
    account_name: str
    action: str
    patient_id: str | None
    subject: str
    detail: dict[str, Any]
    hash: str


@dataclass(frozen=True, kw_only=True)
class Query:
    """What to look for; what is ``None`` is not asked for. ``before_seq`` pages backwards."""

    patient_id: str | None = None
    account_id: str | None = None
    action: str | None = None
    from_us: int | None = None
    until_us: int | None = None
    words: str = ""
    before_seq: int | None = None
    most: int = 100


@dataclass(frozen=True, kw_only=True)
class Head:
    """The end of the chain; kept elsewhere, it shows that no tail was cut off."""

    seq: int
    hash: str = field(default="")


def head(connection: Connection) -> Head:
    """The last entry's place and hash."""
    row = connection.execute(select(chain.c.seq, chain.c.hash).where(chain.c.name == "audit")).one()
    return Head(seq=row.seq, hash=row.hash)


def search(connection: Connection, query: Query) -> tuple[Entry, ...]:
    """The entries that ``query`` asks for, the newest first."""
    rows = connection.execute(_selected(query).order_by(audit.c.seq.desc()).limit(query.most))
    return tuple(_entry(row) for row in rows)


def _selected(query: Query) -> Select[Any]:
    wanted = select(audit)
    for column, value in (
        (audit.c.patient_id, query.patient_id),
        (audit.c.account_id, query.account_id),
        (audit.c.action, query.action),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    if query.from_us is not None:
        wanted = wanted.where(audit.c.at_us >= query.from_us)
    if query.until_us is not None:
        wanted = wanted.where(audit.c.at_us < query.until_us)
    if query.before_seq is not None:
        wanted = wanted.where(audit.c.seq < query.before_seq)
    return wanted.where(*each_word(query.words, audit.c.subject, audit.c.detail, audit.c.account_name))


def _entry(row: Row[Any]) -> Entry:
    values = dict(row._mapping)  # noqa: SLF001  the documented way to the names of a row
    values.pop("previous_hash")
    return Entry(**{**values, "detail": json.loads(values["detail"])})
