"""Boluses that the patient asks for: the rules by which the pump grants or denies them, and the bolus.

The pump grants a bolus when the lockout since the last one has passed, when fewer than the allotted
ones were given on this day of its clock, and when no window limit would be passed. A denial is told
with its reason and with when the next bolus is allowed; nothing is made up for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import NamedTuple

from cisterna.instants import US_PER_HOUR, us_of_hours, utc
from cisterna.pump.changes import MODEL, Outcome, told
from cisterna.pump.program import RunningProgram, bolus_ml
from cisterna.pump.refusal import out_of_turn
from cisterna.pump.schedule import Schedule
from cisterna.pump.state import Activity, GivenBolus, PumpState, Status
from cisterna.therapy.events import PatientBolus, PatientBolusAllowance
from cisterna.units import decimal_text

__all__ = ["BolusVerdict", "WindowVerdict", "bolus_verdict", "patient_bolus", "window_verdict"]

_KIND = "patient-bolus"


class BolusVerdict(NamedTuple):
    """Whether a bolus is granted, from when on the next one is, and which rule denies it now."""

    allowed: bool
    next_allowed_us: int
    why: str = ""


class WindowVerdict(NamedTuple):
    """What a window would hold at most with the bolus (mL), and whether that is within its limit."""

    committed_ml: float
    allowed: bool


def bolus_verdict(
    *, now_us: int, last_us: int | None, lockout_us: int, given_today: int, allotted: int, next_day_us: int
) -> BolusVerdict:
    """Lockout and daily count: a bolus is allowed from the later of the two on.

    ``last_us`` is the last bolus that was granted, ``given_today`` how many were since the day began,
    ``next_day_us`` when the next day begins.

    >>> bolus_verdict(now_us=5, last_us=0, lockout_us=4, given_today=2, allotted=2, next_day_us=9)
    BolusVerdict(allowed=False, next_allowed_us=9, why='all 2 boluses of the day were given')
    """
    after_lockout_us = now_us if last_us is None else last_us + lockout_us
    if given_today >= allotted:
        why = f"all {allotted} boluses of the day were given"
        return BolusVerdict(
            allowed=False, next_allowed_us=max(now_us, after_lockout_us, next_day_us), why=why
        )
    if now_us < after_lockout_us:
        why = "the lockout since the last one has not passed"
        return BolusVerdict(allowed=False, next_allowed_us=after_lockout_us, why=why)
    return BolusVerdict(allowed=True, next_allowed_us=now_us)


def window_verdict(
    limit_ml: float, background_ml: float, boluses_ml: Sequence[float], request_ml: float
) -> WindowVerdict:
    """The limit of a rolling window, with a whole window of background reserved before any bolus.

    ``background_ml`` is the most that the background gives in one window, ``boluses_ml`` the boluses of
    the window that ends now. committed = background + boluses + request. A check that leaves the
    background still to come out of account allows an overdose (ICLP 2024 artefact of the Open PCA Pump).

    >>> window_verdict(limit_ml=1.0, background_ml=0.6, boluses_ml=[0.2], request_ml=0.25).allowed
    False
    """
    committed_ml = background_ml + sum(boluses_ml) + request_ml
    return WindowVerdict(committed_ml, committed_ml <= limit_ml)


def patient_bolus(state: PumpState, event: PatientBolus) -> Outcome:
    """Grant or deny a bolus; one that is granted runs on top of the program.

    The therapy gives it no rate: it runs at the pump's highest flow less the highest of the program, so
    that both together never pass the pump's maximum.
    """
    program = state.program
    allowance = program.program.patient_bolus if program else None
    if program is None or allowance is None:
        raise out_of_turn(
            event,
            "a patient bolus that the program does not allow",
            "a program with patient_bolus = { dose, lockout, per_day } before it",
            "add patient_bolus to the program, or remove the event",
        )
    volume_ml = bolus_ml(event, state.system, allowance.dose, program.label_mcg_per_ml, "kind")
    why = _denial(state, program, allowance, volume_ml)
    if why:
        return told(state, f"patient bolus denied: {why}")
    return _begun(state, program, allowance, volume_ml)


def _denial(
    state: PumpState, program: RunningProgram, allowance: PatientBolusAllowance, volume_ml: float
) -> str:
    """Why the pump denies a bolus now, empty where it grants it."""
    if state.activity:
        return f"a {state.activity.kind} is running until {_shown(state, state.activity.end_us)}"
    if state.status is not Status.RUNNING or state.is_empty or state.is_dry:
        return f"the pump is {state.mode}"
    verdict = _verdict(state, allowance)
    if not verdict.allowed:
        return f"{verdict.why}; the next is allowed at {_shown(state, verdict.next_allowed_us)}"
    if _room_ml_per_h(state, program) <= 0:
        return "the program leaves no flow below the pump's maximum"
    window = _window(state, program, volume_ml)
    if window is not None and not window.allowed:
        return f"{decimal_text(window.committed_ml, 4)} mL would be above the limit of the window"
    return ""


def _verdict(state: PumpState, allowance: PatientBolusAllowance) -> BolusVerdict:
    given = [bolus for bolus in state.boluses if bolus.kind == _KIND]
    today = state.clock.day(state.at_us)
    return bolus_verdict(
        now_us=state.at_us,
        last_us=given[-1].start_us if given else None,
        lockout_us=us_of_hours(allowance.lockout),
        given_today=sum(state.clock.day(bolus.start_us) == today for bolus in given),
        allotted=allowance.per_day,
        next_day_us=state.clock.next_day_us(state.at_us),
    )


def _window(state: PumpState, program: RunningProgram, volume_ml: float) -> WindowVerdict | None:
    """The verdict of the pump's own window limit; ``None`` for a model of which none is known."""
    model = state.system.model
    if not model.known("window_limit"):
        return None
    window_us = us_of_hours(model.need("window_length", "h"))
    inside = [bolus.volume_ml for bolus in state.boluses if bolus.end_us > state.at_us - window_us]
    background_ml = _most_ml(program.schedule, window_us)
    return window_verdict(model.need("window_limit", "mL"), background_ml, inside, volume_ml)


