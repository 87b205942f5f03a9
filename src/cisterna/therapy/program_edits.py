"""Edits of a program's day as a whole: shift it, scale it to a total, copy one weekday to others.

Each takes a program and gives another; nothing is rounded, clamped or dropped. What a pump makes of it is
for the pump to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import time
from typing import NamedTuple

from cisterna.errors import Fault, InputError
from cisterna.instants import HOURS_PER_DAY
from cisterna.therapy.programs import WEEKDAYS, FlexStep, Program, Weekday, flex_dose_mcg
from cisterna.therapy.wording import quoted
from cisterna.units import DailyDose, HourlyRate, Mass

__all__ = ["as_flex", "copied_day", "scaled", "shifted"]

_SECONDS_PER_DAY = 86_400
_SECONDS_PER_WEEK = 7 * _SECONDS_PER_DAY


class _Step(NamedTuple):
    """From a second of the day on, a rate in mcg/h."""

    second: int
    rate: float


_Day = tuple[_Step, ...]


def as_flex(program: Program) -> Program:
    """A constant day as a flex day of one step, so that steps can be added; a flex day as it is.

    Raises :class:`~cisterna.errors.InputError` for a mode that has neither.

    >>> from datetime import datetime
    >>> at = datetime.fromisoformat("2026-04-14T09:30:00+02:00")
    >>> program = Program(at=at, mode="simple-continuous", daily_dose=DailyDose(120))
    >>> as_flex(program).steps
    (FlexStep(from_=datetime.time(0, 0), rate=5.0, days=()),)
    """
    if program.mode == "flex":
        return program
    if program.mode != "simple-continuous" or program.daily_dose is None:
        raise _not_of("simple-continuous or flex", program)
    step = FlexStep(from_=time(0), rate=HourlyRate(program.daily_dose / HOURS_PER_DAY))
    return replace(program, mode="flex", daily_dose=None, steps=(step,))


def shifted(program: Program, minutes: int) -> Program:
    """Every step ``minutes`` later, earlier where negative; what passes midnight goes on in the next day.

    Raises :class:`~cisterna.errors.InputError` for a program without steps.

    >>> from datetime import datetime
    >>> at = datetime.fromisoformat("2026-04-14T09:30:00+02:00")
    >>> day = Program(at=at, mode="flex", steps=(FlexStep(from_=time(0), rate=HourlyRate(4)),
    ...                                          FlexStep(from_=time(7), rate=HourlyRate(8))))
    >>> [(f"{step.from_:%H:%M}", float(step.rate)) for step in shifted(day, 30).steps]
    [('00:00', 8.0), ('00:30', 4.0), ('07:30', 8.0)]
    """
    week = [
        ((place * _SECONDS_PER_DAY + step.second + 60 * minutes) % _SECONDS_PER_WEEK, step.rate)
        for place, day in enumerate(_days_of(program))
        for step in day
    ]
    week.sort()
    before = week[-1][1]
    days: list[_Day] = []
    for place in range(len(WEEKDAYS)):
        begin = place * _SECONDS_PER_DAY
        own = [_Step(at - begin, rate) for at, rate in week if begin <= at < begin + _SECONDS_PER_DAY]
        days.append(_joined([_Step(0, before), *own]))
        before = days[-1][-1].rate
    return _with_days(program, days)


def scaled(program: Program, total: DailyDose) -> Program:
    """Every rate and bolus by one factor, so that the mean day gives ``total``; times stay.

    Raises :class:`~cisterna.errors.InputError` for a total that is not above 0, and for a program that states
    no dose.

    >>> from datetime import datetime
    >>> at = datetime.fromisoformat("2026-04-14T09:30:00+02:00")
    >>> day = Program(at=at, mode="flex", steps=(FlexStep(from_=time(0), rate=HourlyRate(4)),
    ...                                          FlexStep(from_=time(12), rate=HourlyRate(6))))
    >>> [float(step.rate) for step in scaled(day, DailyDose(240)).steps]
    [8.0, 12.0]
    """
    if not total > 0:
        raise InputError(
            Fault(where="daily_dose", found=quoted(total), allowed="a total above 0",
                  remedy="use stop to stop the pump")
        )  # fmt: skip
    now = _stated_mcg_per_day(program)
    if now is None or not now > 0:
        raise _not_of("simple-continuous, flex or periodic-bolus, with a dose", program)
    factor = total / now
    return replace(
        program,
        daily_dose=total if program.mode == "simple-continuous" else None,
        steps=tuple(replace(step, rate=HourlyRate(step.rate * factor)) for step in program.steps),
        bolus=None if program.bolus is None else Mass(program.bolus * factor),
        background=None if program.background is None else HourlyRate(program.background * factor),
    )


def copied_day(program: Program, source: Weekday, to: Iterable[Weekday]) -> Program:
    """The steps of one weekday on others too; the other days stay.

    Raises :class:`~cisterna.errors.InputError` for a program without steps and for what is no weekday.

    >>> from datetime import datetime
    >>> at = datetime.fromisoformat("2026-04-14T09:30:00+02:00")
    >>> week = Program(at=at, mode="flex", steps=(
    ...     FlexStep(from_=time(0), rate=HourlyRate(4)),
    ...     FlexStep(from_=time(7), rate=HourlyRate(8), days=("mon",))))
    >>> [len(copied_day(week, "mon", ["sun"]).steps_on(day)) for day in ("mon", "tue", "sun")]
    [2, 1, 2]
    """
    targets = tuple(to)
    wrong = [day for day in (source, *targets) if day not in WEEKDAYS]
    if wrong:
        raise InputError(
            Fault(where="days", found=", ".join(wrong), allowed=", ".join(WEEKDAYS),
                  remedy="name days of the week")
        )  # fmt: skip
    days = _days_of(program)
    copied = days[WEEKDAYS.index(source)]
    return _with_days(
        program, [copied if WEEKDAYS[place] in targets else day for place, day in enumerate(days)]
    )


def _days_of(program: Program) -> list[_Day]:
    if program.mode != "flex":
        raise _not_of("flex", program)
    return [
        tuple(_Step(_second(step.from_), float(step.rate)) for step in program.steps_on(day))
        for day in WEEKDAYS
    ]


def _with_days(program: Program, days: Sequence[_Day]) -> Program:
    """The program with these days, Monday first; days that are alike are written once."""
    return replace(program, daily_dose=None, steps=tuple(_steps(days)))


def _steps(days: Sequence[_Day]) -> Iterator[FlexStep]:
    alike: dict[_Day, list[Weekday]] = {}
    for name, day in zip(WEEKDAYS, days, strict=True):
        alike.setdefault(day, []).append(name)
    for day, names in alike.items():
        every = () if len(names) == len(WEEKDAYS) else tuple(names)
        for step in day:
            yield FlexStep(from_=_clock(step.second), rate=HourlyRate(step.rate), days=every)


def _joined(day: Sequence[_Step]) -> _Day:
    """The steps without those that change nothing; of two at one time the later holds."""
    kept: list[_Step] = []
    for step in day:
        if kept and kept[-1].second == step.second:
            kept.pop()
        if not kept or kept[-1].rate != step.rate:
            kept.append(step)
    return tuple(kept)


def _stated_mcg_per_day(program: Program) -> float | None:
    if program.mode == "simple-continuous":
        return program.daily_dose
    if program.mode == "flex":
        return sum(flex_dose_mcg(program.steps_on(day)) for day in WEEKDAYS) / len(WEEKDAYS)
    if program.bolus is not None and program.every:
        boluses = program.bolus * HOURS_PER_DAY / program.every
        return boluses + HOURS_PER_DAY * (program.background or 0.0)
    return None


def _not_of(allowed: str, program: Program) -> InputError:
    return InputError(
        Fault(where="mode", found=f"'{program.mode}'", allowed=allowed, remedy="choose a mode of this kind")
    )


def _second(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _clock(second: int) -> time:
    return time(second // 3600, second // 60 % 60, second % 60)
