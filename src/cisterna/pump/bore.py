"""The volume of a bore by geometry, against which what is recorded of a catheter is held."""

from __future__ import annotations

import math

__all__ = ["bore_mismatch", "bore_volume_ml_per_cm"]


def bore_volume_ml_per_cm(inner_diameter_mm: float) -> float:
    """Volume per length of a round bore, pi/4 times the square of its diameter.

    >>> round(bore_volume_ml_per_cm(0.53), 5)
    0.00221
    """
    return math.pi / 4 * (inner_diameter_mm / 10) ** 2


def bore_mismatch(stated: float, geometric: float) -> float:
    """How far a volume, or a volume per length, is from the geometric one, as a share of that one.

    >>> round(bore_mismatch(0.2, 32 * bore_volume_ml_per_cm(0.8)), 3)
    0.243
    """
    return abs(stated - geometric) / geometric
