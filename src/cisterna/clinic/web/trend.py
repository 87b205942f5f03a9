"""A few values over time in a small drawing, as places in per cent of its width and height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Point", "Trend"]


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value with its words: ``at`` names the time below it, ``words`` the value above it."""

    value: float
    at: str
    words: str


@dataclass(frozen=True)
class Trend:
    """Values in order of time, evenly spaced; ``limits`` are drawn as lines, ``zero`` as the ground.

    >>> trend = Trend((Point(value=0.0, at="May", words="0"), Point(value=2.0, at="July", words="2")))
    >>> [trend.across(place) for place in (0, 1)], trend.up(2.0) < trend.up(0.0)
    ([6.0, 94.0], True)
    """

    points: tuple[Point, ...]
    limits: tuple[float, ...] = ()

    def across(self, place: int) -> float:
        """Where the point with that index stands, in per cent from the left."""
        last = len(self.points) - 1
        return 50.0 if last < 1 else round(6 + 88 * place / last, 2)

    def up(self, value: float) -> float:
        """Where a value stands, in per cent from the top."""
        low, high = self._ends()
        return round(78 - 56 * (value - low) / ((high - low) or 1.0), 2)

    @property
    def lines(self) -> Sequence[tuple[float, float, float, float]]:
        """The pieces of the line: from across, from up, to across, to up."""
        places = [(self.across(place), self.up(point.value)) for place, point in enumerate(self.points)]
        return [(*one, *other) for one, other in pairwise(places)]

    def _ends(self) -> tuple[float, float]:
        every = [0.0, *(point.value for point in self.points), *self.limits]
        return min(every), max(every)
