"""Therapies to go on from, and programs to try on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

from cisterna.therapy import FlexStep, Program, Therapy, Weekday, read_therapy
from cisterna.units import DailyDose, Duration, HourlyRate, Mass

EXAMPLES = Path(__file__).parents[2] / "examples"
CHILD = read_therapy(EXAMPLES / "child-flex-day.toml")
ADULT = read_therapy(EXAMPLES / "adult-one-year.toml")
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")


def up_to(therapy: Therapy, day: str) -> Therapy:
    """The therapy as it was at the end of a day."""
    end = datetime.fromisoformat(f"{day}T23:59:00+00:00")
    return replace(therapy, events=tuple(event for event in therapy.events if event.at <= end))


WITH_TABLETS = up_to(CHILD, "2026-04-15")
"""Eight years old, a flex week, and 5 mg by mouth each evening."""
FIRST_PROGRAM = next(event for event in CHILD.events if isinstance(event, Program))
JUST_FILLED = replace(CHILD, events=tuple(one for one in CHILD.events if one.at < FIRST_PROGRAM.at))
"""Primed, and no program yet."""


def constant(dose: float, at: datetime) -> Program:
    """A constant day."""
    return Program(at=at, mode="simple-continuous", daily_dose=DailyDose(dose))


def flex(at: datetime, *steps: tuple[int, int, float, tuple[Weekday, ...]]) -> Program:
    """A day of steps: hour, minute, mcg/h, days."""
    made = tuple(
        FlexStep(from_=time(hour, minute), rate=HourlyRate(rate), days=days)
        for hour, minute, rate, days in steps
    )
    return Program(at=at, mode="flex", steps=made)


def a_day(at: datetime) -> Program:
    """More in the morning, less by night."""
    return flex(at, (0, 0, 5.0, ()), (6, 30, 11.0, ()), (9, 0, 7.0, ()), (21, 0, 6.0, ()))


def a_week(at: datetime) -> Program:
    """Another morning at the weekend."""
    return flex(at, (0, 0, 6.0, ()), (6, 30, 11.0, WEEK), (9, 0, 7.0, WEEK), (8, 0, 11.0, ("sat", "sun")))


def boluses(at: datetime) -> Program:
    """A bolus each six hours on a background."""
    return Program(
        at=at, mode="periodic-bolus", bolus=Mass(20), over=Duration(0.5), every=Duration(6),
        background=HourlyRate(4),
    )  # fmt: skip
