"""The steps of a program as rows: until when each lasts, how long, and what is delivered in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from cisterna.care.ordered_steps import OrderedStep
from cisterna.clinic.editor.forms import Sheet
from cisterna.errors import InputError
from cisterna.therapy import WEEKDAYS, Program

__all__ = ["StepRow", "step_rows"]

_HOURS_OF_DAY = 24.0


@dataclass(frozen=True)
class StepRow:
    """Until when a step lasts by the pump's clock, how long, and its dose on the first day that has it."""

    to: str
    hours: float
    dose_mcg: float


def step_rows(sheet: Sheet) -> tuple[StepRow, ...]:
    """A row for each step in the order of the form; none where the steps cannot be read."""
    try:
        program = sheet.program()
    except InputError:
        return ()
    return tuple(_rows(program))


def _rows(program: Program) -> Iterator[StepRow]:
    for step in program.steps:
        day = next(day for day in WEEKDAYS if step.holds_on(day))
        later = [each for each in program.steps_on(day) if each.from_ > step.from_]
        end_h = _hours(later[0].from_) if later else _HOURS_OF_DAY
        ordered = OrderedStep((), _hours(step.from_), end_h, step.rate)
        yield StepRow(_clock(end_h), end_h - _hours(step.from_), ordered.dose_mcg)


def _hours(clock: time) -> float:
    return clock.hour + clock.minute / 60


def _clock(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
