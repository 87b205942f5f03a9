"""One patient's therapy: who, what was set, and the events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar
from zoneinfo import ZoneInfo

from cisterna.errors import EvidenceError, TherapyError
from cisterna.evidence import Catalogue, Settings, builtin_catalogue
from cisterna.instants import instant_us
from cisterna.therapy.consistency import Draft, faults_of_draft
from cisterna.therapy.corrections import resolve
from cisterna.therapy.events import Event, Weigh
from cisterna.therapy.patient import Condition, Dated, History, Patient, Tone
from cisterna.units import BodyWeight, Length, Quantity

__all__ = ["Condition", "Dated", "History", "Patient", "Therapy", "Tone"]

Q = TypeVar("Q", bound=Quantity)


@dataclass(frozen=True, kw_only=True)
class Therapy:
    """Everything that was done to one patient.

    ``parameters`` are the overrides as written; ``settings`` is the evidence with them laid over
    (made from ``parameters`` where left out); ``devices_file`` is the file of own devices, already
    read into ``catalogue``. ``events`` holds what was written, in the order written, corrections
    included; :attr:`valid_events` what holds, in the order of time.

    A therapy is checked when it is made, from a file or in code: :class:`~cisterna.errors.TherapyError`
    lists everything that is wrong, each with the key path that it has in a file.

    >>> from datetime import datetime
    >>> from cisterna.therapy.events import LumbarBolus
    >>> from cisterna.units import Mass
    >>> girl = Patient(label="girl, 8 years (invented)", born=date(2018, 2, 11), weight=BodyWeight(21))
    >>> bolus = LumbarBolus(at=datetime.fromisoformat("2026-02-03T10:00:00+01:00"), dose=Mass(50), level="L3")
    >>> Therapy(patient=girl, events=(bolus,)).path_of(bolus)
    'event[0]'
    """

    patient: Patient
    events: tuple[Event, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    history: History = field(default_factory=History)
    devices_file: str | None = None
    catalogue: Catalogue = field(default_factory=builtin_catalogue, repr=False, compare=False)
    settings: Settings = field(default_factory=Settings, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "events", tuple(self.events))
        object.__setattr__(self, "parameters", dict(self.parameters))
        if self.parameters and not self.settings.overrides:
            try:
                object.__setattr__(self, "settings", Settings.of(self.parameters))
            except EvidenceError as error:
                raise TherapyError(*error.faults) from None
        faults = tuple(faults_of_draft(Draft(self.patient, self.events, self.catalogue, self.settings)))
        if faults:
            raise TherapyError(*faults)

    @cached_property
    def _placed(self) -> tuple[tuple[Event, str], ...]:
        """What holds with its key path, in the order of time; at one instant in the order written."""
        holding = [
            (entry, entry.event) for entry in resolve(self.events).holding if isinstance(entry.event, Event)
        ]
        holding.sort(key=lambda pair: (instant_us(pair[1].at), pair[0].rank))
        return tuple((event, entry.path) for entry, event in holding)

    @cached_property
    def valid_events(self) -> tuple[Event, ...]:
        """What holds, in the order of time: corrections are applied and are not among it.

        Events at one instant are in the order written; what a correction put in place has the place
        of what it corrects.
        """
        return tuple(event for event, _ in self._placed)

    def path_of(self, event: Event) -> str:
        """The key path of an event of this therapy in its file, for faults that are found later.

        ``event[3]`` is the fourth ``[[event]]`` of the file, ``event[5].new`` what the correction
        ``event[5]`` put in place. Raises :class:`ValueError` for an event that is not of this therapy.
        """
        known = (*self._placed, *((entry, f"event[{place}]") for place, entry in enumerate(self.events)))
        for other, path in known:
            if other is event:
                return path
        for other, path in known:
            if other == event:
                return path
        raise ValueError(f"no event of this therapy: {event}")

    def ids_of(self, event: Event) -> tuple[str, ...]:
        """What an event that holds is called: its own id, and that of the correction that put it in place.

        Raises :class:`ValueError` for an event that is not of this therapy.
        """
        place = self.path_of(event).removeprefix("event[").partition("]")[0]
        written = self.events[int(place)]
        return tuple(ident for ident in dict.fromkeys((event.id, written.id)) if ident is not None)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the patient lives."""
        return ZoneInfo(self.patient.timezone)

    @cached_property
    def weights(self) -> tuple[Dated[BodyWeight], ...]:
        """Body weight over time, from the patient's list and the ``weigh`` events; may be empty.

        Each holds from its day on, the first also before it. A single weight of the patient counts
        from birth. Where a day has both, the ``weigh`` event holds.
        """
        weighed = ((event, event.weight) for event in self.valid_events if isinstance(event, Weigh))
        return self._dated(
            self.patient.weight, [(event, value) for event, value in weighed if value is not None]
        )

    @cached_property
    def heights(self) -> tuple[Dated[Length], ...]:
        """Body height over time, as :attr:`weights`."""
        measured = ((event, event.height) for event in self.valid_events if isinstance(event, Weigh))
        return self._dated(
            self.patient.height, [(event, value) for event, value in measured if value is not None]
        )

    def weight_at(self, day: date) -> BodyWeight | None:
        """The body weight that holds on ``day``; ``None`` where none is known."""
        return _value_at(self.weights, day)

    def height_at(self, day: date) -> Length | None:
        """The height that holds on ``day``; ``None`` where none is known."""
        return _value_at(self.heights, day)

    def _dated(
        self, listed: Q | tuple[Dated[Q], ...] | None, measured: list[tuple[Weigh, Q]]
    ) -> tuple[Dated[Q], ...]:
        if listed is None:
            entries: tuple[Dated[Q], ...] = ()
        elif isinstance(listed, tuple):
            entries = listed
        else:
            entries = (Dated(at=self.patient.born, value=listed),)
        by_day = {entry.at: entry.value for entry in entries}
        by_day.update({event.at.astimezone(self.zone).date(): value for event, value in measured})
        return tuple(Dated(at=day, value=by_day[day]) for day in sorted(by_day))


def _value_at(entries: tuple[Dated[Q], ...], day: date) -> Q | None:
    """The last value that holds from a day not after ``day``, else the first."""
    if not entries:
        return None
    return next((entry.value for entry in reversed(entries) if entry.at <= day), entries[0].value)
