"""Numbers, dates and kinds of event as clinics read them.

A leading zero always, a trailing zero never, thousands separated, a space before the unit;
22 Nov 2026 and a 24-hour clock in the patient's zone. An unknown value is a dash, never a zero.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

__all__ = ["UNKNOWN", "amount", "day", "days_after", "exact", "instant", "kind_words", "share", "significant"]

UNKNOWN = "–"  # noqa: RUF001 (an en dash is what a reader expects for a value that is not known)
"""Stands where a value is not known."""

_LEAST = 0.001
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_KINDS = {
    "mri": "MRI", "program": "Programmed", "fill": "Filled", "oral": "By mouth", "topical": "On the skin",
    "implant": "Implanted", "explant": "Explanted", "assess": "Assessed", "weigh": "Measured",
    "interrogate": "Interrogated", "revise": "Revised", "correct": "Corrected", "stop": "Stopped",
    "resume": "Resumed",
}  # fmt: skip


def significant(value: float | None, digits: int = 4, least: float = _LEAST) -> str:
    """A number with at most so many significant digits, whole digits never lost.

    What is there but smaller than ``least`` is said to be there, without digits that mean nothing.

    >>> significant(1234.567), significant(0.50), significant(1e-30), significant(None)
    ('1,235', '0.5', 'under 0.001', '\u2013')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    if 0 < value < least:
        return f"under {amount(least, 12)}"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return amount(value, places)


def exact(value: float | None) -> str:
    """A number with every digit that it has.

    >>> exact(0.0018), exact(20000.5)
    ('0.0018', '20,000.5')
    """
    return UNKNOWN if value is None else amount(value, 17)


def amount(value: float | None, places: int) -> str:
    """A number rounded half to even at ``places`` decimals, without trailing zeros.

    >>> amount(20000.0, 3), amount(0.0004, 3), amount(float("nan"), 1)
    ('20,000', '0', '\u2013')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = f"{round(Decimal(repr(float(value))), places):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = "0" if text in {"-0", ""} else text
    return text.replace("-", "\N{MINUS SIGN}")


def share(part: float, whole: float) -> str:
    """A part of a whole in per cent; what is there but rounds to nothing is said to be there.

    >>> share(1, 8), share(1e-9, 1), share(0, 0)
    ('12.5 %', 'under 0.01 %', '\u2013')
    """
    if not whole:
        return UNKNOWN
    percent = 100 * part / whole
    return "under 0.01 %" if 0 < percent < 0.01 else f"{amount(percent, 2)} %"


def day(text: str | None, *, weekday: bool = True) -> str:
    """An ISO date as people write it.

    >>> day("2026-12-01"), day("2026-12-01", weekday=False), day(None)
    ('Tue 1 Dec 2026', '1 Dec 2026', '\u2013')
    """
    if text is None:
        return UNKNOWN
    on = date.fromisoformat(text)
    plain = f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
    return f"{_WEEKDAYS[on.weekday()]} {plain}" if weekday else plain


def instant(text: str | None, zone: ZoneInfo) -> str:
    """An ISO instant on the 24-hour clock of the patient's zone.

    >>> instant("2026-03-02T08:00:00+00:00", ZoneInfo("Europe/Madrid"))
    '2 Mar 2026, 09:00'
    """
    if text is None:
        return UNKNOWN
    at = datetime.fromisoformat(text).astimezone(zone)
    seconds = f":{at.second:02d}" if at.second else ""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at.hour:02d}:{at.minute:02d}{seconds}"


def days_after(text: str | None, end: date) -> str:
    """How far a day lies from the end of what was simulated, in words; years and months from two years on.

    >>> days_after("2026-12-01", date(2026, 11, 22)), days_after("2033-03-02", date(2026, 11, 22))
    ('9 days after the end', '6 y 3 mo after the end')
    """
    if text is None:
        return ""
    days = (date.fromisoformat(text) - end).days
    if days == 0:
        return "on the day of the end"
    return f"{_span(date.fromisoformat(text), end)} {'after' if days > 0 else 'before'} the end"


def _span(one: date, other: date) -> str:
    first, last = min(one, other), max(one, other)
    months = 12 * (last.year - first.year) + last.month - first.month - (last.day < first.day)
    if months >= 24:
        return f"{months // 12} y {months % 12} mo"
    days = (last - first).days
    return f"{days} day{'' if days == 1 else 's'}"


def kind_words(kind: str) -> str:
    """The kind of an event in words.

    >>> kind_words("lumbar-bolus"), kind_words("mri")
    ('Lumbar bolus', 'MRI')
    """
    return _KINDS.get(kind, kind.replace("-", " ").capitalize())
