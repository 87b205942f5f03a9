"""The catheter access port: a side chamber between tubing and catheter that only a needle reaches.

What is drawn comes first out of the port, then out of the catheter, and spinal fluid follows it in at
the tip; what is injected pushes the port's and the catheter's fluid out there. The flow of the pump
passes the port by. Spinal fluid counts as free of drug: drug in it is the body's account, not the
pump's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cisterna.pump.changes import Outcome
from cisterna.pump.column import Plug, joined
from cisterna.pump.occlusion import dosed
from cisterna.pump.port_volumes import hidden_bolus_mcg, needed_ml
from cisterna.pump.refusal import out_of_turn
from cisterna.pump.state import Happening, PumpState
from cisterna.pump.system import ImplantedSystem
from cisterna.therapy.events import Port
from cisterna.units import decimal_text

__all__ = ["injected_through_port", "new_port", "port_access"]

_ROUNDING = 1e-9  # of what must be drawn


def new_port(system: ImplantedSystem) -> tuple[Plug, ...]:
    """The access port of a new pump, without drug; nothing where the model's volume is not known."""
    return () if system.port_ml is None else (Plug(system.port_ml, 0.0),)


def port_access(state: PumpState, event: Port) -> Outcome:
    """Draw, then inject, through the port; what reaches the spinal fluid with it arrives at once.

    Of a catheter that is occluded nothing can be drawn: ``0 mL`` is what then is found.

    Raises :class:`~cisterna.errors.EvidenceError` for a pump whose port is not known.
    """
    state.system.model.need("port_volume", "mL")
    drawn_ml, injected_ml = float(event.aspirated or 0.0), float(event.injected or 0.0)
    if state.passage.is_blocked and (drawn_ml or injected_ml):
        raise out_of_turn(
            event,
            "an access through a catheter that is occluded",
            "0 mL aspirated and nothing injected, or an open catheter",
            "write the end of the occlusion (its until) before it; if aspiration fails, nothing is injected",
        )
    was = state
    state, withdrawn_mcg = _aspirated(state, drawn_ml)
    concentration = float(event.injected_concentration or 0.0)
    state, given_mcg = injected_through_port(state, injected_ml, concentration)
    texts = [] if event.aspirated is None else [_drawn_text(drawn_ml, withdrawn_mcg)]
    if injected_ml:
        texts.append(_injected_text(was, drawn_ml, injected_ml, given_mcg))
    if was.column.mass_mcg > state.column.mass_mcg or injected_ml:
        texts.append(_left_text(state))
    source = state.system.model.numbers["port_volume"].cited()
    return state, tuple(Happening(state.at_us, text, source) for text in texts)


def injected_through_port(
    state: PumpState, volume_ml: float, concentration_mcg_per_ml: float
) -> tuple[PumpState, float]:
    """Inject through the port: the pump after it, and the drug that left the catheter at once (mcg).

    Of what leaves, a leak or a disconnection takes its share outside, as it does of the pump's flow.
    """
    fluid = Plug(volume_ml, concentration_mcg_per_ml)
    line, pushed = _cut((fluid, *_line(state)), _length_ml(state))
    left_mcg = _mass_mcg(pushed)
    injected = replace(state, injected_mcg=state.injected_mcg + _mass_mcg((fluid,)))
    return dosed(_with_line(injected, line), left_mcg), left_mcg * (1 - state.passage.lost_share)


def _aspirated(state: PumpState, volume_ml: float) -> tuple[PumpState, float]:
    """Draw through the port: the pump after it, and the drug in what was drawn (mcg)."""
    length_ml = _length_ml(state)
    drawn, rest = _cut((*_line(state), Plug(volume_ml, 0.0)), volume_ml)
    rest, _ = _cut(rest, length_ml)
    mass_mcg = _mass_mcg(drawn)
    state = replace(state, withdrawn_mcg=state.withdrawn_mcg + mass_mcg)
    return _with_line(state, rest), mass_mcg


# ------------------------------------------------------------ the line from the septum to the tip


def _line(state: PumpState) -> tuple[Plug, ...]:
    """Everything that lies between the needle and the spinal fluid, from the needle on."""
    catheter, _ = _cut(state.column.plugs, state.system.catheter_ml)
    return (*state.port, *reversed(catheter))


def _length_ml(state: PumpState) -> float:
    return sum(plug.volume_ml for plug in _line(state))


def _with_line(state: PumpState, line: Sequence[Plug]) -> PumpState:
    """The pump with other fluid in port and catheter; the tubing behind the port keeps its own."""
    port, catheter = _cut(line, sum(plug.volume_ml for plug in state.port))
    _, tubing = _cut(state.column.plugs, state.system.catheter_ml)
    column = state.column.with_plugs((*reversed(catheter), *tubing))
    return replace(state, port=joined(port), column=column)


def _cut(row: Iterable[Plug], volume_ml: float) -> tuple[tuple[Plug, ...], tuple[Plug, ...]]:
    """A row of plugs cut after a volume: what lies before, and what behind."""
    before: list[Plug] = []
    behind: list[Plug] = []
    for plug in row:
        taken_ml = min(plug.volume_ml, volume_ml)
        volume_ml -= taken_ml
        before.append(plug._replace(volume_ml=taken_ml))
        behind.append(plug._replace(volume_ml=plug.volume_ml - taken_ml))
    return tuple(part for part in before if part.volume_ml), tuple(part for part in behind if part.volume_ml)


def _mass_mcg(row: Iterable[Plug]) -> float:
    return sum(plug.volume_ml * plug.concentration_mcg_per_ml for plug in row)


# ------------------------------------------------------------------------------ what is told


def _drawn_text(drawn_ml: float, withdrawn_mcg: float) -> str:
    if drawn_ml == 0:
        return "nothing could be drawn through the access port: then nothing may be injected"
    return (
        f"drawn through the access port: {decimal_text(drawn_ml, 4)} mL with "
        f"{decimal_text(withdrawn_mcg, 1)} mcg of drug; spinal fluid follows in at the tip"
    )


def _injected_text(was: PumpState, drawn_ml: float, injected_ml: float, given_mcg: float) -> str:
    system = was.system
    must_ml = needed_ml(system.port_ml or 0.0, system.catheter_ml)
    text = (
        f"injected through the access port: {decimal_text(injected_ml, 4)} mL; "
        f"{decimal_text(given_mcg, 1)} mcg reached the spinal fluid at once"
    )
    if drawn_ml >= must_ml * (1 - _ROUNDING):
        return text
    text = f"CRITICAL: {text}" if given_mcg > 0 else text
    text += (
        f", a hidden bolus: only {decimal_text(drawn_ml, 4)} mL was drawn before of the "
        f"{decimal_text(must_ml, 4)} mL that port and catheter hold"
    )
    if was.label_mcg_per_ml is None:
        return text
    full = hidden_bolus_mcg(system.port_ml or 0.0, system.catheter_ml, was.label_mcg_per_ml)
    return f"{text} ({decimal_text(full, 0)} mcg where both are full of the labelled drug)"


def _left_text(state: PumpState) -> str:
    catheter, _ = _cut(state.column.plugs, state.system.catheter_ml)
    volume, mass_mcg = decimal_text(state.system.catheter_ml, 4), _mass_mcg(catheter)
    if mass_mcg > 0:
        return f"the catheter holds {decimal_text(mass_mcg, 1)} mcg of drug in its {volume} mL now"
    return f"the catheter is free of drug now: prime the catheter only, {volume} mL, or the dose comes late"
