"""The fields of each kind of event, told by the kinds themselves: one form is made of them.

A quantity is typed in the unit that stands after its field; what the kind allows is what the form offers.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime, time
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from cisterna.therapy import AREA_PRODUCTS, EVENT_KINDS, LEVELS, MASS_PRODUCTS, SCALES, PatientBolusAllowance
from cisterna.units import Quantity

__all__ = ["GUIDED", "KINDS", "RECORDED_HERE", "EventField", "fields_of"]

KINDS: dict[str, tuple[str, str]] = {
    "interrogate": ("Pump read", "what the programmer showed"),
    "alarm": ("Alarm", "heard by the family or read from the pump"),
    "mri": ("MRI", "the scan, and whether the pump ran again after it"),
    "weigh": ("Weight and height", "measured today or before"),
    "note": ("Note", "a remark for the next reader"),
    "oral": ("Oral baclofen", "dose and times from now on, or once"),
    "topical": ("Baclofen on the skin", "product, amount and times"),
    "lumbar-bolus": ("Screening bolus", "by lumbar puncture; scores are recorded as assessments"),
    "adverse-event": ("Adverse event", "what happened, how severe, how it ended"),
    "stop": ("Pump stopped", "delivery ends until it is resumed"),
    "resume": ("Pump resumed", "the pump goes on with its program"),
    "session": ("Programming session", "when it was opened and how it ended"),
    "clock": ("Pump clock set", "the offset, and how far it was wrong"),
    "port": ("Catheter access port", "what was aspirated and injected"),
    "fault": ("Fault of the device", "leak, stall, moved tip, wrong concentration and others"),
}
"""Title and remark of each kind that is recorded here, in the order in which they are offered."""

GUIDED: dict[str, str] = {
    "alarm": "/alarm",
    "mri": "/mri",
    "oral": "/oral",
    "adverse-event": "/adverse-events",
}
"""Kinds that have a page with more than a form, by its address below the patient's."""

RECORDED_HERE: tuple[str, ...] = tuple(KINDS)
"""The kinds that are recorded by this form alone; the others have visits of their own."""

_LABELS = {
    "at": "When", "reason": "Reason", "note": "Note", "reservoir": "Volume that the programmer showed",
    "daily_dose": "Daily dose", "condition": "What the alarm told", "acknowledged": "It was acknowledged",
    "mute": "Muted for", "field": "Magnetic field", "until": "Until", "resumed": "The pump ran again",
    "weight": "Weight", "height": "Height", "dose": "Dose", "times": "Times of day", "product": "Product",
    "area": "Area of skin", "mass": "Amount of product", "strength": "Strength", "level": "Vertebral level",
    "category": "Type", "grade": "Grade", "device": "Device", "intervention": "What was done about it",
    "report": "Reference of the report", "what": "What happened", "severity": "How severe",
    "onset": "Began on", "outcome": "How it ended",
    "opened": "Session opened", "ended": "How the session ended", "offset": "The clock was set to",
    "drift": "It was wrong by", "found": "It was found", "why": "Why", "aspirated": "Aspirated",
    "injected": "Injected", "injected_concentration": "Concentration of what was injected",
    "amount": "How much", "concentration": "Concentration", "withdrawn": "Withdrawn", "drug": "Drug",
    "rinsed": "The old drug was rinsed out", "lot": "Lot", "mode": "Mode", "steps": "Steps of the day",
    "bolus": "Bolus", "over": "Over", "every": "Every", "background": "Background rate", "then": "Then",
    "parts": "Primed", "volume": "Volume", "old_concentration": "Concentration before", "scale": "Scale",
    "value": "Score", "site": "Site", "pump": "Pump", "catheter": "Catheter", "tip": "Tip",
    "catheter_trimmed": "Cut from the catheter", "catheter_implanted": "Length implanted",
    "alarm_volume": "Alarm volume", "pump_serial": "Serial of the pump",
    "catheter_serial": "Serial of the catheter", "pump_lot": "Lot of the pump",
    "catheter_lot": "Lot of the catheter", "pump_udi": "Device identifier of the pump",
    "catheter_udi": "Device identifier of the catheter", "patient_bolus_dose": "Patient bolus",
    "patient_bolus_lockout": "Lockout of the patient bolus", "patient_bolus_per_day": "Patient boluses a day",
}  # fmt: skip

_RANGES = {
    "offset": "from UTC, for example +02:00",
    "times": "local, for example 08:00, 14:00, 20:00; left out: given once",
    "field": "for example 1.5 T",
    "steps": "one a line: time, rate in mcg/h and, where days differ, the days; for example 06:30 8 mon tue",
    "severity": "in your words",
    "grade": "CTCAE 1 to 5 or, of surgery, Clavien-Dindo 1 to 5; recalled, no source was read",
    "report": "of the report to an authority, such as MedWatch, MHRA or TGA",
    "intervention": "what was done about it",
    "strength": "grams of baclofen in 100 g of the product",
    "injected_concentration": "left out: it holds no drug",
}

