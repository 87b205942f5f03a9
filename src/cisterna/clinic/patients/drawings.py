"""The small drawings of a patient's page: the next dates of the pump, the day of a program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from cisterna.care.in_force import DayStep, ProgramInForce
from cisterna.care.standing import Standing
from cisterna.clinic.web.horizon import Axis
from cisterna.instants import utc

__all__ = ["DayProfile", "RefillStrip", "StripDate", "day_profile", "empty_day", "refill_strip"]

_APART = 23.0  # per cent of the width that the words of one date need
_HOURS = 24.0


@dataclass(frozen=True, kw_only=True)
class StripDate:
    """One date: ``place`` of its sign and ``words_at`` of its words in per cent; ``sign`` is its shape."""

    on: date
    name: str
    sign: str
    place: float
    words_at: float


@dataclass(frozen=True, kw_only=True)
class RefillStrip:
    """The dates of the next refill on one line, the first on the left."""

    dates: tuple[StripDate, ...]

    def place(self, name: str) -> float | None:
        """Where the date with a name stands."""
        return next((each.place for each in self.dates if each.name == name), None)


def empty_day(stands: Standing, zone: ZoneInfo) -> date | None:
    """The day on which the reservoir is empty by the count if nothing is done."""
    empty_us = stands.reservoir.course.empty_us if stands.reservoir else None
    return None if empty_us is None else utc(empty_us).astimezone(zone).date()


def refill_strip(stands: Standing, refill_by: date | None, today: date, zone: ZoneInfo) -> RefillStrip | None:
    """Today, refill by, alarm and empty on one line; ``None`` where the pump says none of them."""
    if stands.dates is None or refill_by is None:
        return None
    known = [(today, "today", "today"), (refill_by, "refill by", "disc")]
    for on, name, sign in (
        (stands.dates.low_reservoir_alarm_date.date, "alarm", "bar"),
        (empty_day(stands, zone), "empty", "cross"),
    ):
        if on is not None:
            known.append((on, name, sign))
    known.sort(key=lambda each: each[0])
    axis = Axis(start=known[0][0], end=max(known[-1][0], known[0][0] + timedelta(days=1)), today=today)
    places = [axis.place(on) for on, _, _ in known]
    words = _spread(places)
    return RefillStrip(
        dates=tuple(
            StripDate(on=on, name=name, sign=sign, place=place, words_at=words_at)
            for (on, name, sign), place, words_at in zip(known, places, words, strict=True)
        )
    )


def _spread(places: Sequence[float]) -> list[float]:
    """Ascending places moved apart so that no two words cover each other, within 0 to 100.

    >>> _spread([1.0, 95.0, 99.0])
    [1.0, 77.0, 100.0]
    """
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + _APART) if moved else place)
    limit = 100.0
    for index in range(len(moved) - 1, -1, -1):
        moved[index] = min(moved[index], limit)
        limit = moved[index] - _APART
    return [round(max(place, 0.0), 2) for place in moved]


@dataclass(frozen=True, kw_only=True)
class DayProfile:
    """The rate over a day of the pump's clock; ``bars`` are (left, width, height) in per cent."""

    steps: tuple[DayStep, ...]
    bars: tuple[tuple[float, float, float], ...]
    top_mcg_per_h: float


def day_profile(program: ProgramInForce, weekday: int) -> DayProfile:
    """The steps of a day of the week as bars."""
    steps = program.day(weekday)
    top = max((step.dose_mcg_per_h for step in steps), default=0.0)
    return DayProfile(steps=steps, bars=tuple(_bars(steps, top)), top_mcg_per_h=top)


def _bars(steps: Sequence[DayStep], top: float) -> Iterator[tuple[float, float, float]]:
    ends = [*(step.start_h for step in steps[1:]), _HOURS]
    for step, end_h in zip(steps, ends, strict=True):
        height = 100 * step.dose_mcg_per_h / top if top else 0.0
        yield (
            round(100 * step.start_h / _HOURS, 3),
            round(100 * (end_h - step.start_h) / _HOURS, 3),
            round(height, 2),
        )
