"""Pumps and catheters as data: what each model holds and can do, each field with its source.

A device is a table of a TOML file: ``kind`` (``pump`` or ``catheter``), maker, model, what it can
do, and ``[NAME.numbers.FIELD]`` tables in the form of the evidence. A field that is not known is
absent, and what needs it says so (:meth:`PumpModel.need`). A therapy may bring a file of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from cisterna.errors import EvidenceError, Fault
from cisterna.evidence.numbers import Number, read_numbers, unknown_name
from cisterna.units import convert

__all__ = ["Catalogue", "CatheterModel", "PumpModel", "builtin_catalogue", "read_catalogue"]


@dataclass(frozen=True, kw_only=True)
class _Device:
    name: str
    maker: str
    model: str
    text: str
    numbers: Mapping[str, Number] = field(repr=False)

    def known(self, quantity: str) -> bool:
        """Whether the quantity is known for this model."""
        return quantity in self.numbers

    def need(self, quantity: str, unit: str) -> float:
        """The quantity in ``unit``; :class:`EvidenceError` where it is not known for this model."""
        if quantity not in self.numbers:
            raise EvidenceError(
                Fault(
                    where=f"device {self.name}",
                    found=f"no {quantity.replace('_', ' ')}",
                    allowed=f"known here: {', '.join(sorted(self.numbers))}",
                    remedy="describe the device in a file of your own with a value from its manual",
                )
            )
        return self.numbers[quantity].in_unit(unit)


@dataclass(frozen=True, kw_only=True)
class PumpModel(_Device):
    """One model of implantable pump.

    ``mechanism`` is ``peristaltic``, ``valve`` or ``constant-flow``; ``modes`` lists the programs
    that it takes. Numbers that are asked for by name: ``reservoir_volume``, ``residual_volume``,
    ``minimum_flow``, ``maximum_flow``, ``minimum_rate_flow``, ``over_infusion_limit``,
    ``under_infusion_limit``, ``tubing_volume``, ``port_volume``, ``flex_steps_per_day``,
    ``alarm_volume``, ``life``, ``eri_to_stop``.

    >>> pump = builtin_catalogue().pump("synchromed-ii-20")
    >>> pump.need("reservoir_volume", "mL"), pump.need("minimum_flow", "mL/day")
    (20.0, 0.048)
    """

    mechanism: str
    modes: tuple[str, ...]
    properties: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class CatheterModel(_Device):
    """One model of intrathecal catheter: ``length`` as supplied and ``volume_per_length``."""


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All devices that a therapy may name."""

    pumps: Mapping[str, PumpModel]
    catheters: Mapping[str, CatheterModel]

    def pump(self, name: str) -> PumpModel:
        """The pump model called ``name``; :class:`EvidenceError` where there is none."""
        if name not in self.pumps:
            raise EvidenceError(_unknown("pump", name, self.pumps))
        return self.pumps[name]

    def catheter(self, name: str) -> CatheterModel:
        """The catheter model called ``name``; :class:`EvidenceError` where there is none."""
        if name not in self.catheters:
            raise EvidenceError(_unknown("catheter", name, self.catheters))
        return self.catheters[name]

    def with_devices(self, other: Catalogue) -> Catalogue:
        """This catalogue and the devices of ``other``, which may not reuse a name."""
        twice = sorted((set(self.pumps) & set(other.pumps)) | (set(self.catheters) & set(other.catheters)))
        if twice:
            raise EvidenceError(
                Fault(
                    where="devices",
                    found=f"{', '.join(twice)}, already in the catalogue",
                    allowed="a new name for a device of your own",
                    remedy="rename it",
                )
            )
        return Catalogue(
            pumps={**self.pumps, **other.pumps}, catheters={**self.catheters, **other.catheters}
        )


def _unknown(what: str, name: str, known: Mapping[str, object]) -> Fault:
    fault = unknown_name(name, known)
    return Fault(
        where=what,
        found=fault.found,
        allowed=", ".join(sorted(known)),
        remedy="choose one, or describe your own under [devices]",
    )


