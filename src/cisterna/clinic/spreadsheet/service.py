"""Trying a spreadsheet without writing, and importing it: every row, or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import patient
from cisterna.clinic.record import add_patient
from cisterna.clinic.spreadsheet.matching import FIELDS, Matching, keep
from cisterna.clinic.spreadsheet.reading import Sheet
from cisterna.clinic.spreadsheet.rows import NewPatient, patient_of
from cisterna.errors import Fault, InputError

__all__ = ["RowFault", "Trial", "import_sheet", "tried"]


@dataclass(frozen=True, kw_only=True)
class RowFault:
    """What is wrong in one cell: the ``row`` as the spreadsheet counts it, its ``column``, and the fault."""

    row: int
    column: str
    fault: Fault


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What an import would do: the ``patients`` that are right, and every fault of the others."""

    patients: tuple[NewPatient, ...]
    faults: tuple[RowFault, ...]

    @property
    def faulty_rows(self) -> int:
        """How many rows have a fault."""
        return len({each.row for each in self.faults})


def tried(connection: Connection, sheet: Sheet, matching: Matching, *, today: date, zone: ZoneInfo) -> Trial:
    """Read every row; nothing is written.

    Raises :class:`~cisterna.errors.InputError` where the matching itself is wrong.
    """
    matching.check(sheet)
    here = set(connection.execute(select(patient.c.number)).scalars())
    patients: list[NewPatient] = []
    faults: list[RowFault] = []
    first: dict[str, int] = {}
    for row, cells in sheet.rows:
        told = matching.values(sheet, cells)
        wrong = list(_number_faults(told.get("number", ""), row, first, here))
        try:
            patients.append(patient_of(told, matching, today=today, zone=zone))
        except InputError as error:
            wrong += error.faults
        faults += (RowFault(row=row, column=_column(matching, each.where), fault=each) for each in wrong)
    return Trial(patients=tuple(patients), faults=tuple(faults))


def _column(matching: Matching, where: str) -> str:
    """The head of the column with a fault, or the words of a field that has none."""
    found = FIELDS.get(where)
    return matching.head_of(where) or (found.words if found else where)


def _number_faults(number: str, row: int, first: dict[str, int], here: set[str]) -> Iterator[Fault]:
    if not number:
        return
    if number in here:
        yield Fault(
            where="number",
            found=f"'{number}', the number of a patient of the clinic",
            allowed="a number that no patient here has",
            remedy="take the row out, or correct the number",
        )
    if number in first:
        yield Fault(
            where="number",
            found=f"'{number}', which row {first[number]} has too",
            allowed="a number for one row",
            remedy="correct one of the two",
        )
    first.setdefault(number, row)


def import_sheet(unit: Unit, sheet: Sheet, matching: Matching, *, today: date, zone: ZoneInfo) -> Trial:
    """Add every patient of the spreadsheet in this transaction; where a row has a fault, none.

    The matching is kept for the next time. A trial with faults means that nothing was written.
    """
    keep(unit, matching)
    found = tried(unit.connection, sheet, matching, today=today, zone=zone)
    if found.faults:
        return found
    for each in found.patients:
        add_patient(unit, each.identity, each.therapy)
    unit.audit(
        "import", {"what": "spreadsheet", "patients": len(found.patients), "columns": list(sheet.heads)}
    )
    return found
