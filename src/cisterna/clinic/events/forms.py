"""From the fields of an event's form to the event, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from cisterna.clinic.events.fields import EventField, fields_of
from cisterna.clinic.web.typed import day_typed, instant_typed, local_parts
from cisterna.errors import Fault, InputError, TherapyError, UnitError
from cisterna.instants import utc
from cisterna.therapy import Event, FlexStep, Program, event_table
from cisterna.therapy.structure import event_of
from cisterna.units import Quantity, convert, decimal_text, plain_number

__all__ = ["event_typed", "event_values", "field_faults", "replacement_table"]

_STEP = re.compile(r"(\d{1,2}:\d{2})\s+(\S+)(?:\s*mcg/h)?((?:[\s,]+[a-z]{3})*)", re.ASCII)
_CLOCK = re.compile(r"\d:\d\d")
_KEY = re.compile(r"(?:event\[\d+\]\.)?(?:new\.)?([a-z_]+(?:\.[a-z_]+)?)")


def event_typed(kind: str, values: Mapping[str, str], zone: ZoneInfo, now_us: int) -> Event:
    """The event that a form states; :class:`~cisterna.errors.InputError` with every fault, each at its field.

    What is still to come cannot have been done.
    """
    table: dict[str, Any] = {"at": utc(now_us), "kind": kind}
    faults: list[Fault] = []
    for field in fields_of(kind):
        try:
            table |= dict(_entries(field, values, zone))
        except InputError as error:
            faults.extend(error.faults)
    if table["at"] > utc(now_us):
        faults.append(_still_to_come(table["at"]))
    told = {fault.where for fault in faults}
    try:
        event = event_of(_nested(table), "")
    except TherapyError as error:
        placed = field_faults(kind, error.faults)
        raise InputError(*faults, *(fault for fault in placed if fault.where not in told)) from None
    if faults:
        raise InputError(*faults)
    return event


def _still_to_come(at: datetime) -> Fault:
    return Fault(
        where="at",
        found=f"{at:%d %b %Y, %H:%M}, which is still to come",
        allowed="an instant that has passed",
        remedy="record it when it is done, or book a visit",
    )


def field_faults(kind: str, faults: tuple[Fault, ...], also: Collection[str] = ()) -> Iterator[Fault]:
    """Faults of an event at the fields of its form; what has no field there stands in the list alone.

    ``also`` are fields of the form that are none of the event.
    """
    names = {*also, *(field.name for field in fields_of(kind))}
    for fault in faults:
        match = _KEY.match(fault.where)
        key = match[1].replace("patient_bolus.", "patient_bolus_") if match else ""
        key = key if key in names else key.partition(".")[0]
        yield fault if not key else fault.at(key if key in names else "")


def _nested(table: dict[str, Any]) -> dict[str, Any]:
    """The allowance of a program as the table of its own that it is in a file."""
    inner = {
        key.removeprefix("patient_bolus_"): table.pop(key)
        for key in list(table)
        if key.startswith("patient_b")
    }
    return {**table, "patient_bolus": inner} if inner else table


# -------------------------------------------------------------------------- text to values


def _entries(field: EventField, values: Mapping[str, str], zone: ZoneInfo) -> Iterator[tuple[str, Any]]:
    """The entry of a file that a field states; nothing where it was left out."""
    if field.form == "instant":
        if field.required or values.get(f"{field.name}_day", "").strip():
            yield field.name, instant_typed(values, field.name, zone)
        return
    text = values.get(field.name, "").strip()
    if text:
        yield field.name, _READERS[field.form](field, text)


def _quantity(field: EventField, text: str) -> str:
    return f"{text} {field.unit}"


def _whole(field: EventField, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise InputError(
            Fault(where=field.name, found=f"'{text}'", allowed="a whole number", remedy="write digits alone")
        )
    return int(text)


def _times(field: EventField, text: str) -> list[str]:
    _ = field
    parts = (part for part in re.split(r"[,;\s]+", text) if part)
    return [f"0{part}" if _CLOCK.fullmatch(part) else part for part in parts]


def _score(field: EventField, text: str) -> float | str:
    _ = field
    try:
        return plain_number(text)
    except UnitError:
        return text


def _steps(field: EventField, text: str) -> list[dict[str, Any]]:
    made = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _STEP.fullmatch(line)
        if match is None:
            raise InputError(
                Fault(
                    where=field.name,
                    found=f"'{line}'",
                    allowed="a time, a rate in mcg/h and, where days differ, the days",
                    remedy="write for example '06:30 8' or '06:30 8 mon tue'",
                )
            )
        start = match[1] if len(match[1]) == len("00:00") else f"0{match[1]}"
        days = re.findall("[a-z]{3}", match[3])
        made.append({"from": start, "rate": f"{match[2]} mcg/h"} | ({"days": days} if days else {}))
    return made


_READERS: dict[str, Callable[[EventField, str], Any]] = {
    "quantity": _quantity,
    "choice": lambda _, text: text,
    "text": lambda _, text: text,
    "area": lambda _, text: text,
    "check": lambda _, text: text == "yes",
    "answer": lambda _, text: text == "yes",
    "day": lambda field, text: day_typed(text, field.name),
    "whole": _whole,
    "times": _times,
    "score": _score,
    "steps": _steps,
}


# -------------------------------------------------------------------------- values to text


def event_values(event: Event, zone: ZoneInfo) -> dict[str, str]:
    """An event as its form shows it.

    >>> from cisterna.therapy import Weigh
    >>> from cisterna.units import BodyWeight
    >>> at = datetime.fromisoformat("2026-03-02T09:00:00+01:00")
    >>> event_values(Weigh(at=at, weight=BodyWeight(21)), ZoneInfo("Europe/Madrid"))["weight"]
    '21'
    """
    values: dict[str, str] = {}
    for field in fields_of(event.kind):
        held = _held(event, field.name)
        if isinstance(held, datetime):
            values |= local_parts(held, zone, field.name)
        elif held is not None:
            values[field.name] = _text(field, held)
    return values


def _held(event: Event, name: str) -> Any:
    if name.startswith("patient_bolus_"):
        allowance = event.patient_bolus if isinstance(event, Program) else None
        return getattr(allowance, name.removeprefix("patient_bolus_"), None)
    return getattr(event, name)


def _text(field: EventField, held: Any) -> str:
    if field.quantity is not None and isinstance(held, Quantity):
        return decimal_text(convert(held, field.quantity.unit, field.unit))
    if isinstance(held, bool):
        return "yes" if held else "" if field.form == "check" else "no"
    if isinstance(held, tuple):
        return (
            "\n".join(_step(each) for each in held) if field.form == "steps" else ", ".join(map(_time, held))
        )
    return decimal_text(held) if isinstance(held, float) and not isinstance(held, Quantity) else str(held)


def _step(step: FlexStep) -> str:
    return " ".join((f"{step.from_:%H:%M}", decimal_text(step.rate), *step.days))


def _time(clock: time) -> str:
    return clock.isoformat("seconds" if clock.second else "minutes")


def replacement_table(event: Event, before: Event) -> dict[str, Any]:
    """The table that a correction puts in place of ``before``.

    Who did it stays, and so do the seconds of an instant that was left as it is: the form shows minutes.
    """
    kept: dict[str, Any] = {"id": None, "by": event.by or before.by}
    for field in fields_of(event.kind):
        new, old = _held(event, field.name), _held(before, field.name)
        if field.form == "instant" and new and old and new == old.replace(second=0, microsecond=0):
            kept[field.name] = old
    return event_table(replace(event, **kept))
