"""Filling and refilling the reservoir, and what taking it out leaves."""

from __future__ import annotations

from dataclasses import replace

from cisterna.errors import Fault
from cisterna.pump.alarms import Condition, cleared
from cisterna.pump.changes import without_activity
from cisterna.pump.column import FluidColumn, Plug
from cisterna.pump.mishaps import Mishaps
from cisterna.pump.port import injected_through_port
from cisterna.pump.program import running_program
from cisterna.pump.refusal import RefusalError
from cisterna.pump.reservoir import Reservoir
from cisterna.pump.state import Happening, PumpState, Status
from cisterna.pump.visits import pocket_told, visit, volumes_told
from cisterna.therapy.events import Explant, Fill
from cisterna.units import Volume, decimal_text

__all__ = ["explant", "fill"]

Outcome = tuple[PumpState, tuple[Happening, ...]]

_MODEL = "pump model"


def fill(state: PumpState, event: Fill, mishaps: Mishaps | None = None) -> Outcome:
    """Empty the reservoir (where the event withdraws or rinses) and fill it.

    The model withdraws all that is there, whatever was measured; the residual stays and mixes into the
    new fluid unless it is rinsed out. A program that runs gets its flow anew from the label. What went
    wrong in the hands that filled it (``mishaps``) changes what is there, never what is counted.
    """
    happened = mishaps or Mishaps()
    found = visit(state, event, happened)
    true = float(event.concentration) if happened.true_mcg_per_ml is None else happened.true_mcg_per_ml
    emptied = _emptied(state, event, true)
    _check_capacity(emptied, event)
    injected_ml = float(event.injected)
    reservoir = emptied.reservoir.filled(max(0.0, injected_ml - happened.shortfall_ml), true, injected_ml)
    filled = replace(
        emptied,
        reservoir=reservoir,
        label_mcg_per_ml=float(event.concentration),
        filled_ml=reservoir.counted_ml,
        filled_us=state.at_us,
        ran_dry_us=None,
        injected_mcg=emptied.injected_mcg + (injected_ml - happened.port_ml) * true,
        outside=emptied.outside.plus(happened.pocket_ml * true),
        alarms=cleared(state.alarms, state.at_us, Condition.LOW_RESERVOIR, Condition.EMPTY_RESERVOIR),
    )
    filled, said = _with_mishaps(filled, happened, event)
    if state.filled_us is None:
        said = (*said, *_gas_told(state))
    if found is not None:
        is_more, volumes = volumes_told(found, state)
        filled = replace(filled, more_than_expected_us=state.at_us if is_more else None)
        said = (*volumes, *said)
    return _with_label_in_program(filled), (*said, *_true_concentration(filled, happened))


def _gas_told(state: PumpState) -> tuple[Happening, ...]:
    """At the first fill: what the flow of a pump that is driven by gas follows besides its capillary."""
    properties = state.system.model.properties
    if properties.get("driven_by") != "gas":
        return ()
    text = (
        "driven by gas: the flow follows body temperature and ambient pressure; fever, altitude, flights, "
        "deep water and pressure chambers are to be recorded and asked for at every visit"
    )
    return (Happening(state.at_us, text, properties.get("driven_by_source", _MODEL)),)


def _with_mishaps(state: PumpState, mishaps: Mishaps, event: Fill) -> Outcome:
    """What of the fill went elsewhere: beside the pump, or through the port into the catheter."""
    true = float(event.concentration) if mishaps.true_mcg_per_ml is None else mishaps.true_mcg_per_ml
    said = []
    if mishaps.true_mcg_per_ml is not None:
        text = (
            f"wrong concentration: the syringe held {decimal_text(true, 3)} mcg/mL, the label says "
            f"{event.concentration.shown()}; every dose is computed from the label, and no alarm comes"
        )
        said.append(Happening(state.at_us, text, _MODEL))
    if mishaps.pocket_ml > 0:
        lost = decimal_text(mishaps.pocket_ml * true, 1)
        text = f"pocket fill: {decimal_text(mishaps.pocket_ml, 3)} mL ({lost} mcg) went beside the pump"
        said.append(Happening(state.at_us, text, _MODEL))
    if mishaps.port_ml > 0:
        state, mass_mcg = injected_through_port(state, mishaps.port_ml, true)
        text = (
            f"injection into the access port: {decimal_text(mishaps.port_ml, 3)} mL went into the catheter, "
            f"{decimal_text(mass_mcg, 1)} mcg reached the patient at once"
        )
        said.append(Happening(state.at_us, text, _MODEL))
    return state, (*said, *pocket_told(state, mishaps, float(event.injected)))


