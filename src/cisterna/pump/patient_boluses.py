"""Boluses that the patient asks for: the rules by which the pump grants or denies them, and the bolus.

The pump grants a bolus when the lockout since the last one has passed, when fewer than the allotted
ones were given on this day of its clock, and when no window limit would be passed. A denial is told
with its reason and with when the next bolus is allowed; nothing is made up for it.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from cisterna.instants import US_PER_HOUR, us_of_hours, utc
from cisterna.pump.bolus_rules import BolusVerdict, WindowVerdict, bolus_verdict, window_verdict
from cisterna.pump.changes import MODEL, Outcome, told
from cisterna.pump.program import RunningProgram, bolus_ml
from cisterna.pump.refusal import out_of_turn
from cisterna.pump.schedule import Schedule
from cisterna.pump.state import Activity, GivenBolus, PumpState, Status
from cisterna.therapy.events import PatientBolus, PatientBolusAllowance
from cisterna.units import decimal_text

__all__ = ["patient_bolus"]

_KIND = "patient-bolus"


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
