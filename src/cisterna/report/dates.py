"""Coming dates on a common horizon, each with what decides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cisterna.report.source import Reading
from cisterna.report.wording import day, days_after

__all__ = ["DateGroup", "DateRow", "date_groups"]

_GROUPS = (
    (
        "Refill",
        "droplet",
        (
            ("book_from", "Book the refill from", "open"),
            ("refill_by_date", "Refill by", "disc"),
            ("stability_date", "Drug is stable until", "bar"),
            ("low_reservoir_alarm_date", "Low-reservoir alarm", "bar"),
            ("worst_case_date", "Alarm volume, if the pump runs fast", "cross"),
            ("earliest_empty_date", "Empty at the earliest", "cross"),
            ("latest_empty_date", "Empty at the latest", "cross"),
        ),
    ),
    (
        "Replacement",
        "battery",
        (
            ("schedule_by_date", "Schedule the replacement by", "open"),
            ("eri_date", "Elective replacement indicator", "bar"),
            ("replace_by_date", "Replace by", "disc"),
            ("end_of_service_date", "End of service", "cross"),
        ),
    ),
)


_WHY = {
    "alarm-volume": "the volume left reaches the alarm volume",
    "accuracy": "the pump at the end of its labelled accuracy",
    "stability": "the drug in the pump is stable until then",
    "cap": "the longest interval that was set",
    "life": "the labelled life of the pump",
    "eri": "the elective replacement indicator",
    "recorded": "the indicator as it was recorded",
}
_LEADS = {"refill_by_date": "; less the shorter lead", "book_from": "; less the longer lead"}


@dataclass(frozen=True, kw_only=True)
class DateRow:
    """One date: ``place`` is its distance along the horizon in per cent, ``None`` without a date.

    ``mark`` is its sign: ``disc`` what the team must do by, ``open`` when to begin, ``bar`` what the
    pump or the label does, ``cross`` when it is too late.
    """

    name: str
    key: str
    when: str
    distance: str
    decided_by: str
    place: float | None
    mark: str


@dataclass(frozen=True, kw_only=True)
class DateGroup:
    """Dates that share a horizon from the end of what was simulated to the last of them."""

    name: str
    icon: str
    rows: tuple[DateRow, ...]
    first: str
    last: str
    end_place: float


def date_groups(reading: Reading) -> tuple[DateGroup, ...]:
    """Refill and replacement dates, each group in the order of time; none without a pump."""
    dates = reading.facts.get("dates")
    if not dates:
        return ()
    until = datetime.fromisoformat(reading.facts["simulated"]["until"]).astimezone(reading.zone).date()
    return tuple(_group(name, icon, keys, dates, until) for name, icon, keys in _GROUPS)


def _why(key: str, dated: Mapping[str, Any]) -> str:
    reason = dated["decided_by"] or ""
    return _WHY.get(reason, reason) + (_LEADS.get(key, "") if dated["date"] else "")


def _group(
    name: str,
    icon: str,
    keys: tuple[tuple[str, str, str], ...],
    dates: Mapping[str, Mapping[str, Any]],
    until: date,
) -> DateGroup:
    known = [date.fromisoformat(dates[key]["date"]) for key, _, _ in keys if dates[key]["date"]]
    first, last = min([until, *known]), max([until, *known])
    span = max((last - first).days, 1)

    def place(on: date) -> float:
        return round(100 * (on - first).days / span, 2)

    rows = [
        DateRow(
            name=words,
            key=key,
            when=day(dates[key]["date"]),
            distance=days_after(dates[key]["date"], until),
            decided_by=_why(key, dates[key]),
            place=place(date.fromisoformat(dates[key]["date"])) if dates[key]["date"] else None,
            mark=mark,
        )
        for key, words, mark in keys
    ]
    rows.sort(key=lambda row: (row.place is None, row.place or 0.0))
    return DateGroup(
        name=name,
        icon=icon,
        rows=tuple(rows),
        first=day(first.isoformat(), weekday=False),
        last=day(last.isoformat(), weekday=False),
        end_place=place(until),
    )
