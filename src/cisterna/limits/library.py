"""The library: which bounds each pair of drug and concentration has, and where each comes from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import isclose
from pathlib import Path
from typing import Any

from cisterna.errors import EvidenceError, Fault, InputError
from cisterna.evidence import number
from cisterna.limits.guardrail import SLACK, Measure
from cisterna.units import Concentration

__all__ = ["LIBRARY_MEASURES", "Bound", "Declared", "Entry", "Library", "builtin_library", "read_library"]


class Bound(StrEnum):
    """Which edge: absolute ones are refused, recommended ones need a reason."""

    ABSOLUTE_LOW = "absolute_low"
    RECOMMENDED_LOW = "recommended_low"
    RECOMMENDED_HIGH = "recommended_high"
    ABSOLUTE_HIGH = "absolute_high"

    @property
    def is_absolute(self) -> bool:
        """Whether passing it is refused."""
        return self in {Bound.ABSOLUTE_LOW, Bound.ABSOLUTE_HIGH}

    @property
    def is_low(self) -> bool:
        """Whether it is the lower edge."""
        return self in {Bound.ABSOLUTE_LOW, Bound.RECOMMENDED_LOW}


class Declared(StrEnum):
    """Where an entry says that a bound comes from."""

    PUBLISHED = "published"
    SITE = "site"
    LACKING = "declared"


LIBRARY_MEASURES: Mapping[str, Measure] = {
    "daily_dose": Measure.DAILY_DOSE,
    "hourly_dose": Measure.HOURLY_DOSE,
    "bolus": Measure.BOLUS,
    "bolus_duration": Measure.BOLUS_DURATION,
    "bolus_count": Measure.BOLUS_COUNT,
    "window": Measure.WINDOW_DOSE,
}
"""The keys of an entry and the measure that each bounds."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The bounds of one drug at one concentration."""

    drug: str
    concentration_mcg_per_ml: float
    bounds: Mapping[Measure, Mapping[Bound, Declared]]


@dataclass(frozen=True)
class Library:
    """All entries.

    >>> sorted(entry.concentration_mcg_per_ml for entry in builtin_library().entries)
    [50.0, 500.0, 1000.0, 2000.0]
    """

    entries: tuple[Entry, ...]

    def entry(self, drug: str, concentration_mcg_per_ml: float) -> Entry | None:
        """The entry of a pair, ``None`` where the drug has none at this concentration.

        Raises :class:`~cisterna.errors.EvidenceError` for a drug that is not in the library: no program
        with it may start.

        >>> builtin_library().entry("baclofen", 750) is None
        True
        """
        of_drug = [entry for entry in self.entries if entry.drug == drug]
        if not of_drug:
            raise EvidenceError(
                Fault(
                    where="drug",
                    found=f"'{drug}'",
                    allowed=", ".join(sorted({entry.drug for entry in self.entries})),
                    remedy="no limits are known for it; a program with it may not start",
                )
            )
        return next((entry for entry in of_drug if _same(entry, concentration_mcg_per_ml)), None)

    def concentrations_of(self, drug: str) -> tuple[float, ...]:
        """The concentrations at which a drug has an entry, in mcg/mL."""
        return tuple(sorted(entry.concentration_mcg_per_ml for entry in self.entries if entry.drug == drug))


def _same(entry: Entry, concentration_mcg_per_ml: float) -> bool:
    return isclose(entry.concentration_mcg_per_ml, concentration_mcg_per_ml, rel_tol=SLACK)


@cache
def builtin_library() -> Library:
    """The library that Cisterna brings along."""
    text = (Path(__file__).parent / "data" / "library.toml").read_text("utf-8")
    return read_library(tomllib.loads(text), "library.toml")


def read_library(document: Mapping[str, Any], origin: str) -> Library:
    """The library that a parsed file holds.

    Raises :class:`~cisterna.errors.EvidenceError` that lists every fault: an unknown key, bound or number
    of the evidence, a pair that stands twice. A library that is not whole is not used.
    """
    tables, faults = document.get("entry", []), list[Fault]()
    entries: list[Entry] = []
    for place, table in enumerate(tables):
        wrong = tuple(_faults(f"{origin}: entry[{place}]", table))
        faults.extend(wrong)
        if not wrong:
            entry = _entry(table)
            if any(
                other.drug == entry.drug and _same(other, entry.concentration_mcg_per_ml) for other in entries
            ):
                faults.append(_fault(f"{origin}: entry[{place}]", "a pair that stands already", "each once"))
            entries.append(entry)
    if not tables or set(document) != {"entry"}:
        faults.append(_fault(origin, ", ".join(document) or "nothing", "tables [[entry]] and nothing else"))
    if faults:
        raise EvidenceError(*faults)
    return Library(tuple(entries))


def _entry(table: Mapping[str, Any]) -> Entry:
    strength = number(table["concentration"])
    return Entry(
        drug=table["drug"],
        concentration_mcg_per_ml=strength.in_unit(Concentration.unit),
        bounds={
            measure: {Bound(name): Declared(kind) for name, kind in table[key].items()}
            for key, measure in LIBRARY_MEASURES.items()
            if key in table
        },
    )


def _faults(where: str, table: object) -> Iterator[Fault]:
    if not isinstance(table, dict):
        yield _fault(where, repr(table), "a table")
        return
    if not isinstance(table.get("drug"), str):
        yield _fault(f"{where}.drug", repr(table.get("drug")), "the name of a drug")
    try:
        number(str(table.get("concentration"))).in_unit(Concentration.unit)
    except InputError as error:
        yield from (fault.at(f"{where}.concentration") for fault in error.faults)
    for key in sorted(set(table) - {"drug", "concentration"} - set(LIBRARY_MEASURES)):
        yield _fault(f"{where}.{key}", "an unknown key", ", ".join(LIBRARY_MEASURES))
    for key in LIBRARY_MEASURES:
        yield from _faults_of_bounds(f"{where}.{key}", key, table.get(key, {}))


def _faults_of_bounds(where: str, key: str, bounds: object) -> Iterator[Fault]:
    if not isinstance(bounds, dict):
        yield _fault(where, repr(bounds), "a table of bounds")
        return
    for name, kind in bounds.items():
        if name not in set(Bound):
            yield _fault(f"{where}.{name}", "an unknown bound", ", ".join(Bound))
        if not isinstance(kind, str) or kind not in set(Declared):
            yield _fault(f"{where}.{name}", repr(kind), ", ".join(Declared))
        elif kind == Declared.PUBLISHED and LIBRARY_MEASURES[key] is not Measure.DAILY_DOSE:
            yield _fault(f"{where}.{name}", "'published'", "'site': nothing is published on it")


def _fault(where: str, found: str, allowed: str) -> Fault:
    return Fault(
        where=where, found=found, allowed=allowed, remedy="mend the library; it is not used as it is"
    )
