"""The pump is read: what it says outranks what anybody believed, and ends what nobody knew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cisterna.pump.alarms import Condition, cleared
from cisterna.pump.changes import MODEL, Outcome, told, without_activity
from cisterna.pump.magnet import read_after_field
from cisterna.pump.program import RunningProgram, running_program
from cisterna.pump.refusal import RefusalError
from cisterna.pump.session import certain, since_text
from cisterna.pump.state import Happening, PumpState, Status
from cisterna.therapy.events import Interrogate, Program
from cisterna.units import decimal_text

__all__ = ["interrogate"]


def interrogate(state: PumpState, event: Interrogate) -> Outcome:
    """The pump after it was read. Reading makes no alarm and changes no count."""
    said = list(_contradictions(state, event))
    state, moved = read_after_field(_turning(replace(state, must_be_read=False)))
    said.extend(moved)
    if state.uncertain is not None:
        state, found = _settled(state, event)
        said.extend(found)
    return state, tuple(said)


def _turning(state: PumpState) -> PumpState:
    """The pump without the alarm of a stall that was only ever recorded: read, its rotor is seen to turn."""
    if any(one.what == "motor-stall" for one in state.impairments):
        return state
    return replace(state, alarms=cleared(state.alarms, state.at_us, Condition.MOTOR_STALL))


def _contradictions(state: PumpState, event: Interrogate) -> Iterator[Happening]:
    """Where what was read is not what is computed."""
    settings = state.system.settings
    volume, dose = settings.number("reading_tolerance_volume"), settings.number("reading_tolerance_dose")
    counted_ml = state.reservoir.counted_ml
    if event.reservoir is not None and abs(event.reservoir - counted_ml) > volume.in_unit("mL") * (1 + 1e-9):
        text = (
            f"read from the pump: {event.reservoir.shown()} in the reservoir (calculated by the pump, not "
            f"measured), while {decimal_text(counted_ml, 2)} mL is computed here; what the pump says "
            "outranks it: "
            "look for a command that is not recorded"
        )
        yield Happening(state.at_us, text, volume.cited())
    daily = _daily_dose(state)
    if event.daily_dose is None or state.uncertain is not None or daily is None:
        return
    if not _agree(float(event.daily_dose), daily, dose.in_unit("1")):
        text = (
            f"read from the pump: {event.daily_dose.shown()}, while the program recorded here gives "
            f"{decimal_text(daily, 2)} mcg/day; what the pump says outranks it: record the program "
            "that it runs"
        )
        yield Happening(state.at_us, text, dose.cited())


def _daily_dose(state: PumpState) -> float | None:
    """What the pump would show as its daily dose; ``None`` where none can be said."""
    if not state.is_running:
        return 0.0
    return state.program.daily_dose_mcg() if state.program else None


def _agree(read: float, computed: float, tolerance: float) -> bool:
    return abs(read - computed) <= tolerance * max(read, computed)


def _settled(state: PumpState, event: Interrogate) -> Outcome:
    """What the pump really runs, once it was read after a time in which nobody knew."""
    doubt = state.uncertain
    if doubt is None:
        return state, ()
    known, sent, since = certain(state), doubt.sent, since_text(doubt, state.at_us)
    if event.daily_dose is None:
        text = f"{since}; the pump was read, its dose not recorded: the last complete program is taken to run"
        return told(known, text)
    read, before = float(event.daily_dose), _daily_dose(state)
    tolerance = state.system.settings.value("reading_tolerance_dose", "1")
    if before is not None and _agree(read, before, tolerance):
        return told(known, f"{since}; read from the pump: it runs its last complete program")
    if read == 0:
        stopped, lost = without_activity(known, "the pump was found stopped")
        stopped = replace(stopped, status=Status.STOPPED, stopped_us=state.at_us)
        text = f"{since}; read from the pump: it is stopped; what it says outranks what was taken to run"
        return stopped, (*lost, Happening(state.at_us, text, MODEL))
    found = _as_read(known, event, sent, tolerance)
    text = (
        f"{since}; read from the pump: it runs {event.daily_dose.shown()}; what it says outranks what "
        "was taken "
        "to run, which is not computed again for the time before"
    )
    alarms = cleared(known.alarms, state.at_us, Condition.STOPPED)
    return told(replace(known, status=Status.RUNNING, stopped_us=None, program=found, alarms=alarms), text)


def _as_read(state: PumpState, event: Interrogate, sent: Program | None, tolerance: float) -> RunningProgram:
    """The program that was sent, where it gives the dose that was read, or this dose evenly."""
    label = state.label_mcg_per_ml or 0.0
    if sent is not None:
        running = running_program(sent, state.system, label, state.at_us, state.clock)
        if _agree(float(event.daily_dose or 0.0), running.daily_dose_mcg(), tolerance):
            return running
    even = Program(at=event.at, mode="simple-continuous", daily_dose=event.daily_dose)
    running = running_program(even, state.system, label, state.at_us, state.clock)
    faults = [fault for demand in running.demands if (fault := state.system.flows.fault(demand))]
    if faults:
        raise RefusalError(event, *faults)
    return running
