"""The rows of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from cisterna.care.devices import Device
from cisterna.clinic.database.tables import device, patient
from cisterna.clinic.database.words import each_word
from cisterna.clinic.projection.codec import from_text

__all__ = ["Held", "Wanted", "count_devices", "find_devices"]


@dataclass(frozen=True, kw_only=True)
class Held:
    """A device and the patient who has or had it."""

    patient_id: str
    number: str
    family_name: str
    given_name: str
    device: Device


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to look for: words that all must occur in model, serial, lot or UDI.

    ``in_place`` leaves out what was taken out.
    """

    words: str = ""
    role: str = ""
    in_place: bool = False


def count_devices(connection: Connection, wanted: Wanted) -> int:
    """How many devices answer to ``wanted``."""
    counted = select(func.count()).select_from(device).where(*_conditions(wanted))
    return int(connection.execute(counted).scalar_one())


def find_devices(
    connection: Connection, wanted: Wanted, *, offset: int = 0, most: int = 100
) -> tuple[Held, ...]:
    """The devices that answer to ``wanted``, the newest implant first."""
    rows = connection.execute(
        select(
            device.c.patient_id,
            patient.c.number,
            patient.c.family_name,
            patient.c.given_name,
            device.c.facts,
        )
        .join_from(device, patient, patient.c.id == device.c.patient_id)
        .where(*_conditions(wanted))
        .order_by(device.c.since_us.desc(), device.c.patient_id, device.c.place)
        .offset(offset)
        .limit(most)
    )
    return tuple(
        Held(
            patient_id=row.patient_id,
            number=row.number,
            family_name=row.family_name,
            given_name=row.given_name,
            device=from_text(row.facts, Device),
        )
        for row in rows
    )


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    yield from each_word(wanted.words, device.c.model, device.c.serial, device.c.lot, device.c.facts)
    if wanted.role:
        yield device.c.role == wanted.role
    if wanted.in_place:
        yield device.c.until_us.is_(None)
