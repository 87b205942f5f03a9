"""The pages of a patient's assessments: history and charts, and the form of a new one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.care.need import NeedKind, urgency
from cisterna.clinic.assessments.asked import (
    ASKED,
    GROUPS,
    JOINTS,
    MUSCLES,
    SIDES,
    Asked,
    field_name,
    range_of,
    title_of,
)
from cisterna.clinic.assessments.forms import ROWS, assessed
from cisterna.clinic.assessments.history import History, history_of
from cisterna.clinic.assessments.service import record_assessment
from cisterna.clinic.permissions import Action
from cisterna.clinic.record.meanwhile import added_since
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import patient_frame
from cisterna.clinic.web.typed import Typed, local_parts, whole_typed
from cisterna.errors import InputError, StaleRecordError
from cisterna.instants import utc

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/assessments")
_TAB = "Assessments"
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]
Recorder = Annotated[Desk, desk_for(Action.RECORD_ASSESSMENT)]


@router.get("")
def history(desk: Reader, patient_id: str) -> Response:
    """Every score so far, over time and as a table, and what is due."""
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here=_TAB)
    due = next((need for need in frame.needs if need.kind is NeedKind.ASSESSMENT), None)
    soon_days = desk.choices.settings.value("due_soon", "days")
    return desk.page(
        "assessments/history.html",
        title="Assessments",
        place="/patients",
        history=history_of(frame.therapy),
        due=due,
        due_urgency=urgency(due, frame.today, soon_days).value if due else "none",
        title_of=title_of,
        may_record=desk.may(Action.RECORD_ASSESSMENT),
        **frame.values,
    )


@router.get("/new")
def new(desk: Recorder, patient_id: str) -> Response:
    """The form of an assessment, at the present time."""
    return _form(desk, patient_id, FormState(local_parts(utc(desk.now_us), desk.choices.zone, "at")))


@router.post("/new")
def record(desk: Recorder, patient_id: str, values: Typed) -> Response:
    """Record every score of the form, or none where one of them is wrong."""
    seen = whole_typed(values.get("seen_entries"))
    try:
        scored = assessed(values, desk.choices.zone, desk.now_us)
        with desk.unit() as unit:
            record_assessment(unit, patient_id, scored, seen_entries=seen)
    except StaleRecordError:
        return _form(desk, patient_id, FormState(values), status=409, seen=seen)
    except InputError as error:
        return _form(desk, patient_id, FormState(values, error.faults), status=422, seen=seen)
    return desk.go(f"/patients/{patient_id}/assessments", "recorded")


def _form(
    desk: Desk, patient_id: str, form: FormState, *, status: int = 200, seen: int | None = None
) -> Response:
    """The form with what was typed; ``seen`` is the length of the record that it was typed on."""
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here=_TAB)
    before = history_of(frame.therapy)
    return desk.page(
        "assessments/form.html",
        title="New assessment",
        place="/patients",
        status=status,
        form=form,
        zone=desk.choices.zone,
        groups=_groups(form, before),
        added=added_since(frame.record, seen) if status == 409 and seen is not None else (),
        last=before.last,
        seen_entries=frame.row.entries if status != 422 or seen is None else seen,
        muscles=MUSCLES, sides=SIDES, rows=ROWS,
        muscle_options=_options(MUSCLES), side_options=_options(SIDES), joint_options=_options(JOINTS),
        angles_opened=any(
            text and name.startswith(("rom-", "tardieu-")) for name, text in form.values.items()
        ),
        field_name=field_name, range_of=range_of,
        **frame.values,
    )  # fmt: skip


def _options(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(each, each) for each in words]


def _groups(form: FormState, before: History) -> list[dict[str, Any]]:
    """The parts of the form; one is open where something in it was scored before, typed or is wrong."""
    return [
        {
            "words": words,
            "asked": _of(key),
            "opened": key == "tone" or any(_is_used(each, form, before) for each in _of(key)),
            "muscles_opened": any(_is_used(each, form, before) for each in _of(key) if each.by_muscle),
        }
        for key, words in GROUPS.items()
    ]


def _of(group: str) -> tuple[Asked, ...]:
    return tuple(each for each in ASKED if each.group == group)


def _is_used(each: Asked, form: FormState, before: History) -> bool:
    names = [field_name(each.scale, site) for site in each.places]
    return each.scale in before.scales or any(form.typed(name) or form.of(name) for name in names)
