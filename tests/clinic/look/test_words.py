"""Distances, ages and places on an axis are said and drawn without surprise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.clinic.web.horizon import Axis, Strip
from cisterna.clinic.web.messages import catalogue
from cisterna.clinic.web.shell import TherapyLine
from cisterna.clinic.web.trend import Point, Trend
from cisterna.clinic.web.wording import Words

WORDS = Words(catalogue())
TODAY = date(2026, 11, 23)
DAYS = st.integers(-4000, 4000)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1200, "1,200 days overdue"),
        (-1, "1 day overdue"),
        (0, "today"),
        (1, "tomorrow"),
        (2, "in 2 days"),
        (1500, "in 1,500 days"),
    ],
)
def test_what_is_past_its_date_is_overdue(days: int, words: str) -> None:
    """A date to act by is said as overdue once it is past, and the day itself is still in time."""
    assert WORDS.overdue(TODAY + timedelta(days=days), TODAY) == words


def test_no_date_has_no_distance() -> None:
    """What has no date has no words beside it."""
    assert WORDS.relative(None, TODAY) == WORDS.overdue(None, TODAY) == ""


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (date(2026, 11, 23), "0 y 0 m"),
        (date(2008, 11, 24), "17 y 11 m"),
        (date(2008, 11, 23), "18 y"),
        (date(2024, 2, 29), "2 y 8 m"),
        (date(1974, 1, 1), "52 y"),
    ],
)
def test_an_age_counts_whole_months(born: date, words: str) -> None:
    """The birthday itself counts; the day before does not; months are told under 18 years."""
    assert WORDS.age(born, TODAY) == words


@given(one=DAYS, other=DAYS)
def test_later_days_never_stand_further_left(one: int, other: int) -> None:
    """Places follow the order of days and stay inside the drawing, on the axis and beyond it."""
    axis = Axis.around(TODAY)
    early, late = sorted((one, other))
    left, right = axis.place(TODAY + timedelta(days=early)), axis.place(TODAY + timedelta(days=late))
    assert 0 < left <= right < 100


@given(days=DAYS)
def test_a_day_beyond_the_axis_is_known_to_be_beyond(days: int) -> None:
    """Only a day between start and end counts as drawn where it is."""
    axis = Axis.around(TODAY)
    assert axis.within(TODAY + timedelta(days=days)) == (-7 <= days <= 42)


def test_a_pump_that_outlasts_the_axis_runs_on() -> None:
    """An alarm behind the end is an arrow, one before it a bar."""
    axis = Axis.around(TODAY)
    assert Strip(axis=axis, alarm=axis.end + timedelta(days=1)).runs_on
    assert not Strip(axis=axis, alarm=axis.end).runs_on
    assert not Strip(axis=axis).runs_on


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9))
def test_a_higher_value_stands_higher(values: list[float]) -> None:
    """In a small drawing the order of values is the order of heights, and all lie inside."""
    trend = Trend(tuple(Point(value=value, at="", words="") for value in values))
    heights = [trend.up(value) for value in sorted(values)]
    assert heights == sorted(heights, reverse=True)
    assert all(0 <= height <= 100 for height in heights)
    assert len(trend.lines) == len(values) - 1


def test_the_drug_in_a_full_reservoir_is_unknown_where_either_part_is() -> None:
    """A concentration without a volume makes no amount; zero is an amount."""
    known = TherapyLine(
        drug="baclofen", concentration_mcg_per_ml=500.0, full_ml=40.0, daily_dose_mcg=None, mode="", tip=""
    )
    assert known.full_mcg == 20000.0
    unknown = TherapyLine(
        drug="baclofen", concentration_mcg_per_ml=None, full_ml=40.0, daily_dose_mcg=None, mode="", tip=""
    )
    assert unknown.full_mcg is None
