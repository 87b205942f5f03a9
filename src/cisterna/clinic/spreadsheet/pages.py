"""Choose the file, match its columns, see what is wrong, import all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, UploadFile
from fastapi.responses import Response

from cisterna.clinic.due.counting import today_of
from cisterna.clinic.permissions import Action
from cisterna.clinic.spreadsheet.matching import (
    DATES,
    DECIMALS,
    FIELDS,
    REQUIRED,
    Matching,
    guessed,
    keep,
    kept,
)
from cisterna.clinic.spreadsheet.reading import LARGEST, MOST_ROWS, Sheet, packed, read_sheet, unpacked
from cisterna.clinic.spreadsheet.service import Trial, import_sheet, tried
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.errors import InputError

__all__ = ["router"]

router = APIRouter(prefix="/administration/spreadsheet")
Importer = Annotated[Desk, desk_for(Action.IMPORT)]
_WIDEST_FIELD = 24 * 1024 * 1024
_EXAMPLES = 3
_LABELS = {name: each.words for name, each in FIELDS.items()} | {"file": "File", "dates": "Days"}


async def _form(request: Request) -> dict[str, str]:
    """The fields of the form; one of them carries the spreadsheet and is large."""
    form = await request.form(max_part_size=_WIDEST_FIELD)
    return {name: text for name, text in form.items() if isinstance(text, str)}


Typed = Annotated[dict[str, str], Depends(_form)]


@router.get("")
def choose(desk: Importer) -> Response:
    """The form for the file."""
    return _choose(desk, EMPTY)


@router.post("")
def match(desk: Importer, file: Annotated[UploadFile | None, File()] = None) -> Response:
    """Read the file and propose which column is which."""
    try:
        sheet = read_sheet(file.file.read(LARGEST + 1) if file else b"")
    except InputError as error:
        return _choose(desk, FormState({}, error.faults, _LABELS), 422)
    with desk.database.reading() as connection:
        matching = guessed(sheet, kept(connection))
    return _page(desk, sheet, matching)


@router.post("/check")
def check(desk: Importer, values: Typed) -> Response:
    """The dry run: every faulty row with its fault; nothing is written but the matching."""
    try:
        sheet = unpacked(values.get("sheet", ""))
    except InputError as error:
        return _choose(desk, FormState({}, error.faults, _LABELS), 422)
    matching = _matching(sheet, values)
    try:
        with desk.unit() as unit:
            keep(unit, matching)
            found = tried(unit.connection, sheet, matching, **_where(desk))
            told = {"what": "spreadsheet", "rows": len(sheet.rows), "faulty": found.faulty_rows}
            unit.audit("try-import", told)
    except InputError as error:
        return _page(desk, sheet, matching, form=FormState(values, error.faults, _LABELS), status=422)
    return _page(desk, sheet, matching, trial=found)


@router.post("/import")
def import_all(desk: Importer, values: Typed) -> Response:
    """Add every patient of the spreadsheet, or none."""
    try:
        sheet = unpacked(values.get("sheet", ""))
    except InputError as error:
        return _choose(desk, FormState({}, error.faults, _LABELS), 422)
    matching = _matching(sheet, values)
    try:
        with desk.unit() as unit:
            found = import_sheet(unit, sheet, matching, **_where(desk))
    except InputError as error:
        return _page(desk, sheet, matching, form=FormState(values, error.faults, _LABELS), status=422)
    if found.faults:
        return _page(desk, sheet, matching, trial=found, status=422)
    return desk.go("/patients", "imported")


def _where(desk: Desk) -> dict[str, Any]:
    return {"today": today_of(desk.choices, desk.now_us), "zone": desk.choices.zone}


def _matching(sheet: Sheet, values: Mapping[str, str]) -> Matching:
    columns = {head: values.get(f"column_{place}", "") for place, head in enumerate(sheet.heads)}
    return Matching(
        columns={head: name for head, name in columns.items() if name},
        dates=values.get("dates", "iso"),
        decimals=values.get("decimals", "point"),
    )


def _choose(desk: Desk, form: FormState, status: int = 200) -> Response:
    return desk.page(
        "spreadsheet/choose.html", title="Patients from a spreadsheet", place="/administration", form=form,
        status=status, largest_mib=LARGEST // 1024 // 1024, most_rows=MOST_ROWS,
        fields=FIELDS, required=REQUIRED,
    )  # fmt: skip


def _page(
    desk: Desk,
    sheet: Sheet,
    matching: Matching,
    *,
    trial: Trial | None = None,
    form: FormState = EMPTY,
    status: int = 200,
) -> Response:
    columns = [
        (place, head, [cells[place] for _, cells in sheet.rows if cells[place]][:_EXAMPLES])
        for place, head in enumerate(sheet.heads)
    ]
    return desk.page(
        "spreadsheet/match.html", title="Patients from a spreadsheet", place="/administration", form=form,
        status=status, sheet=sheet, packed=packed(sheet), columns=columns, matching=matching, trial=trial,
        fields=FIELDS, required=REQUIRED, dates=tuple(DATES), decimals=DECIMALS, zone=desk.choices.zone,
    )  # fmt: skip
