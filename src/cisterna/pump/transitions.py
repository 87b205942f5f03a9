"""What happens to the pump by itself, and when: a bolus ends, the reservoir runs low or empty, life ends.

What the pump says follows from what it counts; what it delivers follows from what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from cisterna.pump.alarms import Condition, active
from cisterna.pump.changes import Outcome, alarmed, followed, told, without_activity
from cisterna.pump.faults import ended
from cisterna.pump.flow_check import flow_alarm_due_us
from cisterna.pump.impairment import MAGNETIC_FIELD, SEIZED
from cisterna.pump.magnet import field_ends
from cisterna.pump.state import PumpState, Status
from cisterna.units import decimal_text

__all__ = ["Transition", "next_transition", "without_activity"]

_NAMES = {
    "single-bolus": "single bolus",
    "patient-bolus": "patient bolus",
    "priming-bolus": "prime",
    "bridge-bolus": "bridge",
}


class Transition(NamedTuple):
    """A change that is due at ``due_us`` unless a command comes before, and what it makes of the pump."""

    due_us: int
    apply: Callable[[PumpState], Outcome]


def next_transition(state: PumpState) -> Transition | None:
    """What is due first; of two at one instant the one named first here."""
    return min(_due(state), key=lambda transition: transition.due_us, default=None)


def _due(state: PumpState) -> Iterator[Transition]:
    if state.status is Status.EXPLANTED:
        return
    if state.impairments:
        yield from _impairments_due(state)
    if state.status is not Status.END_OF_SERVICE and state.lifetime.stop_us is not None:
        yield Transition(state.lifetime.stop_us, _end_of_service)
    if state.activity:
        yield Transition(state.activity.end_us, _activity_ends)
    yield from _reservoir_due(state)
    eri_us = state.lifetime.eri_us
    if eri_us is not None and not active(state.alarms, Condition.ELECTIVE_REPLACEMENT_INDICATOR):
        yield Transition(eri_us, _indicator)
    if state.stopped_us is not None and not active(state.alarms, Condition.STOPPED):
        yield Transition(state.stopped_us + state.system.stop_limit_us, _stopped_too_long)


def _impairments_due(state: PumpState) -> Iterator[Transition]:
    for one in state.impairments:
        if one.what in SEIZED and state.accuracy_lost_us is None:
            yield Transition(one.since_us + state.system.stop_limit_us, _stood_too_long)
        if one.until_us is not None:
            end = field_ends if one.what == MAGNETIC_FIELD else partial(ended, what=one.what)
            yield Transition(one.until_us, end)
    if not active(state.alarms, Condition.FLOW_OFF):
        due_us = flow_alarm_due_us(state)
        if due_us is not None:
            yield Transition(due_us, _flow_off)


def _reservoir_due(state: PumpState) -> Iterator[Transition]:
    schedule, counted_ml = state.schedule, state.reservoir.counted_ml
    if state.filled_us is None:
        return
    alarm_ml = state.system.alarm_ml
    if alarm_ml is not None and not active(state.alarms, Condition.LOW_RESERVOIR):
        above_ml = counted_ml - alarm_ml
        due_us = schedule.when(state.at_us, above_ml) if schedule else None
        if above_ml <= 0:
            due_us = state.at_us
        if due_us is not None:
            yield Transition(due_us, _low)
    if schedule and counted_ml > 0:
        due_us = schedule.when(state.at_us, counted_ml)
        if due_us is not None:
            yield Transition(max(due_us, state.at_us + 1), _maybe_empty)
    elif (
        schedule and not state.system.is_constant_flow and not active(state.alarms, Condition.EMPTY_RESERVOIR)
    ):
        yield Transition(state.at_us, _empty)
    if state.reservoir.volume_ml != counted_ml or state.passage.drive != 1:
        yield from _dry_due(state)


def _dry_due(state: PumpState) -> Iterator[Transition]:
    """When a reservoir whose count is another runs dry: no alarm belongs to it, but it must be told."""
    schedule, volume_ml, drive = state.schedule, state.reservoir.volume_ml, state.passage.drive
    if schedule is None or state.ran_dry_us is not None or drive == 0 or state.is_empty:
        return
    if volume_ml == 0:
        yield Transition(state.at_us, _dry)
    elif not state.passage.is_blocked:
        due_us = schedule.when(state.at_us, volume_ml / drive)
        if due_us is not None:
            yield Transition(max(due_us, state.at_us + 1), _maybe_dry)


def _flow_off(state: PumpState) -> Outcome:
    text = "the flow that the pump senses is off: above or below the programmed one for too long"
    return alarmed(state, Condition.FLOW_OFF, text)


def _low(state: PumpState) -> Outcome:
    alarm_ml = decimal_text(state.system.alarm_ml or 0.0, 3)
    return alarmed(state, Condition.LOW_RESERVOIR, f"low reservoir: {alarm_ml} mL calculated, not measured")


def _maybe_empty(state: PumpState) -> Outcome:
    """The last drop may need one microsecond more than the rounded instant; then nothing changes yet."""
    return _empty(state) if state.is_empty else (state, ())


def _empty(state: PumpState) -> Outcome:
    after, lost = without_activity(state, "the reservoir is empty")
    text = "reservoir empty: delivery stopped"
    if not state.is_dry:
        left = decimal_text(state.reservoir.volume_ml, 2)
        text = f"reservoir empty: calculated, not measured; {left} mL is there and goes on being delivered"
    if state.system.is_constant_flow:
        after, said = told(after, f"{text}; a pump without a battery has no alarm")
        return after, (*said, *lost)
    after, said = alarmed(after, Condition.EMPTY_RESERVOIR, text)
    return after, (*said, *lost)


def _maybe_dry(state: PumpState) -> Outcome:
    return _dry(state) if state.is_dry else (state, ())


def _dry(state: PumpState) -> Outcome:
    counted = decimal_text(state.reservoir.counted_ml, 2)
    heard = "no alarm before it" if not active(state.alarms, Condition.LOW_RESERVOIR) else "low alarm only"
    text = (
        f"the reservoir ran dry while the pump counts {counted} mL, with {heard}: the volume is calculated "
        "from the program and not measured. Nothing is delivered"
    )
    limit = state.system.model.numbers.get("over_infusion_limit")
    after = replace(state, ran_dry_us=state.at_us)
    return told(after, text, limit.cited()) if limit else told(after, text)


def _activity_ends(state: PumpState) -> Outcome:
    activity = state.activity
    if activity is None:
        return state, ()
    name = _NAMES[activity.kind]
    volume = f"{decimal_text(activity.volume_ml, 4)} mL"
    text = f"{name}: {volume}" if name == "prime" else f"{name} completed: {volume}"
    if state.passage.drive != 1 or state.is_dry:
        text += " asked for"
    return told(followed(state, activity.then), text)


def _indicator(state: PumpState) -> Outcome:
    text = "elective replacement indicator: plan the replacement of the pump"
    return alarmed(state, Condition.ELECTIVE_REPLACEMENT_INDICATOR, text)


def _stopped_too_long(state: PumpState) -> Outcome:
    hours = decimal_text(state.system.stop_limit_us / 3.6e9, 1)
    lost = state if state.accuracy_lost_us is not None else replace(state, accuracy_lost_us=state.at_us)
    return alarmed(lost, Condition.STOPPED, f"pump stopped for {hours} h: accuracy not assured")


def _stood_too_long(state: PumpState) -> Outcome:
    """A rotor that stands is a stop too, whatever made it stand."""
    hours = decimal_text(state.system.stop_limit_us / 3.6e9, 1)
    text = f"nothing moved in the pump for {hours} h: accuracy not assured from now on"
    lost = replace(state, accuracy_lost_us=state.at_us)
    return told(lost, text, state.system.settings.number("stop_limit").cited())


def _end_of_service(state: PumpState) -> Outcome:
    after, lost = without_activity(state, "the pump reached the end of its service")
    after = replace(after, status=Status.END_OF_SERVICE, stopped_us=None)
    after, said = alarmed(after, Condition.END_OF_SERVICE, "end of service: the pump stopped by itself")
    return after, (*said, *lost)
