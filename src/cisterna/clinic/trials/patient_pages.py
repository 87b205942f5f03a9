"""One patient on the way to a pump: the points of today, evaluations and trials, and beginning one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.care import candidacy
from cisterna.clinic.database import Unit
from cisterna.clinic.permissions import Action
from cisterna.clinic.record import record_of
from cisterna.clinic.visits import service
from cisterna.clinic.visits.case import VisitState
from cisterna.clinic.visits.evaluation import EVALUATION
from cisterna.clinic.visits.implant_pages import has_pump
from cisterna.clinic.visits.kind import VisitKind
from cisterna.clinic.visits.kinds import open_visit_of
from cisterna.clinic.visits.repository import visits_of
from cisterna.clinic.visits.screening import SCREENING
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.patient_frame import patient_frame
from cisterna.errors import Fault, InputError

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/trial")
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]
Recorder = Annotated[Desk, desk_for(Action.RECORD_ASSESSMENT)]
_KINDS = (EVALUATION, SCREENING)


@router.get("")
def on_the_way(desk: Reader, patient_id: str) -> Response:
    """How the points stand today, and every evaluation and trial."""
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Evaluation")
        visits = [
            _line(unit, desk, kind, one.id)
            for kind in _KINDS
            for one in visits_of(unit.connection, patient_id, kind.name)
        ]
    return desk.page(
        "trials/patient.html",
        title="Evaluation",
        place="/patients",
        found=candidacy(frame.therapy, frame.today),
        visits=sorted(visits, key=lambda line: line["opened_us"], reverse=True),
        going_on={line["kind"]: line for line in visits if line["is_going_on"]},
        has_pump=has_pump(frame.therapy),
        may=desk.may(Action.RECORD_ASSESSMENT),
        zone=desk.choices.zone,
        **frame.values,
    )


def _line(unit: Unit, desk: Desk, kind: VisitKind, visit_id: str) -> dict[str, Any]:
    """A visit of the list: when, by whom, where it stands, what came of it."""
    visit = open_visit_of(service.case_of(unit, visit_id, desk.choices))
    row = visit.case.visit
    return {
        "id": row.id,
        "kind": kind.name,
        "title": kind.title,
        "opened_us": row.opened_us,
        "opened_by": row.opened_by,
        "is_going_on": row.is_going_on,
        "state": row.state,
        "step": visit.guide.step(visit.first_undone()).title if row.is_going_on else "",
        "outcome": visit.outcome if row.state == VisitState.RECORDED else "",
    }


@router.post("/evaluation")
def evaluate(desk: Recorder, patient_id: str) -> Response:
    """Begin the evaluation, or go on with the one that was begun."""
    return _begun(desk, patient_id, EVALUATION)


@router.post("/screening")
def screen(desk: Recorder, patient_id: str) -> Response:
    """Begin a bolus of the trial, or go on with the one that was begun."""
    return _begun(desk, patient_id, SCREENING)


def _begun(desk: Desk, patient_id: str, kind: VisitKind) -> Response:
    with desk.unit() as unit:
        _, record = record_of(unit, patient_id)
        if has_pump(record.therapy):
            raise InputError(
                Fault(
                    where=kind.name,
                    found="a patient with a pump in place",
                    allowed="a patient without one",
                    remedy="change the dose, or record the end of the therapy first",
                )
            )
        visit_id = service.open_visit(unit, kind, patient_id)
    return desk.go(f"/visits/{visit_id}")
