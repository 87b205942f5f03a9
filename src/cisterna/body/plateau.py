"""The plateau under a constant input, without waiting for it: ``x = -M^-1 b``.

What was eliminated has no plateau, nor has a time integral; both follow the other states and act on
none of them, so that they are left out of the equation and have no value in the answer.
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

from cisterna.body.rates import Model

__all__ = ["plateau", "settling_h"]

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
    settling = _settling(model)
    amounts = np.full(inputs_per_h.shape, np.nan)
    own = model.rate_matrix[np.ix_(settling, settling)]
    amounts[settling] = np.linalg.solve(own, -inputs_per_h[settling])
    return amounts


def settling_h(model: Model, left: float = 0.01) -> float:
    """Hours after which at most the share ``left`` of a change of input is still to come: ln(1/left) / rate.

    The rate is that of the slowest mode, so that it is an upper bound for every level.

    >>> from cisterna.body.parameters import Covariates, parameters_of
    >>> from cisterna.body.rates import model_of
    >>> from cisterna.evidence import Settings
    >>> round(settling_h(model_of(parameters_of(Settings(), Covariates(age_y=40)), 2)))
    60
    """
    settling = _settling(model)
    modes = np.linalg.eigvals(model.rate_matrix[np.ix_(settling, settling)])
    return log(1 / left) / -float(np.max(modes.real))


def _settling(model: Model) -> NDArray[np.intp]:
    """The states that have a plateau."""
    at = model.compartments
    return np.setdiff1d(np.arange(at.count), [at.eliminated, at.legs_integral])
