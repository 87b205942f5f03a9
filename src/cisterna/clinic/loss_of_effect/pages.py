"""The search for the cause of a loss of effect: its list, one step at a time, its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.care.guides import Guide, Step, guide
from cisterna.clinic.loss_of_effect import service
from cisterna.clinic.loss_of_effect.finding import CAUSES, FOUND, Conclusion, Finding
from cisterna.clinic.permissions import Action
from cisterna.clinic.record.meanwhile import added_since
from cisterna.clinic.visits.case import SavedStep, VisitRow
from cisterna.clinic.visits.proposed import Proposed
from cisterna.clinic.visits.repository import steps_of
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.recording import record_reviewed
from cisterna.clinic.web.typed import Typed, local_parts
from cisterna.errors import NotFoundError
from cisterna.instants import utc

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/loss-of-effect")
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]
Recorder = Annotated[Desk, desk_for(Action.RECORD_EVENT)]
_END = "conclude"


@router.get("")
def search(desk: Reader, patient_id: str) -> Response:
    """The guided list with what was found so far, and the searches of before."""
    frame, found, saved = _framed(desk, patient_id)
    held = service.going_on(found)
    return desk.page(
        "loss_of_effect/list.html",
        title="Loss of effect",
        place="/patients",
        guide=guide(service.KIND, frame.therapy.settings),
        search=held,
        saved=saved,
        past=[one for one in found if one is not held],
        found_words=dict(FOUND),
        may=desk.may(Action.RECORD_EVENT),
        stands=frame.standing,
        expected_ml=_expected_ml(frame, desk.now_us),
        zone=desk.choices.zone,
        **frame.values,
    )


@router.post("")
def begin(desk: Recorder, patient_id: str) -> Response:
    """Begin a search, or go on with the one that was begun."""
    with desk.unit() as unit:
        patient_frame(desk, unit, patient_id, here="Events")
        service.begin(unit, patient_id)
    return desk.go(f"/patients/{patient_id}/loss-of-effect")


@router.get("/{step}")
def step_page(desk: Recorder, patient_id: str, step: str) -> Response:
    """One step: what to do, what to heed, and the form of what it found."""
    frame, found, _ = _framed(desk, patient_id)
    _going_on(found)
    now = local_parts(utc(desk.now_us), desk.choices.zone, "at")
    return _page(desk, frame, _typed(desk, frame, step, {}), step, FormState(now))


@router.post("/{step}")
def record(desk: Recorder, patient_id: str, step: str, values: Typed) -> Response:
    """Record what a step found, or what the search came to."""
    frame, found, _ = _framed(desk, patient_id)
    held = _going_on(found)
    typed = _typed(desk, frame, step, values)
    refused = record_reviewed(
        desk, frame, values.get("seen_entries"), typed.faults, typed.events, where="at",
        also=lambda unit: service.set_ended(unit, held)
        if step == _END
        else service.keep_finding(unit, held, step, _kept(typed)),
    )  # fmt: skip
    if refused is None:
        return desk.go(f"/patients/{patient_id}/loss-of-effect", "recorded")
    if refused.status == 409:
        frame, _, _ = _framed(desk, patient_id)
    form = FormState(values, refused.faults)
    return _page(desk, frame, typed, step, form, status=refused.status, seen=refused.seen)


def _framed(
    desk: Desk, patient_id: str
) -> tuple[PatientFrame, tuple[VisitRow, ...], Mapping[str, SavedStep]]:
    """The frame, the searches, and what the one that is going on found."""
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Events")
        found = service.searches(unit, patient_id)
        held = service.going_on(found)
        saved = steps_of(unit.connection, held.id) if held else {}
    return frame, found, saved


def _going_on(found: tuple[VisitRow, ...]) -> VisitRow:
    held = service.going_on(found)
    if held is None:
        raise NotFoundError("No search is going on. Begin one on the page of the loss of effect.")
    return held


def _typed(desk: Desk, frame: PatientFrame, step: str, values: Mapping[str, str]) -> Proposed:
    if step == _END:
        return Conclusion(therapy=frame.therapy, choices=desk.choices, now_us=desk.now_us, typed=values)
    return Finding(
        therapy=frame.therapy, choices=desk.choices, now_us=desk.now_us, typed=values,
        step=_step_of(guide(service.KIND, frame.therapy.settings), step),
    )  # fmt: skip


def _step_of(found: Guide, ident: str) -> Step:
    try:
        return found.step(ident)
    except KeyError:
        raise NotFoundError("The search has no such step. Open its list.") from None


def _kept(typed: Proposed) -> dict[str, str]:
    assert isinstance(typed, Finding)  # noqa: S101  the end keeps no step
    return typed.kept()


def _expected_ml(frame: PatientFrame, now_us: int) -> float | None:
    reservoir = frame.standing.reservoir if frame.standing else None
    return None if reservoir is None else reservoir.course.volume_ml(now_us)


def _page(
    desk: Desk,
    frame: PatientFrame,
    typed: Proposed,
    step: str,
    form: FormState,
    *,
    status: int = 200,
    seen: int | None = None,
) -> Response:
    found = guide(service.KIND, frame.therapy.settings)
    return desk.page(
        "loss_of_effect/step.html",
        title="Loss of effect",
        place="/patients",
        status=status,
        step=None if step == _END else _step_of(found, step),
        step_id=step,
        form=form,
        fields=typed.fields,
        causes=CAUSES,
        expected_ml=_expected_ml(frame, desk.now_us),
        added=added_since(frame.record, seen) if seen is not None else (),
        zone=desk.choices.zone,
        **frame.values,
    )
