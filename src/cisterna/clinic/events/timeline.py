"""The record as people read it: what was done, what it changed, who did it, and what was corrected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from cisterna.care.dose_steps import DoseHistory, DoseSet, dose_history
from cisterna.clinic.assessments.asked import title_of
from cisterna.clinic.record import Entry, Record
from cisterna.clinic.web.wording import thousands_told
from cisterna.course.describe import describe
from cisterna.instants import instant_us
from cisterna.pump import Visit
from cisterna.report.wording import kind_words
from cisterna.therapy import Assess, Correct, Event, Fill, Note, Program, Therapy
from cisterna.therapy.structure import event_of
from cisterna.units import decimal_text

__all__ = ["KIND_OF_EVENT", "Day", "Row", "days_of", "history_of", "rows_of"]

KIND_OF_EVENT = {
    "fill": "Refill", "program": "Dose change", "implant": "Implant", "lumbar-bolus": "Screening trial",
    "explant": "Explant", "revise": "Revision", "stop": "Pump stopped", "resume": "Pump resumed",
    "interrogate": "Pump read", "oral": "Oral baclofen", "correct": "Correction", "clock": "Pump clock",
}  # fmt: skip
"""What an event is called where its kind alone would not say it."""
_HISTORIES_KEPT = 256


@dataclass(frozen=True, kw_only=True)
class Row:
    """One entry: ``corrected_by`` is the correction that took its place.

    Of a correction ``before`` is the event that was wrong and ``after`` what was put in its place, ``None``
    where nothing should have been written.
    """

    event: Event
    entry: Entry
    step: DoseSet | None = None
    visit: Visit | None = None
    confirmed_by: str = ""
    corrected_by: Correct | None = None
    before: Event | None = None
    after: Event | None = None

    @property
    def words(self) -> str:
        """What kind of event it is."""
        if isinstance(self.event, Fill) and self.visit is None and self.event.withdrawn is None:
            return "First fill"
        if isinstance(self.event, Program) and self.step is not None and self.step.before_mcg is None:
            return "First program"
        return _words_of(self.event)

    @property
    def text(self) -> str:
        """What was done, in a line."""
        return self.event.why if isinstance(self.event, Correct) else _told(self.event)

    @property
    def holds_text(self) -> str:
        """What holds since, and of a correction also why."""
        return f"{self.after_text}. {self.text}" if self.after is not None else self.text

    @property
    def before_text(self) -> str:
        """What a correction took away."""
        return "" if self.before is None else _told(self.before)

    @property
    def after_text(self) -> str:
        """What a correction put in place."""
        return "" if self.after is None else _told(self.after)


@dataclass(frozen=True, kw_only=True)
class Day:
    """Everything that holds of one local day, told together."""

    on: date
    rows: tuple[Row, ...]

    @property
    def words(self) -> str:
        """The kinds of the day, each once."""
        each = list(dict.fromkeys(words for row in self.rows for words in _words_with_corrected(row)))
        return ", ".join([*each[:1], *(words[:1].lower() + words[1:] for words in each[1:])])

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines of the day; a program is told by its change of dose."""
        told = [row.holds_text for row in self.rows if row.step is None and not isinstance(row.event, Assess)]
        scores = [_scored(row.event) for row in self.rows if isinstance(row.event, Assess)]
        if scores:
            line = "; ".join(scores)
            told.insert(0, line[:1].upper() + line[1:])
        return tuple(dict.fromkeys(told or [row.text for row in self.rows]))

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The refills of the day."""
        return tuple(row.visit for row in self.rows if row.visit is not None)

    @property
    def step(self) -> DoseSet | None:
        """The change of dose of the day: from the dose before its first program to that of its last."""
        steps = [row.step for row in self.rows if row.step is not None]
        if not steps:
            return None
        last = steps[-1]
        return DoseSet(
            at_us=last.at_us, event_id=last.event_id, before_mcg=steps[0].before_mcg, after_mcg=last.after_mcg
        )

    @property
    def people(self) -> str:
        """Who did it, and who confirmed it."""
        names = (name for row in self.rows for name in (row.event.by, row.confirmed_by) if name)
        return ", ".join(dict.fromkeys(names))


def _words_of(event: Event) -> str:
    return KIND_OF_EVENT.get(event.kind, kind_words(event.kind))


def _words_with_corrected(row: Row) -> Iterator[str]:
    """The kind of an entry; of a correction first the kind of what it put in place."""
    if row.after is not None:
        yield _words_of(row.after)
    yield row.words


def _told(event: Event) -> str:
    """An event in a line for people: a scale by its title, thousands separated."""
    if isinstance(event, Note) and event.reason:
        return f"{event.reason}. {event.note}"
    if not isinstance(event, Assess):
        return thousands_told(describe(event))
    if event.scale.startswith("ashworth-"):
        low, high = event.scale.removeprefix("ashworth-").split("-")
        return f"Assessed: {_scored(event)}, Ashworth {low} to {high}"
    return f"Assessed: {_scored(event)}"


def _scored(event: Assess) -> str:
    """A score without the words around it; the mean Ashworth of a site needs no scale."""
    value = decimal_text(event.value) if isinstance(event.value, float) else event.value
    if event.site and event.scale.startswith("ashworth"):
        return f"{event.site} {value}"
    return f"{title_of(event.scale)}{f', {event.site}' if event.site else ''} {value}"


@dataclass
class _Corrections:
    """Which entry was corrected by which correction, and what each correction stands for."""

    entries: Mapping[str, Event]
    by_target: dict[str, Correct] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def take(self, correction: Correct) -> None:
        self.by_target[self.names.get(correction.event, correction.event)] = correction
        inner = (correction.new or {}).get("id")
        if isinstance(inner, str) and correction.id:
            self.names[inner] = correction.id

    def before(self, correction: Correct) -> Event | None:
        """The event that a correction took the place of."""
        wrong = self.entries.get(self.names.get(correction.event, correction.event))
        if isinstance(wrong, Correct):
            return placed_by(wrong) or self.before(wrong)
        return wrong


def placed_by(correction: Correct) -> Event | None:
    """What a correction put in place."""
    return None if correction.new is None else event_of(correction.new, "new")


def history_of(record: Record) -> DoseHistory:
    """The doses and refills of a record; the pump is run once for each state of it."""
    head = record.entries[-1].hash if record.entries else ""
    return _history(_Keyed(head + repr(sorted(record.site.items())), record.therapy))


class _Keyed:
    """A therapy that is the same where its record is."""

    def __init__(self, key: str, therapy: Therapy) -> None:
        self.key, self.therapy = key, therapy

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and other.key == self.key


@lru_cache(maxsize=_HISTORIES_KEPT)
def _history(keyed: _Keyed) -> DoseHistory:
    return dose_history(keyed.therapy)


def rows_of(record: Record, confirmed: Mapping[str, str]) -> tuple[Row, ...]:
    """Every entry of a record, the last one first; ``confirmed`` are the names of who confirmed an event."""
    events = record.therapy.events
    corrections = _Corrections({event.id: event for event in events if event.id})
    for event in events:
        if isinstance(event, Correct):
            corrections.take(event)
    rows = list(_rows(events, record, confirmed, corrections))
    rows.sort(key=lambda row: (instant_us(row.event.at), row.entry.seq), reverse=True)
    return tuple(rows)


def _rows(
    events: Sequence[Event], record: Record, confirmed: Mapping[str, str], corrections: _Corrections
) -> Iterator[Row]:
    history, entries = history_of(record), record.by_event
    steps = {step.at_us: step for step in history.steps}
    for event in events:
        name = event.id or ""
        corrected_by = corrections.by_target.get(name)
        holds = corrected_by is None
        after = placed_by(event) if isinstance(event, Correct) else None
        what = after or event
        at_us = instant_us(what.at)
        yield Row(
            event=event,
            entry=entries[name],
            step=steps.get(at_us) if holds and isinstance(what, Program) else None,
            visit=history.visits.get(at_us) if holds and isinstance(what, Fill) else None,
            confirmed_by=confirmed.get(name, ""),
            corrected_by=corrected_by,
            before=corrections.before(event) if isinstance(event, Correct) else None,
            after=after,
        )


def days_of(rows: Sequence[Row], therapy: Therapy) -> Iterator[Day]:
    """The rows by local day, the last day first; what was corrected is left to the whole timeline."""
    zone = therapy.zone
    by_day: dict[date, list[Row]] = {}
    for row in rows:
        if row.corrected_by is None:
            by_day.setdefault(row.event.at.astimezone(zone).date(), []).append(row)
    for on, held in by_day.items():
        yield Day(on=on, rows=tuple(reversed(held)))
