"""The rows of visits, of what was saved of their steps, and of what is booked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from cisterna.clinic.database.tables import appointment, visit, visit_step
from cisterna.clinic.visits.case import SavedStep, VisitRow
from cisterna.errors import NotFoundError

__all__ = [
    "insert_step",
    "insert_visit",
    "next_booked_us",
    "set_visit",
    "steps_of",
    "visit_row",
    "visits_of",
]


def visit_row(connection: Connection, visit_id: str, *, for_change: bool = False) -> VisitRow:
    """The visit with this id, locked where it will be changed.

    Raises :class:`~cisterna.errors.NotFoundError` where there is none.
    """
    wanted = select(visit).where(visit.c.id == visit_id)
    row = connection.execute(wanted.with_for_update() if for_change else wanted).one_or_none()
    if row is None:
        raise NotFoundError("There is no such visit. Open it from the patient's page.")
    return VisitRow(**row._mapping)  # noqa: SLF001  the documented way to the names of a row


def visits_of(connection: Connection, patient_id: str, kind: str) -> tuple[VisitRow, ...]:
    """The visits of a kind, the last opened first."""
    wanted = (
        select(visit)
        .where(visit.c.patient_id == patient_id, visit.c.kind == kind)
        .order_by(visit.c.opened_us.desc())
    )
    return tuple(VisitRow(**row._mapping) for row in connection.execute(wanted))  # noqa: SLF001


def insert_visit(connection: Connection, row: VisitRow) -> None:
    """A new visit."""
    connection.execute(insert(visit).values(**row.__dict__))


def set_visit(connection: Connection, visit_id: str, **values: Any) -> None:
    """Another state, or another length of the record that was looked at."""
    connection.execute(update(visit).where(visit.c.id == visit_id).values(**values))


def steps_of(connection: Connection, visit_id: str) -> dict[str, SavedStep]:
    """What was last saved of each step."""
    rows = connection.execute(
        select(visit_step).where(visit_step.c.visit_id == visit_id).order_by(visit_step.c.place)
    )
    return {row.step: SavedStep.of(row) for row in rows}


def insert_step(connection: Connection, visit_id: str, held: SavedStep) -> SavedStep:
    """Append what was saved of a step; the visit's row is locked by the caller."""
    last = connection.execute(
        select(func.max(visit_step.c.place)).where(visit_step.c.visit_id == visit_id)
    ).scalar()
    place = (last or 0) + 1
    connection.execute(
        insert(visit_step).values(
            visit_id=visit_id, place=place, step=held.step, data=held.data(), saved_us=held.saved_us,
            account_id=held.account_id, saved_by=held.saved_by,
        )
    )  # fmt: skip
    return SavedStep(**{**held.__dict__, "place": place})


def next_booked_us(connection: Connection, patient_id: str, kind: str, from_us: int) -> int | None:
    """The first booked visit of a kind from an instant on."""
    wanted = select(func.min(appointment.c.at_us)).where(
        appointment.c.patient_id == patient_id, appointment.c.kind == kind, appointment.c.state == "booked",
        appointment.c.at_us >= from_us,
    )  # fmt: skip
    return connection.execute(wanted).scalar()
