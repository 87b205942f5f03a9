"""One language: its words, and how it writes numbers, days and instants.

English writes 1,234.5 and Tue 1 Dec 2026, German 1.234,5 and Di 1. Dez. 2026; units and signs are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from cisterna.clinic.web.messages import ENGLISH, catalogue
from cisterna.instants import utc
from cisterna.report import wording

__all__ = ["Tongue"]

_GERMAN_WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_GERMAN_MONTHS = (
    "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.",
)  # fmt: skip
_SWAPPED = str.maketrans(",.", ".,")


@dataclass(frozen=True)
class Tongue:
    """A language by its code; called with an English text it gives the text in the language.

    >>> say = Tongue("en")
    >>> say("%(who)s recorded it", who="R. Heron"), say.amount(1234.5), say.day(date(2026, 12, 1))
    ('R. Heron recorded it', '1,234.5', 'Tue 1 Dec 2026')
    >>> say = Tongue("de")
    >>> say.amount(1234.5), say.day(date(2026, 12, 1))
    ('1.234,5', 'Di 1. Dez. 2026')
    """

    language: str = ENGLISH

    @cached_property
    def catalogue(self) -> NullTranslations:
        """The messages of the language."""
        return catalogue(self.language)

    def __call__(self, text: str, **values: str) -> str:
        """A text in the language, its places filled; without values a per cent sign is one."""
        said = self.catalogue.gettext(text) if text else ""
        return said % values if values else said

    def amount(self, value: float | None, places: int = 3) -> str:
        """A number with at most so many decimals, as the language writes it."""
        return self.number(wording.amount(value, places))

    def significant(self, value: float | None, digits: int = 4) -> str:
        """A number with at most so many significant digits, as the language writes it."""
        return self.number(wording.significant(value, digits))

    def number(self, text: str) -> str:
        """A number that is printed in English, as the language writes it."""
        if self.language == ENGLISH:
            return text
        return text.translate(_SWAPPED).replace("under ", "unter ")

    def day(self, on: date | None, *, weekday: bool = True) -> str:
        """A date as people write it."""
        if on is None or self.language == ENGLISH:
            return wording.day(None if on is None else on.isoformat(), weekday=weekday)
        plain = f"{on.day}. {_GERMAN_MONTHS[on.month - 1]} {on.year}"
        return f"{_GERMAN_WEEKDAYS[on.weekday()]} {plain}" if weekday else plain

    def instant(self, at_us: int | None, zone: ZoneInfo) -> str:
        """An instant on the 24-hour clock of a zone."""
        if at_us is None:
            return wording.UNKNOWN
        at = utc(at_us).astimezone(zone)
        return f"{self.day(at.date(), weekday=False)}, {at:%H:%M}"
