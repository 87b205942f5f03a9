"""The column of fluid in tubing and catheter: what comes out at the tip when something is pushed in.

The access port is a side chamber that only aspiration and injection reach, so it is no part of the
column. Plugs move without mixing; a mixed front will be a row of well-stirred plugs, which this
value can hold already.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import NamedTuple, Self

from cisterna.instants import US_PER_HOUR

__all__ = ["FluidColumn", "Front", "Plug"]

_ROUNDING = 1e-14  # a quotient that rounding pushed over a whole microsecond is that microsecond
_DUST = 1e-12  # of the column; what rounding leaves of a plug goes with it, and is counted


class Plug(NamedTuple):
    """A piece of the column with one concentration."""

    volume_ml: float
    concentration_mcg_per_ml: float


class Front(NamedTuple):
    """The boundary of the plug at the tip: it comes after ``in_us``, when ``volume_ml`` has left."""

    in_us: int
    volume_ml: float


@dataclass(frozen=True)
class FluidColumn:
    """Plugs from the tip (first) to the pump (last); neighbours differ in concentration.

    >>> column = FluidColumn.uniform(0.3, 0.0)
    >>> column, left_mcg = column.push(0.4, 500.0)
    >>> round(left_mcg, 12), column.plugs
    (50.0, (Plug(volume_ml=0.3, concentration_mcg_per_ml=500.0),))
    """

    plugs: tuple[Plug, ...]

    def __post_init__(self) -> None:
        if not self.plugs or any(
            plug.volume_ml < 0 or plug.concentration_mcg_per_ml < 0 for plug in self.plugs
        ):
            raise ValueError(f"not a column of fluid: {self.plugs}")

    @classmethod
    def uniform(cls, volume_ml: float, concentration_mcg_per_ml: float) -> Self:
        """A column of one concentration; a new catheter holds fluid without drug."""
        return cls((Plug(volume_ml, concentration_mcg_per_ml),))

    @cached_property
    def volume_ml(self) -> float:
        """The volume of the whole column, which pushing never changes."""
        return sum(plug.volume_ml for plug in self.plugs)

    @cached_property
    def mass_mcg(self) -> float:
        """Drug in the whole column."""
        return sum(plug.volume_ml * plug.concentration_mcg_per_ml for plug in self.plugs)

    @property
    def tip_concentration_mcg_per_ml(self) -> float:
        """The concentration of the fluid that leaves next."""
        return self.plugs[0].concentration_mcg_per_ml

    def is_uniform(self, concentration_mcg_per_ml: float) -> bool:
        """Whether all of the column has this concentration."""
        return len(self.plugs) == 1 and self.plugs[0].concentration_mcg_per_ml == concentration_mcg_per_ml

    def push(self, volume_ml: float, concentration_mcg_per_ml: float) -> tuple[FluidColumn, float]:
        """Push fluid in at the pump: the column after it, and the drug that left the tip (mcg).

        What leaves is exactly what was displaced, plug by plug, so drug is neither made nor lost;
        of a volume larger than the column the excess leaves with its own concentration.
        """
        if volume_ml < 0:
            raise ValueError(f"cannot push {volume_ml} mL")
        if self.is_uniform(concentration_mcg_per_ml):
            return self, volume_ml * concentration_mcg_per_ml
        if volume_ml == 0:
            return self, 0.0
        waiting = self._with_inlet(volume_ml, concentration_mcg_per_ml)
        left_mcg, to_leave_ml = 0.0, volume_ml
        dust_ml = _DUST * self.volume_ml
        for place, plug in enumerate(waiting):
            if plug.volume_ml > to_leave_ml + dust_ml:
                left_mcg += to_leave_ml * plug.concentration_mcg_per_ml
                rest = Plug(plug.volume_ml - to_leave_ml, plug.concentration_mcg_per_ml)
                return FluidColumn((rest, *waiting[place + 1 :])), left_mcg
            left_mcg += plug.volume_ml * plug.concentration_mcg_per_ml
            to_leave_ml = max(0.0, to_leave_ml - plug.volume_ml)
        raise ValueError("a column without volume")

    def _with_inlet(self, volume_ml: float, concentration_mcg_per_ml: float) -> tuple[Plug, ...]:
        last = self.plugs[-1]
        if last.concentration_mcg_per_ml == concentration_mcg_per_ml:
            return (*self.plugs[:-1], Plug(last.volume_ml + volume_ml, concentration_mcg_per_ml))
        return (*self.plugs, Plug(volume_ml, concentration_mcg_per_ml))

    def next_front(self, flow_ml_per_h: float, inlet_mcg_per_ml: float) -> Front | None:
        """The plug at the tip, and when it will be gone at this flow; ``None`` if no other follows.

        Whole microseconds, rounded up so that no flow exceeds the one asked for.
        """
        tip = self.plugs[0]
        if len(self.plugs) == 1 and tip.concentration_mcg_per_ml == inlet_mcg_per_ml:
            return None
        exact_us = tip.volume_ml / flow_ml_per_h * US_PER_HOUR
        return Front(max(1, ceil(exact_us * (1 - _ROUNDING))), tip.volume_ml)
