"""Distances, ages and places on an axis are said and drawn without surprise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.clinic.web.form_labels import labelled, labels_in, only_label
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.horizon import Axis, Strip
from cisterna.clinic.web.messages import catalogue
from cisterna.clinic.web.shell import TherapyLine
from cisterna.clinic.web.templates import environment
from cisterna.clinic.web.trend import Point, Trend
from cisterna.clinic.web.wording import Words, thousands_told
from cisterna.errors import Fault

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


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_per_cent_sign_in_a_label_is_a_per_cent_sign(language: str) -> None:
    """Only a text that is given values is a pattern: a label with a % does not break its page."""
    shown = environment(language).from_string("{{ _(words) }}; {{ _('5 %% of %(what)s', what='<b>') }}")
    assert shown.render(words="0 to 100 % of the scale") == "0 to 100 % of the scale; 5 % of &lt;b&gt;"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("20 mL of 1000 mcg/mL", "20 mL of 1,000 mcg/mL"),
        ("12000 mcg/day is above 1000 mcg/day", "12,000 mcg/day is above 1,000 mcg/day"),
        ("12345.5 mcg", "12,345.5 mcg"),
        ("'12000 mcg/day' in 2026, DEMO-1029 mL", "'12000 mcg/day' in 2026, DEMO-1029 mL"),
        ("1,000 mcg and 0.12345 mL", "1,000 mcg and 0.12345 mL"),
    ],
)
def test_the_thousands_of_an_amount_are_separated(text: str, told: str) -> None:
    """A number before a unit is grouped; years, numbers of patients, decimals and what was typed are not."""
    assert thousands_told(text) == told


def test_a_list_of_faults_names_the_fields_as_the_page_does() -> None:
    """Labels come from the template, from descriptions of fields, and from the form where it says them."""

    class Described:
        name, label = "dose", "Daily dose"

    fault = Fault(where="dose", found="nothing", allowed="a dose", remedy="write it")
    values = {"form": FormState(faults=(fault,)), "fields": [Described()], "title": "x"}
    form = labelled(environment(), "events/correct.html", values)["form"]
    assert (form.label("dose"), form.label("correction_why")) == ("Daily dose", "Why was it wrong")
    own = {"form": FormState(faults=(fault,), labels={"dose": "Dose of the day"})}
    assert labelled(environment(), "events/correct.html", own)["form"].label("dose") == "Dose of the day"


def test_a_label_that_pages_do_not_share_is_not_guessed() -> None:
    """A field that is called differently by two pages has no label of its own."""
    every = [labels_in(environment(), name) for name in environment().list_templates()]
    several = {
        each: {labels[each] for labels in every if each in labels} for labels in every for each in labels
    }
    apart = {name for name, labels in several.items() if len(labels) > 1}
    assert apart
    assert all(only_label(environment(), name) == "" for name in apart)
    assert only_label(environment(), "given_name") == "Given name"
