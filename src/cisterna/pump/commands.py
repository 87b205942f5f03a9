"""Commands: what each event does to the pump, or why the pump refuses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatch

from cisterna.errors import Fault
from cisterna.evidence import Catalogue, Settings
from cisterna.instants import instant_us, us_of_hours
from cisterna.pump.alarms import Condition, acknowledged, cleared, raised
from cisterna.pump.boluses import bridge_bolus, priming_bolus, single_bolus
from cisterna.pump.column import FluidColumn
from cisterna.pump.fills import change_told, explant, fill
from cisterna.pump.program import RunningProgram, running_program
from cisterna.pump.refusal import RefusalError, not_simulated, out_of_turn
from cisterna.pump.reservoir import Reservoir
from cisterna.pump.state import Happening, PumpState, Status, Step
from cisterna.pump.system import implanted_system
from cisterna.pump.transitions import without_activity
from cisterna.therapy import events as kind
from cisterna.units import decimal_text

__all__ = ["PUMP_COMMANDS", "commanded", "implanted"]

Outcome = tuple[PumpState, tuple[Happening, ...]]

_NEEDS_LIFE = (kind.Program, kind.SingleBolus, kind.PrimingBolus, kind.BridgeBolus, kind.Resume)
PUMP_COMMANDS = (
    *_NEEDS_LIFE,
    kind.Fill,
    kind.Stop,
    kind.Explant,
    kind.Clock,
    kind.PatientBolus,
    kind.Port,
    kind.Session,
    kind.FaultEvent,
    kind.Revise,
)
"""Events that need an implanted pump."""


def implanted(
    event: kind.Implant, catalogue: Catalogue, settings: Settings, before: PumpState | None = None
) -> PumpState:
    """The pump at its implant: reservoir empty, residual, tubing and catheter without drug.

    ``before`` is the patient's last pump, which must be out; the drug account goes on from it.
    """
    if before is not None and before.status is not Status.EXPLANTED:
        raise out_of_turn(
            event, "a second pump", "one pump at a time", "write the explant of the first before it"
        )
    system = implanted_system(event, catalogue, settings)
    state = PumpState(
        system=system,
        at_us=system.implanted_us,
        status=Status.NOT_PROGRAMMED,
        reservoir=Reservoir.new(system.residual_ml),
        column=FluidColumn.uniform(system.dead_volume_ml, 0.0),
        lifetime=system.lifetime,
        clock_offset_us=system.clock_offset_us,
    )
    if before is None:
        return state
    return replace(
        state,
        injected_mcg=before.injected_mcg,
        withdrawn_mcg=before.withdrawn_mcg,
        outside_mcg=before.outside_mcg,
        delivered=before.delivered,
    )


def commanded(state: PumpState, events: Sequence[kind.Event]) -> Step:
    """What the events of one instant, ``state.at_us``, make of the pump: all of them or none.

    They are taken together, as one programming session: a fill and the program for it count as one
    change, and only what then runs must lie in the pump's range of flow. Raises
    :class:`~cisterna.errors.PumpError` where the pump refuses one.
    """
    before, happenings = state, list[Happening]()
    for event in events:
        if instant_us(event.at) != state.at_us:
            raise ValueError(f"a command for {event.at} at another instant")
        state, told = _apply(state, event)
        happenings.extend(told)
    _check_program(state, events)
    return Step(state, (), (*happenings, *change_told(before, state)))


def _apply(state: PumpState, event: kind.Event) -> Outcome:
    if state.status is Status.EXPLANTED and isinstance(event, PUMP_COMMANDS):
        raise out_of_turn(
            event,
            "no pump: it was taken out",
            "commands to an implanted pump",
            "write the next implant before it",
        )
    if state.status is Status.END_OF_SERVICE and isinstance(event, _NEEDS_LIFE):
        raise out_of_turn(
            event,
            "a pump at the end of its service",
            "no delivery after it",
            "write the replacement before it",
        )
    return _command(event, state)


def _check_program(state: PumpState, events: Sequence[kind.Event]) -> None:
    """Refuse a program that runs outside the pump's range; the event that brought it there is named."""
    causes = [event for event in events if isinstance(event, PUMP_COMMANDS)]
    if not causes or state.program is None or not state.is_running:
        return
    faults = [fault for demand in state.program.demands if (fault := state.system.flows.fault(demand))]
    if not faults:
        return
    if state.program.program in causes:
        raise RefusalError(state.program.program, *faults)
    raise RefusalError(causes[-1], *(_seen_from(causes[-1], fault) for fault in faults))


def _seen_from(event: kind.Event, fault: Fault) -> Fault:
    """A fault of the program that is in force, told at the event that brought it out of range."""
    if isinstance(event, kind.Fill):
        key, remedy = "concentration", "write the new program at the same instant, or stop the pump before"
    else:
        key, remedy = "kind", "write a new program in its place"
    found = f"the program in force, {fault.found}"
    return replace(fault, where=key, found=found, remedy=f"{remedy}; to keep the program, {fault.remedy}")


