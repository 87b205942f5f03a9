"""Bands of a whole cohort over time: quantiles of every output at every step, without keeping a patient."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cisterna.body.population.cohort import Cohort, Progress, follow_cohort
from cisterna.kernel import Counts

__all__ = ["Bands", "bands_of"]

Floats = NDArray[np.float64]
_LOW, _HIGH = 1e-4, 1e4  # ng/mL and mcg/mL: from far below what acts to far above what kills


@dataclass(frozen=True, eq=False)
class Bands:
    """``quantiles`` (shares, outputs, steps + 1) of ``patients`` patients at every step of the grid.

    Each lies within ``RELATIVE_ERROR`` of :mod:`cisterna.kernel.bands`, 0.4 %, of the value of the patient it
    stands for; values below 1e-4 of the unit count as 0.
    """

    patients: int
    shares: tuple[float, ...]
    quantiles: Floats = field(repr=False)


def bands_of(
    cohort: Cohort, shares: tuple[float, ...] = (0.05, 0.25, 0.5, 0.75, 0.95), *, every: int = 1,
    threads: int = 1, progress: Progress | None = None,
) -> Bands:  # fmt: skip
    """Quantiles of a cohort at each step of its grid, or at ``every`` so many steps.

    Memory does not grow with the cohort. The result does not depend on ``threads``.
    """
    steps = np.arange(0, cohort.grid.steps + 1, every)
    outputs = len(cohort.outputs)
    counts = Counts(outputs * len(steps), low=_LOW, high=_HIGH)
    for followed in follow_cohort(cohort, threads=threads, progress=progress):
        values = followed.values.grid[:, :, steps]
        counts.add(values.reshape(len(values), -1))
    quantiles = counts.quantiles(shares).reshape(len(shares), outputs, len(steps))
    return Bands(cohort.count, shares, quantiles)
