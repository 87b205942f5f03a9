"""A flight over time zones: the pump keeps its own clock, so that a flex day comes at other local hours.

Local time at the place is the home's plus the hours flown east (less those flown west). The pump's clock
shows what it showed; setting it at a visit to the place's time brings the steps back, and skips or repeats
some of a day once. Simple continuous infusion needs no change.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from cisterna.course.course import Course
from cisterna.course.noticed import Noticed
from cisterna.errors import Fault, InputError
from cisterna.instants import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, instant_us, utc
from cisterna.pump import PumpRun, PumpState
from cisterna.therapy import Clock, Therapy
from cisterna.units import decimal_text

__all__ = ["clock_at_the_place", "flight_noticed"]

_MODEL = "pump model"
_MOST_HOURS = 24.0
_FIRST_OFFSET_H, _LAST_OFFSET_H = -12.0, 14.0
"""The offsets from UTC that places on earth have; beyond them it is another day."""


def clock_at_the_place(therapy: Therapy, at: datetime, hours_east: float | None) -> Clock:
    """The pump's clock set to the time of a place so many hours east of the patient's zone (west: below 0).

    Raises :class:`~cisterna.errors.InputError` for hours that no flight crosses.
    """
    if hours_east is None or not 0 < abs(hours_east) < _MOST_HOURS or (4 * hours_east) % 1:
        raise InputError(
            Fault(where="hours", found="nothing" if hours_east is None else f"{hours_east:g}",
                  allowed="quarters of an hour above 0 and below 24, with a minus for west",
                  remedy="say how many hours the place is ahead of home")
        )  # fmt: skip
    home = at.astimezone(therapy.zone).utcoffset() or timedelta()
    offset = home.total_seconds() / 3600 + hours_east
    if offset > _LAST_OFFSET_H:
        offset -= _MOST_HOURS
    elif offset < _FIRST_OFFSET_H:
        offset += _MOST_HOURS
    return Clock(at=at, offset=_offset_text(offset))


def flight_noticed(run: PumpRun, set_on: Course, clock: Clock) -> Iterator[Noticed]:
    """What a flight does to the steps of the day, and what setting the clock at a visit would do.

    ``run`` is the pump as it is, up to the arrival; ``set_on`` the course with the clock set at that instant.
    """
    at_us, state = instant_us(clock.at), run.last
    place_us = round(clock.offset_from_utc.total_seconds() * 1e6)
    yield _noticed(at_us, "befell", _left_text(state, at_us, place_us))
    if state.program is None or state.program.own_day is None:
        yield _noticed(at_us, "befell", _unmoved_text(state))
    else:
        yield from _steps(state, at_us, place_us)
    for told in () if set_on.pump is None else set_on.pump.happenings:
        if told.at_us == at_us and told.text.startswith("the pump's clock was set"):
            yield _noticed(at_us, "helps", f"if it is set at a visit on arrival: {told.text}")


def _noticed(at_us: int, kind: str, text: str) -> Noticed:
    return Noticed(
        at_us=at_us, kind="helps" if kind == "helps" else "befell", text=text, source=_MODEL, status=""
    )


def _left_text(state: PumpState, at_us: int, place_us: int) -> str:
    shown_us = state.clock.shown_us(at_us)
    return (
        f"the pump's clock goes on as it was set: it shows {_time(shown_us)} when it is "
        f"{_time(at_us + place_us)} at the place"
    )


def _unmoved_text(state: PumpState) -> str:
    if state.program is not None and state.program.program.mode == "periodic-bolus":
        return "the boluses count from when they were programmed, not by the clock: by local time they move"
    return "no step of the program depends on the clock: every hour has the rate that it had"


def _steps(state: PumpState, at_us: int, place_us: int) -> Iterator[Noticed]:
    """The steps that begin within a day of the arrival, each by both clocks."""
    day = state.program.own_day if state.program else None
    shown_us = state.clock.shown_us(at_us)
    for piece in () if day is None else day.pieces(shown_us, shown_us + US_PER_DAY):
        if piece.start_us <= shown_us:  # it runs already
            continue
        begins_us = at_us + state.clock.elapsed_us(piece.start_us - shown_us)
        rate = decimal_text(piece.dose_mcg_per_h, 3)
        yield _noticed(
            begins_us,
            "befell",
            f"the step of {_time(piece.start_us)} by the pump's clock, {rate} mcg/h, begins at "
            f"{_time(begins_us + place_us)} at the place",
        )


def _time(local_us: int) -> str:
    return f"{utc(local_us):%H:%M}"


def _offset_text(hours: float) -> str:
    minutes = round(abs(hours) * US_PER_HOUR / US_PER_MINUTE)
    return f"{'-' if hours < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
