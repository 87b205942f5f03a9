"""Constant-flow pumps: they run from their first fill on and take no command; the fill is the dose."""

from __future__ import annotations

from dataclasses import replace

from cisterna.errors import Fault
from cisterna.instants import utc
from cisterna.pump.changes import Outcome
from cisterna.pump.program import running_program
from cisterna.pump.refusal import RefusalError
from cisterna.pump.state import Happening, PumpState, Status
from cisterna.therapy.events import (
    BridgeBolus,
    Event,
    PatientBolus,
    PrimingBolus,
    Program,
    Resume,
    SingleBolus,
    Stop,
)
from cisterna.units import decimal_text

__all__ = ["flowing", "refuse_command"]

_COMMANDS = (SingleBolus, PatientBolus, PrimingBolus, BridgeBolus, Stop, Resume)


def refuse_command(state: PumpState, event: Event) -> None:
    """Refuse what only a pump that is programmed can do; a typed dose never reaches this one."""
    typed = isinstance(event, Program) and event.mode != "constant-flow"
    if not state.system.is_constant_flow or not (typed or isinstance(event, _COMMANDS)):
        return
    raise RefusalError(
        event,
        Fault(
            where="mode" if typed else "kind",
            found=f"'{event.kind}' on a {state.system.model.model}",
            allowed="fills: a constant-flow pump takes no command and no rate",
            remedy="change the dose by the concentration of the next fill",
        ),
    )


def flowing(state: PumpState, told: tuple[Happening, ...]) -> Outcome:
    """A constant-flow pump after a fill: it runs, at a dose that follows from the concentration."""
    system, label = state.system, state.label_mcg_per_ml
    if not system.is_constant_flow or label is None:
        return state, told
    if state.program is None:
        constant = Program(at=utc(state.at_us), mode="constant-flow")
        program = running_program(constant, system, label, state.at_us, state.clock)
        state = replace(state, status=Status.RUNNING, program=program)
    flow = system.flows.maximum_ml_per_h
    text = (
        f"constant flow of {decimal_text(24 * flow, 4)} mL/day: "
        f"{decimal_text(24 * flow * label, 1)} mcg/day at this concentration"
    )
    return state, (*told, Happening(state.at_us, text, system.model.numbers["constant_flow"].cited()))
