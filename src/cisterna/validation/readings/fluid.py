"""Levels in spinal fluid and plasma: half-life, clearance, gradient, aspirates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cisterna.body.population import lognormal_sigma
from cisterna.units import MCG_PER_MG
from cisterna.validation.bench import Bench, Outcome
from cisterna.validation.cohort import MOUTH, PUNCTURE, Cohort, catheter
from cisterna.validation.dosing import daily_doses, per_hour
from cisterna.validation.scenario import Scenario

__all__ = [
    "aspirate_correlation",
    "aspirate_mean",
    "bolus_clearance",
    "bolus_half_life",
    "fluid_over_plasma",
    "infusion_clearance",
    "lumbar_over_cistern",
    "plasma_level",
    "plasma_over_oral",
]

Floats = NDArray[np.float64]


def bolus_half_life(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Median half-life at L4 in hours, from the least-squares slope of the logarithm at ``hours``."""
    cohort = bench.cohort(scenario)
    places = [cohort.grid.at(hour) for hour in scenario.hours]
    logs = np.log(cohort.after_bolus(PUNCTURE).lumbar[:, places])
    slopes = np.polyfit(np.array(scenario.hours), logs.T, 1)[0]
    return Outcome.median_of(np.log(2) / -slopes)


def bolus_clearance(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Median clearance in mL/h of a puncture, dose over the whole area at L4.

    The area after 1 mcg is the plateau under 1 mcg/h at the same site, since kinetics are linear.
    """
    return Outcome.median_of(1.0 / bench.cohort(scenario).under_infusion(PUNCTURE).lumbar)


def infusion_clearance(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Median clearance in mL/h of an infusion at the tip, rate over the level at L4."""
    return Outcome.median_of(1.0 / bench.cohort(scenario).under_infusion(catheter(scenario.tip)).lumbar)


def lumbar_over_cistern(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Median ratio of the level at L4 to that of the basal cistern under an infusion at the tip."""
    levels = bench.cohort(scenario).under_infusion(catheter(scenario.tip))
    return Outcome.median_of(1000.0 * levels.lumbar / levels.cistern)


def plasma_level(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Plasma level in ng/mL at the plateau of the daily dose."""
    levels = bench.cohort(scenario).under_infusion(catheter(scenario.tip))
    return Outcome.mean_of(per_hour(np.array(scenario.daily_dose_mcg)) * levels.plasma)


def plasma_over_oral(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Mean plasma level under the pump over that under ``level`` mg/day by mouth."""
    cohort = bench.cohort(scenario)
    pump = scenario.daily_dose_mcg * cohort.under_infusion(catheter(scenario.tip)).plasma
    return Outcome.mean_of(pump / (scenario.level * MCG_PER_MG * cohort.under_infusion(MOUTH).plasma))


def fluid_over_plasma(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Lumbar fluid over plasma at the plateau by mouth."""
    levels = bench.cohort(scenario).under_infusion(MOUTH)
    return Outcome.mean_of(1000.0 * levels.lumbar / levels.plasma)


def aspirate_mean(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """Mean level in mcg/mL of aspirates: fluid at the tip and a residue of what the pump holds."""
    return Outcome.mean_of(_aspirates(bench, bench.cohort(scenario), scenario, stream)[1])


def aspirate_correlation(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """Correlation of daily dose and aspirated level."""
    dose, level = _aspirates(bench, bench.cohort(scenario), scenario, stream)
    return Outcome(float(np.corrcoef(dose, level)[0, 1]))


def _aspirates(
    bench: Bench, cohort: Cohort, scenario: Scenario, stream: np.random.Generator
) -> tuple[Floats, Floats]:
    """Daily doses and aspirated levels ``C(tip) + phi C(pump)`` (n)."""
    dose = daily_doses(scenario, cohort.size, stream)
    residue = bench.settings.number("aspirate_residue")
    phi = residue.in_unit("fraction") * np.exp(lognormal_sigma(residue) * stream.standard_normal(cohort.size))
    weak = stream.random(cohort.size) < bench.value("aspirate_share_500", "fraction")
    pump_mcg_per_ml = np.where(weak, *scenario.pump_mcg_per_ml)
    return dose, per_hour(dose) * cohort.under_infusion(catheter(scenario.tip)).tip + phi * pump_mcg_per_ml
