"""Faults of pump and catheter as events: what each does from its instant on, and when it ends.

Faults of handling (wrong concentration, pocket fill, injection into the port) belong to the fill of
their instant and are done there; a reset has a file of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from cisterna.delivery import Route, Site
from cisterna.errors import Fault
from cisterna.instants import elapsed_h, instant_us
from cisterna.pump.alarms import Condition, cleared
from cisterna.pump.changes import MODEL, Outcome, alarmed, told, without_bolus
from cisterna.pump.impairment import Impairment
from cisterna.pump.occlusion import relieved
from cisterna.pump.refusal import RefusalError, out_of_turn
from cisterna.pump.reset import reset
from cisterna.pump.state import Happening, PumpState
from cisterna.therapy.events import FaultEvent
from cisterna.units import decimal_text

__all__ = ["AT_A_FILL", "OF_THE_CATHETER", "ended", "fault", "impaired", "without"]

AT_A_FILL = ("wrong-concentration", "pocket-fill", "port-injection")
"""Faults of handling: they befall the fill of the same instant."""

OF_THE_CATHETER = ("catheter-leak", "occlusion", "disconnection")
"""Faults that end when the catheter is replaced; the others end with the pump."""

_LASTING = ("over-delivery", "under-delivery", "motor-stall", *OF_THE_CATHETER)
_SILENT = "the pump measures neither flow nor volume, so no alarm comes"


def fault(state: PumpState, event: FaultEvent) -> Outcome:
    """What goes wrong at this instant."""
    if event.what not in _LASTING and event.until is not None:
        raise RefusalError(event, _no_end(event))
    if event.what in AT_A_FILL:
        return state, ()
    if event.what == "reset":
        return reset(state, event)
    if event.what == "tip-migration":
        return _migrated(state, event)
    if event.what == "motor-stall" and state.system.model.mechanism == "constant-flow":
        raise out_of_turn(
            event, "a motor stall of a pump without a motor", "another fault", "correct what", "what"
        )
    until_us = None if event.until is None else instant_us(event.until)
    share = float(event.amount) / 100 if isinstance(event.amount, float) else 0.0
    state, lost = impaired(state, event.what, until_us, share)
    return state, lost


def _no_end(event: FaultEvent) -> Fault:
    remedy = {
        "reset": "leave until out; write the interrogate and the program that ended it",
        "tip-migration": "leave until out; write a revise event with the new tip",
    }.get(event.what, "leave until out: it happens at one instant")
    return Fault(
        where="until",
        found=event.until.isoformat() if event.until else "nothing",
        allowed=f"no end for {event.what}; {', '.join(_LASTING)} may have one",
        remedy=remedy,
    )


def _migrated(state: PumpState, event: FaultEvent) -> Outcome:
    level, before = str(event.amount), state.system.site.level
    system = replace(state.system, site=Site(Route.CATHETER, level))
    text = f"the catheter tip moved from {before} to {level}: drug enters there now, and no alarm comes"
    return told(replace(state, system=system), text)


# ------------------------------------------------------------------------------ begin and end


def impaired(state: PumpState, what: str, until_us: int | None = None, share: float = 0.0) -> Outcome:
    """The pump from now on with an impairment; an earlier one of the same kind gives way to it.

    A pump that can no longer deliver ends a bolus that runs; what is left is not made up.
    """
    state, before = ended(state, what)
    one = Impairment(
        what=what,
        since_us=state.at_us,
        until_us=until_us,
        share=share,
        asked_mcg=state.asked.value,
        delivered_mcg=state.delivered.value,
    )
    state = replace(state, impairments=(*state.impairments, one))
    state, said = _begun(state, one)
    lost: tuple[Happening, ...] = ()
    if state.passage.by:
        state, lost = without_bolus(state, what)
    return state, (*before, *said, *lost)


def _begun(state: PumpState, one: Impairment) -> Outcome:
    if one.what == "motor-stall":
        text = "motor stall: nothing is delivered; the count of the reservoir goes on"
        return alarmed(state, Condition.MOTOR_STALL, text)
    percent = decimal_text(100 * one.share, 2)
    if one.what == "over-delivery":
        return _over_delivery(state, percent, one.share)
    texts = {
        "under-delivery": f"under-delivery: {percent} % less than asked for leaves the reservoir; {_SILENT}",
        "catheter-leak": f"catheter leak: {percent} % of what passes is lost outside; {_SILENT}",
        "occlusion": f"occlusion: nothing leaves the catheter while the pump counts on; {_SILENT}",
        "disconnection": f"disconnection: all that is pumped is lost outside; {_SILENT}",
    }
    if one.what not in texts:
        return state, ()
    return told(state, texts[one.what] + (_gas_text(state) if one.what == "under-delivery" else ""))


def _over_delivery(state: PumpState, percent: str, share: float) -> Outcome:
    text = f"over-delivery: {percent} % more than asked for leaves the reservoir; {_SILENT}{_gas_text(state)}"
    limit = state.system.model.numbers.get("over_infusion_limit")
    if limit is None:
        return told(state, text)
    if share > limit.in_unit("1"):
        text += f"; more than {limit.shown()} is called over-infusion"
    return told(state, text, limit.cited())


def _gas_text(state: PumpState) -> str:
    """What to look for in a pump whose flow follows pressure and temperature."""
    if state.system.model.properties.get("driven_by") != "gas":
        return ""
    return (
        "; the pump is driven by gas, its flow follows temperature and ambient pressure: look for fever, "
        "altitude, a flight or a pressure chamber"
    )


class _Difference(NamedTuple):
    programmed_mcg: float
    delivered_mcg: float
    hours: float


def ended(state: PumpState, what: str) -> Outcome:
    """The pump after the impairment of this kind ended, if it had one; what was missed is told (G6)."""
    found = next((one for one in state.impairments if one.what == what), None)
    if found is None:
        return state, ()
    state, released = relieved(state) if what == "occlusion" else (state, ())
    state = without(state, what)
    ends = (Condition.FLOW_OFF, Condition.MOTOR_STALL) if what == "motor-stall" else (Condition.FLOW_OFF,)
    state = replace(state, alarms=cleared(state.alarms, state.at_us, *ends))
    difference = _Difference(
        state.asked.value - found.asked_mcg,
        state.delivered.value - found.delivered_mcg,
        elapsed_h(found.since_us, state.at_us),
    )
    name = what.replace("-", " ")
    return state, (*released, Happening(state.at_us, _ended_text(name, difference), MODEL))


def without(state: PumpState, *kinds: str) -> PumpState:
    """The pump without impairments of these kinds, and nothing said about it."""
    return replace(state, impairments=tuple(one for one in state.impairments if one.what not in kinds))


def _ended_text(name: str, difference: _Difference) -> str:
    programmed, delivered, hours = difference
    text = (
        f"{name} ended after {decimal_text(hours, 2)} h: {decimal_text(delivered, 1)} mcg reached the "
        f"patient where {decimal_text(programmed, 1)} mcg was programmed"
    )
    if delivered < programmed:
        return f"{text}; the missed dose of {decimal_text(programmed - delivered, 1)} mcg is not made up"
    return text
