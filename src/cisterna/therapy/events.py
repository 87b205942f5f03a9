"""The kinds of event that make a therapy, as frozen values.

Every event has an instant with the offset that was written. Quantities are typed floats in
Cisterna's units. A kind's name in files is its :attr:`Event.kind`.

>>> EVENT_KINDS["lumbar-bolus"].__name__
'LumbarBolus'
"""

from __future__ import annotations

from cisterna.therapy.event import Event
from cisterna.therapy.fault_events import RESETS, FaultEvent, FaultKind
from cisterna.therapy.programs import (
    WEEKDAYS,
    FlexStep,
    PatientBolusAllowance,
    Program,
    ProgramMode,
    Weekday,
    flex_dose_mcg,
)
from cisterna.therapy.pump_events import (
    BridgeBolus,
    Explant,
    Fill,
    Implant,
    PatientBolus,
    Port,
    PrimingBolus,
    Resume,
    Revise,
    SingleBolus,
    Stop,
)
from cisterna.therapy.record_events import (
    AdverseEvent,
    Alarm,
    Assess,
    Clock,
    Correct,
    Decision,
    DecisionKind,
    Interrogate,
    Mri,
    Note,
    Session,
    Weigh,
)
from cisterna.therapy.route_events import AREA_PRODUCTS, MASS_PRODUCTS, LumbarBolus, Oral, Topical

__all__ = [
    "AREA_PRODUCTS",
    "EVENT_KINDS",
    "MASS_PRODUCTS",
    "RESETS",
    "WEEKDAYS",
    "AdverseEvent",
    "Alarm",
    "Assess",
    "BridgeBolus",
    "Clock",
    "Correct",
    "Decision",
    "DecisionKind",
    "Event",
    "Explant",
    "FaultEvent",
    "FaultKind",
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
    "ProgramMode",
    "Resume",
    "Revise",
    "Session",
    "SingleBolus",
    "Stop",
    "Topical",
    "Weekday",
    "Weigh",
    "flex_dose_mcg",
]

EVENT_KINDS: dict[str, type[Event]] = {
    event.kind: event
    for event in (
        Implant, Fill, Program, SingleBolus, PatientBolus, PrimingBolus, BridgeBolus, Stop, Resume,
        LumbarBolus, Oral, Topical, Weigh, Assess, Port, Interrogate, Session, Clock, FaultEvent,
        Revise, Explant, Alarm, AdverseEvent, Mri, Decision, Note, Correct,
    )
}  # fmt: skip
"""Every kind of event by its name in files."""
