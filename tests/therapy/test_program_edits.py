"""Edits of a day as a whole: what they keep, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.errors import InputError
from cisterna.therapy import WEEKDAYS, FlexStep, Program, Weekday, flex_dose_mcg
from cisterna.therapy.program_edits import as_flex, copied_day, scaled, shifted
from cisterna.units import DailyDose, Duration, HourlyRate, Mass

AT = datetime.fromisoformat("2026-04-14T09:30:00+02:00")
RATES = st.floats(0.5, 50)


def flex(*steps: tuple[int, float, tuple[Weekday, ...]]) -> Program:
    """A flex program: minute, mcg/h, days."""
    made = (
        FlexStep(from_=time(minute // 60, minute % 60), rate=HourlyRate(rate), days=days)
        for minute, rate, days in steps
    )
    return Program(at=AT, mode="flex", steps=tuple(made))


@st.composite
def weeks(draw: st.DrawFn) -> Program:
    """A program whose days may differ: working days and weekend."""
    steps = []
    alike: list[tuple[Weekday, ...]] = [()]
    differing: list[tuple[Weekday, ...]] = [WEEKDAYS[:5], WEEKDAYS[5:]]
    for days in draw(st.sampled_from([alike, differing])):
        minutes = sorted({0, *draw(st.lists(st.integers(1, 1439), max_size=5))})
        steps += [(minute, draw(RATES), days) for minute in minutes]
    return flex(*steps)


def rate_at(program: Program, minute_of_week: int) -> float:
    """The rate at a minute of the week."""
    day, minute = divmod(minute_of_week % (7 * 1440), 1440)
    steps = program.steps_on(WEEKDAYS[day])
    return float(max((step for step in steps if _minute(step) <= minute), key=_minute).rate)


def _minute(step: FlexStep) -> int:
    return step.from_.hour * 60 + step.from_.minute


def weekly_mcg(program: Program) -> float:
    """The dose of a week."""
    return sum(flex_dose_mcg(program.steps_on(day)) for day in WEEKDAYS)


@given(program=weeks(), minutes=st.integers(-3000, 3000))
def test_a_shift_moves_every_minute_of_the_week_and_keeps_the_dose(program: Program, minutes: int) -> None:
    """The rate at each time is the one that was so many minutes before, over midnight and over Sunday too."""
    moved = shifted(program, minutes)
    for minute in range(0, 7 * 1440, 37):
        assert rate_at(moved, minute) == rate_at(program, minute - minutes)
    assert weekly_mcg(moved) == pytest.approx(weekly_mcg(program))


@given(program=weeks(), total=st.floats(1, 2000))
def test_scaling_gives_the_total_and_keeps_the_shape(program: Program, total: float) -> None:
    """The mean day gives the total, times stay, and the ratio of any two rates stays."""
    made = scaled(program, DailyDose(total))
    assert weekly_mcg(made) / 7 == pytest.approx(total)
    assert [step.from_ for step in made.steps] == [step.from_ for step in program.steps]
    for (one, other), (now, then) in zip(pairwise(program.steps), pairwise(made.steps), strict=True):
        assert other.rate / one.rate == pytest.approx(then.rate / now.rate)


def test_scaling_a_constant_day_and_boluses() -> None:
    """A constant day takes the total; of boluses on a background both are scaled."""
    constant = Program(at=AT, mode="simple-continuous", daily_dose=DailyDose(100))
    assert scaled(constant, DailyDose(120)).daily_dose == DailyDose(120)
    boluses = Program(
        at=AT, mode="periodic-bolus", bolus=Mass(10), over=Duration(0.5), every=Duration(6),
        background=HourlyRate(2.5),
    )  # fmt: skip
    twice = scaled(boluses, DailyDose(200))
    assert (twice.bolus, twice.background) == (Mass(20), HourlyRate(5))


@given(program=weeks(), source=st.sampled_from(WEEKDAYS), to=st.sets(st.sampled_from(WEEKDAYS)))
def test_a_copied_day_is_the_source_there_and_what_it_was_elsewhere(
    program: Program, source: Weekday, to: set[Weekday]
) -> None:
    """Copying changes the named days alone."""
    made = copied_day(program, source, to)
    for place, day in enumerate(WEEKDAYS):
        origin = WEEKDAYS.index(source) if day in to else place
        for minute in range(0, 1440, 41):
            assert rate_at(made, place * 1440 + minute) == rate_at(program, origin * 1440 + minute)


def test_a_constant_day_becomes_a_flex_day_of_one_step() -> None:
    """The rate is the dose over 24 h, and it can then be shifted, which changes nothing."""
    constant = Program(at=AT, mode="simple-continuous", daily_dose=DailyDose(100))
    (step,) = as_flex(constant).steps
    assert step.rate == 100 / 24
    assert as_flex(as_flex(constant)) == as_flex(constant)
    assert shifted(as_flex(constant), 90).steps == (step,)


def test_a_program_without_steps_is_not_edited_by_steps() -> None:
    """Shift and copy refuse a constant day, scaling one that states no dose, and all name the mode."""
    constant = Program(at=AT, mode="simple-continuous", daily_dose=DailyDose(100))
    least = Program(at=AT, mode="minimum-rate")
    edits: list[Callable[[], Program]] = [
        lambda: shifted(constant, 30),
        lambda: copied_day(constant, "mon", ["sun"]),
        lambda: scaled(least, DailyDose(100)),
        lambda: as_flex(least),
    ]
    for edit in edits:
        with pytest.raises(InputError, match="mode: found"):
            edit()


def test_a_total_of_nothing_and_a_day_that_is_none_are_refused() -> None:
    """Each with its place."""
    day = flex((0, 5.0, ()))
    with pytest.raises(InputError, match="daily_dose"):
        scaled(day, DailyDose(0))
    with pytest.raises(InputError, match="days: found someday"):
        copied_day(day, "mon", ["someday"])  # type: ignore[list-item]
