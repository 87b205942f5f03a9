"""The sentences that families are told, with the numbers that they rest on."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cisterna.course.three_ways.ways import PANELS, ThreeWays
from cisterna.evidence import Number, number
from cisterna.units import decimal_text

__all__ = ["Claim", "claims"]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One sentence: ``words`` with its ``numbers`` in braces, and the ``sources`` that it rests on.

    It stands at ``hour`` on the curve of ``way`` in ``panel``; ``kind`` is ``plain``, ``harm`` or
    ``warning``. Without a source it tells what the courses give: calculated, not measured.
    """

    place: int
    panel: str
    way: str
    hour: float
    kind: str
    words: str
    numbers: Mapping[str, str]
    sources: tuple[Number, ...]

    def told(self, translated: Callable[[str], str] = str) -> str:
        """The sentence with its numbers, in a language."""
        return translated(self.words).format(**self.numbers).replace(" %", "\N{NO-BREAK SPACE}%")


def claims(ways: ThreeWays) -> tuple[Claim, ...]:
    """Every sentence in its order, numbered from 1.

    >>> from cisterna.course.three_ways import three_ways
    >>> claims(three_ways())[4].told()
    'With the pump about 100 times less is in the blood, on its way everywhere.'
    """
    tables = tomllib.loads((Path(__file__).parent / "claims.toml").read_text("utf-8"))["claim"]
    return tuple(_claim(place, table, ways) for place, table in enumerate(tables, start=1))


def _claim(place: int, table: Mapping[str, Any], ways: ThreeWays) -> Claim:
    return Claim(
        place=place,
        panel=table["panel"],
        way=table["way"],
        hour=table["hour"],
        kind="warning" if table.get("warning") else "harm" if table.get("harm") else "plain",
        words=table["text"],
        numbers={name: decimal_text(_value(of.split(), ways), 3) for name, of in table["numbers"].items()},
        sources=tuple(number(name) for name in table["sources"]),
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
