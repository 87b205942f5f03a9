"""The days of the spine as a page draws them: outlines, colours of each level, profiles, map, table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import floor, log10

from cisterna.body import CORD_LEVELS
from cisterna.course.spine import SpineDay
from cisterna.report.spine import Scale, Shape, level_edges, level_middle, scale_of, shape
from cisterna.report.wording import amount
from cisterna.therapy import LEVELS

__all__ = ["Drawing", "Frame", "Row", "data_of", "drawings_of", "rows_of", "scale_for", "shown"]

PROFILE_LEFT, PROFILE_WIDTH = 268.0, 74.0
"""Where the profile by level stands in the frame of the drawing, which is wider than the canal."""

_ARMS, _LEGS = ("C4", "C7"), ("T10", "L1")
_ENDS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
_LONG = 10000
"""From here on the words of a third tick would cover those of the others."""
_CHOSEN = ("T10", "L4", "C5")


def shown(ng_per_ml: float) -> str:
    """A concentration as it is told: whole from 10 ng/mL on, one decimal below; the script does the same.

    >>> shown(1018.6), shown(9.44), shown(0.04)
    ('1,019', '9.4', '0')
    """
    return amount(ng_per_ml, 0 if ng_per_ml >= 9.95 else 1)


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One canal at one time: its ``shape``, steps of colour, profiles as points of a line, and the whole day.

    ``fluid_steps`` and ``cord_steps`` are (place of the level, step of the scale), ``map`` a path of squares
    for each step, in a frame of one unit a time and a level.
    """

    side: int
    day: SpineDay
    shape: Shape
    fluid_steps: tuple[tuple[float, int], ...]
    cord_steps: tuple[tuple[float, int], ...]
    cistern_step: int
    fluid_line: str
    cord_line: str
    peak: float
    peak_at: tuple[float, float]
    map: tuple[tuple[int, str], ...]
    rates: tuple[tuple[float, float, float, str], ...]
    is_above: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the table: ``cells`` are (value at the time, lowest, highest of the day) for each drawing."""

    quantity: str
    level: str
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the drawings share: the scale of colours, the end of the axis of concentration, its ticks."""

    scale: Scale
    most: float
    ticks: tuple[tuple[float, str], ...]
    legend: tuple[tuple[float, str], ...]

    def across(self, ng_per_ml: float) -> float:
        """The place of a concentration in the profile."""
        return round(PROFILE_LEFT + PROFILE_WIDTH * ng_per_ml / self.most, 1)


def scale_for(days: Sequence[SpineDay]) -> Frame:
    """Scale and axis that hold every value of the days."""
    highest = max(max(row) for day in days for row in day.fluid_ng_per_ml)
    scale = scale_of(value for day in days for row in day.fluid_ng_per_ml for value in row)
    most = _end(highest)
    marks = (0.0, most / 2, most) if most < _LONG else (0.0, most)
    frame = Frame(scale=scale, most=most, ticks=(), legend=())
    return replace(
        frame,
        ticks=tuple((frame.across(mark), amount(mark, 1)) for mark in marks),
        legend=tuple((round(100 * scale.part(each), 1), amount(each, 0)) for each in scale.named),
    )


def _end(highest: float) -> float:
    """A round end of the axis of concentration.

    >>> _end(401.0), _end(9869.0), _end(0.7)
    (500.0, 10000.0, 0.8)
    """
    power = 10.0 ** floor(log10(max(highest, 0.1)))
    return next((step * power for step in _ENDS if step * power >= highest), 10 * power)


def drawings_of(days: Sequence[SpineDay], frame: Frame, minute: int) -> tuple[Drawing, ...]:
    """The drawing of each day at a minute of it."""
    return tuple(_drawing(side, day, frame, day.place(minute)) for side, day in enumerate(days))


def _drawing(side: int, day: SpineDay, frame: Frame, place: int) -> Drawing:
    fluid, cord, scale = day.fluid_ng_per_ml[place], day.cord_ng_per_ml[place], frame.scale
    peak = max(fluid)
    return Drawing(
        side=side,
        day=day,
        shape=shape(day.tip),
        fluid_steps=_steps(LEVELS, fluid, scale),
        cord_steps=_steps(CORD_LEVELS, cord, scale),
        cistern_step=scale.step(day.cistern_ng_per_ml[place]),
        fluid_line=_line(LEVELS, fluid, frame),
        cord_line=_line(CORD_LEVELS, cord, frame),
        peak=peak,
        peak_at=(frame.across(peak), level_middle(LEVELS[fluid.index(peak)])),
        map=_map(day, scale),
        rates=tuple(_rates(day)),
        is_above=max(map(max, day.fluid_ng_per_ml)) > scale.ceiling_ng_per_ml,
    )


def _steps(levels: Sequence[str], values: Sequence[float], scale: Scale) -> tuple[tuple[float, int], ...]:
    """From the head down, where each level stands and the step of its value."""
    pairs = zip(reversed(levels), reversed(values), strict=True)
    return tuple((level_middle(level), scale.step(value)) for level, value in pairs)


