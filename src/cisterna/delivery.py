"""What enters the body, where and when: the value that joins the pump, or a tablet, to the body.

A :class:`Delivery` is piecewise constant: infusions with a rate between two instants, and doses at
an instant. What is not known to have been delivered is an :class:`Unknown`, never a zero.
Instants are microseconds of UTC (:mod:`cisterna.instants`), amounts micrograms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from cisterna.errors import Fault, InputError
from cisterna.instants import elapsed_h

__all__ = ["Delivery", "Dose", "Infusion", "Route", "Site", "Unknown"]


class Route(StrEnum):
    """How the drug enters the body."""

    CATHETER = "catheter"  # a point in the spinal fluid at the level of the catheter tip
    PUNCTURE = "puncture"  # a lumbar puncture: the fluid of a level and its two neighbours
    MOUTH = "mouth"  # the first step of transit through the gut
    SKIN = "skin"  # the depot in the skin


@dataclass(frozen=True)
class Site:
    """Where drug enters: a route, and for spinal fluid the vertebral level."""

    route: Route
    level: str | None = None

    def __post_init__(self) -> None:
        if (self.level is not None) != (self.route in (Route.CATHETER, Route.PUNCTURE)):
            raise InputError(
                Fault(
                    where="site",
                    found=f"{self.route.value} at level {self.level}",
                    allowed="a level for the spinal routes, none for mouth and skin",
                    remedy="correct the level",
                )
            )

    @property
    def is_intrathecal(self) -> bool:
        """Whether the drug enters the spinal fluid directly."""
        return self.level is not None


@dataclass(frozen=True)
class Infusion:
    """A constant rate from ``start_us`` (included) to ``end_us`` (excluded)."""

    site: Site
    start_us: int
    end_us: int
    rate_mcg_per_h: float

    def __post_init__(self) -> None:
        if self.end_us <= self.start_us or not 0 <= self.rate_mcg_per_h < float("inf"):
            raise ValueError(f"not an infusion: {self}")

    @property
    def amount_mcg(self) -> float:
        """Drug that enters in all."""
        return self.rate_mcg_per_h * elapsed_h(self.start_us, self.end_us)


@dataclass(frozen=True)
class Dose:
    """An amount that enters at one instant.

    ``amount_mcg`` is what was given; ``absorbed_fraction`` of it can reach plasma (less than one
    only by mouth), the rest is eliminated with it.
    """

    site: Site
    at_us: int
    amount_mcg: float
    absorbed_fraction: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.amount_mcg < float("inf") or not 0 <= self.absorbed_fraction <= 1:
            raise ValueError(f"not a dose: {self}")


@dataclass(frozen=True)
class Unknown:
    """A time during which it is not known what entered at ``site``, and why."""

    site: Site
    start_us: int
    end_us: int
    why: str


@dataclass(frozen=True)
class Delivery:
    """Everything that enters one body.

    >>> tip = Site(Route.CATHETER, "T10")
    >>> Delivery(infusions=(Infusion(tip, 0, 7_200_000_000, 4.0),)).amount_mcg
    8.0
    """

    infusions: tuple[Infusion, ...] = ()
    doses: tuple[Dose, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    @classmethod
    def joined(cls, deliveries: Iterable[Delivery]) -> Delivery:
        """All of ``deliveries`` at once; the effects of linear kinetics add up."""
        parts = tuple(deliveries)
        return cls(
            infusions=tuple(entry for part in parts for entry in part.infusions),
            doses=tuple(entry for part in parts for entry in part.doses),
            unknown=tuple(entry for part in parts for entry in part.unknown),
        )

    @property
    def amount_mcg(self) -> float:
        """Drug that enters in all."""
        return sum(infusion.amount_mcg for infusion in self.infusions) + sum(
            dose.amount_mcg for dose in self.doses
        )

    def after(self, at_us: int) -> Delivery:
        """Only what enters after an instant: a dose at that instant is not among it.

        >>> tip = Site(Route.CATHETER, "T10")
        >>> Delivery(infusions=(Infusion(tip, 0, 7_200_000_000, 4.0),)).after(5_400_000_000).amount_mcg
        2.0
        """
        return Delivery(
            infusions=tuple(
                entry if entry.start_us >= at_us else replace(entry, start_us=at_us)
                for entry in self.infusions
                if entry.end_us > at_us
            ),
            doses=tuple(dose for dose in self.doses if dose.at_us > at_us),
            unknown=tuple(
                entry if entry.start_us >= at_us else replace(entry, start_us=at_us)
                for entry in self.unknown
                if entry.end_us > at_us
            ),
        )

    def until(self, at_us: int) -> Delivery:
        """Only what enters up to an instant: a dose at that instant is among it.

        >>> tip = Site(Route.CATHETER, "T10")
        >>> Delivery(infusions=(Infusion(tip, 0, 7_200_000_000, 4.0),)).until(1_800_000_000).amount_mcg
        2.0
        """
        return Delivery(
            infusions=tuple(
                entry if entry.end_us <= at_us else replace(entry, end_us=at_us)
                for entry in self.infusions
                if entry.start_us < at_us
            ),
            doses=tuple(dose for dose in self.doses if dose.at_us <= at_us),
            unknown=tuple(
                entry if entry.end_us <= at_us else replace(entry, end_us=at_us)
                for entry in self.unknown
                if entry.start_us < at_us
            ),
        )

    def intrathecal(self) -> Delivery:
        """Only what enters the spinal fluid directly."""
        return Delivery(
            infusions=tuple(entry for entry in self.infusions if entry.site.is_intrathecal),
            doses=tuple(entry for entry in self.doses if entry.site.is_intrathecal),
            unknown=tuple(entry for entry in self.unknown if entry.site.is_intrathecal),
        )
