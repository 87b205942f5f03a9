"""Quantiles of very many values by counting, without keeping a value.

A value above 0 falls into one of equal parts between two powers of two, 128 where nothing else is said; it is
told by the harmonic mean of the ends of its part, which is equally far from both as a share of each. So a
quantile lies within 1/257 of the value that it stands for. Or the parts are even from end to end, and a value
is told by the middle of its part. No quantile is told below the least nor above the largest value that there
was. Counts add up: they depend neither on the order of the values nor on how these were split.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cisterna.kernel.network import compiled_module

__all__ = ["RELATIVE_ERROR", "Counts"]

Floats = NDArray[np.float64]
_BITS = 7  # parts of an octave, as a power of two
_SHIFT = 52 - _BITS
RELATIVE_ERROR = 1 / (2 ** (_BITS + 1) + 1)
"""The most by which a quantile differs from the value that it stands for, as a share of that value, where the
parts are not even."""


class Counts:
    """How many values fell where, for each of ``rows`` quantities.

    Values from ``low`` to ``high``, both above 0, are told apart; those below ``low`` count as 0, those above
    ``high`` as ``high``. Where ``width`` is given, the parts are even and so wide, and a quantile lies within
    half of it of its value. It takes 4 bytes for each row and part: ``128 log2(high / low) + 2`` parts, or
    ``(high - low) / width + 2``.

    >>> counts = Counts(1, low=1e-3, high=1e3)
    >>> counts.add(np.arange(1.0, 1000.0)[:, np.newaxis])
    >>> bool(abs(counts.quantiles([0.5])[0, 0] / 500 - 1) < RELATIVE_ERROR)
    True
    """

    def __init__(self, rows: int, *, low: float, high: float, width: float | None = None) -> None:
        if not 0 < low < high:
            raise ValueError("values are told apart from a number above 0 to a higher one")
        self._low, self._per_unit = low, 1 / width if width else 0.0
        self._first = _octave_part(np.array(low)).item()
        last = _octave_part(np.array(high)).item() - self._first
        parts = (ceil((high - low) * self._per_unit) if width else last) + 2
        self._counts = np.zeros((rows, parts), dtype=np.uint32)
        self._least, self._most = np.full(rows, np.inf), np.full(rows, -np.inf)

    @property
    def total(self) -> int:
        """How many values of each quantity were counted."""
        return int(self._counts[0].sum()) if len(self._counts) else 0

    def add(self, *values: Floats) -> None:
        """Count values, each array (any number, rows), of which none is below 0 by more than rounding.

        Many arrays at once are counted faster than one after the other.
        """
        module = compiled_module()
        if module is not None:
            module.count(
                values, _SHIFT, self._first, self._low, self._per_unit, self._counts, self._least, self._most
            )
            return
        for some in values:
            self._add(np.maximum(some, 0.0))

    def _add(self, values: Floats) -> None:
        np.minimum(self._least, values.min(axis=0, initial=np.inf), out=self._least)
        np.maximum(self._most, values.max(axis=0, initial=-np.inf), out=self._most)
        rows, parts = self._counts.shape
        if self._per_unit:
            place = np.minimum((values - self._low) * self._per_unit, float(parts))
            part = np.where(place < 0, 0, np.floor(place).astype(np.int64) + 1)
        else:
            part = _octave_part(values) - self._first + 1
        part = np.clip(part, 0, parts - 1) + np.arange(rows) * parts
        np.add.at(self._counts.reshape(-1), part.reshape(-1), np.uint32(1))

    def join(self, other: Counts) -> None:
        """Add what another counted, with the same rows and the same bounds."""
        if self._bounds() != other._bounds():
            raise ValueError("counts of other rows or bounds")
        self._counts += other._counts
        np.minimum(self._least, other._least, out=self._least)
        np.maximum(self._most, other._most, out=self._most)

    def quantiles(self, shares: ArrayLike) -> Floats:
        """Quantiles (shares, rows): of n values in order the one at ``share * (n - 1)``, rounded down."""
        wanted = np.atleast_1d(np.asarray(shares, dtype=np.float64))
        found, told = np.empty((len(wanted), len(self._counts))), self._told()
        for row, counts in enumerate(self._counts):
            upto = np.cumsum(counts, dtype=np.int64)
            rank = np.floor(wanted * (upto[-1] - 1)).astype(np.int64)
            found[:, row] = told[np.searchsorted(upto, rank, side="right")]
        return np.clip(found, self._least, self._most)

    def _told(self) -> Floats:
        """What stands for each part; 0 for the first."""
        parts = self._counts.shape[1] - 1
        if self._per_unit:
            return np.concatenate([[0.0], self._low + (np.arange(parts) + 0.5) / self._per_unit])
        ends = ((np.arange(parts + 1, dtype=np.int64) + self._first) << _SHIFT).view(np.float64)
        below, above = ends[:-1], ends[1:]
        return np.concatenate([[0.0], 2 * below * (above / (below + above))])

    def _bounds(self) -> tuple[tuple[int, ...], int, float, float]:
        return self._counts.shape, self._first, self._low, self._per_unit


def _octave_part(values: Floats) -> NDArray[np.int64]:
    """The part into which each value falls, ascending: its exponent and the first bits of its digits."""
    parts: NDArray[np.int64] = np.ascontiguousarray(values).view(np.int64) >> _SHIFT
    return parts
