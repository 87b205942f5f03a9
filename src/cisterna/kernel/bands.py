"""Quantiles of very many values by counting, without keeping a value.

A value above 0 falls into one of 128 equal parts between two powers of two; each is told by the middle of its
part, so that a quantile lies within 1/257 of the value it stands for. Counts add up: they depend neither on
the order of the values nor on how these were split.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["RELATIVE_ERROR", "Counts"]

Floats = NDArray[np.float64]
_BITS = 7  # parts of an octave, as a power of two
_SHIFT = 52 - _BITS
RELATIVE_ERROR = 1 / (2 ** (_BITS + 1) + 1)
"""The most by which a quantile differs from the value that it stands for, as a share of that value."""


class Counts:
    """How many values fell where, for each of ``rows`` quantities.

    Values from ``low`` to ``high``, both above 0, are told apart; those below ``low`` count as 0, those above
    ``high`` as ``high``. It takes ``4 rows (128 log2(high / low) + 2)`` bytes.

    >>> counts = Counts(1, low=1e-3, high=1e3)
    >>> counts.add(np.arange(1.0, 1000.0)[:, np.newaxis])
    >>> bool(abs(counts.quantiles([0.5])[0, 0] / 500 - 1) < RELATIVE_ERROR)
    True
    """

    def __init__(self, rows: int, *, low: float, high: float) -> None:
        if not 0 < low < high:
            raise ValueError("values are told apart from a number above 0 to a higher one")
        self._first = _part_of(np.array(low)).item()
        parts = _part_of(np.array(high)).item() - self._first + 2
        self._counts = np.zeros((rows, parts), dtype=np.uint32)

    @property
    def total(self) -> int:
        """How many values of each quantity were counted."""
        return int(self._counts[0].sum()) if len(self._counts) else 0

    def add(self, values: Floats) -> None:
        """Count values (any number, rows), of which none is below 0 by more than rounding."""
        rows, parts = self._counts.shape
        place = np.clip(_part_of(np.maximum(values, 0.0)) - self._first + 1, 0, parts - 1)
        place += np.arange(rows) * parts
        np.add.at(self._counts.reshape(-1), place.reshape(-1), np.uint32(1))

    def join(self, other: Counts) -> None:
        """Add what another counted, with the same rows and the same bounds."""
        if other._counts.shape != self._counts.shape or other._first != self._first:
            raise ValueError("counts of other rows or bounds")
        self._counts += other._counts

    def quantiles(self, shares: ArrayLike) -> Floats:
        """Quantiles (shares, rows): of n values in order the one at ``share * (n - 1)``, rounded down."""
        wanted = np.atleast_1d(np.asarray(shares, dtype=np.float64))
        upto = np.cumsum(self._counts, axis=1, dtype=np.int64)
        found = np.empty((len(wanted), len(upto)))
        for number, share in enumerate(wanted.tolist()):
            rank = np.floor(share * (upto[:, -1:] - 1))
            found[number] = self._middles()[np.argmax(upto > rank, axis=1)]
        return found

    def _middles(self) -> Floats:
        parts = np.arange(self._counts.shape[1] - 1, dtype=np.int64) + self._first
        edges = (np.append(parts, parts[-1] + 1) << _SHIFT).view(np.float64)
        return np.concatenate([[0.0], (edges[:-1] + edges[1:]) / 2])


def _part_of(values: Floats) -> NDArray[np.int64]:
    """The part into which each value falls, ascending: its exponent and the first bits of its digits."""
    parts: NDArray[np.int64] = np.ascontiguousarray(values).view(np.int64) >> _SHIFT
    return parts
