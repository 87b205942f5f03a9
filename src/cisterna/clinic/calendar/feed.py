"""What a calendar shows: what is due as whole days, booked visits at their time, and no name.

A reader of calendars knows an entry again by its UID, so that a moved visit moves and is not there twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from icalendar import Calendar, Event
from sqlalchemy import Connection, Select, exists, select

from cisterna.care.need import UNDATED, Need, NeedKind
from cisterna.clinic.database.tables import appointment, need, patient, team
from cisterna.clinic.due.repository import Span
from cisterna.clinic.due.serving import KIND_WORDS, VISIT_KINDS
from cisterna.clinic.projection.codec import from_text
from cisterna.instants import utc

__all__ = ["Entry", "as_calendar", "entries"]

_UID_DIGITS = 32


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry: ``start`` is a day or an instant, ``version`` counts its changes from 0."""

    uid: str
    words: str
    start: date | datetime
    kind: str
    version: int = 0


def entries(connection: Connection, span: Span, shows: str, mine: str | None) -> tuple[Entry, ...]:
    """What is listed as due, and the visits booked from today on.

    ``shows`` is the site's choice of what is told of a patient; ``mine`` the account of whose patients only.
    """
    return (*_due(connection, span, shows, mine), *_visits(connection, span, shows, mine))


def as_calendar(told: Iterable[Entry], stamp_us: int) -> bytes:
    """The entries as an iCalendar file (RFC 5545); ``stamp_us`` is the instant of its making."""
    made = Calendar()
    made.add("prodid", "-//Cisterna//clinic//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", "Cisterna")
    for entry in told:
        made.add_component(_event(entry, stamp_us))
    text: bytes = made.to_ical()
    return text


def _event(entry: Entry, stamp_us: int) -> Event:
    made = Event()
    made.add("uid", entry.uid)
    made.add("dtstamp", utc(stamp_us))
    made.add("summary", entry.words)
    made.add("dtstart", entry.start)
    if not isinstance(entry.start, datetime):
        made.add("dtend", entry.start + timedelta(days=1))
    made.add("sequence", entry.version)
    made.add("categories", [entry.kind])
    made.add("class", "PRIVATE")
    made.add("transp", "TRANSPARENT")
    return made


def _due(connection: Connection, span: Span, shows: str, mine: str | None) -> Iterator[Entry]:
    wanted = (
        select(need, patient.c.number, patient.c.family_name, patient.c.given_name)
        .select_from(need.join(patient, need.c.patient_id == patient.c.id))
        .where(
            need.c.shown_from <= span.today.isoformat(),
            need.c.due_on <= span.until.isoformat(),
            need.c.kind.not_in(UNDATED),
        )
        .order_by(need.c.due_on, need.c.patient_id, need.c.place)
    )
    seen: Counter[tuple[str, str]] = Counter()
    for row in connection.execute(_of_mine(wanted, need.c.patient_id, mine)):
        held, key = from_text(row.facts, Need), (row.patient_id, row.kind)
        seen[key] += 1
        words = KIND_WORDS[NeedKind(row.kind)]
        yield Entry(
            uid=_uid(row.patient_id, row.kind, held.event_id or str(seen[key])),
            words=_told(f"{words} due", row, shows),
            start=held.due_on,
            kind="Due",
        )


def _visits(connection: Connection, span: Span, shows: str, mine: str | None) -> Iterator[Entry]:
    wanted = (
        select(appointment, patient.c.number, patient.c.family_name, patient.c.given_name)
        .select_from(appointment.join(patient, appointment.c.patient_id == patient.c.id))
        .where(appointment.c.state == "booked", appointment.c.at_us >= span.since_us)
        .order_by(appointment.c.at_us, appointment.c.id)
    )
    for row in connection.execute(_of_mine(wanted, appointment.c.patient_id, mine)):
        yield Entry(
            uid=_uid("visit", row.id),
            words=_told(VISIT_KINDS.get(row.kind, row.kind), row, shows),
            start=utc(row.at_us),
            kind="Visit",
            version=row.version - 1,
        )


def _of_mine(wanted: Select[Any], patient_id: Any, mine: str | None) -> Select[Any]:
    if mine is None:
        return wanted
    return wanted.where(exists().where(team.c.patient_id == patient_id, team.c.account_id == mine))


def _told(words: str, row: Any, shows: str) -> str:
    """The kind, with what the site lets be told of the patient; never a name."""
    if shows == "number":
        return f"{words}, {row.number}"
    if shows == "initials":
        return f"{words}, {row.given_name[:1]}. {row.family_name[:1]}."
    return words


def _uid(*parts: str) -> str:
    """A name that stays and says nothing."""
    return f"{sha256(':'.join(parts).encode()).hexdigest()[:_UID_DIGITS]}@cisterna"
