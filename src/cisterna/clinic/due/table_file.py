"""The list as a file for a spreadsheet: CSV whose cells no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from cisterna.clinic.due.rows import Row
from cisterna.clinic.web.tables_out import harmless
from cisterna.instants import utc
from cisterna.report.wording import amount

__all__ = ["COLUMNS", "as_csv"]

COLUMNS = (
    "urgency", "days_overdue", "family_name", "given_name", "number", "born", "kind", "what", "detail",
    "due_on", "without_a_day_since", "escalated_to", "reservoir_estimated_ml", "reservoir_capacity_ml",
    "alarm_volume_ml", "low_reservoir_alarm_on", "alarm_volume_at_over_delivery_on", "visit", "visit_kind",
    "visit_with", "owner", "source", "source_status",
)  # fmt: skip
"""The heads of the columns; volumes carry their unit."""

_BYTE_ORDER_MARK = "\ufeff"  # so that a spreadsheet reads the file as UTF-8


def as_csv(rows: Iterable[Row], zone: ZoneInfo, told: Callable[[str], str] = str) -> str:
    """The rows as CSV; days as ``YYYY-MM-DD``, visits on the clocks of ``zone`` with their offset.

    ``told`` says sentences in a language; the heads and the words that a program reads stay.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(harmless(cell) for cell in _cells(row, zone, told))
    return _BYTE_ORDER_MARK + text.getvalue()


def _cells(row: Row, zone: ZoneInfo, told: Callable[[str], str]) -> Iterator[str]:
    need, visit = row.need, row.visit
    yield row.urgency.value
    yield str((row.today - need.due_on).days) if row.is_overdue else ""
    yield from (row.family, row.given, row.number, row.born.isoformat())
    on = need.due_on.isoformat()
    yield from (need.kind.value, told(need.title), told(need.detail))
    yield from ((on, "") if need.is_dated else ("", on))
    yield told(row.raised_to)
    yield from (_volume(each) for each in (row.volume_ml, row.full_ml, row.alarm_ml))
    yield from (_day(each) for each in (row.alarm_on, row.fast_on))
    yield utc(visit.at_us).astimezone(zone).isoformat(timespec="minutes") if visit else ""
    yield from (told(visit.kind), visit.with_whom) if visit else ("", "")
    yield from (row.owner.name, need.source, need.status.value)


def _volume(value_ml: float | None) -> str:
    return "" if value_ml is None else amount(value_ml, 2).replace(",", "")


def _day(on: date | None) -> str:
    return "" if on is None else on.isoformat()
