"""Baclofen by mouth: what is taken, a change with its review, the plan of weaning and its booked steps."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.clinic.appointments.repository import BOOKED, Visit, visits_of
from cisterna.clinic.appointments.service import Booking, book, call_off, keep
from cisterna.clinic.database import Unit
from cisterna.clinic.oral.proposal import PLAN_FIELDS, OralChange, PlannedWeaning, taken_now
from cisterna.clinic.permissions import Action
from cisterna.clinic.record.meanwhile import added_since
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.recording import record_reviewed
from cisterna.clinic.web.typed import Typed, local_parts
from cisterna.errors import InputError
from cisterna.instants import utc
from cisterna.therapy import Oral
from cisterna.units import decimal_text

__all__ = ["STEP", "router"]

STEP = "oral-step"
"""The kind of visit that a step of the plan is booked as."""

router = APIRouter(prefix="/patients/{patient_id}/oral")
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]
Prescriber = Annotated[Desk, desk_for(Action.CHANGE_DOSE)]


@router.get("")
def oral(desk: Reader, patient_id: str) -> Response:
    """What is taken by mouth beside the pump, every change of it, and the plan."""
    return _page(desk, *_framed(desk, patient_id))


@router.post("/review")
def review(desk: Prescriber, patient_id: str, values: Typed) -> Response:
    """The dose before and after, and what the published rules say."""
    frame, booked = _framed(desk, patient_id)
    change = _change(desk, frame, values)
    if values.get("how") == "edit":
        return _page(desk, frame, booked, form=FormState(values))
    faults = change.faults()
    if faults:
        return _page(desk, frame, booked, form=FormState(values, faults), status=422)
    return _page(desk, frame, booked, form=FormState(values), change=change)


@router.post("")
def record(desk: Prescriber, patient_id: str, values: Typed) -> Response:
    """Record the change; the steps that were booked up to today are done with it."""
    frame, booked = _framed(desk, patient_id)
    change = _change(desk, frame, values)
    refused = record_reviewed(
        desk,
        frame,
        values.get("seen_entries"),
        change.faults,
        change.events,
        where="dose",
        also=lambda unit: _keep_steps(unit, desk, booked),
    )
    if refused is None:
        return desk.go(f"/patients/{patient_id}/oral", "recorded")
    if refused.status == 409:
        frame, booked = _framed(desk, patient_id)
    form = FormState(values, refused.faults)
    return _page(desk, frame, booked, form=form, status=refused.status, seen=refused.seen)


@router.post("/plan")
def plan(desk: Prescriber, patient_id: str, values: Typed) -> Response:
    """Look at a plan of weaning (``how`` is ``check``), or book its steps."""
    frame, booked = _framed(desk, patient_id)
    planned = PlannedWeaning(therapy=frame.therapy, choices=desk.choices, now_us=desk.now_us, typed=values)
    faults = planned.faults()
    shown = planned
    if values.get("how") != "book" or faults:
        only_reason = bool(faults) and all(fault.where == "reason" for fault in faults)
        is_shown = shown if not faults or only_reason else None
        status = 422 if faults else 200
        return _page(
            desk, frame, booked, plan_form=FormState(values, faults), planned=is_shown, status=status
        )
    try:
        with desk.unit() as unit:
            _book_steps(unit, patient_id, planned)
    except InputError as error:
        placed = tuple(fault.at("first") for fault in error.faults)
        return _page(desk, frame, booked, plan_form=FormState(values, placed), planned=shown, status=422)
    return desk.go(f"/patients/{patient_id}/oral", "booked")


@router.post("/plan/call-off")
def call_off_plan(desk: Prescriber, patient_id: str, values: Typed) -> Response:
    """Call off what is left of the plan, with why."""
    frame, booked = _framed(desk, patient_id)
    try:
        with desk.unit() as unit:
            for step in booked:
                why = values.get("why", "")
                call_off(unit, patient_id, step.id, why, seen_version=step.version)
    except InputError as error:
        return _page(desk, frame, booked, off_form=FormState(values, error.faults), status=422)
    return desk.go(f"/patients/{patient_id}/oral", "called-off")


# ------------------------------------------------------------------------------ what the routes share


def _framed(desk: Desk, patient_id: str) -> tuple[PatientFrame, tuple[Visit, ...]]:
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Program")
        visits = visits_of(unit.connection, patient_id)
    return frame, tuple(one for one in visits if one.kind == STEP and one.state == BOOKED)


def _change(desk: Desk, frame: PatientFrame, typed: dict[str, str]) -> OralChange:
    return OralChange(therapy=frame.therapy, choices=desk.choices, now_us=desk.now_us, typed=typed)


def _keep_steps(unit: Unit, desk: Desk, booked: tuple[Visit, ...]) -> None:
    today = utc(unit.at_us).astimezone(desk.choices.zone).date()
    for step in booked:
        if utc(step.at_us).astimezone(desk.choices.zone).date() <= today:
            keep(unit, step.patient_id, step.id, seen_version=step.version)


def _book_steps(unit: Unit, patient_id: str, planned: PlannedWeaning) -> None:
    first = planned.at("first")
    for step in planned.plan.steps:
        days = (step.day - first.date()).days
        at = datetime.combine(first.date() + timedelta(days=days), first.time(), first.tzinfo)
        words = f"{decimal_text(step.before_mg)} to {decimal_text(step.after_mg)} mg/day"
        why = f"; {planned.text('reason')}" if planned.text("reason") else ""
        booking = Booking(kind=STEP, at=at, with_whom=planned.text("with_whom"), reason=words + why)
        book(unit, patient_id, booking)


def _page(
    desk: Desk,
    frame: PatientFrame,
    booked: tuple[Visit, ...],
    *,
    form: FormState | None = None,
    plan_form: FormState = EMPTY,
    off_form: FormState = EMPTY,
    change: OralChange | None = None,
    planned: PlannedWeaning | None = None,
    status: int = 200,
    seen: int | None = None,
) -> Response:
    now = local_parts(utc(desk.now_us), desk.choices.zone, "at")
    blank = _change(desk, frame, {})
    rule = frame.therapy.settings.number("oral_weaning_step")
    return desk.page(
        "oral/oral.html",
        title="By mouth",
        place="/patients",
        status=status,
        form=form or FormState(now),
        plan_form=plan_form,
        off_form=off_form,
        fields=blank.fields,
        plan_fields=PLAN_FIELDS,
        taken=taken_now(frame.therapy, desk.now_us),
        change=change,
        planned=planned.plan if planned else None,
        booked=booked,
        rule=rule,
        history=tuple(reversed([one for one in frame.therapy.valid_events if isinstance(one, Oral)])),
        stands=frame.standing,
        may=desk.may(Action.CHANGE_DOSE),
        carried=(form or EMPTY).carried(name for one in blank.fields for name in one.names),
        plan_carried=[
            (name, plan_form.typed(name))
            for name in ("first_day", "first_time", "every", "doses", "with_whom", "reason")
        ],
        added=added_since(frame.record, seen) if seen is not None else (),
        zone=desk.choices.zone,
        **frame.values,
    )
