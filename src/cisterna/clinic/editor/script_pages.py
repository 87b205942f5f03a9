"""The answers to the script of the editor, as JSON; nothing of them is recorded."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from cisterna.clinic.editor.edits import edited_texts
from cisterna.clinic.editor.parts import compare_parts, preview_parts, told_faults
from cisterna.clinic.editor.reading import looked, read, sheet_of
from cisterna.clinic.permissions import Action
from cisterna.clinic.record import record_of
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.tongue import Tongue
from cisterna.clinic.web.typed import Typed, whole_typed

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/program")
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]


@router.post("/preview")
def preview(desk: Reader, patient_id: str, values: Typed) -> Response:
    """What the candidate in hand does; asked at each move of a drag, so nothing is written."""
    row, record = read(desk, patient_id)
    edit = edited_texts(record.therapy, values)
    sheet = sheet_of(desk, record.therapy.zone, edit.texts)
    asked, (facts, faults) = looked(desk, row, record, sheet)
    return JSONResponse(
        {
            "sequence": whole_typed(values.get("sequence")),
            "typed": dict(edit.texts) if values.get("do") else None,
            "notes": [Tongue(desk.language).told(note) for note in edit.notes],
            "faults": told_faults(desk, (*edit.faults, *faults)),
            **preview_parts(desk, sheet, facts, asked, values.get("view", "")),
        }
    )


@router.post("/compare")
def compare(desk: Reader, patient_id: str, values: Typed) -> Response:
    """Every candidate beside the current program, and the band; asked once a drag has ended."""
    with desk.unit() as unit:
        row, record = record_of(unit, patient_id)
        unit.audit("read", {"page": "Program editor"}, patient_id=patient_id)
    sheet = sheet_of(desk, record.therapy.zone, values)
    asked, _ = looked(desk, row, record, sheet)
    return JSONResponse(
        {
            "sequence": whole_typed(values.get("sequence")),
            **compare_parts(desk, sheet, asked),
        }
    )
