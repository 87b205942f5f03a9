"""Current and new program side by side, as names and texts that a page prints."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from cisterna.care.in_force import ProgramInForce
from cisterna.care.standing import Standing
from cisterna.care.visit_outcome import Outcome
from cisterna.clinic.web.wording import day_of, signed
from cisterna.course.describe import days_told
from cisterna.report.wording import UNKNOWN, significant
from cisterna.therapy import WEEKDAYS

__all__ = ["Row", "changed_by", "day_lines", "rows_of"]

_DATES = (
    ("low_reservoir_alarm_date", "Low-reservoir alarm"),
    ("refill_by_date", "Refill by"),
    ("book_from", "Book from"),
    ("earliest_empty_date", "Empty at the earliest"),
)


class Row(NamedTuple):
    """One row: the name, what is now, what will be."""

    name: str
    current: str
    new: str


def changed_by(outcome: Outcome) -> str:
    """The change of the daily dose in per cent and in mcg/day; empty where nothing was before."""
    change, percent = outcome.change_mcg_per_day, outcome.change_percent
    if change is None:
        return ""
    part = "" if percent is None else f"{signed(percent, 1)} %, "
    return f"{part}{signed(change, 1)} mcg/day"


def rows_of(outcome: Outcome) -> tuple[Row, ...]:
    """Everything that differs or may differ, most important first."""
    before, after = outcome.before, outcome.after
    return (
        Row("Daily dose", _dose(before), _dose(after)),
        Row("Change", "", changed_by(outcome) or UNKNOWN),
        Row("Mode", _mode(before), _mode(after)),
        Row("Concentration", _concentration(before), _concentration(after)),
        Row("Flow", _flow(before), _flow(after)),
        Row("Patient bolus", _bolus(before.program), _bolus(after.program)),
        *(Row(words, _on(before, name), _on(after, name)) for name, words in _DATES),
    )


def day_lines(program: ProgramInForce | None) -> tuple[tuple[str, str], ...]:
    """The rate over the day as (names of the days, steps in words); days that are alike share a line.

    A program with one rate has none: its daily dose says everything.
    """
    if program is None or all(len(day) == 1 for day in program.days):
        return ()
    told = ["; ".join(f"{_clock(at.start_h)} {significant(at.dose_mcg_per_h)} mcg/h" for at in day)
            for day in program.days]  # fmt: skip
    if len(told) != len(WEEKDAYS):
        return (("Every day", told[0]),)
    alike = {steps: [day for day, own in zip(WEEKDAYS, told, strict=True) if own == steps] for steps in told}
    return tuple((days_told(days), steps) for steps, days in alike.items())


def _clock(hour: float) -> str:
    minutes = round(hour * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _dose(stands: Standing) -> str:
    return UNKNOWN if stands.program is None else f"{significant(stands.program.daily_dose_mcg)} mcg/day"


def _mode(stands: Standing) -> str:
    if stands.program is None:
        return "not programmed"
    mode = stands.program.mode.replace("-", " ")
    return mode if stands.status.value == "running" else f"{stands.status.value.replace('-', ' ')} ({mode})"


def _concentration(stands: Standing) -> str:
    if stands.reservoir is None:
        return UNKNOWN
    return f"{significant(stands.reservoir.concentration_mcg_per_ml)} mcg/mL"


def _flow(stands: Standing) -> str:
    return UNKNOWN if stands.program is None else f"{significant(stands.program.flow_ml_per_day, 3)} mL/day"


def _bolus(program: ProgramInForce | None) -> str:
    if program is None or program.patient_bolus is None:
        return "none"
    allowed = program.patient_bolus
    return (
        f"{significant(allowed.dose_mcg)} mcg, {allowed.per_day} a day, "
        f"{significant(allowed.lockout_h)} h apart"
    )


def _on(stands: Standing, name: str) -> str:
    if stands.dates is None:
        return UNKNOWN
    day: date | None = getattr(stands.dates, name).date
    return day_of(day)
