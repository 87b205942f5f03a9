"""The append-only tables held against the audit: every row has its entry, and every entry its row.

The chains show what was altered inside them. Whoever can write to the database could also cut the tail of a
record and set its head back, or add a row to a table without a chain; the audit, written in the same
transaction, still tells what there was.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from cisterna.clinic.audit import Finding
from cisterna.clinic.database.tables import (
    audit,
    break_glass,
    confirmation,
    document,
    recall,
    recall_patient,
    record,
    visit_step,
)

__all__ = ["held_against_audit"]

_CHUNK = 5_000
_OF_STEPS = ("save-step", "finish-step", "second-check")
"""What the audit calls the rows of a visit's steps."""


def held_against_audit(connection: Connection) -> Iterator[Finding]:
    """Each row without its entry of the audit, and each entry without its row."""
    yield from _compared("record", _records(connection), _told(connection, "record", "hash"))
    yield from _compared("confirmation", _confirmations(connection), _told(connection, "confirm-program"))
    yield from _compared("document", _documents(connection), _told(connection, "add-document", "sha256"))
    yield from _compared("break_glass", _broken(connection), _told_broken(connection))
    yield from _compared("recall", _recalls(connection), _told(connection, "open-recall"))
    yield from _compared(
        "recall_patient", _answers(connection), _told(connection, "answer-recall", "outcome")
    )
    yield from _steps(connection)


def _compared(table: str, rows: Iterable[Any], told: Iterable[Any]) -> Iterator[Finding]:
    held, audited = Counter(rows), Counter(told)
    for row, count in (held - audited).items():
        yield _wrong(table, f"{_names(row)} stands there {count} more than the audit tells")
    for row, count in (audited - held).items():
        yield _wrong(table, f"{_names(row)} is missing {count}, although the audit tells of it")


def _names(row: tuple[Any, ...]) -> str:
    return " ".join(str(part) for part in row[:2])


def _rows(connection: Connection, wanted: Select[Any]) -> Iterator[Row[Any]]:
    return iter(connection.execute(wanted, execution_options={"yield_per": _CHUNK}))


def _told(connection: Connection, action: str, key: str = "") -> Iterator[tuple[Any, ...]]:
    """Patient and subject of the entries of an action, with one value of their detail where asked for."""
    wanted = select(audit.c.patient_id, audit.c.subject, audit.c.detail).where(audit.c.action == action)
    for row in _rows(connection, wanted):
        yield (row.patient_id, row.subject, json.loads(row.detail).get(key) if key else None)


def _records(connection: Connection) -> Iterator[tuple[Any, ...]]:
    wanted = select(record.c.patient_id, record.c.event_id, record.c.hash)
    return (tuple(row) for row in _rows(connection, wanted))


def _confirmations(connection: Connection) -> Iterator[tuple[Any, ...]]:
    wanted = select(confirmation.c.patient_id, confirmation.c.event_id)
    return ((row.patient_id, row.event_id, None) for row in _rows(connection, wanted))


def _documents(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """Each document with the hash of what it holds now."""
    ids = connection.execute(select(document.c.id, document.c.patient_id)).all()
    for row in ids:
        content = connection.execute(select(document.c.content).where(document.c.id == row.id)).scalar_one()
        yield (row.patient_id, row.id, sha256(content).hexdigest())


def _recalls(connection: Connection) -> Iterator[tuple[Any, ...]]:
    return ((None, row.id, None) for row in _rows(connection, select(recall.c.id)))


def _answers(connection: Connection) -> Iterator[tuple[Any, ...]]:
    wanted = select(recall_patient.c.patient_id, recall_patient.c.recall_id, recall_patient.c.outcome)
    return (tuple(row) for row in _rows(connection, wanted))


def _broken(connection: Connection) -> Iterator[tuple[Any, ...]]:
    wanted = select(break_glass.c.patient_id, break_glass.c.account_id, break_glass.c.until_us)
    return (tuple(row) for row in _rows(connection, wanted))


def _told_broken(connection: Connection) -> Iterator[tuple[Any, ...]]:
    wanted = select(audit.c.patient_id, audit.c.account_id, audit.c.detail)
    for row in _rows(connection, wanted.where(audit.c.action == "break-glass")):
        yield (row.patient_id, row.account_id, json.loads(row.detail)["until_us"])


def _steps(connection: Connection) -> Iterator[Finding]:
    """Each save of a step of a visit is one entry."""
    rows = connection.execute(select(visit_step.c.visit_id, func.count()).group_by(visit_step.c.visit_id))
    told = connection.execute(
        select(audit.c.subject, func.count()).where(audit.c.action.in_(_OF_STEPS)).group_by(audit.c.subject)
    )
    held, audited = dict(map(tuple, rows)), dict(map(tuple, told))
    for visit in sorted({*held, *audited}):
        if held.get(visit, 0) != audited.get(visit, 0):
            counts = f"{held.get(visit, 0)} saves, while the audit tells of {audited.get(visit, 0)}"
            yield _wrong("visit_step", f"the visit {visit} has {counts}")


def _wrong(table: str, text: str) -> Finding:
    return Finding(chain=table, place=0, text=text)