def _emptied(state: PumpState, event: Fill, true_mcg_per_ml: float) -> PumpState:
    if event.withdrawn is None and not event.rinsed:
        return state
    reservoir = state.reservoir
    withdrawn_mcg = reservoir.volume_ml * reservoir.concentration_mcg_per_ml
    emptied = replace(
        state,
        reservoir=reservoir.emptied(),
        withdrawn_mcg=state.withdrawn_mcg + withdrawn_mcg,
    )
    return _rinsed(emptied, true_mcg_per_ml) if event.rinsed else emptied


def _rinsed(state: PumpState, concentration_mcg_per_ml: float) -> PumpState:
    """The residual exchanged for the new solution: the old drug goes out, as much new fluid stays in."""
    return replace(
        state,
        reservoir=state.reservoir.rinsed(concentration_mcg_per_ml),
        withdrawn_mcg=state.withdrawn_mcg + state.reservoir.mass_mcg,
        injected_mcg=state.injected_mcg + state.reservoir.residual_ml * concentration_mcg_per_ml,
    )


def _check_capacity(state: PumpState, event: Fill) -> None:
    capacity_ml, there_ml = state.system.capacity_ml, state.reservoir.volume_ml
    if there_ml + event.injected <= capacity_ml * (1 + 1e-9):
        return
    on_top = f" onto {Volume(there_ml).shown()} that is still there" if there_ml else ""
    raise RefusalError(
        event,
        Fault(
            where="injected",
            found=f"{event.injected.shown()}{on_top}",
            allowed=f"at most {decimal_text(capacity_ml)} mL in the reservoir",
            remedy="state what was withdrawn before the fill" if on_top else "inject less",
        ),
    )


def _with_label_in_program(state: PumpState) -> PumpState:
    program, label = state.program, state.label_mcg_per_ml
    if program is None or label is None or label == program.label_mcg_per_ml:
        return state
    relabelled = running_program(program.program, state.system, label, program.start_us, state.clock)
    return replace(state, program=relabelled)


def _true_concentration(state: PumpState, mishaps: Mishaps) -> tuple[Happening, ...]:
    """Where the residual makes the fluid another one than the label says, told in numbers."""
    if mishaps.true_mcg_per_ml is not None:
        return ()
    true, label = state.reservoir.concentration_mcg_per_ml, state.label_mcg_per_ml
    percent = decimal_text(100 * (true / label - 1), 1) if label else "0"
    if percent == "0" or label is None:
        return ()
    text = (
        f"the reservoir holds {decimal_text(true, 1)} mcg/mL, not the {decimal_text(label, 3)} mcg/mL of the "
        f"label ({percent} %): the residual of {decimal_text(state.reservoir.residual_ml, 3)} mL mixed in"
    )
    return (Happening(state.at_us, text, state.system.model.numbers["residual_volume"].cited()),)


def explant(state: PumpState, event: Explant) -> Outcome:  # noqa: ARG001 - every command takes its event
    """Take pump and catheter out; all drug in them leaves with them and counts as withdrawn."""
    ended, told = without_activity(state, "the pump was taken out")
    gone_mcg = ended.reservoir.mass_mcg + ended.dead_volume_mcg
    after = replace(
        ended,
        status=Status.EXPLANTED,
        stopped_us=None,
        reservoir=Reservoir.new(ended.reservoir.residual_ml),
        column=FluidColumn.uniform(ended.column.volume_ml, 0.0),
        trapped=Plug(0.0, 0.0),
        port=(),
        impairments=(),
        withdrawn_mcg=ended.withdrawn_mcg + gone_mcg,
        alarms=cleared(ended.alarms, state.at_us, *Condition),
    )
    return after, told
