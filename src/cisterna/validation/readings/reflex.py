"""The H-reflex after a bolus and under a pump."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from cisterna.kernel import h_reflex_ratio
from cisterna.validation.bench import Bench, Outcome
from cisterna.validation.cohort import PUNCTURE, Cohort, catheter
from cisterna.validation.dosing import per_hour
from cisterna.validation.scenario import Scenario

__all__ = ["dose_for_reflex", "reflex_fall", "reflex_left_after_bolus", "reflex_left_under_infusion"]

Floats = NDArray[np.float64]
_LEAST_MCG_PER_DAY, _MOST_MCG_PER_DAY = 0.1, 10_000.0


def reflex_fall(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Mean fall of the H-reflex in per cent, on the average from the first to the last of ``hours``."""
    return Outcome.mean_of(100.0 * (1.0 - _after_bolus(bench, scenario).mean(axis=1)))


def reflex_left_after_bolus(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """H-reflex in per cent that is left of ``before`` per cent at ``hours``."""
    return Outcome.mean_of(scenario.before * _after_bolus(bench, scenario).mean(axis=1))


def reflex_left_under_infusion(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """H-reflex in per cent of the untreated one that is left under the daily dose."""
    cohort = bench.cohort(scenario)
    return Outcome.mean_of(100.0 * _under_infusion(bench, cohort, scenario, scenario.daily_dose_mcg))


def dose_for_reflex(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Daily dose in mcg/day that leaves ``level`` per cent of the H-reflex on the mean of the group."""
    cohort = bench.cohort(scenario)

    def above(daily_dose_mcg: float) -> float:
        left = _under_infusion(bench, cohort, scenario, daily_dose_mcg).mean()
        return 100.0 * float(left) - scenario.level

    return Outcome(float(brentq(above, _LEAST_MCG_PER_DAY, _MOST_MCG_PER_DAY)))


def _after_bolus(bench: Bench, scenario: Scenario) -> Floats:
    """Share of the H-reflex that is left (n, k) from the first to the last of ``hours``."""
    cohort = bench.cohort(scenario)
    first, last = (cohort.grid.at(hour) for hour in (scenario.hours[0], scenario.hours[-1]))
    cord = scenario.doses_mcg[0] * cohort.after_bolus(PUNCTURE).legs[:, first : last + 1]
    half = bench.value("h_reflex_ec50", "ng/mL") * cohort.sensitivity[:, np.newaxis]
    return h_reflex_ratio(cord, half, bench.value("h_reflex_hill", "ratio"))


def _under_infusion(bench: Bench, cohort: Cohort, scenario: Scenario, daily_dose_mcg: float) -> Floats:
    cord = per_hour(np.array(daily_dose_mcg)) * cohort.under_infusion(catheter(scenario.tip)).legs
    half = bench.value("h_reflex_ec50", "ng/mL") * cohort.sensitivity * cohort.tolerance(scenario.months)
    return h_reflex_ratio(cord, half, bench.value("h_reflex_hill", "ratio"))
