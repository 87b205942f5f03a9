"""The scans of a patient as episodes, with the guide beside; one is open until the pump was read after it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.care.guides import guide
from cisterna.care.scans import mri_episodes
from cisterna.clinic.due.repository import booked_visits
from cisterna.clinic.mri.proposal import READING, SCAN, ReadingAfter, Scan
from cisterna.clinic.permissions import Action
from cisterna.clinic.record.meanwhile import added_since
from cisterna.clinic.visits.proposed import Proposed
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.recording import record_reviewed
from cisterna.clinic.web.typed import Typed, local_parts
from cisterna.evidence import told_source
from cisterna.instants import utc

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/mri")
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]
Recorder = Annotated[Desk, desk_for(Action.RECORD_EVENT)]


@router.get("")
def episodes(desk: Reader, patient_id: str) -> Response:
    """Every scan, what is open, and what to do before, during and after one."""
    return _page(desk, _framed(desk, patient_id))


@router.post("/scan")
def scan(desk: Recorder, patient_id: str, values: Typed) -> Response:
    """Record a scan: the episode is open from now on."""
    frame = _framed(desk, patient_id)
    typed = Scan(therapy=frame.therapy, choices=desk.choices, now_us=desk.now_us, typed=values)
    return _recorded(desk, frame, typed, values, "scan")


@router.post("/reading")
def reading(desk: Recorder, patient_id: str, values: Typed) -> Response:
    """Record the reading after it: the episode is closed."""
    frame = _framed(desk, patient_id)
    typed = ReadingAfter(therapy=frame.therapy, choices=desk.choices, now_us=desk.now_us, typed=values)
    return _recorded(desk, frame, typed, values, "reading")


def _framed(desk: Desk, patient_id: str) -> PatientFrame:
    with desk.unit() as unit:
        return patient_frame(desk, unit, patient_id, here="Events")


def _recorded(
    desk: Desk, frame: PatientFrame, typed: Proposed, values: dict[str, str], which: str
) -> Response:
    refused = record_reviewed(desk, frame, values.get("seen_entries"), typed.faults, typed.events, where="at")
    if refused is None:
        return desk.go(f"/patients/{frame.row.id}/mri", "recorded")
    if refused.status == 409:
        frame = _framed(desk, frame.row.id)
    form = FormState(values, refused.faults)
    return _page(desk, frame, **{f"{which}_form": form}, status=refused.status, seen=refused.seen)


def _page(
    desk: Desk,
    frame: PatientFrame,
    *,
    scan_form: FormState | None = None,
    reading_form: FormState | None = None,
    status: int = 200,
    seen: int | None = None,
) -> Response:
    found = mri_episodes(frame.therapy)
    now = FormState(local_parts(utc(desk.now_us), desk.choices.zone, "at"))
    with desk.database.reading() as connection:
        visits = booked_visits(connection, [frame.row.id], desk.now_us).get(frame.row.id, ())
    pump = frame.standing.pump if frame.standing else None
    model = frame.therapy.catalogue.pump(pump.name) if pump else None
    return desk.page(
        "mri/episodes.html",
        title="MRI",
        place="/patients",
        status=status,
        episodes=found,
        is_open=any(one.is_open for one in found),
        guide=guide("mri", frame.therapy.settings),
        pump=pump,
        at_mri_source=told_source(model.properties.get("at_mri_source", "")) if model else "",
        booked=next((one for one in visits if one.kind == "mri-check"), None),
        scan_form=scan_form or now,
        reading_form=reading_form or now,
        scan_fields=SCAN,
        reading_fields=READING,
        may=desk.may(Action.RECORD_EVENT),
        added=added_since(frame.record, seen) if seen is not None else (),
        zone=desk.choices.zone,
        **frame.values,
    )
