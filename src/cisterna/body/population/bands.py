"""Bands of a whole cohort over time: quantiles of every output at every step, without keeping a patient."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cisterna.body.population.cohort import Cohort, Followed, Progress, follow_cohort
from cisterna.body.response import HIGHEST_TONE, LOWEST_TONE
from cisterna.kernel import Counts

__all__ = ["Bands", "bands_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Scale:
    """From where to where values are told apart; in even parts so wide, or in parts of each octave."""

    low: float
    high: float
    width: float | None = None

    def counts(self, rows: int) -> Counts:
        return Counts(rows, low=self.low, high=self.high, width=self.width)


_LEVEL = _Scale(1e-4, 1e4)  # ng/mL, mcg/mL and ratios: from far below what acts to far above what kills
_TONE = _Scale(LOWEST_TONE - 1e-6, HIGHEST_TONE, 2e-4)  # with what rounding may leave below the scale
_SCALES = {
    "tone_legs": _TONE,
    "tone_arms": _TONE,
    "h_reflex_ratio": _Scale(1e-6, 1.0, 1e-3),
    "tolerance": _Scale(1.0 - 1e-6, 33.0, 2e-3),
}
_COUNTED_AT_ONCE = 8  # batches; counted together they share what was fetched from memory


@dataclass(frozen=True, eq=False)
class Bands:
    """``quantiles`` (shares, outputs, steps + 1) of ``patients`` patients at every step of the grid.

    ``responses`` (shares, responses, steps + 1) are those of the responses. Levels, sedation and withdrawal
    lie within 0.4 % of the value of the patient they stand for, tone within 1e-4 on the Ashworth scale,
    the H-reflex within 5e-4 and tolerance within 1e-3; levels below 1e-4 of the unit count as 0,
    a tolerance above 33 as 33.
    """

    patients: int
    shares: tuple[float, ...]
    quantiles: Floats = field(repr=False)
    responses: Floats = field(repr=False)


def bands_of(
    cohort: Cohort, shares: tuple[float, ...] = (0.05, 0.25, 0.5, 0.75, 0.95), *, every: int = 1,
    threads: int = 1, progress: Progress | None = None,
) -> Bands:  # fmt: skip
    """Quantiles of a cohort at each step of its grid, or at ``every`` so many steps.

    Memory does not grow with the cohort. The result does not depend on ``threads``.
    """
    steps = cohort.grid.steps // every + 1
    levels = [_LEVEL.counts(steps) for _ in cohort.outputs]
    responses = [_SCALES.get(name, _LEVEL).counts(steps) for name in cohort.responses]
    kept: list[Followed] = []
    for followed in follow_cohort(cohort, threads=threads, progress=progress):
        kept.append(followed)
        if len(kept) == _COUNTED_AT_ONCE:
            _count(kept, every, levels, responses)
            kept.clear()
    _count(kept, every, levels, responses)
    return Bands(
        cohort.count, shares, _quantiles(levels, shares, steps), _quantiles(responses, shares, steps)
    )


def _count(kept: list[Followed], every: int, levels: list[Counts], responses: list[Counts]) -> None:
    for place, own in enumerate(levels):
        own.add(*(followed.values.grid[:, place, ::every] for followed in kept))
    for place, own in enumerate(responses):
        own.add(*(followed.responses.grid[:, place, ::every] for followed in kept))


def _quantiles(counts: list[Counts], shares: tuple[float, ...], steps: int) -> Floats:
    found = np.empty((len(shares), len(counts), steps))
    for place, own in enumerate(counts):
        found[:, place] = own.quantiles(shares)
    return found
