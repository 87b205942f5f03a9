"""The pump read at many instants, in one pass over what it delivered."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import NamedTuple

from cisterna.instants import US_PER_HOUR
from cisterna.pump.state import PumpState, Segment, Status, Stretch

__all__ = ["Readings", "read"]


@dataclass(frozen=True, kw_only=True)
class Readings:
    """Parallel columns, one entry for each of ``times_us``; at an event's instant the value after it.

    ``reservoir_ml`` is what the programmer counts, ``true_reservoir_ml`` what is there; both ``None``
    like the concentration where no pump is implanted. ``programmed_mcg_per_h`` is what the program asks
    for, ``flow_ml_per_h`` what leaves the reservoir, ``tip_mcg_per_h`` what reaches the patient.
    ``state`` is the pump's mode in a word. The rest is the drug account:
    injected = withdrawn + reservoir (with its residual) + dead volume + outside + delivered.

    While nobody knows what is delivered, what is programmed, flows, leaves the tip and was delivered are
    ``None``, never zero. The account then stands on ``assumed_delivered_mcg``: the last complete program
    is taken to have run on; where delivery is known the two are one number.
    """

    times_us: tuple[int, ...] = ()
    state: tuple[str, ...] = ()
    reservoir_ml: tuple[float | None, ...] = ()
    true_reservoir_ml: tuple[float | None, ...] = ()
    reservoir_concentration_mcg_per_ml: tuple[float | None, ...] = ()
    programmed_mcg_per_h: tuple[float | None, ...] = ()
    flow_ml_per_h: tuple[float | None, ...] = ()
    tip_mcg_per_h: tuple[float | None, ...] = ()
    injected_mcg: tuple[float, ...] = ()
    withdrawn_mcg: tuple[float, ...] = ()
    reservoir_mcg: tuple[float, ...] = ()
    dead_volume_mcg: tuple[float, ...] = ()
    outside_mcg: tuple[float, ...] = ()
    delivered_mcg: tuple[float | None, ...] = ()
    assumed_delivered_mcg: tuple[float, ...] = ()

    def account_error_mcg(self) -> tuple[float, ...]:
        """Injected less everything that it became, at each instant; zero but for rounding."""
        columns = zip(
            self.injected_mcg, self.withdrawn_mcg, self.reservoir_mcg, self.dead_volume_mcg,
            self.outside_mcg, self.assumed_delivered_mcg, strict=True,
        )  # fmt: skip
        return tuple(injected - sum(held) for injected, *held in columns)


class _Row(NamedTuple):
    state: str
    reservoir_ml: float | None
    true_reservoir_ml: float | None
    reservoir_concentration_mcg_per_ml: float | None
    programmed_mcg_per_h: float | None
    flow_ml_per_h: float | None
    tip_mcg_per_h: float | None
    injected_mcg: float
    withdrawn_mcg: float
    reservoir_mcg: float
    dead_volume_mcg: float
    outside_mcg: float
    delivered_mcg: float | None
    assumed_delivered_mcg: float


_NO_PUMP = _Row("no-pump", None, None, None, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def read(stretches: Sequence[Stretch], last: PumpState, times_us: Sequence[int]) -> Readings:
    """The pump at ``times_us``, which must ascend and may not lie behind ``last``.

    The cost is one pass over the segments and one over the instants.
    """
    if any(after < before for before, after in pairwise(times_us)):
        raise ValueError("instants must ascend")
    if times_us and times_us[-1] > last.at_us:
        raise ValueError("an instant behind the end of the run")
    rows = list(_rows(stretches, last, tuple(times_us)))
    columns = zip(*rows, strict=True) if rows else ()
    named = dict(zip(_Row._fields, columns, strict=False))
    return Readings(times_us=tuple(times_us), **named)


def _segments(stretches: Sequence[Stretch], last: PumpState) -> Iterator[tuple[Stretch, Segment, int | None]]:
    """Each segment with its stretch and the instant from which the next one holds; the end state last."""
    before: tuple[Stretch, Segment] | None = None
    for stretch in (*stretches, _end(last)):
        for segment in stretch.segments:
            if before:
                yield (*before, segment.start_us)
            before = (stretch, segment)
    if before:
        yield (*before, None)


def _end(state: PumpState) -> Stretch:
    return Stretch(state=state, segments=(_at_rest(state),), end_dead_volume_mcg=state.dead_volume_mcg)


def _at_rest(state: PumpState) -> Segment:
    """The end of the run as a segment without length, so that its last instant can be read."""
    stage = state.schedule.at(state.at_us) if state.schedule else None
    asked, dose = (stage.flow_ml_per_h, stage.dose_mcg_per_h) if stage else (0.0, 0.0)
    passage = state.passage
    flow = 0.0 if state.is_dry else asked * passage.drive
    left = 0.0 if passage.is_blocked else flow * state.column.tip_concentration_mcg_per_ml
    lost = left * passage.lost_share
    return Segment(
        start_us=state.at_us,
        end_us=state.at_us,
        flow_ml_per_h=flow,
        dose_mcg_per_h=dose,
        tip_mcg_per_h=left - lost,
        reservoir_ml=state.reservoir.volume_ml,
        dead_volume_mcg=state.dead_volume_mcg,
        delivered_mcg=state.delivered.value,
        counted_ml=state.reservoir.counted_ml,
        counted_ml_per_h=0.0 if state.is_empty else asked,
        outside_mcg=state.outside.value,
        outside_mcg_per_h=lost,
    )


def _rows(stretches: Sequence[Stretch], last: PumpState, times_us: Sequence[int]) -> Iterator[_Row]:
    count = len(times_us)
    first_us = stretches[0].segments[0].start_us if stretches else last.at_us
    place = bisect_left(times_us, first_us)
    yield from repeat(_NO_PUMP, place)
    for stretch, segment, next_us in _segments(stretches, last):
        if place == count:
            return
        stop = count if next_us is None else bisect_left(times_us, next_us, place)
        if stop > place:
            yield from _rows_of(stretch, segment, times_us[place:stop])
            place = stop


def _rows_of(stretch: Stretch, segment: Segment, times_us: Sequence[int]) -> Iterator[_Row]:
    """The instants of one segment, along which every amount changes evenly."""
    state = stretch.state
    start_us, _, flow, dose, tip, true_ml, dead_mcg, delivered_mcg, counted_ml, counted, outside, lost = (
        segment
    )
    is_out = state.status is Status.EXPLANTED
    concentration = state.reservoir.concentration_mcg_per_ml
    residual_ml, into_dead = state.reservoir.residual_ml, flow * concentration - tip - lost
    mode = "empty" if true_ml == 0 and state.schedule is not None else stretch.mode
    is_known = state.uncertain is None
    injected, withdrawn = state.injected_mcg, state.withdrawn_mcg
    for at_us in times_us:
        hours = (at_us - start_us) / US_PER_HOUR
        held_ml = true_ml - flow * hours
        given_mcg = delivered_mcg + tip * hours
        yield _Row(
            mode,
            None if is_out else counted_ml - counted * hours,
            None if is_out else held_ml,
            None if is_out else concentration,
            dose if is_known else None,
            flow if is_known else None,
            tip if is_known else None,
            injected,
            withdrawn,
            (held_ml + residual_ml) * concentration,
            dead_mcg + into_dead * hours,
            outside + lost * hours,
            given_mcg if is_known else None,
            given_mcg,
        )
