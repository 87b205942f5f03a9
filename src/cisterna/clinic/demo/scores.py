"""Scores of a review beside tone: spasms, pain, function and care; scenery that follows the treatment."""

from __future__ import annotations

from datetime import date

from cisterna.clinic.demo.chart import Chart
from cisterna.clinic.demo.story import Gmfcs

__all__ = ["other_scales"]

_CARE_FROM_AGE = 5


def other_scales(chart: Chart, day: date, share: float, *, gmfcs: Gmfcs | None, age: float) -> None:
    """Score spasms and pain, and for cerebral palsy level and care; ``share`` of the full effect is there."""
    random, by = chart.random, chart.who("therapist")
    spasms = max(0, round(3 - 2 * share + random.uniform(-0.6, 0.6)))
    pain = max(0, round(5 - 3 * share + random.uniform(-1.2, 1.2)))
    chart.assess(day, "09:40", by=by, penn=(spasms, None))
    if gmfcs is None:
        chart.assess(day, "09:50", by=by, nrs=(pain, None))
        return
    chart.assess(day, "09:50", by=by, r_flacc=(pain, None), gmfcs=(gmfcs, None))
    if gmfcs in {"IV", "V"} and age >= _CARE_FROM_AGE:
        care = round(46 + 14 * share + random.uniform(-4, 4), 1)
        chart.assess(day, "10:00", by=by, cpchild=(care, None))
