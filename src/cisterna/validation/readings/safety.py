"""Somnolence, limpness and overdose in a virtual population."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cisterna.kernel import hill, tone_score
from cisterna.validation.bench import Bench, Outcome, untreated
from cisterna.validation.cohort import MOUTH, PUNCTURE, Cohort, catheter
from cisterna.validation.dosing import daily_doses, per_hour, titrated_doses
from cisterna.validation.scenario import Scenario

__all__ = [
    "limp_prior",
    "limp_titrated",
    "oral_drowsiness",
    "overdose_bolus",
    "somnolence_after_bolus",
    "somnolence_prior",
    "somnolence_titrated",
    "somnolent_bolus",
]

Floats = NDArray[np.float64]
_HOURS_A_DAY = 24.0


def somnolence_after_bolus(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Share in per cent whose highest cistern level after a bolus passes their threshold of somnolence."""
    cohort = bench.cohort(scenario)
    highest = scenario.doses_mcg[0] * cohort.after_bolus(PUNCTURE).cistern.max(axis=1)
    return Outcome.percent_of(highest > _threshold(bench, cohort, 0.0))


def somnolence_prior(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """The same at the plateau of daily doses drawn from the prior, after ``months``."""
    cohort = bench.cohort(scenario)
    return _somnolent(bench, cohort, scenario, daily_doses(scenario, cohort.size, stream))


def somnolence_titrated(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """The same at daily doses titrated to the reference effect."""
    cohort = bench.cohort(scenario)
    return _somnolent(bench, cohort, scenario, titrated_doses(bench, cohort, scenario))


def limp_prior(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """Share in per cent with the overdosing flag of the legs, daily doses drawn from the prior."""
    cohort = bench.cohort(scenario)
    return _limp(bench, cohort, scenario, daily_doses(scenario, cohort.size, stream), stream)


def limp_titrated(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """Share in per cent with the overdosing flag of the legs, daily doses titrated."""
    cohort = bench.cohort(scenario)
    return _limp(bench, cohort, scenario, titrated_doses(bench, cohort, scenario), stream)


def oral_drowsiness(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Share in per cent drowsy by mouth: that on placebo (``level``) and those whom the drug adds.

    Plasma times the partition stands for the level of the brain, at its peak in the steady state;
    the daily dose is given in three.
    """
    cohort = bench.cohort(scenario)
    plasma = cohort.after_bolus(MOUTH).plasma
    every = cohort.grid.at(_HOURS_A_DAY / 3)
    doses = [plasma[:, later : later + every] for later in range(0, plasma.shape[1] - every, every)]
    steady = scenario.daily_dose_mcg / 3 * np.sum(doses, axis=0)
    highest = bench.value("csf_plasma_partition", "ratio") * steady.max(axis=1)
    added = float((highest > _threshold(bench, cohort, 0.0)).mean())
    return Outcome(scenario.level + (100.0 - scenario.level) * added)


def overdose_bolus(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Bolus in mcg by which ``level`` per cent reach the range of respiratory depression."""
    cohort = bench.cohort(scenario)
    threshold = bench.value("respiratory_threshold_low", "ng/mL") * cohort.sedation_sensitivity
    return _dose_reaching(cohort, threshold, scenario.level)


def somnolent_bolus(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Bolus in mcg by which ``level`` per cent reach their threshold of somnolence."""
    cohort = bench.cohort(scenario)
    return _dose_reaching(cohort, _threshold(bench, cohort, 0.0), scenario.level)


def _dose_reaching(cohort: Cohort, threshold_ng_per_ml: Floats, percent: float) -> Outcome:
    own = threshold_ng_per_ml / cohort.after_bolus(PUNCTURE).cistern.max(axis=1)
    return Outcome(float(np.percentile(own, percent)), own)


def _threshold(bench: Bench, cohort: Cohort, months: float) -> Floats:
    factor = 1.0 + bench.value("sedation_tolerance", "ratio") * (cohort.tolerance(months) - 1.0)
    return bench.value("sedation_threshold", "ng/mL") * cohort.sedation_sensitivity * factor


def _somnolent(bench: Bench, cohort: Cohort, scenario: Scenario, daily_dose_mcg: Floats) -> Outcome:
    cistern = per_hour(daily_dose_mcg) * cohort.under_infusion(catheter(scenario.tip)).cistern
    return Outcome.percent_of(cistern > _threshold(bench, cohort, scenario.months))


def _limp(
    bench: Bench, cohort: Cohort, scenario: Scenario, daily_dose_mcg: Floats, stream: np.random.Generator
) -> Outcome:
    """The flag of the body: a cord level far above what the effect needs, or a tone that became too low."""
    before = untreated(scenario, cohort.size, stream)
    cord = per_hour(daily_dose_mcg) * cohort.under_infusion(catheter(scenario.tip)).legs
    half = bench.value("tone_ec50", "ng/mL") * cohort.sensitivity * cohort.tolerance(scenario.months)
    occupancy = hill(cord, half, bench.value("tone_hill", "ratio"))
    share = bench.irreducible(scenario)
    tone = np.array(
        [tone_score(*pair) for pair in zip(before, [share] * cohort.size, occupancy, strict=True)]
    )
    limp = bench.value("overdosing_tone", "score")
    too_low = (tone < limp) & (before >= limp)
    return Outcome.percent_of(too_low | (cord > bench.value("overdosing_multiple", "ratio") * half))
