"""Scans as episodes: read before, scanned, read after; open until the pump was read after the scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cisterna.instants import instant_us
from cisterna.therapy import Event, Explant, Implant, Interrogate, Mri, Therapy

__all__ = ["MriEpisode", "mri_episodes"]


@dataclass(frozen=True, kw_only=True)
class MriEpisode:
    """One scan: the last reading before it, the first after it, and whether a pump was in place.

    >>> from datetime import date, datetime
    >>> from cisterna.therapy import Patient
    >>> at = datetime.fromisoformat("2026-03-02T09:00:00+01:00")
    >>> girl = Patient(label="invented", born=date(2018, 2, 11))
    >>> [one.is_open for one in mri_episodes(Therapy(patient=girl, events=(Mri(at=at),)))]
    [False]
    """

    scan: Mri
    has_pump: bool
    can_be_read: bool
    before: Interrogate | None
    after: Interrogate | None
    is_over: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the pump is still to be read: nobody may assume that it runs again."""
        return self.has_pump and self.can_be_read and self.after is None and not self.is_over


def mri_episodes(therapy: Therapy) -> tuple[MriEpisode, ...]:
    """Every scan of a therapy, the last one first; a reading belongs to the scans before it."""
    events = therapy.valid_events
    found = (_episode(therapy, events, place) for place, one in enumerate(events) if isinstance(one, Mri))
    return tuple(reversed(tuple(found)))


def _episode(therapy: Therapy, events: Sequence[Event], place: int) -> MriEpisode:
    scan = events[place]
    assert isinstance(scan, Mri)  # noqa: S101  chosen by the caller
    end_us = instant_us(scan.until or scan.at)
    pump = next((one for one in reversed(events[:place]) if isinstance(one, Implant | Explant)), None)
    before = next((one for one in reversed(events[:place]) if isinstance(one, Interrogate | Mri)), None)
    later = [one for one in events[place + 1 :] if instant_us(one.at) >= end_us]
    after = next((one for one in later if isinstance(one, Interrogate)), None)
    model = therapy.catalogue.pump(pump.pump) if isinstance(pump, Implant) else None
    return MriEpisode(
        scan=scan,
        has_pump=model is not None,
        can_be_read=model is not None and model.mechanism != "constant-flow",
        before=before if isinstance(before, Interrogate) else None,
        after=after,
        is_over=any(isinstance(one, Explant) for one in later),
    )
