"""The reservoir: what is in it, what the programmer counts, and the residual below its zero."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

__all__ = ["Reservoir"]


@dataclass(frozen=True, kw_only=True)
class Reservoir:
    """What the reservoir holds.

    ``volume_ml`` is what can be withdrawn: dry at 0. ``counted_ml`` is what the programmer counts,
    calculated and not measured; the two are the same number while the pump delivers what it is asked
    to. ``residual_ml`` lies below the zero, is never counted nor withdrawn, but holds drug and mixes
    into every fill.

    >>> full = Reservoir.new(1.4).filled(20.0, 500.0)
    >>> round(full.concentration_mcg_per_ml, 2)
    467.29
    """

    counted_ml: float
    volume_ml: float
    residual_ml: float
    concentration_mcg_per_ml: float

    def __post_init__(self) -> None:
        if min(self.counted_ml, self.volume_ml, self.residual_ml, self.concentration_mcg_per_ml) < 0:
            raise ValueError(f"not a reservoir: {self}")

    @classmethod
    def new(cls, residual_ml: float) -> Self:
        """A reservoir at implant: empty, and its residual without drug."""
        return cls(counted_ml=0.0, volume_ml=0.0, residual_ml=residual_ml, concentration_mcg_per_ml=0.0)

    @property
    def mass_mcg(self) -> float:
        """Drug in the reservoir, the residual included."""
        return (self.volume_ml + self.residual_ml) * self.concentration_mcg_per_ml

    def emptied(self) -> Reservoir:
        """After all that can be withdrawn was withdrawn; the count begins anew."""
        return replace(self, counted_ml=0.0, volume_ml=0.0)

    def rinsed(self, concentration_mcg_per_ml: float) -> Reservoir:
        """After the residual was exchanged for a solution of this concentration."""
        return replace(self, concentration_mcg_per_ml=concentration_mcg_per_ml)

    def filled(
        self, volume_ml: float, concentration_mcg_per_ml: float, counted_ml: float | None = None
    ) -> Reservoir:
        """After ``volume_ml`` went in and mixed with what was there.

        ``counted_ml`` is what the programmer was told went in, where that is another volume.
        """
        there_ml = self.volume_ml + self.residual_ml
        if self.concentration_mcg_per_ml == concentration_mcg_per_ml or there_ml == 0:
            mixed = concentration_mcg_per_ml
        elif volume_ml == 0:
            mixed = self.concentration_mcg_per_ml
        else:
            mass_mcg = volume_ml * concentration_mcg_per_ml + self.mass_mcg
            mixed = mass_mcg / (volume_ml + there_ml)
        return replace(
            self,
            counted_ml=self.counted_ml + (volume_ml if counted_ml is None else counted_ml),
            volume_ml=self.volume_ml + volume_ml,
            concentration_mcg_per_ml=mixed,
        )
