"""An occluded catheter: the pump goes on turning, nothing leaves the tip, and what is trapped waits.

The pump presses fluid into tubing and catheter until they hold a share more than their volume
(``occlusion_trapped_share``, assumed); then nothing moves. On relief what was pressed in leaves the
tip at once, displacing the column (Lew 2005, Sgouros 2010: assume that trapped drug is released).
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from cisterna.delivery import Dose
from cisterna.instants import US_PER_HOUR
from cisterna.pump.column import Plug
from cisterna.pump.pour import pieces_of
from cisterna.pump.state import Happening, PumpState, Segment, Step, Stretch
from cisterna.units import decimal_text

__all__ = ["flushed", "pour_occluded", "relieved"]

NOTHING = Plug(0.0, 0.0)


def trapped_capacity_ml(state: PumpState) -> float:
    """What pressure can add to the fluid in tubing and catheter."""
    return state.column.volume_ml * state.system.settings.value("occlusion_trapped_share", "1")


def pour_occluded(state: PumpState, until_us: int) -> Step:
    """Let time pass for a pump whose catheter is blocked; no command or transition may lie before its end.

    The count goes on as asked. The reservoir loses only what is still pressed into the catheter.
    """
    trapped, reservoir, asked = state.trapped, state.reservoir, state.asked
    capacity_ml, delivered, outside = trapped_capacity_ml(state), state.delivered.value, state.outside.value
    segments: list[Segment] = []
    still_mcg = state.dead_volume_mcg - trapped.volume_ml * trapped.concentration_mcg_per_ml
    for piece in pieces_of(state, until_us):
        at_us = piece.start_us
        while at_us < piece.end_us:
            room_ml = min(max(0.0, capacity_ml - trapped.volume_ml), reservoir.volume_ml)
            flow = piece.flow_ml_per_h * state.passage.drive if room_ml > 0 else 0.0
            cut_us = piece.end_us
            if flow > 0:
                cut_us = min(cut_us, at_us + max(1, ceil(room_ml / flow * US_PER_HOUR)))
            per_h = US_PER_HOUR / (cut_us - at_us)
            volume_ml = min(room_ml, flow / per_h)
            drop_ml = min(reservoir.counted_ml, piece.flow_ml_per_h / per_h)
            held_mcg = still_mcg + trapped.volume_ml * trapped.concentration_mcg_per_ml
            flows = (volume_ml * per_h, piece.dose_mcg_per_h, 0.0)
            held = (reservoir.volume_ml, held_mcg, delivered, reservoir.counted_ml, drop_ml * per_h, outside)
            segments.append(Segment(at_us, cut_us, *flows, *held, 0.0))
            trapped = _mixed(trapped, Plug(volume_ml, reservoir.concentration_mcg_per_ml))
            reservoir = replace(
                reservoir,
                volume_ml=reservoir.volume_ml - volume_ml,
                counted_ml=reservoir.counted_ml - drop_ml,
            )
            asked, at_us = asked.plus(piece.dose_mcg_per_h / per_h), cut_us
    after = replace(state, at_us=until_us, reservoir=reservoir, trapped=trapped, asked=asked)
    return Step(after, (_stretch(state, segments, after),))


def _stretch(state: PumpState, segments: list[Segment], after: PumpState) -> Stretch:
    return Stretch(state=state, segments=tuple(segments), end_dead_volume_mcg=after.dead_volume_mcg)


def _mixed(one: Plug, other: Plug) -> Plug:
    """Two volumes in one."""
    volume_ml = one.volume_ml + other.volume_ml
    if volume_ml == 0:
        return NOTHING
    mass_mcg = one.volume_ml * one.concentration_mcg_per_ml + other.volume_ml * other.concentration_mcg_per_ml
    return Plug(volume_ml, mass_mcg / volume_ml)


def relieved(state: PumpState) -> tuple[PumpState, tuple[Happening, ...]]:
    """The pump after its catheter opened: what was trapped has left the tip at once."""
    trapped = state.trapped
    after, mass_mcg = flushed(replace(state, trapped=NOTHING), trapped)
    cited = state.system.settings.number("occlusion_trapped_share").cited()
    text = (
        f"the occlusion gave way: {decimal_text(trapped.volume_ml, 4)} mL under pressure left the "
        "catheter at "
        f"once, {decimal_text(mass_mcg, 1)} mcg; assume that trapped drug reaches the patient"
    )
    return after, (Happening(state.at_us, text, cited),)


def flushed(state: PumpState, fluid: Plug) -> tuple[PumpState, float]:
    """The pump after ``fluid`` went into the column at once, and the drug that left the catheter.

    What of it is not lost to a leak reaches the patient as one dose.
    """
    column, mass_mcg = state.column.push(fluid.volume_ml, fluid.concentration_mcg_per_ml)
    return dosed(replace(state, column=column), mass_mcg), mass_mcg


def dosed(state: PumpState, mass_mcg: float) -> PumpState:
    """The pump after ``mass_mcg`` left the catheter at one instant."""
    if mass_mcg <= 0:
        return state
    lost_mcg = mass_mcg * state.passage.lost_share
    given_mcg = mass_mcg - lost_mcg
    doses = state.doses
    if given_mcg > 0:
        doses = (*doses, Dose(state.system.site, state.at_us, given_mcg))
    return replace(
        state, doses=doses, delivered=state.delivered.plus(given_mcg), outside=state.outside.plus(lost_mcg)
    )
