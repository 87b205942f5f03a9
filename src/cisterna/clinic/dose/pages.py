"""The pages of a change of dose: the form, the review of what it will do, recording."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.care.need import NeedKind
from cisterna.clinic.dose.comparison import changed_by, day_lines, rows_of
from cisterna.clinic.dose.proposal import ProgramChange, constant_flow
from cisterna.clinic.editor.forms import of_program
from cisterna.clinic.editor.service import checked_draft, recorded
from cisterna.clinic.permissions import Action
from cisterna.clinic.record.meanwhile import added_since
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.recording import record_reviewed
from cisterna.clinic.web.typed import Typed, local_parts
from cisterna.errors import Fault, InputError
from cisterna.instants import utc

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/dose")
_TAB = "Program"
_DRAFT = "draft"
"""The field with the id of the draft that the program came from."""
Doser = Annotated[Desk, desk_for(Action.CHANGE_DOSE)]


@router.get("")
def dose(desk: Doser, patient_id: str) -> Response:
    """What runs now, the form of a new program, and a program that nobody confirmed yet."""
    frame = _framed(desk, patient_id)
    return _form(desk, frame, _change(desk, frame, {}), FormState(_current(frame)))


@router.post("/review")
def review(desk: Doser, patient_id: str, values: Typed) -> Response:
    """What the program would do: side by side, every limit, the new dates; nothing is recorded yet."""
    frame = _framed(desk, patient_id)
    change = _change(desk, frame, values)
    faults = () if values.get("how") == "edit" else change.form_faults()
    if faults or values.get("how") == "edit":
        form = FormState(values, faults)
        return _form(desk, frame, change, form, status=422 if faults else 200)
    now = local_parts(utc(desk.now_us), desk.choices.zone, "at")
    begun = local_parts(utc(desk.now_us), desk.choices.zone, "opened")
    return _review(desk, frame, change, FormState({**begun, **now, **values}))


@router.post("")
def record(desk: Doser, patient_id: str, values: Typed) -> Response:
    """Record the program, the session and the reading back as one whole."""
    frame = _framed(desk, patient_id)
    proposed = _change(desk, frame, values)
    draft_id = values.get(_DRAFT, "")
    refused = record_reviewed(
        desk, frame, values.get("seen_entries"),
        lambda: (*_draft_faults(desk, patient_id, values), *proposed.record_faults()),
        proposed.events, where="checks",
        also=(lambda unit: recorded(unit, patient_id, draft_id, of_program(values))) if draft_id else None,
    )  # fmt: skip
    if refused is not None and refused.status == 409:
        frame = _framed(desk, patient_id)
        proposed = _change(desk, frame, values)
    if refused is not None:
        form = FormState(values, refused.faults)
        return _review(desk, frame, proposed, form, status=refused.status, seen=refused.seen)
    return desk.go(f"/patients/{patient_id}/dose", "recorded")


# ------------------------------------------------------------------------- what the routes share


def _draft_faults(desk: Desk, patient_id: str, values: dict[str, str]) -> tuple[Fault, ...]:
    """Why the draft that a program came from cannot be recorded as it."""
    if not values.get(_DRAFT):
        return ()
    try:
        with desk.unit() as unit:
            checked_draft(unit, patient_id, values[_DRAFT], of_program(values))
    except InputError as error:
        return tuple(fault.at("checks") for fault in error.faults)
    return ()


def _framed(desk: Desk, patient_id: str) -> PatientFrame:
    with desk.unit() as unit:
        return patient_frame(desk, unit, patient_id, here=_TAB)


def _recorded_by(frame: PatientFrame, event_id: str | None) -> str:
    entry = frame.record.by_event.get(event_id or "")
    return entry.recorded_by if entry else ""


def _change(desk: Desk, frame: PatientFrame, typed: dict[str, str]) -> ProgramChange:
    return ProgramChange(therapy=frame.therapy, choices=desk.choices, now_us=desk.now_us, typed=typed)


def _current(frame: PatientFrame) -> dict[str, str]:
    """The mode that runs is chosen already; a dose is never filled in for anybody."""
    stands = frame.standing
    return {} if stands is None or stands.program is None else {"mode": stands.program.mode}


def _form(
    desk: Desk,
    frame: PatientFrame,
    change: ProgramChange,
    form: FormState,
    *,
    status: int = 200,
) -> Response:
    waiting = next((need for need in frame.needs if need.kind is NeedKind.UNCONFIRMED_PROGRAM), None)
    return desk.page(
        "dose/form.html",
        title="Change the dose",
        place="/patients",
        status=status,
        form=form,
        fields=change.fields,
        pump=change.before,
        takes_no_rate=constant_flow(frame.therapy, change.before.state.system.model.name)
        if change.before
        else False,
        waiting=waiting,
        own=waiting is not None and _recorded_by(frame, waiting.event_id) == desk.account.name,
        may_confirm=desk.may(Action.CONFIRM_PROGRAM),
        zone=desk.choices.zone,
        lines=day_lines(frame.standing.program) if frame.standing else (),
        **frame.values,
    )


def _review(
    desk: Desk,
    frame: PatientFrame,
    change: ProgramChange,
    form: FormState,
    *,
    status: int = 200,
    seen: int | None = None,
) -> Response:
    """The review; on a record that changed meanwhile the program is judged anew, beside what is new."""
    outcome = change.outcome
    if outcome is None or change.judgement is None:
        typed = FormState(form.values, change.form_faults())
        return _form(desk, frame, change, typed, status=422)
    return desk.page(
        "dose/review.html",
        title="Review the new program",
        place="/patients",
        status=status,
        form=form,
        hidden_values=_carried(change, form),
        session_fields=change.session_fields,
        rows=rows_of(outcome),
        current_lines=day_lines(outcome.before.program),
        new_lines=day_lines(outcome.after.program),
        checks_found=(*change.checks, *change.reading),
        verdict=change.verdict.value,
        sentence=_sentence(change),
        added=added_since(frame.record, seen) if seen is not None else (),
        zone=desk.choices.zone,
        **frame.values,
    )


def _carried(change: ProgramChange, form: FormState) -> list[tuple[str, str]]:
    """Every text of the first form, so that nothing is lost on the way."""
    names = [_DRAFT, *(name for one in change.fields if one.name != "reason" for name in one.names)]
    return [(name, form.typed(name)) for name in names if form.typed(name)]


def _sentence(change: ProgramChange) -> dict[str, Any]:
    """The numbers of the sentence before the button."""
    outcome, program = change.outcome, change.program
    assert outcome is not None, "asked only with an outcome"  # noqa: S101
    assert program is not None, "asked only with a program"  # noqa: S101
    after = outcome.after
    return {
        "dose": after.program.daily_dose_mcg if after.program else None,
        "mode": program.mode.replace("-", " "),
        "change": changed_by(outcome),
        "refill_by": after.dates.refill_by_date.date if after.dates else None,
    }
