"""What the rules of a worklist look at: one therapy, where it stands, and its settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil
from typing import TypeVar

from cisterna.care.need import Need, NeedKind
from cisterna.care.standing import Standing
from cisterna.evidence import Number
from cisterna.instants import US_PER_DAY, day_text, instant_us, utc
from cisterna.therapy import Event, Therapy

__all__ = ["Case", "OpenRecall"]

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, kw_only=True)
class OpenRecall:
    """A recall by a maker that touches the patient and was not answered yet: ``until`` when it is to be."""

    id: str
    title: str
    notice: str
    until: date


@dataclass(frozen=True, kw_only=True)
class Case:
    """One patient as the rules see it: ``confirmed`` are ids of programs that a second person confirmed."""

    therapy: Therapy
    standing: Standing
    confirmed: frozenset[str] = frozenset()
    booked_screenings: tuple[date, ...] = ()
    booked_implants: tuple[date, ...] = ()
    planned_replacement: date | None = None
    planned_oral_step: date | None = None
    recalls: tuple[OpenRecall, ...] = ()

    @cached_property
    def events(self) -> Sequence[Event]:
        """What was done up to the instant of the standing, in the order of time, corrections applied."""
        return [
            event for event in self.therapy.valid_events if instant_us(event.at) <= self.standing.until_us
        ]

    @property
    def has_pump(self) -> bool:
        """Whether a pump is in place."""
        return self.standing.pump is not None

    def last(self, kind: type[E]) -> E | None:
        """The last event of a kind."""
        return next((event for event in reversed(self.events) if isinstance(event, kind)), None)

    def after(self, event: Event) -> Sequence[Event]:
        """What was done after an event."""
        place = next(place for place, other in enumerate(self.events) if other is event)
        return self.events[place + 1 :]

    def is_answered(self, event: Event, *kinds: type[Event]) -> bool:
        """Whether an event of one of these kinds came after another."""
        return any(isinstance(later, kinds) for later in self.after(event))

    def number(self, name: str) -> Number:
        """A number as it holds for this patient and site."""
        return self.therapy.settings.number(name)

    def day(self, at_us: int) -> date:
        """The day of an instant where the patient lives."""
        return utc(at_us).astimezone(self.therapy.zone).date()

    def day_of(self, event: Event) -> date:
        """The day of an event where the patient lives."""
        return self.day(instant_us(event.at))

    def text(self, at_us: int) -> str:
        """The day of an instant, as people plan by it."""
        return day_text(self.day(at_us))

    def answer(
        self,
        kind: NeedKind,
        at_us: int,
        within: str,
        *,
        title: str,
        detail: str,
        event_id: str | None = None,
    ) -> Need:
        """A need that something makes at ``at_us``, due after the days that the number ``within`` allows.

        A part of a day counts as a day.
        """
        number = self.number(within)
        days = ceil(number.in_unit("days"))
        return Need(
            kind=kind,
            due_on=self.day(at_us + days * US_PER_DAY),
            at_us=at_us,
            title=title,
            detail=detail,
            source=number.source,
            status=number.status,
            event_id=event_id,
        )
