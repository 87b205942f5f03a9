"""What an event asks of the models in place, held against what the catalogue says they can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cisterna.errors import Fault
from cisterna.evidence import CatheterModel, PumpModel, Settings
from cisterna.therapy.events import WEEKDAYS, Event, Implant, Program, Revise
from cisterna.therapy.wording import quoted
from cisterna.units import Length, Volume

__all__ = ["System", "limit_faults"]

_LEAST_ALARM = "alarm_volume_recommended"


@dataclass(frozen=True)
class System:
    """What is in place; a model that is not known is ``None`` and sets no limit.

    ``filled`` is whether the pump had its first fill, ``may_ask`` whether the program in force
    allows the patient a bolus.
    """

    pump: PumpModel | None = None
    catheter: CatheterModel | None = None
    filled: bool = False
    may_ask: bool = False


def limit_faults(path: str, event: Event, system: System, settings: Settings) -> Iterator[Fault]:
    """The faults of one event against its models; an implant or revision is held against the new ones."""
    check = _CHECKS.get(event.kind)
    if check is not None:
        yield from check(path, event, system, settings)


def _faults_of_devices(
    path: str, event: Implant | Revise, system: System, settings: Settings
) -> Iterator[Fault]:
    if system.catheter is not None and system.catheter.known("length"):
        yield from _faults_of_length(path, event, system.catheter)
    if event.alarm_volume is not None:
        yield from _faults_of_alarm(f"{path}.alarm_volume", event.alarm_volume, system.pump, settings)


def _faults_of_length(path: str, event: Implant | Revise, catheter: CatheterModel) -> Iterator[Fault]:
    length = Length(catheter.need("length", "cm"))
    trimmed, implanted = event.catheter_trimmed, event.catheter_implanted
    if trimmed is not None and trimmed >= length:
        allowed = f"less than {length}, the length of {catheter.name} as supplied"
        yield _beyond(f"{path}.catheter_trimmed", trimmed, allowed)
    if implanted is not None and implanted > length:
        allowed = f"at most {length}, the length of {catheter.name} as supplied"
        yield _beyond(f"{path}.catheter_implanted", implanted, allowed)


def _beyond(where: str, quantity: Length | Volume, allowed: str) -> Fault:
    remedy = "check the number and the model"
    return Fault(where=where, found=quoted(quantity), allowed=allowed, remedy=remedy)


def _faults_of_alarm(
    where: str, volume: Volume, pump: PumpModel | None, settings: Settings
) -> Iterator[Fault]:
    least = settings.number(_LEAST_ALARM)
    if volume < least.in_unit("mL"):
        yield Fault(
            where=where,
            found=quoted(volume),
            allowed=f"at least {least.shown()} ({_LEAST_ALARM}: {least.cited()})",
            remedy="withdrawal has begun above it; choose a larger volume",
        )
    if pump is not None and pump.known("reservoir_volume"):
        capacity = Volume(pump.need("reservoir_volume", "mL"))
        if volume >= capacity:
            yield _beyond(where, volume, f"less than {capacity}, the reservoir of {pump.name}")


def _faults_of_volume(key: str) -> Callable[[str, Any, System, Settings], Iterator[Fault]]:
    """The rule that the volume under ``key`` fits into the reservoir."""

    def check(path: str, event: Any, system: System, _: Settings) -> Iterator[Fault]:
        volume, pump = getattr(event, key), system.pump
        if volume is None or pump is None or not pump.known("reservoir_volume"):
            return
        capacity = Volume(pump.need("reservoir_volume", "mL"))
        if volume > capacity:
            yield _beyond(f"{path}.{key}", volume, f"at most {capacity}, the reservoir of {pump.name}")

    return check


_faults_of_injected, _faults_of_withdrawn = _faults_of_volume("injected"), _faults_of_volume("withdrawn")


def _faults_of_fill(path: str, event: Any, system: System, settings: Settings) -> Iterator[Fault]:
    yield from _faults_of_injected(path, event, system, settings)
    yield from _faults_of_withdrawn(path, event, system, settings)


def _faults_of_program(path: str, event: Program, system: System, _: Settings) -> Iterator[Fault]:
    pump = system.pump
    if pump is None:
        return
    if event.mode not in pump.modes:
        no_rate = "a constant-flow pump takes no rate: its dose is changed by the concentration of a fill"
        yield Fault(
            where=f"{path}.mode",
            found=f"'{event.mode}' on {pump.name}",
            allowed=", ".join(pump.modes),
            remedy=no_rate if pump.mechanism == "constant-flow" else "choose a mode that the pump has",
        )
    elif event.mode == "flex" and pump.known("flex_steps_per_day"):
        yield from _faults_of_steps(path, event, pump)


def _faults_of_steps(path: str, event: Program, pump: PumpModel) -> Iterator[Fault]:
    most = int(pump.need("flex_steps_per_day", "count"))
    full = [(day, len(event.steps_on(day))) for day in WEEKDAYS if len(event.steps_on(day)) > most]
    if full:
        days = "a day" if len(full) == len(WEEKDAYS) else ", ".join(day for day, _ in full)
        yield Fault(
            where=f"{path}.steps",
            found=f"{max(count for _, count in full)} steps on {days}",
            allowed=f"at most {most} a day on {pump.name} ({pump.numbers['flex_steps_per_day'].cited()})",
            remedy="join steps of nearly the same rate",
        )


_CHECKS: dict[str, Callable[[str, Any, System, Settings], Iterator[Fault]]] = {
    "implant": _faults_of_devices,
    "revise": _faults_of_devices,
    "fill": _faults_of_fill,
    "program": _faults_of_program,
    "interrogate": _faults_of_volume("reservoir"),
    "explant": _faults_of_withdrawn,
}
