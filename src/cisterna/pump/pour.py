"""Delivery while nothing changes but the program: segments of even flow through the column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cisterna.instants import US_PER_HOUR
from cisterna.pump.column import FluidColumn
from cisterna.pump.schedule import Piece
from cisterna.pump.state import Happening, PumpState, Segment, Status, Step, Stretch, Tally
from cisterna.units import decimal_text

__all__ = ["pour"]


def pour(state: PumpState, until_us: int) -> Step:
    """Let the pump deliver up to ``until_us``, before which no command and no transition may lie.

    Each segment ends where the program changes its flow or another concentration reaches the tip,
    at a whole microsecond; its rate is the drug that was displaced over its length, so that no drug
    is lost by rounding. Never more is pumped than the reservoir holds.
    """
    pieces = _pieces(state, until_us)
    concentration = state.reservoir.concentration_mcg_per_ml
    reservoir_ml, column, delivered = state.reservoir.counted_ml, state.column, state.delivered
    segments: list[Segment] = []
    happenings: list[Happening] = []
    for piece in pieces:
        at_us = piece.start_us
        while at_us < piece.end_us:
            asked_ml_per_h = piece.flow_ml_per_h if reservoir_ml > 0 else 0.0
            cut_us, volume_ml, flow = _cut(column, asked_ml_per_h, concentration, at_us, piece.end_us)
            if volume_ml > reservoir_ml:
                volume_ml, flow = reservoir_ml, reservoir_ml * US_PER_HOUR / (cut_us - at_us)
            after, mass_mcg = column.push(volume_ml, concentration)
            tip = flow * concentration if after is column else mass_mcg * US_PER_HOUR / (cut_us - at_us)
            held = (reservoir_ml, column.mass_mcg, delivered.value)
            segments.append(Segment(at_us, cut_us, flow, piece.dose_mcg_per_h, tip, *held))
            if after is not column:
                happenings.extend(_front(column, after, cut_us))
            reservoir_ml -= volume_ml
            column, delivered, at_us = after, delivered.plus(mass_mcg), cut_us
    return Step(
        _after(state, until_us, reservoir_ml, column, delivered),
        (Stretch(state=state, segments=tuple(segments)),),
        tuple(happenings),
    )


def _pieces(state: PumpState, until_us: int) -> Iterator[Piece]:
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
    was = decimal_text(before.tip_concentration_mcg_per_ml, 1)
    now = decimal_text(after.tip_concentration_mcg_per_ml, 1)
    if was != now:
        text = f"new concentration reached the tip: {now} mcg/mL in place of {was} mcg/mL"
        yield Happening(at_us, text, "pump model")


def _after(
    state: PumpState, at_us: int, reservoir_ml: float, column: FluidColumn, delivered: Tally
) -> PumpState:
    reservoir = replace(state.reservoir, counted_ml=reservoir_ml)
    return replace(state, at_us=at_us, reservoir=reservoir, column=column, delivered=delivered)
