"""An alarm reported by telephone: what to ask while somebody is on the line, then what it may mean."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.care.guides import guide
from cisterna.clinic.alarms.meanings import is_critical, meanings, tells_signs
from cisterna.clinic.alarms.proposal import REPORT, ReportedAlarm
from cisterna.clinic.permissions import Action
from cisterna.clinic.record.meanwhile import added_since
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.recording import record_reviewed
from cisterna.clinic.web.typed import Typed, local_parts
from cisterna.errors import NotFoundError
from cisterna.instants import utc
from cisterna.therapy import Alarm

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/alarm")
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]
Recorder = Annotated[Desk, desk_for(Action.RECORD_EVENT)]


@router.get("")
def report(desk: Recorder, patient_id: str) -> Response:
    """The form that is filled in during the call."""
    now = local_parts(utc(desk.now_us), desk.choices.zone, "at")
    return _page(desk, _framed(desk, patient_id), FormState(now))


@router.post("")
def record(desk: Recorder, patient_id: str, values: Typed) -> Response:
    """Record the alarm, then show what it may mean."""
    frame = _framed(desk, patient_id)
    told = ReportedAlarm(therapy=frame.therapy, choices=desk.choices, now_us=desk.now_us, typed=values)
    refused = record_reviewed(desk, frame, values.get("seen_entries"), told.faults, told.events, where="at")
    if refused is None:
        return desk.go(f"/patients/{patient_id}/alarm/latest", "recorded")
    if refused.status == 409:
        frame = _framed(desk, patient_id)
    return _page(desk, frame, FormState(values, refused.faults), status=refused.status, seen=refused.seen)


@router.get("/latest")
def answer(desk: Reader, patient_id: str) -> Response:
    """What the alarm that was reported last may mean, and what is urgent; never a dose."""
    frame = _framed(desk, patient_id)
    alarms = [one for one in frame.therapy.valid_events if isinstance(one, Alarm)]
    if not alarms:
        raise NotFoundError("No alarm of this patient was reported. Open the form to report one.")
    critical = is_critical(alarms[-1])
    found = guide("alarms", frame.therapy.settings)
    return desk.page(
        "alarms/answer.html",
        title="What the alarm may mean",
        place="/patients",
        alarm=alarms[-1],
        is_critical=critical,
        has_signs=tells_signs(alarms[-1]),
        meanings=meanings(alarms[-1], frame.standing, frame.therapy, frame.today),
        steps=(found.step("critical" if critical else "non-critical"), found.step("not-heard")),
        may=desk.may(Action.RECORD_EVENT),
        telephone=desk.choices.word("site_telephone"),
        zone=desk.choices.zone,
        **frame.values,
    )


def _framed(desk: Desk, patient_id: str) -> PatientFrame:
    with desk.unit() as unit:
        return patient_frame(desk, unit, patient_id, here="Events")


def _page(
    desk: Desk, frame: PatientFrame, form: FormState, *, status: int = 200, seen: int | None = None
) -> Response:
    found = guide("alarms", frame.therapy.settings)
    return desk.page(
        "alarms/report.html",
        title="Alarm reported by telephone",
        place="/patients",
        status=status,
        form=form,
        fields=REPORT,
        ask=found.step("ask"),
        steps=(found.step("critical"), found.step("non-critical")),
        added=added_since(frame.record, seen) if seen is not None else (),
        zone=desk.choices.zone,
        **frame.values,
    )
