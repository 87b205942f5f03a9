"""The table of targets, read and checked; a row without source or unit is refused, with every fault."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from cisterna.errors import EvidenceError, Fault, InputError
from cisterna.evidence import Status
from cisterna.therapy import Condition
from cisterna.validation.readings import READINGS
from cisterna.validation.scenario import People, Scenario
from cisterna.validation.target import CalibrationTarget, Published, Target, Use, ValidationTarget

__all__ = ["read_targets", "select", "targets"]

_ID = re.compile(r"T[1-9][0-9]*")
_WORDS = ("quantity", "setting", "unit", "population", "source", "status")
_OPTIONAL_WORDS = ("missing", "miss", "meaning", "note")
_KEYS = {*_WORDS, *_OPTIONAL_WORDS, "value", "low", "high", "children", "use", "fits", "scenario"}
_SCENARIO_WORDS = ("reading", "people", "given", "read")


@cache
def targets() -> tuple[Target, ...]:
    """All targets of the package, by the number in their id.

    >>> len(targets()), targets()[0].id
    (108, 'T1')
    """
    text = (files("cisterna.validation") / "data" / "targets.toml").read_text("utf-8")
    return read_targets(tomllib.loads(text), "targets.toml")


def read_targets(document: Mapping[str, Any], origin: str) -> tuple[Target, ...]:
    """Targets from a parsed TOML file; ``origin`` names it in messages.

    Raises :class:`~cisterna.errors.EvidenceError` with every fault of every row: without unit,
    source or status, with a range upside down, with an unknown reading or an empty population, or
    with neither a scenario nor the mechanism that is missing.
    """
    faults = [
        fault for name, table in document.items() for fault in _faults(f"{origin}: {name}", name, table)
    ]
    if faults:
        raise EvidenceError(*faults)
    return tuple(
        sorted((_target(name, table) for name, table in document.items()), key=lambda row: row.number)
    )


def select(ids: Iterable[str], among: Iterable[Target] | None = None) -> tuple[Target, ...]:
    """The targets with these ids, in the order of their numbers; all where none is named.

    Raises :class:`~cisterna.errors.InputError` with the nearest ids for each that is not known.

    >>> [target.id for target in select(["t79", "T1"])]
    ['T1', 'T79']
    """
    known = {target.id: target for target in (targets() if among is None else among)}
    wanted = {name.strip().upper() for name in ids}
    if not wanted:
        return tuple(known.values())
    unknown = sorted(wanted - known.keys())
    if unknown:
        raise InputError(*(_unknown(name, known) for name in unknown))
    return tuple(target for name, target in known.items() if name in wanted)


def _unknown(name: str, known: Iterable[str]) -> Fault:
    known = list(known)
    near = get_close_matches(name, known, n=3, cutoff=0.4)
    return Fault(
        where="--only",
        found=f"'{name}'",
        allowed=f"one of {len(known)} ids" + (f", such as {', '.join(near)}" if near else ", such as T79"),
        remedy="run 'cisterna validate' without --only to list them",
    )


def _target(name: str, table: Mapping[str, Any]) -> Target:
    published = Published(
        quantity=table["quantity"],
        setting=table["setting"],
        value=None if "value" not in table else float(table["value"]),
        low=float(table["low"]),
        high=float(table["high"]),
        unit=table["unit"],
        population=table["population"],
        source=table["source"],
        status=Status(table["status"]),
        children=table["children"],
    )
    own = {key: table.get(key, "") for key in _OPTIONAL_WORDS}
    scenario = _scenario(table["scenario"]) if "scenario" in table else None
    if "use" in table:
        use = Use(table["use"])
        fits = tuple(table.get("fits", ()))
        return CalibrationTarget(id=name, published=published, scenario=scenario, use=use, fits=fits, **own)
    return ValidationTarget(id=name, published=published, scenario=scenario, **own)


def _scenario(table: Mapping[str, Any]) -> Scenario:
    values: dict[str, Any] = {
        key: tuple(map(float, value)) if isinstance(value, list) else value for key, value in table.items()
    }
    values["people"] = People(table["people"])
    return Scenario(**values)


def _faults(where: str, name: str, table: Any) -> Iterator[Fault]:
    if not isinstance(table, Mapping) or not _ID.fullmatch(name):
        yield _fault(where, f"'{name}'", "a table for each target, with an id as T79", "rename it")
        return
    for key in sorted(set(table) - _KEYS):
        yield _fault(where, f"unknown key {key}", ", ".join(sorted(_KEYS)), "remove it")
    for key in _WORDS:
        if not _is_words(table.get(key)):
            yield _fault(where, f"no {key}", f"every target states its {key}", f"add {key}")
    for key, allowed in (("status", [*Status]), ("use", [*Use])):
        if key in table and table[key] not in [entry.value for entry in allowed]:
            yield _fault(where, f"{key} {table[key]!r}", ", ".join(allowed), "choose one")
    if not isinstance(table.get("children"), bool):
        yield _fault(
            where, "no children", "true or false: whether these are children with cerebral palsy", "add it"
        )
    if "fits" in table and table.get("use") != Use.FITTED:
        yield _fault(
            where, "fits", "parameters that are fitted only to a row whose use is fitted", "remove it"
        )
    yield from _faults_of_range(where, table)
    yield from _faults_of_scenario(where, table)


def _faults_of_range(where: str, table: Mapping[str, Any]) -> Iterator[Fault]:
    stated = [table[key] for key in ("low", "value", "high") if key in table]
    if "low" not in table or "high" not in table or not all(_is_amount(amount) for amount in stated):
        yield _fault(
            where, "no range of numbers", "low and high, and value where one is published", "add them"
        )
    elif stated != sorted(stated):
        yield _fault(where, f"low, value, high {stated}", "these in ascending order", "correct them")


def _faults_of_scenario(where: str, table: Mapping[str, Any]) -> Iterator[Fault]:
    scenario = table.get("scenario")
    if (scenario is None) == (not _is_words(table.get("missing"))):
        yield _fault(
            where,
            "neither scenario nor missing, or both",
            "how the study is re-run, or the mechanism that the model lacks",
            "add one of them",
        )
    if scenario is None:
        return
    where = f"{where}.scenario"
    known = {entry.name: entry for entry in fields(Scenario)}
    for key in sorted(set(scenario) - set(known)):
        yield _fault(where, f"unknown key {key}", ", ".join(known), "remove it")
    for key in _SCENARIO_WORDS:
        if known[key].default is MISSING and not _is_words(scenario.get(key)):
            yield _fault(where, f"no {key}", f"every scenario states its {key}", f"add {key}")
    if _is_words(scenario.get("reading")) and scenario["reading"] not in READINGS:
        near = get_close_matches(scenario["reading"], READINGS, n=3, cutoff=0.4)
        yield _fault(where, f"reading '{scenario['reading']}'", ", ".join(near or READINGS), "choose one")
    if _is_words(scenario.get("people")) and scenario["people"] not in [entry.value for entry in People]:
        yield _fault(where, f"people '{scenario['people']}'", ", ".join(People), "choose one")
    if "condition" in scenario and scenario["condition"] not in get_args(Condition):
        yield _fault(
            where, f"condition {scenario['condition']!r}", ", ".join(get_args(Condition)), "choose one"
        )
    patients = scenario.get("patients")
    if patients is not None and (not isinstance(patients, int) or patients < 1):
        yield _fault(where, f"a population of {patients}", "at least one patient", "name how many are drawn")


def _fault(where: str, found: str, allowed: str, remedy: str) -> Fault:
    return Fault(where=where, found=found, allowed=allowed, remedy=remedy)


def _is_words(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_amount(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
