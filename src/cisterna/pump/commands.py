"""Commands: what each event does to the pump, or why the pump refuses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatch

from cisterna.errors import Fault
from cisterna.evidence import Catalogue, Settings
from cisterna.instants import instant_us
from cisterna.pump.alarms import Condition, cleared
from cisterna.pump.boluses import bridge_bolus, priming_bolus, single_bolus
from cisterna.pump.bridging import column_told
from cisterna.pump.changes import MODEL, without_activity
from cisterna.pump.clock_setting import set_clock
from cisterna.pump.column import FluidColumn
from cisterna.pump.constant_flow import flowing, refuse_command
from cisterna.pump.faults import fault
from cisterna.pump.fills import explant, fill
from cisterna.pump.heard import heard
from cisterna.pump.interrogation import interrogate
from cisterna.pump.magnet import scan
from cisterna.pump.mishaps import Mishaps, mishaps_of
from cisterna.pump.patient_boluses import patient_bolus
from cisterna.pump.port import new_port, port_access
from cisterna.pump.program import RunningProgram, running_program
from cisterna.pump.refusal import RefusalError, out_of_turn
from cisterna.pump.reservoir import Reservoir
from cisterna.pump.reset import check_read, set_right
from cisterna.pump.revise import revise
from cisterna.pump.session import (
    OpensSession,
    certain,
    close_session,
    held_back,
    open_session,
    since_text,
)
from cisterna.pump.state import Happening, PumpState, Status, Step
from cisterna.pump.strokes import resolution_text
from cisterna.pump.system import implanted_system
from cisterna.pump.visits import blind_rise
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
    OpensSession,
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
        column=FluidColumn.uniform(system.dead_volume_ml, 0.0, system.mixing),
        lifetime=system.lifetime,
        clock=system.clock,
        port=new_port(system),
    )
    if before is None:
        return state
    return replace(
        state,
        injected_mcg=before.injected_mcg,
        withdrawn_mcg=before.withdrawn_mcg,
        outside=before.outside,
        delivered=before.delivered,
        asked=before.asked,
        doses=before.doses,
    )


def commanded(state: PumpState, events: Sequence[kind.Event]) -> Step:
    """What the events of one instant, ``state.at_us``, make of the pump: all of them or none.

    They are taken together, as one programming session: a fill and the program for it count as one
    change, and only what then runs must lie in the pump's range of flow. Raises
    :class:`~cisterna.errors.PumpError` where the pump refuses one.
    """
    before, happenings, mishaps = state, list[Happening](), mishaps_of(events)
    for event in events:
        if instant_us(event.at) != state.at_us:
            raise ValueError(f"a command for {event.at} at another instant")
        state, told = _apply(state, event, mishaps)
        happenings.extend(told)
    _check_program(state, events)
    return Step(state, (), (*happenings, *column_told(before, state)))


def _apply(state: PumpState, event: kind.Event, mishaps: Mishaps) -> Outcome:
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
    refuse_command(state, event)
    held = held_back(state, event)
    if held is not None:
        return held
    if isinstance(event, kind.Fill):
        return flowing(*fill(state, event, mishaps))
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
def _(event: kind.Program, state: PumpState) -> Outcome:
    label = state.label_mcg_per_ml
    if label is None and event.mode != "minimum-rate":
        raise out_of_turn(
            event,
            "a program before the first fill",
            "a program for a concentration that is known",
            "write the fill before it",
        )
    program = running_program(event, state.system, label or 0.0, state.at_us, state.clock)
    told = (*_minimum_rate_told(state, program), *_deliverable_told(state, program))
    activity = state.activity
    if activity and activity.kind in ("single-bolus", "patient-bolus"):
        state, lost = without_activity(state, "a new program")
        told = (*told, *lost)
    elif activity:
        state = replace(state, activity=replace(activity, then=Status.RUNNING))
    told = (*blind_rise(state, state.program, program), *told)
    state, known = _known_again(set_right(state))
    alarms = cleared(state.alarms, state.at_us, Condition.STOPPED)
    running = replace(state, status=Status.RUNNING, program=program, stopped_us=None, alarms=alarms)
    return running, (*known, *told)


def _known_again(state: PumpState) -> Outcome:
    """The pump once it was programmed: whatever ran before, it runs this program now."""
    if state.uncertain is None:
        return state, ()
    text = f"{since_text(state.uncertain, state.at_us)}; programmed again, and the pump was not read before"
    return certain(state), (Happening(state.at_us, text, MODEL),)


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


def _deliverable_told(state: PumpState, program: RunningProgram) -> tuple[Happening, ...]:
    """What the pump really delivers of the program; once for each pump that nothing is rounded."""
    system, stroke_ml = state.system, state.system.stroke_ml
    text = resolution_text(system.model.model, stroke_ml, program.label_mcg_per_ml)
    if stroke_ml is None:
        return () if state.program else (Happening(state.at_us, text, "not published"),)
    source = system.model.numbers["stroke_volume"].cited()
    return (Happening(state.at_us, f"{text}: {program.deliverable().text()}", source),)


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
    check_read(state, event)
    if not state.is_in_safe_state:
        state = set_right(state)
    if state.activity:
        return replace(state, activity=replace(state.activity, then=Status.RUNNING)), ()
    alarms = cleared(state.alarms, state.at_us, Condition.STOPPED)
    return replace(state, status=Status.RUNNING, stopped_us=None, alarms=alarms), ()


@_command.register
def _(event: kind.Explant, state: PumpState) -> Outcome:
    return explant(state, event)


@_command.register
def _(event: kind.Alarm, state: PumpState) -> Outcome:
    return (state, ()) if state.status is Status.EXPLANTED else heard(state, event)


@_command.register
def _(event: kind.Clock, state: PumpState) -> Outcome:
    return set_clock(state, event)


@_command.register
def _(event: kind.PatientBolus, state: PumpState) -> Outcome:
    return patient_bolus(state, event)


@_command.register
def _(event: kind.Port, state: PumpState) -> Outcome:
    return port_access(state, event)


@_command.register
def _(event: kind.Mri, state: PumpState) -> Outcome:
    return (state, ()) if state.status is Status.EXPLANTED else scan(state, event)


@_command.register
def _(event: kind.FaultEvent, state: PumpState) -> Outcome:
    return fault(state, event)


@_command.register
def _(event: kind.Interrogate, state: PumpState) -> Outcome:
    return (state, ()) if state.status is Status.EXPLANTED else interrogate(state, event)


@_command.register
def _(event: OpensSession, state: PumpState) -> Outcome:
    return open_session(state, event)


@_command.register
def _(event: kind.Session, state: PumpState) -> Outcome:
    return close_session(state, event)


@_command.register
def _(event: kind.Revise, state: PumpState) -> Outcome:
    return revise(state, event)
