"""Delivery computed a second time by another route, and compared with the first.

The first route walks segment by segment, pushes plugs and adds up what leaves the tip. The second knows
no segments: for each stretch it takes the volume that the schedule asks for, in closed form, and the
balance of tubing and catheter: what left is what was there, and what came in, less what is there now.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from cisterna.errors import DefectError
from cisterna.instants import US_PER_HOUR, elapsed_h, utc
from cisterna.pump.occlusion import trapped_capacity_ml
from cisterna.pump.state import PumpState, Stretch

__all__ = ["compare_routes", "left_by_balance_mcg", "left_by_segments_mcg"]

_TOLERANCE = 1e-9  # of what was there and came in


def left_by_segments_mcg(stretch: Stretch) -> float:
    """Drug that left the catheter in a stretch, to the patient and outside: the first route."""
    return fsum(
        (segment.tip_mcg_per_h + segment.outside_mcg_per_h) * elapsed_h(segment.start_us, segment.end_us)
        for segment in stretch.segments
    )


def left_by_balance_mcg(stretch: Stretch) -> float:
    """The same by the balance of tubing and catheter: the second route."""
    state, end_us = stretch.state, stretch.segments[-1].end_us
    came_in_mcg = _pumped_ml(state, end_us) * state.reservoir.concentration_mcg_per_ml
    return state.dead_volume_mcg + came_in_mcg - stretch.end_dead_volume_mcg


def _pumped_ml(state: PumpState, until_us: int) -> float:
    """What left the reservoir: what was asked for, as far as there is drive, fluid and room."""
    if state.schedule is None:
        return 0.0
    volume_ml = state.schedule.volume_ml(state.at_us, until_us) * state.passage.drive
    if state.passage.is_blocked:
        volume_ml = min(volume_ml, max(0.0, trapped_capacity_ml(state) - state.trapped.volume_ml))
    return min(volume_ml, state.reservoir.volume_ml)


def _rounding_mcg(stretch: Stretch) -> float:
    """What the first route may pump less: it rounds the arrival of each front up to a whole microsecond."""
    flows_ml_per_h = fsum(segment.flow_ml_per_h for segment in stretch.segments)
    return flows_ml_per_h / US_PER_HOUR * stretch.state.reservoir.concentration_mcg_per_ml


def compare_routes(stretches: Sequence[Stretch]) -> None:
    """Raise :class:`~cisterna.errors.DefectError` where the two routes differ in a stretch."""
    for stretch in stretches:
        first, second = left_by_segments_mcg(stretch), left_by_balance_mcg(stretch)
        state = stretch.state
        allowed = _TOLERANCE * (state.dead_volume_mcg + state.reservoir.mass_mcg) + _rounding_mcg(stretch)
        if not abs(first - second) <= allowed:
            raise DefectError(
                f"two routes to the dose disagree from {utc(state.at_us).isoformat()} on: "
                f"{first:.9g} mcg by segments, {second:.9g} mcg by balance"
            )
