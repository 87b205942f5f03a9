"""Single bolus, prime and bridge: what runs in place of the program for a time."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from cisterna.instants import HOURS_PER_DAY, US_PER_HOUR, us_of_hours
from cisterna.pump.alarms import Condition, cleared
from cisterna.pump.flow import Demand
from cisterna.pump.program import bolus_ml
from cisterna.pump.refusal import RefusalError, out_of_turn
from cisterna.pump.schedule import Schedule
from cisterna.pump.state import Activity, GivenBolus, Happening, PumpState, Status
from cisterna.pump.strokes import volume_in_strokes
from cisterna.pump.transitions import without_activity
from cisterna.therapy.events import BridgeBolus, Event, PrimingBolus, SingleBolus
from cisterna.units import decimal_text

__all__ = ["bridge_bolus", "priming_bolus", "single_bolus"]

Outcome = tuple[PumpState, tuple[Happening, ...]]

_MODEL = "pump model"


def single_bolus(state: PumpState, event: SingleBolus) -> Outcome:
    """A dose over a time in place of the program, then what the event says."""
    label = _ready(state, event)
    if event.then == "resume" and state.program is None:
        raise out_of_turn(
            event,
            "'resume' without a program",
            "'stop', or a program before the bolus",
            "correct then",
            "then",
        )
    demand = Demand(
        key="dose",
        shown=f"{event.dose.shown()} in {event.over.shown()}",
        dose_mcg_per_h=event.dose / event.over,
        concentration_mcg_per_ml=label,
        bolus_mcg=float(event.dose),
    )
    _check(state, event, demand)
    then = Status.RUNNING if event.then == "resume" else Status.STOPPED
    duration_us = max(1, us_of_hours(event.over))
    volume_ml = bolus_ml(event, state.system, event.dose, label, "dose")
    given = GivenBolus(event.kind, state.at_us, state.at_us + duration_us, volume_ml)
    begun, told = _started(
        replace(state, boluses=(*state.boluses, given)),
        event,
        volume_ml,
        duration_us,
        dose_mcg_per_h=demand.dose_mcg_per_h,
        then=then,
    )
    return begun, (*_rounded(state, float(event.dose), volume_ml * label), *told)


def _rounded(state: PumpState, asked_mcg: float, deliverable_mcg: float) -> tuple[Happening, ...]:
    """What whole strokes make of a bolus; nothing where no stroke is known."""
    if state.system.stroke_ml is None:
        return ()
    more = deliverable_mcg - asked_mcg
    text = (
        f"single bolus in whole strokes: asked {decimal_text(asked_mcg, 3)} mcg, deliverable "
        f"{decimal_text(deliverable_mcg, 3)} mcg ({decimal_text(more, 2)} mcg, "
        f"{decimal_text(100 * more / asked_mcg, 2)} %)"
    )
    return (Happening(state.at_us, text, state.system.model.numbers["stroke_volume"].cited()),)


def priming_bolus(state: PumpState, event: PrimingBolus) -> Outcome:
    """Push the volume of tubing and catheter, or of the catheter alone, at the highest flow.

    What leaves the tip meanwhile is delivered; a prime is meant to give no dose, so none counts as
    programmed.
    """
    _ready(state, event)
    system = state.system
    volume_ml = system.dead_volume_ml if event.parts == "pump+catheter" else system.catheter_ml
    volume_ml = volume_in_strokes(volume_ml, system.stroke_ml)
    duration_us = ceil(volume_ml / system.flows.maximum_ml_per_h * US_PER_HOUR)
    begun, told = _started(state, event, volume_ml, duration_us, dose_mcg_per_h=0.0, then=state.status)
    return begun, (_early(state, volume_ml), *told)


def _early(state: PumpState, volume_ml: float) -> Happening:
    """Drug that leaves the tip before a prime ends, because fluids mix or because drug was there."""
    _, early_mcg = state.column.push(volume_ml, state.reservoir.concentration_mcg_per_ml)
    observed = state.system.settings.number("screening_observation")
    text = (
        f"prime of {decimal_text(volume_ml, 4)} mL: {decimal_text(early_mcg, 1)} mcg of drug leave the tip "
        "before it ends, and the concentration is low for a while after it; no time of observation is "
        f"published for a prime, a screening bolus is observed for {observed.shown()}"
    )
    return Happening(state.at_us, text, observed.cited())


def bridge_bolus(state: PumpState, event: BridgeBolus) -> Outcome:
    """The old drug in tubing and catheter at the old dose, before the program begins.

    flow = daily dose / old concentration; it ends when the volume has been pumped.
    """
    _ready(state, event)
    if state.program is None:
        raise out_of_turn(
            event,
            "a bridge without a program after it",
            "a bridge of a pump that was programmed",
            "write the program that follows the bridge before it, at one instant in this order",
        )
    dose = event.daily_dose / HOURS_PER_DAY
    demand = Demand(
        key="daily_dose",
        shown=event.daily_dose.shown(),
        dose_mcg_per_h=dose,
        concentration_mcg_per_ml=float(event.old_concentration),
    )
    _check(state, event, demand)
    volume_ml = volume_in_strokes(float(event.volume), state.system.stroke_ml)
    duration_us = max(1, round(volume_ml / demand.flow_ml_per_h * US_PER_HOUR))
    after, told = _started(state, event, volume_ml, duration_us, dose_mcg_per_h=dose, then=Status.RUNNING)
    return after, (*_doubts(state, event), *told)


def _doubts(state: PumpState, event: BridgeBolus) -> tuple[Happening, ...]:
    """What the bridge says, held against the fluid that is really in the column."""
    tolerance = state.system.settings.number("bridge_tolerance")
    column_ml, tip = state.column.volume_ml, state.column.tip_concentration_mcg_per_ml
    told = []
    if abs(event.volume - column_ml) > tolerance.in_unit("1") * column_ml:
        told.append(
            f"bridge of {event.volume.shown()}, while tubing and catheter hold "
            f"{decimal_text(column_ml, 3)} mL"
        )
    if abs(event.old_concentration - tip) > tolerance.in_unit("1") * tip:
        told.append(
            f"bridge for {event.old_concentration.shown()}, while the fluid at the tip has "
            f"{decimal_text(tip, 1)} mcg/mL"
        )
    return tuple(Happening(state.at_us, text, tolerance.cited()) for text in told)


def _ready(state: PumpState, event: Event) -> float:
    """The labelled concentration of a pump that can begin a bolus; refused where it cannot."""
    if state.label_mcg_per_ml is None:
        raise out_of_turn(
            event,
            "a reservoir that was never filled",
            "a concentration that is known",
            "write the fill before it",
        )
    if state.activity:
        raise out_of_turn(
            event,
            f"a {state.activity.kind} that is still running",
            "one bolus, prime or bridge at a time",
            "correct the time of one of the two, or stop the first with a stop event",
            "at",
        )
    return state.label_mcg_per_ml


def _check(state: PumpState, event: Event, demand: Demand) -> None:
    fault = state.system.flows.fault(demand)
    if fault:
        raise RefusalError(event, fault)


def _started(
    state: PumpState, event: Event, volume_ml: float, duration_us: int, *, dose_mcg_per_h: float, then: Status
) -> Outcome:
    """A pump that begins the bolus, or that has nothing to begin it with and says so."""
    flow_ml_per_h = volume_ml * US_PER_HOUR / duration_us
    activity = Activity(
        kind=event.kind,
        start_us=state.at_us,
        end_us=state.at_us + duration_us,
        volume_ml=volume_ml,
        schedule=Schedule.constant(flow_ml_per_h, dose_mcg_per_h),
        then=then,
    )
    alarms = cleared(state.alarms, state.at_us, Condition.STOPPED)
    begun = replace(state, activity=activity, stopped_us=None, alarms=alarms)
    return without_activity(begun, "the reservoir is empty") if begun.is_empty else (begun, ())
