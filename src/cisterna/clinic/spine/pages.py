"""The page of the spine: the day at a time, its whole, and its numbers."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from cisterna.clinic.permissions import Action
from cisterna.clinic.spine.offered import offered_drafts
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import patient_frame
from cisterna.instants import US_PER_DAY, utc

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/spine")
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]
_ASKED = ("program", "tip", "beside", "time")
_LONGEST = 40


@router.get("")
def spine(desk: Reader, patient_id: str, request: Request) -> Response:
    """Two canals through a settled day; nothing is recorded."""
    from cisterna.clinic.spine import asked as reading  # noqa: PLC0415  NumPy only where it is needed

    typed = {name: request.query_params.get(name, "")[:_LONGEST] for name in _ASKED}
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Spine")
        drafts = offered_drafts(unit.connection, patient_id, utc(desk.now_us), frame.therapy.zone)
    asked = reading.Asked(typed, frame.therapy, utc(desk.now_us), drafts=drafts)
    days = asked.days()
    minute = asked.minute(days[0]) if days else 0
    return desk.page(
        "spine/spine.html",
        title="Spine",
        place="/patients",
        status=422 if asked.faults else 200,
        form=FormState(typed, tuple(asked.faults)),
        lacking=asked.lacking,
        taken=asked.taken,
        titles=reading.TITLES,
        programs=asked.programs,
        drafts=drafts,
        chosen=asked.chosen,
        levels=reading.levels_down(),
        minute=minute,
        clock=reading.clock_text,
        days=days,
        days_ahead=round((days[0].start_us - desk.now_us) / US_PER_DAY) if days else 0,
        here=lambda **changed: _address(patient_id, typed | changed),
        **(_drawn(days, minute) if days else {}),
        **frame.values,
    )


def _address(patient_id: str, asked: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/patients/{patient_id}/spine" + (f"?{query}" if query else "")


def _drawn(days: Any, minute: int) -> dict[str, Any]:
    from cisterna.clinic.spine import drawing  # noqa: PLC0415
    from cisterna.report.spine import STEPS, WIDTH, level_edges, level_middle  # noqa: PLC0415

    frame = drawing.scale_for(days)
    return {
        "drawings": drawing.drawings_of(days, frame, minute),
        "frame_of": frame,
        "rows": drawing.rows_of(days, minute),
        "every_row": drawing.rows_of(days, minute, every=True),
        "data": Markup(drawing.data_of(days, frame)),  # noqa: S704 (own numbers and names of levels)
        "shown": drawing.shown,
        "steps": STEPS,
        "edges": level_edges,
        "middle": level_middle,
        "width": WIDTH,
    }
