"""A program before anybody sets it: the preview is the course, and the steady day is one of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta
from itertools import takewhile

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.course.tried import (
    ADULT,
    CHILD,
    EXAMPLES,
    FIRST_PROGRAM,
    JUST_FILLED,
    WITH_TABLETS,
    a_day,
    a_week,
    boluses,
    constant,
    flex,
    up_to,
)

from cisterna.course import simulate
from cisterna.course.preview import Goal, Preview, prepare
from cisterna.errors import BodyError, PumpError, TherapyError
from cisterna.instants import US_PER_DAY, instant_us, utc
from cisterna.pump import run_pump
from cisterna.therapy import Fill, Implant, Interrogate, Therapy, read_therapy


def same_as_course(shown: Preview, therapy: Therapy) -> None:
    """Every series is that of `simulate` of the therapy."""
    assert shown.window is not None
    for times_us, series in (
        (shown.window.first_us, shown.first_days()),
        (shown.window.steady_us, shown.steady()),
    ):
        instants = [utc(at_us) for at_us in times_us.tolist()]
        columns = simulate(therapy, until=instants[-1], at=instants).columns()
        expected: Mapping[str, NDArray[np.float64]] = {
            "rate_mcg_per_h": columns["programmed_mcg_per_h"],
            "tip_mcg_per_h": columns["tip_mcg_per_h"],
            "tone_legs": columns["tone_legs"],
            "tone_arms": columns["tone_arms"],
            "csf_tip_ng_per_ml": 1000 * columns[f"csf_{shown.tip}_mcg_per_ml"],
            "csf_lumbar_ng_per_ml": 1000 * columns["csf_L4_mcg_per_ml"],
            "csf_cervical_ng_per_ml": 1000 * columns["csf_C5_mcg_per_ml"],
            "csf_cistern_ng_per_ml": 1000 * columns["csf_cistern_mcg_per_ml"],
        }
        assert expected.keys() == series.keys()
        for name, values in expected.items():
            np.testing.assert_allclose(
                series[name], values, rtol=1e-9, atol=1e-9 * np.abs(values).max(), err_msg=name
            )


@pytest.mark.parametrize(
    ("therapy", "program"),
    [
        (CHILD, constant), (WITH_TABLETS, a_day), (WITH_TABLETS, a_week), (ADULT, a_day), (ADULT, boluses),
        (JUST_FILLED, constant),
    ],
    ids=["child-constant", "tablets-flex", "tablets-week", "adult-flex", "adult-boluses", "first-program"],
)  # fmt: skip
def test_the_preview_is_the_course(therapy: Therapy, program: object) -> None:
    """Its numbers are those of `simulate` of the therapy with that program, to 1e-9, whatever ran before."""
    at = therapy.valid_events[-1].at + timedelta(hours=20, minutes=7)
    prepared = prepare(therapy, at)
    made = constant(180, at) if program is constant else program(at)  # type: ignore[operator]
    same_as_course(prepared.of(made), prepared.therapy_with(made))


def test_what_an_occlusion_sets_free_at_once_is_in_it() -> None:
    """Drug trapped behind an occlusion comes as a dose after the program is set."""
    therapy = read_therapy(EXAMPLES / "fault-occlusion.toml")
    last = therapy.valid_events[-1].at
    prepared = prepare(therapy, last + timedelta(hours=1))
    shown = prepared.of(a_day(prepared.at))
    assert shown.trial is not None
    assert len(shown.trial.doses) == 1
    same_as_course(shown, prepared.therapy_with(a_day(prepared.at)))


def test_what_runs_now_is_the_course_without_a_change() -> None:
    """The current program is shown as it goes on, and nothing is judged of it."""
    at = ADULT.valid_events[-1].at + timedelta(days=3)
    shown = prepare(ADULT, at).current()
    assert shown is not None
    assert shown.trial is not None
    assert shown.trial.refills == ()
    same_as_course(shown, ADULT)


def test_nothing_runs_before_the_first_program() -> None:
    """Where no program runs there is no current one to show."""
    assert prepare(JUST_FILLED, JUST_FILLED.valid_events[-1].at).current() is None


def test_refills_that_would_be_due_before_are_taken_to_be_made() -> None:
    """A reservoir that runs low before the steady day is refilled as the last time, as often as it must."""
    at = ADULT.valid_events[-1].at + timedelta(days=58)
    prepared = prepare(ADULT, at)
    for dose, count in ((300, 1), (1800, 2)):
        therapy = prepared.therapy_with(constant(dose, at))
        refills = [one for one in therapy.events[len(ADULT.events) :] if isinstance(one, Fill)]
        assert len(refills) == count
        shown = prepared.of(constant(dose, at))
        assert shown.facts()["refill_assumed_us"] == instant_us(refills[0].at)
        same_as_course(shown, therapy)
        assert shown.steady()["tip_mcg_per_h"] == pytest.approx(dose / 24)


def test_the_dates_are_those_of_the_pump_with_the_program() -> None:
    """Refill and alarm are what the pump of the therapy with the program says just after it."""
    at = CHILD.valid_events[-1].at + timedelta(days=1)
    prepared = prepare(CHILD, at)
    facts = prepared.of(a_day(at)).facts()
    run = run_pump(replace(CHILD, events=(*CHILD.events, a_day(at))), prepared.at_us)
    assert run is not None
    assert facts["refill_by_us"] == run.dates.refill_by_date.at_us
    assert facts["low_reservoir_us"] == run.dates.low_reservoir_alarm_date.at_us
    assert facts["next_refills"][0] == facts["refill_by_us"]
    assert facts["next_refills"] == sorted(facts["next_refills"])


def test_a_steady_day_begins_at_midnight_of_the_pump_and_a_week_on_its_monday() -> None:
    """It begins once nothing is left of the change, 17.5 days after it, at 00:00 of the pump's clock."""
    at = CHILD.valid_events[-1].at + timedelta(days=1)
    prepared = prepare(CHILD, at)
    day, week = prepared.of(a_day(at)), prepared.of(a_week(at))
    assert day.window is not None
    assert week.window is not None
    begin = utc(int(day.window.steady_us[0])) + timedelta(hours=1)  # the clock keeps +01:00 from the implant
    assert begin.time() == time(0)
    assert timedelta(days=17.4) <= begin - timedelta(hours=1) - at < timedelta(days=18.6)
    monday = utc(int(week.window.steady_us[0])) + timedelta(hours=1)
    assert (monday.weekday(), monday.time()) == (0, time(0))
    assert np.ptp(day.window.steady_us) == US_PER_DAY
    assert np.ptp(week.window.steady_us) == 7 * US_PER_DAY
    assert week.facts()["by_weekday_mcg"] == pytest.approx([39 + 27.5 + 105] * 5 + [48 + 176] * 2)


