"""The page of what-if: the question, then what happens when, and what is noticed first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.care.guides import guide
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import patient_frame
from cisterna.clinic.web.typed import Typed
from cisterna.instants import utc

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/what-if")
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]
_TAB = "Program"


@router.get("")
def question(desk: Reader, patient_id: str) -> Response:
    """The form."""
    return _page(desk, patient_id, {})


@router.post("")
def answer(desk: Reader, patient_id: str, values: Typed) -> Response:
    """What happens; nothing is recorded."""
    return _page(desk, patient_id, values)


def _page(desk: Desk, patient_id: str, values: dict[str, str]) -> Response:
    from cisterna.clinic.what_if.asked import TITLES, Asked  # noqa: PLC0415  NumPy only where it is needed
    from cisterna.clinic.what_if.drawing import drawings_of, rows_of  # noqa: PLC0415

    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here=_TAB)
        detail = {"page": "what if", "scenario": values.get("scenario", "")[:40]}
        unit.audit("read", detail, patient_id=patient_id)
    asked = Asked(values, frame.therapy, utc(desk.now_us))
    found = asked.answer() if values else None
    return desk.page(
        "what_if/what_if.html",
        title="What if",
        place="/patients",
        status=422 if asked.faults else 200,
        form=FormState(values, tuple(asked.faults)),
        titles=TITLES,
        scenario=values.get("scenario", ""),
        found=found,
        drawings=() if found is None else drawings_of(found),
        rows=() if found is None else rows_of(found),
        zone=desk.choices.zone,
        clock_step=guide("travel", frame.therapy.settings).step("clock"),
        **frame.values,
    )
