"""What holds after every step of a pump, whatever was done to it.

Each invariant takes a :class:`~tests.pump.machine_move.Move`, what one step made of the pump, and fails
where it is broken. They know the requirement and the therapy's own events, not how the pump computes.
"""

from __future__ import annotations

from datetime import time
from itertools import pairwise

from tests.pump.machine_commands import (
    a_bolus_is_followed_by_what_was_chosen,
    a_bridge_lasts_for_its_volume,
    a_reset_pump_is_read_before_it_resumes,
    nothing_is_overfilled,
    priorities_are_those_of_the_sheet,
    what_runs_is_in_range,
)
from tests.pump.machine_move import VOLUME_ML, Move, account_error, hours_of
from tests.pump.machine_signals import (
    alarms_have_their_cause,
    dates_are_not_later_than_the_pump,
    no_mute_hides_a_worse_alarm,
)

from cisterna.instants import US_PER_DAY, US_PER_HOUR, us_of_hours, utc
from cisterna.pump import Status
from cisterna.pump.clock import PumpClock
from cisterna.pump.routes import compare_routes
from cisterna.therapy.events import WEEKDAYS, FaultEvent, Fill, Port, Program

__all__ = ["INVARIANTS"]

ACCOUNT = 1e-9  # relative, of all drug that was ever injected
SLACK = 1e-9  # relative, of a flow or dose
CLOCK_US = 4  # a clock that gains shows whole microseconds, and its day begins at one


def drug_is_accounted_for(move: Move) -> None:
    """Injected = withdrawn + reservoir + dead volume + outside + delivered, to 1e-9."""
    error = account_error(move.after)
    assert error <= ACCOUNT, f"the drug account is off by {error:.1e}"


def what_was_injected_was_written(move: Move) -> None:
    """The account grows by what the fills of the session say, and by nothing else."""
    if any(isinstance(event, (FaultEvent, Port)) for event in move.events):
        return  # what went in is not what was written, or went in elsewhere
    expected = move.before.injected_mcg
    residual_ml = move.before.reservoir.residual_ml
    for event in move.events:
        if isinstance(event, Fill):
            expected += (event.injected + (residual_ml if event.rinsed else 0.0)) * event.concentration
    assert abs(move.after.injected_mcg - expected) <= 1e-12 * max(1.0, expected)


def no_volume_is_negative(move: Move) -> None:
    """Neither reservoir nor column, port, trapped fluid nor what a bolus has left is ever below zero."""
    after = move.after
    assert after.reservoir.counted_ml >= 0
    assert after.reservoir.volume_ml >= 0
    plugs = (*after.column.plugs, *after.port, after.trapped)
    assert all(plug.volume_ml >= 0 and plug.concentration_mcg_per_ml >= 0 for plug in plugs)
    assert after.activity is None or after.activity.undelivered_ml(after.at_us) >= 0


def volume_is_accounted_for(move: Move) -> None:
    """What flowed is what the reservoir lost, and what was asked for is what the count lost.

    Tubing and catheter keep their volume.
    """
    if isinstance(move.action, int):
        flowed_ml = sum(segment.flow_ml_per_h * hours_of(segment) for segment in move.segments)
        counted_ml = sum(segment.counted_ml_per_h * hours_of(segment) for segment in move.segments)
        before, after = move.before.reservoir, move.after.reservoir
        assert abs(flowed_ml - (before.volume_ml - after.volume_ml)) <= VOLUME_ML
        assert abs(counted_ml - (before.counted_ml - after.counted_ml)) <= VOLUME_ML
    assert abs(move.after.column.volume_ml - move.after.system.dead_volume_ml) <= VOLUME_ML


def every_instant_is_delivered_once(move: Move) -> None:
    """The segments of a step cover its time, each instant once: no gap and no overlap."""
    edges = [(segment.start_us, segment.end_us) for segment in move.segments]
    assert all(start < end for start, end in edges)
    assert all(one[1] == other[0] for one, other in pairwise(edges))
    if edges:
        assert (edges[0][0], edges[-1][1]) == (move.before.at_us, move.after.at_us)
    else:
        assert move.before.at_us == move.after.at_us


