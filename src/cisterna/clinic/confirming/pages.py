"""The page on which a second person compares a program and confirms it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from cisterna.care.dose_steps import DoseSet, dose_history
from cisterna.care.need import Need, NeedKind
from cisterna.clinic.confirming.compared import check_mark, settings_beside, settings_of
from cisterna.clinic.permissions import Action
from cisterna.clinic.record import confirm
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.errors import InputError, NotFoundError
from cisterna.instants import instant_us
from cisterna.therapy import Program, Therapy
from cisterna.units import decimal_text

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/confirm")
Second = Annotated[Desk, desk_for(Action.CONFIRM_PROGRAM)]
Text = Annotated[str, Form(max_length=1000)]

_DOSE = "daily_dose"
_DOSE_PLACES = 3


@router.get("/{event_id}")
def compare(desk: Second, patient_id: str, event_id: str) -> Response:
    """The numbers of the program, beside those of the one before."""
    return _page(desk, patient_id, event_id, EMPTY)


@router.post("/{event_id}")
def confirm_program(desk: Second, patient_id: str, event_id: str, compared: Text = "") -> Response:
    """Confirm the program; whoever recorded it cannot."""
    try:
        check_mark(
            compared,
            allowed="a program that was compared with what the programmer shows",
            remedy="compare every number, then mark it",
        )
        with desk.unit() as unit:
            confirm(unit, patient_id, event_id)
    except InputError as error:
        return _page(desk, patient_id, event_id, FormState({"compared": compared}, error.faults), status=422)
    return desk.go("/due?kind=unconfirmed-program", "confirmed")


def _page(desk: Desk, patient_id: str, event_id: str, form: FormState, status: int = 200) -> Response:
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Program")
    need = _need(frame, event_id)
    now, before = _programs(frame.therapy)
    entry = frame.record.by_event.get(event_id)
    step = dose_history(frame.therapy).by_event.get(event_id)
    return desk.page(
        "confirming/program.html",
        title="Confirm the program",
        place="/patients",
        status=status,
        form=form,
        need=need,
        rows=tuple(_rows(now, before, step)),
        step=step,
        program_us=instant_us(now.at),
        recorded_by=entry.recorded_by if entry else "",
        is_own=entry is not None and entry.recorded_by == desk.account.name,
        event_id=event_id,
        zone=desk.choices.zone,
        **frame.values,
    )


def _need(frame: PatientFrame, event_id: str) -> Need:
    """The need that the page meets; what is confirmed, or runs no more, has none."""
    for need in frame.needs:
        if need.kind is NeedKind.UNCONFIRMED_PROGRAM and need.event_id == event_id:
            return need
    raise NotFoundError(
        "This program needs no second person: it was confirmed, or another program runs now. "
        "Look at the list of what is due."
    )


def _programs(therapy: Therapy) -> tuple[Program, Program | None]:
    """The program that runs, and the one before it."""
    found = [event for event in therapy.valid_events if isinstance(event, Program)]
    return found[-1], found[-2] if len(found) > 1 else None


def _rows(now: Program, before: Program | None, step: DoseSet | None) -> Iterator[tuple[str, str, str]]:
    """Name, before and now of each setting; the daily dose also where only its steps were written."""
    new, old = settings_of(now), settings_of(before) if before else {}
    if step is not None:
        new.setdefault(_DOSE, _dose(step.after_mcg))
        if step.before_mcg is not None:
            old.setdefault(_DOSE, _dose(step.before_mcg))
    yield from settings_beside(new, old)


def _dose(mcg_per_day: float) -> str:
    return f"{decimal_text(mcg_per_day, _DOSE_PLACES)} mcg/day"
