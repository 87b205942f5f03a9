"""Events of the implanted system: pump, catheter, reservoir."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from cisterna.errors import Fault
from cisterna.therapy.event import Event
from cisterna.therapy.wording import not_positive, quoted, unknown_level
from cisterna.units import Concentration, DailyDose, Duration, Length, Mass, Volume

__all__ = [
    "BridgeBolus",
    "Explant",
    "Fill",
    "Implant",
    "PatientBolus",
    "Port",
    "PrimingBolus",
    "Resume",
    "Revise",
    "SingleBolus",
    "Stop",
]


@dataclass(frozen=True, kw_only=True)
class Implant(Event):
    """A pump and a catheter were implanted; reservoir and tubing hold no drug yet.

    ``pump`` and ``catheter`` are names of the catalogue, ``tip`` the vertebral level of the tip.
    The length of the catheter is told in one of two ways: what was cut from the model's length
    (``catheter_trimmed``), or what was implanted (``catheter_implanted``) and ``why`` it is told so.
    Serial, lot and unique device identifier (``udi``) are kept as they stand on the label.
    """

    kind: ClassVar[str] = "implant"
    pump: str
    catheter: str
    tip: str
    catheter_trimmed: Length | None = None
    catheter_implanted: Length | None = None
    why: str | None = None
    alarm_volume: Volume | None = None
    pump_serial: str | None = None
    catheter_serial: str | None = None
    pump_lot: str | None = None
    catheter_lot: str | None = None
    pump_udi: str | None = None
    catheter_udi: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from unknown_level("tip", self.tip)
        if self.catheter_trimmed is None and self.catheter_implanted is None:
            yield _no_length("catheter_trimmed")
        yield from _length_faults(self)


@dataclass(frozen=True, kw_only=True)
class Revise(Event):
    """A pump or catheter was replaced, the catheter shortened, the tip or the alarm volume moved.

    What is left out stays as it was. A new catheter needs its length, told as at the implant.
    """

    kind: ClassVar[str] = "revise"
    pump: str | None = None
    catheter: str | None = None
    catheter_trimmed: Length | None = None
    catheter_implanted: Length | None = None
    why: str | None = None
    tip: str | None = None
    alarm_volume: Volume | None = None
    pump_serial: str | None = None
    catheter_serial: str | None = None
    pump_lot: str | None = None
    catheter_lot: str | None = None
    pump_udi: str | None = None
    catheter_udi: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        changes = (self.pump, self.catheter, self.catheter_trimmed, self.catheter_implanted)
        if all(change is None for change in (*changes, self.tip, self.alarm_volume)):
            yield Fault(
                where="kind",
                found="a revision that changes nothing",
                allowed="pump, catheter, catheter_trimmed, catheter_implanted, tip or alarm_volume",
                remedy="say what was changed",
            )
        if self.tip is not None:
            yield from unknown_level("tip", self.tip)
        if self.catheter is not None and self.catheter_trimmed is None and self.catheter_implanted is None:
            yield _no_length("catheter_trimmed")
        yield from _length_faults(self)


def _no_length(where: str) -> Fault:
    return Fault(
        where=where,
        found="no length of the catheter",
        allowed="catheter_trimmed (what was cut off), or catheter_implanted with why",
        remedy="add the one that the record of the operation gives",
    )


def _length_faults(event: Implant | Revise) -> Iterator[Fault]:
    if event.catheter_trimmed is not None and event.catheter_implanted is not None:
        yield Fault(
            where="catheter_implanted",
            found="catheter_trimmed and catheter_implanted together",
            allowed="one of them",
            remedy="keep the one that was measured",
        )
    if event.catheter_implanted is not None and not (event.why or "").strip():
        yield Fault(
            where="why",
            found="catheter_implanted without a reason",
            allowed="catheter_implanted with why",
            remedy="say in why how the implanted length is known, for example 'measured on X-ray'",
        )
    yield from not_positive("catheter_implanted", event.catheter_implanted, "write the implanted length")


@dataclass(frozen=True, kw_only=True)
class Fill(Event):
    """The reservoir was emptied (``withdrawn``, at every refill) and filled.

    ``injected`` is what went in, ``concentration`` that of the fluid from the vial, ``rinsed`` whether
    the old drug below the counted zero was washed out first. A reservoir that was emptied and not filled is
    a fill of 0 mL with what was withdrawn: the pump is empty from then on.
    """

    kind: ClassVar[str] = "fill"
    injected: Volume
    concentration: Concentration
    withdrawn: Volume | None = None
    drug: str = "baclofen"
    rinsed: bool = False
    lot: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        if self.withdrawn is None or self.injected < 0:
            yield from not_positive(
                "injected", self.injected, "write what was injected; 0 mL needs what was withdrawn"
            )
        yield from not_positive("concentration", self.concentration, "write what stands on the vial")
        if self.drug != "baclofen":
            yield Fault(
                where="drug",
                found=quoted(self.drug),
                allowed="'baclofen'",
                remedy="Cisterna knows no other drug in the reservoir; nothing it computes would hold",
            )


@dataclass(frozen=True, kw_only=True)
class SingleBolus(Event):
    """The pump gives ``dose`` over a time in place of its program, and then what ``then`` says."""

    kind: ClassVar[str] = "single-bolus"
    dose: Mass
    over: Duration
    then: Literal["resume", "stop"]

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from not_positive("dose", self.dose, "write the dose, or leave the event out")
        yield from not_positive("over", self.over, "write how long the bolus took")


@dataclass(frozen=True, kw_only=True)
class PatientBolus(Event):
    """The patient asked for a bolus within the allowance of the program."""

    kind: ClassVar[str] = "patient-bolus"


@dataclass(frozen=True, kw_only=True)
class PrimingBolus(Event):
    """The fluid path was filled with drug up to the tip: pump tubing and catheter, or catheter alone."""

    kind: ClassVar[str] = "priming-bolus"
    parts: Literal["pump+catheter", "catheter"]


@dataclass(frozen=True, kw_only=True)
class BridgeBolus(Event):
    """The old drug in tubing and catheter is delivered at the old daily dose before the program."""

    kind: ClassVar[str] = "bridge-bolus"
    volume: Volume
    old_concentration: Concentration
    daily_dose: DailyDose

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from not_positive("volume", self.volume, "write the volume of tubing and catheter")
        yield from not_positive("old_concentration", self.old_concentration, "write the one before the fill")
        yield from not_positive("daily_dose", self.daily_dose, "write the daily dose before the fill")


@dataclass(frozen=True, kw_only=True)
class Stop(Event):
    """The pump was stopped."""

    kind: ClassVar[str] = "stop"


@dataclass(frozen=True, kw_only=True)
class Resume(Event):
    """The pump goes on with its program."""

    kind: ClassVar[str] = "resume"


@dataclass(frozen=True, kw_only=True)
class Port(Event):
    """Fluid was aspirated, then injected, through the catheter access port.

    What is injected holds no drug (contrast medium, saline) where ``injected_concentration`` is left out.
    """

    kind: ClassVar[str] = "port"
    aspirated: Volume | None = None
    injected: Volume | None = None
    injected_concentration: Concentration | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        if self.aspirated is None and self.injected is None:
            yield Fault(
                where="aspirated",
                found="neither aspirated nor injected",
                allowed="one of them or both",
                remedy="write what was drawn or given; '0 mL' where nothing could be aspirated",
            )
        if self.injected_concentration is not None and self.injected is None:
            yield Fault(
                where="injected_concentration",
                found="a concentration of nothing",
                allowed="injected_concentration together with injected",
                remedy="add injected, or remove injected_concentration",
            )


@dataclass(frozen=True, kw_only=True)
class Explant(Event):
    """The pump was taken out, with what was left in its reservoir."""

    kind: ClassVar[str] = "explant"
    withdrawn: Volume | None = None
