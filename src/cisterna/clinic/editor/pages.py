"""The routes of the editor: the page, the same page without script, and saving a candidate as a draft."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.care.check import CheckVerdict
from cisterna.clinic.database import Unit
from cisterna.clinic.dose.proposal import ProgramChange
from cisterna.clinic.editor import service
from cisterna.clinic.editor.edits import texts_of_current
from cisterna.clinic.editor.forms import Sheet
from cisterna.clinic.editor.goals import goals_of
from cisterna.clinic.editor.page import Found, editor_page, found_of, framed
from cisterna.clinic.editor.reading import looked, sheet_of
from cisterna.clinic.editor.repository import draft_row
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.patient_frame import PatientFrame
from cisterna.clinic.web.typed import Typed
from cisterna.errors import Fault, InputError

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/program")
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]
Doser = Annotated[Desk, desk_for(Action.CHANGE_DOSE)]


@router.get("")
def editor(desk: Reader, patient_id: str, draft: str = "") -> Response:
    """The program that runs, or a draft, to be shaped; nothing of it is recorded here."""
    frame = framed(desk, patient_id)
    typed = _of_draft(desk, patient_id, draft) if draft else texts_of_current(frame.therapy)
    opened = {"opened_us": str(desk.now_us), "seen_entries": str(frame.row.entries)}
    sheet = sheet_of(desk, frame.therapy.zone, typed | opened)
    address = f"/patients/{patient_id}/program" + (f" {draft}" if draft else "")
    return editor_page(desk, frame, sheet, Found(), opened=address)


def _of_draft(desk: Desk, patient_id: str, draft_id: str) -> dict[str, str]:
    with desk.database.reading() as connection:
        held = draft_row(connection, patient_id, draft_id)
    return {**held.program, **held.goals, "letter": held.letter, "name": held.name}


@router.post("")
def edited(desk: Reader, patient_id: str, values: Typed) -> Response:
    """The same page with what the candidate does, for a browser without script; nothing is recorded."""
    frame = framed(desk, patient_id)
    found = looked(desk, frame.row, frame.record, values)
    return editor_page(desk, frame, found.sheet, found_of(desk, found), status=422 if found.faults else 200)


@router.post("/drafts")
def save(desk: Doser, patient_id: str, values: Typed) -> Response:
    """Keep the candidate in hand as a draft; what the pump or an absolute limit refuses is not kept."""
    frame = framed(desk, patient_id)
    found = looked(desk, frame.row, frame.record, values)
    sheet, faults = found.sheet, found.faults
    if found.asked is None or not faults:
        faults = _faults_of_draft(desk, frame, sheet)
    if not faults:
        try:
            with desk.unit() as unit:
                draft_id = _saved(unit, frame, sheet)
        except InputError as error:
            faults = error.faults
        else:
            below = "/order" if values.get("then") == "order" else ""
            return desk.go(f"/patients/{patient_id}/program/drafts/{draft_id}{below}", "draft")
    return editor_page(desk, frame, sheet, found_of(desk, replace(found, faults=faults)), status=422)


def _saved(unit: Unit, frame: PatientFrame, sheet: Sheet) -> str:
    return service.save(
        unit,
        frame.row.id,
        letter=sheet.letter,
        name=sheet.name,
        program=sheet.program_texts,
        goals=sheet.goal_texts,
        seen_entries=frame.row.entries,
    )


def _faults_of_draft(desk: Desk, frame: PatientFrame, sheet: Sheet) -> tuple[Fault, ...]:
    """What keeps a candidate from being a draft: its fields, its goals, the pump, an absolute limit."""
    try:
        sheet.program()
        goals_of(sheet.goal_texts, sheet.zone)
    except InputError as error:
        return error.faults
    change = ProgramChange(
        therapy=frame.therapy, choices=desk.choices, now_us=desk.now_us, typed=sheet.program_texts
    )
    return change.form_faults() or tuple(
        Fault(
            where="mode",
            found=check.text.rstrip(".") or check.title,
            allowed=check.accepted or "what the limit accepts",
            remedy="change the program; this limit cannot be overridden",
        )
        for check in change.checks
        if check.verdict is CheckVerdict.OVER
    )
