"""Random numbers by place: the same seed, index and column give the same number, whoever asks.

Each number is a function of its place alone (Philox 4x32 with 10 rounds: Salmon et al 2011, Proc SC11 16,
doi 10.1145/2063384.2063405), so that a draw depends neither on threads nor on how it is cut into batches.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["normals", "truncated_normals", "uniforms"]

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL = 0x9E3779B9, 0xBB67AE85
_ROUNDS = 10


def uniforms(seed: int, first: int, count: int, columns: int) -> Floats:
    """Numbers between 0 and 1, both left out: (count, columns), for the indices from ``first`` on.

    ``seed`` and every index lie between 0 and 2^64.

    >>> some = uniforms(7, 0, 4, 3)
    >>> bool((some[2:] == uniforms(7, 2, 2, 3)).all()), bool(((0 < some) & (some < 1)).all())
    (True, True)
    """
    if not 0 <= seed < 2**64 or first < 0 or first + count > 2**64:
        raise ValueError("a seed and an index are whole numbers from 0 to 2^64")
    blocks = (columns + 1) // 2
    index = np.arange(first, first + count, dtype=np.uint64)[:, np.newaxis]
    words = (
        np.broadcast_to(index & _LOW, (count, blocks)),
        np.broadcast_to(index >> _HALF, (count, blocks)),
        np.broadcast_to(np.arange(blocks, dtype=np.uint64), (count, blocks)),
        np.zeros((count, blocks), dtype=np.uint64),
    )
    one, two, three, four = _philox(words, (seed & 0xFFFFFFFF, seed >> 32))
    pairs = np.stack([_between(one, two), _between(three, four)], axis=2)
    return np.ascontiguousarray(pairs.reshape(count, 2 * blocks)[:, :columns])


def normals(seed: int, first: int, count: int, columns: int) -> Floats:
    """Numbers of the standard normal distribution: (count, columns), as :func:`uniforms`.

    >>> round(float(normals(1, 0, 4000, 1).std()), 1)
    1.0
    """
    return truncated_normals(uniforms(seed, first, count, columns), -np.inf, np.inf)


def truncated_normals(shares: Floats, low: float, high: float) -> Floats:
    """Numbers of the standard normal distribution within ``low`` and ``high``, at ``shares`` of it.

    A share of one half gives the median of what lies within.

    >>> truncated_normals(np.array([0.5]), 0.0, np.inf).round(3)
    array([0.674])
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415  slow to import

    below, above = ndtr(low), ndtr(high)
    found: Floats = np.clip(ndtri(below + shares * (above - below)), low, high)
    return found


def _between(high: Words, low: Words) -> Floats:
    """The middle of one of 2^52 equal parts between 0 and 1, named by 32 and 20 bits."""
    whole = (high << np.uint64(20)) | (low >> np.uint64(12))
    return (whole + 0.5) * 2.0**-52


def _philox(
    words: tuple[Words, Words, Words, Words], key: tuple[int, int]
) -> tuple[Words, Words, Words, Words]:
    one, two, three, four = words
    for turn in range(_ROUNDS):
        keys = [np.uint64((key[half] + turn * _WEYL[half]) & 0xFFFFFFFF) for half in (0, 1)]
        first, second = one * _MULTIPLIERS[0], three * _MULTIPLIERS[1]
        one, two, three, four = (
            (second >> _HALF) ^ two ^ keys[0],
            second & _LOW,
            (first >> _HALF) ^ four ^ keys[1],
            first & _LOW,
        )
    return one, two, three, four
