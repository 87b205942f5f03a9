"""Adding patients, appending what was done, correcting, confirming, each in a unit of work that is given."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError

from cisterna.clinic.database import Unit
from cisterna.clinic.database.hashing import FIRST
from cisterna.clinic.projection.service import project
from cisterna.clinic.record import repository
from cisterna.clinic.record.entries import (
    EVENT,
    HEADER,
    Entry,
    Link,
    Record,
    assembled,
    chained,
    event_link,
    header_link,
)
from cisterna.clinic.record.identity import Identity, PatientRow
from cisterna.clinic.settings.site import SiteChoices, site_choices
from cisterna.errors import Fault, InputError, PumpError, StaleRecordError, TherapyError
from cisterna.instants import instant_us, utc
from cisterna.pump import refusals
from cisterna.report.wording import instant, kind_words
from cisterna.therapy import Event, Mri, Program, Therapy

__all__ = [
    "add_patient",
    "append",
    "change_header",
    "change_identity",
    "confirm",
    "confirmed_ids",
    "new_id",
    "record_of",
]

_ID_BYTES = 8
_RECORDS_KEPT = 512
_ENTRY = re.compile(r"event\[(\d+)\](?:, [a-z-]+)?")


def new_id() -> str:
    """A random id: it tells nothing of what it names."""
    return secrets.token_hex(_ID_BYTES)


def record_of(unit: Unit, patient_id: str, *, for_change: bool = False) -> tuple[PatientRow, Record]:
    """A patient and the record; reading it is for the caller to audit.

    Whoever writes what follows from the record reads it ``for_change``: nobody adds to it meanwhile.
    """
    row = repository.patient_row(unit.connection, patient_id, for_change=for_change)
    return row, _record(unit, row, site_choices(unit.connection))


def _record(unit: Unit, row: PatientRow, choices: SiteChoices) -> Record:
    entries = repository.entries_of(unit.connection, row.id)
    return _assembled_once(entries, tuple(sorted(choices.parameters.items())), choices.devices_folder)


@lru_cache(maxsize=_RECORDS_KEPT)
def _assembled_once(entries: tuple[Entry, ...], site: tuple[tuple[str, str], ...], devices: Path) -> Record:
    """Records are values, so that one that did not change need not be read again."""
    return Record(entries=entries, site=dict(site), devices=devices)


def add_patient(unit: Unit, identity: Identity, therapy: Therapy, *, keep_ids: bool = False) -> str:
    """A new patient whose record begins with ``therapy``; the id of the patient.

    Events get ids of their own where they have none. With ``keep_ids`` what the pump refuses is taken all the
    same (an import tells what was done, right or wrong) and stands on the worklist. Raises
    :class:`~cisterna.errors.InputError` where the number is taken or an event is still to come.
    """
    patient_id = new_id()
    try:
        with unit.connection.begin_nested():
            repository.insert_patient(unit.connection, patient_id, identity.columns(), FIRST, unit.at_us)
    except IntegrityError:
        raise InputError(
            Fault(
                where="number",
                found=f"'{identity.number}', the number of another patient",
                allowed="a number that no other patient has",
                remedy="search for the number: the patient may be here already",
            )
        ) from None
    unit.audit("add-patient", {"new": asdict(identity)}, patient_id=patient_id)
    events = tuple(_with_id(event) for event in therapy.events)
    links = (header_link(therapy, unit.at_us), *(event_link(event) for event in events))
    _extend(unit, repository.patient_row(unit.connection, patient_id), links, check_pump=not keep_ids)
    return patient_id


def append(unit: Unit, patient_id: str, events: Sequence[Event], *, seen_entries: int) -> tuple[Event, ...]:
    """Append events to a record that had ``seen_entries`` when the user looked; what was written, with ids.

    Raises :class:`~cisterna.errors.StaleRecordError` where somebody else changed it meanwhile,
    :class:`~cisterna.errors.TherapyError` where the events make no therapy or are still to come, and
    :class:`~cisterna.errors.PumpError` where the pump refuses what it did not refuse before.
    """
    row = _unchanged(unit, patient_id, seen_entries)
    written = tuple(_signed(_with_id(event), unit.actor.name) for event in events)
    _extend(unit, row, [event_link(event) for event in written])
    return written


def change_header(unit: Unit, patient_id: str, therapy: Therapy, *, seen_entries: int) -> None:
    """Put the patient, parameters and history of ``therapy`` in place of those of the record."""
    row = _unchanged(unit, patient_id, seen_entries)
    _extend(unit, row, [header_link(therapy, unit.at_us, f"{HEADER}-{row.entries + 1}")])


def change_identity(unit: Unit, patient_id: str, identity: Identity, *, seen_version: int) -> None:
    """Another identity; the audit keeps old and new."""
    row = repository.patient_row(unit.connection, patient_id, for_change=True)
    if row.version != seen_version:
        raise StaleRecordError(seen_version, row.version)
    try:
        with unit.connection.begin_nested():
            repository.set_identity(unit.connection, patient_id, identity.columns(), row.version + 1)
    except IntegrityError:
        raise InputError(
            Fault(
                where="number",
                found=f"'{identity.number}', the number of another patient",
                allowed="a number that no other patient has",
                remedy="search for the number",
            )
        ) from None
    changed = unit.detail_of(asdict(row.identity), asdict(identity))
    unit.audit("change-patient", changed, patient_id=patient_id)


def confirm(unit: Unit, patient_id: str, event_id: str) -> None:
    """A second person confirms a program; the one who recorded it cannot.

    Raises :class:`~cisterna.errors.InputError` where there is no such program, it was confirmed already, or
    the same person recorded it.
    """
    row = repository.patient_row(unit.connection, patient_id, for_change=True)
    choices = site_choices(unit.connection)
    held = _record(unit, row, choices)
    entry = held.by_event.get(event_id)
    is_confirmed = event_id in repository.confirmations(unit.connection, patient_id)
    problem = _why_not(entry, is_confirmed, unit)
    if problem:
        raise InputError(
            Fault(
                where="program",
                found=problem,
                allowed="a program that a second person may confirm",
                remedy="ask another person, or look at the record again",
            )
        )
    repository.insert_confirmation(
        unit.connection,
        patient_id=patient_id,
        event_id=event_id,
        account_id=unit.actor.account_id,
        name=unit.actor.name,
        at_us=unit.at_us,
    )
    unit.audit("confirm-program", patient_id=patient_id, subject=event_id)
    project(unit, patient_id, held.therapy, confirmed_ids(unit, patient_id), choices)


def _why_not(entry: Entry | None, is_confirmed: bool, unit: Unit) -> str | None:  # noqa: FBT001
    if entry is None or entry.kind not in {Program.kind, "correct"}:
        return "no such program"
    if is_confirmed:
        return "a program that was confirmed already"
    recorders = repository.recorders(unit.connection, entry.patient_id, entry.event_id)
    if entry.recorded_by == unit.actor.name or unit.actor.account_id in recorders:
        return "your own entry"
    return None


def confirmed_ids(unit: Unit, patient_id: str) -> frozenset[str]:
    """The ids of the events that a second person confirmed."""
    return frozenset(repository.confirmations(unit.connection, patient_id))


# ------------------------------------------------------------------------------ the chain


def _unchanged(unit: Unit, patient_id: str, seen_entries: int) -> PatientRow:
    row = repository.patient_row(unit.connection, patient_id, for_change=True)
    if row.entries != seen_entries:
        raise StaleRecordError(seen_entries, row.entries)
    return row


def _with_id(event: Event) -> Event:
    return event if event.id else replace(event, id=new_id())


def _signed(event: Event, name: str) -> Event:
    return event if event.by else replace(event, by=name)


def _extend(unit: Unit, row: PatientRow, links: Sequence[Link], *, check_pump: bool = True) -> None:
    """Link, check, write, project and audit new entries."""
    choices = site_choices(unit.connection)
    before = repository.entries_of(unit.connection, row.id)
    added = chained(
        row.id, row.head_hash, row.entries + 1, links, recorded_us=unit.at_us, recorded_by=unit.actor.name
    )
    try:
        record = _assembled_once(
            (*before, *added), tuple(sorted(choices.parameters.items())), choices.devices_folder
        )
        therapy = record.therapy
    except TherapyError as error:
        zone = assembled(before, {}, choices.devices_folder).zone if before else choices.zone
        told = [_as_seen(entry, zone) for entry in (*before, *added) if entry.type == EVENT]
        raise TherapyError(*(_named(fault, told) for fault in error.faults)) from None
    _check_past(therapy, before, choices, unit.at_us)
    if check_pump:
        _check_pump(therapy, before, choices)
    repository.insert_entries(unit.connection, added)
    repository.set_head(unit.connection, row.id, added[-1].seq, added[-1].hash)
    unit.audit_all("record", [entry.audited() for entry in added], patient_id=row.id)
    project(unit, row.id, therapy, confirmed_ids(unit, row.id), choices)


def _as_seen(entry: Entry, zone: ZoneInfo) -> str:
    """An entry as people see it: what it is, and when."""
    return f"{kind_words(entry.kind)}, {instant(utc(entry.at_us).isoformat(), zone)}"


def _named(fault: Fault, told: Sequence[str]) -> Fault:
    """A fault with the entries that it speaks of as people see them; its place stays a path."""

    def seen(match: re.Match[str]) -> str:
        place = int(match[1])
        return told[place] if place < len(told) else match[0]

    return replace(
        fault, found=_ENTRY.sub(seen, fault.found), allowed=_ENTRY.sub(seen, fault.allowed),
        remedy=_ENTRY.sub(seen, fault.remedy),
    )  # fmt: skip


def _check_past(therapy: Therapy, before: tuple[Entry, ...], choices: SiteChoices, now_us: int) -> None:
    """Refuse what is still to come, but for what the record held before.

    A refill that is planned but recorded as done would move the date of the next one: the pump would run dry
    and nobody be told.
    """
    coming = [event for event in therapy.valid_events if _end_us(event) > now_us]
    if not coming:
        return
    known = assembled(before, choices.parameters, choices.devices_folder).valid_events if before else ()
    fresh = tuple(_still_to_come(therapy, event, now_us) for event in coming if event not in known)
    if fresh:
        raise TherapyError(*fresh)


def _end_us(event: Event) -> int:
    return instant_us((event.until or event.at) if isinstance(event, Mri) else event.at)


def _still_to_come(therapy: Therapy, event: Event, now_us: int) -> Fault:
    key, at = ("at", event.at) if instant_us(event.at) > now_us or not isinstance(event, Mri) else (
        "until", event.until or event.at
    )  # fmt: skip
    return Fault(
        where=f"{therapy.path_of(event)}.{key}",
        found=f"{at:%d %b %Y, %H:%M}, which is still to come",
        allowed="what was done",
        remedy="leave it out and book a visit; record it when it is done",
    )


def _check_pump(therapy: Therapy, before: tuple[Entry, ...], choices: SiteChoices) -> None:
    """Refuse what the pump refuses, but for what it refused before."""
    faults = tuple(refusals(therapy))
    if not faults:
        return
    known = tuple(refusals(assembled(before, choices.parameters, choices.devices_folder))) if before else ()
    fresh = tuple(fault for fault in faults if fault not in known)
    if fresh:
        raise PumpError(*fresh)
