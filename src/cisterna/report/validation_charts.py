"""Figures of a validation as geometry for SVG: places in pixels, paths, ticks; drawn by the templates.

They need no script: what is simulated is a line or a disc, what is published a bar with a tick, or a
dashed line for a half-life. A time that is published stands as a bar above the figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cisterna.report.validation_axes import Scale, Tick, decades, ends, nice_ticks, scale
from cisterna.report.validation_labels import Box, Label, along, placed
from cisterna.report.wording import significant
from cisterna.validation.courses import Decline, Mark, TimeCourse

__all__ = ["Chart", "ChartDecline", "ChartLimit", "ChartMark", "chart_of"]

Floats = NDArray[np.float64]

WIDTH, PLOT_HEIGHT = 420.0, 190.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 14.0, 12.0, 36.0
_LANE, _THICK, _LANE_THICK, _DISC = 18.0, 6.0, 11.0, 4.0


@dataclass(frozen=True, kw_only=True)
class ChartMark:
    """A published value: a bar for its range, a tick for the value, and the disc of the simulated one.

    ``tick`` is a line (x1, y1, x2, y2), absent where only a range is published; ``disc`` a centre, absent
    where the simulated value never comes; ``lane`` is true for a time, whose bar stands above the figure.
    """

    id: str
    bar: Box
    tick: tuple[float, float, float, float] | None
    disc: tuple[float, float] | None
    inside: bool
    lane: bool


@dataclass(frozen=True, kw_only=True)
class ChartDecline:
    """Published half-lives: the area between the shortest and the longest, and the line of the value."""

    id: str
    area: str
    line: str


@dataclass(frozen=True)
class ChartLimit:
    """A threshold: its height in pixels, its words and the box that they fill."""

    at: float
    words: str
    box: Box


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One figure; paths are in the syntax of SVG, ``band`` is empty for a typical patient."""

    title: str
    x_title: str
    y_title: str
    quantity: str
    ids: tuple[str, ...]
    line: str
    band: str
    marks: tuple[ChartMark, ...]
    declines: tuple[ChartDecline, ...]
    limits: tuple[ChartLimit, ...]
    labels: tuple[Label, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    described: str
    top: float
    bottom: float
    height: float
    width: float = WIDTH
    left: float = _LEFT
    right: float = WIDTH - _RIGHT


def chart_of(course: TimeCourse) -> Chart:
    """A time course as geometry."""
    lanes = [mark for mark in course.marks if _is_time(mark)]
    top = _TOP + _LANE * len(lanes)
    bottom = top + PLOT_HEIGHT
    x_ends, y_ends = ends(course)
    x_ticks = nice_ticks(*x_ends, steps=course.x_steps)
    y_ticks = decades(*y_ends) if course.logarithmic else nice_ticks(*y_ends)
    place_x = scale((x_ticks[0], x_ticks[-1]), (_LEFT, WIDTH - _RIGHT))
    place_y = scale((y_ticks[0], y_ticks[-1]), (bottom, top), logarithmic=course.logarithmic)
    marks = tuple(
        _lane(mark, _TOP + _LANE * lanes.index(mark), place_x)
        if mark in lanes
        else _mark(mark, place_x, place_y)
        for mark in course.marks
    )
    declines = tuple(_decline(decline, place_x, place_y) for decline in course.declines)
    frame = Box(_LEFT - 4.0, 0.0, WIDTH - _LEFT + 4.0, bottom)
    labels = _labels(course, marks, place_x, place_y, frame)
    line = np.stack([place_x(course.x), place_y(course.middle)], axis=-1)
    return Chart(
        title=course.title,
        x_title=course.x_title,
        y_title=course.y_title,
        quantity=course.quantity,
        ids=course.ids,
        line=_path(place_x(course.x), place_y(course.middle)),
        band=_band(course, place_x, place_y),
        marks=marks,
        declines=declines,
        limits=_limits(course, marks, labels, line, place_y),
        labels=labels,
        x_ticks=tuple(Tick(float(place_x(at)), significant(at, 3)) for at in x_ticks),
        y_ticks=tuple(Tick(float(place_y(at)), significant(at, 3, 0.0)) for at in y_ticks),
        described=_described(course),
        top=top,
        bottom=bottom,
        height=bottom + _BOTTOM,
    )


def _is_time(mark: Mark) -> bool:
    return mark.axis == "x" and mark.place is None


def _described(course: TimeCourse) -> str:
    """The figure in words, for who does not see it."""
    first, last = (significant(float(course.middle[place]), 3) for place in (0, -1))
    return f"Simulated {course.y_title} from {first} to {last}, against the published {', '.join(course.ids)}"


def _path(across: Floats, up: Floats) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(across.tolist(), up.tolist(), strict=True))


def _band(course: TimeCourse, place_x: Scale, place_y: Scale) -> str:
    if course.low is None or course.high is None:
        return ""
    there_and_back = np.concatenate([course.x, course.x[::-1]])
    return _path(place_x(there_and_back), place_y(np.concatenate([course.low, course.high[::-1]]))) + "Z"


