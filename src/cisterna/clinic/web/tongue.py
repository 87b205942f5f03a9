"""One language: its words, and how it writes numbers, days and instants.

English writes 1,234.5 and Tue 1 Dec 2026, German 1.234,5 and Di 1. Dez. 2026; units and signs are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from cisterna.clinic.web.computed import Computed
from cisterna.clinic.web.messages import ENGLISH, catalogue, texts_of
from cisterna.instants import utc
from cisterna.report import wording

__all__ = ["Tongue"]

_GERMAN_WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_GERMAN_MONTHS = (
    "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.",
)  # fmt: skip
_GERMAN_WORDS = {
    "to": "bis", "days": "Tage", "day": "Tag", "months": "Monate", "weeks": "Wochen", "y": "Jahre",
 "mcg/day": "mcg/Tag", "[recalled]": "[erinnert]",
    "[assumed]": "[angenommen]", "[derived]": "[abgeleitet]",
}  # fmt: skip
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

    def told(self, text: str | None) -> str:
        """A sentence that the library computed, in the language; numbers and typed words stay.

        >>> Tongue("de").told("at most 20 mL in the reservoir"), Tongue("de").told("'12 mcg'")
        ('höchstens 20 mL im Reservoir', "'12 mcg'")
        """
        return _computed(self.language)(text or "")

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

    def figures(self, text: str) -> str:
        """A published number as it is shown with its unit, in the language.

        >>> Tongue("de").figures("12 to 72 h [recalled]"), Tongue("de").figures("1 to 3 days")
        ('12 bis 72 h [erinnert]', '1 bis 3 Tage')
        """
        if self.language == ENGLISH:
            return text
        return " ".join(_GERMAN_WORDS.get(word, self.number(word)) for word in text.split(" "))

    def day(self, on: date | str | None, *, weekday: bool = True) -> str:
        """A date as people write it."""
        on = date.fromisoformat(on) if isinstance(on, str) else on
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

    def day_short(self, on: date) -> str:
        """A date on an axis, where the year is told elsewhere."""
        return self.day(on, weekday=False).rpartition(" ")[0]

    def weekday_short(self, on: date) -> str:
        """A near date where people plan by the weekday."""
        return self.day(on).rpartition(" ")[0]

    def local_instant(self, at: datetime) -> str:
        """An instant on the 24-hour clock of the zone that it carries."""
        return f"{self.day(at.date(), weekday=False)}, {at:%H:%M}"


@cache
def _computed(language: str) -> Computed:
    return Computed(texts_of(catalogue(language)), day=Tongue(language).day)
