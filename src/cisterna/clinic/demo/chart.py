"""Writing an invented therapy in the order of time, and measuring what its pump would have held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from random import Random
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from cisterna.clinic.demo.patient import (
    BookedVisit,
    Confirmation,
    Document,
    InventedSearch,
    InventedVisit,
    TeamMember,
)
from cisterna.evidence import number
from cisterna.instants import instant_us, utc
from cisterna.pump import Dates, Visit, run_pump
from cisterna.therapy import (
    Assess,
    Correct,
    Event,
    Explant,
    Fill,
    History,
    Patient,
    Program,
    Therapy,
    event_table,
)
from cisterna.units import Volume

__all__ = ["Chart", "local"]

E = TypeVar("E", bound=Event)
_LOOKED_LATER = timedelta(minutes=6)
_JUST_BEFORE_US = 60_000_000


def local(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """A local time with the offset that holds then, as files write it.

    >>> local(date(2026, 7, 1), "09:30", ZoneInfo("Europe/London")).isoformat()
    '2026-07-01T09:30:00+01:00'
    """
    at = datetime.combine(day, time.fromisoformat(clock), zone)
    return at.astimezone(timezone(at.utcoffset() or timedelta()))


@dataclass(frozen=True, kw_only=True)
class _Slip:
    """An entry that was written down wrong at first: which key, and how it was found."""

    event_id: str
    wrong: dict[str, Any]
    why: str
    by: str
    after: timedelta


@dataclass(kw_only=True)
class Chart:
    """The growing record of one invented patient; :meth:`therapy` makes it a therapy."""

    random: Random
    patient: Patient
    history: History
    team: tuple[TeamMember, ...]
    events: list[Event] = field(default_factory=list)
    confirmations: list[Confirmation] = field(default_factory=list)
    booked: list[BookedVisit] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    visits: list[InventedVisit] = field(default_factory=list)
    searches: list[InventedSearch] = field(default_factory=list)
    _slips: list[_Slip] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        """Where the patient lives."""
        return ZoneInfo(self.patient.timezone)

    def who(self, part: str) -> str:
        """Who of the team has this part."""
        return next(member.name for member in self.team if member.part == part)

    def add(self, kind: type[E], day: date, clock: str, *, by: str, **values: Any) -> E:
        """Write an event, with an id of its own."""
        return self.add_at(kind, local(day, clock, self.zone), by=by, **values)

    def add_at(self, kind: type[E], at: datetime, *, by: str, **values: Any) -> E:
        """Write an event at an instant."""
        event = kind(at=at, id=f"{self.random.getrandbits(64):016x}", by=by, **values)
        self.events.append(event)
        return event

    def program(
        self, day: date, clock: str, *, by: str, second: str | None, at: datetime | None = None, **values: Any
    ) -> Program:
        """Write a program; ``second`` is who confirmed it, ``None`` where nobody has yet."""
        program = self.add_at(Program, at or local(day, clock, self.zone), by=by, **values)
        if second is not None:
            self.confirm(program, second)
        return program

    def confirm(self, event: Event, by: str) -> None:
        """A second person looked at what was recorded, a few minutes later."""
        self.confirmations.append(Confirmation(event_id=event.id or "", by=by, at=event.at + _LOOKED_LATER))

    def assess(self, day: date, clock: str, *, by: str, **scores: tuple[float | str, str | None]) -> None:
        """Write scores: each name of a scale (with underscores) has value and site."""
        for scale, (value, site) in scores.items():
            scored = value if isinstance(value, str) else float(value)
            self.add(Assess, day, clock, by=by, scale=scale.replace("_", "-"), value=scored, site=site)

    def tone(self, day: date, clock: str, scores: tuple[float, float], *, by: str) -> Assess:
        """Write an Ashworth score of the legs and one of the arms; the event of the legs."""
        legs, arms = scores
        first = self.add(Assess, day, clock, by=by, scale="ashworth-1-5", site="legs", value=legs)
        self.add(Assess, day, clock, by=by, scale="ashworth-1-5", site="arms", value=arms)
        return first

    def slip(self, event: Event, *, why: str, by: str, after: timedelta, **wrong: Any) -> None:
        """The event was written down with these wrong values first and corrected ``after`` that."""
        self._slips.append(_Slip(event_id=event.id or "", wrong=wrong, why=why, by=by, after=after))

    def therapy(self, until: datetime) -> tuple[Therapy, Dates | None]:
        """The therapy as it was recorded, with the dates of its pump; ``None`` where none is in place.

        Volumes are measured as the pump would have held them, and what was written down wrong is there
        with its correction.
        """
        written = tuple(sorted(self.events, key=lambda event: instant_us(event.at)))
        draft = Therapy(patient=self.patient, events=written)
        run = run_pump(draft, instant_us(until))
        visits = {visit.at_us: visit for visit in run.visits} if run else {}
        events = [_measured(self.random, draft, event, visits) for event in written]
        therapy = Therapy(patient=self.patient, history=self.history, events=tuple(self._recorded(events)))
        return therapy, run.dates if run else None

    def _recorded(self, events: Sequence[Event]) -> Iterator[Event]:
        corrections = []
        for event in events:
            slip = next((one for one in self._slips if one.event_id == event.id), None)
            if slip is None:
                yield event
                continue
            yield replace(event, **slip.wrong)
            corrections.append(self._correction(event, slip))
        yield from corrections

    def _correction(self, event: Event, slip: _Slip) -> Correct:
        return Correct(
            at=event.at + slip.after,
            id=f"{self.random.getrandbits(64):016x}",
            by=slip.by,
            event=slip.event_id,
            why=slip.why,
            new=event_table(replace(event, id=None)),
        )


def _measured(random: Random, therapy: Therapy, event: Event, visits: dict[int, Visit]) -> Event:
    """The event with the volume that would have been withdrawn.

    What the pump of the therapy holds then, scattered by the published accuracy of delivery
    (``accuracy_cumulative``, ``accuracy_per_refill``): invented, as everything here.
    """
    if isinstance(event, Explant):
        return replace(event, withdrawn=_left_at(therapy, event))
    visit = visits.get(instant_us(event.at)) if isinstance(event, Fill) else None
    if visit is None or not isinstance(event, Fill) or event.withdrawn is None:
        return event
    return replace(event, withdrawn=_withdrawn(random, visit))


def _withdrawn(random: Random, visit: Visit) -> Volume:
    mean, spread = (number(name).in_unit("1") for name in ("accuracy_cumulative", "accuracy_per_refill"))
    delivered_ml = visit.filled_ml - visit.would_measure_ml
    volume_ml = visit.filled_ml - delivered_ml * (1 + mean + random.gauss(0, spread / 2))
    return Volume(round(max(0.0, volume_ml), 1))


def _left_at(therapy: Therapy, event: Explant) -> Volume:
    """What the reservoir held when the pump was taken out."""
    before_us = instant_us(event.at) - _JUST_BEFORE_US
    run = run_pump(therapy, before_us)
    if run is None:
        raise ValueError(f"no pump before {utc(before_us).isoformat()}")
    return Volume(round(run.last.reservoir.volume_ml, 1))