def _lane(mark: Mark, top: float, place_x: Scale) -> ChartMark:
    """A published time: its bar above the figure."""
    middle = top + _LANE / 2 - 4.0
    return _along_x(mark, middle, place_x, lane=True)


def _mark(mark: Mark, place_x: Scale, place_y: Scale) -> ChartMark:
    """A published value among the curve."""
    if mark.axis == "x":
        assert mark.place is not None  # noqa: S101  # else it is a time
        return _along_x(mark, float(place_y(mark.place)), place_x, lane=False)
    left, right = _beside(mark, place_x)
    top, bottom = float(place_y(mark.high)), float(place_y(mark.low))
    value = None if mark.value is None else float(place_y(mark.value))
    return ChartMark(
        id=mark.id,
        bar=Box(left, top, right - left, bottom - top),
        tick=None if value is None else (left - 3, value, right + 3, value),
        disc=None if mark.simulated is None else ((left + right) / 2, float(place_y(mark.simulated))),
        inside=mark.inside,
        lane=False,
    )


def _along_x(mark: Mark, middle: float, place_x: Scale, *, lane: bool) -> ChartMark:
    left, right = float(place_x(mark.low)), float(place_x(mark.high))
    half = (_LANE_THICK if lane else _THICK) / 2
    value = None if mark.value is None else float(place_x(mark.value))
    return ChartMark(
        id=mark.id,
        bar=Box(left, middle - half, right - left, 2 * half),
        tick=None if value is None else (value, middle - half - 3, value, middle + half + 3),
        disc=None if mark.simulated is None else (float(place_x(mark.simulated)), middle),
        inside=mark.inside,
        lane=lane,
    )


def _beside(mark: Mark, place_x: Scale) -> tuple[float, float]:
    """Left and right end of a bar that stands upright: what it is a mean over, or a thin bar at its place."""
    if mark.stretch is not None:
        first, last = place_x(np.array(mark.stretch)).tolist()
        return first, last
    assert mark.place is not None  # noqa: S101  # what is measured upwards stands somewhere
    at = float(place_x(mark.place))
    return at - _THICK / 2, at + _THICK / 2


def _decline(decline: Decline, place_x: Scale, place_y: Scale) -> ChartDecline:
    x = np.linspace(decline.start[0], decline.until, 25)
    across = place_x(np.concatenate([x, x[::-1]]))
    up = np.concatenate([decline.left(decline.longest, x), decline.left(decline.shortest, x)[::-1]])
    line = "" if decline.half_life is None else _path(place_x(x), place_y(decline.left(decline.half_life, x)))
    return ChartDecline(id=decline.id, area=_path(across, place_y(up)) + "Z", line=line)


def _labels(
    course: TimeCourse, marks: Sequence[ChartMark], place_x: Scale, place_y: Scale, frame: Box
) -> tuple[Label, ...]:
    """The ids beside what they name, each where it covers no bar, disc or other id."""
    wanted = [(mark.id, mark.bar) for mark in marks]
    areas = []
    for decline in course.declines:
        boxes = _along_decline(decline, place_x, place_y)
        wanted.append((decline.id, boxes[-1]))
        areas += boxes
    discs = [
        Box(mark.disc[0] - _DISC, mark.disc[1] - _DISC, 2 * _DISC, 2 * _DISC) for mark in marks if mark.disc
    ]
    return placed(wanted, [*(mark.bar for mark in marks), *discs, *areas], frame)


def _along_decline(decline: Decline, place_x: Scale, place_y: Scale) -> list[Box]:
    """Upright slices that cover the area of a decline."""
    x = np.linspace(decline.start[0], decline.until, 13)
    tops = place_y(decline.left(decline.longest, x))
    bottoms = place_y(decline.left(decline.shortest, x))
    sides = place_x(x)
    return [
        Box(float(sides[k]), float(tops[k]), float(sides[k + 1] - sides[k]), float(bottoms[k + 1] - tops[k]))
        for k in range(len(x) - 1)
    ]


def _limits(
    course: TimeCourse, marks: Sequence[ChartMark], labels: Sequence[Label], line: Floats, place_y: Scale
) -> tuple[ChartLimit, ...]:
    """Thresholds, each with its words where no curve, bar or id runs through them."""
    taken = [Box(x - 3.0, y - 3.0, 6.0, 6.0) for x, y in line.tolist()]
    taken += [*(label.box for label in labels), *(mark.bar for mark in marks)]
    plot = Box(_LEFT, 0.0, WIDTH - _RIGHT - _LEFT, PLOT_HEIGHT * 2)
    limits = []
    for limit in course.limits:
        at = float(place_y(limit.at))
        limits.append(ChartLimit(at, limit.words, along(at, limit.words, taken, plot)))
    return tuple(limits)
