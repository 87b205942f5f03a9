"""Tone on the Ashworth scale after a bolus and under a pump, and who responds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cisterna.kernel import hill, tone_score
from cisterna.validation.bench import Bench, Outcome, untreated
from cisterna.validation.cohort import PUNCTURE, Cohort, catheter
from cisterna.validation.dosing import daily_doses, per_hour
from cisterna.validation.scenario import Scenario

__all__ = [
    "change_after_bolus",
    "change_under_infusion",
    "observed",
    "responders",
    "screened",
    "screening_dose_median",
    "screening_dose_mode",
    "tone_after_bolus",
    "tone_after_screening",
    "tone_under_infusion",
]

Floats = NDArray[np.float64]


def tone_after_bolus(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """Mean observed score at ``hours``, on the average over them, of ``limb`` after a bolus by lot."""
    return Outcome.mean_of(_after_bolus(bench, scenario, stream)[1])


def change_after_bolus(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """Mean change of the observed score from that before, after a bolus by lot."""
    before, after = _after_bolus(bench, scenario, stream)
    return Outcome.mean_of(after - before)


def tone_under_infusion(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """Mean observed score of ``limb`` after ``months`` with daily doses drawn around their mean."""
    return Outcome.mean_of(_under_infusion(bench, scenario, stream)[1])


def change_under_infusion(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """Mean change of the observed score from that before, after ``months``."""
    before, after = _under_infusion(bench, scenario, stream)
    return Outcome.mean_of(after - before)


def responders(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """Share in per cent of those whose observed score falls by ``level`` points at one of the doses."""
    return Outcome.percent_of(np.isfinite(screened(bench, scenario, stream)[0]))


def screening_dose_mode(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """The dose at which most people first respond, infinite where nobody does."""
    doses = screened(bench, scenario, stream)[0]
    found, often = np.unique(doses[np.isfinite(doses)], return_counts=True)
    if not found.size:
        return Outcome(float("inf"))
    return Outcome(float(found[often.argmax()]), doses[np.isfinite(doses)])


def screening_dose_median(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """The median of the doses at which people first respond; who does not counts above all doses."""
    doses = screened(bench, scenario, stream)[0]
    return Outcome(float(np.median(doses)), doses[np.isfinite(doses)])


def tone_after_screening(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """Mean observed score after the first dose that works, or the last one."""
    return Outcome.mean_of(screened(bench, scenario, stream)[1])


def observed(
    bench: Bench,
    cohort: Cohort,
    scenario: Scenario,
    stream: np.random.Generator,
    *,
    before: Floats,
    cord_ng_per_ml: Floats,
    tolerance: Floats | float,
) -> Floats:
    """Score as a rater sees it (n): ``A + placebo shift + residual``, not below 1.

    ``cord_ng_per_ml`` is (n) or (n, k); with k instants the score is the mean over them.
    """
    half = bench.value("tone_ec50", "ng/mL") * cohort.sensitivity * tolerance
    shape = (-1, *(1,) * (cord_ng_per_ml.ndim - 1))
    occupancy = hill(cord_ng_per_ml, half.reshape(shape), bench.value("tone_hill", "ratio"))
    if occupancy.ndim > 1:
        occupancy = occupancy.mean(axis=1)
    score = np.array(
        [
            tone_score(float(own), bench.irreducible(scenario), float(share))
            for own, share in zip(before, occupancy, strict=True)
        ]
    )
    residual = bench.value("tone_residual", "score") * stream.standard_normal(len(before))
    return np.maximum(score + bench.value("placebo_shift", "score") + residual, 1.0)


def _after_bolus(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> tuple[Floats, Floats]:
    cohort = bench.cohort(scenario)
    before = untreated(scenario, cohort.size, stream)
    dose = stream.choice(scenario.doses_mcg, cohort.size)
    places = [cohort.grid.at(hour) for hour in scenario.hours]
    cord = dose[:, np.newaxis] * cohort.after_bolus(PUNCTURE).limb(scenario.limb)[:, places]
    return before, observed(
        bench, cohort, scenario, stream, before=before, cord_ng_per_ml=cord, tolerance=1.0
    )


def _under_infusion(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> tuple[Floats, Floats]:
    cohort = bench.cohort(scenario)
    before = untreated(scenario, cohort.size, stream)
    dose = daily_doses(scenario, cohort.size, stream)
    cord = per_hour(dose) * cohort.under_infusion(catheter(scenario.tip)).limb(scenario.limb)
    tolerance = cohort.tolerance(scenario.months)
    return before, observed(
        bench, cohort, scenario, stream, before=before, cord_ng_per_ml=cord, tolerance=tolerance
    )


def screened(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> tuple[Floats, Floats]:
    """The first dose with a fall of ``level`` points (infinite where none has it), and the score after it."""
    cohort = bench.cohort(scenario)
    before = untreated(scenario, cohort.size, stream)
    site = catheter(scenario.tip) if scenario.tip else PUNCTURE
    places = [cohort.grid.at(hour) for hour in scenario.hours]
    unit = cohort.after_bolus(site).limb(scenario.limb)[:, places]
    first, score = np.full(cohort.size, np.inf), before.copy()
    for dose_mcg in scenario.doses_mcg:
        waiting = np.isinf(first)
        after = observed(
            bench, cohort, scenario, stream, before=before, cord_ng_per_ml=dose_mcg * unit, tolerance=1.0
        )
        score = np.where(waiting, after, score)
        first = np.where(waiting & (before - after >= scenario.level), dose_mcg, first)
    return first, score
