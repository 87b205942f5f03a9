"""The kinds of event that make a therapy, as frozen values.

Every event has an instant with the offset that was written. Quantities are typed floats in
Cisterna's units. A kind's name in files is its :attr:`Event.kind`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar, Literal

from cisterna.units import (
    Area,
    BodyWeight,
    Concentration,
    DailyDose,
    Duration,
    Fraction,
    HourlyRate,
    Length,
    Mass,
    ProductMass,
    Volume,
)

__all__ = [
    "EVENT_KINDS",
    "AdverseEvent",
    "Alarm",
    "Assess",
    "BridgeBolus",
    "Clock",
    "Correct",
    "Event",
    "Explant",
    "FaultEvent",
    "Fill",
    "FlexStep",
    "Implant",
    "Interrogate",
    "LumbarBolus",
    "Mri",
    "Note",
    "Oral",
    "PatientBolus",
    "PatientBolusAllowance",
    "Port",
    "PrimingBolus",
    "Program",
    "Resume",
    "Revise",
    "Session",
    "SingleBolus",
    "Stop",
    "Topical",
    "Weigh",
]

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ProgramMode = Literal["simple-continuous", "flex", "periodic-bolus", "minimum-rate", "constant-flow"]
FaultKind = Literal[
    "over-delivery",
    "under-delivery",
    "catheter-leak",
    "motor-stall",
    "occlusion",
    "disconnection",
    "tip-migration",
    "wrong-concentration",
    "pocket-fill",
    "port-injection",
    "reset",
]


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that was done or seen at one instant."""

    kind: ClassVar[str]
    at: datetime
    id: str | None = None
    by: str | None = None
    reason: str | None = None
    note: str | None = None


# ------------------------------------------------------------------------------ pump and catheter


@dataclass(frozen=True, kw_only=True)
class Implant(Event):
    """A pump and a catheter were implanted; reservoir and tubing hold no drug yet."""

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


@dataclass(frozen=True, kw_only=True)
class Fill(Event):
    """The reservoir was emptied (``withdrawn``, at every refill) and filled."""

    kind: ClassVar[str] = "fill"
    injected: Volume
    concentration: Concentration
    withdrawn: Volume | None = None
    drug: str = "baclofen"
    rinsed: bool = False
    lot: str | None = None


