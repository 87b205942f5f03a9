"""The published numbers by name, read from ``data/*.toml`` when the first one of a file is asked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from cisterna.errors import EvidenceError, Fault
from cisterna.evidence.reading import read_numbers
from cisterna.evidence.values import Number, Spread, Status

__all__ = ["Number", "Spread", "Status", "find", "names", "number", "numbers", "read_numbers", "unknown_name"]

_HEADING = re.compile(r"^\[([^\[\]\n]+)\][ \t]*(?:#.*)?$", re.MULTILINE)


@cache
def _texts() -> Mapping[str, str]:
    """The text of each evidence file by its name, in the order of names."""
    folder = files("cisterna.evidence") / "data"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda at: at.name)
    return {file.name: file.read_text("utf-8") for file in found}


@cache
def _homes() -> Mapping[str, str]:
    """The file in which each number stands; a name that stands in two is refused."""
    return homes_of(_texts())


def homes_of(texts: Mapping[str, str]) -> dict[str, str]:
    """The file that each name stands in, from the headings of ``texts`` (by file name).

    Raises :class:`~cisterna.errors.EvidenceError` where two files define one name.
    """
    homes: dict[str, str] = {}
    faults: list[Fault] = []
    for origin, text in texts.items():
        for name in _HEADING.findall(text):
            if name in homes:
                faults.append(
                    Fault(
                        where=f"{origin}: {name}",
                        found=f"a name that already stands in {homes[name]}",
                        allowed="each name once",
                        remedy="give it a name of its own",
                    )
                )
            homes[name] = origin
    if faults:
        raise EvidenceError(*faults)
    return homes


@cache
def _file(origin: str) -> Mapping[str, Number]:
    loaded = read_numbers(tomllib.loads(_texts()[origin]), origin)
    overlooked = sorted(set(loaded) ^ {name for name, home in _homes().items() if home == origin})
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
    return _homes().keys()


@cache
def numbers() -> Mapping[str, Number]:
    """All numbers of the evidence by name, in the order of the files."""
    return {name: entry for origin in _texts() for name, entry in _file(origin).items()}


def number(name: str) -> Number:
    """The published number called ``name``; :class:`~cisterna.errors.EvidenceError` where there is none.

    >>> number("stop_limit").in_unit("h")
    48.0
    """
    home = _homes().get(name)
    if home is None:
        raise EvidenceError(unknown_name(name, names()))
    return _file(home)[name]


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
