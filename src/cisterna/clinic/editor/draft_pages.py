"""The pages of a draft: saved from the editor, read, checked by a second person, discarded, its order."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from cisterna.clinic.confirming.compared import check_mark, settings_beside, settings_of
from cisterna.clinic.dose.comparison import changed_by, day_lines, rows_of
from cisterna.clinic.dose.proposal import ProgramChange
from cisterna.clinic.editor import service
from cisterna.clinic.editor.page import framed
from cisterna.clinic.editor.repository import Draft, draft_row
from cisterna.clinic.permissions import Action
from cisterna.clinic.record.meanwhile import added_since
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.clinic.web.patient_frame import PatientFrame
from cisterna.errors import InputError
from cisterna.instants import US_PER_MINUTE
from cisterna.therapy import Program

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/program/drafts/{draft_id}")
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]
Second = Annotated[Desk, desk_for(Action.CONFIRM_PROGRAM)]
Doser = Annotated[Desk, desk_for(Action.CHANGE_DOSE)]
Text = Annotated[str, Form(max_length=1000)]
_OF_A_GOAL = ("name", "from", "to", "where", "bound", "tone", "days")


@router.get("")
def draft(desk: Reader, patient_id: str, draft_id: str) -> Response:
    """The draft beside what runs now, with every limit that it touches today."""
    return _page(desk, patient_id, draft_id, EMPTY)


@router.post("/check")
def check(desk: Second, patient_id: str, draft_id: str, compared: Text = "") -> Response:
    """A second person finds the draft right; whoever saved it cannot."""
    try:
        check_mark(
            compared,
            allowed="a draft whose every number was looked at",
            remedy="look at every number, then mark it",
        )
        with desk.unit() as unit:
            service.check(unit, patient_id, draft_id)
    except InputError as error:
        return _page(desk, patient_id, draft_id, FormState({"compared": compared}, error.faults), status=422)
    return desk.go(f"/patients/{patient_id}/program/drafts/{draft_id}", "checked")


@router.post("/discard")
def discard(desk: Doser, patient_id: str, draft_id: str) -> Response:
    """Give the draft up; it stays readable."""
    try:
        with desk.unit() as unit:
            service.discard(unit, patient_id, draft_id)
    except InputError as error:
        return _page(desk, patient_id, draft_id, FormState({}, error.faults), status=422)
    return desk.go(f"/patients/{patient_id}/program", "discarded")


def _page(desk: Desk, patient_id: str, draft_id: str, form: FormState, status: int = 200) -> Response:
    frame = framed(desk, patient_id)
    with desk.database.reading() as connection:
        held = draft_row(connection, patient_id, draft_id)
    change = ProgramChange(
        therapy=frame.therapy, choices=desk.choices, now_us=desk.now_us, typed=held.program
    )
    outcome = change.outcome
    return desk.page(
        "editor/draft.html",
        title="Draft of a program",
        place="/patients",
        status=status,
        form=form,
        draft=held,
        settings=_settings(frame, change.program),
        rows=rows_of(outcome) if outcome else (),
        current_lines=day_lines(outcome.before.program) if outcome else (),
        new_lines=day_lines(outcome.after.program) if outcome else (),
        changed=changed_by(outcome) if outcome else "",
        checks_found=change.checks,
        refused=change.refused,
        verdict=change.verdict.value if change.judgement else "waiting",
        added=added_since(frame.record, held.seen_entries),
        goals=_goals(held),
        is_own=held.account_id == desk.account.id,
        is_new=held.account_id == desk.account.id and desk.now_us - held.saved_us < US_PER_MINUTE,
        may_check=desk.may(Action.CONFIRM_PROGRAM),
        may_record=desk.may(Action.CHANGE_DOSE),
        may_print=desk.may(Action.MAKE_PAPER),
        zone=desk.choices.zone,
        **frame.values,
    )


def _settings(frame: PatientFrame, program: Program | None) -> tuple[tuple[str, str, str], ...]:
    """Name, now and planned of each setting, word for word as the record would hold them."""
    programs = [event for event in frame.therapy.valid_events if isinstance(event, Program)]
    old = settings_of(programs[-1]) if programs else {}
    return tuple(settings_beside(settings_of(program) if program else {}, old))


def _goals(held: Draft) -> tuple[dict[str, str], ...]:
    """The texts of each goal that was drawn."""
    places = sorted({name.split("_")[1] for name in held.goals})
    return tuple({key: held.goals.get(f"goal_{place}_{key}", "") for key in _OF_A_GOAL} for place in places)
