"""What each fluid of the column gives at a flow, and the flow that would keep a dose through it.

Arithmetic alone, for the pump's bridges and for the calculators.
"""

from __future__ import annotations

from typing import NamedTuple

from cisterna.pump.column import FluidColumn

__all__ = ["BridgeLeg", "Fluid", "bridge_legs", "fluids", "unbridged_legs"]


_LEAST = 1e-3  # of the column; less of a fluid than this is not worth a word


class Fluid(NamedTuple):
    """One fluid of the column, its half of each mixed front included."""

    volume_ml: float
    concentration_mcg_per_ml: float


class BridgeLeg(NamedTuple):
    """One fluid on its way through the tip: how fast, for how long, at which dose."""

    fluid: Fluid
    flow_ml_per_h: float
    hours: float
    dose_mcg_per_h: float


def fluids(column: FluidColumn) -> tuple[Fluid, ...]:
    """The fluids in the column from the tip on; a mixed front counts half to either side.

    >>> fluids(FluidColumn.uniform(0.34, 500.0))
    (Fluid(volume_ml=0.34, concentration_mcg_per_ml=500.0),)
    """
    row: list[Fluid] = []
    mixed_ml = 0.0
    for plug in column.plugs:
        if plug.stirred:
            mixed_ml += plug.volume_ml
            continue
        if row:
            row[-1] = row[-1]._replace(volume_ml=row[-1].volume_ml + mixed_ml / 2)
            mixed_ml /= 2
        row.append(Fluid(plug.volume_ml + mixed_ml, plug.concentration_mcg_per_ml))
        mixed_ml = 0.0
    if not row:
        return (Fluid(column.volume_ml, column.mass_mcg / column.volume_ml),)
    row[-1] = row[-1]._replace(volume_ml=row[-1].volume_ml + mixed_ml)
    return tuple(fluid for fluid in row if fluid.volume_ml > _LEAST * column.volume_ml)


def unbridged_legs(column: FluidColumn, flow_ml_per_h: float) -> tuple[BridgeLeg, ...]:
    """What the fluids of the column give at one flow: dose = flow times concentration, for volume / flow.

    >>> leg, = unbridged_legs(FluidColumn.uniform(0.34, 500.0), 0.1 / 24)
    >>> round(24 * leg.dose_mcg_per_h, 9), round(leg.hours / 24, 9)
    (50.0, 3.4)
    """
    return tuple(
        BridgeLeg(
            fluid,
            flow_ml_per_h,
            fluid.volume_ml / flow_ml_per_h,
            flow_ml_per_h * fluid.concentration_mcg_per_ml,
        )
        for fluid in fluids(column)
    )


def bridge_legs(column: FluidColumn, dose_mcg_per_h: float) -> tuple[BridgeLeg, ...]:
    """The bridges that keep a dose through the column: flow = dose / concentration of each fluid.

    Fluid without drug gives no dose at any flow and has no leg.

    >>> leg, = bridge_legs(FluidColumn.uniform(0.34, 500.0), 200 / 24)
    >>> round(24 * leg.flow_ml_per_h, 9), round(leg.hours, 9)
    (0.4, 20.4)
    """
    return tuple(
        BridgeLeg(
            fluid,
            dose_mcg_per_h / fluid.concentration_mcg_per_ml,
            fluid.volume_ml * fluid.concentration_mcg_per_ml / dose_mcg_per_h,
            dose_mcg_per_h,
        )
        for fluid in fluids(column)
        if fluid.concentration_mcg_per_ml > 0
    )
