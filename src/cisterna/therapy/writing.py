"""From a therapy to the text of its file.

Sections come in the order of the format, each event is one ``[[event]]``, quantities are text with
units, and what has its default value is left out. Reading the text gives an equal therapy, with
the offsets that its instants had.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

import tomli_w

from cisterna.errors import OutputError, UnitError
from cisterna.therapy.events import Event, Oral
from cisterna.therapy.therapy import Therapy
from cisterna.units import Duration, Mass, Quantity, convert, decimal_text

__all__ = ["SCHEMA", "dumps", "event_table", "event_text", "header_text", "write_therapy"]

SCHEMA = 1
"""The version of the format that is written and read."""

_LAST = ("by", "reason", "note")  # keys of every event that follow those of its kind
_TIDY_WIDTH = 100
_PLACES = 6  # decimals of a converted quantity; one that needs more keeps its own unit


def write_therapy(therapy: Therapy, path: Path) -> None:
    """Write the file of a therapy; :class:`~cisterna.errors.OutputError` where it cannot be written.

    A file of own devices is named, not written.
    """
    try:
        path.write_text(dumps(therapy), encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}; choose another place.") from error


def dumps(therapy: Therapy) -> str:
    """The text of the file of a therapy.

    >>> from datetime import date
    >>> from cisterna.therapy.patient import Patient
    >>> print(dumps(Therapy(patient=Patient(label="boy, 9 years (invented)", born=date(2017, 5, 2)))))
    schema = 1
    <BLANKLINE>
    [patient]
    label = "boy, 9 years (invented)"
    born = 2017-05-02
    condition = "cerebral palsy"
    timezone = "UTC"
    <BLANKLINE>
    """
    return "\n".join((header_text(therapy), *(event_text(event) for event in therapy.events)))


def header_text(therapy: Therapy) -> str:
    """The text of a therapy without its events: schema, patient, parameters, history, devices.

    A header and the texts of events, joined by line breaks, are a file.
    """
    sections = [_pair("schema", SCHEMA)]
    sections.append(_section("[patient]", _table(therapy.patient, every=True)))
    if therapy.parameters:
        sections.append(_section("[parameters]", therapy.parameters))
    history = _table(therapy.history)
    if history:
        sections.append(_section("[history]", history))
    if therapy.devices_file is not None:
        sections.append(_section("[devices]", {"file": therapy.devices_file}))
    return "\n".join(sections)


def event_text(event: Event) -> str:
    """The ``[[event]]`` of an event, as it stands in a file.

    >>> from cisterna.therapy.events import Stop
    >>> print(event_text(Stop(at=datetime.fromisoformat("2026-04-14T09:30:00+02:00"), by="nurse")))
    [[event]]
    at = 2026-04-14T09:30:00+02:00
    kind = "stop"
    by = "nurse"
    <BLANKLINE>
    """
    return _section("[[event]]", event_table(event))


def event_table(event: Event) -> dict[str, Any]:
    """The table that writes an event, as it stands in a file and in the ``new`` of a correction.

    >>> from cisterna.therapy.events import Stop
    >>> event_table(Stop(at=datetime.fromisoformat("2026-04-14T09:30:00+02:00"), by="nurse"))["kind"]
    'stop'
    """
    table = _table(event)
    ordered: dict[str, Any] = {"at": table.pop("at"), "kind": event.kind}
    last = {key: table.pop(key) for key in _LAST if key in table}
    return {**ordered, **table, **last}


# ------------------------------------------------------------------------- values to tables


def _table(value: Any, *, every: bool = False) -> dict[str, Any]:
    """The keys of a frozen value; defaults are left out, unless ``every`` asks for all that is known."""
    return {
        field.name.rstrip("_"): _plain(getattr(value, field.name), in_mg=isinstance(value, Oral))
        for field in fields(value)
        if _is_told(getattr(value, field.name), field, every=every)
    }


def _is_told(value: object, field: Field[Any], *, every: bool) -> bool:
    if value is None:
        return False
    return every or field.default is MISSING or value != field.default


def _plain(value: Any, *, in_mg: bool = False) -> Any:
    if isinstance(value, Quantity):
        return _quantity_text(value, in_mg=in_mg)
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if is_dataclass(value):
        return _table(value)
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value


def _quantity_text(quantity: Quantity, *, in_mg: bool) -> str:
    """The quantity in its own unit, or in the one people use for it where that is shorter and as exact."""
    units: tuple[str, ...] = ("h", "min", "days") if isinstance(quantity, Duration) else ()
    if in_mg and isinstance(quantity, Mass):
        units = ("mg",)
    converted = ((convert(quantity, quantity.unit, unit), unit) for unit in units)
    texts = [str(quantity), *(f"{decimal_text(amount, _PLACES)} {unit}" for amount, unit in converted)]
    exact = [text for text in texts if _reads_as(text, quantity)]
    return min(exact, key=lambda text: len(text.split()[0]))


def _reads_as(text: str, quantity: Quantity) -> bool:
    try:
        return type(quantity).parse(text) == quantity
    except UnitError:
        return False


# --------------------------------------------------------------------------- tables to text


class _Instant(datetime):
    """A date and time that is written with a T between day and time."""

    def __str__(self) -> str:
        return self.isoformat()


def _section(header: str, table: Mapping[str, Any]) -> str:
    return "\n".join((header, *(_pair(key, value).rstrip("\n") for key, value in table.items()))) + "\n"


def _pair(key: str, value: Any) -> str:
    name = tomli_w.dumps({key: 0}).removesuffix(" = 0\n")
    text = f"{name} = {_value(value)}"
    if len(text) > _TIDY_WIDTH and isinstance(value, (list, tuple)):
        text = f"{name} = [\n" + "".join(f"  {_value(entry)},\n" for entry in value) + "]"
    return text + "\n"


def _value(value: Any) -> str:
    """The value on one line; tables within an event are inline."""
    if isinstance(value, Mapping):
        inner = ", ".join(_pair(key, entry).rstrip("\n") for key, entry in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(entry) for entry in value)}]"
    if isinstance(value, datetime):
        value = _Instant.fromisoformat(value.isoformat())
    return tomli_w.dumps({"x": value}).removeprefix("x = ").removesuffix("\n")
