"""What the true column of fluid makes of a flow, and the bridges that would keep a dose through it.

A change of concentration acts at the tip only when the old fluid is gone. Until then the flow that is
right for the new fluid gives another dose, and a bridge is a flow that is right for the old one. Both
are computed from what is in tubing and catheter now, whatever was meant to be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cisterna.pump.changes import MODEL
from cisterna.pump.column import FluidColumn
from cisterna.pump.state import Happening, PumpState
from cisterna.units import Concentration, decimal_text

__all__ = ["BridgeLeg", "Fluid", "bridge_legs", "column_told", "fluids", "unbridged_legs"]

_BRIDGE = "bridge-bolus"
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


# ------------------------------------------------------------------------------ what is told


def column_told(before: PumpState, after: PumpState) -> tuple[Happening, ...]:
    """What a session that changed the concentration, or touched a bridge, leaves in the column."""
    return tuple(Happening(after.at_us, text, MODEL) for text in _texts(before, after))


def _texts(before: PumpState, after: PumpState) -> Iterator[str]:
    old, new = before.label_mcg_per_ml, after.label_mcg_per_ml
    has_changed = old is not None and new is not None and old != new
    was_bridging = before.activity is not None and before.activity.kind == _BRIDGE
    is_bridging = after.activity is not None and after.activity.kind == _BRIDGE
    text = ""
    if old is not None and new is not None and has_changed:
        text = f"concentration changed from {Concentration(old).shown()} to {Concentration(new).shown()}"
    if was_bridging and (has_changed or not is_bridging or before.filled_us != after.filled_us):
        text = f"{text}, " if text else ""
        yield f"{text}in the middle of a bridge: {_truth(after)}"
    elif _runs_on_other_fluid(before, after, has_changed=has_changed):
        text = text or "the program begins to run"
        yield f"{text}: {_unbridged(after)}"
    elif text:
        yield text


def _runs_on_other_fluid(before: PumpState, after: PumpState, *, has_changed: bool) -> bool:
    """Whether the program begins to run on fluid that is not the labelled one, without a bridge."""
    runs, ran = (state.is_running and state.activity is None for state in (after, before))
    if not runs or after.program is None or (ran and not has_changed):
        return False
    if after.label_mcg_per_ml is None:
        return False  # a new pump on an old catheter delivers nothing before its first fill
    tolerance = after.system.settings.value("bridge_tolerance", "1")
    label = after.program.label_mcg_per_ml
    strengths = [fluid.concentration_mcg_per_ml for fluid in fluids(after.column)]
    return any(strength > 0 and abs(strength - label) > tolerance * label for strength in strengths)


def _unbridged(state: PumpState) -> str:
    """The dose that the old fluid gives at the new flow, and for how long."""
    if state.program is None:
        return "no program"
    dose = state.program.daily_dose_mcg()
    flow = state.program.deliverable().deliverable_mcg_per_day / state.program.label_mcg_per_ml / 24
    parts = [
        f"{_volume(leg)} of {_strength(leg)} give {decimal_text(24 * leg.dose_mcg_per_h, 1)} mcg/day "
        f"in place of {decimal_text(dose, 1)} mcg/day for {decimal_text(leg.hours / 24, 2)} days"
        for leg in unbridged_legs(state.column, flow)
        if leg.fluid.concentration_mcg_per_ml != state.program.label_mcg_per_ml
    ]
    return (
        f"without a bridge the old fluid in tubing and catheter goes at the new flow: {', then '.join(parts)}"
    )


def _truth(state: PumpState) -> str:
    """What tubing and catheter hold now, and the bridges that this asks for."""
    held = ", then ".join(
        f"{decimal_text(fluid.volume_ml, 3)} mL of {decimal_text(fluid.concentration_mcg_per_ml, 1)} mcg/mL"
        for fluid in fluids(state.column)
    )
    text = f"from the tip on tubing and catheter hold {held}"
    if state.program is None:
        return text
    dose = state.program.daily_dose_mcg()
    legs = [
        f"{decimal_text(24 * leg.flow_ml_per_h, 4)} mL/day for {decimal_text(leg.hours, 1)} h"
        for leg in bridge_legs(state.column, dose / 24)
    ]
    if not legs or dose <= 0:
        return text
    return f"{text}; to keep {decimal_text(dose, 1)} mcg/day bridge it with {', then '.join(legs)}"


def _volume(leg: BridgeLeg) -> str:
    return f"{decimal_text(leg.fluid.volume_ml, 3)} mL"


def _strength(leg: BridgeLeg) -> str:
    return f"{decimal_text(leg.fluid.concentration_mcg_per_ml, 1)} mcg/mL"
