"""Words that pages need beside the numbers and dates of the report: distances in time, ages, names.

The relative time stands beside a date and never instead of it. Numbers and dates are printed by
:mod:`cisterna.report.wording`, so that page and paper cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from cisterna.instants import utc
from cisterna.report import wording

__all__ = [
    "Words",
    "clock_of",
    "day_of",
    "day_short",
    "grade_words",
    "instant_of",
    "local_instant_of",
    "name_of",
    "options_of",
    "signed",
    "thousands_told",
    "weekday_short",
]

_LARGE = re.compile(r"(?<![\w.,'-])[1-9][0-9]{3,}(?=(?:\.[0-9]+)? (?:mcg|mL|mg|ng|%|to [0-9]+ mcg))")
"""The whole part of a number of four digits or more before a unit."""

_YEARS_TOLD_ALONE = 18
"""From this age on months say nothing that a clinic uses."""


def day_of(on: date | str | None, *, weekday: bool = True) -> str:
    """A date as people write it.

    >>> day_of(date(2026, 12, 1)), day_of(None)
    ('Tue 1 Dec 2026', '\u2013')
    """
    return wording.day(on.isoformat() if isinstance(on, date) else on, weekday=weekday)


def day_short(on: date) -> str:
    """A date on an axis, where the year is told elsewhere.

    >>> day_short(date(2026, 12, 1))
    '1 Dec'
    """
    return wording.day(on.isoformat(), weekday=False).rpartition(" ")[0]


def weekday_short(on: date) -> str:
    """A near date where people plan by the weekday.

    >>> weekday_short(date(2026, 12, 1))
    'Tue 1 Dec'
    """
    return wording.day(on.isoformat()).rpartition(" ")[0]


def instant_of(at_us: int | None, zone: ZoneInfo) -> str:
    """An instant on the 24-hour clock of a zone.

    >>> instant_of(0, ZoneInfo("Europe/Madrid"))
    '1 Jan 1970, 01:00'
    """
    return wording.instant(None if at_us is None else utc(at_us).isoformat(), zone)


def local_instant_of(at: datetime) -> str:
    """An instant on the 24-hour clock of the zone that it carries.

    >>> local_instant_of(datetime.fromisoformat("2026-03-02T09:00:00+01:00"))
    '2 Mar 2026, 09:00'
    """
    return f"{wording.day(at.date().isoformat(), weekday=False)}, {at:%H:%M}"


def grade_words(grade: str) -> str:
    """Scale and grade of an adverse event as people write it.

    >>> grade_words("ctcae-3"), grade_words("clavien-dindo-4")
    ('CTCAE 3', 'Clavien-Dindo IV')
    """
    scale, _, number = grade.rpartition("-")
    roman = ("I", "II", "III", "IV", "V")[int(number) - 1]
    return f"CTCAE {number}" if scale == "ctcae" else f"Clavien-Dindo {roman}"


def options_of(choices: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Words of a file as the options of a field.

    >>> options_of(("safe-state",))
    (('safe-state', 'safe state'),)
    """
    return tuple((choice, choice.replace("-", " ")) for choice in choices)


def thousands_told(text: str) -> str:
    """A sentence as people read it: the thousands of each number that has a unit are separated.

    Years, hospital numbers and what stands in quotation marks stay as they are.

    >>> thousands_told("20 mL of 1000 mcg/mL"), thousands_told("12000.5 mcg/day is above 1000 mcg/day")
    ('20 mL of 1,000 mcg/mL', '12,000.5 mcg/day is above 1,000 mcg/day')
    >>> thousands_told("+6917.5 %")
    '+6,917.5 %'
    >>> thousands_told("found '12000 mcg', in 2026")
    "found '12000 mcg', in 2026"
    """
    return _LARGE.sub(lambda found: f"{int(found[0]):,}", text)


def clock_of(at_us: int, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """The time of day of an instant in a zone.

    >>> clock_of(0, ZoneInfo("Europe/Madrid")), clock_of(7_000_000, ZoneInfo("UTC"), seconds=True)
    ('01:00', '00:00:07')
    """
    return f"{utc(at_us).astimezone(zone):{'%H:%M:%S' if seconds else '%H:%M'}}"


def name_of(family: str, given: str) -> str:
    """A patient's name: the family name in capitals, then the given name.

    >>> name_of("Vidal Romero", "Marta")
    'VIDAL ROMERO, Marta'
    """
    return f"{family.upper()}, {given}"


def signed(value: float | None, places: int = 2) -> str:
    """A change, its sign always written.

    >>> signed(0.5), signed(-30.0), signed(0.0)
    ('+0.5', '\u221230', '0')
    """
    text = wording.amount(value, places)
    return f"+{text}" if value is not None and value > 0 and text != "0" else text


@dataclass(frozen=True)
class Words:
    """Distances and ages in the language of a catalogue."""

    catalogue: NullTranslations

    def relative(self, on: date | None, today: date) -> str:
        """How far a date lies from today.

        >>> from cisterna.clinic.web.messages import catalogue
        >>> words, today = Words(catalogue()), date(2026, 11, 23)
        >>> words.relative(date(2026, 12, 1), today), words.relative(date(2026, 11, 24), today)
        ('in 8 days', 'tomorrow')
        """
        if on is None:
            return ""
        days = (on - today).days
        near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
        if near:
            return self.catalogue.gettext(near)
        if days > 0:
            return self.catalogue.ngettext("in %(num)s day", "in %(num)s days", days) % {"num": f"{days:,}"}
        return self.catalogue.ngettext("%(num)s day ago", "%(num)s days ago", -days) % {"num": f"{-days:,}"}

    def overdue(self, on: date | None, today: date) -> str:
        """Like :meth:`relative`, for what must be done by a date.

        >>> from cisterna.clinic.web.messages import catalogue
        >>> Words(catalogue()).overdue(date(2026, 11, 19), date(2026, 11, 23))
        '4 days overdue'
        """
        if on is None or on >= today:
            return self.relative(on, today)
        days = (today - on).days
        many = self.catalogue.ngettext("%(num)s day overdue", "%(num)s days overdue", days)
        return many % {"num": f"{days:,}"}

    def age(self, born: date, today: date, *, months_told: bool = True) -> str:
        """An age; months are told under 18 years, unless there is no room for them.

        >>> from cisterna.clinic.web.messages import catalogue
        >>> Words(catalogue()).age(date(2018, 2, 11), date(2026, 11, 23))
        '8 y 9 m'
        >>> Words(catalogue()).age(date(2018, 2, 11), date(2026, 11, 23), months_told=False)
        '8 y'
        """
        months = 12 * (today.year - born.year) + today.month - born.month - (today.day < born.day)
        years = months // 12
        if years >= _YEARS_TOLD_ALONE or not months_told:
            return self.catalogue.gettext("%(years)s y") % {"years": years}
        return self.catalogue.gettext("%(years)s y %(months)s m") % {"years": years, "months": months % 12}
