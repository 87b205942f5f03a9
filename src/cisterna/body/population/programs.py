"""What each patient of a cohort is given: rates that begin and amounts, at ticks of the cohort's grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cisterna.delivery import Route, Site
from cisterna.kernel import Happenings

__all__ = ["Programs"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Programs:
    """Programs of a batch of patients.

    ``ways`` are the spinal ways in: each a site for everybody, or one for each patient. ``changes`` are rates
    in mcg/h that begin, ``doses`` amounts in mcg; their kinds are the places in ``ways``, then :meth:`mouth`
    and :meth:`skin`. By mouth go amounts alone, and they are what was swallowed: each patient absorbs the
    share of his own.
    """

    ways: tuple[Site | Sequence[Site], ...]
    changes: Happenings = field(repr=False)
    doses: Happenings = field(repr=False)

    @property
    def mouth(self) -> int:
        """The kind of what is swallowed."""
        return len(self.ways)

    @property
    def skin(self) -> int:
        """The kind of what enters the depot of the skin."""
        return len(self.ways) + 1

    @classmethod
    def of_days(
        cls, tip: str | Sequence[str], begins: Ticks, rates_mcg_per_h: Floats, *, day: int, days: int
    ) -> Programs:
        """The same day again and again from a tip: rates (patients, steps) that begin at ``begins``.

        ``begins`` (patients, steps) are ticks of the day, ascending, the first of them 0; ``day`` is its
        length.

        >>> begins, rates = np.array([[0, 480]]), np.array([[2.0, 6.0]])
        >>> Programs.of_days("T10", begins, rates, day=1440, days=2).changes.ticks.tolist()
        [0, 480, 1440, 1920]
        """
        patients, steps = begins.shape
        ticks = (begins[:, np.newaxis, :] + np.arange(days)[:, np.newaxis] * day).reshape(-1)
        sizes = np.repeat(rates_mcg_per_h[:, np.newaxis, :], days, axis=1).reshape(-1)
        offsets = np.arange(patients + 1, dtype=np.int64) * (steps * days)
        changes = Happenings(offsets, ticks.astype(np.int64), np.zeros(len(ticks), dtype=np.int64), sizes)
        if isinstance(tip, str):
            return cls((Site(Route.CATHETER, tip),), changes, Happenings.none(patients))
        way = [Site(Route.CATHETER, level) for level in tip]
        return cls((way,), changes, Happenings.none(patients))