def what_left_the_catheter_was_delivered_or_lost(move: Move) -> None:
    """The rates at the tip, and what came at once, add up to what the account says was delivered or lost."""
    given = sum(segment.tip_mcg_per_h * hours_of(segment) for segment in move.segments)
    lost = sum(segment.outside_mcg_per_h * hours_of(segment) for segment in move.segments)
    at_once = sum(dose.amount_mcg for dose in move.after.doses[len(move.before.doses) :])
    delivered = move.after.delivered.value - move.before.delivered.value
    slack = 1e-9 * max(1.0, move.after.injected_mcg)
    assert abs(given + at_once - delivered) <= slack
    if isinstance(move.action, int):
        outside = move.after.outside.value - move.before.outside.value
        assert lost <= outside + slack
        if not any(one.what == "occlusion" for one in move.before.impairments):
            assert outside <= lost + slack  # what an occlusion releases may be lost at once


def two_routes_agree(move: Move) -> None:
    """Delivery by segments is delivery by the closed form of the schedule and the balance of the column."""
    compare_routes(move.stretches)


def never_above_the_maximum(move: Move) -> None:
    """No program or bolus asks for more than the pump's maximum; what flows is that, times the fault.

    Nothing runs backwards, and the tip gives no more than the strongest fluid that is there.
    """
    for stretch in move.stretches:
        state = stretch.state
        most_ml_per_h = state.system.flows.maximum_ml_per_h * (1 + SLACK)
        drive = state.passage.drive * (1 + SLACK)
        strongest = max(
            state.reservoir.concentration_mcg_per_ml,
            *(plug.concentration_mcg_per_ml for plug in state.column.plugs),
        )
        for segment in stretch.segments:
            moved_ml = segment.flow_ml_per_h * hours_of(segment)
            left_mcg = segment.tip_mcg_per_h * hours_of(segment)
            assert 0 <= segment.counted_ml_per_h <= most_ml_per_h
            assert 0 <= segment.flow_ml_per_h <= most_ml_per_h * max(drive, 0.0)
            assert 0 <= left_mcg <= moved_ml * strongest * (1 + SLACK) + strongest * 1e-12


def stopped_means_stopped(move: Move) -> None:
    """A pump that is stopped, not programmed, at its end or out gives nothing at all, and counts nothing."""
    for stretch in move.stretches:
        if stretch.state.activity is None and stretch.state.status is not Status.RUNNING:
            for segment in stretch.segments:
                still = (segment.flow_ml_per_h, segment.tip_mcg_per_h, segment.counted_ml_per_h)
                assert still == (0.0, 0.0, 0.0)


def a_seized_pump_gives_nothing(move: Move) -> None:
    """While the rotor stands or a valve is closed nothing leaves the reservoir or the tip."""
    for stretch in move.stretches:
        if stretch.state.passage.drive == 0:
            assert all(
                (segment.flow_ml_per_h, segment.tip_mcg_per_h) == (0, 0) for segment in stretch.segments
            )


def a_day_gives_its_dose(move: Move) -> None:
    """While a program of doses runs, what is asked of the pump is what its own text adds up to.

    The integral over the stretch is taken from the steps as written, by the pump's clock; a pump that
    delivers in strokes may be off by one in each day.
    """
    for stretch in move.stretches:
        state = stretch.state
        if state.activity or state.status is not Status.RUNNING or state.is_empty or state.program is None:
            continue
        program, label = state.program.program, state.label_mcg_per_ml
        if program.mode not in {"simple-continuous", "flex"} or label is None:
            continue
        start_us, end_us = stretch.segments[0].start_us, stretch.segments[-1].end_us
        asked = asked_mcg(program, state.clock, start_us, end_us)
        counted = label * sum(segment.counted_ml_per_h * hours_of(segment) for segment in stretch.segments)
        shown = sum(segment.dose_mcg_per_h * hours_of(segment) for segment in stretch.segments)
        days = (end_us - start_us) / US_PER_DAY
        strokes = label * (state.system.stroke_ml or 0.0) * (1 + days)
        # A day of a clock that gains lasts whole microseconds of elapsed time, so its begin may move by
        # one of them with each day since the clock was set.
        shift_us = CLOCK_US + ((end_us - state.clock.set_us) / US_PER_DAY if state.clock.gain else 0.0)
        slack = 1e-9 * max(1.0, asked) + shift_us * label * state.system.flows.maximum_ml_per_h / US_PER_HOUR
        if not move.after.is_empty:  # the last drop ends the count early
            assert abs(counted - asked) <= slack + label * VOLUME_ML + strokes
        assert abs(shown - asked) <= slack


