"""Quantiles of very many values by counting, without keeping a value.

A value above 0 falls into one of equal parts between two powers of two, 128 where nothing else is said; it is
told by the harmonic mean of the ends of its part, which is equally far from both as a share of each, but
never below the least nor above the largest value that there was. So a quantile lies within 1/257 of the value
that it stands for. Counts add up: they depend neither on the order of the values nor on how these were split.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cisterna.kernel.network import compiled_module

__all__ = ["RELATIVE_ERROR", "Counts"]

Floats = NDArray[np.float64]
_BITS = 7  # parts of an octave, as a power of two
_DIGITS = 52  # bits of a double that follow the first
RELATIVE_ERROR = 1 / (2 ** (_BITS + 1) + 1)
"""The most by which a quantile differs from the value that it stands for, as a share of that value: where
nothing else is said of the parts."""


class Counts:
    """How many values fell where, for each of ``rows`` quantities.

    Values from ``low`` to ``high``, both above 0, are told apart; those below ``low`` count as 0, those above
    ``high`` as ``high``. An octave has ``2 ** bits`` parts, and a quantile lies within ``relative_error`` of
    the value. It takes ``4 rows (2 ** bits log2(high / low) + 2)`` bytes.

    >>> counts = Counts(1, low=1e-3, high=1e3)
    >>> counts.add(np.arange(1.0, 1000.0)[:, np.newaxis])
    >>> bool(abs(counts.quantiles([0.5])[0, 0] / 500 - 1) < RELATIVE_ERROR)
    True
    """

    def __init__(self, rows: int, *, low: float, high: float, bits: int = _BITS) -> None:
        if not 0 < low < high:
            raise ValueError("values are told apart from a number above 0 to a higher one")
        self._shift = _DIGITS - bits
        self._first = self._part_of(np.array(low)).item()
        parts = self._part_of(np.array(high)).item() - self._first + 2
        self._counts = np.zeros((rows, parts), dtype=np.uint32)
        self._least, self._most = np.full(rows, np.inf), np.full(rows, -np.inf)
        self.relative_error = 1 / (2 ** (bits + 1) + 1)

    @property
    def total(self) -> int:
        """How many values of each quantity were counted."""
        return int(self._counts[0].sum()) if len(self._counts) else 0

    def add(self, values: Floats) -> None:
        """Count values (any number, rows), of which none is below 0 by more than rounding."""
        module = compiled_module()
        if module is not None:
            module.count(values, self._shift, self._first, self._counts, self._least, self._most)
        else:
            self._add(values)

    def _add(self, values: Floats) -> None:
        rows, parts = self._counts.shape
        values = np.maximum(values, 0.0)
        np.minimum(self._least, values.min(axis=0, initial=np.inf), out=self._least)
        np.maximum(self._most, values.max(axis=0, initial=-np.inf), out=self._most)
        place = np.clip(self._part_of(values) - self._first + 1, 0, parts - 1)
        place += np.arange(rows) * parts
        np.add.at(self._counts.reshape(-1), place.reshape(-1), np.uint32(1))

    def join(self, other: Counts) -> None:
        """Add what another counted, with the same rows and the same bounds."""
        if other._counts.shape != self._counts.shape or other._first != self._first:
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
        parts = np.arange(self._counts.shape[1], dtype=np.int64) + self._first
        ends = (parts << self._shift).view(np.float64)
        below, above = ends[:-1], ends[1:]
        return np.concatenate([[0.0], 2 * below * (above / (below + above))])

    def _part_of(self, values: Floats) -> NDArray[np.int64]:
        """The part into which each value falls, ascending: its exponent and the first bits of its digits."""
        parts: NDArray[np.int64] = np.ascontiguousarray(values).view(np.int64) >> self._shift
        return parts
