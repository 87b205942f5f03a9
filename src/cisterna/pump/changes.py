"""Changes of the pump that commands, faults and transitions share: a bolus ends early, an alarm comes."""

from __future__ import annotations

from dataclasses import replace

from cisterna.instants import us_of_hours
from cisterna.pump.alarms import Condition, active, raised
from cisterna.pump.state import Happening, PumpState, Status
from cisterna.units import decimal_text

__all__ = ["MODEL", "Outcome", "alarmed", "followed", "told", "without_activity", "without_bolus"]

Outcome = tuple[PumpState, tuple[Happening, ...]]

MODEL = "pump model"
"""The source of what follows from the model alone."""

_BOLUSES = ("single-bolus", "patient-bolus")


def told(state: PumpState, text: str, source: str = MODEL) -> Outcome:
    """The pump as it is, and one thing to say about it."""
    return state, (Happening(state.at_us, text, source),)


def alarmed(state: PumpState, condition: Condition, text: str, *, latched: bool = False) -> Outcome:
    """The pump with an alarm of this condition; one that is active already stays as it is."""
    if active(state.alarms, condition):
        return state, ()
    delay_us = us_of_hours(state.system.settings.value("alarm_delay", "h"))
    alarms = raised(state.alarms, condition, state.at_us, latched=latched, delay_us=delay_us)
    return told(replace(state, alarms=alarms), text, state.system.source_of(condition))


def followed(state: PumpState, then: Status) -> PumpState:
    """The pump after the bolus that ran, with the status that follows it."""
    stopped_us = state.at_us if then is Status.STOPPED else None
    return replace(state, activity=None, status=then, stopped_us=stopped_us)


def without_activity(state: PumpState, why: str) -> Outcome:
    """End the bolus, prime or bridge that runs, if one does; what is left is told and not made up."""
    activity = state.activity
    if activity is None:
        return state, ()
    left_ml = activity.undelivered_ml(state.at_us)
    after = followed(state, activity.then)
    if left_ml <= 0:
        return after, ()
    text = f"{activity.kind} ended early, {decimal_text(left_ml, 4)} mL of it not delivered: {why}"
    return told(after, text)


def without_bolus(state: PumpState, why: str) -> Outcome:
    """End a bolus that runs, but neither prime nor bridge, which change the fluid and not the dose."""
    if state.activity is None or state.activity.kind not in _BOLUSES:
        return state, ()
    return without_activity(state, why)
