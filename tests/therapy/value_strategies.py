"""Strategies for quantities, instants, patients and programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from typing import Any

from hypothesis import strategies as st

from cisterna.therapy import (
    WEEKDAYS,
    Dated,
    FlexStep,
    History,
    Patient,
    Program,
    Tone,
    Weekday,
)
from cisterna.units import (
    BodyWeight,
    DailyDose,
    Duration,
    FiltrationRate,
    HourlyRate,
    Length,
    Mass,
    Quantity,
)

ZONES = ("Europe/Madrid", "America/New_York", "UTC", "Asia/Kolkata", "Australia/Sydney")
_BORN = date(2000, 3, 1)
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
MARKETED_MCG_PER_ML = (500.0, 1000.0, 2000.0)


@cache
def amounts(quantity: type[Quantity], low: float, high: float, places: int = 3) -> st.SearchStrategy[Any]:
    """Quantities between two bounds with at most ``places`` decimals."""
    return st.floats(low, high).map(lambda value: quantity(round(value, places)))


@cache
def texts() -> st.SearchStrategy[str]:
    """Texts that say something, with characters that a file must escape."""
    directions = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    alphabet = st.sampled_from("\n\t") | st.characters(
        exclude_categories=["Cs", "Cc"], exclude_characters=directions
    )
    return st.text(alphabet, max_size=12).map(lambda text: f"x{text}")


@cache
def instants() -> st.SearchStrategy[datetime]:
    """Instants of the years 2020 to 2030 with any offset of whole minutes."""
    offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    return st.builds(
        lambda microseconds, zone: (FIRST_DAY + timedelta(microseconds=microseconds)).astimezone(zone),
        st.integers(86_400_000_000, 10 * 365 * 86_400_000_000),
        offsets,
    )


@cache
def clock_times() -> st.SearchStrategy[time]:
    """Times of day, most on the minute."""
    return st.builds(time, st.integers(0, 23), st.integers(0, 59), st.sampled_from((0, 0, 0, 17)))


# ------------------------------------------------------------------------------- the patient


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    """Patients who can be simulated: at least 8 years old at the first event."""
    return Patient(
        label=draw(texts()),
        born=draw(st.dates(date(1950, 1, 1), date(2012, 1, 1))),
        sex=draw(st.sampled_from((None, "female", "male"))),
        weight=draw(one_or_dated(amounts(BodyWeight, 15, 110))),
        height=draw(one_or_dated(amounts(Length, 100, 195))),
        egfr=draw(st.none() | amounts(FiltrationRate, 20, 130)),
        condition=draw(
            st.sampled_from(
                ("cerebral palsy", "spinal cord injury", "multiple sclerosis", "brain injury", "stroke")
            )
        ),
        gmfcs=draw(st.sampled_from((None, "I", "II", "III", "IV", "V"))),
        tone=draw(
            st.none() | st.builds(Tone, legs=scores(1, 5), arms=scores(1, 5), scale=fixed("ashworth-1-5"))
        ),
        timezone=draw(st.sampled_from(ZONES)),
    )


@cache
def fixed(value: str) -> st.SearchStrategy[Any]:
    """One word, for a key that allows few."""
    return st.just(value)


@cache
def scores(low: float, high: float) -> st.SearchStrategy[float]:
    """Scores between two bounds with at most two decimals."""
    return st.floats(low, high).map(lambda value: round(value, 2))


def one_or_dated(quantities: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One quantity, or a dated list of them."""
    days = st.lists(st.dates(date(2012, 1, 2), date(2030, 1, 1)), min_size=1, max_size=3, unique=True)
    dated = st.tuples(days, st.lists(quantities, min_size=3, max_size=3)).map(
        lambda pair: tuple(
            Dated(at=day, value=value) for day, value in zip(sorted(pair[0]), pair[1], strict=False)
        )
    )
    return quantities | dated


histories = st.builds(
    History,
    oral_tried=st.none() | st.booleans(),
    shunt=st.none() | st.booleans(),
    fusion=st.sampled_from((None, "done", "planned")),
    goals=st.none() | texts(),
)


# -------------------------------------------------------------------------- programs of each mode


@st.composite
def programs(draw: st.DrawFn, at: datetime, concentration: float) -> Program:
    """A program of any mode whose flow lies well within what a SynchroMed II can deliver."""
    mode = draw(
        st.sampled_from(("simple-continuous", "simple-continuous", "flex", "periodic-bolus", "minimum-rate"))
    )
    make: Callable[..., st.SearchStrategy[Program]] = {
        "simple-continuous": _continuous,
        "flex": _flex,
        "periodic-bolus": _periodic,
        "minimum-rate": lambda at, _: st.just(Program(at=at, mode="minimum-rate")),
    }[mode]
    return draw(make(at, concentration))


def _continuous(at: datetime, concentration: float) -> st.SearchStrategy[Program]:
    return amounts(DailyDose, 0.06 * concentration, 0.9 * concentration).map(
        lambda dose: Program(at=at, mode="simple-continuous", daily_dose=dose)
    )


@st.composite
def _flex(draw: st.DrawFn, at: datetime, concentration: float) -> Program:
    rates = amounts(HourlyRate, 0.06 * concentration / 24, 0.9 * concentration / 24)
    choices: tuple[tuple[Weekday, ...], ...] = ((), ("sat", "sun"), ("mon", "wed", "fri"))
    days = draw(st.sampled_from(choices))
    others = tuple(day for day in WEEKDAYS if day not in days) if days else ()
    steps: list[FlexStep] = []
    for named in (others, days) if days else ((),):
        starts = draw(st.lists(clock_times(), max_size=4, unique=True))
        steps.extend(
            FlexStep(from_=start, rate=draw(rates), days=named) for start in sorted({time(0), *starts})
        )
    return Program(at=at, mode="flex", steps=tuple(steps))


@st.composite
def _periodic(draw: st.DrawFn, at: datetime, concentration: float) -> Program:
    every = draw(st.sampled_from((2.0, 4.0, 6.0, 12.0)))
    over = draw(st.sampled_from((0.25, 0.5, 1.0)))
    return Program(
        at=at,
        mode="periodic-bolus",
        bolus=draw(amounts(Mass, 0.004 * concentration * every, 0.02 * concentration * every)),
        over=Duration(over),
        every=Duration(every),
        background=draw(amounts(HourlyRate, 0.06 * concentration / 24, 0.4 * concentration / 24)),
    )
