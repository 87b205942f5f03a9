"""The column of fluid in tubing and catheter: what comes out at the tip when something is pushed in.

The access port is a side chamber that only aspiration and injection reach, so it is no part of the
column. Plugs move without mixing; where two fluids meet, the front between them is stirred once, into
a row of well-stirred plugs (:mod:`cisterna.pump.mixing`), so that what leaves stays piecewise constant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from typing import NamedTuple, Self

from cisterna.instants import US_PER_HOUR
from cisterna.pump.mixing import NO_MIXING, Mixing, Plug

__all__ = ["FluidColumn", "Front", "Plug", "joined"]

_ROUNDING = 1e-14  # a quotient that rounding pushed over a whole microsecond is that microsecond
_DUST = 1e-12  # of the column; what rounding leaves of a plug goes with it, and is counted


class Front(NamedTuple):
    """The next boundary in the column: it comes after ``in_us``, when ``volume_ml`` has been pushed."""

    in_us: int
    volume_ml: float


@dataclass(frozen=True)
class FluidColumn:
    """Plugs from the tip (first) to the pump (last); neighbours differ in concentration.

    ``mixing`` says how a front between two fluids is stirred; without it the column is exact plug flow.

    >>> column = FluidColumn.uniform(0.3, 0.0)
    >>> column, left_mcg = column.push(0.4, 500.0)
    >>> round(left_mcg, 12), column.plugs
    (50.0, (Plug(volume_ml=0.3, concentration_mcg_per_ml=500.0, stirred=False),))
    """

    plugs: tuple[Plug, ...]
    mixing: Mixing = NO_MIXING

    def __post_init__(self) -> None:
        if not self.plugs or any(
            plug.volume_ml < 0 or plug.concentration_mcg_per_ml < 0 for plug in self.plugs
        ):
            raise ValueError(f"not a column of fluid: {self.plugs}")

    @classmethod
    def uniform(cls, volume_ml: float, concentration_mcg_per_ml: float, mixing: Mixing = NO_MIXING) -> Self:
        """A column of one concentration; a new catheter holds fluid without drug."""
        return cls((Plug(volume_ml, concentration_mcg_per_ml),), mixing)

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

    def with_plugs(self, plugs: Iterable[Plug]) -> FluidColumn:
        """Another row of plugs under the same mixing; equal neighbours are joined."""
        return replace(self, plugs=joined(plugs))

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
        column, left_mcg, to_push_ml = self.settled(concentration_mcg_per_ml), 0.0, volume_ml
        due_ml = column.stirring_due_ml(concentration_mcg_per_ml)
        if due_ml is not None and due_ml < to_push_ml * (1 - _ROUNDING):
            column, left_mcg = column.displaced(due_ml, concentration_mcg_per_ml)
            column, to_push_ml = column.settled(concentration_mcg_per_ml), to_push_ml - due_ml
        column, last_mcg = column.displaced(to_push_ml, concentration_mcg_per_ml)
        return column.settled(concentration_mcg_per_ml), left_mcg + last_mcg

    def displaced(self, volume_ml: float, concentration_mcg_per_ml: float) -> tuple[FluidColumn, float]:
        """Plug flow: the column moves on by ``volume_ml``, and nothing in it mixes."""
        left_mcg, to_leave_ml = 0.0, volume_ml
        dust_ml = _DUST * self.volume_ml
        waiting = self._with_inlet(volume_ml, concentration_mcg_per_ml)
        for place, plug in enumerate(waiting):
            if plug.volume_ml > to_leave_ml + dust_ml:
                left_mcg += to_leave_ml * plug.concentration_mcg_per_ml
                rest = plug._replace(volume_ml=plug.volume_ml - to_leave_ml)
                return replace(self, plugs=(rest, *waiting[place + 1 :])), left_mcg
            left_mcg += plug.volume_ml * plug.concentration_mcg_per_ml
            to_leave_ml = max(0.0, to_leave_ml - plug.volume_ml)
        raise ValueError("a column without volume")

    def _with_inlet(self, volume_ml: float, concentration_mcg_per_ml: float) -> tuple[Plug, ...]:
        last = self.plugs[-1]
        if last.concentration_mcg_per_ml == concentration_mcg_per_ml:
            return (*self.plugs[:-1], last._replace(volume_ml=last.volume_ml + volume_ml))
        return (*self.plugs, Plug(volume_ml, concentration_mcg_per_ml))

    def next_front(self, flow_ml_per_h: float, inlet_mcg_per_ml: float) -> Front | None:
        """The next boundary at this flow; ``None`` if no other fluid is to come.

        It is where the plug at the tip is gone, or where enough new fluid has come for a front to be
        stirred. Whole microseconds, rounded up so that no flow exceeds the one asked for.
        """
        if self.is_uniform(inlet_mcg_per_ml):
            return None
        volume_ml = self.plugs[0].volume_ml
        due_ml = self.stirring_due_ml(inlet_mcg_per_ml)
        if due_ml is not None and due_ml < volume_ml:
            volume_ml = due_ml
        exact_us = volume_ml / flow_ml_per_h * US_PER_HOUR
        return Front(max(1, ceil(exact_us * (1 - _ROUNDING))), volume_ml)

    # -------------------------------------------------------------------------------- fronts

    def settled(self, inlet_mcg_per_ml: float) -> FluidColumn:
        """The column with every front stirred that has all the fluid it will get.

        A front at the inlet waits until half of the mixed row has come in behind it, or until another
        fluid follows; every other front is stirred as soon as the column moves.
        """
        if self.mixing.row_ml == 0 or len(self.plugs) == 1:
            return self
        row = list(self.plugs)
        place = len(row) - 1
        if not self._may_stir_last(inlet_mcg_per_ml):
            place -= 1
        stirred = False
        while place > 0:
            mixed = self.mixing.stirred(row[place - 1], row[place])
            if mixed is not None:
                row[place - 1 : place + 1] = mixed
                stirred = True
            place -= 1
        return replace(self, plugs=tuple(row)) if stirred else self

    def _may_stir_last(self, inlet_mcg_per_ml: float) -> bool:
        last = self.plugs[-1]
        if last.concentration_mcg_per_ml != inlet_mcg_per_ml:
            return True
        return last.volume_ml >= self.mixing.half_ml * (1 - _DUST)

    def stirring_due_ml(self, inlet_mcg_per_ml: float) -> float | None:
        """What must still come in before the front at the inlet is stirred; ``None`` where none waits."""
        if self.mixing.row_ml == 0:
            return None
        last = self.plugs[-1]
        if last.concentration_mcg_per_ml != inlet_mcg_per_ml:
            waits, there_ml = self.mixing.is_sharp(last, Plug(0.0, inlet_mcg_per_ml)), 0.0
        else:
            waits = len(self.plugs) > 1 and self.mixing.is_sharp(self.plugs[-2], last)
            there_ml = last.volume_ml
        due_ml = self.mixing.half_ml - there_ml
        return due_ml if waits and due_ml > _DUST * self.mixing.half_ml else None


def joined(plugs: Iterable[Plug]) -> tuple[Plug, ...]:
    """The plugs without empty ones, neighbours of one concentration made one.

    >>> [plug.volume_ml for plug in joined([Plug(1.0, 5.0), Plug(0.0, 7.0), Plug(2.0, 5.0)])]
    [3.0]
    """
    row: list[Plug] = []
    for plug in plugs:
        if plug.volume_ml == 0:
            continue
        if row and row[-1].concentration_mcg_per_ml == plug.concentration_mcg_per_ml:
            row[-1] = row[-1]._replace(volume_ml=row[-1].volume_ml + plug.volume_ml)
        else:
            row.append(plug)
    return tuple(row)
