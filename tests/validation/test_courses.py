"""The figures: their curves are what the rows say, and their marks are what was published."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from cisterna.evidence import Settings
from cisterna.report.validation_charts import Chart, chart_of, nice_ticks, tracks_of
from cisterna.validation import Verdicts, targets, validate
from cisterna.validation.bench import Bench
from cisterna.validation.courses import TimeCourse, time_courses

PATIENTS = 60


@cache
def run() -> tuple[Verdicts, tuple[TimeCourse, ...]]:
    """One small draw of everything, and its figures."""
    verdicts = validate(targets(), draws=1, patients=PATIENTS)
    bench = Bench(Settings(), verdicts.seed, 0, PATIENTS)
    return verdicts, time_courses(verdicts, bench)


def of(name: str) -> tuple[TimeCourse, float]:
    """The figure on which a target stands, and its simulated value."""
    verdicts, courses = run()
    simulated = next(row.simulated for row in verdicts.rows if row.target.id == name)
    assert simulated is not None
    return next(course for course in courses if name in [mark.id for mark in course.marks]), simulated


def at(course: TimeCourse, x: float) -> float:
    """The curve at a place."""
    return float(np.interp(x, course.x, course.middle))


@pytest.mark.parametrize(("name", "hour"), [("T68", 6), ("T70", 4), ("T71", 6)])
def test_scores_on_a_curve_are_those_of_their_rows(name: str, hour: float) -> None:
    """The mean score on the figure is the row's but for the residual that is drawn anew."""
    course, simulated = of(name)
    assert at(course, hour) == pytest.approx(simulated, abs=0.2)


def test_reflex_and_dose_curves_are_exactly_those_of_their_rows() -> None:
    """What has no residual agrees to rounding: the fall at 1 h, the dose at 3 and 24 months."""
    course, simulated = of("T61")
    assert 100 - at(course, 1.0) == pytest.approx(simulated, rel=1e-9)
    for name, month in (("T96", 3), ("T97", 24)):
        course, simulated = of(name)
        assert at(course, month) == pytest.approx(simulated, rel=1e-9)


def test_the_dose_of_half_the_reflex_lies_on_its_curve() -> None:
    """At the row's dose the curve stands at the row's share of the H-reflex."""
    course, simulated = of("T58")
    assert at(course, simulated) == pytest.approx(50, abs=0.5)


def test_marks_are_what_was_published() -> None:
    """Each mark has the value and range of its target."""
    verdicts, courses = run()
    published = {row.target.id: row.target.published for row in verdicts.rows}
    seen = [mark for course in courses for mark in course.marks]
    assert len(seen) == len({mark.id for mark in seen})
    assert len(seen) >= 20
    mark = next(mark for mark in seen if mark.id == "T79")
    assert (mark.y, mark.y_range) == (published["T79"].value, (published["T79"].low, published["T79"].high))
    mark = next(mark for mark in seen if mark.id == "T61")
    assert (mark.y, mark.y_range) == (23.0, (11.0, 35.0))


def test_everything_is_drawn_inside_its_figure() -> None:
    """No curve, band or mark leaves the frame of its figure."""
    for course in run()[1]:
        chart: Chart = chart_of(course)
        for mark in chart.marks:
            assert chart.left - 4 <= mark.left <= mark.left + mark.width <= chart.right + 4
            assert chart.top - 4 <= mark.top <= mark.top + mark.height <= chart.bottom + 4
        places = [pair.split() for pair in chart.line.removeprefix("M").split("L")]
        assert len(places) == len(course.x)
        assert all(chart.left - 0.1 <= float(x) <= chart.right + 0.1 for x, _ in places)
        assert all(chart.top - 0.1 <= float(y) <= chart.bottom + 0.1 for _, y in places)


def test_the_picture_of_all_shows_inside_as_inside() -> None:
    """A disc lies on its range exactly where its row is inside."""
    verdicts, _ = run()
    for track in tracks_of(verdicts.rows):
        on_range = track.low - 1e-9 <= track.simulated <= track.high + 1e-9
        wide = track.row.target.published.high > track.row.target.published.low
        assert on_range == track.row.inside or not wide
        assert 0 <= track.simulated <= 1


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (1.0, 4.7), (-6.0, 72.0), (0.0, 0.004), (3.0, 3.1)])
def test_ticks_reach_over_the_data(low: float, high: float) -> None:
    """Ticks are evenly spaced and reach from below the lowest to above the highest value."""
    ticks = nice_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert np.diff(ticks) == pytest.approx(np.diff(ticks)[0])
    assert 2 <= len(ticks) <= 12
