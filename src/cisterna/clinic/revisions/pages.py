"""The pages of a revision: the form, old and new side by side, recording."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.clinic.permissions import Action
from cisterna.clinic.record.meanwhile import added_since
from cisterna.clinic.revisions.proposal import Revision
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.recording import record_reviewed
from cisterna.clinic.web.typed import Typed, local_parts
from cisterna.instants import utc

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/revision")
Reviser = Annotated[Desk, desk_for(Action.RECORD_IMPLANT)]


@router.get("")
def revision(desk: Reviser, patient_id: str) -> Response:
    """The form of a revision."""
    frame = _framed(desk, patient_id)
    now = local_parts(utc(desk.now_us), desk.choices.zone, "at")
    return _page(desk, frame, _revision(desk, frame, {}), FormState(now))


@router.post("/review")
def review(desk: Reviser, patient_id: str, values: Typed) -> Response:
    """What is in place and what will be, before anything is recorded."""
    frame = _framed(desk, patient_id)
    proposed = _revision(desk, frame, values)
    faults = () if values.get("how") == "edit" else proposed.faults()
    if faults:
        return _page(desk, frame, proposed, FormState(values, faults), status=422)
    return _page(desk, frame, proposed, FormState(values), reviewed=values.get("how") != "edit")


@router.post("")
def record(desk: Reviser, patient_id: str, values: Typed) -> Response:
    """Record the revision."""
    frame = _framed(desk, patient_id)
    proposed = _revision(desk, frame, values)
    refused = record_reviewed(
        desk,
        frame,
        values.get("seen_entries"),
        proposed.faults,
        lambda: [proposed.event()],
        where="pump_model",
    )
    if refused is not None and refused.status == 409:
        frame = _framed(desk, patient_id)
        proposed = _revision(desk, frame, values)
    if refused is not None:
        form = FormState(values, refused.faults)
        return _page(desk, frame, proposed, form, status=refused.status, seen=refused.seen)
    return desk.go(f"/patients/{patient_id}/implant", "recorded")


def _framed(desk: Desk, patient_id: str) -> PatientFrame:
    with desk.unit() as unit:
        return patient_frame(desk, unit, patient_id, here="Implant")


def _revision(desk: Desk, frame: PatientFrame, typed: dict[str, str]) -> Revision:
    return Revision(therapy=frame.therapy, choices=desk.choices, now_us=desk.now_us, typed=typed)


def _page(
    desk: Desk,
    frame: PatientFrame,
    proposed: Revision,
    form: FormState,
    *,
    status: int = 200,
    reviewed: bool = False,
    seen: int | None = None,
) -> Response:
    return desk.page(
        "revisions/revision.html",
        title="Revision",
        place="/patients",
        status=status,
        form=form,
        pump_fields=proposed.pump_fields,
        catheter_fields=proposed.catheter_fields,
        other_fields={one.name: one for one in proposed.fields if one.name in {"at", "reason"}},
        can_revise=proposed.can_revise,
        before=proposed.before,
        reviewed=reviewed,
        rows=proposed.rows() if reviewed else (),
        replaces_pump=reviewed and proposed.replaces_pump,
        carried=form.carried(name for one in proposed.fields for name in one.names),
        added=added_since(frame.record, seen) if seen is not None else (),
        zone=desk.choices.zone,
        **frame.values,
    )
