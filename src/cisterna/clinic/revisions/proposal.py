"""A revision that is proposed: what was typed, what it makes of the system, and its event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, cast

from cisterna.care.standing import Standing, StandingStatus, standing_of
from cisterna.clinic.settings.site import SiteChoices
from cisterna.clinic.visits.fields import Field, Value
from cisterna.clinic.visits.implant.steps import fields_of
from cisterna.clinic.web.wording import day_of
from cisterna.errors import Fault, InputError
from cisterna.instants import instant_us, utc
from cisterna.pump import refusals
from cisterna.report.wording import UNKNOWN, significant
from cisterna.therapy import Revise, Therapy
from cisterna.units import Length, Volume

__all__ = ["Revision", "SideBySide"]

_PUMP = ("model", "serial", "lot", "udi", "alarm_volume")
_CATHETER = ("model", "serial", "lot", "udi", "trimmed", "implanted", "why", "tip")
_WITHOUT_PREFIX = {"alarm_volume", "trimmed", "implanted", "why", "tip"}
_AT = Field(name="at", label="Revised at", form="instant")
_REASON = Field(
    name="reason", label="Reason", form="area", range="why it was revised; the next reader sees it"
)
_PLACES = {
    "pump": "pump_model", "catheter": "catheter_model", "catheter_trimmed": "trimmed",
    "catheter_implanted": "implanted", "why": "why", "tip": "tip", "alarm_volume": "alarm_volume",
    "kind": "pump_model",
}  # fmt: skip


class SideBySide(NamedTuple):
    """One row: the name, what is in place, what will be."""

    name: str
    current: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A revision as it was typed; what is left empty stays as it is."""

    therapy: Therapy
    choices: SiteChoices
    now_us: int
    typed: Mapping[str, str]

    @cached_property
    def pump_fields(self) -> tuple[Field, ...]:
        """What is asked of the pump; all of it optional."""
        return self._optional("pump", _PUMP)

    @cached_property
    def catheter_fields(self) -> tuple[Field, ...]:
        """What is asked of the catheter and its tip; all of it optional."""
        return self._optional("catheter", _CATHETER)

    def _optional(self, what: str, names: tuple[str, ...]) -> tuple[Field, ...]:
        asked = {one.name: one for one in fields_of(what, self.therapy.catalogue, ())}
        return tuple(
            replace(
                asked[name], name=name if name in _WITHOUT_PREFIX else f"{what}_{name}", required=False,
            )
            for name in names
        )  # fmt: skip

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field."""
        return (_AT, *self.pump_fields, *self.catheter_fields, _REASON)

    def ask(self, name: str) -> Value:
        """The value of a field, ``None`` where nothing or nothing right stands in it."""
        wanted = next(one for one in self.fields if one.name == name)
        try:
            return wanted.value(self.typed, self.choices.zone)
        except InputError:
            return None

    @cached_property
    def before(self) -> Standing:
        """Where the therapy stands now."""
        return standing_of(self.therapy, utc(self.now_us))

    @property
    def can_revise(self) -> bool:
        """Whether something is in place."""
        out = {StandingStatus.NO_PUMP, StandingStatus.EXPLANTED}
        return self.before.status not in out and self.before.pump is not None

    @property
    def replaces_pump(self) -> bool:
        """Whether the pump is another one, which then needs a fill and a program."""
        return self.ask("pump_model") is not None

    def event(self) -> Revise:
        """The revision; raises where what is typed makes none."""
        texts: dict[str, Any] = {
            key: self.ask(name)
            for key, name in (
                ("pump", "pump_model"), ("pump_serial", "pump_serial"), ("pump_lot", "pump_lot"),
                ("pump_udi", "pump_udi"), ("catheter", "catheter_model"),
                ("catheter_serial", "catheter_serial"), ("catheter_lot", "catheter_lot"),
                ("catheter_udi", "catheter_udi"), ("why", "why"), ("tip", "tip"),
            )
        }  # fmt: skip
        return Revise(
            at=cast("datetime", self.ask("at")),
            catheter_trimmed=cast("Length | None", self.ask("trimmed")),
            catheter_implanted=cast("Length | None", self.ask("implanted")),
            alarm_volume=cast("Volume | None", self.ask("alarm_volume")),
            reason=self.typed.get("reason", "").strip(),
            **texts,
        )

    @cached_property
    def after(self) -> Standing | None:
        """Where the therapy stands with it; ``None`` where it cannot be read."""
        try:
            event = self.event()
            therapy = replace(self.therapy, events=(*self.therapy.events, event))
            return standing_of(therapy, utc(max(self.now_us, instant_us(event.at))))
        except InputError:
            return None

    def rows(self) -> tuple[SideBySide, ...]:
        """What is in place and what will be, side by side."""
        after = self.after
        if after is None:
            return ()
        return tuple(
            SideBySide(name, told(self.before), told(after))
            for name, told in (
                ("Pump", _pump), ("Pump serial", _pump_serial), ("Catheter", _catheter), ("Tip", _tip),
                ("Implanted length", _length), ("Tubing and catheter", _dead_volume),
                ("Alarm volume", _alarm), ("Low-reservoir alarm", _alarm_date), ("Refill by", _refill_by),
            )
        )  # fmt: skip

    # ------------------------------------------------------------------------------- its faults

    def faults(self) -> tuple[Fault, ...]:
        """What keeps it from being recorded, each at its field."""
        if not self.can_revise:
            return (
                Fault(where="pump_model", found="no pump in place", allowed="a pump in place",
                      remedy="record the implant first"),
            )  # fmt: skip
        wrong = tuple(self._field_faults())
        return wrong or tuple(self._whole_faults())

    def _field_faults(self) -> Iterator[Fault]:
        for one in self.fields:
            try:
                one.value(self.typed, self.choices.zone)
            except InputError as error:
                yield from error.faults
        at = self.ask("at")
        if isinstance(at, datetime) and instant_us(at) > self.now_us:
            yield Fault(where="at", found=f"{at:%d %b %Y, %H:%M}", allowed="an instant that has passed",
                        remedy="write when it was done")  # fmt: skip

    def _whole_faults(self) -> Iterator[Fault]:
        """What therapy or pump refuse of the revision, at the field that it is about."""
        try:
            therapy = replace(self.therapy, events=(*self.therapy.events, self.event()))
            found = tuple(refusals(therapy))
        except InputError as error:
            found = error.faults
        known = set(refusals(self.therapy))
        for fault in found:
            if fault not in known:
                key = fault.where.rpartition(".")[2]
                yield fault.at(_PLACES.get(key, "pump_model"))


def _pump(stands: Standing) -> str:
    return f"{stands.pump.maker} {stands.pump.model}" if stands.pump else UNKNOWN


def _pump_serial(stands: Standing) -> str:
    return (stands.pump.serial if stands.pump else None) or "not recorded"


def _catheter(stands: Standing) -> str:
    return f"{stands.catheter.maker} {stands.catheter.model}" if stands.catheter else UNKNOWN


def _tip(stands: Standing) -> str:
    return stands.tip or (stands.catheter.tip if stands.catheter else None) or UNKNOWN


def _length(stands: Standing) -> str:
    length = stands.catheter.length_cm if stands.catheter else None
    return UNKNOWN if length is None else f"{significant(length, 3)} cm"


def _dead_volume(stands: Standing) -> str:
    return UNKNOWN if stands.dead_volume_ml is None else f"{significant(stands.dead_volume_ml, 3)} mL"


def _alarm(stands: Standing) -> str:
    volume = stands.pump.alarm_volume_ml if stands.pump else None
    return UNKNOWN if volume is None else f"{significant(volume, 3)} mL"


def _alarm_date(stands: Standing) -> str:
    return UNKNOWN if stands.dates is None else day_of(stands.dates.low_reservoir_alarm_date.date)


def _refill_by(stands: Standing) -> str:
    return UNKNOWN if stands.dates is None else day_of(stands.dates.refill_by_date.date)
