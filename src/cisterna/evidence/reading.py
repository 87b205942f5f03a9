"""Numbers of the evidence from a parsed TOML file; a number without unit, source or status is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from cisterna.errors import EvidenceError, Fault, UnitError
from cisterna.evidence.values import SPREAD_KINDS, Number, Spread, Status
from cisterna.units import convert

__all__ = ["read_numbers"]

_STATED = ("text", "unit", "source", "status")
_AMOUNTS = ("value", "low", "high")
_KEYS = {*_STATED, *_AMOUNTS, "spread", "population", "note", "used_by", "settable"}
_SPREAD_KEYS = {"kind", "size", "of"}
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def read_numbers(document: Mapping[str, Any], origin: str) -> dict[str, Number]:
    """The numbers of one evidence file by name; ``origin`` names the file in messages.

    Raises :class:`~cisterna.errors.EvidenceError` listing every fault of every number.

    >>> read_numbers({"dose": {"text": "a dose", "value": 50, "source": "label", "status": "confirmed"}},
    ...              "mine.toml")
    Traceback (most recent call last):
    ...
    cisterna.errors.EvidenceError: mine.toml: dose: found no unit; allowed: every number of the evidence \
states its unit; add unit.
    """
    faults = [fault for name, table in document.items() for fault in _faults_of(origin, name, table)]
    if faults:
        raise EvidenceError(*faults)
    return {name: _number(name, table) for name, table in document.items()}


def _number(name: str, table: Mapping[str, Any]) -> Number:
    status = Status(table["status"])
    amounts = {key: float(table[key]) if key in table else None for key in _AMOUNTS}
    return Number(
        name=name,
        text=table["text"],
        unit=table["unit"],
        **amounts,
        spread=_spread(table["spread"]) if "spread" in table else None,
        population=table.get("population", ""),
        source=table["source"],
        status=status,
        note=table.get("note", ""),
        used_by=tuple(table.get("used_by", ())),
        settable=status.must_be_marked or table.get("settable", False),
    )


def _spread(table: Mapping[str, Any]) -> Spread:
    size = table.get("size")
    return Spread(kind=table["kind"], size=None if size is None else float(size), of=table.get("of"))


def _faults_of(origin: str, name: str, table: Any) -> Iterator[Fault]:
    where = f"{origin}: {name}"
    if not isinstance(table, Mapping):
        yield Fault(where=where, found=repr(table), allowed="a table", remedy="write it as [name]")
        return
    if not _NAME.fullmatch(name):
        yield Fault(
            where=where,
            found=f"the name '{name}'",
            allowed="lower-case words joined by underscores",
            remedy="rename it",
        )
    for key in sorted(set(table) - _KEYS):
        yield Fault(
            where=where, found=f"unknown key {key}", allowed=", ".join(sorted(_KEYS)), remedy="remove it"
        )
    yield from _faults_of_words(where, table)
    yield from _faults_of_amounts(where, table)
    yield from _faults_of_spread(where, table.get("spread", {"kind": "range"}))


def _faults_of_words(where: str, table: Mapping[str, Any]) -> Iterator[Fault]:
    for key in _STATED:
        if not _is_words(table.get(key)):
            yield Fault(
                where=where,
                found=f"no {key}" if table.get(key) in (None, "") else f"{key} {table[key]!r}",
                allowed=f"every number of the evidence states its {key}",
                remedy=f"add {key}",
            )
    for key in ("population", "note"):
        if not isinstance(table.get(key, ""), str):
            yield Fault(where=where, found=f"{key} {table[key]!r}", allowed="text", remedy="correct it")
    yield from _faults_of_unit(where, table.get("unit"))
    yield from _faults_of_use(where, table)


def _faults_of_unit(where: str, unit: object) -> Iterator[Fault]:
    if not isinstance(unit, str) or not unit.strip():
        return
    try:
        convert(1.0, unit, unit)
    except UnitError as error:
        for fault in error.faults:
            yield Fault(where=where, found=f"unit {unit!r}", allowed=fault.allowed, remedy=fault.remedy)


def _faults_of_use(where: str, table: Mapping[str, Any]) -> Iterator[Fault]:
    status, settable = table.get("status"), table.get("settable", False)
    known = [status.value for status in Status]
    if _is_words(status) and status not in known:
        yield Fault(where=where, found=f"status {status!r}", allowed=", ".join(known), remedy="choose one")
    elif not isinstance(settable, bool):
        yield Fault(where=where, found=f"settable {settable!r}", allowed="true, false", remedy="choose one")
    elif "settable" in table and not settable and status in known and Status(status).must_be_marked:
        yield Fault(
            where=where,
            found=f"settable false of a number that is {status}",
            allowed="what is recalled or assumed can always be set",
            remedy="leave settable out",
        )
    used_by = table.get("used_by", [])
    if not isinstance(used_by, list) or not all(_is_words(room) for room in used_by):
        yield Fault(where=where, found=f"used_by {used_by!r}", allowed="a list of rooms", remedy="correct it")


def _faults_of_amounts(where: str, table: Mapping[str, Any]) -> Iterator[Fault]:
    if not any(key in table for key in _AMOUNTS):
        yield Fault(
            where=where, found="neither value nor range", allowed="value, or low and high", remedy="add one"
        )
    wrong = [key for key in _AMOUNTS if key in table and not _is_amount(table[key])]
    for key in wrong:
        yield Fault(where=where, found=f"{key} {table[key]!r}", allowed="a number", remedy="correct it")
    stated = [(key, table[key]) for key in ("low", "value", "high") if key in table and key not in wrong]
    for (lower, least), (upper, most) in pairwise(stated):
        if least > most:
            yield Fault(
                where=where,
                found=f"{lower} {least} above {upper} {most}",
                allowed="low, value and high in this order",
                remedy="correct them",
            )


def _faults_of_spread(where: str, spread: object) -> Iterator[Fault]:
    if not isinstance(spread, Mapping):
        yield Fault(where=where, found=f"spread {spread!r}", allowed="a table", remedy="write { kind, size }")
        return
    right = (
        spread.get("kind") in SPREAD_KINDS
        and set(spread) <= _SPREAD_KEYS
        and ("size" in spread or spread["kind"] == "range")
        and ("size" not in spread or (_is_amount(spread["size"]) and spread["size"] >= 0))
        and isinstance(spread.get("of", ""), str)
    )
    if not right:
        yield Fault(
            where=where,
            found=f"spread {dict(spread)!r}",
            allowed=f"kind ({', '.join(SPREAD_KINDS)}), size (a number that is not negative) and of",
            remedy="write for example { kind = 'cv', size = 0.25 }",
        )


def _is_words(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_amount(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
