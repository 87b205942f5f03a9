"""An alarm that somebody heard or read: acknowledged, muted for a limited time, or not expected at all."""

from __future__ import annotations

from dataclasses import replace

from cisterna.errors import Fault
from cisterna.instants import us_of_hours
from cisterna.pump.alarms import Condition, acknowledged, active
from cisterna.pump.changes import Outcome, alarmed, told
from cisterna.pump.refusal import RefusalError
from cisterna.pump.state import PumpState
from cisterna.therapy.events import Alarm

__all__ = ["heard"]

_NOT_COMPUTED = (Condition.CRITICAL_MEMORY_ERROR, Condition.MINOR_MEMORY_ERROR, Condition.MOTOR_STALL)
"""Conditions that only the pump can know: the record of one raises it here too."""


def heard(state: PumpState, event: Alarm) -> Outcome:
    """The pump after an alarm was recorded. Conditions by other names than the pump's change nothing."""
    _check_mute(state, event)
    known = next((entry for entry in Condition if entry.value == event.condition), None)
    if known is None:
        return state, ()
    state, said = _recorded(state, known)
    if not event.acknowledged and event.mute is None:
        return state, said
    muted_until_us = None if event.mute is None else state.at_us + us_of_hours(event.mute)
    alarms = acknowledged(state.alarms, event.condition, state.at_us, muted_until_us, seen=event.acknowledged)
    return replace(state, alarms=alarms), said


def _check_mute(state: PumpState, event: Alarm) -> None:
    limit = state.system.settings.number("alarm_mute_limit")
    if event.mute is None or event.mute <= limit.in_unit("h") * (1 + 1e-9):
        return
    raise RefusalError(
        event,
        Fault(
            where="mute",
            found=event.mute.shown(),
            allowed=f"at most {limit.shown()} (alarm_mute_limit, {limit.status.value})",
            remedy="a mute has an end, and the alarm goes on until its cause is cleared; mute it again "
            "after it, "
            "or set another alarm_mute_limit under [parameters]",
        ),
    )


def _recorded(state: PumpState, condition: Condition) -> Outcome:
    if active(state.alarms, condition):
        return state, ()
    if condition is Condition.ELECTIVE_REPLACEMENT_INDICATOR:
        early = replace(state, lifetime=state.lifetime.with_indicator(state.at_us))
        after, _ = alarmed(early, condition, "")
        return after, ()
    name = condition.value.replace("-", " ")
    if condition in _NOT_COMPUTED:
        return alarmed(state, condition, f"{name}: recorded, its cause cannot be computed", latched=True)
    text = (
        f"the {name} alarm is recorded, but nothing computed here gives it: premature low and empty alarms "
        "just after an interrogation are known, while the volume in the programmer was right"
    )
    return told(state, text, "TGA recall actions, SynchroMed II infusion pump (tga.gov.au) [confirmed]")