_PUMP_KEYS = {"kind", "maker", "model", "text", "mechanism", "modes", "properties", "numbers"}
_CATHETER_KEYS = {"kind", "maker", "model", "text", "numbers"}
_POSITIVE = {"reservoir_volume", "length", "volume_per_length", "minimum_flow", "maximum_flow"}
_UNITS = {
    "reservoir_volume": "mL", "residual_volume": "mL", "tubing_volume": "mL", "port_volume": "mL",
    "alarm_volume": "mL", "minimum_flow": "mL/day", "maximum_flow": "mL/day",
    "minimum_rate_flow": "mL/day", "constant_flow": "mL/day", "over_infusion_limit": "%",
    "under_infusion_limit": "%", "flex_steps_per_day": "count", "life": "y", "eri_to_stop": "days",
    "length": "cm", "volume_per_length": "mL/cm", "inner_diameter": "mm", "stroke_volume": "mL",
}  # fmt: skip


def read_catalogue(document: Mapping[str, Any], origin: str) -> Catalogue:
    """The devices of one file; raises :class:`EvidenceError` listing everything that is wrong."""
    pumps: dict[str, PumpModel] = {}
    catheters: dict[str, CatheterModel] = {}
    faults: list[Fault] = []
    for name, table in document.items():
        where = f"{origin}: {name}"
        kind = table.get("kind") if isinstance(table, Mapping) else None
        if kind not in {"pump", "catheter"}:
            faults.append(
                Fault(where=where, found=f"kind {kind!r}", allowed="pump, catheter", remedy="state its kind")
            )
            continue
        device_faults, device_numbers = _device_numbers(where, table, kind)
        if device_faults:
            faults.extend(device_faults)
            continue
        shared = {
            "name": name,
            "maker": table["maker"],
            "model": table["model"],
            "text": table.get("text", ""),
            "numbers": device_numbers,
        }
        if kind == "pump":
            pumps[name] = PumpModel(
                **shared,
                mechanism=table["mechanism"],
                modes=tuple(table["modes"]),
                properties=table.get("properties", {}),
            )
        else:
            catheters[name] = CatheterModel(**shared)
    if faults:
        raise EvidenceError(*faults)
    return Catalogue(pumps=pumps, catheters=catheters)


def _device_numbers(
    where: str, table: Mapping[str, Any], kind: str
) -> tuple[list[Fault], dict[str, Number]]:
    faults: list[Fault] = []
    keys = _PUMP_KEYS if kind == "pump" else _CATHETER_KEYS
    faults.extend(
        Fault(where=where, found=f"unknown key {key}", allowed=", ".join(sorted(keys)), remedy="remove it")
        for key in sorted(set(table) - keys)
    )
    needed = {"maker": str, "model": str}
    if kind == "pump":
        needed |= {"mechanism": str, "modes": list}
    faults.extend(
        Fault(where=where, found=f"no {key}", allowed=f"every {kind} states its {key}", remedy="add it")
        for key, of in needed.items()
        if not isinstance(table.get(key), of)
    )
    loaded: dict[str, Number] = {}
    try:
        loaded = read_numbers(table.get("numbers", {}), where)
    except EvidenceError as error:
        faults.extend(error.faults)
    for name, entry in loaded.items():
        if name not in _UNITS:
            faults.append(
                Fault(
                    where=f"{where}.{name}",
                    found=f"'{name}'",
                    allowed=", ".join(sorted(_UNITS)),
                    remedy="use one of these names",
                )
            )
            continue
        try:
            convert(1.0, entry.unit, _UNITS[name])
        except Exception:
            faults.append(
                Fault(
                    where=f"{where}.{name}",
                    found=f"unit {entry.unit}",
                    allowed=f"a unit like {_UNITS[name]}",
                    remedy="correct the unit",
                )
            )
        if entry.value is not None and (entry.value < 0 or (name in _POSITIVE and entry.value == 0)):
            faults.append(
                Fault(
                    where=f"{where}.{name}",
                    found=entry.shown(),
                    allowed="a positive number",
                    remedy="correct it",
                )
            )
    return faults, loaded


@cache
def builtin_catalogue() -> Catalogue:
    """The devices that Cisterna brings along."""
    catalogue = Catalogue(pumps={}, catheters={})
    folder = files("cisterna.evidence") / "devices"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            read = read_catalogue(tomllib.loads(file.read_text("utf-8")), file.name)
            catalogue = catalogue.with_devices(read)
    return catalogue
