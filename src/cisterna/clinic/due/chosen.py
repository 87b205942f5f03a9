"""What part of the list somebody asked for.

Everything but the words of a search may stand in an address; the words may be a name and are posted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from cisterna.care.need import NeedKind, Urgency
from cisterna.errors import Fault, InputError

__all__ = ["EVERYTHING", "Chosen"]

_LONGEST = 100
_LAST_PAGE = 100_000
_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "kind": ("", *NeedKind),
    "group": ("", *Urgency),
    "booked": ("", "yes", "no"),
    "mine": ("", "yes"),
    "ahead": ("", "all"),
}


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A part of the list: empty text means all.

    ``kind`` is a :class:`~cisterna.care.need.NeedKind`, ``group`` an urgency, ``booked`` ``yes`` or ``no``,
    ``mine`` ``yes`` for the patients of one's own, ``ahead`` ``all`` to look beyond the horizon, ``words``
    what is searched for, ``page`` counts from 1.
    """

    kind: str = ""
    group: str = ""
    booked: str = ""
    mine: str = ""
    ahead: str = ""
    words: str = ""
    page: int = 1

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Chosen:
        """What an address or a form says; raises :class:`~cisterna.errors.InputError` for what is no choice.

        >>> Chosen.of({"kind": "refill", "page": "2"})
        Chosen(kind='refill', group='', booked='', mine='', ahead='', words='', page=2)
        """
        faults = tuple(_faults(values))
        if faults:
            raise InputError(*faults)
        known = {name: values.get(name, "") for name in _ALLOWED}
        return cls(**known, words=values.get("words", "").strip(), page=int(values.get("page") or 1))

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the page was chosen."""
        return replace(self, page=1) != EVERYTHING

    @property
    def query(self) -> str:
        """The choice as the end of an address, without the words.

        >>> Chosen(kind="refill", words="Vidal").query, EVERYTHING.query
        ('?kind=refill', '')
        """
        text = urlencode(tuple(self.fields(with_words=False)))
        return f"?{text}" if text else ""

    def fields(self, *, with_words: bool = True) -> Iterator[tuple[str, str]]:
        """Names and values of what was chosen, for hidden fields."""
        for name in _ALLOWED:
            if getattr(self, name):
                yield name, getattr(self, name)
        if self.page > 1:
            yield "page", str(self.page)
        if with_words and self.words:
            yield "words", self.words

    def at(self, page: int) -> Chosen:
        """The same on another page."""
        return replace(self, page=page)


def _faults(values: Mapping[str, str]) -> Iterator[Fault]:
    for name, allowed in _ALLOWED.items():
        if values.get(name, "") not in allowed:
            yield Fault(
                where=name,
                found=f"'{values[name][:40]}'",
                allowed=", ".join(each for each in allowed if each),
                remedy="choose one, or leave it out",
            )
    page = values.get("page") or "1"
    if not (page.isascii() and page.isdigit() and len(page) <= 6 and 1 <= int(page) <= _LAST_PAGE):
        yield Fault(
            where="page", found=f"'{page[:40]}'", allowed="a number from 1 on", remedy="go to the first page"
        )
    if len(values.get("words", "")) > _LONGEST:
        yield Fault(
            where="words",
            found=f"{len(values['words'])} characters",
            allowed=f"at most {_LONGEST}",
            remedy="search for less",
        )


EVERYTHING = Chosen()
"""The list as it is first shown."""
