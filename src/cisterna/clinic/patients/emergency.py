"""The current therapy for an emergency: for a time, with a reason, every reading in the audit."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy import func, select

from cisterna.clinic.accounts import break_the_glass, has_broken_glass
from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import break_glass
from cisterna.clinic.due.counting import today_of
from cisterna.clinic.patients import repository
from cisterna.clinic.patients.drawings import day_profile, empty_day
from cisterna.clinic.permissions import Action
from cisterna.clinic.projection import standing_row
from cisterna.clinic.record import record_of
from cisterna.clinic.record.repository import patient_row
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.errors import InputError

__all__ = ["router"]

router = APIRouter()
_PLACE = "/patients"


@router.get("/patients/{patient_id}/emergency")
def view(desk: Annotated[Desk, desk_for(Action.SEE_EMERGENCY_VIEW)], patient_id: str) -> Response:
    """The current therapy, or the form that asks for the reason; closed again when the time is over."""
    with desk.unit() as unit:
        row = patient_row(unit.connection, patient_id)
        is_open = desk.may(Action.SEE_THERAPY) or has_broken_glass(
            unit.connection, desk.account.id, patient_id, unit.at_us
        )
    return _open(desk, row.id) if is_open else _ask(desk, row.id, EMPTY)


@router.post("/patients/{patient_id}/emergency")
def open_it(
    desk: Annotated[Desk, desk_for(Action.BREAK_GLASS)],
    patient_id: str,
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Take access by a reason."""
    try:
        with desk.unit() as unit:
            row = patient_row(unit.connection, patient_id)
            break_the_glass(unit, row.id, reason, desk.choices)
    except InputError as error:
        return _ask(desk, patient_id, FormState({"reason": reason}, error.faults), status=422)
    return desk.go(f"/patients/{patient_id}/emergency")


def _ask(desk: Desk, patient_id: str, form: FormState, status: int = 200) -> Response:
    """The form that asks why; it names the patient, which the audit says, as well as why it asks again."""
    with desk.unit() as unit:
        row = patient_row(unit.connection, patient_id)
        refused = {"refused": [fault.found for fault in form.faults]} if form.faults else {}
        unit.audit("asked-for-reason", refused, patient_id=patient_id)
    return desk.page(
        "patients/glass.html", title="Emergency access", place=_PLACE, status=status, form=form,
        who=row.identity, patient_id=patient_id, length=desk.choices.settings.number("break_glass_length"),
    )  # fmt: skip


def _open(desk: Desk, patient_id: str) -> Response:
    with desk.unit() as unit:
        row, record = record_of(unit, patient_id)
        unit.audit("read", {"page": "Emergency"}, patient_id=patient_id)
        stands = standing_row(unit.connection, patient_id)
        team = repository.team_of(unit.connection, patient_id)
        until_us = None if desk.may(Action.SEE_THERAPY) else _until(unit, desk, patient_id)
    today = today_of(desk.choices, desk.now_us)
    profile = day_profile(stands.program, today.weekday()) if stands and stands.program else None
    return desk.page(
        "patients/emergency.html",
        title="Emergency view",
        place=_PLACE,
        who=row.identity,
        patient_id=patient_id,
        therapy=record.therapy,
        zone=record.therapy.zone,
        stands=stands,
        doing=stands.status_at(desk.now_us).value if stands else "no-pump",
        profile=profile,
        empty_on=empty_day(stands, record.therapy.zone) if stands else None,
        team=team,
        today=today,
        now_us=desk.now_us,
        until_us=until_us,
        site=desk.choices.word("site_name"),
        telephone=desk.choices.word("site_telephone"),
    )


def _until(unit: Unit, desk: Desk, patient_id: str) -> int | None:
    """Until when the access lasts."""
    wanted = select(func.max(break_glass.c.until_us)).where(
        break_glass.c.account_id == desk.account.id, break_glass.c.patient_id == patient_id
    )
    return unit.connection.execute(wanted).scalar()
