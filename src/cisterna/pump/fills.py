"""Filling and refilling the reservoir, and what taking it out leaves."""

from __future__ import annotations

from dataclasses import replace

from cisterna.errors import Fault
from cisterna.pump.alarms import Condition, cleared
from cisterna.pump.column import FluidColumn
from cisterna.pump.program import running_program
from cisterna.pump.refusal import RefusalError, not_simulated
from cisterna.pump.reservoir import Reservoir
from cisterna.pump.state import Happening, PumpState, Status
from cisterna.pump.transitions import without_activity
from cisterna.therapy.events import Explant, Fill
from cisterna.units import Concentration, Volume, decimal_text

__all__ = ["change_told", "explant", "fill"]

Outcome = tuple[PumpState, tuple[Happening, ...]]

_MODEL = "pump model"


def fill(state: PumpState, event: Fill) -> Outcome:
    """Empty the reservoir (where the event withdraws or rinses) and fill it.

    The model withdraws all that is counted, whatever was measured; the residual stays and mixes
    into the new fluid unless it is rinsed out. A program that runs gets its flow anew from the label.
    """
    if event.drug != "baclofen":
        raise not_simulated(event, f"'{event.drug}' in the reservoir", "drug")
    emptied = _emptied(state, event)
    _check_capacity(emptied, event)
    reservoir = emptied.reservoir.filled(float(event.injected), float(event.concentration))
    filled = replace(
        emptied,
        reservoir=reservoir,
        label_mcg_per_ml=float(event.concentration),
        filled_ml=reservoir.counted_ml,
        filled_us=state.at_us,
        injected_mcg=emptied.injected_mcg + event.injected * event.concentration,
        alarms=cleared(state.alarms, state.at_us, Condition.LOW_RESERVOIR, Condition.EMPTY_RESERVOIR),
    )
    return _with_label_in_program(filled), _true_concentration(filled)


def _emptied(state: PumpState, event: Fill) -> PumpState:
    if event.withdrawn is None and not event.rinsed:
        return state
    reservoir = state.reservoir
    withdrawn_mcg = reservoir.counted_ml * reservoir.concentration_mcg_per_ml
    emptied = replace(
        state,
        reservoir=reservoir.drawn(reservoir.counted_ml),
        withdrawn_mcg=state.withdrawn_mcg + withdrawn_mcg,
    )
    return _rinsed(emptied, float(event.concentration)) if event.rinsed else emptied


def _rinsed(state: PumpState, concentration_mcg_per_ml: float) -> PumpState:
    """The residual exchanged for the new solution: the old drug goes out, as much new fluid stays in."""
    return replace(
        state,
        reservoir=state.reservoir.rinsed(concentration_mcg_per_ml),
        withdrawn_mcg=state.withdrawn_mcg + state.reservoir.mass_mcg,
        injected_mcg=state.injected_mcg + state.reservoir.residual_ml * concentration_mcg_per_ml,
    )


def _check_capacity(state: PumpState, event: Fill) -> None:
    capacity_ml, there_ml = state.system.capacity_ml, state.reservoir.counted_ml
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
    relabelled = running_program(
        program.program, state.system, label, program.start_us, state.clock_offset_us
    )
    return replace(state, program=relabelled)


def _true_concentration(state: PumpState) -> tuple[Happening, ...]:
    """Where the residual makes the fluid another one than the label says, told in numbers."""
    true, label = state.reservoir.concentration_mcg_per_ml, state.label_mcg_per_ml
    percent = decimal_text(100 * (true / label - 1), 1) if label else "0"
    if percent == "0" or label is None:
        return ()
    text = (
        f"the reservoir holds {decimal_text(true, 1)} mcg/mL, not the {decimal_text(label, 3)} mcg/mL of the "
        f"label ({percent} %): the residual of {decimal_text(state.reservoir.residual_ml, 3)} mL mixed in"
    )
    return (Happening(state.at_us, text, state.system.model.numbers["residual_volume"].cited()),)


def change_told(before: PumpState, after: PumpState) -> tuple[Happening, ...]:
    """What a session that changed the concentration leaves running until the old column is gone."""
    old, new, program = before.label_mcg_per_ml, after.label_mcg_per_ml, after.program
    if old is None or new is None or old == new:
        return ()
    text = f"concentration changed from {Concentration(old).shown()} to {Concentration(new).shown()}"
    if program is not None and after.is_running and after.activity is None:
        dose = program.daily_dose_mcg() * after.column.tip_concentration_mcg_per_ml / new
        text += (
            f": without a bridge the old fluid in tubing and catheter, "
            f"{decimal_text(after.column.volume_ml, 3)} mL, goes at the new flow, "
            f"{decimal_text(dose, 1)} mcg/day in place of {decimal_text(program.daily_dose_mcg(), 1)} mcg/day"
        )
    return (Happening(after.at_us, text, _MODEL),)


def explant(state: PumpState, event: Explant) -> Outcome:  # noqa: ARG001 - every command takes its event
    """Take pump and catheter out; all drug in them leaves with them and counts as withdrawn."""
    ended, told = without_activity(state, "the pump was taken out")
    gone_mcg = ended.reservoir.mass_mcg + ended.column.mass_mcg
    after = replace(
        ended,
        status=Status.EXPLANTED,
        stopped_us=None,
        reservoir=Reservoir.new(ended.reservoir.residual_ml),
        column=FluidColumn.uniform(ended.column.volume_ml, 0.0),
        withdrawn_mcg=ended.withdrawn_mcg + gone_mcg,
        alarms=cleared(ended.alarms, state.at_us, *Condition),
    )
    return after, told
