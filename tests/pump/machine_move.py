"""One step of the driven pump, as the invariants see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from cisterna.instants import US_PER_HOUR
from cisterna.pump import Happening, PumpState, Segment, Stretch
from cisterna.therapy.events import Event

__all__ = ["VOLUME_ML", "Move", "account_error", "hours_of"]

VOLUME_ML = 1e-9
"""What a volume may be off by."""


@dataclass(frozen=True)
class Move:
    """One step: the pump before and after it, and what happened on the way.

    ``action`` is elapsed microseconds or the events of one session; ``since_fill`` are the pump after
    its last fill and after each command since.
    """

    before: PumpState
    action: int | tuple[Event, ...]
    after: PumpState
    stretches: tuple[Stretch, ...]
    happenings: tuple[Happening, ...]
    since_fill: tuple[PumpState, ...]

    @property
    def events(self) -> tuple[Event, ...]:
        """The events of the session; none where time passed."""
        return self.action if isinstance(self.action, tuple) else ()

    @property
    def segments(self) -> Iterator[Segment]:
        """All segments, in the order of time."""
        return chain.from_iterable(stretch.segments for stretch in self.stretches)


def hours_of(segment: Segment) -> float:
    """The length of a segment."""
    return (segment.end_us - segment.start_us) / US_PER_HOUR


def account_error(state: PumpState) -> float:
    """What is missing from the drug account, as a share of all that was injected."""
    held = state.withdrawn_mcg + state.reservoir.mass_mcg + state.dead_volume_mcg + state.outside.value
    missing = state.injected_mcg - held - state.delivered.value
    return abs(missing) / state.injected_mcg if state.injected_mcg else abs(missing)