def test_the_steady_day_repeats() -> None:
    """But for tolerance, which rises over months, a day a week later is the same to 0.02 of the scale."""
    at = ADULT.valid_events[-1].at + timedelta(days=1)
    prepared = prepare(ADULT, at)
    shown = prepared.of(a_day(at))
    assert shown.window is not None
    later = [utc(at_us + 7 * US_PER_DAY) for at_us in shown.window.steady_us.tolist()]
    course = simulate(prepared.therapy_with(a_day(at)), until=later[-1], at=later).columns()
    assert np.abs(course["tone_legs"] - shown.steady()["tone_legs"]).max() < 0.02


def test_a_program_that_the_pump_refuses_is_told_at_its_step() -> None:
    """Nothing is computed of it; the fault stands at the step with what the pump can do."""
    at = CHILD.valid_events[-1].at
    facts = prepare(CHILD, at).of(flex(at, (0, 0, 6.0, ()), (6, 0, 0.2, ()), (7, 0, 6.0, ()))).facts()
    (fault,) = facts["faults"]
    assert fault["where"] == "steps[1].rate"
    assert "0.048" in fault["allowed"]
    assert facts["steady"] is None
    assert facts["total_mcg_per_day"] is None


def test_facts_are_complete_whether_the_pump_takes_it_or_not() -> None:
    """Both have the same keys."""
    at = CHILD.valid_events[-1].at
    prepared = prepare(CHILD, at)
    assert (
        prepared.of(constant(200, at)).facts().keys() == prepared.of(constant(1e6, at)).facts().keys()
    )  # fmt: skip


def test_what_is_passed_is_said_with_its_source() -> None:
    """Twice the dose touches the guardrails of a change; the smallest limits that apply stand beside them."""
    at = CHILD.valid_events[-1].at + timedelta(days=1)
    said = prepare(CHILD, at).of(constant(400, at)).said
    assert {"large-change", "maintenance-step"} <= {one.name for one in said if one.level == "exceeded"}
    assert all(one.source for one in said)
    kept = [one for one in said if one.level == "kept"]
    assert any(one.name == "pump-flow" and one.kind == "absolute" for one in kept)


def test_too_much_drug_is_said_as_the_course_warns() -> None:
    """A dose that makes the cistern drowsy is told as a response of the patient."""
    at = ADULT.valid_events[-1].at + timedelta(days=1)
    said = prepare(ADULT, at).of(constant(3000, at)).said
    assert any("drowsy" in one.text for one in said if one.name == "response")


