"""Numbers that can only be a slip of the pen or of the unit.

The bounds are evidence (``plausible_...``), assumed by the project and settable under
``[parameters]``, so that the message can say how to go on where the truth lies outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from math import inf

from cisterna.errors import Fault
from cisterna.evidence import Settings
from cisterna.therapy.events import Clock, Event, FaultEvent
from cisterna.therapy.patient import Patient
from cisterna.therapy.wording import quoted
from cisterna.units import Concentration, Quantity, convert, decimal_text

__all__ = ["event_faults", "patient_faults"]

_BOUNDS_OF_EVENTS: dict[tuple[str, str], str] = {
    ("weigh", "weight"): "plausible_weight",
    ("weigh", "height"): "plausible_height",
    ("fill", "concentration"): "plausible_concentration",
    ("bridge-bolus", "old_concentration"): "plausible_concentration",
    ("lumbar-bolus", "dose"): "plausible_lumbar_bolus",
    ("oral", "dose"): "plausible_oral_dose",
}
_MAY_BE_NOTHING = {("oral", "dose")}  # a dose of 0 ends a regimen


def patient_faults(patient: Patient, settings: Settings) -> Iterator[Fault]:
    """The faults of numbers of the patient, with their key paths."""
    for key, name in (("weight", "plausible_weight"), ("height", "plausible_height")):
        entries = getattr(patient, key)
        if isinstance(entries, tuple):
            for place, entry in enumerate(entries):
                yield from _outside(f"patient.{key}[{place}].value", entry.value, name, settings)
        elif entries is not None:
            yield from _outside(f"patient.{key}", entries, name, settings)
    if patient.egfr is not None:
        yield from _outside("patient.egfr", patient.egfr, "plausible_egfr", settings)


def event_faults(path: str, event: Event, patient: Patient | None, settings: Settings) -> Iterator[Fault]:
    """The faults of numbers and days of one event; ``patient`` is ``None`` where it could not be read."""
    for (kind, key), name in _BOUNDS_OF_EVENTS.items():
        quantity = getattr(event, key) if event.kind == kind else None
        if quantity is not None and not (quantity == 0 and (kind, key) in _MAY_BE_NOTHING):
            yield from _outside(f"{path}.{key}", quantity, name, settings)
    if isinstance(event, FaultEvent) and isinstance(event.amount, Concentration) and event.amount > 0:
        yield from _outside(f"{path}.amount", event.amount, "plausible_concentration", settings)
    if isinstance(event, Clock):
        yield from _clock_faults(path, event, settings)
    years = tuple(_year_faults(path, event, settings))
    yield from years
    if patient is not None and not years:
        yield from _age_faults(path, event, patient, settings)


def _outside(where: str, quantity: Quantity, name: str, settings: Settings) -> Iterator[Fault]:
    low, high = _bounds(name, quantity.unit, settings)
    if not low <= quantity <= high:
        yield _slip(where, quoted(quantity), name, settings)


def _bounds(name: str, unit: str, settings: Settings) -> tuple[float, float]:
    bounds = settings.number(name)
    low = -inf if bounds.low is None else convert(bounds.low, bounds.unit, unit)
    high = inf if bounds.high is None else convert(bounds.high, bounds.unit, unit)
    return low, high


def _slip(where: str, found: str, name: str, settings: Settings) -> Fault:
    bounds = settings.number(name)
    return Fault(
        where=where,
        found=found,
        allowed=f"{bounds.shown()} ({name}, {bounds.status.value})",
        remedy=f"check number and unit; where it is true, set a wider range of {name} under [parameters]",
    )


def _clock_faults(path: str, event: Clock, settings: Settings) -> Iterator[Fault]:
    low, high = _bounds("plausible_clock_offset", "h", settings)
    if not low <= event.offset_from_utc.total_seconds() / 3600 <= high:
        yield _slip(f"{path}.offset", quoted(event.offset), "plausible_clock_offset", settings)


def _year_faults(path: str, event: Event, settings: Settings) -> Iterator[Fault]:
    low, high = _bounds("plausible_year", "y", settings)
    for key in ("at", "until", "opened"):
        instant = getattr(event, key, None)
        if isinstance(instant, datetime) and not low <= instant.year <= high:
            yield Fault(
                where=f"{path}.{key}",
                found=f"the year {instant.year}",
                allowed=f"{decimal_text(low)} to {decimal_text(high)} (plausible_year, "
                f"{settings.number('plausible_year').status.value})",
                remedy="correct the year",
            )


def _age_faults(path: str, event: Event, patient: Patient, settings: Settings) -> Iterator[Fault]:
    day: date = event.at.date()
    if day < patient.born:
        yield Fault(
            where=f"{path}.at",
            found=f"{day.isoformat()}, before the patient was born",
            allowed=f"a day from {patient.born.isoformat()} on",
            remedy="correct the day of the event, or born under [patient]",
        )
        return
    _, oldest = _bounds("plausible_age", "y", settings)
    if patient.age_at(day) > oldest:
        yield _slip(
            f"{path}.at",
            f"{day.isoformat()}, at an age of {int(patient.age_at(day))} y",
            "plausible_age",
            settings,
        )