@singledispatch
def _command(event: kind.Event, state: PumpState) -> Outcome:  # noqa: ARG001 - dispatches on the event
    """An event that changes nothing at the pump: a note, an assessment, a reading."""
    return state, ()


@_command.register
def _(event: kind.Fill, state: PumpState) -> Outcome:
    return fill(state, event)


@_command.register
def _(event: kind.Program, state: PumpState) -> Outcome:
    label = state.label_mcg_per_ml
    if label is None and event.mode != "minimum-rate":
        raise out_of_turn(
            event,
            "a program before the first fill",
            "a program for a concentration that is known",
            "write the fill before it",
        )
    program = running_program(event, state.system, label or 0.0, state.at_us, state.clock_offset_us)
    told = _minimum_rate_told(state, program)
    activity = state.activity
    if activity and activity.kind == "single-bolus":
        state, lost = without_activity(state, "a new program")
        told = (*told, *lost)
    elif activity:
        state = replace(state, activity=replace(activity, then=Status.RUNNING))
    alarms = cleared(state.alarms, state.at_us, Condition.STOPPED)
    return replace(state, status=Status.RUNNING, program=program, stopped_us=None, alarms=alarms), told


def _minimum_rate_told(state: PumpState, program: RunningProgram) -> tuple[Happening, ...]:
    if not program.runs_minimum_between_boluses:
        return ()
    flow = state.system.minimum_rate_ml_per_h
    text = (
        f"no background asked for: between the boluses the pump runs its minimum rate, "
        f"{decimal_text(24 * flow, 4)} mL/day "
        f"({decimal_text(24 * flow * program.label_mcg_per_ml, 2)} mcg/day)"
    )
    return (Happening(state.at_us, text, state.system.model.numbers["minimum_rate_flow"].cited()),)


@_command.register
def _(event: kind.SingleBolus, state: PumpState) -> Outcome:
    return single_bolus(state, event)


@_command.register
def _(event: kind.PrimingBolus, state: PumpState) -> Outcome:
    return priming_bolus(state, event)


@_command.register
def _(event: kind.BridgeBolus, state: PumpState) -> Outcome:
    return bridge_bolus(state, event)


@_command.register
def _(event: kind.Stop, state: PumpState) -> Outcome:  # noqa: ARG001
    state, told = without_activity(state, "the pump was stopped")
    if state.status is Status.END_OF_SERVICE or state.status is Status.STOPPED:
        return state, told
    return replace(state, status=Status.STOPPED, stopped_us=state.at_us), told


@_command.register
def _(event: kind.Resume, state: PumpState) -> Outcome:
    if state.program is None:
        raise out_of_turn(
            event, "no program to go on with", "a resume of a pump that was programmed", "write the program"
        )
    if state.activity:
        return replace(state, activity=replace(state.activity, then=Status.RUNNING)), ()
    alarms = cleared(state.alarms, state.at_us, Condition.STOPPED)
    return replace(state, status=Status.RUNNING, stopped_us=None, alarms=alarms), ()


@_command.register
def _(event: kind.Explant, state: PumpState) -> Outcome:
    return explant(state, event)


@_command.register
def _(event: kind.Alarm, state: PumpState) -> Outcome:
    if event.condition == Condition.ELECTIVE_REPLACEMENT_INDICATOR.value:
        state = replace(
            state,
            lifetime=state.lifetime.with_indicator(state.at_us),
            alarms=raised(state.alarms, Condition.ELECTIVE_REPLACEMENT_INDICATOR, state.at_us),
        )
    if not event.acknowledged and event.mute is None:
        return state, ()
    muted_until_us = None if event.mute is None else state.at_us + us_of_hours(event.mute)
    return replace(state, alarms=acknowledged(state.alarms, event.condition, state.at_us, muted_until_us)), ()


@_command.register
def _(event: kind.Clock, state: PumpState) -> Outcome:
    hours, minutes = event.offset[1:].split(":")
    sign = -1 if event.offset.startswith("-") else 1
    offset_us = sign * us_of_hours(int(hours) + int(minutes) / 60)
    if offset_us != state.clock_offset_us or event.drift:
        raise not_simulated(event, f"the pump's clock set to {event.offset}", "offset")
    return state, ()


@_command.register
def _(event: kind.Mri, state: PumpState) -> Outcome:
    if event.resumed is False:
        raise not_simulated(event, "a pump that did not resume after the scan", "resumed")
    return state, ()


def _refused(event: kind.Event, state: PumpState) -> Outcome:  # noqa: ARG001 - stands in for a command
    raise not_simulated(event, f"'{event.kind}'")


for _kind in (kind.PatientBolus, kind.Port, kind.Session, kind.FaultEvent, kind.Revise):
    _command.register(_kind, _refused)
