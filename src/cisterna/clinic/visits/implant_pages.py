"""Beginning an implant or a revision visit from the patient's implant record."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.clinic.permissions import Action
from cisterna.clinic.record import record_of
from cisterna.clinic.visits import service
from cisterna.clinic.visits.implant import IMPLANT
from cisterna.clinic.visits.replacement import REPLACEMENT
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.errors import Fault, InputError
from cisterna.therapy import Explant, Implant, Therapy

__all__ = ["has_pump", "router"]

router = APIRouter(prefix="/patients")


@router.post("/{patient_id}/implant")
def begin(desk: Annotated[Desk, desk_for(Action.RECORD_IMPLANT)], patient_id: str) -> Response:
    """Prepare the implant, or go on with the visit that was begun."""
    with desk.unit() as unit:
        _, record = record_of(unit, patient_id)
        if has_pump(record.therapy):
            raise InputError(
                Fault(where="implant", found="a patient with a pump in place", allowed="one pump at a time",
                      remedy="record a replacement, or the end of therapy first")
            )  # fmt: skip
        visit_id = service.open_visit(unit, IMPLANT, patient_id)
    return desk.go(f"/visits/{visit_id}")


@router.post("/{patient_id}/replacement")
def begin_revision(desk: Annotated[Desk, desk_for(Action.RECORD_IMPLANT)], patient_id: str) -> Response:
    """Prepare the revision of what is in place, or go on with the visit that was begun."""
    with desk.unit() as unit:
        _, record = record_of(unit, patient_id)
        if not has_pump(record.therapy):
            raise InputError(
                Fault(where="implant", found="no pump in place", allowed="a pump in place",
                      remedy="record the implant first")
            )  # fmt: skip
        visit_id = service.open_visit(unit, REPLACEMENT, patient_id)
    return desk.go(f"/visits/{visit_id}")


def has_pump(therapy: Therapy) -> bool:
    """Whether a pump is in place, by the last implant or explant."""
    last = next((e for e in reversed(therapy.valid_events) if isinstance(e, Implant | Explant)), None)
    return isinstance(last, Implant)
