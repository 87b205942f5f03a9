"""The rows of the diary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from cisterna.clinic.database.tables import appointment
from cisterna.errors import NotFoundError

__all__ = ["BOOKED", "CALLED_OFF", "KEPT", "Visit", "change", "insert_visit", "visit_of", "visits_of"]

BOOKED, KEPT, CALLED_OFF = "booked", "kept", "called-off"
"""What may have become of a visit."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit of the diary; ``reason`` is why it lies where it needed one, or why it was called off."""

    id: str
    patient_id: str
    kind: str
    at_us: int
    with_whom: str
    state: str
    reason: str
    version: int

    def told(self) -> dict[str, object]:
        """The visit as the audit keeps it."""
        return {
            "kind": self.kind,
            "at_us": self.at_us,
            "with": self.with_whom,
            "state": self.state,
            "reason": self.reason,
        }


def visits_of(connection: Connection, patient_id: str) -> tuple[Visit, ...]:
    """The visits of a patient, the first one first."""
    rows = connection.execute(
        select(appointment).where(appointment.c.patient_id == patient_id).order_by(appointment.c.at_us)
    )
    return tuple(_visit(row) for row in rows)


def visit_of(connection: Connection, patient_id: str, visit_id: str, *, for_change: bool = False) -> Visit:
    """One visit of a patient; :class:`~cisterna.errors.NotFoundError` where there is none."""
    wanted = select(appointment).where(appointment.c.id == visit_id, appointment.c.patient_id == patient_id)
    row = connection.execute(wanted.with_for_update() if for_change else wanted).one_or_none()
    if row is None:
        raise NotFoundError("There is no such visit of this patient. Look at the patient's appointments.")
    return _visit(row)


def _visit(row: Any) -> Visit:
    return Visit(**row._mapping)  # noqa: SLF001  the documented way to the names of a row


def insert_visit(connection: Connection, visit: Visit) -> None:
    """A new visit."""
    connection.execute(insert(appointment).values(**vars(visit)))


def change(connection: Connection, visit: Visit) -> None:
    """Write a visit as it is now."""
    connection.execute(update(appointment).where(appointment.c.id == visit.id).values(**vars(visit)))
