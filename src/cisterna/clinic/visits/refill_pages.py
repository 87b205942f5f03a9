"""The refills of a patient: what was done, how far volumes agreed, and the visit that is going on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.care.refill_history import PastRefill, past_refills
from cisterna.care.refill_visit import pump_at_visit
from cisterna.clinic.permissions import Action
from cisterna.clinic.visits import repository, service
from cisterna.clinic.visits.refill import REFILL
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.patient_frame import patient_frame
from cisterna.clinic.web.trend import Point, Trend
from cisterna.clinic.web.wording import day_short, signed
from cisterna.errors import Fault, InputError
from cisterna.instants import utc

__all__ = ["differences", "router"]

router = APIRouter(prefix="/patients")
_DRAWN = 8
"""How many of the last refills the drawing shows."""


@router.get("/{patient_id}/refills")
def refills(desk: Annotated[Desk, desk_for(Action.SEE_THERAPY)], patient_id: str) -> Response:
    """Every refill of a patient, and the visit that is going on."""
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Refills")
        visits = repository.visits_of(unit.connection, patient_id, REFILL.name)
        booked = repository.next_booked_us(unit.connection, patient_id, REFILL.name, unit.at_us)
    past = past_refills(frame.therapy, desk.now_us)
    return desk.page(
        "visits/refills.html",
        title="Refills",
        place="/patients",
        refills=tuple(reversed(past)),
        trend=differences(past, desk),
        going_on=next((one for one in visits if one.is_going_on), None),
        visits=visits,
        booked_us=booked,
        zone=desk.choices.zone,
        may=desk.may(REFILL.action),
        can_begin=pump_at_visit(frame.therapy, desk.now_us) is not None,
        **frame.values,
    )


@router.post("/{patient_id}/refills")
def begin(desk: Annotated[Desk, desk_for(Action.RECORD_REFILL)], patient_id: str) -> Response:
    """Prepare the refill, or go on with the one that was begun."""
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Refills")
        if pump_at_visit(frame.therapy, unit.at_us) is None:
            raise InputError(
                Fault(where="refill", found="a patient without a pump that was filled",
                      allowed="a pump that holds a first fill",
                      remedy="record the implant and its first fill, or mend the record")
            )  # fmt: skip
        visit_id = service.open_visit(unit, REFILL, patient_id)
    return desk.go(f"/visits/{visit_id}")


def differences(past: tuple[PastRefill, ...], desk: Desk) -> Trend | None:
    """Withdrawn less expected of the last refills of the pump in place, for the drawing."""
    last = past[-1].pump if past else 0
    known = [
        (one.at_us, one.difference_ml) for one in past if one.pump == last and one.difference_ml is not None
    ]
    points = tuple(
        Point(
            value=difference,
            at=day_short(utc(at_us).astimezone(desk.choices.zone).date()),
            words=signed(difference, 1),
        )
        for at_us, difference in known[-_DRAWN:]
    )
    return Trend(points) if points else None