def _line(levels: Sequence[str], values: Sequence[float], frame: Frame) -> str:
    """A profile; its ends go on to the edges of the first and last level."""
    down = list(zip(reversed(levels), reversed(values), strict=True))
    places = [(frame.across(value), level_middle(level)) for level, value in down]
    first, last = (places[0][0], level_edges(down[0][0])[0]), (places[-1][0], level_edges(down[-1][0])[1])
    return " ".join(f"{x:g},{y:.1f}" for x, y in (first, *places, last))


def _map(day: SpineDay, scale: Scale) -> tuple[tuple[int, str], ...]:
    """Level by time: for each step one path of bars that lie beside each other in a row."""
    paths: dict[int, list[str]] = {}
    for row, values in enumerate(reversed(list(zip(*day.fluid_ng_per_ml[:-1], strict=True)))):
        left = 0
        for step, run in groupby(scale.step(value) for value in values):
            width = len(list(run))
            paths.setdefault(step, []).append(f"M{left} {row}h{width}v1h-{width}z")
            left += width
    return tuple((step, "".join(paths[step])) for step in sorted(paths))


def _rates(day: SpineDay) -> Iterator[tuple[float, float, float, str]]:
    """The rate at the tip over the day as (left, width, height in per cent, words)."""
    top, left = max(day.rate_mcg_per_h), 0
    for rate, run in groupby(round(rate, 2) for rate in day.rate_mcg_per_h[:-1]):
        width = len(list(run))
        share = 100 / (len(day.minutes) - 1)
        words = f"{amount(rate, 1)} mcg/h" if width * share > 9 else ""
        yield (
            round(left * share, 2),
            round(width * share, 2),
            round(100 * rate / top, 1) if top else 0.0,
            words,
        )
        left += width


def rows_of(days: Sequence[SpineDay], minute: int, *, every: bool = False) -> tuple[Row, ...]:
    """The values at a minute and over the day: the chosen lines, or every level of fluid and cord."""
    return tuple(
        Row(quantity=quantity, level=level, cells=tuple(_cell(day, quantity, level, minute) for day in days))
        for quantity, level in (_every_line() if every else _chosen_lines(days))
    )


def _chosen_lines(days: Sequence[SpineDay]) -> Iterator[tuple[str, str]]:
    tips = [day.tip for day in days if day.tip not in _CHOSEN]
    yield from (("fluid", level) for level in dict.fromkeys((*tips, *_CHOSEN)))
    yield from ((quantity, "") for quantity in ("cistern", "legs", "arms", "tone_legs", "tone_arms"))


def _every_line() -> Iterator[tuple[str, str]]:
    yield from (("fluid", level) for level in LEVELS[::-1])
    yield from (("cord", level) for level in CORD_LEVELS[::-1])


def _cell(day: SpineDay, quantity: str, level: str, minute: int) -> tuple[str, str, str]:
    values = series(day, quantity, level)
    tell = (lambda value: amount(value, 1)) if quantity.startswith("tone") else shown
    return tell(values[day.place(minute)]), tell(min(values)), tell(max(values))


def series(day: SpineDay, quantity: str, level: str) -> tuple[float, ...]:
    """One quantity through the day."""
    if quantity == "fluid":
        return day.fluid_at(level)
    if quantity == "cord":
        place = CORD_LEVELS.index(level)
        return tuple(row[place] for row in day.cord_ng_per_ml)
    return {
        "cistern": day.cistern_ng_per_ml, "legs": day.legs_ng_per_ml, "arms": day.arms_ng_per_ml,
        "tone_legs": day.tone_legs, "tone_arms": day.tone_arms,
    }[quantity]  # fmt: skip


def data_of(days: Sequence[SpineDay], frame: Frame) -> str:
    """What the script of the page moves through: every value of the days in four digits, and the scale."""
    told = {
        "ceiling": frame.scale.ceiling_ng_per_ml,
        "left": PROFILE_LEFT,
        "width": PROFILE_WIDTH,
        "most": frame.most,
        "levels": LEVELS,
        "cord_levels": CORD_LEVELS,
        "middles": [level_middle(level) for level in LEVELS],
        "edges": [level_edges(level) for level in LEVELS],
        "days": [
            {
                "tip": day.tip,
                "minutes": day.minutes,
                "fluid": [_short(row) for row in day.fluid_ng_per_ml],
                "cord": [_short(row) for row in day.cord_ng_per_ml],
                **{name: _short(series(day, name, "")) for name in _WHOLE},
            }
            for day in days
        ],
    }
    return json.dumps(told, separators=(",", ":"), allow_nan=False)


_WHOLE = ("cistern", "legs", "arms", "tone_legs", "tone_arms")


def _short(values: Sequence[float]) -> list[float]:
    return [float(f"{value:.5g}") for value in values]
