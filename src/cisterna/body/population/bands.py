"""Bands of a whole cohort over time: quantiles of every output at every step, without keeping a patient."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cisterna.body.population.cohort import Cohort, Progress, follow_cohort
from cisterna.body.response import HIGHEST_TONE
from cisterna.kernel import Counts

__all__ = ["Bands", "bands_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Scale:
    """From where to where values are told apart, and by how many parts of an octave, as a power of two."""

    low: float
    high: float
    bits: int = 7

    def counts(self, rows: int) -> Counts:
        return Counts(rows, low=self.low, high=self.high, bits=self.bits)


_LEVEL = _Scale(1e-4, 1e4)  # ng/mL, mcg/mL and ratios: from far below what acts to far above what kills
_TONE = _Scale(0.999, HIGHEST_TONE, 13)  # the whole scale and what rounding may leave below it
_SCALES = {
    "tone_legs": _TONE,
    "tone_arms": _TONE,
    "h_reflex_ratio": _Scale(1e-4, 1.0, 8),
    "tolerance": _Scale(0.999, 64.0, 10),
}


@dataclass(frozen=True, eq=False)
class Bands:
    """``quantiles`` (shares, outputs, steps + 1) of ``patients`` patients at every step of the grid.

    ``responses`` (shares, responses, steps + 1) are those of the responses. Levels, sedation and withdrawal
    lie within 0.4 % of the value of the patient they stand for, tone within 3.1e-4 on the Ashworth scale,
    the H-reflex within 0.2 % and tolerance within 0.05 %; what is below 1e-4 of the unit counts as 0.
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
    for followed in follow_cohort(cohort, threads=threads, progress=progress):
        for counts, grid in ((levels, followed.values.grid), (responses, followed.responses.grid)):
            for place, own in enumerate(counts):
                own.add(grid[:, place, ::every])
    return Bands(
        cohort.count, shares, _quantiles(levels, shares, steps), _quantiles(responses, shares, steps)
    )


def _quantiles(counts: list[Counts], shares: tuple[float, ...], steps: int) -> Floats:
    found = np.empty((len(shares), len(counts), steps))
    for place, own in enumerate(counts):
        found[:, place] = own.quantiles(shares)
    return found
