"""Who chooses the amounts of the next action: a search for failures, or a seeded source of numbers."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar

from cisterna.instants import utc
from cisterna.pump import PumpState, Status
from cisterna.therapy.events import Event

__all__ = [
    "Action",
    "Chooser",
    "Seeded",
    "always",
    "is_alive",
    "is_filled",
    "is_free",
    "is_in",
    "is_programmed",
    "label_of",
    "now",
    "takes",
]

T = TypeVar("T")


class Chooser(Protocol):
    """Chooses among what an action allows."""

    def among(self, options: Sequence[T]) -> T:
        """One of the options."""

    def between(self, low: float, high: float) -> float:
        """A number of the range, its ends included."""


@dataclass(frozen=True)
class Seeded:
    """Chooses by a seeded source of random numbers."""

    source: random.Random

    def among(self, options: Sequence[T]) -> T:
        """One of the options, each as likely as the others."""
        return self.source.choice(options)

    def between(self, low: float, high: float) -> float:
        """A number of the range, evenly."""
        return self.source.uniform(low, high)


class Action(NamedTuple):
    """Something to do with a pump: when it makes sense, and what it is.

    ``make`` gives elapsed microseconds or the events of one programming session.
    """

    fits: Callable[[PumpState], bool]
    make: Callable[[PumpState, Chooser], int | tuple[Event, ...]]


def now(state: PumpState) -> datetime:
    """The instant at which the pump stands."""
    return utc(state.at_us)


def label_of(state: PumpState) -> float:
    """The concentration on the label, 0 before the first fill."""
    return state.label_mcg_per_ml or 0.0


def takes(mode: str) -> Callable[[PumpState], bool]:
    """Whether it was filled and is of a model that takes this mode."""
    return lambda state: is_filled(state) and mode in state.system.model.modes


def always(state: PumpState) -> bool:  # noqa: ARG001 - for an action that always makes sense
    """Whatever the pump is doing."""
    return True


def is_in(state: PumpState) -> bool:
    """Whether there is a pump."""
    return state.status is not Status.EXPLANTED


def is_alive(state: PumpState) -> bool:
    """Whether there is a pump that can deliver."""
    return state.status not in {Status.EXPLANTED, Status.END_OF_SERVICE}


def is_filled(state: PumpState) -> bool:
    """Whether it was ever filled."""
    return is_alive(state) and state.label_mcg_per_ml is not None


def is_free(state: PumpState) -> bool:
    """Whether it can begin a bolus."""
    return is_filled(state) and state.activity is None


def is_programmed(state: PumpState) -> bool:
    """Whether it has a program."""
    return is_alive(state) and state.program is not None
