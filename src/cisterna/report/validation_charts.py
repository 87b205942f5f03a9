"""Figures of a validation as geometry for SVG: places in pixels, paths, ticks; drawn by the templates.

They need no script: what is simulated is a line or a disc, what is published a bar with a tick.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10

import numpy as np
from numpy.typing import NDArray

from cisterna.report.wording import significant
from cisterna.validation.courses import Mark, TimeCourse
from cisterna.validation.scoring import Row

__all__ = ["Chart", "ChartMark", "Tick", "Track", "chart_of", "nice_ticks", "tracks_of"]

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 560.0, 270.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 14.0, 12.0, 30.0
_TRACK_LOW, _TRACK_HIGH = -0.75, 1.75


@dataclass(frozen=True)
class Tick:
    """A place on an axis in pixels and what stands there."""

    at: float
    text: str


@dataclass(frozen=True, kw_only=True)
class ChartMark:
    """A published value: a rectangle for its range, a tick for the value, and where its id stands."""

    id: str
    left: float
    top: float
    width: float
    height: float
    x: float | None
    y: float | None


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One figure; paths are in the syntax of SVG, ``band`` is empty for a typical patient."""

    title: str
    x_title: str
    y_title: str
    line: str
    band: str
    marks: tuple[ChartMark, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    described: str
    width: float = WIDTH
    height: float = HEIGHT
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    top: float = _TOP
    bottom: float = HEIGHT - _BOTTOM


def chart_of(course: TimeCourse) -> Chart:
    """A time course as geometry."""
    lows = [course.middle if course.low is None else course.low, *_published(course.marks, "y")]
    highs = [course.middle if course.high is None else course.high, *_published(course.marks, "y")]
    across = [course.x, *_published(course.marks, "x")]
    x_ticks = nice_ticks(min(map(np.min, across)), max(map(np.max, across)))
    y_ticks = nice_ticks(min(course.floor, *map(np.min, lows)), max(map(np.max, highs)))
    place_x = _scale((x_ticks[0], x_ticks[-1]), (_LEFT, WIDTH - _RIGHT))
    place_y = _scale((y_ticks[0], y_ticks[-1]), (HEIGHT - _BOTTOM, _TOP))
    line = _path(place_x(course.x), place_y(course.middle))
    band = ""
    if course.low is not None and course.high is not None:
        there_and_back = np.concatenate([course.x, course.x[::-1]])
        band = _path(place_x(there_and_back), place_y(np.concatenate([course.low, course.high[::-1]]))) + "Z"
    return Chart(
        title=course.title,
        x_title=course.x_title,
        y_title=course.y_title,
        line=line,
        band=band,
        marks=tuple(_mark(mark, place_x, place_y) for mark in course.marks),
        x_ticks=tuple(Tick(float(place_x(np.array(at))), significant(at, 3)) for at in x_ticks),
        y_ticks=tuple(Tick(float(place_y(np.array(at))), significant(at, 3)) for at in y_ticks),
        described=_described(course),
    )


def _described(course: TimeCourse) -> str:
    """The figure in words, for who does not see it."""
    first, last = (significant(float(course.middle[place]), 3) for place in (0, -1))
    ids = ", ".join(mark.id for mark in course.marks)
    return f"Simulated {course.y_title} from {first} to {last}, against the published {ids}"


def _published(marks: Sequence[Mark], axis: str) -> list[Floats]:
    found = []
    for mark in marks:
        value, extent = getattr(mark, axis), getattr(mark, f"{axis}_range")
        found += [np.array([value])] if value is not None else []
        found += [np.array(extent)] if extent is not None else []
    return found


def _scale(source: tuple[float, float], target: tuple[float, float]) -> Callable[[Floats], Floats]:
    def place(values: Floats) -> Floats:
        placed: Floats = np.interp(values, source, target)
        return placed

    return place


def _path(across: Floats, up: Floats) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(across.tolist(), up.tolist(), strict=True))


def _mark(mark: Mark, place_x: Callable[[Floats], Floats], place_y: Callable[[Floats], Floats]) -> ChartMark:
    def extent(
        value: float | None, around: tuple[float, float] | None, place: Callable[[Floats], Floats],
        whole: tuple[float, float],
    ) -> tuple[float, float]:  # fmt: skip
        if around is not None:
            first, last = sorted(place(np.array(around)).tolist())
            return first, max(last, first + 6.0) if value is None else last
        if value is not None:
            middle = float(place(np.array(value)))
            return middle - 3.0, middle + 3.0
        return whole

    left, right = extent(mark.x, mark.x_range, place_x, (_LEFT, WIDTH - _RIGHT))
    top, bottom = extent(mark.y, mark.y_range, place_y, (_TOP, HEIGHT - _BOTTOM))
    return ChartMark(
        id=mark.id,
        left=left,
        top=top,
        width=right - left,
        height=bottom - top,
        x=None if mark.x is None else float(place_x(np.array(mark.x))),
        y=None if mark.y is None else float(place_y(np.array(mark.y))),
    )


def nice_ticks(low: float, high: float, about: int = 5) -> tuple[float, ...]:
    """Round numbers that reach from at most ``low`` to at least ``high``.

    >>> nice_ticks(0.0, 12.0)
    (0.0, 2.5, 5.0, 7.5, 10.0, 12.5)
    """
    if high <= low:
        high = low + 1.0
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = next(size * power for size in (1.0, 2.0, 2.5, 5.0, 10.0) if size * power >= rough * (1 - 1e-9))
    first = floor(low / step + 1e-9)
    last = -floor(-high / step + 1e-9)
    return tuple(round(place * step, 10) for place in range(first, last + 1))


@dataclass(frozen=True, kw_only=True)
class Track:
    """One row of the picture of all: where the simulated and the published value lie in the range.

    Places are shares of the width; the published range always takes ``low`` to ``high``. ``beyond``
    is -1 or 1 where the simulated value lies further out than the picture reaches.
    """

    row: Row
    low: float
    high: float
    simulated: float
    published: float | None
    beyond: int


def tracks_of(rows: Sequence[Row]) -> tuple[Track, ...]:
    """Rows that were simulated, as tracks."""
    return tuple(_track(row) for row in rows if row.simulated is not None)


def _track(row: Row) -> Track:
    published = row.target.published
    width = published.high - published.low or abs(published.high) or 1.0

    def place(value: float) -> float:
        return ((value - published.low) / width - _TRACK_LOW) / (_TRACK_HIGH - _TRACK_LOW)

    assert row.simulated is not None  # noqa: S101  # asked for above
    at = place(row.simulated) if isfinite(row.simulated) else 2.0
    beyond = -1 if at < 0 else int(at > 1)
    return Track(
        row=row,
        low=place(published.low),
        high=place(published.high),
        simulated=min(max(at, 0.0), 1.0),
        published=None if published.value is None else place(published.value),
        beyond=beyond,
    )
