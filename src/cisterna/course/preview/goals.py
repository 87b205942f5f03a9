"""What a day is to do, as windows on its clock, and how well a course meets them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from cisterna.errors import Fault, InputError
from cisterna.instants import MINUTES_PER_DAY
from cisterna.therapy import WEEKDAYS
from cisterna.therapy.programs import Weekday
from cisterna.units import decimal_text

__all__ = ["Goal", "Limb", "Met"]

Floats = NDArray[np.float64]
Limb = Literal["legs", "arms"]


@dataclass(frozen=True, kw_only=True)
class Met:
    """How well a goal is met.

    ``share`` is the share of its minutes (0 to 1) at which tone is where it should be, ``mean_tone`` the mean
    tone of the window and ``missed_by`` by how much tone is off where it is off most (Ashworth score, 0 where
    the goal is met all along).
    """

    share: float
    mean_tone: float
    missed_by: float


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Tone of ``where`` is to be ``at`` ``most`` or ``least`` ``tone`` from one minute of the day to another.

    Minutes count from 00:00 of the pump's clock; a window that ends before it begins goes on over midnight.
    ``days`` are the days of the week on which it begins; every day where none is named. ``tone`` is an
    Ashworth score of 1 to 5. Raises :class:`~cisterna.errors.InputError` for what cannot be.

    >>> dressing = Goal(name="dressing", from_minute=420, to_minute=510, where="legs", at="most", tone=2.0)
    >>> falling = np.linspace(3.0, 1.0, 97)  # over a day, every 15 minutes
    >>> dressing.met(falling, step_minutes=15).share
    0.0
    """

    name: str
    from_minute: int
    to_minute: int
    where: Limb
    at: Literal["most", "least"]
    tone: float
    days: tuple[Weekday, ...] = ()

    def __post_init__(self) -> None:
        faults = [
            *_minute_faults("from_minute", self.from_minute, MINUTES_PER_DAY - 1),
            *_minute_faults("to_minute", self.to_minute, MINUTES_PER_DAY),
        ]
        if not faults and self.from_minute == self.to_minute:
            faults.append(
                Fault(where="to_minute", found=_clock(self.to_minute), allowed="another time than the begin",
                      remedy="write when it ends")
            )  # fmt: skip
        for key, value, words in (("where", self.where, get_args(Limb)), ("at", self.at, ("most", "least"))):
            if value not in words:
                faults.append(
                    Fault(where=key, found=str(value), allowed=" or ".join(words), remedy="choose one")
                )
        if not 1 <= self.tone <= 5:
            faults.append(
                Fault(where="tone", found=decimal_text(self.tone), allowed="an Ashworth score from 1 to 5",
                      remedy="choose a score of the scale")
            )  # fmt: skip
        wrong = [day for day in self.days if day not in WEEKDAYS]
        if wrong:
            faults.append(
                Fault(where="days", found=", ".join(wrong), allowed=", ".join(WEEKDAYS),
                      remedy="name days of the week")
            )  # fmt: skip
        if faults:
            raise InputError(*faults)

    def met(self, tone: Floats, step_minutes: int) -> Met:
        """How well ``tone`` (k) meets it: one day, or a week from Monday on, each ``step_minutes``.

        Between two values tone is a straight line, which is read in the middle of each minute.
        """
        minutes = self._minutes(is_week=len(tone) > MINUTES_PER_DAY // step_minutes + 1)
        period = (len(tone) - 1) * step_minutes
        values = np.interp((minutes % period) + 0.5, np.arange(len(tone)) * step_minutes, tone)
        off = values - self.tone if self.at == "most" else self.tone - values
        return Met(
            share=float(np.mean(off <= 0)), mean_tone=float(np.mean(values)),
            missed_by=max(0.0, float(np.max(off))),
        )  # fmt: skip

    def _minutes(self, *, is_week: bool) -> NDArray[np.int64]:
        """The minutes of its windows, from the begin of the day or of the week."""
        length = (self.to_minute - self.from_minute) % MINUTES_PER_DAY or MINUTES_PER_DAY
        window = self.from_minute + np.arange(length)
        if not is_week:
            return window
        days = [WEEKDAYS.index(day) for day in self.days or WEEKDAYS]
        return np.concatenate([day * MINUTES_PER_DAY + window for day in days])


def _minute_faults(key: str, minute: int, most: int) -> list[Fault]:
    if 0 <= minute <= most:
        return []
    return [
        Fault(where=key, found=f"{minute} min", allowed=f"0 to {most} minutes after 00:00",
              remedy="write a time of the day")
    ]  # fmt: skip


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
