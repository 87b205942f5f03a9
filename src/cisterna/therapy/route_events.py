"""Events that bring drug into the body without the pump: puncture, mouth, skin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import ClassVar

from cisterna.errors import Fault
from cisterna.therapy.event import Event
from cisterna.therapy.wording import not_later, not_positive, time_faults, unknown, unknown_level
from cisterna.units import Area, Fraction, Mass, ProductMass

__all__ = ["AREA_PRODUCTS", "MASS_PRODUCTS", "LumbarBolus", "Oral", "Topical"]

AREA_PRODUCTS: tuple[str, ...] = ("solution", "microneedles", "nanosuspension-microneedles")
"""Products on the skin whose uptake goes with the ``area`` that they cover."""

MASS_PRODUCTS: tuple[str, ...] = ("cream", "gel")
"""Products on the skin whose uptake goes with their ``mass`` and the ``strength`` of drug in it."""


@dataclass(frozen=True, kw_only=True)
class LumbarBolus(Event):
    """Drug was injected by lumbar puncture, as in a screening trial."""

    kind: ClassVar[str] = "lumbar-bolus"
    dose: Mass
    level: str

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from not_positive("dose", self.dose, "write the dose, or leave the event out")
        yield from unknown_level("level", self.level)


@dataclass(frozen=True, kw_only=True)
class Oral(Event):
    """Baclofen by mouth: ``dose`` at each of ``times`` (local) from now on, or once without times.

    It goes on to ``until``, or to the next ``oral`` event, which replaces it; a dose of 0 ends it.
    """

    kind: ClassVar[str] = "oral"
    dose: Mass
    times: tuple[time, ...] = ()
    until: datetime | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from _regimen_faults(self)


@dataclass(frozen=True, kw_only=True)
class Topical(Event):
    """Baclofen through the skin, applied at each of ``times`` (local), or once without times.

    A solution or patch covers an ``area``; a cream or gel has a ``mass`` and a ``strength``.
    """

    kind: ClassVar[str] = "topical"
    product: str
    area: Area | None = None
    mass: ProductMass | None = None
    strength: Fraction | None = None
    times: tuple[time, ...] = ()
    until: datetime | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from _regimen_faults(self)
        if self.product in AREA_PRODUCTS:
            yield from self._faults_of_keys(needed=("area",), barred=("mass", "strength"))
        elif self.product in MASS_PRODUCTS:
            yield from self._faults_of_keys(needed=("mass", "strength"), barred=("area",))
        else:
            yield unknown("product", self.product, AREA_PRODUCTS + MASS_PRODUCTS)
        for key in ("area", "mass", "strength"):
            yield from not_positive(key, getattr(self, key), "correct it, or leave the event out")
        if self.strength is not None and self.strength > 100:  # per cent of the whole
            yield Fault(
                where="strength",
                found=f"'{self.strength.shown()}'",
                allowed="at most 100 %",
                remedy="write the grams of baclofen in 100 g of the product",
            )

    def _faults_of_keys(self, needed: tuple[str, ...], barred: tuple[str, ...]) -> Iterator[Fault]:
        for key in needed:
            if getattr(self, key) is None:
                yield Fault(
                    where=key,
                    found="nothing",
                    allowed=f"product {self.product} with {' and '.join(needed)}",
                    remedy=f"add {key}",
                )
        for key in barred:
            if getattr(self, key) is not None:
                yield Fault(
                    where=key,
                    found=f"{key} of a {self.product}",
                    allowed=" and ".join(needed),
                    remedy="remove it, or correct the product",
                )


def _regimen_faults(event: Oral | Topical) -> Iterator[Fault]:
    yield from not_later("until", event.until, event.at)
    if event.until is not None and not event.times:
        yield Fault(
            where="until",
            found="an end of what is given once",
            allowed="until together with times",
            remedy="add times, or remove until",
        )
    for place, clock in enumerate(event.times):
        yield from time_faults(f"times[{place}]", clock)
        if clock in event.times[:place]:
            yield Fault(
                where=f"times[{place}]",
                found=f"{clock:%H:%M} a second time",
                allowed="each time of day once",
                remedy="remove it; a larger dose at one time is a larger dose",
            )
