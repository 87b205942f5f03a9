"""Ashworth scores of groups after a bolus and over months under a pump.

A patient keeps one residual along a curve, so that what bends a curve is the drug and not the rater.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cisterna.validation.bench import Bench, untreated
from cisterna.validation.cohort import PUNCTURE, catheter
from cisterna.validation.courses.figure import MONTHS, Mark, TimeCourse, around, scenario_of
from cisterna.validation.dosing import daily_doses, per_hour, reference_dose
from cisterna.validation.readings.tone import observed, screened
from cisterna.validation.scenario import Scenario
from cisterna.validation.scoring import Row

__all__ = ["tone_after_bolus", "tone_after_screening", "tone_under_pump"]

Floats = NDArray[np.float64]
Draw = Callable[[Bench, Sequence[Row]], TimeCourse]


def tone_after_bolus(title: str) -> Draw:
    """Scores, or their change where that is published, over the hours after a bolus by lot."""

    def draw(bench: Bench, rows: Sequence[Row]) -> TimeCourse:
        scenario = scenario_of(rows[0])
        cohort, stream = bench.cohort(scenario), bench.stream(rows[0].target.number)
        before = untreated(scenario, cohort.size, stream)
        dose = stream.choice(scenario.doses_mcg, cohort.size)
        hours, scores = _after(bench, scenario, stream, before, dose)
        return TimeCourse(
            title=title, x_title="hours after the bolus", x=hours, **_curve(scenario, before, scores),
            marks=tuple(_hour_mark(row) for row in rows),
        )  # fmt: skip

    return draw


def tone_after_screening(title: str) -> Draw:
    """Scores after the first dose that works, or the last one."""

    def draw(bench: Bench, rows: Sequence[Row]) -> TimeCourse:
        scenario = scenario_of(rows[0])
        cohort, stream = bench.cohort(scenario), bench.stream(rows[0].target.number)
        before = untreated(scenario, cohort.size, deepcopy(stream))
        first, _ = screened(bench, scenario, stream)
        dose = np.where(np.isfinite(first), first, scenario.doses_mcg[-1])
        hours, scores = _after(bench, scenario, stream, before, dose)
        return TimeCourse(
            title=title, x_title="hours after the bolus", x=hours, **_curve(scenario, before, scores),
            marks=tuple(_hour_mark(row) for row in rows),
        )  # fmt: skip

    return draw


def tone_under_pump(title: str, until_months: float) -> Draw:
    """Scores, or their change where that is published, at daily doses that rise with the mean tolerance."""

    def draw(bench: Bench, rows: Sequence[Row]) -> TimeCourse:
        scenario = scenario_of(rows[0])
        cohort, stream = bench.cohort(scenario), bench.stream(rows[0].target.number)
        before = untreated(scenario, cohort.size, stream)
        share = daily_doses(replace(scenario, daily_dose_mcg=1.0), cohort.size, stream)
        unit = per_hour(share) * cohort.under_infusion(catheter(scenario.tip)).limb(scenario.limb)
        typical = bench.typical_adult()
        months = np.linspace(0.1, until_months, 41)
        scores = [
            observed(
                bench, cohort, scenario, deepcopy(stream), before=before,
                cord_ng_per_ml=float(reference_dose(bench, typical.tolerance(month))[0]) * unit,
                tolerance=cohort.tolerance(month),
            )
            for month in months.tolist()
        ]  # fmt: skip
        return TimeCourse(
            title=title, x_title="months; the dose rises with the mean tolerance",
            x=months, x_steps=MONTHS,
            **_curve(scenario, before, np.stack(scores, axis=1)),
            marks=tuple(Mark.of(row, "y", scenario_of(row).months) for row in rows),
        )  # fmt: skip

    return draw


def _hour_mark(row: Row) -> Mark:
    hours = scenario_of(row).hours
    stretch = (hours[0], hours[-1]) if len(hours) > 1 else None
    return Mark.of(row, "y", float(np.mean(hours)), stretch=stretch)


def _after(
    bench: Bench,
    scenario: Scenario,
    stream: np.random.Generator,
    before: Floats,
    dose_mcg: Floats,
) -> tuple[Floats, Floats]:
    """Hours (k) after a puncture and scores (n, k)."""
    cohort = bench.cohort(scenario)
    hours = np.arange(0.0, 12.5, 0.5)
    levels = cohort.after_bolus(PUNCTURE).limb(scenario.limb)
    scores = [
        observed(
            bench, cohort, scenario, deepcopy(stream), before=before,
            cord_ng_per_ml=dose_mcg * levels[:, cohort.grid.at(hour)], tolerance=1.0,
        )
        for hour in hours.tolist()
    ]  # fmt: skip
    return hours, np.stack(scores, axis=1)


def _curve(scenario: Scenario, before: Floats, scores: Floats) -> dict[str, Any]:
    """The curve of scores (n, k), or of their change from ``before`` where the reading is a change."""
    change = scenario.reading.startswith("change")
    middle, low, high = around(scores - before[:, np.newaxis] if change else scores)
    what = (
        f"change of the score of the {scenario.limb}, points" if change else f"score of the {scenario.limb}"
    )
    return {
        "y_title": f"{what}, Ashworth 1 to 5", "quantity": scenario.limb, "floor": None if change else 1.0,
        "middle": middle, "low": low, "high": high,
    }  # fmt: skip
