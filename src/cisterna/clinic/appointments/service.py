"""Booking, moving, calling off and keeping a visit, each in a unit of work that is given.

The settings are read in that unit, once the patient is locked: whoever changes one meanwhile either comes
before, or computes the patient again after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from cisterna.care.standing import Standing
from cisterna.clinic.appointments import repository
from cisterna.clinic.appointments.repository import BOOKED, CALLED_OFF, KEPT, Visit
from cisterna.clinic.database import Unit
from cisterna.clinic.due.counting import today_of
from cisterna.clinic.due.serving import VISIT_KINDS
from cisterna.clinic.projection import project, standing_row
from cisterna.clinic.record import confirmed_ids, record_of
from cisterna.clinic.record.repository import patient_row
from cisterna.clinic.record.service import new_id
from cisterna.clinic.settings.site import SiteChoices, site_choices
from cisterna.errors import Fault, InputError, StaleRecordError
from cisterna.instants import day_text, instant_us, utc
from cisterna.limits import Touched, judge_refill_plan
from cisterna.pump import limiting_day
from cisterna.therapy import Therapy
from cisterna.verdict import Verdict

__all__ = ["Booking", "book", "call_off", "judged", "keep", "move"]

_REFILL = "refill"
_PROJECTED_BY = {"screening", "implant", "replacement", "oral-step"}
"""Kinds of visit of which the worklist knows the planned day."""
_LONGEST_NAME, _LONGEST_REASON = 200, 1000


@dataclass(frozen=True, kw_only=True)
class Booking:
    """What is to be booked: for what, when, with whom; ``reason`` where the day needs one."""

    kind: str
    at: datetime
    with_whom: str
    reason: str = ""


def judged(
    kind: str, day: date, today: date, stands: Standing | None, therapy: Therapy
) -> tuple[Touched, ...]:
    """What the rule of refills says of a visit on ``day``; nothing for other visits.

    The limits refuse a refill on or after the day of the alarm. Once that day has come no day before it is
    left: then the first possible one is right, and it needs a reason like any late one.
    """
    dates = stands.dates if stands and stands.pump else None
    if kind != _REFILL or dates is None or dates.refill_by_date.date is None:
        return ()
    lead_days = therapy.settings.number("refill_lead_short").in_unit("days")
    limit = limiting_day(dates.refill_by_date.date, lead_days)
    alarm = dates.low_reservoir_alarm_date.date
    touched = judge_refill_plan(day, limiting=limit, alarm=alarm, settings=therapy.settings)
    if today < (limit if alarm is None else alarm):
        return touched
    return tuple(
        replace(each, verdict=Verdict.CAUTION, text=f"{each.text} No day before it is left.")
        if each.verdict is Verdict.STOP
        else each
        for each in touched
    )


def book(unit: Unit, patient_id: str, booking: Booking) -> str:
    """A new visit; its id.

    Raises :class:`~cisterna.errors.InputError` that lists every fault by field: ``kind``, ``at``,
    ``with_whom``, ``reason``.
    """
    patient_row(unit.connection, patient_id, for_change=True)
    _check(unit, patient_id, booking)
    made = _as_visit(new_id(), patient_id, booking, version=1)
    repository.insert_visit(unit.connection, made)
    unit.audit("book", {"new": made.told()}, patient_id=patient_id, subject=made.id)
    _project(unit, patient_id, made.kind)
    return made.id


def move(unit: Unit, patient_id: str, visit_id: str, booking: Booking, *, seen_version: int) -> None:
    """Another time, kind or person for a booked visit that was seen at ``seen_version``.

    Raises :class:`~cisterna.errors.StaleRecordError` where somebody else changed it meanwhile.
    """
    before = _unchanged(unit, patient_id, visit_id, seen_version)
    _check(unit, patient_id, booking)
    after = _as_visit(visit_id, patient_id, booking, version=before.version + 1)
    _write(unit, before, after, "move-visit")
    _project(unit, patient_id, before.kind, after.kind)


def call_off(unit: Unit, patient_id: str, visit_id: str, why: str, *, seen_version: int) -> None:
    """Call off a booked visit, with why; it stays readable."""
    before = _unchanged(unit, patient_id, visit_id, seen_version)
    if not why.strip() or len(why) > _LONGEST_REASON:
        raise InputError(
            Fault(
                where="why",
                found="no reason" if not why.strip() else f"{len(why)} characters",
                allowed=f"a reason of at most {_LONGEST_REASON} characters",
                remedy="say in a few words why, for the next reader",
            )
        )
    after = replace(before, state=CALLED_OFF, reason=why.strip(), version=before.version + 1)
    _write(unit, before, after, "call-off-visit")
    _project(unit, patient_id, before.kind)


def keep(unit: Unit, patient_id: str, visit_id: str, *, seen_version: int) -> None:
    """The patient came: the visit is no longer one that is to come."""
    before = _unchanged(unit, patient_id, visit_id, seen_version)
    _write(unit, before, replace(before, state=KEPT, version=before.version + 1), "keep-visit")
    _project(unit, patient_id, before.kind)


# ----------------------------------------------------------------------------------------------


def _as_visit(visit_id: str, patient_id: str, booking: Booking, *, version: int) -> Visit:
    return Visit(
        id=visit_id,
        patient_id=patient_id,
        kind=booking.kind,
        at_us=instant_us(booking.at),
        with_whom=booking.with_whom.strip(),
        state=BOOKED,
        reason=booking.reason.strip(),
        version=version,
    )


def _unchanged(unit: Unit, patient_id: str, visit_id: str, seen_version: int) -> Visit:
    patient_row(unit.connection, patient_id, for_change=True)
    before = repository.visit_of(unit.connection, patient_id, visit_id, for_change=True)
    if before.version != seen_version or before.state != BOOKED:
        raise StaleRecordError(seen_version, before.version)
    return before


def _write(unit: Unit, before: Visit, after: Visit, action: str) -> None:
    repository.change(unit.connection, after)
    changed = unit.detail_of(before.told(), after.told())
    unit.audit(action, changed, patient_id=after.patient_id, subject=after.id)


def _check(unit: Unit, patient_id: str, booking: Booking) -> None:
    faults = (
        *_faults(unit, booking, site_choices(unit.connection)),
        *_plan_faults(unit, patient_id, booking),
    )
    if faults:
        raise InputError(*faults)


def _faults(unit: Unit, booking: Booking, choices: SiteChoices) -> Iterator[Fault]:
    if booking.kind not in VISIT_KINDS:
        yield Fault(
            where="kind",
            found=f"'{booking.kind[:40]}'" if booking.kind else "nothing",
            allowed=", ".join(VISIT_KINDS),
            remedy="choose what the visit is for",
        )
    if booking.at.astimezone(choices.zone).date() < (today := today_of(choices, unit.at_us)):
        yield Fault(
            where="at",
            found=f"{day_text(booking.at.date())}, which has passed",
            allowed=f"a day from {day_text(today)} on",
            remedy="book a day to come; what was done is recorded with the visit itself",
        )
    for where, text, longest in (
        ("with_whom", booking.with_whom, _LONGEST_NAME),
        ("reason", booking.reason, _LONGEST_REASON),
    ):
        if len(text) > longest:
            yield Fault(
                where=where,
                found=f"{len(text)} characters",
                allowed=f"at most {longest}",
                remedy="write it shorter",
            )


def _plan_faults(unit: Unit, patient_id: str, booking: Booking) -> Iterator[Fault]:
    """What the rule of refills refuses, and what it takes only with a reason."""
    therapy = record_of(unit, patient_id)[1].therapy
    stands = standing_row(unit.connection, patient_id)
    day = booking.at.astimezone(therapy.zone).date()
    today = utc(unit.at_us).astimezone(therapy.zone).date()
    for each in judged(booking.kind, day, today, stands, therapy):
        told = f"{each.text} ({each.source}, {each.status})"
        if each.verdict is Verdict.STOP:
            yield Fault(
                where="at",
                found=told,
                allowed="a day before the low-reservoir alarm",
                remedy="choose an earlier day",
            )
        elif not booking.reason.strip():
            yield Fault(
                where="reason",
                found=f"no reason. {told}",
                allowed="an earlier day, or a reason",
                remedy="choose an earlier day, or say why it must be this one",
            )


def _project(unit: Unit, patient_id: str, *kinds: str) -> None:
    """A planned trial or replacement moves what is due."""
    if _PROJECTED_BY.intersection(kinds):
        therapy = record_of(unit, patient_id)[1].therapy
        project(unit, patient_id, therapy, confirmed_ids(unit, patient_id), site_choices(unit.connection))
