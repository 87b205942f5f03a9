"""An invented regimen: which dose from which day on, and when the reservoir is filled.

Doses rise by published steps, refills come before the refill-by date, and the last fill is placed so that
the coming refill-by date falls on the day that the story asks for. The arithmetic here only plans; what the
pump really counts is computed by the pump.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from cisterna.evidence import builtin_catalogue, number

__all__ = [
    "Filling",
    "Regimen",
    "Steps",
    "days_between",
    "invented_regimen",
    "raised",
    "usable_ml",
    "weekday_after",
    "weekday_before",
]

_STRENGTHS = (500, 1000, 2000)  # mcg/mL; the strengths on the market
_TITRATED_ON = (2, 3, 6, 9, 14, 21, 30)  # days after the implant
_CHANGES_BELOW_DAYS = 50
_AT_LEAST_DAYS = 70
_NOT_SOON_DAYS = 40
_SINCE_LAST_DAYS = 12  # at least, from the last fill to today
_FILLED_AT = 10 / 24  # of the day
_SATURDAY = 5


class Steps(NamedTuple):
    """How much a dose may rise in a step, in per cent: while titrating, and at a refill."""

    titration: tuple[float, float]
    at_refill: tuple[float, float]

    @classmethod
    def published(cls, *, spinal: bool, child: bool) -> Steps:
        """The published steps for one origin and age.

        >>> Steps.published(spinal=False, child=True)
        Steps(titration=(5.0, 15.0), at_refill=(5.0, 20.0))
        """
        titration = "child" if child else "spinal" if spinal else "cerebral"
        origin = "spinal" if spinal else "cerebral"
        return cls(_range(f"titration_step_{titration}"), _range(f"maintenance_increase_{origin}"))


def _range(name: str) -> tuple[float, float]:
    entry = number(name)
    return entry.low_in("%"), entry.high_in("%")


class Filling(NamedTuple):
    """A fill: the day, the daily dose from it on (mcg/day) and the strength (mcg/mL)."""

    day: date
    dose: int
    strength: int


@dataclass(frozen=True, kw_only=True)
class Regimen:
    """The steps of the first weeks as days after the implant with the dose, and every fill."""

    start: int
    titration: tuple[tuple[int, int], ...]
    fills: tuple[Filling, ...]


def weekday_before(day: date) -> date:
    """The day itself, or the Friday before a weekend.

    >>> weekday_before(date(2026, 11, 22)).isoformat()
    '2026-11-20'
    """
    return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))


def weekday_after(day: date) -> date:
    """The day itself, or the Monday after a weekend.

    >>> weekday_after(date(2026, 11, 22)).isoformat()
    '2026-11-23'
    """
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)


def days_between(dose: float, strength: float, usable_ml: float) -> int:
    """Days from a fill to its refill-by date: to the alarm volume or the end of stability, less the lead.

    >>> days_between(200, 1000, 18)
    83
    """
    lasts = min(usable_ml * strength / dose, number("stability_in_pump").in_unit("days"))
    return int(lasts + _FILLED_AT - number("refill_lead_short").in_unit("days"))


def usable_ml(pump: str, alarm_ml: float) -> float:
    """What a full reservoir holds above the alarm volume.

    >>> usable_ml("synchromed-ii-20", 2)
    18.0
    """
    return builtin_catalogue().pump(pump).need("reservoir_volume", "mL") - alarm_ml


def invented_regimen(
    random: Random,
    *,
    start: int,
    target: int,
    extra: float = 0.0,
    years: float,
    usable: float,
    steps: Steps,
    due_in: int | None,
    today: date,
) -> Regimen:
    """A regimen that leads from ``start`` to about ``target`` (mcg/day) over about ``years``.

    ``extra`` is what the patient may add to each dose by boluses (mcg/day); ``due_in`` are the days from
    ``today`` to the refill-by date, drawn where left out.
    """
    titration = tuple(_titration(random, start, target, usable, steps.titration))
    highest = titration[-1][1] if titration else start
    planned = list(
        _fillings(
            random, highest, target=target, extra=extra, years=years, usable=usable, limits=steps.at_refill
        )
    )
    intervals = [days_between(dose + extra, strength, usable) for dose, strength in planned]
    due = (
        due_in
        if due_in is not None
        else max(_NOT_SOON_DAYS, round(intervals[-1] * random.uniform(0.45, 0.95)))
    )
    days = [
        weekday_before(today + timedelta(days=min(due, intervals[-1] - _SINCE_LAST_DAYS) - intervals[-1]))
    ]
    for interval in reversed(intervals[:-1]):
        early = random.randint(0, min(9, interval // 5))
        days.append(weekday_after(days[-1] - timedelta(days=interval - early)))
    fills = (
        Filling(day, dose, strength) for day, (dose, strength) in zip(reversed(days), planned, strict=True)
    )
    return Regimen(start=start, titration=titration, fills=tuple(fills))


def raised(random: Random, dose: int, limits: tuple[float, float]) -> int:
    """A dose one step higher, within the published step; whole micrograms.

    >>> 107 <= raised(Random(3), 100, (5.0, 15.0)) <= 114
    True
    """
    low, high = limits
    return int(dose * (1 + random.uniform(low + 2, min(high - 1, low + 9)) / 100))


def _titration(
    random: Random, start: int, target: int, usable: float, limits: tuple[float, float]
) -> Iterator[tuple[int, int]]:
    dose = start
    for day in _TITRATED_ON:
        higher = raised(random, dose, limits)
        if higher > target or day > days_between(higher, _STRENGTHS[0], usable) - 2:
            return
        dose = higher
        yield day, dose


def _fillings(
    random: Random,
    dose: int,
    *,
    target: int,
    extra: float,
    years: float,
    usable: float,
    limits: tuple[float, float],
) -> Iterator[tuple[int, int]]:
    """Dose and strength of each fill, until the years are full."""
    strength, left = _STRENGTHS[0], 365.25 * years
    while left > 0:
        yield dose, strength
        left -= days_between(dose + extra, strength, usable)
        higher = raised(random, dose, limits)
        if higher <= target and random.random() < 0.7:
            dose = higher
        if days_between(dose + extra, strength, usable) < _CHANGES_BELOW_DAYS:
            strength = _stronger(dose + extra, strength, usable)


def _stronger(dose: float, strength: int, usable: float) -> int:
    """The weakest strength on the market that lasts long enough; the strongest where none does."""
    enough = (
        other
        for other in _STRENGTHS
        if other > strength and days_between(dose, other, usable) >= _AT_LEAST_DAYS
    )
    return next(enough, _STRENGTHS[-1])
