"""The steps of a program as they are typed into a programmer: from when to when, rate and amount."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cisterna.care.in_force import DayStep, ProgramInForce

__all__ = ["OrderedStep", "ordered_steps"]

_HOURS_OF_DAY = 24.0


@dataclass(frozen=True)
class OrderedStep:
    """On ``weekdays`` (Monday is 0; empty is every day) from ``start_h`` to ``end_h`` by the pump's clock.

    ``dose_mcg`` is what the step delivers: its rate times its length.
    """

    weekdays: tuple[int, ...]
    start_h: float
    end_h: float
    dose_mcg_per_h: float

    @property
    def dose_mcg(self) -> float:
        """What is delivered in the step, in mcg.

        >>> OrderedStep((), 6.5, 9.0, 8.0).dose_mcg
        20.0
        """
        return self.dose_mcg_per_h * (self.end_h - self.start_h)


def ordered_steps(program: ProgramInForce) -> tuple[OrderedStep, ...]:
    """The steps of every day, days with the same steps told once.

    >>> program = ProgramInForce(event_id=None, since_us=0, mode="flex", daily_dose_mcg=156,
    ...                          flow_ml_per_day=0.3, repeats_daily=True,
    ...                          days=((DayStep(0.0, 6.0), DayStep(12.0, 7.0)),))
    >>> [(step.start_h, step.end_h, step.dose_mcg) for step in ordered_steps(program)]
    [(0.0, 12.0, 72.0), (12.0, 24.0, 84.0)]
    """
    if len(program.days) == 1:
        return tuple(_steps((), program.days[0]))
    by_steps: dict[tuple[DayStep, ...], list[int]] = {}
    for place, steps in enumerate(program.days):
        by_steps.setdefault(steps, []).append(place)
    return tuple(step for steps, places in by_steps.items() for step in _steps(tuple(places), steps))


def _steps(weekdays: tuple[int, ...], steps: tuple[DayStep, ...]) -> Iterator[OrderedStep]:
    ends = (*(step.start_h for step in steps[1:]), _HOURS_OF_DAY)
    for step, end_h in zip(steps, ends, strict=True):
        yield OrderedStep(weekdays, step.start_h, end_h, step.dose_mcg_per_h)
