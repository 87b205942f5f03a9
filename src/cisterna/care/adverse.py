"""What codes of an adverse event follow from the record: early or late infection, the device it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cisterna.care.devices import Device, devices_of
from cisterna.care.result import Reason
from cisterna.instants import instant_us, utc
from cisterna.therapy import AdverseEvent, Explant, Implant, Revise, Therapy

__all__ = ["CodedAdverseEvent", "coded_adverse_events", "infection_timing"]


@dataclass(frozen=True, kw_only=True)
class CodedAdverseEvent:
    """An adverse event with its day of onset, the device that was in place then, and early or late."""

    event: AdverseEvent
    onset: date
    device: Device | None
    timing: Reason | None


def coded_adverse_events(therapy: Therapy) -> tuple[CodedAdverseEvent, ...]:
    """Every adverse event of a therapy, the last recorded first."""
    return tuple(reversed(tuple(_coded(therapy))))


def _coded(therapy: Therapy) -> Iterator[CodedAdverseEvent]:
    for event in therapy.valid_events:
        if isinstance(event, AdverseEvent):
            onset = event.onset or utc(instant_us(event.at)).astimezone(therapy.zone).date()
            is_infection = event.category == "infection"
            yield CodedAdverseEvent(
                event=event,
                onset=onset,
                device=_device(therapy, event),
                timing=infection_timing(therapy, onset) if is_infection else None,
            )


def _device(therapy: Therapy, event: AdverseEvent) -> Device | None:
    if event.device is None:
        return None
    held = [one for one in devices_of(therapy, instant_us(event.at)) if one.role == event.device]
    return held[-1] if held else None


def infection_timing(therapy: Therapy, onset: date) -> Reason | None:
    """Early or late after the last operation before ``onset``; ``None`` where none is recorded.

    An infection within 90 days (``early_infection_time``) counts as early.
    """
    operations = [
        utc(instant_us(one.at)).astimezone(therapy.zone).date()
        for one in therapy.valid_events
        if isinstance(one, Implant | Explant) or (isinstance(one, Revise) and (one.pump or one.catheter))
    ]
    before = [day for day in operations if day <= onset]
    if not before:
        return None
    bound = therapy.settings.number("early_infection_time")
    days = (onset - before[-1]).days
    word = "early" if days <= bound.in_unit("days") else "late"
    return Reason.on(bound, f"{word}: {days} days after the operation; early is up to {bound.shown()}")
