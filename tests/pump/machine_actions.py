"""What the driven pump may be told, by name, and how long to wait: also up to the instants that matter."""

from __future__ import annotations

from collections.abc import Iterator

from tests.pump import machine_programs as programs
from tests.pump import machine_troubles as troubles
from tests.pump.machine_choosing import (
    Action,
    Chooser,
    always,
    is_alive,
    is_free,
    is_in,
    is_programmed,
    takes,
)

from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us
from cisterna.pump import PumpState

__all__ = ["ACTIONS", "boundaries_us"]


def boundaries_us(state: PumpState) -> Iterator[int]:
    """Instants at which something is due if nothing is done before, all of them to come."""
    candidates = [*_of_time(state), *_of_flow(state), *(one.until_us for one in state.impairments)]
    if state.session is not None:
        candidates.append(instant_us(state.session.event.at))
    yield from sorted(at_us for at_us in candidates if at_us is not None and at_us > state.at_us)


def _of_time(state: PumpState) -> Iterator[int | None]:
    yield state.lifetime.eri_us
    yield state.lifetime.stop_us
    yield state.clock.next_day_us(state.at_us)
    if state.activity:
        yield state.activity.end_us
    if state.stopped_us is not None:
        yield state.stopped_us + state.system.stop_limit_us


def _of_flow(state: PumpState) -> Iterator[int | None]:
    schedule, reservoir = state.schedule, state.reservoir
    if schedule is None:
        return
    yield next(schedule.pieces(state.at_us, state.at_us + 8 * US_PER_DAY)).end_us
    yield schedule.when(state.at_us, reservoir.counted_ml)
    yield schedule.when(state.at_us, reservoir.counted_ml - (state.system.alarm_ml or 0.0))
    if state.passage.drive > 0:
        yield schedule.when(state.at_us, reservoir.volume_ml / state.passage.drive)


def _wait(state: PumpState, choose: Chooser) -> int:  # noqa: ARG001 - every action takes the pump
    longest_h = choose.among((0.0, 1e-3, 1.0, 30.0, 400.0, 1500.0))
    return round(choose.between(0.0, longest_h) * US_PER_HOUR)


def _wait_for_boundary(state: PumpState, choose: Chooser) -> int:
    """Up to an instant at which something is due, the microsecond before it, or the one after."""
    near = [at_us for at_us in boundaries_us(state) if at_us < state.at_us + 400 * US_PER_DAY]
    return max(0, choose.among(near) - state.at_us + choose.among((-1, 0, 0, 1)))


def _has_lived(state: PumpState) -> bool:
    """Whether the pump has been through something, so that its end is worth seeing."""
    return is_in(state) and len(state.alarms) > 2


def _grow_old(state: PumpState, choose: Chooser) -> int:
    """Up to the replacement indicator or the end of service, about."""
    ends = [at_us for at_us in (state.lifetime.eri_us, state.lifetime.stop_us) if at_us is not None]
    ahead_us = choose.among(ends) - state.at_us if ends else 300 * US_PER_DAY
    return max(0, ahead_us + choose.among((-1, 0, 1, -30 * US_PER_DAY)))


ACTIONS = {
    "wait": Action(always, _wait),
    "wait_for_boundary": Action(is_in, _wait_for_boundary),
    "grow_old": Action(_has_lived, _grow_old),
    "fill": Action(is_alive, programs.fill),
    "fill_and_program": Action(is_alive, programs.fill_and_program),
    "mishap": Action(is_alive, programs.mishap),
    "program": Action(takes("simple-continuous"), programs.simple),
    "flex": Action(takes("flex"), programs.flex),
    "periodic": Action(takes("periodic-bolus"), programs.periodic),
    "minimum_rate": Action(is_alive, programs.minimum_rate),
    "constant_flow": Action(takes("constant-flow"), programs.constant_flow),
    "bolus": Action(is_free, programs.bolus),
    "patient_bolus": Action(programs.may_give_a_patient_bolus, programs.patient_bolus),
    "prime": Action(is_free, programs.prime),
    "bridge": Action(is_free, programs.bridge),
    "stop": Action(is_alive, programs.stop),
    "resume": Action(is_programmed, programs.resume),
    "explant": Action(_has_lived, programs.explant),
    "fault": Action(is_alive, troubles.fault),
    "reset": Action(is_programmed, troubles.reset),
    "tip_moves": Action(is_in, troubles.tip_moves),
    "revise_catheter": Action(troubles.is_impaired, troubles.revise_catheter),
    "revise_pump": Action(_has_lived, troubles.revise_pump),
    "set_clock": Action(is_in, troubles.set_clock),
    "port": Action(is_in, troubles.port),
    "open_session": Action(troubles.can_open_session, troubles.open_session),
    "end_session": Action(troubles.is_in_session, troubles.end_session),
    "interrogate": Action(is_in, troubles.interrogate),
    "scan": Action(is_in, troubles.scan),
    "indicator": Action(_has_lived, troubles.indicator),
    "acknowledge": Action(troubles.sounds, troubles.acknowledge),
}
"""Every action by its name."""
