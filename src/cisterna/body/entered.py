"""The drug account of the body: what entered, computed from the delivery alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cisterna.delivery import Delivery
from cisterna.instants import US_PER_HOUR

__all__ = ["account_error", "entered_mcg"]

Floats = NDArray[np.float64]
Instants = NDArray[np.int64]


def entered_mcg(delivery: Delivery, times_us: Instants) -> Floats:
    """Drug that entered up to and at each of ``times_us`` (ascending), in mcg.

    It knows neither steps nor states, so that the account is a check and not a remainder.

    >>> from cisterna.delivery import Infusion, Route, Site
    >>> hour = 3_600_000_000
    >>> pump = Delivery(infusions=(Infusion(Site(Route.CATHETER, "T10"), 0, 2 * hour, 4.0),))
    >>> entered_mcg(pump, np.array([0, hour, 3 * hour]))
    array([0., 4., 8.])
    """
    entered = np.zeros(len(times_us))
    finished = np.zeros(len(times_us) + 1)
    begins = np.searchsorted(times_us, [entry.start_us for entry in delivery.infusions]).tolist()
    ends = np.searchsorted(times_us, [entry.end_us for entry in delivery.infusions]).tolist()
    for entry, begin, end in zip(delivery.infusions, begins, ends, strict=True):
        entered[begin:end] += entry.rate_mcg_per_h * ((times_us[begin:end] - entry.start_us) / US_PER_HOUR)
        finished[end] += entry.amount_mcg
    for dose in delivery.doses:
        finished[int(np.searchsorted(times_us, dose.at_us))] += dose.amount_mcg
    return entered + np.cumsum(finished)[:-1]


def account_error(entered: Floats, held: Floats) -> Floats:
    """Relative error of the account at each instant: what is held and eliminated against what entered.

    Where nothing has entered, the error is 0 if nothing is held, else infinite.

    >>> account_error(np.array([0.0, 2.0]), np.array([0.0, 1.0]))
    array([0. , 0.5])
    """
    difference = np.abs(held - entered)
    error = np.zeros(len(entered))
    error[difference > 0] = np.inf
    return np.divide(difference, entered, out=error, where=entered > 0)
