"""The sentences that families are told, with the numbers that they rest on."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cisterna.course.three_ways.ways import PANELS, ThreeWays
from cisterna.evidence import Number, Status, number
from cisterna.units import decimal_text

__all__ = ["Claim", "Fact", "claims"]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What a source says that is no number: its own words are kept short in ``text``."""

    name: str
    text: str
    source: str
    status: Status
    population: str = ""
    note: str = ""

    def shown(self) -> str:
        """No value: empty, where a number shows its own."""
        return ""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Two sentences under one sign, their ``numbers`` in braces; one of the two may be empty.

    ``curve`` tells what the curve beside it shows, so it is calculated and not measured; ``words`` tell what
    is published, with the ``sources`` that they rest on. The sign stands at ``hour`` on the curve of ``way``
    in ``panel``; ``kind`` is ``plain``, ``harm`` or ``warning``.
    """

    place: int
    panel: str
    way: str
    hour: float
    kind: str
    curve: str
    words: str
    numbers: Mapping[str, str]
    sources: tuple[Number | Fact, ...]

    def told(self, translated: Callable[[str], str] = str) -> str:
        """What is published, with its numbers, in a language."""
        return self._filled(self.words, translated)

    def shown(self, translated: Callable[[str], str] = str) -> str:
        """What the curve shows, with its numbers, in a language."""
        return self._filled(self.curve, translated)

    def _filled(self, sentence: str, translated: Callable[[str], str]) -> str:
        if not sentence:
            return ""
        return translated(sentence).format(**self.numbers).replace(" %", "\N{NO-BREAK SPACE}%")


def claims(ways: ThreeWays) -> tuple[Claim, ...]:
    r"""Every sentence in its order, numbered from 1.

    >>> from cisterna.course.three_ways import three_ways
    >>> claims(three_ways())[10].shown()
    'By mouth less of the medicine arrives: here 52 to 64\xa0% of the reflex stays.'
    """
    file = tomllib.loads((Path(__file__).parent / "claims.toml").read_text("utf-8"))
    facts = {table["name"]: Fact(**{**table, "status": Status(table["status"])}) for table in file["fact"]}
    return tuple(_claim(place, table, ways, facts) for place, table in enumerate(file["claim"], start=1))


def _claim(place: int, table: Mapping[str, Any], ways: ThreeWays, facts: Mapping[str, Fact]) -> Claim:
    return Claim(
        place=place,
        panel=table["panel"],
        way=table["way"],
        hour=table.get("hour", 0),
        kind="warning" if table.get("warning") else "harm" if table.get("harm") else "plain",
        curve=table.get("curve", ""),
        words=table.get("text", ""),
        numbers={name: decimal_text(_value(of.split(), ways), 3) for name, of in table["numbers"].items()},
        sources=tuple(facts.get(name) or number(name) for name in table["sources"]),
    )


def _value(of: list[str], ways: ThreeWays) -> float:
    """``NAME value|low|high UNIT`` of the evidence, ``PANEL WAY low|high``, or ``dose WAY over WAY``."""
    if of[0] == "dose":
        return ways.daily_mcg(of[1]) / ways.daily_mcg(of[3])
    panel = next((panel for panel in PANELS if panel.id == of[0]), None)
    if panel is not None:
        low, high = ways.ends(panel, of[1])
        return round(low if of[2] == "low" else high, panel.places)
    entry, (_, part, unit) = number(of[0]), of
    return {"value": entry.in_unit, "low": entry.low_in, "high": entry.high_in}[part](unit)
