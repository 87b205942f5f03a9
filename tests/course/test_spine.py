"""The spine through a day, held to the course of the therapy that it belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.course.tried import a_day, a_week, boluses

from cisterna.body import CORD_LEVELS
from cisterna.course import simulate
from cisterna.course.preview import Preview, prepare
from cisterna.course.spine import PROGRAMS, STEP_MINUTES, SpineDay, programs_of, spine_day
from cisterna.errors import InputError, TherapyError
from cisterna.instants import US_PER_HOUR, utc
from cisterna.therapy import LEVELS, Clock, Fill, Program, Revise, Therapy, read_therapy
from cisterna.units import DailyDose, Volume

EXAMPLES = Path(__file__).parents[2] / "examples"
FLEX = read_therapy(EXAMPLES / "child-flex-day.toml")
PLAIN = read_therapy(EXAMPLES / "child-start-and-titration.toml")


def now(therapy: Therapy) -> datetime:
    """A day after the last event."""
    return therapy.valid_events[-1].at + timedelta(days=1)


def largest_difference(day: SpineDay, therapy: Therapy) -> float:
    """How far a day lies from the course of ``therapy``, relative to the largest value of each output."""
    instants = [utc(day.start_us + minute * 60_000_000) for minute in day.minutes]
    columns = simulate(therapy, until=instants[-1], at=instants).columns()
    worst = 0.0
    for mine, theirs, factor in (
        *((day.fluid_at(level), f"csf_{level}_mcg_per_ml", 1000.0) for level in LEVELS),
        (day.cistern_ng_per_ml, "csf_cistern_mcg_per_ml", 1000.0),
        (day.legs_ng_per_ml, "cord_legs_ng_per_ml", 1.0),
        (day.arms_ng_per_ml, "cord_arms_ng_per_ml", 1.0),
        (day.tone_legs, "tone_legs", 1.0),
        (day.tone_arms, "tone_arms", 1.0),
        (day.rate_mcg_per_h, "tip_mcg_per_h", 1.0),
        (day.sedation_index, "sedation_index", 1.0),
    ):
        wanted = factor * columns[theirs]
        worst = max(worst, float(np.max(np.abs(np.array(mine) - wanted)) / np.max(np.abs(wanted))))
    return worst


def test_the_current_day_is_the_course_of_the_therapy_as_it_stands() -> None:
    """Nothing is added to a therapy whose pump runs on with enough in its reservoir."""
    assert largest_difference(spine_day(FLEX, now(FLEX)), FLEX) < 1e-9


def test_another_tip_is_the_course_of_the_therapy_with_the_tip_revised() -> None:
    """The tip at C5 is what `simulate` gives of the file with that revision written into it."""
    revised = replace(FLEX, events=(*FLEX.events, Revise(at=now(FLEX), tip="C5")))
    assert largest_difference(spine_day(FLEX, now(FLEX), tip="C5"), revised) < 1e-9


def test_one_rate_all_day_is_the_course_of_the_therapy_with_that_program() -> None:
    """The day's own total, 205.5 mcg, as a simple continuous program."""
    program = Program(at=now(FLEX), mode="simple-continuous", daily_dose=DailyDose(dose_of(FLEX)))
    constant = replace(FLEX, events=(*FLEX.events, program))
    day = spine_day(FLEX, now(FLEX), program="constant")
    assert largest_difference(day, constant) < 1e-9
    assert max(day.rate_mcg_per_h) - min(day.rate_mcg_per_h) < 1e-3


def dose_of(therapy: Therapy) -> float:
    """The daily dose that runs."""
    return spine_day(therapy, now(therapy)).daily_dose_mcg


def test_one_bolus_a_day_gives_the_same_dose_and_swings() -> None:
    """The same mcg in a day; at the tip the level swings twenty times as much as under one rate."""
    whole = {name: spine_day(FLEX, now(FLEX), program=name) for name in PROGRAMS}
    assert whole["bolus"].daily_dose_mcg == pytest.approx(whole["constant"].daily_dose_mcg, rel=1e-6)
    swing = {name: max(day.fluid_at("T10")) / min(day.fluid_at("T10")) for name, day in whole.items()}
    assert swing["bolus"] > 20 * swing["constant"]
    assert whole["bolus"].rate_mcg_per_h.index(max(whole["bolus"].rate_mcg_per_h)) == 8 * 6


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("tip", ["T10", "C5"])
def test_the_day_has_settled(program: str, tip: str) -> None:
    """It ends with the concentrations with which it began, to 1 % of the largest."""
    day = spine_day(PLAIN, now(PLAIN), tip=tip, program=program)  # type: ignore[arg-type]  # of PROGRAMS
    fluid, cord = np.array(day.fluid_ng_per_ml), np.array(day.cord_ng_per_ml)
    assert np.max(np.abs(fluid[-1] - fluid[0])) < 1e-2 * np.max(fluid)
    assert np.max(np.abs(cord[-1] - cord[0])) < 1e-2 * np.max(cord)


def test_it_is_the_day_of_the_pump_and_not_of_the_place() -> None:
    """A clock set eight hours on moves the day that is read; the steps stand where they stood."""
    set_on = replace(FLEX, events=(*FLEX.events, Clock(at=now(FLEX), offset="+09:00")))
    home, away = spine_day(FLEX, now(FLEX)), spine_day(set_on, now(FLEX))
    moved_h = (home.start_us - away.start_us) / 3.6e9
    assert moved_h % 24 == 8
    if moved_h == 8:  # the same day of the week by both clocks
        assert np.allclose(home.rate_mcg_per_h, away.rate_mcg_per_h, rtol=1e-6)


