"""When a volume will have been asked for, seen from the fill: past commands counted, the future run on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cisterna.pump.schedule import Schedule
from cisterna.pump.state import PumpState, Status

__all__ = ["Leg", "coming_legs", "when_asked_for"]


class Leg(NamedTuple):
    """A time in which one schedule is asked for; without an end where no command is known to end it."""

    start_us: int
    end_us: int | None
    schedule: Schedule


def when_asked_for(states: Sequence[PumpState], volume_ml: float) -> int | None:
    """The instant at which the programs have asked for ``volume_ml`` since the fill; ``None`` if never.

    ``states`` are the pump after the fill and after each command since. The pump counts what it was
    asked for and does not measure, so the answer does not depend on what the reservoir held. Allotted
    patient boluses count as used from the last command on, where they are still to come.
    """
    left_ml = volume_ml
    for place, state in enumerate(states):
        is_last = place == len(states) - 1
        next_us = None if is_last else states[place + 1].at_us
        for leg in _legs(state, next_us, counts_allotted=is_last):
            reached_us = leg.schedule.when(leg.start_us, left_ml)
            if reached_us is not None and (leg.end_us is None or reached_us <= leg.end_us):
                return reached_us
            if leg.end_us is None:
                return None
            left_ml -= leg.schedule.volume_ml(leg.start_us, leg.end_us)
    return None


def coming_legs(state: PumpState) -> Iterator[Leg]:
    """What is asked for from a state on if no command comes: the bolus that runs, then the program.

    Patient boluses that are only allotted are not among it. The end of the pump's life is not either.
    """
    return _legs(state, None, counts_allotted=False)


def _legs(state: PumpState, until_us: int | None, *, counts_allotted: bool) -> Iterator[Leg]:
    """What is asked for from a state on, if no command comes before ``until_us``."""
    start_us, activity = state.at_us, state.activity
    if activity:
        end_us = activity.end_us if until_us is None else min(activity.end_us, until_us)
        yield Leg(start_us, end_us, activity.schedule)
        start_us = end_us
    then = activity.then if activity else state.status
    if then is not Status.RUNNING or state.program is None or start_us == until_us:
        return
    schedule = state.program.planned if counts_allotted else state.program.schedule
    yield Leg(start_us, until_us, schedule)
