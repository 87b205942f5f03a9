"""Setting the pump's clock, and the drift that a setting tells of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cisterna.instants import instant_us, us_of_hours
from cisterna.pump.changes import MODEL, Outcome
from cisterna.pump.clock import PumpClock, check_clock, clock_error_text, error_of, jump_text
from cisterna.pump.program import running_program
from cisterna.pump.state import Happening, PumpState
from cisterna.therapy.events import Clock

__all__ = ["set_clock", "with_drift"]


def set_clock(state: PumpState, event: Clock) -> Outcome:
    """Set the pump's clock to an offset from UTC; what the day loses or gives again is told.

    Raises :class:`~cisterna.errors.PumpError` for an error of the clock that cannot be.
    """
    settings = state.system.settings
    check_clock(event, settings)
    hours = event.offset_from_utc.total_seconds() / 3600
    clock = PumpClock(set_us=state.at_us, offset_us=us_of_hours(hours))
    own_day = state.program.own_day if state.program and state.is_running else None
    told = []
    error = clock_error_text(event, settings)
    if error:
        told.append(Happening(state.at_us, error, settings.number("clock_error_limit").cited()))
    jump = jump_text(state.clock, clock, state.at_us, own_day)
    if jump:
        told.append(Happening(state.at_us, f"{jump}{f' ({event.why})' if event.why else ''}", MODEL))
    return _with_clock(state, clock), tuple(told)


def with_drift(state: PumpState, settings_of_clock: Sequence[Clock]) -> PumpState:
    """The pump whose clock drifts so that the next setting finds it as wrong as it says.

    ``settings_of_clock`` are the ``clock`` events of the therapy, in the order of time.
    """
    clock = state.clock
    for event in settings_of_clock:
        found_us = instant_us(event.at)
        if found_us <= clock.set_us:
            continue
        drifting = clock.found_wrong(found_us, error_of(event) or 0)
        return state if drifting == clock else _with_clock(state, drifting)
    return state


def _with_clock(state: PumpState, clock: PumpClock) -> PumpState:
    """The pump with another clock, and a program that keeps to it where it keeps to one."""
    program = state.program
    if program is not None and program.own_day is not None:
        label, start_us = program.label_mcg_per_ml, program.start_us
        program = running_program(program.program, state.system, label, start_us, clock)
    return replace(state, clock=clock, program=program)
