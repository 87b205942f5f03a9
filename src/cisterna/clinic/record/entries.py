"""Entries of a record, and the therapy that they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from cisterna.clinic.database.hashing import linked
from cisterna.evidence import Settings
from cisterna.instants import instant_us
from cisterna.therapy import Event, Therapy, event_text, header_text, loads

__all__ = ["HEADER", "Entry", "Link", "Record", "assembled", "chained", "event_link", "header_link"]

HEADER = "header"
"""The type of an entry that says who the patient is; the last one holds."""

EVENT = "event"

Link = tuple[str, str, str, int, str]
"""Type, id, kind, instant and text of an entry, before it is linked."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One link of a patient's chain: ``text`` is that of a therapy file."""

    patient_id: str
    seq: int
    type: str
    event_id: str
    kind: str
    at_us: int
    text: str
    recorded_us: int
    recorded_by: str
    previous_hash: str
    hash: str = ""

    def linked(self) -> str:
        """The hash that this entry must have."""
        return linked(
            self.previous_hash,
            self.patient_id,
            self.seq,
            self.type,
            self.event_id,
            self.kind,
            self.at_us,
            self.text,
            self.recorded_us,
            self.recorded_by,
        )

    def audited(self) -> tuple[str, dict[str, str]]:
        """Subject and detail of what the audit keeps of this entry."""
        return self.event_id, {"kind": self.kind, "new": self.text, "hash": self.hash}

    def sealed(self) -> Entry:
        """The entry with its hash."""
        return replace(self, hash=self.linked())


def header_link(therapy: Therapy, at_us: int, event_id: str = HEADER) -> Link:
    """What a header of the record holds."""
    return HEADER, event_id, HEADER, at_us, header_text(therapy)


def event_link(event: Event) -> Link:
    """What an entry of an event holds; the event has an id."""
    return EVENT, event.id or "", event.kind, instant_us(event.at), event_text(event)


def chained(
    patient_id: str,
    previous_hash: str,
    first_seq: int,
    links: Sequence[Link],
    *,
    recorded_us: int,
    recorded_by: str,
) -> tuple[Entry, ...]:
    """The entries of ``links``, each on the one before, the first on the entry with ``previous_hash``."""
    entries = []
    for seq, (type_, event_id, kind, at_us, text) in enumerate(links, start=first_seq):
        entry = Entry(
            patient_id=patient_id,
            seq=seq,
            type=type_,
            event_id=event_id,
            kind=kind,
            at_us=at_us,
            text=text,
            recorded_us=recorded_us,
            recorded_by=recorded_by,
            previous_hash=previous_hash,
        ).sealed()
        entries.append(entry)
        previous_hash = entry.hash
    return tuple(entries)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A patient's entries, and the settings of the site that lie under the therapy's own."""

    entries: tuple[Entry, ...]
    site: Mapping[str, str]
    devices: Path

    @cached_property
    def therapy(self) -> Therapy:
        """The therapy of these entries; checked when it was written, so it is right."""
        return assembled(self.entries, self.site, self.devices)

    @property
    def by_event(self) -> dict[str, Entry]:
        """The entries of events by the id of their event."""
        return {entry.event_id: entry for entry in self.entries if entry.type == EVENT}


def assembled(entries: Sequence[Entry], site: Mapping[str, str], devices: Path) -> Therapy:
    """The therapy that ``entries`` make, the settings of the ``site`` laid under its own parameters.

    Raises :class:`~cisterna.errors.TherapyError` where they make none.
    """
    header = next(entry.text for entry in reversed(entries) if entry.type == HEADER)
    texts = (header, *(entry.text for entry in entries if entry.type == EVENT))
    therapy = loads("\n".join(texts), devices)
    if not site:
        return therapy
    return replace(therapy, settings=Settings.of({**site, **therapy.parameters}))
