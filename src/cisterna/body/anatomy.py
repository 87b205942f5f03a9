"""The spine as lengths and volumes by vertebral level, and the cells into which it is cut.

A level is cut into equal cells. A point, such as a catheter tip, lies at the middle of its level;
what enters there is shared between the two nearest cell centres by linear weights, never snapped to
one of them. The read-out of a level is the mean over the level's length. With two cells to a level
both are the two cells by halves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

from cisterna.therapy.levels import LEVELS

__all__ = ["ARMS", "CORD_LEVELS", "LEGS", "Cells", "Spine", "region_of"]

CORD_LEVELS: tuple[str, ...] = LEVELS[LEVELS.index("L1") :]
"""Levels beside which there is cord, from caudal (L1) to cranial (C1)."""

LEGS: tuple[str, ...] = ("L1", "T12", "T11", "T10")
"""Levels of the lumbar enlargement, whose mean cord level moves the legs."""

ARMS: tuple[str, ...] = ("C7", "C6", "C5", "C4")
"""Levels of the cervical enlargement, whose mean cord level moves the arms."""

_REGIONS = {"S": "sacral", "L": "lumbar", "T": "thoracic", "C": "cervical"}
Floats = NDArray[np.float64]


def region_of(level: str) -> str:
    """Region of a vertebral level: ``sacral``, ``lumbar``, ``thoracic`` or ``cervical``.

    >>> region_of("T10")
    'thoracic'
    """
    return _REGIONS[level[0]]


@dataclass(frozen=True, kw_only=True)
class Spine:
    """Lengths and fluid volumes by level in the order of ``LEVELS``, cord by ``CORD_LEVELS``."""

    level_length_cm: tuple[float, ...]
    level_volume_ml: tuple[float, ...]
    cord_volume_ml: tuple[float, ...]


@dataclass(frozen=True)
class Cells:
    """A spine cut into ``per_level`` equal cells a level, counted from caudal.

    >>> Cells(2).entry_at("S1")[:6]
    array([0. , 0. , 0.5, 0.5, 0. , 0. ])
    """

    per_level: int

    @property
    def count(self) -> int:
        """Cells in the spinal fluid."""
        return len(LEVELS) * self.per_level

    @property
    def cord_count(self) -> int:
        """Cells in the cord, one beside every fluid cell from ``cord_first`` on."""
        return len(CORD_LEVELS) * self.per_level

    @property
    def cord_first(self) -> int:
        """The fluid cell beside the first cord cell."""
        return self.count - self.cord_count

    def of(self, levels: Iterable[float]) -> Floats:
        """Values by level, each shared equally among the level's cells."""
        return np.repeat(np.array(tuple(levels)) / self.per_level, self.per_level)

    def entry_at(self, level: str) -> Floats:
        """Shares of the fluid cells in what enters at the middle of ``level``; they add up to 1."""
        place = LEVELS.index(level) * self.per_level + (self.per_level - 1) / 2
        below = floor(place)
        shares = np.zeros(self.count)
        shares[below] = 1 - (place - below)
        if place > below:
            shares[below + 1] = place - below
        return shares

    def entry_around(self, level: str, cell_volume_ml: Floats) -> Floats:
        """Shares of the fluid cells in a puncture at ``level``: by volume, over it and its neighbours."""
        middle = LEVELS.index(level)
        reached = slice(max(middle - 1, 0) * self.per_level, min(middle + 2, len(LEVELS)) * self.per_level)
        shares = np.zeros(self.count)
        shares[reached] = cell_volume_ml[reached] / cell_volume_ml[reached].sum()
        return shares

    def level_means(self, levels: int) -> Floats:
        """Matrix (levels, cells) that takes the mean over each level's cells."""
        return np.kron(np.eye(levels), np.full((1, self.per_level), 1 / self.per_level))
