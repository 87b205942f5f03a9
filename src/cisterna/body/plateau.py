"""The plateau under a constant input, without waiting for it: ``x = -M^-1 b``.

What was eliminated has no plateau, nor has a time integral; both follow the other states and act on
none of them, so that they are left out of the equation and have no value in the answer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cisterna.body.rates import Model

__all__ = ["plateau"]

Floats = NDArray[np.float64]


def plateau(model: Model, inputs_per_h: Floats) -> Floats:
    """Amounts in mcg (n, m) that m constant inputs lead to; ``inputs_per_h`` (n, m) are in mcg/h.

    Rows of states without a plateau are NaN, so that no read-out can use them unnoticed.

    >>> from cisterna.body.parameters import Covariates, parameters_of
    >>> from cisterna.body.rates import model_of
    >>> from cisterna.delivery import Route, Site
    >>> from cisterna.evidence import Settings
    >>> model = model_of(parameters_of(Settings(), Covariates(age_y=40)), 2)
    >>> tip = model.entry(Site(Route.CATHETER, "T11"))[:, np.newaxis] * 100 / 24
    >>> amounts = plateau(model, tip)[:, 0]
    >>> legs = model.read_outs.legs
    >>> round(float(legs[legs > 0] @ amounts[legs > 0]))
    147
    """
    at = model.compartments
    settling = np.setdiff1d(np.arange(at.count), [at.eliminated, at.legs_integral])
    amounts = np.full(inputs_per_h.shape, np.nan)
    own = model.rate_matrix[np.ix_(settling, settling)]
    amounts[settling] = np.linalg.solve(own, -inputs_per_h[settling])
    return amounts
