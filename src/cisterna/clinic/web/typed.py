"""What people type into fields, as values, with a fault for each field that cannot be one.

Nothing is guessed: an hour that the clocks of a place skip, or show twice, is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from cisterna.errors import Fault, InputError

__all__ = [
    "Typed",
    "check_one_instant",
    "day_typed",
    "instant_typed",
    "local_parts",
    "time_typed",
    "whole_typed",
]

_DIGITS_OF_A_COUNT = 9


async def _form(request: Request) -> dict[str, str]:
    return {name: text for name, text in (await request.form()).items() if isinstance(text, str)}


Typed = Annotated[dict[str, str], Depends(_form)]
"""The text of every field of a posted form, for routes whose fields are not known beforehand."""

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def day_typed(text: str, where: str) -> date:
    """A day as a browser sends it.

    >>> day_typed("2026-12-01", "born")
    datetime.date(2026, 12, 1)
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(
            Fault(
                where=where,
                found=f"'{text}'" if text.strip() else "nothing",
                allowed="a day",
                remedy="choose it in the calendar, or write year, month and day as 2026-12-01",
            )
        ) from None


def whole_typed(text: str | None) -> int:
    """A count that the page itself put into a hidden field; -1, which fits nothing, where it is none.

    >>> whole_typed("12"), whole_typed("x"), whole_typed(None)
    (12, -1, -1)
    """
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _DIGITS_OF_A_COUNT else -1


def time_typed(text: str, where: str) -> time:
    """A time of day on the 24-hour clock.

    >>> time_typed("9:05", "at")
    datetime.time(9, 5)
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise InputError(
            Fault(
                where=where,
                found=f"'{text}'" if text.strip() else "no time of day",
                allowed="a time on the 24-hour clock",
                remedy="write for example 09:30",
            )
        )
    return time(int(match[1]), int(match[2]))


def instant_typed(values: Mapping[str, str], name: str, zone: ZoneInfo) -> datetime:
    """The instant of the two fields ``NAME_day`` and ``NAME_time`` on the clocks of ``zone``.

    >>> typed = {"at_day": "2026-12-01", "at_time": "09:30"}
    >>> instant_typed(typed, "at", ZoneInfo("Europe/Madrid")).isoformat()
    '2026-12-01T09:30:00+01:00'
    """
    day = day_typed(values.get(f"{name}_day", ""), name)
    clock = time_typed(values.get(f"{name}_time", ""), name)
    local = datetime.combine(day, clock, tzinfo=zone)
    check_one_instant(local, name)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))


def check_one_instant(local: datetime, name: str) -> None:
    """Refuse, at the field ``name``, an hour that the clocks of the place skip or show twice."""
    if len({local.replace(fold=fold).utcoffset() for fold in (0, 1)}) > 1:
        raise InputError(_unclear(local, name))


def _unclear(local: datetime, name: str) -> Fault:
    """The fault of an hour that the clocks skip or show twice."""
    before, after = (local.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    what = "skip" if after > before else "show twice"
    return Fault(
        where=name,
        found=f"{local:%H:%M}, which the clocks of the place {what} on that day",
        allowed="a time that is one instant",
        remedy="write the time before or after the change of the clocks that is nearest",
    )


def local_parts(at: datetime, zone: ZoneInfo, name: str) -> dict[str, str]:
    """An instant as the two fields show it.

    >>> local_parts(datetime.fromisoformat("2026-12-01T08:30:00+00:00"), ZoneInfo("Europe/Madrid"), "at")
    {'at_day': '2026-12-01', 'at_time': '09:30'}
    """
    local = at.astimezone(zone)
    return {f"{name}_day": local.date().isoformat(), f"{name}_time": f"{local:%H:%M}"}
