"""Axes of the figures of a validation: what they reach over, where their ticks stand, values to pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from cisterna.validation.courses import TimeCourse

__all__ = ["Scale", "Tick", "decades", "ends", "nice_ticks", "scale"]

Floats = NDArray[np.float64]
Scale = Callable[[Floats | float], Floats]
"""Turns values into pixels."""


@dataclass(frozen=True)
class Tick:
    """A place on an axis in pixels and what stands there."""

    at: float
    text: str


def ends(course: TimeCourse) -> tuple[tuple[float, float], tuple[float, float]]:
    """The lowest and highest that is drawn, across and up."""
    across, up = [course.x], [course.middle]
    up += [values for values in (course.low, course.high) if values is not None]
    up += [np.array([limit.at]) for limit in course.limits]
    if course.floor is not None and not course.logarithmic:
        up.append(np.array([course.floor]))
    for mark in course.marks:
        own, other = (across, up) if mark.axis == "x" else (up, across)
        own.append(np.array([mark.low, mark.high, *_known(mark.value, mark.simulated)]))
        other.append(np.array([*_known(mark.place), *(mark.stretch or ())]))
    for decline in course.declines:
        across.append(np.array([decline.start[0], decline.until]))
        up.append(decline.left(decline.shortest, np.array([decline.until])))
    return _extent(across), _extent(up)


def _known(*values: float | None) -> list[float]:
    return [value for value in values if value is not None]


def _extent(parts: Sequence[Floats]) -> tuple[float, float]:
    whole = np.concatenate(parts)
    return float(whole.min()), float(whole.max())


def scale(source: tuple[float, float], target: tuple[float, float], *, logarithmic: bool = False) -> Scale:
    """Values between the two of ``source`` as pixels between those of ``target``."""
    known = np.log10(source) if logarithmic else np.array(source)

    def place(values: Floats | float) -> Floats:
        own = np.asarray(np.log10(values) if logarithmic else values, dtype=np.float64)
        placed: Floats = np.interp(own, known, target)
        return placed

    return place


def decades(low: float, high: float) -> tuple[float, ...]:
    """Powers of ten that reach from at most ``low`` to at least ``high``.

    >>> decades(0.3, 20)
    (0.1, 1.0, 10.0, 100.0)
    """
    first, last = floor(log10(low) + 1e-9), ceil(log10(high) - 1e-9)
    return tuple(10.0**power for power in range(first, max(last, first + 1) + 1))


def nice_ticks(low: float, high: float, about: int = 5, *, steps: Sequence[float] = ()) -> tuple[float, ...]:
    """Round numbers that reach from at most ``low`` to at least ``high``, apart by one of ``steps`` if given.

    >>> nice_ticks(0.0, 12.0)
    (0.0, 2.5, 5.0, 7.5, 10.0, 12.5)
    >>> nice_ticks(0.0, 12.0, steps=(1, 3, 6))
    (0.0, 3.0, 6.0, 9.0, 12.0)
    """
    if high <= low:
        high = low + 1.0
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    sizes = [*steps, *(size * power for size in (1.0, 2.0, 2.5, 5.0, 10.0))]
    step = next(size for size in sizes if size >= rough * (1 - 1e-9))
    first = floor(low / step + 1e-9)
    last = -floor(-high / step + 1e-9)
    return tuple(round(float(place * step), 10) for place in range(first, last + 1))
