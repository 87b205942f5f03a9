"""Spinal fluid by level and time, for the map: its rows and the top of its colour scale."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cisterna.report.panels import LEVEL_ROWS
from cisterna.report.source import Reading
from cisterna.report.tokens import concentration_ceiling_ng_per_ml
from cisterna.units import NG_PER_MCG

__all__ = ["ceiling_ng_per_ml", "level_rows"]

_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_SHARE_WITHIN = 0.995


def level_rows(reading: Reading) -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    """The levels from the head down and their concentrations in ng/mL, shape ``(levels, k)``."""
    names = tuple(level for level in LEVEL_ROWS if reading.has(f"csf_{level}_mcg_per_ml"))
    rows = [reading.columns[f"csf_{level}_mcg_per_ml"] * NG_PER_MCG for level in names]
    return names, np.array(rows)


def ceiling_ng_per_ml(reading: Reading) -> float:
    """Where the colour scale ends: one scale for all courses, but ten times as high where it must be.

    It is the ceiling of the tokens, or the first of 2, 5, 10, ... times it that leaves at most
    0.5 % of the map above; courses of usual doses therefore share one scale and can be compared.
    """
    ceiling = concentration_ceiling_ng_per_ml()
    _, rows = level_rows(reading)
    if rows.size == 0:
        return ceiling
    needed = float(np.nanquantile(rows, _SHARE_WITHIN))
    return next((step * ceiling for step in _STEPS if step * ceiling >= needed), _STEPS[-1] * ceiling)
