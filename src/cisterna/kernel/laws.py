"""The laws of response and tolerance as functions of floats, or of arrays of them.

Concentrations are in ng/mL, times in hours, tone on the Ashworth scale of 1 to 5. All take NumPy
arrays of one shape and floats alike.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["h_reflex_ratio", "hill", "tolerance_step", "tone_score", "withdrawal_index"]

FloatOrArray = TypeVar("FloatOrArray", float, NDArray[np.float64])


def hill(
    concentration: FloatOrArray, half_effect_concentration: FloatOrArray, exponent: float
) -> FloatOrArray:
    """Occupancy ``C^h / (C^h + EC50^h)``, from 0 to below 1.

    It is computed from the ratio of the two concentrations, so that no power overflows.

    >>> hill(68.0, 68.0, 3.0), round(hill(147.0, 68.0, 3.0), 2), hill(0.0, 68.0, 3.0)
    (0.5, 0.91, 0.0)
    """
    effect: FloatOrArray = (concentration / half_effect_concentration) ** exponent
    return effect / (1.0 + effect)


def tone_score(
    untreated: FloatOrArray | float, irreducible_share: FloatOrArray | float, occupancy: FloatOrArray
) -> FloatOrArray:
    """Tone ``A = A0 - (A0 - 1) (1 - nu) occupancy``.

    ``irreducible_share`` (nu) is the share of the raised score that no drug removes.

    >>> round(tone_score(3.7, 0.15, 0.89), 2)
    1.66
    """
    score: FloatOrArray = untreated - (untreated - 1.0) * (1.0 - irreducible_share) * occupancy
    return score


def h_reflex_ratio(
    concentration: FloatOrArray, half_effect_concentration: FloatOrArray, exponent: float
) -> FloatOrArray:
    """Share of the H-reflex that remains: one less the occupancy of its own Hill law.

    >>> h_reflex_ratio(28.5, 28.5, 1.8)
    0.5
    """
    return 1.0 - hill(concentration, half_effect_concentration, exponent)


def tolerance_step(
    value: FloatOrArray, target: FloatOrArray, elapsed_h: FloatOrArray, time_constant_h: FloatOrArray
) -> FloatOrArray:
    """Tolerance after ``elapsed_h`` of ``dT/dt = (target - T) / tau``, exact for a constant target.

    >>> months = 730.5
    >>> float(tolerance_step(1.0, 3.2, 3 * months, 8 * months).round(2))
    1.69
    """
    away = (value - target) * np.exp(-elapsed_h / time_constant_h)
    return target + away  # type: ignore[no-any-return]


def withdrawal_index(
    tolerance: FloatOrArray,
    gain: FloatOrArray | float,
    adapted_occupancy: FloatOrArray,
    occupancy: FloatOrArray,
) -> FloatOrArray:
    """Withdrawal ``W = (T - 1) / gain * max(0, adapted occupancy - occupancy)``.

    >>> float(withdrawal_index(3.09, 2.2, 0.893, 0.0).round(2))
    0.85
    >>> float(withdrawal_index(3.09, 2.2, 0.5, 0.6))
    0.0
    """
    lost = np.maximum(adapted_occupancy - occupancy, 0.0)
    return (tolerance - 1.0) / gain * lost  # type: ignore[no-any-return]
