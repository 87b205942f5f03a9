"""One invented patient: identity, therapy, and what the clinic keeps beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from cisterna.clinic.demo.people import Identity
from cisterna.therapy import Therapy

__all__ = [
    "BookedVisit",
    "Confirmation",
    "Document",
    "InventedPatient",
    "InventedSearch",
    "InventedVisit",
    "TeamMember",
    "VisitKind",
]

VisitKind = Literal[
    "refill", "screening", "assessment", "dose-change", "mri-check", "implant", "replacement", "oral-step"
]


@dataclass(frozen=True, kw_only=True)
class BookedVisit:
    """A visit that stands in the diary: what for, when (local time with its offset), with whom, and why."""

    kind: VisitKind
    at: datetime
    with_whom: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class InventedVisit:
    """A visit that ``by`` has begun: what is typed in its ``steps``, the last of which is still open.

    ``second`` is who checked the step at which something is recorded.
    """

    kind: str
    by: str
    steps: Mapping[str, Mapping[str, str]]
    second: str = ""


@dataclass(frozen=True, kw_only=True)
class InventedSearch:
    """A search for the cause of a loss of effect that ``by`` has begun: what each step so far found."""

    by: str
    findings: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """A second person checked the event of this id."""

    event_id: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class TeamMember:
    """Who looks after the patient, and as what."""

    part: Literal["physician", "nurse", "therapist", "surgeon"]
    name: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """A short text of the patient's file, dated; its first line says that it is invented."""

    title: str
    day: date
    text: str


@dataclass(frozen=True, kw_only=True)
class InventedPatient:
    """A patient who does not exist, with everything that the clinic keeps.

    ``kinds`` are the kinds of story that the history shows (:data:`cisterna.clinic.demo.KINDS`).
    """

    kinds: frozenset[str]
    identity: Identity
    therapy: Therapy
    booked: tuple[BookedVisit, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    team: tuple[TeamMember, ...] = ()
    documents: tuple[Document, ...] = ()
    visits: tuple[InventedVisit, ...] = ()
    searches: tuple[InventedSearch, ...] = ()
