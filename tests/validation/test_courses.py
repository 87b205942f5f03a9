"""The figures: their curves are what the rows say, and their marks are what was published."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from cisterna.evidence import Settings
from cisterna.report.validation_axes import nice_ticks
from cisterna.report.validation_charts import Chart, chart_of
from cisterna.report.validation_labels import Box
from cisterna.report.validation_tracks import tracks_of
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
    return next(course for course in courses if name in course.ids), simulated


def at(course: TimeCourse, x: float) -> float:
    """The curve at a place."""
    return float(np.interp(x, course.x, course.middle))


@pytest.mark.parametrize(
    ("name", "place"),
    [("T68", 6), ("T70", 4), ("T78", 39), ("T79", 12), ("T80", 12), *(
        (name, 3) for name in ("T86", "T87", "T89", "T90")
    )],
)  # fmt: skip
def test_a_curve_goes_through_its_row(name: str, place: float) -> None:
    """With the same draw, residual included, the curve stands at the row's value at the row's time.

    Doses of rows are rounded to whole micrograms, and a curve is read between its points.
    """
    course, simulated = of(name)
    assert at(course, place) == pytest.approx(simulated, abs=0.01)


@pytest.mark.parametrize(("name", "place"), [("T71", 6), ("T74", 4), ("T83", 0.1), ("T84", 19.2)])
def test_a_row_with_draws_of_its_own_is_near_the_curve(name: str, place: float) -> None:
    """Other scores before treatment, or a dose that has not begun to rise, give a like mean."""
    course, simulated = of(name)
    assert at(course, place) == pytest.approx(simulated, abs=0.2)


@pytest.mark.parametrize(("name", "limit"), [("T52", 0), ("T54", 0), ("T55", 0), ("T102", 0), ("T120", 0)])
def test_a_curve_crosses_its_threshold_when_the_row_says(name: str, limit: int) -> None:
    """Onset, end and plateau lie where the curve meets the line that is drawn for them."""
    course, simulated = of(name)
    near = np.ptp(course.middle) * 0.06
    assert at(course, simulated) == pytest.approx(course.limits[limit].at, abs=near)


def test_a_coma_ends_where_the_brain_leaves_the_range() -> None:
    """The row's hour is where the drawn level crosses the threshold."""
    course, simulated = of("T124")
    assert at(course, simulated) == pytest.approx(course.limits[0].at, rel=0.02)


@pytest.mark.parametrize("name", ["T38", "T33"])
def test_plasma_declines_with_the_half_life_of_its_row(name: str) -> None:
    """Between 12 and 24 h the drawn level falls by the simulated half-life."""
    course, simulated = of(name)
    fallen = np.log2(at(course, 12.0) / at(course, 24.0))
    assert 12.0 / fallen == pytest.approx(simulated, rel=0.01)


def test_published_half_lives_start_on_the_curve_and_halve() -> None:
    """T1 falls to a half in its 1.51 h, and the slowest of its range is the highest line."""
    course, _ = of("T1")
    decline = next(each for each in course.declines if each.id == "T1")
    begin, level = decline.start
    assert at(course, begin) == pytest.approx(level)
    assert (decline.half_life, decline.shortest, decline.longest) == (1.51, 0.9, 5.0)
    assert decline.left(1.51, np.array([begin + 1.51]))[0] == pytest.approx(level / 2)
    beta = next(each for each in of("T37")[0].declines if each.id == "T37")
    assert beta.half_life == pytest.approx(np.log(2) / 0.191)


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
    """Each mark has the value, range, simulated value and verdict of its row, each row on one figure."""
    verdicts, courses = run()
    rows = {row.target.id: row for row in verdicts.rows}
    ids = [name for course in courses for name in course.ids]
    assert len(ids) == len(set(ids))
    for mark in (mark for course in courses for mark in course.marks):
        row, published = rows[mark.id], rows[mark.id].target.published
        assert mark.inside == row.inside
        if mark.id in {"T61", "T62", "T65"}:
            continue
        assert (mark.value, mark.low, mark.high) == (published.value, published.low, published.high)
        assert mark.simulated == row.simulated


