"""Guides, sheets and regimens from their files; an entry without source or status is refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cisterna.care.statement import Statement
from cisterna.errors import EvidenceError, Fault
from cisterna.evidence import Status

__all__ = ["Faults", "content", "statement", "statements"]

_IDENT = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_KNOWN = [status.value for status in Status]


@cache
def content(name: str) -> Mapping[str, Any]:
    """The parsed file ``content/NAME.toml``."""
    file = Path(__file__).parent / "content" / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8"))


class Faults:
    """Gathers what is wrong with a file, so that one message tells of all of it.

    >>> faults = Faults("mine.toml")
    >>> faults.keys("step", {"id": "a", "colour": "red"}, {"id"})
    >>> faults.settle()
    Traceback (most recent call last):
    ...
    cisterna.errors.EvidenceError: mine.toml: step.colour: found an unknown key; allowed: id; remove it.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.found: list[Fault] = []

    def add(self, where: str, found: str, allowed: str, remedy: str) -> None:
        """One more fault."""
        self.found.append(Fault(where=f"{self.origin}: {where}", found=found, allowed=allowed, remedy=remedy))

    def keys(self, where: str, table: Mapping[str, Any], known: set[str]) -> None:
        """Refuse keys that nobody reads."""
        for key in sorted(set(table) - known):
            self.add(f"{where}.{key}", "an unknown key", ", ".join(sorted(known)), "remove it")

    def words(self, where: str, table: Mapping[str, Any], key: str) -> str:
        """The text of a key that must be there."""
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return value
        found = f"no {key}" if value in (None, "") else repr(value)
        self.add(where, found, f"every entry states its {key}", f"add {key}")
        return ""

    def ident(self, where: str, table: Mapping[str, Any], seen: set[str]) -> str:
        """The id of an entry: lower-case words joined by hyphens, each once in its list."""
        ident = self.words(where, table, "id")
        if ident and (not _IDENT.fullmatch(ident) or ident in seen):
            why = "twice" if ident in seen else "of another form"
            self.add(
                where, f"the id '{ident}' {why}", "lower-case words with hyphens, each once", "rename it"
            )
        seen.add(ident)
        return ident

    def settle(self) -> None:
        """Raise :class:`~cisterna.errors.EvidenceError` with all faults, where there is one."""
        if self.found:
            raise EvidenceError(*self.found)


def statement(
    faults: Faults, where: str, entry: object, inherited: Mapping[str, Any] | None = None
) -> Statement:
    """A statement from a text, with the source of the entry that it stands in, or from a table of its own."""
    table = entry if isinstance(entry, Mapping) else {**_cited(inherited or {}), "text": entry}
    faults.keys(where, table, {"text", "source", "status"})
    status = table.get("status")
    if status not in _KNOWN:
        found = "no status" if status is None else f"status {status!r}"
        faults.add(where, found, ", ".join(_KNOWN), "state how sure it is")
        status = _KNOWN[-1]
    return Statement(
        text=faults.words(where, table, "text"),
        source=faults.words(where, table, "source"),
        status=Status(status),
    )


def statements(faults: Faults, where: str, table: Mapping[str, Any], key: str) -> Iterator[Statement]:
    """The statements of a list; a text alone has the source of the entry that it stands in."""
    entries = table.get(key, [])
    if not isinstance(entries, list):
        faults.add(f"{where}.{key}", repr(entries), "a list of statements", "write it in brackets")
        return
    for place, entry in enumerate(entries):
        yield statement(faults, f"{where}.{key}[{place}]", entry, table)


def _cited(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: table[key] for key in ("source", "status") if key in table}
