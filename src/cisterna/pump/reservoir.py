"""The reservoir: the volume that is counted and can be withdrawn, and the residual below its zero."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

__all__ = ["Reservoir"]


@dataclass(frozen=True, kw_only=True)
class Reservoir:
    """What the reservoir holds.

    ``counted_ml`` is what can be withdrawn: empty at 0. ``residual_ml`` lies below that zero, is
    never counted nor withdrawn, but holds drug and mixes into every fill.

    >>> full = Reservoir.new(1.4).filled(20.0, 500.0)
    >>> round(full.concentration_mcg_per_ml, 2)
    467.29
    """

    counted_ml: float
    residual_ml: float
    concentration_mcg_per_ml: float

    def __post_init__(self) -> None:
        if self.counted_ml < 0 or self.residual_ml < 0 or self.concentration_mcg_per_ml < 0:
            raise ValueError(f"not a reservoir: {self}")

    @classmethod
    def new(cls, residual_ml: float) -> Self:
        """A reservoir at implant: empty, and its residual without drug."""
        return cls(counted_ml=0.0, residual_ml=residual_ml, concentration_mcg_per_ml=0.0)

    @property
    def mass_mcg(self) -> float:
        """Drug in the reservoir, the residual included."""
        return (self.counted_ml + self.residual_ml) * self.concentration_mcg_per_ml

    def drawn(self, volume_ml: float) -> Reservoir:
        """After ``volume_ml`` was pumped or withdrawn out of it."""
        return replace(self, counted_ml=self.counted_ml - volume_ml)

    def rinsed(self, concentration_mcg_per_ml: float) -> Reservoir:
        """After the residual was exchanged for a solution of this concentration."""
        return replace(self, concentration_mcg_per_ml=concentration_mcg_per_ml)

    def filled(self, volume_ml: float, concentration_mcg_per_ml: float) -> Reservoir:
        """After ``volume_ml`` was injected and mixed with what was there."""
        there_ml = self.counted_ml + self.residual_ml
        if self.concentration_mcg_per_ml == concentration_mcg_per_ml or there_ml == 0:
            mixed = concentration_mcg_per_ml
        else:
            mass_mcg = volume_ml * concentration_mcg_per_ml + self.mass_mcg
            mixed = mass_mcg / (volume_ml + there_ml)
        return replace(self, counted_ml=self.counted_ml + volume_ml, concentration_mcg_per_ml=mixed)
