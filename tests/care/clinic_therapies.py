"""Small therapies whose standing anybody can work out by hand, for the tests of standing and needs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cisterna.therapy import Assess, Event, Fill, FlexStep, Implant, Patient, Program, Therapy
from cisterna.units import Concentration, DailyDose, HourlyRate, Length, Volume

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""The implant of every therapy here: 09:00 on a Monday in Madrid."""


def at(days: float = 0.0) -> datetime:
    """The instant a number of days after the implant."""
    return START + timedelta(days=days)


def implant(days: float = 0.0, **keys: Any) -> Implant:
    """A 20 mL pump with an alarm at 2 mL and a catheter of 62 cm."""
    values: dict[str, Any] = {
        "pump": "synchromed-ii-20",
        "catheter": "ascenda-8780",
        "catheter_trimmed": Length(52),
        "tip": "T10",
        "alarm_volume": Volume(2),
    }
    return Implant(at=at(days), **{**values, **keys})


def fill(days: float = 0.0, **keys: Any) -> Fill:
    """20 mL of 500 mcg/mL."""
    return Fill(at=at(days), **{"injected": Volume(20), "concentration": Concentration(500), **keys})


def daily(days: float = 0.0, dose: float = 100.0, **keys: Any) -> Program:
    """A constant rate: 100 mcg/day is 0.2 mL/day, 18 mL above the alarm volume last 90 days."""
    return Program(at=at(days), mode="simple-continuous", daily_dose=DailyDose(dose), **keys)


def flex(days: float = 0.0, **keys: Any) -> Program:
    """2 mcg/h at night, 6 mcg/h from 06:00 to 18:00: 96 mcg/day."""
    steps = tuple(
        FlexStep(from_=time(hour), rate=HourlyRate(rate)) for hour, rate in ((0, 2.0), (6, 6.0), (18, 2.0))
    )
    return Program(at=at(days), mode="flex", steps=steps, **keys)


def assess(days: float, value: float = 2.0) -> Assess:
    """An Ashworth score of the legs."""
    return Assess(at=at(days), scale="ashworth-1-5", value=value, site="legs")


def therapy(*events: Event, parameters: dict[str, str] | None = None) -> Therapy:
    """A therapy of an invented patient in Madrid."""
    patient = Patient(label="invented", born=date(2018, 2, 11), timezone="Europe/Madrid")
    return Therapy(patient=patient, events=events, parameters=parameters or {})


def running(*events: Event, **keys: Any) -> Therapy:
    """Implanted, filled and programmed at one instant, then what is given."""
    return therapy(implant(), fill(), daily(), *events, **keys)
