"""The answers to the script of the editor, as JSON; nothing of them is recorded."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from cisterna.clinic.editor.answers import band_of
from cisterna.clinic.editor.parts import compare_parts, curve_parts, moved_words, told_faults, word_parts
from cisterna.clinic.editor.reading import looked, read
from cisterna.clinic.permissions import Action
from cisterna.clinic.record import record_of
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.typed import Typed, whole_typed

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/program")
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]


@router.post("/preview")
def preview(desk: Reader, patient_id: str, values: Typed) -> Response:
    """What the candidate in hand does; asked at each move of a drag, so nothing is written.

    While somebody drags, most questions are of the curves alone; some times a second one asks for the words.
    """
    row, record = read(desk, patient_id)
    curves_alone = values.get("asks") == "curves"
    found = looked(desk, row, record, values, curves_alone=curves_alone)
    return JSONResponse(
        {
            "sequence": whole_typed(values.get("sequence")),
            "typed": dict(found.edit.texts) if values.get("do") else None,
            "notes": list(moved_words(desk, found.edit)),
            "faults": told_faults(desk, found.faults),
            **curve_parts(found, values.get("view", ""), with_current=values.get("knows_current") != "yes"),
            **({} if curves_alone else word_parts(desk, found)),
        }
    )


@router.post("/compare")
def compare(desk: Reader, patient_id: str, values: Typed) -> Response:
    """Every candidate beside the current program; asked once a drag has ended."""
    with desk.unit() as unit:
        row, record = record_of(unit, patient_id)
        unit.audit("read", {"page": "Program editor"}, patient_id=patient_id)
    found = looked(desk, row, record, values)
    return JSONResponse(
        {"sequence": whole_typed(values.get("sequence")), **compare_parts(desk, found.sheet, found.asked)}
    )


@router.post("/band")
def band(desk: Reader, patient_id: str, values: Typed) -> Response:
    """Tone of 10 % and 90 % of simulated patients on the steady day; takes seconds when first asked."""
    row, record = read(desk, patient_id)
    found = looked(desk, row, record, values)
    return JSONResponse(
        {"sequence": whole_typed(values.get("sequence")), "band": band_of(found.sheet, found.asked)}
    )