@pytest.mark.parametrize(
    ("name", "left"),
    [("T61", (11, 23, 35)), ("T62", (2, 9, 16)), ("T65", (0, 100 * 14 / 62, 100 * 33 / 62))],
)
def test_falls_of_the_reflex_are_drawn_as_what_they_leave(name: str, left: tuple[float, ...]) -> None:
    """A fall of 77 % (65 to 89) leaves 23 % (11 to 35); 14 of 62 % are 22.6 %."""
    mark = next(mark for mark in of(name)[0].marks if mark.id == name)
    assert (mark.low, mark.value, mark.high) == pytest.approx(left)


def test_every_published_course_has_its_figure() -> None:
    """What was published of a time is drawn: levels, reflex, tone, dose, withdrawal, coma."""
    over_time = {
        1, 2, 33, 37, 38, 44, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 65, 68, 70, 71, 72, 73, 74, 78, 79,
        80, 83, 84, 86, 87, 89, 90, 96, 97, 98, 99, 102, 120, 121, 124,
    }  # fmt: skip
    assert {name for course in run()[1] for name in course.ids} == {f"T{number}" for number in over_time}


def test_each_axis_names_its_unit() -> None:
    """Hours, months or a dose across; a level, a share, a score or a dose upwards."""
    for course in run()[1]:
        assert any(unit in course.x_title for unit in ("hours", "months", "mcg/day"))
        units = ("mcg/mL", "ng/mL", "%", "Ashworth 1 to 5", "mcg/day", "0 to 1")
        assert any(unit in course.y_title for unit in units)


def test_everything_is_drawn_inside_its_figure() -> None:
    """No curve, bar, disc or id leaves its figure."""
    for course in run()[1]:
        chart: Chart = chart_of(course)
        whole = Box(0.0, 0.0, chart.width, chart.height)
        assert all(whole.holds(label.box) for label in chart.labels)
        assert all(whole.holds(limit.box) for limit in chart.limits)
        for mark in chart.marks:
            assert chart.left - 4 <= mark.bar.left <= mark.bar.right <= chart.right + 4
            assert (0 if mark.lane else chart.top - 4) <= mark.bar.top <= mark.bar.bottom <= chart.bottom + 4
            assert mark.disc is not None
            assert chart.left - 0.1 <= mark.disc[0] <= chart.right + 0.1
        places = [pair.split() for pair in chart.line.removeprefix("M").split("L")]
        assert len(places) == len(course.x)
        assert all(chart.left - 0.1 <= float(x) <= chart.right + 0.1 for x, _ in places)
        assert all(chart.top - 0.1 <= float(y) <= chart.bottom + 0.1 for _, y in places)


def test_no_id_covers_another_or_a_bar() -> None:
    """Every id and every word on a figure can be read."""
    for course in run()[1]:
        chart = chart_of(course)
        assert {label.id for label in chart.labels} == set(course.ids)
        for label in chart.labels:
            others = [other.box for other in chart.labels if other != label]
            bars = [mark.bar for mark in chart.marks]
            assert not any(label.box.meets(box) for box in (*others, *bars)), (course.title, label)


def test_a_tick_stands_only_where_a_value_is_published() -> None:
    """A range alone has no tick; a value has one, and it lies on its bar."""
    verdicts, courses = run()
    published = {row.target.id: row.target.published for row in verdicts.rows}
    seen = [mark for course in courses for mark in chart_of(course).marks]
    assert any(mark.tick is None for mark in seen)
    for mark in seen:
        assert (mark.tick is None) == (published[mark.id].value is None)
        if mark.tick is not None:
            middle = ((mark.tick[0] + mark.tick[2]) / 2, (mark.tick[1] + mark.tick[3]) / 2)
            assert mark.bar.left - 0.1 <= middle[0] <= mark.bar.right + 0.1
            assert mark.bar.top - 0.1 <= middle[1] <= mark.bar.bottom + 0.1


def test_a_disc_lies_on_its_bar_exactly_where_its_row_is_inside() -> None:
    """What is seen on a figure is what the row says."""
    for course in run()[1]:
        for mark in chart_of(course).marks:
            assert mark.disc is not None
            x, y = mark.disc
            bar = mark.bar
            on_bar = bar.left - 1e-6 <= x <= bar.right + 1e-6 and bar.top - 1e-6 <= y <= bar.bottom + 1e-6
            assert on_bar == mark.inside


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
