"""What a scenario does beside the same therapy without it: curves, and values at some hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cisterna.clinic.web.curves import Frame, ticks
from cisterna.clinic.web.messages import marked
from cisterna.course.what_if import WhatIf
from cisterna.report.wording import amount

__all__ = ["HOURS", "Drawing", "Row", "drawings_of", "rows_of"]

HOURS = (0, 6, 12, 24, 48, 72, 168, 336)
"""The hours after which the values are told, as far as the look ahead goes, and its end."""

_QUANTITIES = (
    ("tone_legs", marked("Tone of the legs"), marked("Ashworth 1 to 5"), 1.0),
    ("tip_mcg_per_h", marked("Drug at the tip"), "mcg/h", 0.0),
    ("reservoir_ml", marked("Reservoir, as the pump counts"), "mL", 0.0),
)
_DAY_STEPS = (1, 2, 7, 14, 28)
_MOST_DAYS = 8


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One quantity: its curves, (up, words) of its axis, (across, day) of the axis of time."""

    id: str
    title: str
    unit: str
    changed: str
    without: str
    levels: tuple[tuple[float, str], ...]
    days: tuple[tuple[float, int], ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """Values some hours after: tone of legs and arms, drug at the tip in mcg/h, reservoir in mL."""

    hours: float
    legs: float
    arms: float
    tip: float
    reservoir: float


def drawings_of(found: WhatIf) -> tuple[Drawing, ...]:
    """Tone, drug at the tip and reservoir over the days that were looked at."""
    hours = _hours(found)
    return tuple(_drawing(found, hours, each) for each in _QUANTITIES)


def rows_of(found: WhatIf) -> tuple[Row, ...]:
    """The values at :data:`HOURS` and at the end."""
    hours, columns = _hours(found), found.course.columns()
    wanted = [hour for hour in HOURS if hour < hours[-1]] + [float(hours[-1])]
    return tuple(
        Row(
            hours=hour,
            legs=float(columns["tone_legs"][place]),
            arms=float(columns["tone_arms"][place]),
            tip=float(columns["tip_mcg_per_h"][place]),
            reservoir=float(columns["reservoir_ml"][place]),
        )
        for hour in wanted
        for place in [int(np.searchsorted(hours, hour))]
    )


def _hours(found: WhatIf) -> NDArray[np.float64]:
    return np.asarray((found.course.times_us - found.at_us) / 3.6e9, dtype=np.float64)


def _drawing(found: WhatIf, hours: NDArray[np.float64], quantity: tuple[str, str, str, float]) -> Drawing:
    name, title, unit, least = quantity
    changed, without = found.course.columns()[name], found.without.columns()[name]
    levels = ticks(least, float(np.nanmax([np.nanmax(changed), np.nanmax(without)])))
    frame = Frame(levels[0], levels[-1], float(hours[-1]))
    return Drawing(
        id=name.replace("_", "-"),
        title=title,
        unit=unit,
        changed=frame.points(hours, changed),
        without=frame.points(hours, without),
        levels=tuple((frame.up(tick), amount(tick, 2)) for tick in levels),
        days=tuple((frame.across(24 * day), day) for day in _days(float(hours[-1]) / 24)),
    )


def _days(last: float) -> Sequence[int]:
    """The days that are named on the axis of time.

    >>> list(_days(14.0))
    [0, 2, 4, 6, 8, 10, 12, 14]
    """
    step = next((step for step in _DAY_STEPS if last / step <= _MOST_DAYS), _DAY_STEPS[-1])
    return range(0, int(last) + 1, step)
