"""Curves of three ways as places in a drawing: across in per cent of the width, up in pixels.

The curves themselves lie in a square of 100 by 100 that is stretched over the frame, so that they fit every
screen while words and signs keep their size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from cisterna.course.three_ways import WAYS, Claim, Panel, ThreeWays
from cisterna.report.wording import amount

__all__ = ["Curve", "Drawing", "drawing_of"]

_TOP, _BOTTOM = 14, 158
_LEFT, _WIDTH = 9.0, 89.0
"""Where the frame of the curves lies; the template draws it there."""
_NIGHT = (22, 7)
"""The hours at which the shade of a night begins and ends."""
_STEPS = (1, 2, 5)
_TICKS = 5


@dataclass(frozen=True, kw_only=True)
class Curve:
    """The curve of one way: ``points`` of a polyline, and the range of its values in words."""

    way: str
    points: str
    low: str
    high: str


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One panel: ``signs`` are (number, across, up) of the claims, ``levels`` (up, words) of its values.

    ``hours`` are (across, hour of the day) of the axis of time, ``nights`` (across, width); ``untreated`` is
    the place of the line without drug, where there is one.
    """

    panel: Panel
    curves: tuple[Curve, ...]
    signs: tuple[tuple[int, float, float], ...]
    levels: tuple[tuple[float, str], ...]
    hours: tuple[tuple[float, int], ...]
    nights: tuple[tuple[float, float], ...]
    untreated: float | None


def drawing_of(panel: Panel, ways: ThreeWays, claims: Sequence[Claim]) -> Drawing:
    """The drawing of a panel with the signs of those claims that stand on its curves."""
    untreated = {"legs": ways.untreated, "reflex": 100.0}.get(panel.id)
    least = 1.0 if panel.id == "legs" else 0.0
    most = max(ways.ends(panel, way)[1] for way in WAYS)
    ticks = _ticks(least, max(most, untreated or 0.0))
    scale = _Scale(ticks[0], ticks[-1], float(ways.hours[-1]))
    return Drawing(
        panel=panel,
        curves=tuple(_curve(panel, ways, way, scale) for way in WAYS),
        signs=tuple(
            (claim.place, scale.across(claim.hour), scale.up(_at(panel, ways, claim))) for claim in claims
        ),
        levels=tuple((scale.up(tick), amount(tick, 1)) for tick in ticks),
        hours=tuple((scale.across(hour), hour % 24) for hour in range(0, int(ways.hours[-1]) + 1, 12)),
        nights=tuple(_nights(scale)),
        untreated=None if untreated is None else scale.up(untreated),
    )


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    hours: float

    def across(self, hour: float) -> float:
        return round(_LEFT + _WIDTH * hour / self.hours, 2)

    def up(self, value: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * (value - self.low) / (self.high - self.low), 1)


def _curve(panel: Panel, ways: ThreeWays, way: str, scale: _Scale) -> Curve:
    values = ways.values(panel, way)
    low, high = ways.ends(panel, way)
    share = 100 * (1 - (values - scale.low) / (scale.high - scale.low))
    places = zip(100 * ways.hours / scale.hours, share, strict=True)
    return Curve(
        way=way,
        points=" ".join(f"{across:.2f},{up:.2f}" for across, up in places),
        low=amount(low, panel.places),
        high=amount(high, panel.places),
    )


def _at(panel: Panel, ways: ThreeWays, claim: Claim) -> float:
    return float(np.interp(claim.hour, ways.hours, ways.values(panel, claim.way)))


def _ticks(least: float, most: float) -> list[float]:
    """Round values that hold everything between them, about five.

    >>> _ticks(0, 618.0), _ticks(1.0, 3.6)
    ([0, 200, 400, 600, 800], [1.0, 2.0, 3.0, 4.0])
    """
    power = 10 ** floor(np.log10((most - least) / _TICKS))
    step = next(step * power for step in (*_STEPS, 10) if (most - least) / (step * power) <= _TICKS)
    first = floor(least / step)
    return [place * step for place in range(first, ceil(most / step) + 1)]


def _nights(scale: _Scale) -> Sequence[tuple[float, float]]:
    last = int(scale.hours)
    spans = [(0, _NIGHT[1])]
    spans += [(hour + _NIGHT[0], min(hour + 24 + _NIGHT[1], last)) for hour in range(0, last, 24)]
    return [(scale.across(a), round(scale.across(b) - scale.across(a), 2)) for a, b in spans]
