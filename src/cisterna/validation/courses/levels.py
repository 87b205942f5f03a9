"""Levels of drug: fluid after a puncture, plasma after a dose by mouth, the brain after an overdose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log

import numpy as np

from cisterna.validation.bench import Bench
from cisterna.validation.cohort import MOUTH, PUNCTURE
from cisterna.validation.courses.figure import Decline, Limit, Mark, TimeCourse, scenario_of
from cisterna.validation.readings.timing import overdosed
from cisterna.validation.scoring import Row

__all__ = ["fluid_after_bolus", "overdose", "plasma_by_mouth"]


def fluid_after_bolus(bench: Bench, rows: Sequence[Row]) -> TimeCourse:
    """Fluid at L4 after a puncture, with the published half-lives from the first sample on."""
    scenario = scenario_of(rows[0])
    cohort = bench.cohort(scenario)
    first = cohort.grid.at(scenario.hours[0])
    hours = cohort.grid.hours
    shown = (hours >= hours[first]) & (hours <= 8.0)
    levels = scenario.doses_mcg[0] * cohort.after_bolus(PUNCTURE).lumbar
    middle = np.median(levels, axis=0)
    low, high = np.percentile(levels, (5, 95), axis=0)
    start = (float(hours[first]), float(middle[first]))
    return TimeCourse(
        title=f"Spinal fluid at L4 after {scenario.doses_mcg[0]:g} mcg by lumbar puncture",
        x_title="hours after the bolus",
        y_title="level, mcg/mL, on a logarithmic axis",
        quantity="csf",
        x=hours[shown],
        middle=middle[shown],
        low=low[shown] if cohort.size > 1 else None,
        high=high[shown] if cohort.size > 1 else None,
        declines=tuple(Decline.of(row, start, scenario_of(row).hours[-1]) for row in rows),
        logarithmic=True,
    )


def plasma_by_mouth(title: str) -> Callable[[Bench, Sequence[Row]], TimeCourse]:
    """Plasma of a typical patient after one dose by mouth, with published half-lives and peak times."""

    def draw(bench: Bench, rows: Sequence[Row]) -> TimeCourse:
        cohort = bench.cohort(scenario_of(rows[0]))
        hours, plasma = cohort.grid.hours, cohort.after_bolus(MOUTH).plasma[0]
        shown = (hours >= 0.1) & (hours <= 24.0)
        percent = 100.0 * plasma / plasma.max()
        marks, declines = [], []
        for row in rows:
            scenario = scenario_of(row)
            if scenario.reading == "oral peak time":
                marks.append(Mark.of(row, "x"))
                continue
            first, last = scenario.hours
            start = (first, float(percent[cohort.grid.at(first)]))
            of_rate = (lambda rate: log(2) / rate) if scenario.reading == "oral rate constant" else float
            declines.append(Decline.of(row, start, last, of_rate))
        return TimeCourse(
            title=title,
            x_title="hours after the dose",
            y_title="plasma level, % of the highest, on a logarithmic axis",
            quantity="plasma",
            x=hours[shown],
            middle=percent[shown],
            marks=tuple(marks),
            declines=tuple(declines),
            logarithmic=True,
        )

    return draw


def overdose(bench: Bench, rows: Sequence[Row]) -> TimeCourse:
    """The deep brain after 10 mg through the catheter, which ends a coma when it leaves the range."""
    hours, brain = overdosed(bench, scenario_of(rows[0]))
    shown = (hours <= 96.0) & (brain >= 1.0)
    threshold = bench.value("respiratory_threshold_low", "ng/mL")
    return TimeCourse(
        title="Overdose of 10 mg through the catheter, typical patient",
        x_title="hours after the overdose",
        y_title="level of the deep brain, ng/mL, on a logarithmic axis",
        quantity="sedation",
        x=hours[shown],
        middle=brain[shown],
        marks=tuple(Mark.of(row, "x") for row in rows),
        limits=(Limit(threshold, "range of coma begins"),),
        logarithmic=True,
    )
