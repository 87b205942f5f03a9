"""The H-reflex after a bolus and over the daily dose."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cisterna.kernel import h_reflex_ratio
from cisterna.validation.bench import Bench
from cisterna.validation.cohort import PUNCTURE, catheter
from cisterna.validation.courses.figure import Mark, TimeCourse, around, scenario_of
from cisterna.validation.dosing import per_hour
from cisterna.validation.scenario import Scenario
from cisterna.validation.scoring import Row

__all__ = ["reflex_after_bolus", "reflex_over_dose"]


def reflex_after_bolus(bench: Bench, rows: Sequence[Row]) -> TimeCourse:
    """H-reflex that is left over the hours after a bolus."""
    scenario = scenario_of(rows[0])
    cohort = bench.cohort(scenario)
    hours = np.arange(0.0, 12.5, 0.5)
    places = [cohort.grid.at(hour) for hour in hours.tolist()]
    cord = scenario.doses_mcg[0] * cohort.after_bolus(PUNCTURE).legs[:, places]
    half = bench.value("h_reflex_ec50", "ng/mL") * cohort.sensitivity[:, np.newaxis]
    middle, low, high = around(100.0 * h_reflex_ratio(cord, half, bench.value("h_reflex_hill", "ratio")))
    return TimeCourse(
        title="H-reflex after 50 mcg by lumbar puncture",
        x_title="hours after the bolus",
        y_title="H-reflex left, % of that before; a fall is drawn as what it leaves",
        quantity="h-reflex",
        x=hours,
        middle=middle,
        low=low,
        high=high,
        marks=tuple(_left_mark(row) for row in rows),
    )


def _left_mark(row: Row) -> Mark:
    own = scenario_of(row)
    stretch = (own.hours[0], own.hours[-1]) if len(own.hours) > 1 else None
    return Mark.of(
        row, "y", float(np.mean(own.hours)), stretch=stretch, shown=lambda published: _left(own, published)
    )


def _left(scenario: Scenario, published: float) -> float:
    """What is left of the H-reflex in per cent: from its published fall, or from a share of ``before``."""
    return 100.0 - published if scenario.before == 0 else 100.0 * published / scenario.before


def reflex_over_dose(bench: Bench, rows: Sequence[Row]) -> TimeCourse:
    """H-reflex that is left after 1.7 years of a daily dose, over that dose."""
    scenario = scenario_of(rows[0])
    cohort = bench.cohort(scenario)
    doses = np.linspace(0.0, 200.0, 41)
    unit = per_hour(np.ones(1)) * cohort.under_infusion(catheter(scenario.tip)).legs
    half = bench.value("h_reflex_ec50", "ng/mL") * cohort.sensitivity * cohort.tolerance(scenario.months)
    left = h_reflex_ratio(
        unit[:, np.newaxis] * doses, half[:, np.newaxis], bench.value("h_reflex_hill", "ratio")
    )
    middle, low, high = around(100.0 * left)
    marks = []
    for row in rows:
        own = scenario_of(row)
        of_dose = own.reading == "dose for reflex"
        marks.append(Mark.of(row, "x", own.level) if of_dose else Mark.of(row, "y", own.daily_dose_mcg))
    return TimeCourse(
        title="H-reflex under a pump for 1.7 years",
        x_title="daily dose, mcg/day",
        y_title="H-reflex left, % of the untreated",
        quantity="h-reflex",
        x=doses,
        x_steps=(),
        middle=middle,
        low=low,
        high=high,
        marks=tuple(marks),
    )
