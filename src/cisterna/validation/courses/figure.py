"""One figure as values: a simulated curve, what was published, and what the rows gave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cisterna.validation.scenario import Scenario
from cisterna.validation.scoring import Row

__all__ = [
    "HOURS", "MONTHS", "Axis", "Decline", "Extent", "Limit", "Mark", "TimeCourse", "around", "scenario_of",
]  # fmt: skip

Floats = NDArray[np.float64]
Extent = tuple[float, float]
Axis = Literal["x", "y"]

HOURS = (0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0)
"""Steps in which an axis of hours is read."""

MONTHS = (1.0, 3.0, 6.0, 12.0)
"""Steps in which an axis of months is read."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A published value on a figure, and the simulated one of its row.

    ``axis`` is the one on which it was measured; ``value`` (absent where only a range is published),
    ``low``, ``high`` and ``simulated`` (absent where it never comes) are places on that axis.
    ``place`` is where it stands on the other axis, ``stretch`` what it is a mean over there; a time
    without ``place`` stands above the figure.
    """

    id: str
    axis: Axis
    value: float | None
    low: float
    high: float
    simulated: float | None
    inside: bool
    place: float | None = None
    stretch: Extent | None = None

    @classmethod
    def of(
        cls,
        row: Row,
        axis: Axis,
        place: float | None = None,
        *,
        stretch: Extent | None = None,
        shown: Callable[[float], float] = float,
    ) -> Mark:
        """The mark of a row; ``shown`` turns its unit into that of the axis."""
        published, simulated = row.target.published, row.simulated
        low, high = sorted((shown(published.low), shown(published.high)))
        return cls(
            id=row.target.id,
            axis=axis,
            value=None if published.value is None else shown(published.value),
            low=low,
            high=high,
            simulated=shown(simulated) if simulated is not None and isfinite(simulated) else None,
            inside=row.inside is True,
            place=place,
            stretch=stretch,
        )


@dataclass(frozen=True, kw_only=True)
class Decline:
    """Published half-lives in hours, drawn from ``start`` (x, y) on the simulated curve to ``until``."""

    id: str
    start: tuple[float, float]
    until: float
    half_life: float | None
    shortest: float
    longest: float

    @classmethod
    def of(
        cls,
        row: Row,
        start: tuple[float, float],
        until: float,
        half_life_of: Callable[[float], float] = float,
    ) -> Decline:
        """That of a row; ``half_life_of`` turns its unit into hours."""
        published = row.target.published
        shortest, longest = sorted((half_life_of(published.low), half_life_of(published.high)))
        return cls(
            id=row.target.id,
            start=start,
            until=until,
            half_life=None if published.value is None else half_life_of(published.value),
            shortest=shortest,
            longest=longest,
        )

    def left(self, half_life_h: float, x: Floats) -> Floats:
        """What would be left at ``x`` of the start.

        >>> published = Decline(id="T1", start=(1, 8), until=5, half_life=2, shortest=1, longest=4)
        >>> published.left(2, np.array([5.0]))
        array([2.])
        """
        left: Floats = self.start[1] * 0.5 ** ((x - self.start[0]) / half_life_h)
        return left


@dataclass(frozen=True)
class Limit:
    """A threshold on the axis of values, and what it is."""

    at: float
    words: str


@dataclass(frozen=True, kw_only=True, eq=False)
class TimeCourse:
    """One figure: a simulated curve with its spread between patients, and the published values.

    ``x``, ``middle``, ``low`` and ``high`` (5th and 95th percentile, absent for a typical patient)
    have one shape. Axis titles carry their unit; the axis of values reaches down to ``floor`` and, where
    it is ``logarithmic``, holds positive values only. ``x_steps`` are the steps in which the axis of
    ``x`` is read, ``quantity`` names the colour of the curve.
    """

    title: str
    x_title: str
    y_title: str
    quantity: str
    x: Floats
    middle: Floats
    marks: tuple[Mark, ...] = ()
    declines: tuple[Decline, ...] = ()
    limits: tuple[Limit, ...] = ()
    low: Floats | None = None
    high: Floats | None = None
    floor: float | None = 0.0
    logarithmic: bool = False
    x_steps: tuple[float, ...] = HOURS

    @property
    def ids(self) -> tuple[str, ...]:
        """The targets that stand on the figure."""
        return (*(mark.id for mark in self.marks), *(decline.id for decline in self.declines))


def scenario_of(row: Row) -> Scenario:
    """How the study of a row is re-run; figures name rows that are simulated."""
    assert row.target.scenario is not None  # noqa: S101  # said above
    return row.target.scenario


def around(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, 5th and 95th percentile over the patients of values (n, k)."""
    low, high = np.percentile(values, (5, 95), axis=0)
    return values.mean(axis=0), low, high
