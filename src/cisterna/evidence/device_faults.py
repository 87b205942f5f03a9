"""What may be wrong with the description of a pump or catheter, told so that it can be mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cisterna.errors import EvidenceError, Fault, UnitError
from cisterna.evidence.reading import read_numbers
from cisterna.evidence.values import Number
from cisterna.units import convert

__all__ = ["faults_of_device"]

_SHARED = {"kind", "maker", "model", "text", "numbers"}
_KEYS = {"pump": _SHARED | {"mechanism", "modes", "properties"}, "catheter": _SHARED}
_NEEDED = {"pump": ("maker", "model", "mechanism", "modes"), "catheter": ("maker", "model")}
_MECHANISMS = ("peristaltic", "valve", "constant-flow")
_MODES = ("simple-continuous", "flex", "periodic-bolus", "minimum-rate", "constant-flow")
_POSITIVE = {
    "reservoir_volume", "length", "volume_per_length", "maximum_flow", "constant_flow", "stroke_volume",
    "inner_diameter", "window_length",
}  # fmt: skip
_UNITS = {
    "reservoir_volume": "mL", "residual_volume": "mL", "tubing_volume": "mL", "port_volume": "mL",
    "alarm_volume": "mL", "minimum_flow": "mL/day", "maximum_flow": "mL/day",
    "minimum_rate_flow": "mL/day", "constant_flow": "mL/day", "over_infusion_limit": "%",
    "under_infusion_limit": "%", "flex_steps_per_day": "count", "life": "y", "warranted_life": "y",
    "eri_to_stop": "days",
    "length": "cm", "volume_per_length": "mL/cm", "inner_diameter": "mm", "stroke_volume": "mL",
    "window_limit": "mL", "window_length": "h", "mri_valve_volume": "mL", "mri_field": "T",
    "delivery_accuracy": "%", "diameter": "mm", "thickness": "mm", "weight_empty": "g", "weight_full": "g",
    "displacement_volume": "cm3", "septum_life": "count", "filter_pore": "mm", "implant_depth": "cm",
    "least_access_syringe": "mL",
}  # fmt: skip


def faults_of_device(origin: str, name: str, table: object) -> Iterator[Fault]:
    """Everything that is wrong with one device ``table`` of the file ``origin``."""
    where = f"{origin}: {name}"
    kind = table.get("kind") if isinstance(table, Mapping) else None
    if not isinstance(table, Mapping) or kind not in ("pump", "catheter"):
        yield Fault(
            where=where,
            found="no kind" if kind is None else f"kind {kind!r}",
            allowed="pump, catheter",
            remedy="state its kind",
        )
        return
    yield from _faults_of_keys(where, table, kind)
    yield from _faults_of_choices(where, table)
    yield from _faults_of_numbers(where, table.get("numbers", {}))


def _faults_of_keys(where: str, table: Mapping[str, Any], kind: str) -> Iterator[Fault]:
    for key in sorted(set(table) - _KEYS[kind]):
        yield Fault(
            where=where,
            found=f"unknown key {key}",
            allowed=", ".join(sorted(_KEYS[kind])),
            remedy="remove it",
        )
    for key in _NEEDED[kind]:
        if not table.get(key):
            yield Fault(
                where=where, found=f"no {key}", allowed=f"every {kind} states its {key}", remedy="add it"
            )
    for key in ("maker", "model", "text"):
        if not isinstance(table.get(key, ""), str):
            yield Fault(where=where, found=f"{key} {table[key]!r}", allowed="text", remedy="correct it")
    properties = table.get("properties", {})
    if not isinstance(properties, Mapping) or not all(isinstance(text, str) for text in properties.values()):
        yield Fault(where=where, found="properties", allowed="a table of texts", remedy="correct it")


def _faults_of_choices(where: str, table: Mapping[str, Any]) -> Iterator[Fault]:
    mechanism, modes = table.get("mechanism", _MECHANISMS[0]), table.get("modes", [])
    if mechanism not in _MECHANISMS:
        yield Fault(
            where=f"{where}.mechanism",
            found=repr(mechanism),
            allowed=", ".join(_MECHANISMS),
            remedy="choose one",
        )
    if not isinstance(modes, list) or not all(mode in _MODES for mode in modes):
        yield Fault(
            where=f"{where}.modes",
            found=repr(modes),
            allowed=f"a list of {', '.join(_MODES)}",
            remedy="name the programs that the pump takes",
        )


def _faults_of_numbers(where: str, tables: object) -> Iterator[Fault]:
    if not isinstance(tables, Mapping):
        yield Fault(
            where=f"{where}.numbers",
            found=repr(tables),
            allowed="a table for each quantity",
            remedy="write them as [NAME.numbers.QUANTITY]",
        )
        return
    try:
        loaded = read_numbers(tables, where)
    except EvidenceError as error:
        yield from error.faults
        return
    for name, entry in loaded.items():
        yield from _faults_of_number(f"{where}.{name}", name, entry)


def _faults_of_number(where: str, name: str, entry: Number) -> Iterator[Fault]:
    if name not in _UNITS:
        yield Fault(
            where=where,
            found=f"'{name}'",
            allowed=", ".join(sorted(_UNITS)),
            remedy="use one of these names",
        )
        return
    try:
        convert(1.0, entry.unit, _UNITS[name])
    except UnitError:
        yield Fault(
            where=where,
            found=f"unit {entry.unit}",
            allowed=f"a unit like {_UNITS[name]}",
            remedy="correct the unit",
        )
    amounts = [amount for amount in (entry.low, entry.value, entry.high) if amount is not None]
    if min(amounts) < 0 or (name in _POSITIVE and min(amounts) == 0):
        yield Fault(where=where, found=entry.shown(), allowed="a positive number", remedy="correct it")
