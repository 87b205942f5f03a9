"""One step of the pump: ``(state, command or elapsed) -> (state, what was delivered, what happened)``."""

from __future__ import annotations

from collections.abc import Sequence

from cisterna.pump.commands import commanded
from cisterna.pump.occlusion import pour_occluded
from cisterna.pump.pour import pour
from cisterna.pump.state import Happening, PumpState, Step, Stretch
from cisterna.pump.transitions import next_transition
from cisterna.therapy.events import Event

__all__ = ["advanced", "step"]


def step(state: PumpState, action: int | Sequence[Event]) -> Step:
    """Let time pass, or command the pump.

    ``action`` is elapsed microseconds, or the events of the instant at which the pump stands, taken
    together as one session. Raises :class:`~cisterna.errors.PumpError` for a command that the pump
    refuses, after which ``state`` still holds.
    """
    if isinstance(action, int):
        if action < 0:
            raise ValueError(f"time does not run back: {action} microseconds")
        return advanced(state, state.at_us + action)
    return commanded(state, action)


def advanced(state: PumpState, until_us: int) -> Step:
    """Let time pass up to ``until_us``; what is due at that very instant has happened."""
    stretches: list[Stretch] = []
    happenings: list[Happening] = []
    while True:
        due = next_transition(state)
        end_us = until_us if due is None else max(state.at_us, min(due.due_us, until_us))
        if end_us > state.at_us:
            poured = (pour_occluded if state.passage.is_blocked else pour)(state, end_us)
            state = poured.state
            stretches.extend(poured.stretches)
            happenings.extend(poured.happenings)
        if due is None or due.due_us > until_us:
            return Step(state, tuple(stretches), tuple(happenings))
        state, told = due.apply(state)
        happenings.extend(told)
