"""A revision: pump or catheter replaced, the catheter shortened, its tip or the alarm volume moved.

Drug in what is taken out counts as withdrawn; what is put in holds none. What stays keeps its fluid,
plug by plug.
"""

from __future__ import annotations

from dataclasses import replace

from cisterna.errors import Fault
from cisterna.pump.alarms import Condition, cleared
from cisterna.pump.changes import Outcome, told, without_activity
from cisterna.pump.column import FluidColumn, Plug, joined
from cisterna.pump.faults import OF_THE_CATHETER, without
from cisterna.pump.occlusion import NOTHING
from cisterna.pump.port import new_port
from cisterna.pump.refusal import RefusalError
from cisterna.pump.reservoir import Reservoir
from cisterna.pump.state import Happening, PumpState, Status
from cisterna.pump.system import ImplantedSystem, implanted_system
from cisterna.therapy.events import Implant, Revise
from cisterna.units import decimal_text

__all__ = ["revise", "revised_implant"]


def revise(state: PumpState, event: Revise) -> Outcome:
    """The pump after the operation."""
    system = _revised_system(state.system, event)
    is_open = event.pump or event.catheter or system.catheter_ml != state.system.catheter_ml
    if not is_open:  # only the tip or the alarm volume
        return _cleared_low(replace(state, system=system)), ()
    old_catheter, old_tubing = _split(state.column, state.system.catheter_ml)
    catheter, gone = _catheter(state, event, system, old_catheter)
    tubing = old_tubing
    said: tuple[Happening, ...] = ()
    if event.pump:
        gone = (*gone, *old_tubing, *state.port)
        tubing = (Plug(system.tubing_ml, 0.0),)
        state, said = _without_pump(replace(state, port=()))
    if event.catheter:
        gone = (*gone, state.trapped)
        state = replace(without(state, *OF_THE_CATHETER), trapped=NOTHING)
    gone_mcg = sum(plug.volume_ml * plug.concentration_mcg_per_ml for plug in gone)
    column = replace(state.column, plugs=joined((*catheter, *tubing)), mixing=system.mixing)
    after = replace(state, system=system, column=column, withdrawn_mcg=state.withdrawn_mcg + gone_mcg)
    if event.pump:
        after = replace(
            after,
            lifetime=system.lifetime,
            clock=system.clock,
            reservoir=Reservoir.new(system.residual_ml),
            port=new_port(system),
        )
    text = f"revision: {decimal_text(gone_mcg, 1)} mcg in the removed tubing and catheter counts as withdrawn"
    after, told_gone = told(after, text)
    return after, (*said, *told_gone)


def _revised_system(system: ImplantedSystem, event: Revise) -> ImplantedSystem:
    """The system as the record of its implant would describe it now; a pump that stays keeps its age."""
    implant = revised_implant(system.implant, event)
    revised = implanted_system(implant, system.catalogue, system.settings)
    site = revised.site if event.tip or event.catheter else system.site
    if event.pump:
        return replace(revised, site=site)
    return replace(
        revised,
        implant=replace(implant, at=system.implant.at),
        site=site,
        implanted_us=system.implanted_us,
        lifetime=system.lifetime,
        clock_offset_us=system.clock_offset_us,
    )


def revised_implant(implant: Implant, event: Revise) -> Implant:
    """The record of an implant as it would be written after a revision; ``at`` is that of the revision.

    A new device does not keep the serial number, lot or identifier of the one that it replaces.
    """
    has_length = event.catheter_trimmed is not None or event.catheter_implanted is not None
    lengths = event if has_length else implant
    return replace(
        implant,
        at=event.at,
        pump=event.pump or implant.pump,
        catheter=event.catheter or implant.catheter,
        tip=event.tip or implant.tip,
        catheter_trimmed=lengths.catheter_trimmed,
        catheter_implanted=lengths.catheter_implanted,
        why=lengths.why,
        alarm_volume=event.alarm_volume or (None if event.pump else implant.alarm_volume),
        **_labels(implant, event),
    )


def _labels(implant: Implant, event: Revise) -> dict[str, str | None]:
    labels: dict[str, str | None] = {}
    for role, is_new in (("pump", event.pump), ("catheter", event.catheter)):
        for name in (f"{role}_serial", f"{role}_lot", f"{role}_udi"):
            labels[name] = getattr(event, name) or (None if is_new else getattr(implant, name))
    return labels


def _split(column: FluidColumn, from_tip_ml: float) -> tuple[tuple[Plug, ...], tuple[Plug, ...]]:
    """The plugs of the volume next to the tip, and those behind it."""
    near: list[Plug] = []
    far: list[Plug] = []
    left_ml = from_tip_ml
    for plug in column.plugs:
        here_ml = min(plug.volume_ml, left_ml)
        if here_ml > 0:
            near.append(plug._replace(volume_ml=here_ml))
        if plug.volume_ml - here_ml > 0:
            far.append(plug._replace(volume_ml=plug.volume_ml - here_ml))
        left_ml -= here_ml
    return tuple(near), tuple(far)


def _catheter(
    state: PumpState, event: Revise, system: ImplantedSystem, old: tuple[Plug, ...]
) -> tuple[tuple[Plug, ...], tuple[Plug, ...]]:
    """What lies in the catheter now, and what left with the part that was taken out."""
    if event.catheter:
        return (Plug(system.catheter_ml, 0.0),), old
    if system.catheter_ml > state.system.catheter_ml * (1 + 1e-9):
        key = "catheter_trimmed" if event.catheter_trimmed is not None else "catheter_implanted"
        raise RefusalError(event, _longer(key, state.system.catheter_ml, system.catheter_ml))
    kept, cut = _split(FluidColumn(old), system.catheter_ml)  # it is shortened where it meets the pump
    return kept, cut


def _longer(key: str, before_ml: float, after_ml: float) -> Fault:
    return Fault(
        where=key,
        found=f"a catheter of {decimal_text(after_ml, 4)} mL in place of {decimal_text(before_ml, 4)} mL",
        allowed="the same catheter, at most as long as before",
        remedy="a longer one is a new one: name its model in catheter",
    )


def _without_pump(state: PumpState) -> Outcome:
    """The catheter without the old pump: its reservoir, alarms, program and faults went with it."""
    ended, said = without_activity(state, "the pump was replaced")
    after = replace(
        ended,
        status=Status.NOT_PROGRAMMED,
        stopped_us=None,
        program=None,
        label_mcg_per_ml=None,
        filled_ml=None,
        filled_us=None,
        session=None,
        uncertain=None,
        must_be_read=False,
        is_in_safe_state=False,
        accuracy_lost_us=None,
        ran_dry_us=None,
        more_than_expected_us=None,
        impairments=tuple(one for one in ended.impairments if one.what in OF_THE_CATHETER),
        withdrawn_mcg=ended.withdrawn_mcg + ended.reservoir.mass_mcg,
        alarms=cleared(ended.alarms, state.at_us, *Condition),
    )
    return after, said


def _cleared_low(state: PumpState) -> PumpState:
    """The low alarm ends where the alarm volume was set below what is counted."""
    alarm_ml = state.system.alarm_ml
    if alarm_ml is None or state.reservoir.counted_ml > alarm_ml:
        return replace(state, alarms=cleared(state.alarms, state.at_us, Condition.LOW_RESERVOIR))
    return state
