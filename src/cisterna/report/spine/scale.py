"""The colours of concentration in equal steps of its square root: a class of a style sheet names one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import sqrt

from cisterna.report.tokens import concentration_ceiling_ng_per_ml, concentration_stops

__all__ = ["STEPS", "Scale", "scale_of", "step_style"]

STEPS = 48
"""The number of steps from nothing to the ceiling: less than an eye tells apart."""

_TIMES = (1, 2, 5, 10, 20, 50, 100)
_WITHIN = 0.98
_NAMED = (0, 50, 150, 300, 500, 750, 1000)
"""The concentrations in ng/mL that are named on the scale of the usual ceiling."""


@dataclass(frozen=True)
class Scale:
    """The scale that ends at ``ceiling_ng_per_ml``; what lies above has its last colour.

    >>> scale = Scale(1100.0)
    >>> scale.step(0.0), scale.step(275.0), scale.step(5000.0)
    (0, 24, 48)
    """

    ceiling_ng_per_ml: float

    def step(self, ng_per_ml: float) -> int:
        """The step of a concentration."""
        return round(STEPS * self.part(ng_per_ml))

    def part(self, ng_per_ml: float) -> float:
        """Where a concentration stands on the scale, from 0 to 1."""
        return min(1.0, sqrt(max(0.0, ng_per_ml) / self.ceiling_ng_per_ml))

    @property
    def named(self) -> tuple[float, ...]:
        """Round concentrations to be named, ng/mL."""
        times = self.ceiling_ng_per_ml / concentration_ceiling_ng_per_ml()
        return tuple(times * each for each in _NAMED)


def scale_of(values_ng_per_ml: Iterable[float]) -> Scale:
    """The usual scale, or the first of 2, 5, 10, ... times it above which no more than 2 % of the values lie.

    A bolus then does not take the colours from everything else; what lies above has the last one.

    >>> scale_of([1019.0] * 100).ceiling_ng_per_ml, scale_of([400.0] * 60 + [9000.0]).ceiling_ng_per_ml
    (1100.0, 1100.0)
    """
    values, usual = sorted(values_ng_per_ml), concentration_ceiling_ng_per_ml()
    needed = values[int(_WITHIN * (len(values) - 1))]
    return Scale(usual * next((times for times in _TIMES if times * usual >= needed), _TIMES[-1]))


@cache
def step_style() -> str:
    """Classes ``c-q0`` to ``c-q48``: fill and stop of a gradient, mixed from the theme's tokens."""
    stops = concentration_stops()
    rules = []
    for step in range(STEPS + 1):
        low = min(bisect_right(stops, step / STEPS), len(stops) - 1) - 1
        share = 100 * (step / STEPS - stops[low]) / (stops[low + 1] - stops[low])
        mixed = f"color-mix(in srgb,var(--concentration-{low}),var(--concentration-{low + 1}) {share:.4g}%)"
        rules.append(f".c-q{step}{{fill:{mixed};stop-color:{mixed}}}")
    return "\n".join(rules)
