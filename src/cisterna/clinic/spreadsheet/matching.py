"""Which column is which field, and how days and decimals are written; kept for the next time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection, delete, insert, select

from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import instance
from cisterna.clinic.spreadsheet.reading import Sheet
from cisterna.clinic.web.messages import marked
from cisterna.errors import Fault, InputError

__all__ = ["DATES", "DECIMALS", "FIELDS", "REQUIRED", "Matching", "SheetField", "guessed", "keep", "kept"]

_NAME = "spreadsheet-matching"


@dataclass(frozen=True)
class SheetField:
    """A field that a column may fill: its words, its unit, and heads by which it is known."""

    words: str
    unit: str = ""
    known: tuple[str, ...] = ()


FIELDS: Mapping[str, SheetField] = {
    "number": SheetField(marked("Hospital number"), known=("number", "mrn", "patient id", "hospital no")),
    "family_name": SheetField(marked("Family name"), known=("surname", "last name", "name")),
    "given_name": SheetField(marked("Given name"), known=("first name", "forename")),
    "born": SheetField(marked("Born"), known=("date of birth", "dob", "birth date", "birthday")),
    "sex": SheetField(marked("Sex"), known=("gender",)),
    "condition": SheetField(marked("Condition"), known=("diagnosis",)),
    "gmfcs": SheetField(marked("GMFCS")),
    "weight": SheetField(marked("Weight"), "kg"),
    "height": SheetField(marked("Height"), "cm"),
    "allergies": SheetField(marked("Allergies"), known=("allergy",)),
    "contacts": SheetField(marked("Contact"), known=("contacts", "telephone", "phone")),
    "timezone": SheetField(marked("Time zone"), known=("timezone",)),
    "implanted": SheetField(marked("Implanted on"), known=("implant date", "implanted", "date of implant")),
    "pump": SheetField(marked("Pump"), known=("pump model", "model")),
    "pump_serial": SheetField(
        marked("Serial number of the pump"), known=("pump serial", "serial", "serial number")
    ),
    "catheter": SheetField(marked("Catheter"), known=("catheter model",)),
    "catheter_serial": SheetField(marked("Serial number of the catheter"), known=("catheter serial",)),
    "catheter_trimmed": SheetField(marked("Catheter, cut off"), "cm", ("catheter trimmed", "trimmed")),
    "tip": SheetField(marked("Catheter tip"), known=("tip", "tip level")),
    "filled": SheetField(marked("Last filled on"), known=("last refill", "last fill", "refill date")),
    "injected": SheetField(marked("Filled with"), "mL", ("fill volume", "volume")),
    "concentration": SheetField(marked("Concentration"), "mcg/mL"),
    "daily_dose": SheetField(marked("Daily dose"), "mcg/day", ("dose",)),
}
"""What a row may tell, in the order of the page."""

REQUIRED = ("number", "family_name", "given_name", "born")
"""What every patient needs."""

DATES: Mapping[str, tuple[str, ...]] = {
    "iso": ("%Y-%m-%d", "%Y-%m-%d %H:%M"),
    "day-first": ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y"),
    "month-first": ("%m/%d/%Y", "%m-%d-%Y"),
}
"""How days are written; 2026-03-02, as XLSX gives them, is read in every way."""

DECIMALS = ("point", "comma")


@dataclass(frozen=True, kw_only=True)
class Matching:
    """``columns`` are names of :data:`FIELDS` by the head of the column.

    Raises :class:`~cisterna.errors.InputError` where a field has two columns, one that is needed has none, or
    a choice is none of those allowed.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str = "iso"
    decimals: str = "point"

    def check(self, sheet: Sheet) -> None:
        """Hold the matching against the spreadsheet."""
        chosen = [name for head, name in self.columns.items() if head in sheet.heads]
        faults = [
            _fault(name, "two columns", "one column for a field", "choose one of them")
            for name in FIELDS
            if chosen.count(name) > 1
        ]
        faults += [
            _fault(name, "no column", "a column, since every patient needs it", "choose its column")
            for name in REQUIRED
            if name not in chosen
        ]
        if self.dates not in DATES or self.decimals not in DECIMALS or not set(chosen) <= set(FIELDS):
            faults.append(_fault("dates", "another choice", "the choices of the page", "choose once more"))
        if faults:
            raise InputError(*faults)

    def values(self, sheet: Sheet, cells: tuple[str, ...]) -> dict[str, str]:
        """The cells of a row by the names of their fields."""
        return {
            self.columns[head]: cell
            for head, cell in zip(sheet.heads, cells, strict=True)
            if self.columns.get(head) and cell
        }

    def head_of(self, name: str) -> str:
        """The column of a field; empty where it has none."""
        return next((head for head, chosen in self.columns.items() if chosen == name), "")


def guessed(sheet: Sheet, before: Matching) -> Matching:
    """A proposal for the columns: what was chosen the last time, else what their heads say; to be looked at.

    >>> guessed(Sheet(("MRN", "Surname", "Shoe size"), ()), Matching()).columns
    {'MRN': 'number', 'Surname': 'family_name'}
    """
    by_words = {words: name for name, each in FIELDS.items() for words in (name, each.words, *each.known)}
    known = {_plain(words): name for words, name in by_words.items()}
    columns: dict[str, str] = {}
    for head in sheet.heads:
        name = before.columns.get(head) or known.get(_plain(head.partition("(")[0]), "")
        if name and name not in columns.values():
            columns[head] = name
    return Matching(columns=columns, dates=before.dates, decimals=before.decimals)


def _plain(words: str) -> str:
    return " ".join(words.lower().replace("_", " ").replace(".", " ").split())


def kept(connection: Connection) -> Matching:
    """What was chosen the last time."""
    text = connection.execute(select(instance.c.value).where(instance.c.name == _NAME)).scalar()
    return Matching(**json.loads(text)) if text else Matching()


def keep(unit: Unit, matching: Matching) -> None:
    """Keep the choice for the next time."""
    unit.connection.execute(delete(instance).where(instance.c.name == _NAME))
    text = json.dumps(asdict(matching), ensure_ascii=False)
    unit.connection.execute(insert(instance).values(name=_NAME, value=text))


def _fault(where: str, found: str, allowed: str, remedy: str) -> Fault:
    return Fault(where=where, found=found, allowed=allowed, remedy=remedy)
