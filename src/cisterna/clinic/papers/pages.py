"""Papers about a patient on the screen and as PDF; the sheets and the due list as PDF."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from cisterna.clinic.due.chosen import Chosen
from cisterna.clinic.due.pages import Asked as AskedRows
from cisterna.clinic.due.pages import Posted as PostedRows
from cisterna.clinic.due.service import MOST_PRINTED, gathered
from cisterna.clinic.papers.case import Case, Maker
from cisterna.clinic.papers.due import due_list
from cisterna.clinic.papers.service import KINDS, Asked, case_of, keep, paper_of
from cisterna.clinic.papers.sheets import sheets
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.tongue import Tongue
from cisterna.errors import Fault, InputError, NotFoundError
from cisterna.report.papers import Paper, paper_pdf

__all__ = ["router"]

router = APIRouter()
_PLACE = "/patients"
Printer = Annotated[Desk, desk_for(Action.MAKE_PAPER)]
Text = Annotated[str, Form(max_length=5000)]


def _posted(to: Text = "", message: Text = "", day: Text = "") -> dict[str, str]:
    """What was typed to complete a paper."""
    return {"to": to, "message": message, "day": day}


Posted = Annotated[dict[str, str], Depends(_posted)]


@router.get("/patients/{patient_id}/papers")
def papers(desk: Printer, patient_id: str) -> Response:
    """Every paper that can be made, with what each lacks."""
    frame, case = _case(desk, patient_id)
    return desk.page(
        "papers/list.html", title="Papers", place=_PLACE, kinds=KINDS,
        made={kind: _made_or_why(case, kind) for kind in KINDS}, **frame.values,
    )  # fmt: skip


def _made_or_why(case: Case, kind: str) -> Paper | str:
    try:
        return paper_of(case, kind, Asked())
    except NotFoundError as error:
        return str(error)


@router.get("/patients/{patient_id}/papers/{kind}")
def shown(desk: Printer, patient_id: str, kind: str, day: str = "") -> Response:
    """A paper on the screen, to be read, completed and printed."""
    return _page(desk, patient_id, kind, {"day": day})


@router.post("/patients/{patient_id}/papers/{kind}")
def completed(desk: Printer, patient_id: str, kind: str, values: Posted) -> Response:
    """The same with what was typed."""
    return _page(desk, patient_id, kind, values)


def _page(desk: Desk, patient_id: str, kind: str, values: dict[str, str]) -> Response:
    frame, case = _case(desk, patient_id)
    faults: tuple[Fault, ...] = ()
    asked = Asked()
    try:
        asked = Asked(**values)
    except InputError as error:
        faults = error.faults
    paper = paper_of(case, kind, asked)
    return desk.page(
        "papers/paper.html", title=paper.title, place=_PLACE, paper=paper, kind=kind,
        is_letter=KINDS[kind].is_letter, days=case.days if kind == "visit" else (),
        form=FormState(values, faults), keeps=desk.may(Action.ADD_DOCUMENT),
        status=422 if faults else 200, **frame.values,
    )  # fmt: skip


@router.post("/patients/{patient_id}/papers/{kind}/pdf")
def pdf(desk: Printer, patient_id: str, kind: str, values: Posted) -> Response:
    """The paper as PDF; the audit keeps that it left."""
    _, case = _case(desk, patient_id)
    try:
        paper = paper_of(case, kind, Asked(**values))
    except InputError:
        return _page(desk, patient_id, kind, values)
    made = paper_pdf(paper)
    with desk.unit() as unit:
        unit.audit("export", _told(paper), patient_id=patient_id)
    return _file(made, f"{kind}-{case.maker.today.isoformat()}")


@router.post("/patients/{patient_id}/papers/{kind}/keep")
def kept(
    desk: Annotated[Desk, desk_for(Action.ADD_DOCUMENT)], patient_id: str, kind: str, values: Posted
) -> Response:
    """Keep the paper among the documents of the patient."""
    _, case = _case(desk, patient_id)
    try:
        paper = paper_of(case, kind, Asked(**values))
    except InputError:
        return _page(desk, patient_id, kind, values)
    made = paper_pdf(paper)
    with desk.unit() as unit:
        unit.audit("export", _told(paper), patient_id=patient_id)
        keep(unit, patient_id, paper, made)
    return desk.go(f"/patients/{patient_id}/documents", "added")


@router.get("/sheets/emergency/pdf")
def sheets_pdf(desk: Annotated[Desk, desk_for(Action.SEE_SHEETS)]) -> Response:
    """Both reference sheets as PDF."""
    paper = sheets(_maker(desk))
    with desk.unit() as unit:
        unit.audit("export", _told(paper))
    return _file(paper_pdf(paper), "withdrawal-and-overdose")


@router.get("/due/pdf")
def due_pdf(desk: Annotated[Desk, desk_for(Action.SEE_DUE)], chosen: AskedRows) -> Response:
    """The chosen rows of the due list as PDF."""
    return _due(desk, chosen)


@router.post("/due/pdf")
def due_pdf_of_search(desk: Annotated[Desk, desk_for(Action.SEE_DUE)], chosen: PostedRows) -> Response:
    """The rows of a search as PDF."""
    return _due(desk, chosen)


def _due(desk: Desk, chosen: Chosen) -> Response:
    maker = _maker(desk)
    with desk.unit() as unit:
        listed = gathered(
            unit, desk.choices, chosen.at(1), desk.account.id, page_rows=MOST_PRINTED,
            sees_therapy=desk.may(Action.SEE_THERAPY),
        )  # fmt: skip
        filters = dict(chosen.fields(with_words=False))
        told = {
            "what": "due, PDF",
            "rows": len(listed.told),
            "chosen": filters,
            "searched": bool(chosen.words),
        }
        unit.audit("export", told)
    return _file(paper_pdf(due_list(maker, listed)), f"due-{maker.today.isoformat()}")


def _maker(desk: Desk) -> Maker:
    return Maker(by=desk.account.name, at_us=desk.now_us, choices=desk.choices, say=Tongue(desk.language))


def _case(desk: Desk, patient_id: str) -> tuple[PatientFrame, Case]:
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Papers")
        return frame, case_of(unit, frame, _maker(desk))


def _told(paper: Paper) -> dict[str, object]:
    return {
        "what": f"paper, {paper.kind}, PDF",
        "language": paper.language,
        "draft": bool(paper.lacks),
        "lacks": list(paper.lacks),
    }


def _file(content: bytes, name: str) -> Response:
    return Response(
        content,
        media_type="application/pdf",
        headers={
            "content-disposition": f'attachment; filename="{name}.pdf"',
            "content-security-policy": "default-src 'none'; sandbox",
            "cache-control": "no-store",
        },
    )
