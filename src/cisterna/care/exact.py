"""Sums, differences and means of decimals as a hand calculation gives them, without binary dust.

A limit is compared with what a clinician works out on paper: 4.1 less 2.1 is 2, not 1.9999999999999996.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

__all__ = ["difference", "mean", "total"]


def total(values: Iterable[float]) -> float:
    """The sum of decimals.

    >>> total([0.1, 0.2])
    0.3
    """
    return float(sum((_exact(value) for value in values), Decimal(0)))


def difference(value: float, less: float) -> float:
    """``value`` minus ``less``.

    >>> difference(4.1, 2.1), 4.1 - 2.1
    (2.0, 1.9999999999999996)
    """
    return float(_exact(value) - _exact(less))


def mean(values: Collection[float]) -> float:
    """The mean of at least one decimal.

    >>> mean([3, 1.5, 2])
    2.1666666666666665
    """
    return float(sum((_exact(value) for value in values), Decimal(0)) / len(values))


def _exact(value: float) -> Decimal:
    """The decimal that a float was written as."""
    return Decimal(repr(float(value)))
