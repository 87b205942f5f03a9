"""Pumps and catheters as data: what each model holds and can do, each field with its source.

A device is a table of a TOML file: ``kind`` (``pump`` or ``catheter``), maker, model, what it can
do, and ``[NAME.numbers.FIELD]`` tables in the form of the evidence. A field that is not known is
absent, and what needs it says so (:meth:`PumpModel.need`). A therapy may bring a file of its own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from cisterna.errors import EvidenceError, Fault
from cisterna.evidence.device_faults import faults_of_device
from cisterna.evidence.numbers import Number, Section, sections_of, texts_of, unknown_name
from cisterna.evidence.reading import read_numbers

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

    def number(self, quantity: str) -> Number:
        """The quantity with its source, named as ``synchromed-ii-20.reservoir_volume``.

        Raises :class:`~cisterna.errors.EvidenceError` where it is not known for this model.
        """
        if quantity not in self.numbers:
            raise EvidenceError(
                Fault(
                    where=f"device {self.name}",
                    found=f"no {quantity.replace('_', ' ')}",
                    allowed=f"known here: {', '.join(sorted(self.numbers))}",
                    remedy="describe the device in a file of your own with a value from its manual",
                )
            )
        return replace(self.numbers[quantity], name=f"{self.name}.{quantity}")

    def need(self, quantity: str, unit: str) -> float:
        """The quantity in ``unit``; :class:`EvidenceError` where it is not known for this model."""
        return self.number(quantity).in_unit(unit)


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
        """Both these devices and those of ``other``, which may not reuse a name."""
        twice = sorted((set(self.pumps) | set(self.catheters)) & (set(other.pumps) | set(other.catheters)))
        if twice:
            raise EvidenceError(
                Fault(
                    where="devices",
                    found=f"{', '.join(twice)}, already in the catalogue",
                    allowed="a new name for a device of your own",
                    remedy="rename it",
                )
            )
        return Catalogue(pumps={**self.pumps, **other.pumps}, catheters={**self.catheters, **other.catheters})

    def numbers(self) -> tuple[Number, ...]:
        """Every number of every device, each named as ``synchromed-ii-20.reservoir_volume``.

        >>> "synchromed-ii-20.reservoir_volume" in [entry.name for entry in builtin_catalogue().numbers()]
        True
        """
        devices = (*self.pumps.values(), *self.catheters.values())
        return tuple(device.number(quantity) for device in devices for quantity in device.numbers)


def _unknown(what: str, name: str, known: Mapping[str, object]) -> Fault:
    fault = unknown_name(name, known)
    return Fault(
        where=what,
        found=fault.found,
        allowed=", ".join(sorted(known)),
        remedy="choose one, or describe your own under [devices]",
    )


def read_catalogue(document: Mapping[str, Any], origin: str) -> Catalogue:
    """The devices of one file; raises :class:`EvidenceError` listing everything that is wrong.

    ``document`` is the parsed TOML, ``origin`` names the file in messages.
    """
    faults = [fault for name, table in document.items() for fault in faults_of_device(origin, name, table)]
    if faults:
        raise EvidenceError(*faults)
    return Catalogue(
        pumps={name: _pump(name, table) for name, table in document.items() if table["kind"] == "pump"},
        catheters={
            name: CatheterModel(**_shared(name, table))
            for name, table in document.items()
            if table["kind"] == "catheter"
        },
    )


def _pump(name: str, table: Mapping[str, Any]) -> PumpModel:
    return PumpModel(
        **_shared(name, table),
        mechanism=table["mechanism"],
        modes=tuple(table["modes"]),
        properties=table.get("properties", {}),
    )


def _shared(name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "maker": table["maker"],
        "model": table["model"],
        "text": table.get("text", ""),
        "numbers": read_numbers(table.get("numbers", {}), name),
    }


D = TypeVar("D", PumpModel, CatheterModel)

_DEVICES = Path(__file__).parent / "devices"
_HEADING = re.compile(r"^\[([a-z0-9-]+)\]$", re.MULTILINE)


class _Shelf(Mapping[str, D]):
    """Models of one kind by name, each read from its place when it is first asked for."""

    def __init__(self, places: Mapping[str, Section]) -> None:
        self._places = places
        self._read: dict[str, D] = {}

    def __getitem__(self, name: str) -> D:
        if name not in self._read:
            origin, text = self._places[name]
            read: Any = read_catalogue(tomllib.loads(text), origin)
            self._read[name] = {**read.pumps, **read.catheters}[name]
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@cache
def builtin_catalogue() -> Catalogue:
    """The devices that Cisterna brings along."""
    places = sections_of(texts_of(_DEVICES), _HEADING)
    pumps = {name: place for name, place in places.items() if '\nkind = "pump"\n' in place.text}
    catheters = {name: place for name, place in places.items() if name not in pumps}
    return Catalogue(pumps=_Shelf[PumpModel](pumps), catheters=_Shelf[CatheterModel](catheters))