def asked_mcg(program: Program, clock: PumpClock, start_us: int, end_us: int) -> float:
    """What a program of doses asks for from one instant to another."""
    if program.daily_dose is not None and program.mode == "simple-continuous":
        return program.daily_dose * (end_us - start_us) / US_PER_DAY
    own_start_us, own_end_us = clock.shown_us(start_us), clock.shown_us(end_us)
    weeks, rest_us = divmod(own_end_us - own_start_us, 7 * US_PER_DAY)
    whole = _flex_mcg(program, own_start_us, own_start_us + 7 * US_PER_DAY) if weeks else 0.0
    own = weeks * whole + _flex_mcg(program, own_start_us, own_start_us + rest_us)
    return own / (1 + clock.gain)  # rates are by elapsed time, which is not the clock's where it gains


def _flex_mcg(program: Program, start_us: int, end_us: int) -> float:
    total, midnight_us = 0.0, start_us - start_us % US_PER_DAY
    while midnight_us < end_us:
        steps = program.steps_on(WEEKDAYS[utc(midnight_us).weekday()])
        starts_us = [midnight_us + _us_of(step.from_) for step in steps]
        for step, from_us, to_us in zip(
            steps, starts_us, [*starts_us[1:], midnight_us + US_PER_DAY], strict=True
        ):
            total += step.rate * max(0, min(to_us, end_us) - max(from_us, start_us)) / US_PER_HOUR
        midnight_us += US_PER_DAY
    return total


def _us_of(clock: time) -> int:
    return (clock.hour * 60 + clock.minute) * 60_000_000


def a_bolus_gives_its_volume(move: Move) -> None:
    """What a bolus has given and what is left of it are its volume, and it never outlives its end."""
    activity, after = move.after.activity, move.after
    if activity is None:
        return
    assert activity.start_us <= after.at_us < activity.end_us
    own = activity.own or activity.schedule
    given_ml = own.volume_ml(activity.start_us, after.at_us)
    assert abs(given_ml + activity.undelivered_ml(after.at_us) - activity.volume_ml) <= VOLUME_ML


def patient_boluses_keep_their_limits(move: Move) -> None:
    """None is granted inside the lockout of the one before it, nor beyond the count of the day."""
    granted = [bolus for bolus in move.after.boluses if bolus.kind == "patient-bolus"]
    before = [bolus for bolus in move.before.boluses if bolus.kind == "patient-bolus"]
    if len(granted) <= len(before) or move.after.program is None:
        return
    allowance = move.after.program.program.patient_bolus
    assert allowance is not None
    new = granted[-1]
    if before:
        assert new.start_us - before[-1].start_us >= us_of_hours(allowance.lockout)
    clock = move.after.clock
    today = [bolus for bolus in granted if clock.day(bolus.start_us) == clock.day(new.start_us)]
    assert len(today) <= allowance.per_day


INVARIANTS = (
    drug_is_accounted_for,
    what_was_injected_was_written,
    no_volume_is_negative,
    volume_is_accounted_for,
    every_instant_is_delivered_once,
    what_left_the_catheter_was_delivered_or_lost,
    two_routes_agree,
    never_above_the_maximum,
    stopped_means_stopped,
    a_seized_pump_gives_nothing,
    a_day_gives_its_dose,
    a_bolus_gives_its_volume,
    patient_boluses_keep_their_limits,
    alarms_have_their_cause,
    no_mute_hides_a_worse_alarm,
    dates_are_not_later_than_the_pump,
    nothing_is_overfilled,
    what_runs_is_in_range,
    a_bolus_is_followed_by_what_was_chosen,
    a_bridge_lasts_for_its_volume,
    a_reset_pump_is_read_before_it_resumes,
    priorities_are_those_of_the_sheet,
)
"""Every invariant, the account first."""
