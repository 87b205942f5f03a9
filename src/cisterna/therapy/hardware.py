"""The implanted system over time: what may be done to it while what is in place.

The events are walked in the order of time with what is in place: which pump and catheter, whether
the reservoir was filled yet, what the program allows the patient. What is not known, because an
event could not be read, raises no fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cisterna.errors import Fault
from cisterna.evidence import Catalogue, Settings
from cisterna.therapy.corrections import Placed
from cisterna.therapy.device_limits import System, limit_faults
from cisterna.therapy.events import Event, Fill, PatientBolus, Program
from cisterna.therapy.structure import Unread
from cisterna.therapy.wording import unknown

__all__ = ["NEED_A_PUMP", "hardware_faults"]

NEED_A_PUMP: frozenset[str] = frozenset({
    "fill", "program", "single-bolus", "patient-bolus", "priming-bolus", "bridge-bolus", "stop", "resume",
    "port", "interrogate", "fault", "revise", "explant",
})  # fmt: skip
"""Kinds of event that can only be while a pump is in place."""

_NEED_A_FILL = {"single-bolus", "patient-bolus", "priming-bolus", "bridge-bolus"}
_COMMANDS = {*_NEED_A_FILL, "stop", "resume"}
_MODES_WITH_A_DOSE = {"simple-continuous", "flex", "periodic-bolus"}


def hardware_faults(
    ordered: Sequence[Placed], nowhere: Sequence[Placed], catalogue: Catalogue | None, settings: Settings
) -> Iterator[Fault]:
    """The faults of the events of the implanted system.

    ``ordered`` is in the order of time, ``nowhere`` are entries whose instant could not be read. A
    catalogue that could not be read is ``None``: then no model is looked up.
    """
    everything = (*ordered, *nowhere)
    for entry in everything:
        yield from _faults_of_names(entry, catalogue)
    if not {entry.kind for entry in everything} & {"implant", None}:
        yield from (_no_pump(entry, ()) for entry in nowhere if entry.kind in NEED_A_PUMP)
    lost = {entry.kind for entry in everything if entry.kind is None or entry.at is None}
    if lost & {None, "implant", "explant", "revise"}:
        return
    system: System | None = None
    for entry in ordered:
        after = _after(entry, system, catalogue)
        yield from _faults_of_entry(entry, system, after, ordered, settings)
        system = after
        if system is not None:
            filled, may_ask = system.filled or "fill" in lost, system.may_ask or "program" in lost
            system = replace(system, filled=filled, may_ask=may_ask)


# ------------------------------------------------------------------------------ what is in place


def _after(entry: Placed, system: System | None, catalogue: Catalogue | None) -> System | None:
    """What is in place after an event."""
    event = entry.event
    if entry.kind == "implant":
        return _with_models(System(), event, catalogue)
    if system is None or entry.kind == "explant":
        return None
    if entry.kind == "revise":
        system = _with_models(system, event, catalogue)
        new_pump = _said(event, "pump") is not None
        return replace(system, filled=False, may_ask=False) if new_pump else system
    if entry.kind == "fill":
        return replace(system, filled=True)
    if entry.kind == "program":
        may_ask = not isinstance(event, Program) or event.patient_bolus is not None
        return replace(system, may_ask=may_ask)
    return system


def _with_models(system: System, event: Event | Unread, catalogue: Catalogue | None) -> System:
    pump, catheter = _said(event, "pump"), _said(event, "catheter")
    if pump is not None:
        system = replace(system, pump=catalogue.pumps.get(pump) if catalogue else None)
    if catheter is not None:
        system = replace(system, catheter=catalogue.catheters.get(catheter) if catalogue else None)
    return system


def _said(event: Event | Unread, key: str) -> str | None:
    """The text of a key, also where the rest of the event could not be read."""
    value = event.table.get(key) if isinstance(event, Unread) else getattr(event, key, None)
    return value if isinstance(value, str) else None


# ------------------------------------------------------------------------------------- the rules


def _faults_of_names(entry: Placed, catalogue: Catalogue | None) -> Iterator[Fault]:
    if entry.kind not in {"implant", "revise"} or catalogue is None:
        return
    for key, known in (("pump", catalogue.pumps), ("catheter", catalogue.catheters)):
        name = _said(entry.event, key)
        if name is not None and name not in known:
            remedy = "choose one of these, or describe your own in the file that [devices] names"
            yield unknown(f"{entry.path}.{key}", name, known, remedy)


def _faults_of_entry(
    entry: Placed,
    before: System | None,
    after: System | None,
    ordered: Sequence[Placed],
    settings: Settings,
) -> Iterator[Fault]:
    if entry.kind == "implant" and before is not None:
        yield Fault(
            where=entry.path,
            found="an implant while a pump is in place",
            allowed="one pump at a time",
            remedy="write revise for a pump that was replaced, or explant before it",
        )
    if entry.kind in NEED_A_PUMP and before is None:
        yield _no_pump(entry, ordered)
        return
    if isinstance(entry.event, Unread):
        return
    if before is not None:
        yield from _faults_of_commands(entry, before)
        yield from _faults_of_reservoir(entry, entry.event, before)
    own = after if entry.kind in {"implant", "revise"} else before
    if own is not None:
        yield from limit_faults(entry.path, entry.event, own, settings)


def _no_pump(entry: Placed, ordered: Sequence[Placed]) -> Fault:
    implants = [other for other in ordered if other.kind == "implant" and other.at is not None]
    if implants:
        known = ", ".join(f"{other.path} at {other.at.isoformat()}" for other in implants if other.at)
        allowed = f"{entry.kind} after an implant and before its explant; implanted: {known}"
        remedy = "correct the time of the one that is wrong; at one instant the implant is written first"
    else:
        allowed = f"{entry.kind} after an implant, of which there is none"
        remedy = "add the implant, or remove the event"
    found = f"{entry.kind} while no pump is in place"
    return Fault(where=entry.path, found=found, allowed=allowed, remedy=remedy)


def _faults_of_commands(entry: Placed, system: System) -> Iterator[Fault]:
    pump = system.pump
    if pump is not None and pump.mechanism == "constant-flow" and entry.kind in _COMMANDS:
        yield Fault(
            where=entry.path,
            found=f"{entry.kind} on {pump.name}, a constant-flow pump",
            allowed="fills: such a pump takes no command",
            remedy="its dose is changed by the concentration of a fill; remove the event",
        )
    if isinstance(entry.event, PatientBolus) and system.filled and not system.may_ask:
        yield Fault(
            where=entry.path,
            found="a patient bolus that the program in force does not allow",
            allowed="a program with patient_bolus = { dose, lockout, per_day } before it",
            remedy="add patient_bolus to the program, or remove the event",
        )


def _faults_of_reservoir(entry: Placed, event: Event, system: System) -> Iterator[Fault]:
    doses = isinstance(event, Program) and event.mode in _MODES_WITH_A_DOSE
    if not system.filled and (doses or entry.kind in _NEED_A_FILL):
        yield Fault(
            where=entry.path,
            found=f"{entry.kind} before the first fill of the pump",
            allowed="a dose once the concentration in the reservoir is known",
            remedy="write the fill before it; at one instant in this order",
        )
    if isinstance(event, Fill) and system.filled and event.withdrawn is None:
        yield Fault(
            where=f"{entry.path}.withdrawn",
            found="a refill without withdrawn",
            allowed="withdrawn at every fill but the first of a pump",
            remedy="write what was drawn out of the reservoir, '0 mL' where there was nothing",
        )
