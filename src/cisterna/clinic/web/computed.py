"""What the library computes in English, told in the language of a catalogue.

A fault, what is due and what a check says come as whole sentences with numbers in them. The catalogue holds
each as a message with ``{}`` or ``{name}`` in every place; ``tools/computed_messages.py`` reads them out of
the source. What has no translation stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

__all__ = ["Computed"]

_PLACE = re.compile(r"\{[^\s{}]*\}")
_QUOTED = re.compile(r"'[^']*'")
_DAY = re.compile(r"((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(\d{1,2} [A-Z][a-z]{2} \d{4})\b")
_AMOUNT = re.compile(r"([-+\u2212]?\d[\d.,]*) (\D.*)")
_UNITS = re.compile(r"(?:[\w%]{1,3}(?:/\w+)*(?:, |$))+")
_OF_PEOPLE = {"{by}", "{title}", "{allergies}", "{goals}"}
"""Places that hold what people wrote; nothing in them is looked up."""

_LETTERS = re.compile(r"[^\W\d_]")
_ENDS = ".,:;"
_SENTENCES, _CLAUSES = (". ", "; "), (": ", ", ")
"""What stands between two sentences, and between pieces of one, the widest first."""

_SURE_FROM = 12
"""So many fixed letters make a pattern sure; with fewer, words of a person could fit it by chance."""

_WORDS_OF_A_VALUE = 4
"""A number with its unit and a word beside, or a day, has no more words than these."""

_MOST_KEPT = 4096
"""So many sentences are kept, so that a list with the same reason in each row is searched once."""


@dataclass(frozen=True)
class _Pattern:
    """A message with places: where it fits, and what it says instead."""

    english: str
    said: str

    @cached_property
    def fixed(self) -> tuple[str, ...]:
        """The parts between the places."""
        return tuple(_PLACE.split(self.english))

    @cached_property
    def letters(self) -> int:
        """How many letters are fixed."""
        return len(_LETTERS.findall("".join(self.fixed)))

    @cached_property
    def key(self) -> str:
        """The longest fixed part: what lacks it cannot fit."""
        return max(self.fixed, key=len)

    @cached_property
    def _fits(self) -> re.Pattern[str]:
        return re.compile("(.*?)".join(map(re.escape, self.fixed)), re.DOTALL)

    def places(self, text: str) -> tuple[str, ...] | None:
        """What stands in each place of ``text``; ``None`` where it does not fit."""
        found = self._fits.fullmatch(text) if self.key in text else None
        return None if found is None else found.groups()

    def is_kept(self, number: int) -> bool:
        """Whether a place, counted from zero, holds what people wrote: by its name or in quotation marks."""
        is_quoted = self.fixed[number].endswith("'") and self.fixed[number + 1].startswith("'")
        return is_quoted or _PLACE.findall(self.english)[number] in _OF_PEOPLE

    def filled(self, places: tuple[str, ...]) -> str:
        """The translation with the places filled again, in their order."""
        parts = _PLACE.split(self.said)
        return "".join(part + place for part, place in zip(parts, (*places, ""), strict=True))


@dataclass(frozen=True)
class Computed:
    """The computed sentences of a catalogue; ``texts`` are its messages, ``day`` writes a date.

    Called with a sentence it gives the translation: of the message itself, else of the pattern with the most
    letters that fits, else piece by piece. Each place is told the same way; what stands in quotation marks
    was typed or is a name, and stays.

    >>> words = {"at most {} mL": "höchstens {} mL", "from {} on": "ab {}", "the fill": "der Füllung"}
    >>> told = Computed(words)
    >>> told("at most 20 mL"), told("from the fill on"), told("from 'the fill' on"), told("something else")
    ('höchstens 20 mL', 'ab der Füllung', "ab 'the fill'", 'something else')
    """

    texts: Mapping[str, str]
    day: Callable[..., str] | None = None
    _known: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, text: str) -> str:
        """The sentence in the language of the catalogue."""
        if not self.texts or not text:
            return text
        if text not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[text] = self._told(text)
        return self._known[text]

    @cached_property
    def _patterns(self) -> tuple[_Pattern, ...]:
        """Every message with a place whose translation keeps its places, the most letters first."""
        found = (
            _Pattern(english, said)
            for english, said in self.texts.items()
            if _PLACE.search(english) and _PLACE.findall(english) == _PLACE.findall(said)
        )
        return tuple(sorted(found, key=lambda one: (-one.letters, one.english)))

    def _told(self, text: str) -> str:
        bare = text.strip()
        if not _LETTERS.search(bare) or _QUOTED.fullmatch(bare):
            return text
        said = (
            self._surely(bare)
            or self._pieces(bare, _SENTENCES)
            or self._by_pattern(bare, is_sure=False)
            or self._amount(bare)
            or self._less_its_end(bare)
            or self._pieces(bare, _CLAUSES)
        )
        return text.replace(bare, said or self._days(bare))

    def _surely(self, text: str) -> str | None:
        """A message, or a pattern that is sure, with or without the mark at its end."""
        said = self.texts.get(text) or self._as_begun(text) or self._by_pattern(text, is_sure=True)
        if said is None and len(text) > 1 and text[-1] in _ENDS:
            shorter = self._surely(text[:-1])
            return shorter and shorter + text[-1]
        return said

    def _as_begun(self, text: str) -> str | None:
        """A message that was begun with a capital because it begins the sentence."""
        said = self.texts.get(text[:1].lower() + text[1:])
        return said and said[:1].upper() + said[1:]

    def _by_pattern(self, text: str, *, is_sure: bool) -> str | None:
        """The first pattern that fits; one that is not sure fits where each place holds a value."""
        for pattern in self._patterns:
            places = None if (pattern.letters >= _SURE_FROM) is not is_sure else pattern.places(text)
            if places is None:
                continue
            if is_sure or all(
                pattern.is_kept(at) or self._is_value(place) for at, place in enumerate(places)
            ):
                told = (place if pattern.is_kept(at) else self(place) for at, place in enumerate(places))
                return pattern.filled(tuple(told))
        return None

    def _is_value(self, place: str) -> bool:
        """Whether a place holds nothing, a number, units, a name in quotation marks, or what can be told."""
        is_number = any(map(str.isdigit, place)) and len(place.split()) <= _WORDS_OF_A_VALUE
        is_plain = not place or is_number or "'" in place or _UNITS.fullmatch(place) is not None
        return is_plain or self(place) != place

    def _less_its_end(self, text: str) -> str | None:
        return self(text[:-1]) + text[-1] if text[-1] in _ENDS else None

    def _amount(self, text: str) -> str | None:
        """A number with a unit that has its own word."""
        found = _AMOUNT.fullmatch(text)
        unit = found and self.texts.get(found[2])
        return f"{found[1]} {unit}" if found and unit else None

    def _pieces(self, text: str, marks: tuple[str, ...]) -> str | None:
        """Pieces told one by one, where no mark between them was typed by a person or stands in brackets."""
        for mark in marks:
            pieces = text.split(mark) if "'" not in text else [text]
            if len(pieces) > 1 and all(piece.count("(") == piece.count(")") for piece in pieces):
                return mark.join(map(self, pieces))
        return None

    def _days(self, text: str) -> str:
        """A text with its dates as the language writes them."""
        return text if self.day is None else _DAY.sub(self._one_day, text)

    def _one_day(self, found: re.Match[str]) -> str:
        try:
            on = datetime.strptime(found[2], "%d %b %Y").date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            return found[0]
        return found[0] if self.day is None else self.day(on, weekday=bool(found[1]))
