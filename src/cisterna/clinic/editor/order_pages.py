"""The order of a draft, on the screen and as PDF: every number to be compared with the maker's programmer."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.clinic.dose.proposal import ProgramChange
from cisterna.clinic.editor.repository import Draft, draft_row
from cisterna.clinic.papers.case import Maker
from cisterna.clinic.papers.order import PlannedBy, order
from cisterna.clinic.papers.service import case_of
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.tongue import Tongue
from cisterna.errors import NotFoundError
from cisterna.report.papers import Paper, paper_pdf

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/program/drafts/{draft_id}/order")
Printer = Annotated[Desk, desk_for(Action.MAKE_PAPER)]


@router.get("")
def shown(desk: Printer, patient_id: str, draft_id: str) -> Response:
    """The order on the screen, to be read and printed."""
    frame, held, paper = _made(desk, patient_id, draft_id)
    return desk.page(
        "editor/order.html", title=paper.title, place="/patients", paper=paper, draft=held, **frame.values
    )


@router.post("/pdf")
def pdf(desk: Printer, patient_id: str, draft_id: str) -> Response:
    """The order as PDF; the audit keeps that it left."""
    _, held, paper = _made(desk, patient_id, draft_id)
    content = paper_pdf(paper)
    with desk.unit() as unit:
        unit.audit("export", {"what": "order of a draft, PDF"}, patient_id=patient_id, subject=held.id)
    headers = {
        "content-disposition": 'attachment; filename="order-of-a-draft.pdf"',
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "no-store",
    }
    return Response(content, media_type="application/pdf", headers=headers)


def _made(desk: Desk, patient_id: str, draft_id: str) -> tuple[PatientFrame, Draft, Paper]:
    maker = Maker(by=desk.account.name, at_us=desk.now_us, choices=desk.choices, say=Tongue(desk.language))
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Program")
        held = draft_row(unit.connection, patient_id, draft_id)
        case = case_of(unit, frame, maker)
    change = ProgramChange(
        therapy=frame.therapy, choices=desk.choices, now_us=desk.now_us, typed=held.program
    )
    if change.outcome is None or change.refused:
        raise NotFoundError(
            "The pump does not take this draft as the record stands now. Open it in the editor and change it."
        )
    planned = PlannedBy(
        saved_us=held.saved_us, saved_by=held.saved_by, checked_us=held.checked_us, checked_by=held.checked_by
    )
    return frame, held, order(replace(case, standing=change.outcome.after), planned)
