"""What happens to the pump by itself, and when: a bolus ends, the reservoir runs low or empty, life ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from cisterna.pump.alarms import Condition, active, raised
from cisterna.pump.state import Happening, PumpState, Status
from cisterna.units import decimal_text

__all__ = ["Transition", "next_transition", "without_activity"]

Outcome = tuple[PumpState, tuple[Happening, ...]]

_MODEL = "pump model"


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
    if state.status is not Status.END_OF_SERVICE:
        yield Transition(state.lifetime.stop_us, _end_of_service)
    if state.activity:
        yield Transition(state.activity.end_us, _activity_ends)
    yield from _reservoir_due(state)
    if not active(state.alarms, Condition.ELECTIVE_REPLACEMENT_INDICATOR):
        yield Transition(state.lifetime.eri_us, _indicator)
    if state.stopped_us is not None and not active(state.alarms, Condition.STOPPED):
        yield Transition(state.stopped_us + state.system.stop_limit_us, _stopped_too_long)


def _reservoir_due(state: PumpState) -> Iterator[Transition]:
    schedule, counted_ml = state.schedule, state.reservoir.counted_ml
    if state.filled_us is None:
        return
    if not active(state.alarms, Condition.LOW_RESERVOIR):
        above_ml = counted_ml - state.system.alarm_ml
        due_us = schedule.when(state.at_us, above_ml) if schedule else None
        if above_ml <= 0:
            due_us = state.at_us
        if due_us is not None:
            yield Transition(due_us, _low)
    if schedule and counted_ml > 0:
        due_us = schedule.when(state.at_us, counted_ml)
        if due_us is not None:
            yield Transition(max(due_us, state.at_us + 1), _maybe_empty)
    elif schedule and not active(state.alarms, Condition.EMPTY_RESERVOIR):
        yield Transition(state.at_us, _empty)


def _alarm(state: PumpState, condition: Condition, text: str) -> Outcome:
    alarms = raised(state.alarms, condition, state.at_us)
    happening = Happening(state.at_us, text, state.system.source_of(condition))
    return replace(state, alarms=alarms), (happening,)


def _low(state: PumpState) -> Outcome:
    alarm_ml = decimal_text(state.system.alarm_ml, 3)
    return _alarm(state, Condition.LOW_RESERVOIR, f"low reservoir: {alarm_ml} mL calculated, not measured")


def _maybe_empty(state: PumpState) -> Outcome:
    """The last drop may need one microsecond more than the rounded instant; then nothing changes yet."""
    return _empty(state) if state.is_empty else (state, ())


def _empty(state: PumpState) -> Outcome:
    ended, lost = without_activity(state, "the reservoir is empty")
    after, told = _alarm(ended, Condition.EMPTY_RESERVOIR, "reservoir empty: delivery stopped")
    return after, (*told, *lost)


def _activity_ends(state: PumpState) -> Outcome:
    activity = state.activity
    if activity is None:
        return state, ()
    name = activity.kind.replace("-bolus", "").replace("single", "single bolus").replace("priming", "prime")
    volume = f"{decimal_text(activity.volume_ml, 4)} mL"
    text = f"{name}: {volume}" if name == "prime" else f"{name} completed: {volume}"
    return _followed(state, activity.then), (Happening(state.at_us, text, _MODEL),)


def _followed(state: PumpState, then: Status) -> PumpState:
    stopped_us = state.at_us if then is Status.STOPPED else None
    return replace(state, activity=None, status=then, stopped_us=stopped_us)


def without_activity(state: PumpState, why: str) -> Outcome:
    """End the bolus that runs, if one does; what is left of it is told and not made up."""
    activity = state.activity
    if activity is None:
        return state, ()
    left_ml = activity.undelivered_ml(state.at_us)
    after = _followed(state, activity.then)
    if left_ml <= 0:
        return after, ()
    text = f"{activity.kind} ended early, {decimal_text(left_ml, 4)} mL of it not delivered: {why}"
    return after, (Happening(state.at_us, text, _MODEL),)


def _indicator(state: PumpState) -> Outcome:
    text = "elective replacement indicator: plan the replacement of the pump"
    return _alarm(state, Condition.ELECTIVE_REPLACEMENT_INDICATOR, text)


def _stopped_too_long(state: PumpState) -> Outcome:
    hours = decimal_text(state.system.stop_limit_us / 3.6e9, 1)
    return _alarm(state, Condition.STOPPED, f"pump stopped for {hours} h: accuracy not assured")


def _end_of_service(state: PumpState) -> Outcome:
    ended, lost = without_activity(state, "the pump reached the end of its service")
    stopped = replace(ended, status=Status.END_OF_SERVICE, stopped_us=None)
    after, told = _alarm(stopped, Condition.END_OF_SERVICE, "end of service: the pump stopped by itself")
    return after, (*told, *lost)
