"""The panels of the three ways: curves, the signs of the claims on them, nights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cisterna.clinic.web.curves import Frame, ticks
from cisterna.course.three_ways import WAYS, Claim, Panel, ThreeWays
from cisterna.report.wording import amount

__all__ = ["Curve", "Drawing", "drawing_of"]

_NIGHT = (22, 7)
"""The hours at which the shade of a night begins and ends."""


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
    levels = ticks(least, max(most, untreated or 0.0))
    scale = Frame(levels[0], levels[-1], float(ways.hours[-1]))
    return Drawing(
        panel=panel,
        curves=tuple(_curve(panel, ways, way, scale) for way in WAYS),
        signs=tuple(
            (claim.place, scale.across(claim.hour), scale.up(_at(panel, ways, claim))) for claim in claims
        ),
        levels=tuple((scale.up(tick), amount(tick, 1)) for tick in levels),
        hours=tuple((scale.across(hour), hour % 24) for hour in range(0, int(ways.hours[-1]) + 1, 12)),
        nights=tuple(_nights(scale)),
        untreated=None if untreated is None else scale.up(untreated),
    )


def _curve(panel: Panel, ways: ThreeWays, way: str, scale: Frame) -> Curve:
    values = ways.values(panel, way)
    low, high = ways.ends(panel, way)
    return Curve(
        way=way,
        points=scale.points(ways.hours, values),
        low=amount(low, panel.places),
        high=amount(high, panel.places),
    )


def _at(panel: Panel, ways: ThreeWays, claim: Claim) -> float:
    return float(np.interp(claim.hour, ways.hours, ways.values(panel, claim.way)))


def _nights(scale: Frame) -> Sequence[tuple[float, float]]:
    last = int(scale.hours)
    spans = [(0, _NIGHT[1])]
    spans += [(hour + _NIGHT[0], min(hour + 24 + _NIGHT[1], last)) for hour in range(0, last, 24)]
    return [(scale.across(a), round(scale.across(b) - scale.across(a), 2)) for a, b in spans]
