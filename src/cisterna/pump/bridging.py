"""What the true column of fluid makes of a flow, and the bridges that would keep a dose through it.

A change of concentration acts at the tip only when the old fluid is gone. Until then the flow that is
right for the new fluid gives another dose, and a bridge is a flow that is right for the old one. Both
are computed from what is in tubing and catheter now, whatever was meant to be there.
"""

from __future__ import annotations

from collections.abc import Iterator

from cisterna.pump.changes import MODEL
from cisterna.pump.legs import BridgeLeg, bridge_legs, fluids, unbridged_legs
from cisterna.pump.state import Happening, PumpState
from cisterna.units import Concentration, decimal_text

__all__ = ["column_told"]

_BRIDGE = "bridge-bolus"


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
