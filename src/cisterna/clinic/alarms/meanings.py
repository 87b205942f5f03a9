"""What an alarm may mean: each condition of its priority, beside what the record computes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cisterna.care.scans import mri_episodes
from cisterna.care.standing import Standing, StandingStatus
from cisterna.instants import day_text, utc
from cisterna.pump import Condition, Priority
from cisterna.therapy import Alarm, Therapy

__all__ = ["Meaning", "is_critical", "meanings", "tells_signs"]

_BY_PUMP = "only the pump can tell: read it"
_SIGNS = ("Signs of too little drug: yes", "Signs of too much drug: yes")


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """One thing that it may mean, and what the record says of it; ``is_likely`` where its day has come."""

    words: str
    record: str
    is_likely: bool = False


def is_critical(alarm: Alarm) -> bool:
    """Whether the alarm is one that must be answered at once, by its sound or by what it told."""
    if alarm.condition == "two-tone":
        return True
    known = next((one for one in Condition if one.value == alarm.condition), None)
    return known is not None and known.priority is Priority.CRITICAL


def tells_signs(alarm: Alarm) -> bool:
    """Whether signs of too little or too much drug were told with it."""
    return any(words in (alarm.note or "") for words in _SIGNS)


def meanings(alarm: Alarm, stands: Standing | None, therapy: Therapy, today: date) -> tuple[Meaning, ...]:
    """Every condition of its priority, or the one that was read; a scan without a reading comes first."""
    known = next((one for one in Condition if one.value == alarm.condition), None)
    priority = Priority.CRITICAL if is_critical(alarm) else Priority.NON_CRITICAL
    asked = (known,) if known else tuple(one for one in Condition if one.priority is priority)
    found = (_meaning(one, stands, therapy, today) for one in asked)
    return (*_after_scan(therapy), *found)


def _after_scan(therapy: Therapy) -> Iterator[Meaning]:
    if any(one.is_open for one in mri_episodes(therapy)):
        yield Meaning(
            words="the pump did not go on after the scan",
            record="a scan is recorded, and no reading after it",
            is_likely=True,
        )


def _meaning(condition: Condition, stands: Standing | None, therapy: Therapy, today: date) -> Meaning:
    words = condition.value.replace("-", " ")
    if stands is None or stands.dates is None:
        return Meaning(words=words, record="no date can be computed from the record")
    reservoir, dates = stands.reservoir, stands.dates
    empty_us = reservoir.course.empty_us if reservoir else None
    days = {
        Condition.LOW_RESERVOIR: dates.low_reservoir_alarm_date.date,
        Condition.EMPTY_RESERVOIR: None
        if empty_us is None
        else utc(empty_us).astimezone(therapy.zone).date(),
        Condition.ELECTIVE_REPLACEMENT_INDICATOR: dates.eri_date.date,
        Condition.END_OF_SERVICE: dates.replace_by_date.date,
    }
    if condition is Condition.STOPPED:
        is_stopped = stands.status is StandingStatus.STOPPED
        return Meaning(
            words=words,
            record="it is stopped, by the record" if is_stopped else _BY_PUMP,
            is_likely=is_stopped,
        )
    if condition not in days:
        return Meaning(words=words, record=_BY_PUMP)
    day = days[condition]
    if day is None:
        return Meaning(words=words, record="no date can be computed from the record")
    return Meaning(words=words, record=f"computed for {day_text(day)}, not measured", is_likely=day <= today)
