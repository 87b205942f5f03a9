"""Opening, saving, confirming, recording and ending visits, each in a unit of work that is given."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cisterna.clinic.appointments.repository import BOOKED, visits_of
from cisterna.clinic.appointments.service import keep
from cisterna.clinic.database import Actor, Unit
from cisterna.clinic.record import append, change_header, confirm, record_of
from cisterna.clinic.record.repository import patient_row
from cisterna.clinic.settings.site import SiteChoices
from cisterna.clinic.visits import repository
from cisterna.clinic.visits.case import Case, Confirming, SavedStep, SecondPerson, VisitRow, VisitState
from cisterna.clinic.visits.kind import VisitKind
from cisterna.errors import Fault, InputError
from cisterna.instants import utc
from cisterna.therapy import Event, Program, Therapy

__all__ = [
    "StepChangedError",
    "abandon",
    "case_of",
    "close",
    "finish_step",
    "look_again",
    "open_visit",
    "record_visit",
    "save_second",
    "save_step",
]

_LONGEST = 4000


class StepChangedError(Exception):
    """Somebody else saved the step meanwhile; ``held`` is theirs."""

    def __init__(self, held: SavedStep) -> None:
        super().__init__(held.step)
        self.held = held


def open_visit(unit: Unit, kind: VisitKind, patient_id: str) -> str:
    """The id of the visit of a kind that is going on, or of a new one; the record is taken as it stands."""
    row, _ = record_of(unit, patient_id)
    going_on = [
        one for one in repository.visits_of(unit.connection, patient_id, kind.name) if one.is_going_on
    ]
    if going_on:
        return going_on[0].id
    opened = VisitRow(
        id=secrets.token_hex(8), patient_id=patient_id, kind=kind.name, state=VisitState.OPEN,
        opened_us=unit.at_us, opened_by=unit.actor.name, seen_entries=row.entries,
    )  # fmt: skip
    repository.insert_visit(unit.connection, opened)
    unit.audit("open-visit", {"kind": kind.name}, patient_id=patient_id, subject=opened.id)
    return opened.id


def case_of(unit: Unit, visit_id: str, choices: SiteChoices, *, for_change: bool = False) -> Case:
    """A visit with its record and what was saved of it; reading it is for the caller to audit."""
    visit = repository.visit_row(unit.connection, visit_id)
    row, record = record_of(unit, visit.patient_id, for_change=for_change)
    if for_change:  # the patient is locked before the visit, here as everywhere
        visit = repository.visit_row(unit.connection, visit_id, for_change=True)
    was = record
    if visit.state == VisitState.RECORDED:
        was = replace(record, entries=record.entries[: visit.seen_entries])
    return Case(
        visit=visit, therapy=record.therapy, before=was.therapy, entries=row.entries, choices=choices,
        now_us=unit.at_us,
        saved=repository.steps_of(unit.connection, visit_id),
    )  # fmt: skip


def save_step(
    unit: Unit, case: Case, step: str, values: Mapping[str, str], *, seen: int, by_itself: bool = False
) -> SavedStep:
    """Keep what is typed in a step, right or wrong; ``seen`` is the place of what the user had before them.

    Raises :class:`StepChangedError` where another person saved the step since; a save that a page makes
    ``by_itself`` yields to any later one, so that one on its way never undoes what a button did. What is the
    same as before is not saved again.
    """
    held = case.saved.get(step)
    is_late = held is not None and held.place != seen
    if held is not None and is_late and (by_itself or held.account_id != unit.actor.account_id):
        raise StepChangedError(held)
    kept = {name: text[:_LONGEST] for name, text in sorted(values.items()) if text.strip()}
    if held is not None and dict(held.values) == kept:
        return held
    saved = _insert(unit, case, step, kept, second=held.second if held else None)
    before = dict(held.values) if held else {}
    unit.audit(
        "save-step", {"step": step, **unit.detail_of(before, kept)}, patient_id=case.visit.patient_id,
        subject=case.visit.id,
    )  # fmt: skip
    return saved


def _insert(
    unit: Unit,
    case: Case,
    step: str,
    values: Mapping[str, str],
    *,
    second: SecondPerson | None,
    done: bool = False,
) -> SavedStep:
    return repository.insert_step(
        unit.connection,
        case.visit.id,
        SavedStep(
            step=step, place=0, values=values, done=done, saved_us=unit.at_us,
            account_id=unit.actor.account_id or "", saved_by=unit.actor.name, second=second,
        ),
    )  # fmt: skip


def finish_step(unit: Unit, case: Case, step: str) -> SavedStep:
    """That a step is done; raises :class:`StepChangedError` where it is no longer what was checked."""
    held = _as_checked(unit, case, step)
    if held.done:
        return held
    done = _insert(unit, case, step, held.values, second=held.second, done=True)
    unit.audit("finish-step", {"step": step}, patient_id=case.visit.patient_id, subject=case.visit.id)
    return done


def _as_checked(unit: Unit, case: Case, step: str) -> SavedStep:
    """A step as it stands on disk, patient and visit locked; it must be what the case was judged by."""
    patient_row(unit.connection, case.visit.patient_id, for_change=True)
    repository.visit_row(unit.connection, case.visit.id, for_change=True)
    now = repository.steps_of(unit.connection, case.visit.id)
    for name, held in now.items():
        judged = case.saved.get(name)
        if judged is None or judged.values != held.values:
            raise StepChangedError(held)
    return now[step]


def save_second(unit: Unit, case: Case, step: str, second: SecondPerson) -> None:
    """That a second person checked exactly ``second.of`` at a step."""
    held = _as_checked(unit, case, step)
    repository.insert_step(unit.connection, case.visit.id, replace(held, second=second))
    unit.audit(
        "second-check", {"step": step, "by": second.name, "of": second.of}, patient_id=case.visit.patient_id,
        subject=case.visit.id,
    )  # fmt: skip


def look_again(unit: Unit, case: Case, entries: int) -> None:
    """Somebody read what was added to the record meanwhile; the visit goes on from there."""
    if entries == case.entries:
        repository.set_visit(unit.connection, case.visit.id, seen_entries=entries)
        told = {"old": case.visit.seen_entries, "new": entries}
        unit.audit("look-again", told, patient_id=case.visit.patient_id, subject=case.visit.id)


def record_visit(
    unit: Unit,
    case: Case,
    step: str,
    events: Sequence[Event],
    confirming: Confirming,
    *,
    appointment: str,
    header: Therapy | None = None,
    closes: bool = False,
) -> tuple[Event, ...]:
    """Append everything that was done as one whole, confirmed, with what was booked marked as kept.

    ``header`` are the facts about the patient as they stand from now on; a visit ``closes`` with it where
    nothing follows.

    Raises :class:`~cisterna.errors.StaleRecordError` where the record changed since it was looked at, and
    what :func:`~cisterna.clinic.record.append` raises.
    """
    finish_step(unit, case, step)
    written = append(unit, case.visit.patient_id, events, seen_entries=case.visit.seen_entries)
    if header is not None:
        seen = case.visit.seen_entries + len(written)
        change_header(unit, case.visit.patient_id, header, seen_entries=seen)
    _confirm(unit, case, written, confirming)
    _keep_booked(unit, case, appointment)
    repository.set_visit(
        unit.connection, case.visit.id, state=VisitState.RECORDED, closed_us=unit.at_us if closes else None
    )
    unit.audit(
        "record-visit", {"events": [event.id for event in written]}, patient_id=case.visit.patient_id,
        subject=case.visit.id,
    )  # fmt: skip
    return written


def _keep_booked(unit: Unit, case: Case, kind: str) -> None:
    """What was booked of this kind up to today was kept by coming."""
    today = utc(unit.at_us).astimezone(case.zone).date()
    for one in visits_of(unit.connection, case.visit.patient_id):
        day = utc(one.at_us).astimezone(case.zone).date()
        if one.kind == kind and one.state == BOOKED and day <= today:
            keep(unit, case.visit.patient_id, one.id, seen_version=one.version)


def _confirm(unit: Unit, case: Case, written: Sequence[Event], confirming: Confirming) -> None:
    program = next((event for event in written if isinstance(event, Program)), None)
    second = confirming.second
    if program is None or second is None:
        return
    if second.account_id == unit.actor.account_id:
        if confirming.is_asked:
            raise InputError(
                Fault(
                    where="second", found="the one who confirmed the settings",
                    allowed="two people: one records, another confirmed",
                    remedy="let the other person press the button",
                )
            )  # fmt: skip
        return
    other = replace(unit, actor=Actor(name=second.name, account_id=second.account_id))
    confirm(other, case.visit.patient_id, program.id or "")


def close(unit: Unit, case: Case, step: str, events: Sequence[Event]) -> None:
    """The last step is done: what it adds is appended, and the visit is closed."""
    finish_step(unit, case, step)
    row, _ = record_of(unit, case.visit.patient_id)
    if events:
        append(unit, case.visit.patient_id, events, seen_entries=row.entries)
    repository.set_visit(unit.connection, case.visit.id, closed_us=unit.at_us)
    unit.audit("close-visit", patient_id=case.visit.patient_id, subject=case.visit.id)


def abandon(unit: Unit, case: Case, reason: str, event: Event | None) -> None:
    """The visit ends without its purpose; the reason is kept, and what was done is recorded as a note."""
    row, _ = record_of(unit, case.visit.patient_id)
    if event is not None:
        append(unit, case.visit.patient_id, [event], seen_entries=row.entries)
    repository.set_visit(unit.connection, case.visit.id, state=VisitState.ABANDONED, closed_us=unit.at_us)
    unit.audit("abandon-visit", {"reason": reason}, patient_id=case.visit.patient_id, subject=case.visit.id)
