"""Doses over time: what tolerance makes of the reference start dose, and doses titrated to its effect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import brentq

from cisterna.validation.bench import Bench, Outcome
from cisterna.validation.dosing import daily_doses, reference_dose, titrated_doses
from cisterna.validation.scenario import Scenario

__all__ = ["dose_at", "months_to_plateau", "prior_dose", "share_rising", "titrated_dose"]

_LONGEST_MONTHS = 240.0


def dose_at(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Mean daily dose in mcg/day that keeps the effect of the reference start dose after ``months``."""
    return Outcome.mean_of(reference_dose(bench, bench.cohort(scenario).tolerance(scenario.months)))


def months_to_plateau(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Months until the mean dose that keeps the effect is the share ``level`` of its plateau."""
    cohort = bench.cohort(scenario)
    plateau = cohort.tolerance(_LONGEST_MONTHS).mean()

    def above(months: float) -> float:
        return float(cohort.tolerance(months).mean() / plateau) - scenario.level

    return Outcome(float(brentq(above, 0.0, _LONGEST_MONTHS)))


def share_rising(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Share in per cent of those whose dose rises by more than ``level`` mcg/day a year over ``months``.

    Doses are titrated to the reference effect at the start and kept to it.
    """
    cohort = bench.cohort(scenario)
    at_start = titrated_doses(bench, cohort, replace(scenario, months=0.0))
    rise = titrated_doses(bench, cohort, scenario) - at_start
    return Outcome.percent_of(rise / (scenario.months / 12.0) > scenario.level)


def titrated_dose(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Mean of the daily doses titrated to the reference effect after ``months``."""
    return Outcome.mean_of(titrated_doses(bench, bench.cohort(scenario), scenario))


def prior_dose(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """Mean of the daily doses that cohorts are drawn with."""
    return Outcome.mean_of(daily_doses(scenario, bench.cohort(scenario).size, stream))
