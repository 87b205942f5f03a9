"""Every pump and catheter that a patient had, from the implants, revisions and explants of the therapy.

An implant ledger is a list of these: a recall names models, serial numbers or lots, and asks who has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from cisterna.errors import InputError
from cisterna.instants import instant_us
from cisterna.pump import catheter_volume_ml, implanted_length_cm, revised_implant
from cisterna.therapy import Event, Explant, FaultEvent, Implant, Revise, Therapy
from cisterna.units import decimal_text

__all__ = ["Device", "DeviceChange", "DeviceRole", "devices_of"]

DeviceRole = Literal["pump", "catheter"]
_ROLES: tuple[DeviceRole, ...] = ("pump", "catheter")


@dataclass(frozen=True)
class DeviceChange:
    """What was changed of a device that stayed in place: when, and what, in words."""

    at_us: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Device:
    """One pump or catheter, from the operation that put it in to the one that took it out.

    ``name`` is that of the catalogue, ``model`` what people call it. ``until_us`` and ``ended`` are ``None``
    while it is in place. ``volume_ml`` is the reservoir of a pump, the inside of a catheter. Of a catheter
    ``length_cm`` lies in the patient, ``trimmed_cm`` was cut off, and ``tip`` is the level of its tip.
    What is not known is ``None``. Length, tip and alarm volume are the last ones; ``changes`` tells what
    they were before.
    """

    role: DeviceRole
    name: str
    model: str
    maker: str
    since_us: int
    until_us: int | None = None
    ended: str | None = None
    serial: str | None = None
    lot: str | None = None
    udi: str | None = None
    volume_ml: float | None = None
    alarm_volume_ml: float | None = None
    length_cm: float | None = None
    trimmed_cm: float | None = None
    tip: str | None = None
    changes: tuple[DeviceChange, ...] = ()


def devices_of(therapy: Therapy, until_us: int | None = None) -> tuple[Device, ...]:
    """The devices of a patient in the order in which they were put in, a pump before its catheter.

    ``until_us`` leaves out what was done later. Corrections are applied. An explant takes out both.

    >>> from datetime import date, datetime
    >>> from cisterna.therapy import Patient
    >>> from cisterna.units import Length
    >>> implant = Implant(at=datetime.fromisoformat("2026-03-02T09:00:00+01:00"), pump="synchromed-ii-20",
    ...                   catheter="ascenda-8780", catheter_trimmed=Length(52), tip="T10", pump_lot="N1")
    >>> girl = Patient(label="invented", born=date(2018, 2, 11))
    >>> [(one.role, one.lot, one.length_cm) for one in devices_of(Therapy(patient=girl, events=(implant,)))]
    [('pump', 'N1', None), ('catheter', None, 62.0)]
    """
    ledger = _Ledger(therapy)
    for event in therapy.valid_events:
        if until_us is not None and instant_us(event.at) > until_us:
            break
        ledger.take(event)
    return tuple(ledger.devices)


@dataclass
class _Ledger:
    """What was put in so far, and the record of the implant as it would be written now."""

    therapy: Therapy
    devices: list[Device] = field(default_factory=list)
    implant: Implant | None = None

    def take(self, event: Event) -> None:
        if isinstance(event, Implant):
            self.implant = event
            self.devices.extend(self._device(role, event) for role in _ROLES)
        elif isinstance(event, Explant):
            self._take_out(_ROLES, event, "explanted")
            self.implant = None
        elif isinstance(event, Revise) and self.implant is not None:
            self._revise(event, self.implant)
        elif isinstance(event, FaultEvent) and event.what == "tip-migration":
            self._change("catheter", event, lambda device: replace(device, tip=str(event.amount)))

    def _revise(self, event: Revise, before: Implant) -> None:
        after = self.implant = revised_implant(before, event)
        new = [role for role in _ROLES if getattr(event, role) is not None]
        for role in _ROLES:
            if role not in new:
                self._change(role, event, lambda device: self._revised(device, event, after))
        self._take_out(new, event, "replaced")
        self.devices.extend(self._device(role, after) for role in new)

    def _revised(self, device: Device, event: Revise, after: Implant) -> Device:
        """A device that stays; its tip is where it lay unless the revision says where it went."""
        tip = device.tip if event.tip is None or device.role == "pump" else event.tip
        described = self._device(device.role, after)
        return replace(described, since_us=device.since_us, tip=tip, changes=device.changes)

    def _take_out(self, roles: Iterable[DeviceRole], event: Event, how: str) -> None:
        ended = f"{how}: {event.reason}" if event.reason else how
        for role in roles:
            self._replace(role, lambda device: replace(device, until_us=instant_us(event.at), ended=ended))

    def _change(self, role: DeviceRole, event: Event, make: Callable[[Device], Device]) -> None:
        def changed(device: Device) -> Device:
            after = make(device)
            told = (DeviceChange(instant_us(event.at), text) for text in _differences(device, after))
            return replace(after, changes=(*device.changes, *told))

        self._replace(role, changed)

    def _replace(self, role: DeviceRole, make: Callable[[Device], Device]) -> None:
        """Put another value in the place of the device of this role that is in the patient."""
        for place, device in enumerate(self.devices):
            if device.role == role and device.until_us is None:
                self.devices[place] = make(device)

    def _device(self, role: DeviceRole, implant: Implant) -> Device:
        catalogue = self.therapy.catalogue
        name: str = getattr(implant, role)
        model = (catalogue.pumps if role == "pump" else catalogue.catheters)[name]
        return Device(
            role=role,
            name=name,
            model=model.model,
            maker=model.maker,
            since_us=instant_us(implant.at),
            serial=getattr(implant, f"{role}_serial"),
            lot=getattr(implant, f"{role}_lot"),
            udi=getattr(implant, f"{role}_udi"),
            **(_of_pump(self.therapy, implant) if role == "pump" else _of_catheter(self.therapy, implant)),
        )


def _of_pump(therapy: Therapy, implant: Implant) -> dict[str, Any]:
    model = therapy.catalogue.pumps[implant.pump]
    stated = None if implant.alarm_volume is None else float(implant.alarm_volume)
    return {
        "volume_ml": _known(lambda: model.need("reservoir_volume", "mL")),
        "alarm_volume_ml": stated or _known(lambda: model.need("alarm_volume", "mL")),
    }


def _of_catheter(therapy: Therapy, implant: Implant) -> dict[str, Any]:
    model, settings = therapy.catalogue.catheters[implant.catheter], therapy.settings
    return {
        "volume_ml": _known(lambda: catheter_volume_ml(implant, model, settings)),
        "length_cm": _known(lambda: implanted_length_cm(implant, model)),
        "trimmed_cm": None if implant.catheter_trimmed is None else float(implant.catheter_trimmed),
        "tip": implant.tip,
    }


def _known(ask: Callable[[], float]) -> float | None:
    """What a model or a record gives; ``None`` where it does not."""
    try:
        return ask()
    except InputError:
        return None


def _differences(before: Device, after: Device) -> Iterator[str]:
    if after.tip != before.tip:
        yield f"tip moved from {before.tip} to {after.tip}"
    if after.length_cm != before.length_cm:
        yield f"length {_amount(before.length_cm, 'cm')}, now {_amount(after.length_cm, 'cm')}"
    if after.alarm_volume_ml != before.alarm_volume_ml:
        volumes = _amount(before.alarm_volume_ml, "mL"), _amount(after.alarm_volume_ml, "mL")
        yield "alarm volume {}, now {}".format(*volumes)
    if after.serial != before.serial:
        yield f"serial number {before.serial or 'not recorded'}, now {after.serial}"


def _amount(value: float | None, unit: str) -> str:
    return "not known" if value is None else f"{decimal_text(value, 2)} {unit}"
