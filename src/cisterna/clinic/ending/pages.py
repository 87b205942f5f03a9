"""The pages of the end of a therapy: the form, the last balance before anything is recorded, recording."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.care.guides import sheet
from cisterna.clinic.ending.proposal import WAYS, Ending
from cisterna.clinic.permissions import Action
from cisterna.clinic.record.meanwhile import added_since
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.recording import record_reviewed
from cisterna.clinic.web.typed import Typed, local_parts
from cisterna.instants import utc

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/end")
Ender = Annotated[Desk, desk_for(Action.END_THERAPY)]


@router.get("")
def end(desk: Ender, patient_id: str) -> Response:
    """The form of the end of a therapy."""
    frame = _framed(desk, patient_id)
    now = local_parts(utc(desk.now_us), desk.choices.zone, "at")
    return _page(desk, frame, _ending(desk, frame, {}), FormState(now))


@router.post("/review")
def review(desk: Ender, patient_id: str, values: Typed) -> Response:
    """The last balance of drug, and what will be recorded."""
    frame = _framed(desk, patient_id)
    ending = _ending(desk, frame, values)
    if values.get("how") == "edit":
        return _page(desk, frame, ending, FormState(values))
    faults = ending.faults()
    if faults:
        return _page(desk, frame, ending, FormState(values, faults), status=422)
    return _page(desk, frame, ending, FormState(values), reviewed=True)


@router.post("")
def record(desk: Ender, patient_id: str, values: Typed) -> Response:
    """Record the end as one whole."""
    frame = _framed(desk, patient_id)
    proposed = _ending(desk, frame, values)
    refused = record_reviewed(
        desk, frame, values.get("seen_entries"), proposed.faults, proposed.events, where="way"
    )
    if refused is not None and refused.status == 409:
        frame = _framed(desk, patient_id)
        proposed = _ending(desk, frame, values)
    if refused is not None:
        form = FormState(values, refused.faults)
        return _page(desk, frame, proposed, form, status=refused.status, seen=refused.seen)
    return desk.go(f"/patients/{patient_id}/implant", "recorded")


def _framed(desk: Desk, patient_id: str) -> PatientFrame:
    with desk.unit() as unit:
        return patient_frame(desk, unit, patient_id, here="Implant")


def _ending(desk: Desk, frame: PatientFrame, typed: dict[str, str]) -> Ending:
    return Ending(therapy=frame.therapy, choices=desk.choices, now_us=desk.now_us, typed=typed)


def _page(
    desk: Desk,
    frame: PatientFrame,
    ending: Ending,
    form: FormState,
    *,
    status: int = 200,
    reviewed: bool = False,
    seen: int | None = None,
) -> Response:
    return desk.page(
        "ending/end.html",
        title="End of therapy",
        place="/patients",
        status=status,
        form=form,
        fields=ending.fields,
        can_end=ending.can_end,
        stands=ending.standing,
        reviewed=reviewed,
        balance=ending.balance if reviewed else None,
        withdrawn=ending.ask("withdrawn") if reviewed and ending.takes_out else None,
        ended_at=ending.ended_at,
        takes_out=ending.takes_out,
        way_words=dict(WAYS).get(form.typed("way"), ""),
        covered=form.typed("cover") == "yes",
        events=ending.events() if reviewed else (),
        sheet=sheet("withdrawal", desk.choices.settings),
        carried=form.carried(name for one in ending.fields for name in one.names),
        added=added_since(frame.record, seen) if seen is not None else (),
        zone=desk.choices.zone,
        **frame.values,
    )
