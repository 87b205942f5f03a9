"""Whole numbers in order, each once: the instants at which anything happens.

``numpy.unique`` gives the same, but loads masked arrays, which takes longer than a course.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["in_order"]


def in_order(*parts: ArrayLike) -> NDArray[np.int64]:
    """Every number of all parts, ascending, each once.

    >>> in_order([3, 1], [], [2, 3])
    array([1, 2, 3])
    """
    numbers = np.concatenate([np.asarray(part, dtype=np.int64) for part in parts])
    numbers.sort(kind="stable")  # parts in order are merged and not sorted again
    first = np.ones(len(numbers), dtype=bool)
    first[1:] = numbers[1:] != numbers[:-1]
    return numbers[first]
