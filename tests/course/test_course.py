"""A course joins pump and body and loses no drug."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from tests.therapy.strategies import therapies

from cisterna.course import Course, output_times, simulate
from cisterna.errors import DrugAccountError, PumpError, TherapyError
from cisterna.instants import US_PER_HOUR, instant_us
from cisterna.therapy import Program, Therapy, read_therapy
from cisterna.units import DailyDose

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def child() -> Course:
    """The child of the examples, every six hours."""
    return simulate(read_therapy(EXAMPLES / "child-start-and-titration.toml"), every_h=6)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(therapies())
def test_no_drug_is_made_or_lost_in_random_therapies(therapy: Therapy) -> None:
    """Injected and given equals withdrawn, held and eliminated to 1e-9 at every output time."""
    end = max(event.at for event in therapy.valid_events) + timedelta(days=1)
    course = simulate(therapy, until=end, every_h=24)
    assert course.account.worst_error() <= 1e-9


@pytest.mark.parametrize("term", ["withdrawn_mcg", "dead_volume_mcg", "cord_mcg", "eliminated_mcg"])
@pytest.mark.requirement("A11")
def test_a_broken_term_fails_the_account(child: Course, term: str) -> None:
    """If one term of the account were a thousandth too small, the account would say so."""
    broken = replace(child.account, **{term: getattr(child.account, term) * (1 - 1e-3)})
    with pytest.raises(DrugAccountError, match="account is off"):
        broken.check()


@pytest.mark.requirement("A11")
def test_what_the_pump_delivered_is_what_entered_the_body(child: Course) -> None:
    """Drug that left the tip, as the pump counts it, and drug by other routes is what the body got."""
    assert child.readings is not None
    delivered = np.asarray(child.readings.delivered_mcg)
    entered = child.exposure.entered_mcg[child.at]
    other = child.account.by_other_routes_mcg
    assert entered == pytest.approx(delivered + other, rel=1e-9)


def test_values_do_not_depend_on_the_output_grid() -> None:
    """The same instant has the same value whatever other instants are asked for."""
    therapy = read_therapy(EXAMPLES / "child-flex-day.toml")
    start = therapy.valid_events[0].at
    end = start + timedelta(days=40)
    coarse = simulate(therapy, until=end, every_h=6)
    fine = simulate(therapy, until=end, every_h=0.25)
    common = np.searchsorted(fine.times_us, coarse.times_us)
    for name, column in coarse.columns().items():
        reference = fine.columns()[name][common]
        assert np.abs(column - reference).max() <= 1e-9 * max(np.abs(reference).max(), 1e-30), name


def test_a_shorter_run_is_the_beginning_of_a_longer_one(child: Course) -> None:
    """What happens later does not change what came before."""
    end = child.events[0].at + timedelta(days=60)
    short = simulate(child.therapy, until=end, every_h=6)
    rows = len(short.times_us) - 1
    for name, column in short.columns().items():
        whole = child.columns()[name][:rows]
        largest = np.nanmax(np.abs(whole), initial=1e-30)
        assert np.allclose(column[:rows], whole, rtol=0, atol=1e-12 * largest, equal_nan=True), name


def test_an_output_at_an_event_is_the_value_after_it(child: Course) -> None:
    """At the instant of a refill the reservoir is full."""
    assert child.event_readings is not None
    fills = [row for row, event in enumerate(child.events) if event.kind == "fill"]
    assert [child.event_readings.reservoir_ml[row] for row in fills] == [20.0] * len(fills)


def test_the_facts_agree_with_the_columns(child: Course) -> None:
    """Facts, samples and columns tell the same numbers."""
    sample = list(child.samples())[-1]
    columns = child.columns()
    assert sample["tone"]["legs"] == columns["tone_legs"][-1]
    assert sample["csf_mcg_per_ml"]["T10"] == columns["csf_T10_mcg_per_ml"][-1]
    facts = child.facts()
    assert facts["drug_account"]["injected_mcg"] == child.account.injected_mcg[-1]
    assert len(facts["events"]) == len(child.events)


def test_parameters_set_in_the_file_change_the_course() -> None:
    """A slower exchange with the cord, set in the file, delays the effect."""
    therapy = read_therapy(EXAMPLES / "screening-trial.toml")
    slow = replace(therapy, parameters={"ke0": "0.05 1/h"}, settings=therapy.settings.of({"ke0": "0.05 1/h"}))
    as_published = simulate(therapy, every_h=0.25).columns()["cord_legs_ng_per_ml"]
    slowed = simulate(slow, every_h=0.25).columns()["cord_legs_ng_per_ml"]
    assert slowed.max() < as_published.max()
    assert np.argmax(slowed) > np.argmax(as_published)


def test_a_rate_that_the_pump_cannot_give_is_refused() -> None:
    """0.02 mL/day, below the pump's least flow, ends in an error and not in another rate."""
    therapy = read_therapy(EXAMPLES / "child-start-and-titration.toml")
    program = next(event for event in therapy.events if isinstance(event, Program))
    low = replace(program, daily_dose=DailyDose(10))
    events = tuple(low if event is program else event for event in therapy.events)
    with pytest.raises(PumpError, match=r"daily_dose.*0\.02 mL/day"):
        simulate(replace(therapy, events=events))


def test_output_times_are_even_and_end_at_the_end() -> None:
    """Outputs lie at multiples of the step from the first event, and at the end."""
    therapy = read_therapy(EXAMPLES / "screening-trial.toml")
    start_us = instant_us(therapy.valid_events[0].at)
    times, end_us = output_times(
        start_us, start_us, until=therapy.valid_events[0].at + timedelta(hours=5, minutes=30), every_h=2
    )
    assert [(time - start_us) / US_PER_HOUR for time in times.tolist()] == [0, 2, 4, 5.5]
    assert end_us == times[-1]


def test_a_therapy_without_events_is_refused() -> None:
    """Nothing was done, so there is nothing to unfold."""
    therapy = read_therapy(EXAMPLES / "screening-trial.toml")
    with pytest.raises(TherapyError, match="at least one event"):
        simulate(replace(therapy, events=()))