def _most_ml(schedule: Schedule, window_us: int) -> float:
    """The most that a schedule asks for in any window; one edge of it lies where the flow changes."""
    edges = [schedule.anchor_us + stage.start_us for stage in schedule.stages]
    after = (schedule.volume_ml(edge, edge + window_us) for edge in edges)
    before = (schedule.volume_ml(edge - window_us, edge) for edge in edges)
    return max(*after, *before)


def _room_ml_per_h(state: PumpState, program: RunningProgram) -> float:
    highest = max(stage.flow_ml_per_h for stage in program.schedule.stages)
    return state.system.flows.maximum_ml_per_h - highest


def _begun(
    state: PumpState, program: RunningProgram, allowance: PatientBolusAllowance, volume_ml: float
) -> Outcome:
    duration_us = ceil(volume_ml / _room_ml_per_h(state, program) * US_PER_HOUR)
    per_h = US_PER_HOUR / duration_us
    bolus = Schedule.constant(volume_ml * per_h, allowance.dose * per_h)
    end_us = state.at_us + duration_us
    activity = Activity(
        kind=_KIND,
        start_us=state.at_us,
        end_us=end_us,
        volume_ml=volume_ml,
        schedule=program.schedule.with_extra_flow(volume_ml * per_h, allowance.dose * per_h),
        then=Status.RUNNING,
        own=bolus,
    )
    given = GivenBolus(_KIND, state.at_us, end_us, volume_ml)
    begun = replace(state, activity=activity, boluses=(*state.boluses, given))
    minutes = decimal_text(60 * duration_us / US_PER_HOUR, 1)
    text = (
        f"patient bolus granted: {allowance.dose.shown()} in {minutes} min on top of the program; "
        f"the next is allowed at {_shown(begun, _verdict(begun, allowance).next_allowed_us)}"
    )
    return told(begun, text, MODEL)


def _shown(state: PumpState, at_us: int) -> str:
    """An instant by the pump's own clock, as its patient controller would show it."""
    return f"{utc(state.clock.shown_us(at_us)):%Y-%m-%d %H:%M:%S} by the pump's clock"
