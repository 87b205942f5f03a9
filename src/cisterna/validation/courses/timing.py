"""Onset, peak and end of an effect in a typical patient, and the daily dose over months."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cisterna.validation.bench import Bench
from cisterna.validation.courses.figure import MONTHS, Limit, Mark, TimeCourse, around, scenario_of
from cisterna.validation.dosing import reference_dose
from cisterna.validation.readings.timing import removed_after_bolus, removed_from_start, stopped_pump
from cisterna.validation.scoring import Row

__all__ = ["bolus_duration", "bolus_effect", "dose_over_months", "infusion_effect", "withdrawal"]

_SHARE = "share of the raised tone that is gone, %"


def bolus_effect(bench: Bench, rows: Sequence[Row]) -> TimeCourse:
    """Onset and peak of a bolus."""
    scenario = scenario_of(rows[0])
    removed, hours = removed_after_bolus(bench, scenario)
    shown = hours <= 24
    return TimeCourse(
        title=f"Effect of {scenario.doses_mcg[0]:g} mcg by lumbar puncture, typical patient",
        x_title="hours after the bolus; above: onset, peak",
        y_title=_SHARE,
        quantity="legs",
        x=hours[shown],
        middle=100.0 * removed[shown],
        marks=tuple(Mark.of(row, "x") for row in rows),
        limits=_onsets(rows),
    )


def bolus_duration(bench: Bench, rows: Sequence[Row]) -> TimeCourse:
    """End of the effect of a bolus."""
    scenario = scenario_of(rows[0])
    removed, hours = removed_after_bolus(bench, scenario)
    shown = hours <= 24
    return TimeCourse(
        title=f"Effect of {scenario.doses_mcg[0]:g} mcg by lumbar puncture until its end, typical patient",
        x_title="hours after the bolus; above: end of the effect",
        y_title="fall of the score of the legs, points, Ashworth 1 to 5",
        quantity="legs",
        x=hours[shown],
        middle=removed[shown] * (scenario.before - 1.0),
        marks=tuple(Mark.of(row, "x") for row in rows),
        limits=(Limit(scenario.level, f"{scenario.level:g} point: the end"),),
    )


def infusion_effect(bench: Bench, rows: Sequence[Row]) -> TimeCourse:
    """First and greatest effect of an infusion."""
    scenario = scenario_of(rows[0])
    removed, hours = removed_from_start(bench, scenario)
    every = slice(None, None, 15)
    return TimeCourse(
        title=f"Effect of {scenario.daily_dose_mcg:g} mcg/day at {scenario.tip}, typical patient",
        x_title="hours after the start; above: first effect, maximum",
        y_title=_SHARE,
        quantity="legs",
        x=hours[every],
        middle=100.0 * removed[every],
        marks=tuple(Mark.of(row, "x") for row in rows),
        limits=_onsets(rows),
    )


def _onsets(rows: Sequence[Row]) -> tuple[Limit, ...]:
    """The share at which an effect begins, where a row on the figure asks for it."""
    levels = {scenario_of(row).level for row in rows if scenario_of(row).reading.endswith("onset")}
    return tuple(Limit(100.0 * level, f"{100 * level:g} %: the effect begins") for level in levels)


def dose_over_months(bench: Bench, rows: Sequence[Row]) -> TimeCourse:
    """The mean daily dose as tolerance rises, and when it settles."""
    cohort = bench.cohort(scenario_of(rows[0]))
    months = np.linspace(0.0, 36.0, 73)
    doses = np.stack([reference_dose(bench, cohort.tolerance(month)) for month in months.tolist()], axis=1)
    middle, low, high = around(doses)
    marks, limits = [], []
    for row in rows:
        own = scenario_of(row)
        if own.reading == "months to plateau":
            settled = float(reference_dose(bench, cohort.tolerance(1e6)).mean())
            limits.append(Limit(own.level * settled, f"{100 * own.level:g} % of the plateau"))
            marks.append(Mark.of(row, "x"))
        else:
            marks.append(Mark.of(row, "y", own.months))
    return TimeCourse(
        title="Daily dose that keeps the effect",
        x_title="months after the implant; above: time to the plateau",
        y_title="daily dose, mcg/day",
        quantity="tolerance",
        x=months,
        x_steps=MONTHS,
        middle=middle,
        low=low,
        high=high,
        marks=tuple(marks),
        limits=tuple(limits),
    )


def withdrawal(bench: Bench, rows: Sequence[Row]) -> TimeCourse:
    """Withdrawal after the stop of a pump."""
    scenario = scenario_of(rows[0])
    hours, response = stopped_pump(bench, scenario)
    shown = hours >= 0
    held = bench.value("withdrawal_severe_held", "h")
    return TimeCourse(
        title=f"Withdrawal after the stop of {scenario.daily_dose_mcg:g} mcg/day, typical patient",
        x_title="hours after the stop; above: onset, severe",
        y_title="withdrawal index, 0 to 1",
        quantity="withdrawal",
        x=hours[shown],
        middle=response.withdrawal_index[shown],
        marks=tuple(Mark.of(row, "x") for row in rows),
        limits=(
            Limit(bench.value("withdrawal_mild", "ratio"), "mild"),
            Limit(bench.value("withdrawal_severe", "ratio"), f"severe when held {held:g} h"),
        ),
    )
