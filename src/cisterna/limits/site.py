"""What a site decides where nothing is published: its own bounds for each drug and concentration.

There is no default. A bound may be a quantity, or ``"none"``: the site decided that it has none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import isclose
from pathlib import Path
from typing import Any

from cisterna.errors import Fault, InputError, UnitError
from cisterna.limits.guardrail import SLACK, Measure
from cisterna.limits.library import LIBRARY_MEASURES, Bound
from cisterna.units import Concentration, DailyDose, Duration, HourlyRate, Mass, Quantity

__all__ = ["NO_SITE_SETTINGS", "SiteLimits", "SiteSettings", "read_site_settings"]

_QUANTITIES: Mapping[Measure, type[Quantity]] = {
    Measure.DAILY_DOSE: DailyDose,
    Measure.HOURLY_DOSE: HourlyRate,
    Measure.BOLUS: Mass,
    Measure.BOLUS_DURATION: Duration,
    Measure.WINDOW_DOSE: Mass,
}
_NONE = "none"
_SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class SiteLimits:
    """The bounds of one pair; a bound that is ``None`` was decided to be none, one not there is not set.

    ``window_h`` is the length of the rolling window that the dose in a window is counted over.
    """

    drug: str
    concentration_mcg_per_ml: float
    bounds: Mapping[tuple[Measure, Bound], float | None] = field(default_factory=dict)
    window_h: float | None = None


@dataclass(frozen=True)
class SiteSettings:
    """Everything that a site has set; ``source`` is how it is cited.

    >>> SiteSettings().limits("baclofen", 500) is None
    True
    """

    entries: tuple[SiteLimits, ...] = ()
    source: str = "setting of the site"

    def limits(self, drug: str, concentration_mcg_per_ml: float) -> SiteLimits | None:
        """What the site has set for a pair, ``None`` where it has set nothing."""
        for entry in self.entries:
            if entry.drug == drug and isclose(
                entry.concentration_mcg_per_ml, concentration_mcg_per_ml, rel_tol=SLACK
            ):
                return entry
        return None

    @classmethod
    def of(cls, document: Mapping[str, Any], origin: str = "site settings") -> SiteSettings:
        """The settings of a parsed file; :class:`~cisterna.errors.InputError` lists every fault.

        >>> site = SiteSettings.of({"schema": 1, "entry": [{
        ...     "drug": "baclofen", "concentration": "500 mcg/mL",
        ...     "daily_dose": {"absolute_high": "900 mcg/day", "absolute_low": "none"}}]})
        >>> site.limits("baclofen", 500).bounds[Measure.DAILY_DOSE, Bound.ABSOLUTE_HIGH]
        900.0
        """
        reader = _Reader()
        entries = tuple(reader.entries(document))
        if reader.faults:
            raise InputError(*(fault.at(f"{origin}: {fault.where}") for fault in reader.faults))
        return cls(entries, source=str(document.get("source") or cls.source))


NO_SITE_SETTINGS = SiteSettings()
"""A site that has set nothing."""


def read_site_settings(path: Path) -> SiteSettings:
    """The settings of the file at ``path`` (TOML); :class:`~cisterna.errors.InputError` where it is wrong."""
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            Fault(
                where=str(path), found=reason, allowed="a TOML file of site settings", remedy="check the file"
            )
        ) from None
    return SiteSettings.of(document, str(path))


class _Reader:
    """Reads entry by entry and gathers the faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def _add(self, where: str, found: object, allowed: str, remedy: str) -> None:
        self.faults.append(Fault(where=where, found=str(found), allowed=allowed, remedy=remedy))

    def entries(self, document: Mapping[str, Any]) -> Iterator[SiteLimits]:
        for key in sorted(set(document) - {"schema", "source", "entry"}):
            self._add(key, "an unknown key", "schema, source, [[entry]]", "remove it")
        if document.get("schema") != _SCHEMA or isinstance(document.get("schema"), bool):
            self._add("schema", document.get("schema", "nothing"), str(_SCHEMA), "write 'schema = 1'")
        tables = document.get("entry", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self._add("entry", "something else", "tables [[entry]]", "write each as [[entry]]")
            return
        seen: set[tuple[str, float]] = set()
        for place, table in enumerate(tables):
            limits = self._limits(f"entry[{place}]", table)
            if limits is None:
                continue
            pair = (limits.drug, limits.concentration_mcg_per_ml)
            if pair in seen:
                self._add(f"entry[{place}]", "a pair that stands already", "each once", "join the two")
            seen.add(pair)
            yield limits

    def _limits(self, where: str, table: Mapping[str, Any]) -> SiteLimits | None:
        known = {"drug", "concentration", *LIBRARY_MEASURES}
        for key in sorted(set(table) - known):
            self._add(f"{where}.{key}", "an unknown key", ", ".join(sorted(known)), "remove it")
        drug = table.get("drug")
        if not isinstance(drug, str):
            self._add(f"{where}.drug", drug or "nothing", "the name of a drug", "add drug = 'baclofen'")
        concentration = self._quantity(f"{where}.concentration", table.get("concentration"), Concentration)
        bounds: dict[tuple[Measure, Bound], float | None] = {}
        window_h = None
        for key, measure in LIBRARY_MEASURES.items():
            given = table.get(key, {})
            if not isinstance(given, dict):
                self._add(f"{where}.{key}", repr(given), "a table of bounds", "write { absolute_high = ... }")
                continue
            if measure is Measure.WINDOW_DOSE:
                given, window_h = self._window(f"{where}.{key}", given)
            bounds.update(self._bounds(f"{where}.{key}", measure, given))
        if not isinstance(drug, str) or concentration is None:
            return None
        return SiteLimits(
            drug=drug, concentration_mcg_per_ml=float(concentration), bounds=bounds, window_h=window_h
        )

    def _window(self, where: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], float | None]:
        rest = {key: value for key, value in given.items() if key != "length"}
        if "length" not in given:
            if any(value != _NONE for value in rest.values()):
                self._add(where, "no length", "length with the limit", "add length = '4 h'")
            return rest, None
        length = self._quantity(f"{where}.length", given["length"], Duration)
        if length == 0:
            self._add(f"{where}.length", "0 h", "a time above 0", "write the length of the window")
        return rest, length or None

    def _bounds(
        self, where: str, measure: Measure, given: Mapping[str, Any]
    ) -> dict[tuple[Measure, Bound], float | None]:
        read: dict[tuple[Measure, Bound], float | None] = {}
        for name, value in given.items():
            if name not in set(Bound):
                self._add(f"{where}.{name}", "an unknown bound", ", ".join(Bound), "remove it")
            elif value == _NONE:
                read[measure, Bound(name)] = None
            else:
                amount = self._amount(f"{where}.{name}", value, measure)
                if amount is not None:
                    read[measure, Bound(name)] = amount
        self._check_order(where, measure, read)
        return read

    def _amount(self, where: str, value: object, measure: Measure) -> float | None:
        if measure is not Measure.BOLUS_COUNT:
            return self._quantity(where, value, _QUANTITIES[measure])
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return float(value)
        self._add(where, repr(value), "a whole number of boluses a day, or 'none'", "write for example 8")
        return None

    def _quantity(self, where: str, value: object, kind: type[Quantity]) -> float | None:
        try:
            return float(kind.parse(value))
        except UnitError as error:
            self.faults.extend(fault.at(where) for fault in error.faults)
            return None

    def _check_order(
        self, where: str, measure: Measure, read: Mapping[tuple[Measure, Bound], float | None]
    ) -> None:
        stated = [(bound, value) for bound in Bound if (value := read.get((measure, bound))) is not None]
        for (lower, least), (upper, most) in pairwise(stated):
            if least > most:
                self._add(where, f"{lower} above {upper}", "bounds in order", "correct one of the two")
