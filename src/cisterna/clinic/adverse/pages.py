"""The adverse events of a patient with their codes; each is recorded by the form of its kind."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.care.adverse import coded_adverse_events
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.patient_frame import patient_frame

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/adverse-events")


@router.get("")
def adverse_events(desk: Annotated[Desk, desk_for(Action.SEE_THERAPY)], patient_id: str) -> Response:
    """Every adverse event, the last first."""
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Events")
    return desk.page(
        "adverse/list.html",
        title="Adverse events",
        place="/patients",
        found=coded_adverse_events(frame.therapy),
        may=desk.may(Action.RECORD_EVENT),
        **frame.values,
    )