_RANGES_OF_KIND = {
    (
        "fault",
        "amount",
    ): "with its unit: per cent of the flow for over-delivery, under-delivery and leak; mL for "
    "pocket fill and port injection; mcg/mL for a wrong concentration; a level such as T12 for a moved tip; "
    "safe-state or none for a reset; nothing for the others",
    ("oral", "dose"): "at each of the times; 0 ends it",
    ("port", "aspirated"): "0 where nothing could be aspirated",
}

_UNITS = {("oral", "dose"): "mg", ("clock", "drift"): "min", ("single-bolus", "over"): "min",
          ("program", "over"): "min"}  # fmt: skip
_CHOICES: dict[str, tuple[str, ...]] = {
    "level": LEVELS, "tip": LEVELS, "product": AREA_PRODUCTS + MASS_PRODUCTS, "scale": tuple(SCALES),
}  # fmt: skip
_LONG = {"note", "reason", "why", "what", "intervention", "outcome"}
_HIDDEN = {"id", "by"}
_LAST = ("reason", "note")


@dataclass(frozen=True, kw_only=True)
class EventField:
    """One field: ``form`` says how it is typed, ``quantity`` what a number in ``unit`` measures.

    ``form`` is ``quantity``, ``choice``, ``text``, ``area``, ``check``, ``answer`` (yes, no, not known),
    ``instant``, ``day``, ``times``, ``steps``, ``score`` or ``whole``.
    """

    name: str
    label: str
    form: str
    required: bool
    unit: str = ""
    quantity: type[Quantity] | None = None
    choices: tuple[str, ...] = ()
    range: str = ""


@cache
def fields_of(kind: str) -> tuple[EventField, ...]:
    """The fields of a kind: the instant, what the kind has, reason and note.

    >>> [field.name for field in fields_of("weigh")]
    ['at', 'weight', 'height', 'reason', 'note']
    """
    made = list(_made(kind))
    first = [field for field in made if field.name not in _LAST]
    last = [field for name in _LAST for field in made if field.name == name]
    return (*first, *last)


def _made(kind: str) -> Iterator[EventField]:
    event = EVENT_KINDS[kind]
    hints = get_type_hints(event)
    for field in fields(event):
        if field.name in _HIDDEN:
            continue
        hint = hints[field.name]
        required = field.default is MISSING and field.default_factory is MISSING
        if PatientBolusAllowance in get_args(hint):
            inner = get_type_hints(PatientBolusAllowance)
            for part in fields(PatientBolusAllowance):
                yield _field(kind, f"{field.name}_{part.name}", inner[part.name], required=False)
        else:
            yield _field(kind, field.name, hint, required=required or (kind, field.name) == ("note", "note"))


def _field(kind: str, name: str, hint: Any, *, required: bool) -> EventField:
    form, quantity, choices = _shape(name, hint)
    unit = "" if quantity is None else _UNITS.get((kind, name), quantity.unit)
    return EventField(
        name=name,
        label=_LABELS.get(name, name.replace("_", " ").capitalize()),
        form=form,
        required=required and form != "check",
        unit=unit,
        quantity=quantity,
        choices=choices,
        range=_RANGES_OF_KIND.get((kind, name), _RANGES.get(name, "")),
    )


def _shape(name: str, hint: Any) -> tuple[str, type[Quantity] | None, tuple[str, ...]]:
    """How a field of a type is typed, what it measures, and what it may be."""
    types_ = tuple(each for each in _alternatives(hint) if each is not type(None))
    only = types_[0]
    if name in _CHOICES:
        return "choice", None, _CHOICES[name]
    if get_origin(only) is Literal:
        return "choice", None, get_args(only)
    if len(types_) == 1 and isinstance(only, type) and issubclass(only, Quantity):
        return "quantity", only, ()
    return _plain_shape(name, types_, is_optional=len(_alternatives(hint)) > len(types_)), None, ()


def _plain_shape(name: str, types_: tuple[Any, ...], *, is_optional: bool) -> str:
    """How a field that measures nothing is typed."""
    only = types_[0]
    if len(types_) > 1:
        return "score" if float in types_ else "text"
    if only is bool:
        return "answer" if is_optional else "check"
    if get_origin(only) is tuple:
        return "times" if get_args(only)[0] is time else "steps"
    return _PLAIN.get(only, "area" if name in _LONG else "text")


_PLAIN: dict[Any, str] = {datetime: "instant", date: "day", int: "whole"}


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)
