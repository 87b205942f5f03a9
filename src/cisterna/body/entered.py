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
    infusions = delivery.infusions
    starts_us = np.array([entry.start_us for entry in infusions], dtype=np.int64)
    rates = np.array([entry.rate_mcg_per_h for entry in infusions], dtype=np.float64)
    begins = np.searchsorted(times_us, starts_us)
    ends = np.searchsorted(times_us, np.array([entry.end_us for entry in infusions], dtype=np.int64))
    lasting = ends - begins
    of = np.repeat(np.arange(len(infusions)), lasting)  # each infusion once for every instant within it
    rows = np.arange(len(of)) + np.repeat(begins - (np.cumsum(lasting) - lasting), lasting)
    entered, finished = np.zeros(len(times_us)), np.zeros(len(times_us) + 1)
    np.add.at(entered, rows, rates[of] * ((times_us[rows] - starts_us[of]) / US_PER_HOUR))
    np.add.at(finished, ends, [entry.amount_mcg for entry in infusions])
    given = np.searchsorted(times_us, np.array([dose.at_us for dose in delivery.doses], dtype=np.int64))
    np.add.at(finished, given, [dose.amount_mcg for dose in delivery.doses])
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
