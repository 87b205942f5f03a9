"""Delivery while nothing changes but the program: segments of even flow through the column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import fsum

from cisterna.instants import US_PER_HOUR
from cisterna.pump.column import FluidColumn, Plug
from cisterna.pump.schedule import Piece
from cisterna.pump.state import Happening, PumpState, Segment, Status, Step, Stretch
from cisterna.units import decimal_text

__all__ = ["pieces_of", "pour"]


def pour(state: PumpState, until_us: int) -> Step:
    """Let the pump deliver up to ``until_us``, before which no command and no transition may lie.

    Each segment ends where the program changes its flow or another concentration reaches the tip,
    at a whole microsecond; its rate is the drug that was displaced over its length, so that no drug
    is lost by rounding. Never more is pumped than the reservoir holds; what is counted is what was
    asked for.
    """
    concentration, passage = state.reservoir.concentration_mcg_per_ml, state.passage
    reservoir_ml, counted_ml = state.reservoir.volume_ml, state.reservoir.counted_ml
    column = state.column.settled(concentration)
    delivered, outside, asked_mcg = state.delivered, state.outside, list[float]()
    beside_mcg = state.beside_column_mcg
    segments: list[Segment] = []
    happenings: list[Happening] = []
    for piece in pieces_of(state, until_us):
        at_us = piece.start_us
        while at_us < piece.end_us:
            true_ml_per_h = piece.flow_ml_per_h * passage.drive if reservoir_ml > 0 else 0.0
            cut_us, volume_ml, flow = _cut(column, true_ml_per_h, concentration, at_us, piece.end_us)
            per_h = US_PER_HOUR / (cut_us - at_us)
            as_asked = true_ml_per_h == piece.flow_ml_per_h
            drop_ml = min(counted_ml, volume_ml if as_asked else piece.flow_ml_per_h / per_h)
            if volume_ml > reservoir_ml:
                volume_ml, flow = reservoir_ml, reservoir_ml * US_PER_HOUR / (cut_us - at_us)
            counted_ml_per_h = flow if drop_ml == volume_ml else drop_ml * per_h
            after, mass_mcg = column.push(volume_ml, concentration)
            left = flow * concentration if after is column else mass_mcg * US_PER_HOUR / (cut_us - at_us)
            lost_mcg, lost = mass_mcg * passage.lost_share, left * passage.lost_share
            dead_mcg = column.mass_mcg + beside_mcg
            held = (reservoir_ml, dead_mcg, delivered.value, counted_ml, counted_ml_per_h, outside.value)
            segments.append(Segment(at_us, cut_us, flow, piece.dose_mcg_per_h, left - lost, *held, lost))
            if after is not column:
                happenings.extend(_front(column, after, cut_us))
            reservoir_ml, counted_ml = reservoir_ml - volume_ml, counted_ml - drop_ml
            delivered = delivered.plus(mass_mcg - lost_mcg)
            if lost_mcg:
                outside = outside.plus(lost_mcg)
            asked_mcg.append(piece.dose_mcg_per_h / per_h)
            column, at_us = after, cut_us
    reservoir = replace(state.reservoir, volume_ml=reservoir_ml, counted_ml=counted_ml)
    poured = replace(
        state, at_us=until_us, reservoir=reservoir, column=column, delivered=delivered, outside=outside,
        asked=state.asked.plus(fsum(asked_mcg)),
    )  # fmt: skip
    stretch = Stretch(state=state, segments=tuple(segments), end_dead_volume_mcg=poured.dead_volume_mcg)
    return Step(poured, (stretch,), tuple(happenings))


def pieces_of(state: PumpState, until_us: int) -> Iterator[Piece]:
    """What is asked for; a pump at the end of its service is asked for its program and gives nothing."""
    if state.schedule is not None:
        yield from state.schedule.pieces(state.at_us, until_us)
    elif state.status is Status.END_OF_SERVICE and state.program is not None:
        for piece in state.program.schedule.pieces(state.at_us, until_us):
            yield piece._replace(flow_ml_per_h=0.0)
    else:
        yield Piece(state.at_us, until_us, 0.0, 0.0)


def _cut(
    column: FluidColumn, flow_ml_per_h: float, concentration: float, start_us: int, end_us: int
) -> tuple[int, float, float]:
    """The end of the segment, its volume and its flow.

    It ends at ``end_us``, or before where the plug at the tip is gone; then exactly that plug is the
    volume, so that the next one begins with the next segment.
    """
    if flow_ml_per_h <= 0:
        return end_us, 0.0, 0.0
    front = column.next_front(flow_ml_per_h, concentration)
    if front is None or start_us + front.in_us > end_us:
        return end_us, flow_ml_per_h * (end_us - start_us) / US_PER_HOUR, flow_ml_per_h
    return start_us + front.in_us, front.volume_ml, front.volume_ml * US_PER_HOUR / front.in_us


def _front(before: FluidColumn, after: FluidColumn, at_us: int) -> Iterator[Happening]:
    """The arrival of another concentration at the tip, told where people would read another number."""
    was, now = before.plugs[0], after.plugs[0]
    if now.stirred and not was.stirred:
        behind = next((plug for plug in after.plugs if not plug.stirred), after.plugs[-1])
        old, new = _read(was), _read(behind)
        text = f"a mixed front reached the tip: {old} mcg/mL begins to give way to {new} mcg/mL"
    else:
        old, new = _read(was), _read(now)
        text = f"new concentration reached the tip: {new} mcg/mL"
        text += ", the mixed front has passed" if was.stirred else f" in place of {old} mcg/mL"
    if old != new and not (was.stirred and now.stirred):
        yield Happening(at_us, text, "pump model")


def _read(plug: Plug) -> str:
    return decimal_text(plug.concentration_mcg_per_ml, 1)
