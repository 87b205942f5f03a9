"""Daily doses of a virtual group: drawn around a published mean, or titrated to the reference effect."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from cisterna.validation.bench import Bench
from cisterna.validation.cohort import Cohort, catheter
from cisterna.validation.scenario import Scenario

__all__ = ["daily_doses", "per_hour", "reference_dose", "titrated_doses"]

Floats = NDArray[np.float64]
_HOURS_A_DAY = 24.0


def per_hour(daily_dose_mcg: Floats) -> Floats:
    """Rates in mcg/h of daily doses in mcg/day."""
    return daily_dose_mcg / _HOURS_A_DAY


def daily_doses(scenario: Scenario, count: int, stream: np.random.Generator) -> Floats:
    """Daily doses in mcg/day, lognormal around the mean of the scenario, independent of sensitivity.

    >>> from cisterna.validation.scenario import People
    >>> study = Scenario(reading="", people=People.ADULTS, given="", read="", daily_dose_mcg=100.0)
    >>> daily_doses(study, 2, np.random.default_rng(1))
    array([100., 100.])
    """
    sigma = sqrt(log(1 + scenario.daily_dose_cv**2))
    return scenario.daily_dose_mcg * np.exp(sigma * stream.standard_normal(count) - sigma**2 / 2)


def reference_dose(bench: Bench, tolerance: Floats) -> Floats:
    """Daily doses that keep the effect of the reference start dose as tolerance rises."""
    return bench.value("reference_start_dose", "mcg/day") * tolerance


def titrated_doses(bench: Bench, cohort: Cohort, scenario: Scenario) -> Floats:
    """Daily doses by which each patient has the effect that the reference patient has at its start dose.

    The reference patient is the typical adult with the tip of the scenario's reference, T11; each
    patient's own kinetics, sensitivity and tolerance after ``months`` are made up for.
    """
    typical = bench.typical_adult().under_infusion(catheter("T11")).legs
    own = cohort.under_infusion(catheter(scenario.tip)).legs
    needed = cohort.sensitivity * cohort.tolerance(scenario.months)
    return reference_dose(bench, needed) * typical / own