def steady_of(shown: Preview, at_us: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """The series of a preview at these instants of its steady day or week."""
    assert shown.window is not None
    places = np.searchsorted(shown.window.steady_us, at_us)
    assert (shown.window.steady_us[places] == at_us).all()
    return {name: values[places] for name, values in shown.steady().items()}


@pytest.mark.parametrize("program", [None, a_day(now(FLEX)), a_week(now(FLEX)), boluses(now(FLEX))])
def test_it_is_the_steady_day_of_the_program_editor(program: Program | None) -> None:
    """Of one patient and program both give the same instants, levels, rates and tone, to 1e-9."""
    prepared = prepare(FLEX, now(FLEX))
    shown = prepared.current() if program is None else prepared.of(program)
    day = spine_day(FLEX, now(FLEX), program=program or "current")
    assert shown is not None
    both = np.arange(0, 1441, 30)  # the editor shows each 15 minutes, the spine each 10
    steady, places = steady_of(shown, day.start_us + both * 60_000_000), both // STEP_MINUTES
    for mine, name in (
        (day.tone_legs, "tone_legs"),
        (day.tone_arms, "tone_arms"),
        (day.rate_mcg_per_h, "tip_mcg_per_h"),
        (day.fluid_at("T10"), "csf_tip_ng_per_ml"),
        (day.fluid_at("L4"), "csf_lumbar_ng_per_ml"),
        (day.fluid_at("C5"), "csf_cervical_ng_per_ml"),
        (day.cistern_ng_per_ml, "csf_cistern_ng_per_ml"),
    ):
        np.testing.assert_allclose(np.array(mine)[places], steady[name], rtol=1e-9, err_msg=name)


def test_of_a_week_it_is_the_weekday_of_the_question() -> None:
    """Where the days of the program differ it is the day of the steady week with that weekday."""
    for days in range(7):
        at = now(PLAIN) + timedelta(days=days)
        day = spine_day(PLAIN, at, program=a_week(at))
        assert utc(day.start_us + 12 * US_PER_HOUR).date() == day.day
        assert day.day.weekday() == at.weekday()


def test_a_reservoir_that_would_run_low_is_filled_first() -> None:
    """Weeks after the last fill the day is that of the therapy refilled, not that of an empty pump."""
    late = now(PLAIN) + timedelta(days=400)
    day = spine_day(PLAIN, late)
    assert min(day.rate_mcg_per_h) > 0
    last = next(event for event in reversed(PLAIN.valid_events) if isinstance(event, Fill))
    refilled = replace(PLAIN, events=(*PLAIN.events, replace(last, at=late, withdrawn=Volume(0))))
    assert largest_difference(day, refilled) < 1e-9


def test_the_tip_decides_who_gets_the_drug() -> None:
    """At C5 the arms get more and the legs less than at T10; the drug lies highest beside the tip."""
    low, high = spine_day(PLAIN, now(PLAIN)), spine_day(PLAIN, now(PLAIN), tip="C5")
    assert max(low.legs_ng_per_ml) > max(high.legs_ng_per_ml)
    assert max(low.arms_ng_per_ml) < max(high.arms_ng_per_ml)
    for day in (low, high):
        assert LEVELS[int(np.argmax(day.fluid_ng_per_ml[0]))] == day.tip
        assert len(day.cord_ng_per_ml[0]) == len(CORD_LEVELS)
    assert high.is_drowsy or max(high.sedation_index) > max(low.sedation_index)


def test_the_level_of_drowsiness_is_the_published_one_moved_by_tolerance() -> None:
    """Index 1 is that level: cistern over level is the index where all drug came by the pump."""
    day = spine_day(PLAIN, now(PLAIN))
    assert day.drowsy.name == "sedation_threshold"
    assert day.cistern_ng_per_ml[0] / day.drowsy_ng_per_ml == pytest.approx(day.sedation_index[0], rel=1e-9)
    assert day.drowsy_ng_per_ml >= day.drowsy.in_unit("ng/mL")


def test_programs_that_are_the_same_are_offered_once() -> None:
    """Under one rate there is no second program of one rate."""
    assert programs_of(PLAIN, now(PLAIN)) == ("current", "bolus")
    assert programs_of(FLEX, now(FLEX)) == PROGRAMS


def test_facts_are_plain_and_as_long_as_the_day() -> None:
    """Each key carries its unit; every list has one value for each output."""
    day = spine_day(PLAIN, now(PLAIN))
    facts = day.facts()
    assert {len(facts[name]) for name in facts if name.endswith(("_per_ml", "minutes"))
            and isinstance(facts[name], list)} == {len(day.minutes)}  # fmt: skip
    assert facts["levels"][0] == "S2"


def test_what_cannot_be_asked_is_refused() -> None:
    """A level that is none, an instant before the last event, a therapy without a pump."""
    with pytest.raises(InputError, match="a level from C1 to S2"):
        spine_day(PLAIN, now(PLAIN), tip="T13")
    with pytest.raises(TherapyError, match="after the last event"):
        spine_day(PLAIN, now(PLAIN) - timedelta(days=2))
    tablets = read_therapy(EXAMPLES / "oral-only.toml")
    with pytest.raises(TherapyError, match="no pump that runs"):
        spine_day(tablets, now(tablets))
