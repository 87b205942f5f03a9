"""Doses and durations as a sentence says them."""

from __future__ import annotations

from cisterna.units import decimal_text

__all__ = ["daily_text", "duration_text"]

_DAYS_FROM_H = 72


def daily_text(dose_mcg_per_day: float) -> str:
    """A daily dose with one decimal.

    >>> daily_text(99.96)
    '100 mcg/day'
    """
    return f"{decimal_text(dose_mcg_per_day, 1)} mcg/day"


def duration_text(hours: float) -> str:
    """Hours up to three days, then days.

    >>> duration_text(51), duration_text(252)
    ('51 h', '10.5 days')
    """
    if hours < _DAYS_FROM_H:
        return f"{decimal_text(hours, 1)} h"
    return f"{decimal_text(hours / 24, 1)} days"
