"""A patient at a glance: the course, what is due, program, pump, papers, team; and the program in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.care.in_force import DayStep, ProgramInForce
from cisterna.care.need import Need, NeedKind, urgency
from cisterna.care.standing import Standing, StandingStatus
from cisterna.clinic.documents.repository import documents_of
from cisterna.clinic.events.timeline import days_of, history_of, rows_of
from cisterna.clinic.patients import repository
from cisterna.clinic.patients.course import SPANS, chart_text, content_hash, keep_chart, kept_chart
from cisterna.clinic.patients.doings import doings
from cisterna.clinic.patients.drawings import DayProfile, day_profile, refill_strip
from cisterna.clinic.permissions import Action
from cisterna.clinic.record import record_of
from cisterna.clinic.record.repository import confirmations
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.errors import NotFoundError
from cisterna.instants import utc
from cisterna.therapy import Program

__all__ = ["router"]

router = APIRouter()
_PLACE = "/patients"
_DAYS_SHOWN = 8
_DOCUMENTS_SHOWN = 4
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@router.get("/patients/{patient_id}")
def overview(
    desk: Annotated[Desk, desk_for(Action.SEE_PATIENT)], patient_id: str, span: str = "1y"
) -> Response:
    """The patient at a glance; who may not see therapies sees what is due, visits and team."""
    if span not in SPANS:
        span = "1y"
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id)
        team = repository.team_of(unit.connection, patient_id)
        booked = repository.booked_visits(unit.connection, patient_id)
        confirmed = confirmations(unit.connection, patient_id)
        papers = documents_of(unit.connection, patient_id)
    values: dict[str, Any] = {"team": team, "booked": booked, "needs": _needs(desk, frame), "contacts": ()}
    values["refill_us"] = _booked_refill(booked, desk.now_us)
    values |= _rights(desk)
    values["doings"] = doings(desk, patient_id, frame.standing)
    if not desk.may(Action.SEE_THERAPY):
        return desk.page("patients/brief.html", title="Overview", place=_PLACE, **values, **frame.values)
    days = tuple(days_of(rows_of(frame.record, confirmed), frame.therapy))
    values |= _therapy_values(desk, frame)
    return desk.page(
        "patients/overview.html", title="Overview", place=_PLACE, span=span, spans=SPANS,
        days=days[:_DAYS_SHOWN], entries=len(frame.therapy.events), papers=papers[:_DOCUMENTS_SHOWN],
        how_many_papers=len(papers), confirmed=confirmed, **values, **frame.values,
    )  # fmt: skip


def _rights(desk: Desk) -> dict[str, bool]:
    return {
        "records": desk.may(Action.RECORD_EVENT),
        "changes": desk.may(Action.CHANGE_PATIENT),
        "refills": desk.may(Action.RECORD_REFILL),
    }


def _needs(desk: Desk, frame: PatientFrame) -> tuple[tuple[Need, str], ...]:
    """What is worth telling today, with how urgent it is."""
    soon_days = desk.choices.settings.value("due_soon", "days")
    shown = (need for need in frame.needs if need.is_shown(frame.today))
    return tuple((need, urgency(need, frame.today, soon_days).value) for need in shown)


def _therapy_values(desk: Desk, frame: PatientFrame) -> dict[str, Any]:
    """What is shown of where the therapy stands."""
    stands, zone = frame.standing, frame.therapy.zone
    refill = next((need for need in frame.needs if need.kind is NeedKind.REFILL), None)
    reservoir = stands.reservoir if stands else None
    now_us = desk.now_us
    return {
        "zone": zone,
        "stands": stands,
        "doing": stands.status_at(now_us).value if stands else StandingStatus.NO_PUMP.value,
        "refill": refill,
        "refill_urgency": ""
        if refill is None
        else urgency(refill, frame.today, desk.choices.settings.value("due_soon", "days")).value,
        "strip": refill_strip(stands, refill.due_on, frame.today, zone) if stands and refill else None,
        "profile": _profile(stands, frame),
        "reservoir_now_ml": None if reservoir is None else reservoir.course.volume_ml(now_us),
        "tolerance_status": frame.therapy.settings.number("overdosing_tone").status.value,
        "is_typical": not frame.therapy.settings.overrides,
    }


def _profile(stands: Standing | None, frame: PatientFrame) -> Any:
    if stands is None or stands.program is None:
        return None
    return day_profile(stands.program, frame.today.weekday())


# --------------------------------------------------------------------------------- course


@router.get("/patients/{patient_id}/course.json")
def course(
    desk: Annotated[Desk, desk_for(Action.SEE_THERAPY)], patient_id: str, span: str = "1y"
) -> Response:
    """The data of the charts; simulated outside of any transaction and kept until something changes."""
    if span not in SPANS:
        raise NotFoundError(f"There is no such part of time. Ask for one of {', '.join(SPANS)}.")
    with desk.unit() as unit:
        row, record = record_of(unit, patient_id)
        unit.audit("read", {"page": "Course", "span": span}, patient_id=patient_id)
        today = utc(unit.at_us).astimezone(record.therapy.zone).date()
        refill_us = _booked_refill(repository.booked_visits(unit.connection, patient_id), unit.at_us)
        of_hash = content_hash(row.head_hash, desk.choices.parameters, span, today.isoformat(), refill_us)
        text = kept_chart(unit.connection, patient_id, span, of_hash)
        now_us = unit.at_us
    if text is None:
        text = chart_text(record.therapy, span, now_us, refill_us)
        with desk.unit() as unit:
            keep_chart(unit.connection, patient_id, span, of_hash, text)
    return Response(text, media_type="application/json")


def _booked_refill(booked: tuple[repository.Booked, ...], now_us: int) -> int | None:
    """When the next refill is booked for."""
    return next((visit.at_us for visit in booked if visit.kind == "refill" and visit.at_us > now_us), None)


# -------------------------------------------------------------------------------- program


@router.get("/patients/{patient_id}/programs")
def programs(desk: Annotated[Desk, desk_for(Action.SEE_THERAPY)], patient_id: str) -> Response:
    """The program in force in full, and every program before it."""
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Program")
        confirmed = confirmations(unit.connection, patient_id)
    steps = history_of(frame.record).by_event
    rows = [
        row
        for row in rows_of(frame.record, confirmed)
        if isinstance(row.after or row.event, Program) and row.corrected_by is None
    ]
    values = _therapy_values(desk, frame)
    stands = frame.standing
    in_force = stands.program if stands else None
    days = () if in_force is None else tuple(_alike(in_force))
    event = next(
        (each for each in frame.therapy.valid_events if in_force and each.id == in_force.event_id), None
    )
    return desk.page(
        "patients/program.html", title="Every program", place=_PLACE, rows=rows, steps=steps,
        confirmed=confirmed, days=days, event=event, doses=desk.may(Action.CHANGE_DOSE),
        since_days=None if in_force is None else _days_since(in_force.since_us, desk),
        **values, **frame.values,
    )  # fmt: skip


def _alike(in_force: ProgramInForce) -> Iterator[tuple[str, DayProfile]]:
    """The days of a program, those with the same steps told once, each with the names of its days."""
    if len(in_force.days) == 1:
        yield "", day_profile(in_force, 0)
        return
    by_steps: dict[tuple[DayStep, ...], list[int]] = {}
    for place, steps in enumerate(in_force.days):
        by_steps.setdefault(steps, []).append(place)
    for places in by_steps.values():
        yield ", ".join(_DAY_NAMES[place] for place in places), day_profile(in_force, places[0])


def _days_since(since_us: int, desk: Desk) -> int:
    return (utc(desk.now_us) - utc(since_us)).days
