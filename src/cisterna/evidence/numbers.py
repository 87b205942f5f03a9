"""The published numbers by name, each read from its place in ``data/*.toml`` when it is asked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cisterna.errors import EvidenceError, Fault
from cisterna.evidence.reading import read_numbers
from cisterna.evidence.values import Number, Spread, Status

__all__ = ["Number", "Spread", "Status", "find", "names", "number", "numbers", "read_numbers", "unknown_name"]

_HEADING = re.compile(r"^\[([^\[\]\n]+)\][ \t]*(?:#.*)?$", re.MULTILINE)


_DATA = Path(__file__).parent / "data"


def texts_of(folder: Path) -> dict[str, str]:
    """The text of each TOML file of ``folder`` by its name, in the order of names."""
    return {file.name: file.read_text("utf-8") for file in sorted(folder.glob("*.toml"))}


@cache
def _texts() -> Mapping[str, str]:
    return texts_of(_DATA)


class Section(NamedTuple):
    """Where a number stands: the file, and the text from its heading to the next one."""

    origin: str
    text: str


@cache
def _sections() -> Mapping[str, Section]:
    """Where each number stands; a name that stands in two files is refused."""
    return sections_of(_texts())


def sections_of(texts: Mapping[str, str], heading_of: re.Pattern[str] = _HEADING) -> dict[str, Section]:
    r"""Where each name stands, by the headings of ``texts`` (by file name).

    Raises :class:`~cisterna.errors.EvidenceError` where two files define one name.

    >>> sections_of({"mine.toml": "[a]\nvalue = 1\n[b]\nvalue = 2\n"})["b"]
    Section(origin='mine.toml', text='[b]\nvalue = 2\n')
    """
    found: dict[str, Section] = {}
    faults: list[Fault] = []
    for origin, text in texts.items():
        headings = list(heading_of.finditer(text))
        ends = (*(heading.start() for heading in headings[1:]), len(text))
        for heading, end in zip(headings, ends, strict=False):
            name = heading[1]
            if name in found:
                faults.append(
                    Fault(
                        where=f"{origin}: {name}",
                        found=f"a name that already stands in {found[name].origin}",
                        allowed="each name once",
                        remedy="give it a name of its own",
                    )
                )
            found[name] = Section(origin, text[heading.start() : end])
    if faults:
        raise EvidenceError(*faults)
    return found


def _file(origin: str) -> Mapping[str, Number]:
    loaded = read_numbers(tomllib.loads(_texts()[origin]), origin)
    overlooked = sorted(set(loaded) ^ {name for name, at in _sections().items() if at.origin == origin})
    if overlooked:
        raise EvidenceError(
            Fault(
                where=origin,
                found=", ".join(overlooked),
                allowed="every number under a heading of its own, on one line",
                remedy="write it as [name]",
            )
        )
    return loaded


def names() -> Iterable[str]:
    """The names of all numbers, in the order of the files; reads no number."""
    return _sections().keys()


@cache
def numbers() -> Mapping[str, Number]:
    """All numbers of the evidence by name, in the order of the files."""
    return {name: entry for origin in _texts() for name, entry in _file(origin).items()}


@cache
def number(name: str) -> Number:
    """The published number called ``name``; :class:`~cisterna.errors.EvidenceError` where there is none.

    It alone is read, and checked; :func:`numbers` reads and checks them all.

    >>> number("stop_limit").in_unit("h")
    48.0
    """
    section = _sections().get(name)
    if section is None:
        raise EvidenceError(unknown_name(name, names()))
    return read_numbers(tomllib.loads(section.text), section.origin)[name]


def unknown_name(name: str, known: Iterable[str]) -> Fault:
    """The fault of asking for a name that is not there, with the nearest ones."""
    known = list(known)
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return Fault(
        where="evidence",
        found=f"'{name}'",
        allowed=f"one of {len(known)} names" + (f", such as {', '.join(near)}" if near else ""),
        remedy="run 'cisterna evidence' to list them",
    )


def find(text: str, among: Iterable[Number] | None = None) -> tuple[Number, ...]:
    """The numbers in whose name, text, population, source or note every word of ``text`` occurs.

    Case does not matter; a number whose name is ``text`` itself comes first.

    >>> "csf_dispersion" in [number.name for number in find("csf")]
    True
    """
    words = text.lower().split()
    found = [
        entry
        for entry in (numbers().values() if among is None else among)
        if all(word in _searched(entry) for word in words)
    ]
    return tuple(sorted(found, key=lambda entry: entry.name != text.strip()))


def _searched(entry: Number) -> str:
    return " ".join((entry.name, entry.text, entry.population, entry.source, entry.note)).lower()