def test_a_child_without_weight_is_refused_with_the_typical_one_offered() -> None:
    """It says what is missing and offers the published value; with it every preview says so."""
    patient = replace(CHILD.patient, weight=None)
    events = tuple(event for event in CHILD.events if event.kind != "weigh")
    therapy, at = replace(CHILD, patient=patient, events=events), CHILD.valid_events[-1].at
    with pytest.raises(BodyError, match=r"patient\.weight.*typical.*21"):
        prepare(therapy, at)
    facts = prepare(therapy, at, takes_typical=True).of(constant(200, at)).facts()
    assert [(one["what"], one["status"]) for one in facts["missing"]] == [("weight", "recalled")]
    assert facts["missing"][0]["is_needed"]


def test_an_untreated_tone_that_is_not_known_is_the_published_mean() -> None:
    """It is taken without asking and said."""
    therapy = replace(CHILD, patient=replace(CHILD.patient, tone=None))
    facts = prepare(therapy, CHILD.valid_events[-1].at).of(constant(200, CHILD.valid_events[-1].at)).facts()
    assert [one["what"] for one in facts["missing"]] == [
        "untreated tone of the legs", "untreated tone of the arms"
    ]  # fmt: skip


def test_before_the_last_event_and_without_a_filled_pump_nothing_can_be_prepared() -> None:
    """Each is refused with what to do."""
    with pytest.raises(TherapyError, match="last event"):
        prepare(CHILD, CHILD.valid_events[-1].at - timedelta(hours=1))
    only_implant = replace(
        CHILD, events=tuple(event for event in up_to(CHILD, "2026-03-01").events) + _implants(CHILD)
    )
    with pytest.raises(PumpError, match="never filled"):
        prepare(only_implant, only_implant.valid_events[-1].at)
    no_pump = up_to(CHILD, "2026-03-01")
    with pytest.raises(PumpError, match="no pump"):
        prepare(no_pump, no_pump.valid_events[-1].at)


def _implants(therapy: Therapy) -> tuple[Implant, ...]:
    return tuple(event for event in therapy.events if isinstance(event, Implant))


def test_it_is_entered_where_the_therapy_sets_a_parameter_of_the_body() -> None:
    """A patient with own parameters is not the typical one."""
    own = replace(CHILD, parameters={"ke0": "0.15 1/h"})
    at = CHILD.valid_events[-1].at
    assert prepare(own, at).of(constant(200, at)).facts()["model"] == "entered"
    assert prepare(CHILD, at).of(constant(200, at)).facts()["model"] == "typical"


def test_what_the_pump_can_deliver_is_said_where_it_is_kept_too() -> None:
    """A rate at the lowest of the pump is at its limit; steps and cistern stay below theirs."""
    at = CHILD.valid_events[-1].at
    prepared = prepare(CHILD, at)
    levels = {
        one.name: one.level for one in prepared.of(flex(at, (0, 0, 1.0, ()), (6, 0, 12.0, ()))).said
    }  # fmt: skip
    assert levels["lowest-rate"] == "at"
    assert levels["highest-rate"] == levels["flex-steps"] == levels["drowsiness"] == "kept"
    assert prepared.deliverable.least_mcg_per_h == pytest.approx(1.0)


def test_where_nobody_knows_what_was_delivered_no_course_is_shown() -> None:
    """After a session that may not have arrived tone and fluid are unknown, and that is said."""
    therapy = read_therapy(EXAMPLES / "session-and-scan.toml")
    events = tuple(takewhile(lambda one: not isinstance(one, Interrogate), therapy.valid_events))
    uncertain = replace(therapy, events=tuple(one for one in therapy.events if one in events))
    at = uncertain.valid_events[-1].at + timedelta(hours=1)
    goal = Goal(name="sleep", from_minute=0, to_minute=360, where="legs", at="most", tone=2)
    shown = prepare(uncertain, at).of(constant(100, at), [goal])
    facts = shown.facts()
    assert set(facts["steady"]["tone_legs"]) == {None}
    assert set(facts["steady"]["rate_mcg_per_h"]) == {100 / 24}
    assert facts["goals"][0]["share"] is None
    assert facts["loosest"] is None
    assert any(one.name == "unknown" for one in shown.said)


def test_just_at_a_program_there_is_no_room_for_another() -> None:
    """Two programs at one instant are no therapy; a minute later one can be tried."""
    at = FIRST_PROGRAM.at
    until = replace(CHILD, events=tuple(one for one in CHILD.events if one.at <= at))
    with pytest.raises(TherapyError, match="instant of a program"):
        prepare(until, at)
    assert prepare(until, at + timedelta(minutes=1)).of(constant(100, at)).is_known
