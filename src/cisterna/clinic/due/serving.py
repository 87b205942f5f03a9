"""Which visits meet a need, and who looks after it: one answer for the list, its counts and the diary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cisterna.care.need import NeedKind

__all__ = ["KIND_WORDS", "ON_CALL", "VISIT_KINDS", "Owner", "escalated_to", "owner_of", "serving"]

KIND_WORDS: Mapping[NeedKind, str] = {
    NeedKind.REFILL: "Refill",
    NeedKind.LOW_RESERVOIR: "Low reservoir",
    NeedKind.ALARM: "Alarm",
    NeedKind.CHECK_PUMP: "Check of the pump",
    NeedKind.CHECK_AFTER_MRI: "Check after MRI",
    NeedKind.UNCONFIRMED_PROGRAM: "Unconfirmed program",
    NeedKind.REPLACEMENT: "Replacement",
    NeedKind.RECALL: "Recall",
    NeedKind.ORAL_STEP: "Step by mouth",
    NeedKind.SCREENING: "Screening",
    NeedKind.IMPLANT: "Implant",
    NeedKind.TRIAL_TO_BOOK: "Screening to be booked",
    NeedKind.IMPLANT_TO_BOOK: "Implant to be booked",
    NeedKind.ASSESSMENT: "Assessment",
    NeedKind.RECORD_REFUSED: "Record to be mended",
}
"""The kinds of need in words."""

VISIT_KINDS: Mapping[str, str] = {
    "refill": "Refill",
    "dose-change": "Dose change",
    "assessment": "Assessment",
    "screening": "Screening trial",
    "implant": "Implant",
    "replacement": "Replacement of the pump",
    "mri-check": "Check after MRI",
    "oral-step": "Step of weaning by mouth",
    "other": "Other visit",
}
"""What a visit of the diary is for, in words."""

_AT_THE_PUMP = ("refill", "dose-change", "replacement", "mri-check", "other")
_SERVING: Mapping[NeedKind, tuple[str, ...]] = {
    NeedKind.REFILL: ("refill",),
    NeedKind.LOW_RESERVOIR: ("refill",),
    NeedKind.REPLACEMENT: ("replacement",),
    NeedKind.RECALL: _AT_THE_PUMP,
    NeedKind.ORAL_STEP: ("oral-step",),
    NeedKind.SCREENING: ("screening", "assessment"),
    NeedKind.IMPLANT: ("implant",),
    NeedKind.TRIAL_TO_BOOK: ("screening",),
    NeedKind.IMPLANT_TO_BOOK: ("implant",),
    NeedKind.ASSESSMENT: ("assessment",),
    NeedKind.CHECK_AFTER_MRI: ("mri-check",),
    NeedKind.ALARM: _AT_THE_PUMP,
    NeedKind.CHECK_PUMP: _AT_THE_PUMP,
    NeedKind.UNCONFIRMED_PROGRAM: _AT_THE_PUMP,
    NeedKind.RECORD_REFUSED: _AT_THE_PUMP,
}
_PART: Mapping[NeedKind, str] = {
    NeedKind.REPLACEMENT: "surgeon",
    NeedKind.RECALL: "physician",
    NeedKind.SCREENING: "physician",
    NeedKind.IMPLANT: "surgeon",
    NeedKind.TRIAL_TO_BOOK: "physician",
    NeedKind.IMPLANT_TO_BOOK: "surgeon",
    NeedKind.ASSESSMENT: "therapist",
}
_USUAL_PART = "nurse"
_IN_CHARGE = "physician"
ON_CALL = "the doctor on call"
"""To whom goes what nobody of the patient's team is left for."""


def serving(kind: NeedKind) -> tuple[str, ...]:
    """The kinds of visit that meet a need.

    >>> serving(NeedKind.LOW_RESERVOIR)
    ('refill',)
    """
    return _SERVING[kind]


@dataclass(frozen=True)
class Owner:
    """Who looks after a need: ``name`` of the patient's team, empty where no such ``part`` is named."""

    part: str
    name: str


def owner_of(kind: NeedKind, team: Mapping[str, str]) -> Owner:
    """The member of the team whose work a need is; ``team`` are names by part.

    >>> owner_of(NeedKind.REFILL, {"nurse": "Ruth Heron"}).name
    'Ruth Heron'
    >>> owner_of(NeedKind.REPLACEMENT, {"physician": "Dr Tess Crane"})
    Owner(part='physician', name='Dr Tess Crane')
    """
    part = _PART.get(kind, _USUAL_PART)
    for each in (part, _IN_CHARGE):
        if team.get(each):
            return Owner(each, team[each])
    return Owner(part, "")


def escalated_to(kind: NeedKind, team: Mapping[str, str]) -> str:
    """The next in charge: the physician of the team, or whoever is on call where that is the owner.

    >>> escalated_to(NeedKind.REFILL, {"nurse": "Ruth Heron", "physician": "Dr Tess Crane"})
    'Dr Tess Crane'
    >>> escalated_to(NeedKind.SCREENING, {"physician": "Dr Tess Crane"})
    'the doctor on call'
    """
    in_charge = team.get(_IN_CHARGE, "")
    return ON_CALL if in_charge in {"", owner_of(kind, team).name} else in_charge
