"""Means and largest values over the last hours, at every hour; hours lie along the last axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["largest_of_last", "mean_of_last"]

Floats = NDArray[np.float64]


def mean_of_last(window: int, integral: Floats) -> Floats:
    """Mean over the last ``window`` hours at every hour, from the integral since the start.

    Before the start there was nothing, which counts nothing.

    >>> mean_of_last(2, np.array([0.0, 3.0, 6.0, 9.0]))
    array([0. , 1.5, 3. , 3. ])
    """
    gained = integral.copy()
    gained[..., window:] -= integral[..., :-window]
    return gained / window


def largest_of_last(window: int, values: Floats) -> Floats:
    """Largest of the value at an hour and at each of the ``window`` hours before it.

    The largest of so many hours is that of the later and of the earlier half of them.

    >>> largest_of_last(1, np.array([3.0, 1.0, 2.0]))
    array([3., 3., 2.])
    """
    largest, covered = values.copy(), 1
    while covered <= window:
        step = min(covered, window + 1 - covered)
        np.maximum(largest[..., step:], largest[..., :-step], out=largest[..., step:])
        covered += step
    return largest
