"""A strong magnetic field: the scan of a patient who has a pump, and what stands still after it.

What a field does is a property of the device, ``at_mri``: the rotor stops and should go on afterwards
(``rotor-stops``, SynchroMed II), a flow-activated valve closes (``valve-closes``, Prometra II), or both
valves may open and the reservoir empty into the patient (``valves-may-open``, Prometra).
"""

from __future__ import annotations

from dataclasses import replace

from cisterna.instants import elapsed_h, instant_us
from cisterna.pump.alarms import sounding_at
from cisterna.pump.changes import MODEL, Outcome, told
from cisterna.pump.column import Plug
from cisterna.pump.faults import impaired, without
from cisterna.pump.impairment import CLOSED_VALVE, MAGNETIC_FIELD
from cisterna.pump.occlusion import flushed
from cisterna.pump.state import Happening, PumpState
from cisterna.therapy.events import Mri
from cisterna.units import decimal_text

__all__ = ["field_ends", "read_after_field", "scan"]

_ADVICE = "interrogate before and after every scan and never assume that delivery has resumed"


def scan(state: PumpState, event: Mri) -> Outcome:
    """What the field of a scan does to the pump of this model, from this instant on."""
    does = state.system.model.properties.get("at_mri")
    if does == "rotor-stops":
        return _rotor_stops(state, event)
    if does == "valve-closes":
        return _valve_closes(state)
    if does == "valves-may-open":
        return _valves_open(state)
    model = state.system.model.model
    return told(state, f"a scan, and what a strong field does to the {model} is not known; {_ADVICE}")


def _source(state: PumpState) -> str:
    """Where it is read what a field does to this model."""
    return state.system.model.properties.get("at_mri_source", MODEL)


# ------------------------------------------------------------------------------------ rotor


def _rotor_stops(state: PumpState, event: Mri) -> Outcome:
    if event.until is None and event.resumed is not False:
        text = f"a scan of a length that is not recorded: the rotor stood still meanwhile; {_ADVICE}"
        return told(state, text)
    until_us = state.at_us if event.until is None else instant_us(event.until)
    heard = sounding_at(state.alarms, state.at_us)
    is_held = event.resumed is False or (heard is not None and event.resumed is None)
    state, lost = impaired(state, MAGNETIC_FIELD, None if is_held else until_us)
    text = f"a strong magnetic field: the rotor stands still, nothing is delivered; {_ADVICE}"
    said = [Happening(state.at_us, text, _source(state))]
    if is_held:
        said.append(_held(state, until_us, "" if heard is None else heard.condition.value))
    elif heard is not None:
        text = "the pump is recorded to have resumed after the scan although an alarm was sounding"
        said.append(Happening(state.at_us, text, _source(state)))
    return state, (*said, *lost)


def _held(state: PumpState, until_us: int, alarm: str) -> Happening:
    """The open conflict: a safe pump would resume by itself or alarm; this one may do neither."""
    why = f"the {alarm.replace('-', ' ')} alarm was sounding in the field" if alarm else "as recorded"
    hours = decimal_text(elapsed_h(state.at_us, until_us), 2)
    text = (
        f"CRITICAL: delivery does not resume after the scan of {hours} h ({why}) and no alarm says so, until "
        "the pump is interrogated; a pump should resume by itself also when an alarm was sounding, or alarm"
    )
    return Happening(state.at_us, text, _source(state))


def field_ends(state: PumpState) -> Outcome:
    """The pump after the field: the rotor turns again, and what was missed is told."""
    return _moving_again(state, MAGNETIC_FIELD, "the field has gone: the rotor turns again by itself")


def read_after_field(state: PumpState) -> Outcome:
    """The pump after it was interrogated: what the field left standing goes on."""
    said: list[Happening] = []
    for what, text in (
        (MAGNETIC_FIELD, "interrogated after the scan: the rotor turns again"),
        (CLOSED_VALVE, "interrogated after the scan: the flow-activated valve was reset and is open again"),
    ):
        held = next((one for one in state.impairments if one.what == what), None)
        if held is not None and held.until_us is None:
            state, more = _moving_again(state, what, text)
            said.extend(more)
    return state, tuple(said)


def _moving_again(state: PumpState, what: str, text: str) -> Outcome:
    found = next(one for one in state.impairments if one.what == what)
    hours = elapsed_h(found.since_us, state.at_us)
    missed = (state.asked.value - found.asked_mcg) - (state.delivered.value - found.delivered_mcg)
    dose = f"the missed dose of {decimal_text(missed, 1)} mcg is not made up"
    return told(without(state, what), f"{text} after {decimal_text(hours, 2)} h; {dose}")


# ----------------------------------------------------------------------------------- valves


def _valve_closes(state: PumpState) -> Outcome:
    """At most a stated volume passes before the valve closes; it stays closed until it is reset by hand."""
    number = state.system.model.number("mri_valve_volume")
    passed_ml = min(number.in_unit("mL"), state.reservoir.volume_ml)
    state, mass_mcg = _out_at_once(state, passed_ml)
    state, lost = impaired(state, CLOSED_VALVE)
    text = (
        f"a strong magnetic field: {decimal_text(1000 * passed_ml, 2)} uL ({decimal_text(mass_mcg, 2)} "
        "mcg) passed "
        "before the flow-activated valve closed; it stays closed until it is reset by hand"
    )
    return state, (Happening(state.at_us, text, number.cited()), *lost)


def _valves_open(state: PumpState) -> Outcome:
    """Both valves can open and dump the reservoir; the worst case is simulated: all of it, at once."""
    volume_ml = state.reservoir.volume_ml
    if volume_ml == 0:
        text = "a strong magnetic field can open the valves; the reservoir was emptied before, as it must be"
        return told(state, text, _source(state))
    state, mass_mcg = _out_at_once(state, volume_ml)
    text = (
        f"CRITICAL: a strong magnetic field can open both valves, and the reservoir was not emptied before: "
        f"{decimal_text(volume_ml, 2)} mL, {decimal_text(mass_mcg, 1)} mcg, went into the patient at "
        "once (worst case)"
    )
    return told(state, text, _source(state))


def _out_at_once(state: PumpState, volume_ml: float) -> tuple[PumpState, float]:
    """A volume that the field let out of the reservoir; the pump does not count it."""
    reservoir = state.reservoir
    fluid = Plug(volume_ml, reservoir.concentration_mcg_per_ml)
    drawn = replace(reservoir, volume_ml=reservoir.volume_ml - volume_ml)
    return flushed(replace(state, reservoir=drawn), fluid)
