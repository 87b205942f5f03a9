"""Instants inside Cisterna: whole microseconds of UTC since 1970, so that equal times are equal.

Files and people use dates with an offset; durations are elapsed time. Whole microseconds make the
length of a step the same number wherever the step lies, which sums of floating hours do not.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

__all__ = [
    "HOURS_PER_DAY",
    "MINUTES_PER_DAY",
    "MINUTES_PER_HOUR",
    "US_PER_DAY",
    "US_PER_HOUR",
    "US_PER_MINUTE",
    "day_text",
    "elapsed_h",
    "instant_us",
    "us_of_hours",
    "utc",
]

HOURS_PER_DAY = 24
MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR
US_PER_MINUTE = 60_000_000
US_PER_HOUR = 60 * US_PER_MINUTE
US_PER_DAY = 24 * US_PER_HOUR
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant_us(at: datetime) -> int:
    """Microseconds of UTC since 1970 of an aware date and time.

    >>> instant_us(datetime.fromisoformat("1970-01-01T01:00:00+01:00"))
    0
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return (at - _EPOCH) // timedelta(microseconds=1)


def utc(at_us: int) -> datetime:
    """The aware date and time in UTC of an instant.

    >>> utc(0).isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    return _EPOCH + timedelta(microseconds=at_us)


def day_text(day: date) -> str:
    """A day with its weekday, as people plan by it.

    >>> day_text(date(2026, 12, 1))
    'Tue 1 Dec 2026'
    """
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def elapsed_h(start_us: int, end_us: int) -> float:
    """Hours from one instant to another.

    >>> elapsed_h(0, 5_400_000_000)
    1.5
    """
    return (end_us - start_us) / US_PER_HOUR


def us_of_hours(hours: float) -> int:
    """A duration in hours as whole microseconds, rounded to the nearest.

    >>> us_of_hours(0.25)
    900000000
    """
    return round(hours * US_PER_HOUR)
