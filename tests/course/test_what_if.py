"""What if: a therapy goes on with something gone wrong, beside the same without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cisterna.course import simulate
from cisterna.course.flight import clock_at_the_place
from cisterna.course.what_if import SCENARIOS, Scenario, Steps, WhatIf, what_if
from cisterna.errors import InputError, TherapyError
from cisterna.instants import utc
from cisterna.therapy import Clock, FaultEvent, Therapy, read_therapy
from cisterna.units import Concentration, Fraction

CHILD = read_therapy(Path(__file__).parents[2] / "examples" / "child-flex-day.toml")
NOW = CHILD.valid_events[-1].at + timedelta(days=1)
HOW: dict[Scenario, dict[str, Any]] = {
    "catheter-leak": {"amount": Fraction.parse("40 %")},
    "wrong-concentration": {"amount": Concentration.parse("2000 mcg/mL")},
    "lowered-in-steps": {"steps": Steps(share=0.25, every=7)},
    "flight": {"hours_east": 8},
}


def asked(scenario: Scenario, therapy: Therapy = CHILD, at: datetime = NOW) -> WhatIf:
    """A scenario of the child with a flex day."""
    return what_if(therapy, scenario, at, **HOW.get(scenario, {}))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_before_it_nothing_differs_and_afterwards_less_or_more_drug_comes(scenario: Scenario) -> None:
    """At the instant itself both have the same tone; of the drug at the tip as much differs as is lost."""
    found = asked(scenario)
    with_it, without = found.course.columns(), found.without.columns()
    assert with_it["tone_legs"][0] == pytest.approx(without["tone_legs"][0], abs=1e-9)
    given, else_given = np.sum(with_it["tip_mcg_per_h"]), np.sum(without["tip_mcg_per_h"])
    if scenario == "missed-refill":
        assert given == else_given
        assert with_it["tip_mcg_per_h"][-1] == 0
    elif scenario == "flight":
        assert given == pytest.approx(else_given, rel=0.02)
        assert not np.allclose(with_it["tip_mcg_per_h"], without["tip_mcg_per_h"], rtol=0.1)
    elif scenario == "wrong-concentration":
        assert given > 2 * else_given
    else:
        assert given < 0.9 * else_given


def test_it_is_the_course_of_the_therapy_with_that_event() -> None:
    """A leak is what `simulate` gives of the same file with the fault written into it."""
    found = asked("catheter-leak")
    leaking = replace(
        CHILD,
        events=(*CHILD.events, FaultEvent(at=NOW, what="catheter-leak", amount=Fraction.parse("40 %"))),
    )
    times = found.course.times_us
    again = simulate(leaking, until=utc(int(times[-1])), at=[utc(int(each)) for each in times])
    for name, values in found.course.columns().items():
        assert np.array_equal(values, again.columns()[name], equal_nan=True), name


@pytest.mark.parametrize(
    ("scenario", "kind", "words"),
    [
        ("missed-refill", "alarm", "low reservoir"),
        ("motor-stall", "alarm", "motor stall"),
        ("catheter-leak", "response", "withdrawal"),
        ("wrong-concentration", "response", "Too much drug for the legs"),
        ("stopped", "response", "withdrawal"),
    ],
)
def test_what_is_noticed_first(scenario: Scenario, kind: str, words: str) -> None:
    """The pump sounds where it can know; a leak and a wrong syringe are noticed at the patient alone."""
    first = asked(scenario).first
    assert first is not None
    assert (first.kind, words in first.text) == (kind, True)
    assert first.at_us >= asked(scenario).at_us


def test_lowering_ends_with_a_stop_and_says_each_step_that_is_too_large() -> None:
    """Four steps of a quarter: after three weeks nothing is given; each step above the published is told."""
    found = asked("lowered-in-steps")
    weeks = found.course.columns()["tip_mcg_per_h"][:: 7 * 24]
    assert weeks[-1] == 0
    told = [each.text for each in found.noticed if "larger reduction" in each.text]
    assert len(told) == 3


def test_what_is_missing_is_told() -> None:
    """A leak of nobody knows how much, steps of nothing, an instant of the past, a patient without a pump."""
    with pytest.raises(InputError, match="40 %"):
        what_if(CHILD, "catheter-leak", NOW)
    with pytest.raises(InputError, match="2000 mcg/mL"):
        what_if(CHILD, "wrong-concentration", NOW, amount=Fraction.parse("40 %"))
    with pytest.raises(InputError, match="how fast"):
        what_if(CHILD, "lowered-in-steps", NOW, steps=Steps(share=0, every=7))
    with pytest.raises(TherapyError, match="after the last event"):
        asked("stopped", at=NOW - timedelta(days=2))
    by_mouth = read_therapy(Path(__file__).parents[2] / "examples" / "oral-only.toml")
    with pytest.raises(TherapyError, match="no pump that runs"):
        asked("stopped", by_mouth, by_mouth.valid_events[-1].at + timedelta(days=1))


def test_after_a_flight_each_step_comes_so_many_hours_later_by_local_time() -> None:
    """Eight hours east the step of 06:30 begins at 14:30 at the place, which is 06:30 at home."""
    found = asked("flight")
    told = [each for each in found.noticed if each.kind == "befell"]
    assert [each.text.partition(" by the pump's clock")[0] for each in told[1:]] == [
        "the step of 00:00", "the step of 06:30", "the step of 09:00",
    ]  # fmt: skip
    assert [each.text[-18:-13] for each in told[1:]] == ["08:00", "14:30", "17:00"]
    morning = utc(told[2].at_us).astimezone(CHILD.zone)
    assert f"{morning:%H:%M}" == "06:30"
    assert found.first is None


def test_the_pump_does_not_know_of_the_flight() -> None:
    """With the clock left as it is the course is that of the therapy as it stands."""
    found = asked("flight")
    times = [utc(int(each)) for each in found.course.times_us]
    again = simulate(CHILD, until=times[-1], at=times)
    for name, values in found.course.columns().items():
        assert np.array_equal(values, again.columns()[name], equal_nan=True), name


def test_setting_the_clock_at_a_visit_is_the_clock_event_of_a_file() -> None:
    """It skips the steps of eight hours once; from then on the day is that of the place."""
    found = asked("flight")
    set_on = replace(CHILD, events=(*CHILD.events, Clock(at=NOW, offset="+09:00")))
    times = [utc(int(each)) for each in found.without.times_us]
    again = simulate(set_on, until=times[-1], at=times)
    assert np.array_equal(found.without.columns()["tone_legs"], again.columns()["tone_legs"])
    (helps,) = (each for each in found.noticed if each.kind == "helps")
    assert "skipped are 09:30 to 17:30 at 8 mcg/h; 64 mcg in all" in helps.text
    rates = found.without.columns()["tip_mcg_per_h"]
    left = found.course.columns()["tip_mcg_per_h"]
    assert np.allclose(rates[48:72], left[56:80], rtol=1e-3)


def test_one_rate_all_day_needs_no_clock() -> None:
    """Under simple continuous infusion no step moves, which is said."""
    plain = read_therapy(Path(__file__).parents[2] / "examples" / "child-start-and-titration.toml")
    found = what_if(plain, "flight", plain.valid_events[-1].at + timedelta(days=1), hours_east=-5)
    assert "no step of the program depends on the clock" in found.noticed[1].text
    assert np.array_equal(found.course.columns()["tone_legs"], found.without.columns()["tone_legs"])


@pytest.mark.parametrize("hours", [None, 0, 24, -30, 0.1, float("nan")])
def test_a_flight_needs_hours_that_exist(hours: float | None) -> None:
    """None, none at all, a day or more, and what is no quarter of an hour are refused."""
    with pytest.raises(InputError, match="quarters of an hour"):
        what_if(CHILD, "flight", NOW, hours_east=hours)


def test_over_the_date_line_the_clock_is_set_to_a_time_that_places_have() -> None:
    """From UTC+1, 14 hours east is UTC-9 of the day before, and 14 west is UTC+11."""
    assert clock_at_the_place(CHILD, NOW, 14).offset == "-09:00"
    assert clock_at_the_place(CHILD, NOW, -14).offset == "+11:00"
    assert clock_at_the_place(CHILD, NOW, 4.5).offset == "+05:30"
