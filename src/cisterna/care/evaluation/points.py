"""A point of an evaluation, and the sentences that points are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cisterna.care.content_reading import Faults, content, statement
from cisterna.care.statement import Statement, filled
from cisterna.evidence import Settings

__all__ = ["SIDES", "Point", "Sentence", "point", "read_sentences"]

SIDES = ("for", "against", "missing", "contraindication")
"""Where a point stands; a contraindication is against too."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One thing to weigh: ``side`` it is on, and the statement with its source."""

    id: str
    side: str
    said: Statement

    def facts(self) -> dict[str, object]:
        """The point as JSON takes it."""
        return {"id": self.id, **self.said.facts()}


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """The sentence of a point before a patient fills it."""

    id: str
    side: str
    said: Statement


@cache
def _sentences() -> Mapping[str, Sentence]:
    return read_sentences(content("candidacy"))


def point(ident: str, settings: Settings, **values: str) -> Point:
    """The point ``ident`` with its braces filled from ``values``, else with numbers of the evidence.

    >>> point("goals", Settings(), goals="sits without pain").said.text
    'Goals are agreed: sits without pain.'
    """
    sentence = _sentences()[ident]
    said = filled(sentence.said, settings, values, where=f"candidacy: {ident}")
    return Point(id=ident, side=sentence.side, said=said)


def read_sentences(document: Mapping[str, Any]) -> dict[str, Sentence]:
    """The sentences of a parsed file; :class:`~cisterna.errors.EvidenceError` lists every fault of it."""
    faults = Faults("candidacy")
    found = {}
    for ident, table in document.items():
        if not isinstance(table, Mapping):
            faults.add(ident, repr(table), "a table", "write it as [name]")
            continue
        side = table.get("side")
        if side not in SIDES:
            faults.add(ident, f"side {side!r}", ", ".join(SIDES), "choose one")
        said = statement(faults, ident, {key: table[key] for key in table if key != "side"})
        found[ident] = Sentence(id=ident, side=str(side), said=said)
    faults.settle()
    return found
