"""The instants of a visit: none ahead of now, each after the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cisterna.errors import Fault
from cisterna.instants import instant_us

if TYPE_CHECKING:
    from cisterna.clinic.visits.kind import OpenVisit

__all__ = ["faults_in_turn"]


def faults_in_turn(step: str, visit: OpenVisit, in_turn: Sequence[tuple[str, str]]) -> Iterator[Fault]:
    """The faults of the instants of ``step``; ``in_turn`` are step and field in the order of time."""
    earlier: datetime | None = None
    for other, name in in_turn:
        at = visit.value(other, name)
        if not isinstance(at, datetime):
            continue
        if other == step:
            ahead = visit.case.not_yet(name, at)
            if ahead is not None:
                yield ahead
            if earlier is not None and instant_us(at) < instant_us(earlier):
                yield Fault(
                    where=name,
                    found=f"{at:%d %b %Y, %H:%M}",
                    allowed=f"not before the step before it, {earlier:%d %b %Y, %H:%M}",
                    remedy="correct the one that is wrong",
                )
        earlier = at
