"""What a route of the editor reads: the sheet that was sent, the record, what was prepared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cisterna.clinic.database import Unit
from cisterna.clinic.editor.answers import look
from cisterna.clinic.editor.asking import Asked, Kept
from cisterna.clinic.editor.edits import Edit, edited
from cisterna.clinic.editor.forms import Sheet
from cisterna.clinic.record import PatientRow, Record, record_of
from cisterna.clinic.web.desk import Desk
from cisterna.errors import Fault, InputError
from cisterna.instants import US_PER_DAY, instant_us, utc

if TYPE_CHECKING:  # NumPy only where it is needed
    from cisterna.course.preview import Prepared

__all__ = ["Looked", "looked", "read", "sheet_of"]

_KEPT = Kept()
_DIGITS_OF_AN_INSTANT = 17


def sheet_of(desk: Desk, zone: ZoneInfo, typed: Mapping[str, str]) -> Sheet:
    """The sheet of a form; its program would be set when the page was opened, today at the earliest."""
    text = typed.get("opened_us", "")
    is_whole = text.isascii() and text.isdigit() and len(text) <= _DIGITS_OF_AN_INSTANT
    opened_us = int(text) if is_whole else 0
    is_fresh = desk.now_us - US_PER_DAY < opened_us <= desk.now_us
    return Sheet(typed=typed, at=utc(opened_us if is_fresh else desk.now_us), zone=zone)


def read(desk: Desk, patient_id: str) -> tuple[PatientRow, Record]:
    """The record, for an answer that writes nothing: the page that asks was audited when it was opened."""
    with desk.database.reading() as connection:
        return record_of(Unit(connection=connection, actor=desk.actor, at_us=desk.now_us), patient_id)


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was found for a form: the sheet after its edit, what was prepared, what its program does."""

    sheet: Sheet
    asked: Asked | None
    edit: Edit
    facts: dict[str, Any] | None
    faults: tuple[Fault, ...]


def looked(
    desk: Desk, row: PatientRow, record: Record, typed: Mapping[str, str], *, curves_alone: bool = False
) -> Looked:
    """What a form asks for; at the mode stands why a record cannot be gone on with."""
    zone = record.therapy.zone
    before = sheet_of(desk, zone, typed)
    asked: Asked | None = None
    facts: dict[str, Any] | None = None
    faults: tuple[Fault, ...] = ()
    try:
        asked = _asked_of(desk, row, record, before)
    except InputError as error:
        faults = tuple(fault.at("mode") for fault in error.faults)
    edit = edited(before, record.therapy, asked)
    sheet = sheet_of(desk, zone, edit.texts)
    if asked is not None:
        facts, faults = look(sheet, asked, curves_alone=curves_alone)
    return Looked(sheet=sheet, asked=asked, edit=edit, facts=facts, faults=(*edit.faults, *faults))


def _asked_of(desk: Desk, row: PatientRow, record: Record, sheet: Sheet) -> Asked:
    """What is prepared for the record as it stands, the choices of the site, and the instant of the sheet.

    Raises :class:`~cisterna.errors.InputError` where the record cannot be gone on with.
    """
    choices, words = desk.choices, tuple(sorted(desk.choices.words.items()))
    site = (tuple(sorted(choices.parameters.items())), words)

    def make() -> Prepared:
        from cisterna.course.preview import prepare  # noqa: PLC0415  NumPy only where it is needed

        return prepare(
            record.therapy, sheet.at, takes_typical=sheet.takes_typical, site=choices.limits,
            refill_cap_days=choices.refill_cap_days, worst_case_drives=choices.worst_case_drives,
        )  # fmt: skip

    return _KEPT.of((row.id, row.head_hash, site, instant_us(sheet.at), sheet.takes_typical), make)
