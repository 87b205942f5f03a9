"""The timeline's columns: what each program changed, what each refill found."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from cisterna.care.dose_steps import dose_history
from cisterna.instants import instant_us
from cisterna.pump import daily_doses, run_pump
from cisterna.therapy import Correct, Program, Stop, Therapy, event_table, read_therapy
from cisterna.units import DailyDose

CHILD = Path(__file__).parents[2] / "examples" / "child-start-and-titration.toml"


@pytest.fixture(scope="module")
def child() -> Therapy:
    """The therapy of the child example."""
    return read_therapy(CHILD)


def test_each_program_tells_the_dose_before_and_after(child: Therapy) -> None:
    """The first has none before; each later one begins where the one before ended."""
    steps = dose_history(child).steps
    programs = [event for event in child.valid_events if isinstance(event, Program)]
    assert [step.at_us for step in steps] == [instant_us(event.at) for event in programs]
    assert steps[0].before_mcg is None
    assert steps[0].change_percent is None
    for earlier, later in pairwise(steps):
        assert later.before_mcg == earlier.after_mcg
        assert later.change_mcg == later.after_mcg - earlier.after_mcg


def test_a_corrected_program_counts_as_corrected(child: Therapy) -> None:
    """The history follows what holds, not what was first written."""
    wrong = next(
        event for event in reversed(child.valid_events)
        if isinstance(event, Program) and event.mode == "simple-continuous"
    )  # fmt: skip
    named = replace(wrong, id="wrong")
    fix = Correct(
        at=child.valid_events[-1].at, event="wrong", why="slip",
        new=event_table(replace(wrong, id=None, daily_dose=DailyDose(123))),
    )  # fmt: skip
    events = tuple(named if event == wrong else event for event in child.events)
    steps = dose_history(replace(child, events=(*events, fix))).steps
    assert next(step for step in steps if step.at_us == instant_us(wrong.at)).after_mcg == pytest.approx(123)


def test_the_dose_in_force_is_zero_while_stopped_and_unknown_before_the_implant(child: Therapy) -> None:
    """Along a run the daily dose is that of the program; a stop is 0, and no pump is no dose."""
    last = child.valid_events[-1].at
    stopped = replace(child, events=(*child.events, Stop(at=last + timedelta(hours=1))))
    until = last + timedelta(hours=3)
    run = run_pump(stopped, instant_us(until))
    assert run is not None
    first = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
    times = [instant_us(at) for at in (first, last + timedelta(minutes=30), until)]
    before, running, after = daily_doses(run, times)
    assert before is None
    assert running == dose_history(child).steps[-1].after_mcg
    assert after == 0
