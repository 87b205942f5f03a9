"""Repeating flows: volumes, their inverse, and the pieces of a time."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cisterna.instants import US_PER_DAY, US_PER_HOUR
from cisterna.pump import Schedule, Stage

flows = st.sampled_from([0.0, 0.00025, 0.002, 0.0125, 0.9])


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Days of up to 13 stages, some without flow."""
    starts = draw(st.lists(st.integers(1, US_PER_DAY - 1), max_size=12, unique=True))
    stages = [Stage(start, draw(flows), 0.0) for start in sorted({0, *starts})]
    return Schedule.of(draw(st.integers(0, US_PER_DAY)), US_PER_DAY, stages)


instants = st.integers(-3 * US_PER_DAY, 400 * US_PER_DAY)


@given(schedules(), instants, instants)
@pytest.mark.requirement("C8", "C10", "A11")
def test_pieces_cover_the_time_once(schedule: Schedule, one: int, other: int) -> None:
    """The pieces of a time follow each other without gap or overlap, each a change, and hold its volume."""
    start, end = min(one, other), min(max(one, other), min(one, other) + 3 * US_PER_DAY)
    pieces = list(schedule.pieces(start, end)) if end > start else []
    assert [piece.start_us for piece in pieces[1:]] == [piece.end_us for piece in pieces[:-1]]
    if pieces:
        assert (pieces[0].start_us, pieces[-1].end_us) == (start, end)
    assert all(before.flow_ml_per_h != after.flow_ml_per_h for before, after in pairwise(pieces))
    total = sum(piece.flow_ml_per_h * (piece.end_us - piece.start_us) / US_PER_HOUR for piece in pieces)
    assert total == pytest.approx(schedule.volume_ml(start, end), rel=1e-9, abs=1e-9)


@given(schedules(), instants, st.floats(1e-6, 20.0))
def test_when_is_the_inverse_of_volume(schedule: Schedule, start: int, volume_ml: float) -> None:
    """At the instant that is answered the volume has been asked for, and not before."""
    at_us = schedule.when(start, volume_ml)
    assume(at_us is None or at_us - start < 10_000 * US_PER_DAY)  # no pump lives longer
    if at_us is None:
        assert schedule.volume_ml(start, start + US_PER_DAY) == 0
        return
    assert schedule.volume_ml(start, at_us) == pytest.approx(volume_ml, rel=1e-9, abs=1e-9)
    # a flow that pauses: the first instant counts, not the end of the pause
    assert schedule.volume_ml(start, at_us - US_PER_HOUR) <= volume_ml
    assert schedule.at(at_us - 1).flow_ml_per_h > 0 or at_us == start


def test_equal_neighbours_are_one_also_over_midnight() -> None:
    """A rate that goes on over midnight is no change, so a constant day is one stage."""
    night = [Stage(0, 0.01, 5.0), Stage(6 * US_PER_HOUR, 0.02, 10.0), Stage(20 * US_PER_HOUR, 0.01, 5.0)]
    schedule = Schedule.of(0, US_PER_DAY, night)
    assert len(schedule.stages) == 2
    assert [piece.end_us // US_PER_HOUR for piece in schedule.pieces(0, 48 * US_PER_HOUR)] == [
        6,
        20,
        30,
        44,
        48,
    ]
    constant = Schedule.of(0, US_PER_DAY, [Stage(0, 0.01, 5.0), Stage(US_PER_HOUR, 0.01, 5.0)])
    assert len(list(constant.pieces(0, 4000 * US_PER_DAY))) == 1


def test_the_last_drop_of_a_period_comes_with_its_flow() -> None:
    """A whole day's volume is out when the day's flow ends, not when the next day's begins."""
    stages = [Stage(0, 0.0, 0.0), Stage(6 * US_PER_HOUR, 0.0625, 5.0), Stage(14 * US_PER_HOUR, 0.0, 0.0)]
    schedule = Schedule.of(0, US_PER_DAY, stages)
    assert schedule.when(0, 0.5) == 14 * US_PER_HOUR
    assert schedule.when(0, 1.5) == 2 * US_PER_DAY + 14 * US_PER_HOUR


def test_a_date_years_ahead_is_exact() -> None:
    """18 mL at 0.6 mL/day last 30 days to the microsecond, and so does the like of it after ten years."""
    schedule = Schedule.constant(0.6 / 24, 12.5)
    ten_years = 3653 * US_PER_DAY
    assert schedule.when(ten_years, 18.0) == ten_years + 30 * US_PER_DAY


def test_a_flow_of_nothing_never_gets_there() -> None:
    """A schedule that asks for nothing has no instant for any volume."""
    assert Schedule.constant(0.0, 0.0).when(0, 1.0) is None
