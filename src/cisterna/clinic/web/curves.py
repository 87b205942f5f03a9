"""Curves as places in a drawing: across in per cent of the width, up in pixels.

The curves themselves lie in a square of 100 by 100 that is stretched over the frame, so that they fit every
screen while words and signs keep their size; ``drawings.html`` draws the frame where it is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

__all__ = ["Frame", "ticks"]

_TOP, _BOTTOM = 14, 158
_LEFT, _WIDTH = 9.0, 89.0
_STEPS = (1, 2, 5, 10)
_TICKS = 5


@dataclass(frozen=True)
class Frame:
    """A frame whose axis of values goes from ``low`` to ``high`` and whose axis of time is ``hours`` long.

    >>> frame = Frame(0.0, 100.0, 48.0)
    >>> frame.across(24), frame.up(50)
    (53.5, 86.0)
    """

    low: float
    high: float
    hours: float

    def across(self, hour: float) -> float:
        """The place of an hour, in per cent of the width."""
        return round(_LEFT + _WIDTH * hour / self.hours, 2)

    def up(self, value: float) -> float:
        """The place of a value, in pixels from the top."""
        return round(_BOTTOM - (_BOTTOM - _TOP) * (value - self.low) / (self.high - self.low), 1)

    def points(self, hours: NDArray[np.float64], values: NDArray[np.float64]) -> str:
        """The points of a curve; values that are not known are left out."""
        known = np.isfinite(values)
        share = 100 * (1 - (values[known] - self.low) / (self.high - self.low))
        places = zip(100 * hours[known] / self.hours, share, strict=True)
        return " ".join(f"{across:.2f},{up:.2f}" for across, up in places)


def ticks(least: float, most: float) -> Sequence[float]:
    """Round values that hold everything between them, about five.

    >>> ticks(0, 618.0), ticks(1.0, 3.6)
    ([0, 200, 400, 600, 800], [1.0, 2.0, 3.0, 4.0])
    """
    most = most if most > least else least + 1
    power = 10 ** floor(np.log10((most - least) / _TICKS))
    step = next(step * power for step in _STEPS if (most - least) / (step * power) <= _TICKS)
    return [place * step for place in range(floor(least / step), ceil(most / step) + 1)]
