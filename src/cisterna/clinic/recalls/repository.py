"""The rows of recalls: notices, what was done, and the devices that a notice touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select

from cisterna.care.devices import Device
from cisterna.care.need_case import OpenRecall
from cisterna.clinic.database.tables import device, patient, recall, recall_patient
from cisterna.clinic.projection.codec import from_text, to_text
from cisterna.clinic.recalls.criteria import Criteria, Touch
from cisterna.errors import NotFoundError

__all__ = [
    "WITHDRAWN", "Answer", "Recall", "Touched", "answers_of", "insert_answer", "insert_recall",
    "open_recalls", "recall_row", "recalls", "touched",
]  # fmt: skip

WITHDRAWN = "withdrawn"
"""The outcome that ends a recall as a whole."""


@dataclass(frozen=True, kw_only=True)
class Recall:
    """A maker's notice as it was opened: ``until`` is the day to answer by."""

    id: str
    title: str
    notice: str
    criteria: Criteria
    until: date
    opened_us: int
    opened_by: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was done for a patient, when, by whom; ``patient_id`` is ``None`` for the recall as a whole."""

    patient_id: str | None
    outcome: str
    words: str
    at_us: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Touched:
    """A device that a notice touches, with its patient."""

    patient_id: str
    number: str
    family_name: str
    given_name: str
    device: Device
    touch: Touch


def recalls(connection: Connection) -> tuple[Recall, ...]:
    """Every notice, the last first."""
    rows = connection.execute(select(recall).order_by(recall.c.opened_us.desc(), recall.c.id))
    return tuple(_recall(row._mapping) for row in rows)  # noqa: SLF001  the documented way to the names


def recall_row(connection: Connection, recall_id: str, *, for_change: bool = False) -> Recall:
    """One notice; :class:`~cisterna.errors.NotFoundError` where there is none."""
    wanted = select(recall).where(recall.c.id == recall_id)
    row = connection.execute(wanted.with_for_update() if for_change else wanted).one_or_none()
    if row is None:
        raise NotFoundError("There is no such recall. Open it from the list of recalls.")
    return _recall(row._mapping)  # noqa: SLF001


def _recall(row: object) -> Recall:
    values = dict(row)  # type: ignore[call-overload]
    criteria = from_text(values.pop("criteria"), Criteria)
    until = date.fromisoformat(values.pop("until"))
    return Recall(**values, criteria=criteria, until=until)


def insert_recall(connection: Connection, row: Recall) -> None:
    """A new notice."""
    values = {**vars(row), "criteria": to_text(row.criteria), "until": row.until.isoformat()}
    connection.execute(insert(recall).values(**values))


def answers_of(connection: Connection, recall_id: str) -> tuple[Answer, ...]:
    """What was done so far, the first first."""
    rows = connection.execute(
        select(recall_patient).where(recall_patient.c.recall_id == recall_id).order_by(recall_patient.c.place)
    )
    return tuple(
        Answer(
            patient_id=row.patient_id, outcome=row.outcome, words=row.words, at_us=row.at_us, name=row.name
        )
        for row in rows
    )


def insert_answer(connection: Connection, recall_id: str, account_id: str, answer: Answer) -> None:
    """Append what was done; the row of the recall is locked by the caller."""
    last = connection.execute(
        select(func.max(recall_patient.c.place)).where(recall_patient.c.recall_id == recall_id)
    ).scalar()
    connection.execute(
        insert(recall_patient).values(
            recall_id=recall_id, place=(last or 0) + 1, account_id=account_id, **vars(answer)
        )
    )


def touched(connection: Connection, criteria: Criteria, zone: ZoneInfo) -> tuple[Touched, ...]:
    """The devices that a notice touches, or may touch, by the patient's number."""
    wanted = (
        select(
            device.c.patient_id,
            patient.c.number,
            patient.c.family_name,
            patient.c.given_name,
            device.c.facts,
        )
        .join_from(device, patient, patient.c.id == device.c.patient_id)
        .order_by(patient.c.number, device.c.place)
    )
    if criteria.role:
        wanted = wanted.where(device.c.role == criteria.role)
    if criteria.models:
        wanted = wanted.where(device.c.model.in_(criteria.models))
    return tuple(_touched(connection.execute(wanted), criteria, zone))


def _touched(rows: Iterable[object], criteria: Criteria, zone: ZoneInfo) -> Iterator[Touched]:
    for row in rows:
        held = from_text(row.facts, Device)  # type: ignore[attr-defined]
        touch = criteria.touch(held, zone)
        if touch is not None:
            yield Touched(
                patient_id=row.patient_id,  # type: ignore[attr-defined]
                number=row.number,  # type: ignore[attr-defined]
                family_name=row.family_name,  # type: ignore[attr-defined]
                given_name=row.given_name,  # type: ignore[attr-defined]
                device=held,
                touch=touch,
            )


def open_recalls(
    connection: Connection, patient_id: str, devices: Iterable[Device], zone: ZoneInfo
) -> tuple[OpenRecall, ...]:
    """The recalls that touch a patient and that nobody answered for this patient yet."""
    held, found = tuple(devices), recalls(connection)
    if not found or not held:
        return ()
    ended = select(recall_patient.c.recall_id).where(
        (recall_patient.c.patient_id == patient_id) | recall_patient.c.patient_id.is_(None)
    )
    answered = set(connection.execute(ended).scalars())
    return tuple(
        OpenRecall(id=one.id, title=one.title, notice=one.notice, until=one.until)
        for one in reversed(found)
        if one.id not in answered and any(one.criteria.touch(each, zone) for each in held)
    )
