"""What makes events one therapy: everything that is wrong between them.

Each event is right by itself when it is made; here stand the rules that need more than one of
them, the patient, the catalogue or the bounds of plausibility. A draft may hold the tables of
events that could not be read, so that a file is told all its faults at once: such a hole counts
by its kind and instant, and rules that would need more than that keep silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cisterna.errors import Fault
from cisterna.evidence import Catalogue, Settings
from cisterna.instants import instant_us
from cisterna.therapy.conflicts import conflicts
from cisterna.therapy.corrections import Placed, resolve
from cisterna.therapy.events import Event
from cisterna.therapy.hardware import hardware_faults
from cisterna.therapy.patient import Patient
from cisterna.therapy.plausibility import event_faults, patient_faults
from cisterna.therapy.structure import Unread

if TYPE_CHECKING:
    from cisterna.therapy.therapy import Therapy

__all__ = ["Draft", "faults_of", "faults_of_draft"]


@dataclass(frozen=True)
class Draft:
    """What was read of a therapy; ``None`` stands for a part that could not be read."""

    patient: Patient | None
    entries: Sequence[Event | Unread]
    catalogue: Catalogue | None
    settings: Settings


def faults_of(therapy: Therapy) -> tuple[Fault, ...]:
    """Everything that is wrong between the parts of a therapy: nothing, for one that could be made."""
    draft = Draft(therapy.patient, therapy.events, therapy.catalogue, therapy.settings)
    return tuple(faults_of_draft(draft))


def faults_of_draft(draft: Draft) -> Iterator[Fault]:
    """Everything that is wrong between the parts of a draft, each with its key path."""
    resolution = resolve(draft.entries)
    yield from resolution.faults
    if draft.patient is not None:
        yield from patient_faults(draft.patient, draft.settings)
    for entry in resolution.holding:
        if isinstance(entry.event, Event):
            yield from event_faults(entry.path, entry.event, draft.patient, draft.settings)
    ordered = _in_order(resolution.holding)
    yield from conflicts(ordered)
    nowhere = [entry for entry in resolution.holding if entry.at is None]
    yield from hardware_faults(ordered, nowhere, draft.catalogue, draft.settings)


def _in_order(entries: Sequence[Placed]) -> tuple[Placed, ...]:
    """Entries with an instant in the order of time; at one instant in the order written."""
    timed = [(instant_us(entry.at), entry.rank, entry) for entry in entries if entry.at is not None]
    return tuple(entry for *_, entry in sorted(timed, key=lambda row: row[:2]))