@dataclass(frozen=True, kw_only=True)
class FlexStep:
    """From ``from_`` (pump time) on, ``rate``, on the named days; on every day where none is."""

    from_: time
    rate: HourlyRate
    days: tuple[Weekday, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PatientBolusAllowance:
    """What the patient may ask the pump for."""

    dose: Mass
    lockout: Duration
    per_day: int


@dataclass(frozen=True, kw_only=True)
class Program(Event):
    """The pump was programmed to a mode.

    ``simple-continuous`` takes ``daily_dose``; ``flex`` takes ``steps`` (and ``daily_dose``, which
    is checked); ``periodic-bolus`` takes ``bolus``, ``over``, ``every`` and ``background``;
    ``minimum-rate`` and ``constant-flow`` take none.
    """

    kind: ClassVar[str] = "program"
    mode: ProgramMode
    daily_dose: DailyDose | None = None
    steps: tuple[FlexStep, ...] = ()
    bolus: Mass | None = None
    over: Duration | None = None
    every: Duration | None = None
    background: HourlyRate | None = None
    patient_bolus: PatientBolusAllowance | None = None


@dataclass(frozen=True, kw_only=True)
class SingleBolus(Event):
    """The pump gives ``dose`` over a time in place of its program, and then what ``then`` says."""

    kind: ClassVar[str] = "single-bolus"
    dose: Mass
    over: Duration
    then: Literal["resume", "stop"]


@dataclass(frozen=True, kw_only=True)
class PatientBolus(Event):
    """The patient asked for a bolus within the allowance of the program."""

    kind: ClassVar[str] = "patient-bolus"


@dataclass(frozen=True, kw_only=True)
class PrimingBolus(Event):
    """The fluid path was filled with drug up to the tip."""

    kind: ClassVar[str] = "priming-bolus"
    parts: Literal["pump+catheter", "catheter"]


@dataclass(frozen=True, kw_only=True)
class BridgeBolus(Event):
    """The old drug in tubing and catheter is delivered at the old daily dose before the program."""

    kind: ClassVar[str] = "bridge-bolus"
    volume: Volume
    old_concentration: Concentration
    daily_dose: DailyDose


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
    """Fluid was aspirated or injected through the catheter access port."""

    kind: ClassVar[str] = "port"
    aspirated: Volume | None = None
    injected: Volume | None = None
    injected_concentration: Concentration | None = None


@dataclass(frozen=True, kw_only=True)
class Interrogate(Event):
    """The pump was read; ``reservoir`` is what the programmer showed."""

    kind: ClassVar[str] = "interrogate"
    reservoir: Volume | None = None
    daily_dose: DailyDose | None = None


@dataclass(frozen=True, kw_only=True)
class Session(Event):
    """A programming session was opened, and how it ended."""

    kind: ClassVar[str] = "session"
    opened: datetime
    ended: Literal["running", "stopped-on-purpose", "not-completed", "uncertain"]


@dataclass(frozen=True, kw_only=True)
class Clock(Event):
    """The pump's clock was set to an offset from UTC, such as ``+02:00``."""

    kind: ClassVar[str] = "clock"
    offset: str
    drift: Duration | None = None
    why: str | None = None


@dataclass(frozen=True, kw_only=True)
class FaultEvent(Event):
    """Something went wrong with the device or in its handling."""

    kind: ClassVar[str] = "fault"
    what: FaultKind
    amount: Fraction | Volume | Concentration | str | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Revise(Event):
    """A pump or catheter was replaced, or the tip moved."""

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


@dataclass(frozen=True, kw_only=True)
class Explant(Event):
    """The pump was taken out, with what was left in its reservoir."""

    kind: ClassVar[str] = "explant"
    withdrawn: Volume | None = None


@dataclass(frozen=True, kw_only=True)
class Alarm(Event):
    """An alarm was heard or read."""

    kind: ClassVar[str] = "alarm"
    condition: str
    acknowledged: bool = False
    mute: Duration | None = None


@dataclass(frozen=True, kw_only=True)
class Mri(Event):
    """The patient was scanned."""

    kind: ClassVar[str] = "mri"
    field: str | None = None
    until: datetime | None = None
    resumed: bool | None = None


# --------------------------------------------------------------------------------- other routes


@dataclass(frozen=True, kw_only=True)
class LumbarBolus(Event):
    """Drug was injected by lumbar puncture, as in a screening trial."""

    kind: ClassVar[str] = "lumbar-bolus"
    dose: Mass
    level: str


@dataclass(frozen=True, kw_only=True)
class Oral(Event):
    """Baclofen by mouth: ``dose`` at each of ``times`` (local) from now on, or once without times.

    It goes on to ``until``, or to the next ``oral`` event, which replaces it; a dose of 0 ends it.
    """

    kind: ClassVar[str] = "oral"
    dose: Mass
    times: tuple[time, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Topical(Event):
    """Baclofen through the skin, applied at each of ``times`` (local), or once without times.

    A solution or patch covers an ``area``; a cream has a ``mass`` and a ``strength``.
    """

    kind: ClassVar[str] = "topical"
    product: str
    area: Area | None = None
    mass: ProductMass | None = None
    strength: Fraction | None = None
    times: tuple[time, ...] = ()
    until: datetime | None = None


# --------------------------------------------------------------------------- patient and record


@dataclass(frozen=True, kw_only=True)
class Weigh(Event):
    """The patient was weighed or measured."""

    kind: ClassVar[str] = "weigh"
    weight: BodyWeight | None = None
    height: Length | None = None


@dataclass(frozen=True, kw_only=True)
class Assess(Event):
    """A scale was scored; the value is kept as it was written, with the scale that gives it meaning."""

    kind: ClassVar[str] = "assess"
    scale: str
    value: float | str
    site: str | None = None


@dataclass(frozen=True, kw_only=True)
class AdverseEvent(Event):
    """Something untoward happened."""

    kind: ClassVar[str] = "adverse-event"
    what: str
    severity: str | None = None
    onset: date | None = None
    outcome: str | None = None


@dataclass(frozen=True, kw_only=True)
class Note(Event):
    """A remark; its text is ``note``."""

    kind: ClassVar[str] = "note"


@dataclass(frozen=True, kw_only=True)
class Correct(Event):
    """An earlier event was wrong: ``event`` is its id, ``new`` what should have been written.

    ``new`` is the table of the event that takes its place, ``None`` where nothing should have been
    written at all. The corrected event stays in the therapy.
    """

    kind: ClassVar[str] = "correct"
    event: str
    why: str
    new: dict[str, Any] | None = None


EVENT_KINDS: dict[str, type[Event]] = {
    event.kind: event
    for event in (
        Implant, Fill, Program, SingleBolus, PatientBolus, PrimingBolus, BridgeBolus, Stop, Resume,
        LumbarBolus, Oral, Topical, Weigh, Assess, Port, Interrogate, Session, Clock, FaultEvent,
        Revise, Explant, Alarm, AdverseEvent, Mri, Note, Correct,
    )
}  # fmt: skip
"""Every kind of event by its name in files."""
