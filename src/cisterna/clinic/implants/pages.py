"""The ledger of all implants, its search for a recall, and the implant record of one patient."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from cisterna.care.devices import devices_of
from cisterna.clinic.implants.repository import Held, Wanted, count_devices, find_devices
from cisterna.clinic.permissions import Action
from cisterna.clinic.visits.implant import IMPLANT
from cisterna.clinic.visits.implant_pages import has_pump
from cisterna.clinic.visits.replacement import REPLACEMENT
from cisterna.clinic.visits.repository import visits_of
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import patient_frame
from cisterna.clinic.web.tables_out import harmless
from cisterna.instants import utc

__all__ = ["router"]

router = APIRouter()
Reader = Annotated[Desk, desk_for(Action.SEE_LEDGER)]
Clinician = Annotated[Desk, desk_for(Action.SEE_THERAPY)]
Text = Annotated[str, Form(max_length=200)]
_A_PAGE = 50
_MOST_EXPORTED = 100_000


@router.get("/implants")
def ledger(desk: Reader, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Response:
    """Every pump and catheter, the newest first."""
    return _page(desk, Wanted(), page)


@router.post("/implants")
def find(
    desk: Reader,
    words: Text = "",
    role: Text = "",
    in_place: Text = "",
    page: Annotated[int, Form(ge=1, le=10_000)] = 1,
) -> Response:
    """The devices of a model, a serial or a lot; for a recall."""
    return _page(desk, _wanted(words, role, in_place), page)


@router.post("/implants/export")
def export(desk: Reader, words: Text = "", role: Text = "", in_place: Text = "") -> Response:
    """The same devices as a table (CSV) with the patients who have them."""
    with desk.unit() as unit:
        found = find_devices(unit.connection, _wanted(words, role, in_place), most=_MOST_EXPORTED)
        unit.audit("export", {"what": "implants", "rows": len(found), "words": words})
    attached = {"content-disposition": 'attachment; filename="implants.csv"'}
    return Response(_csv(found), media_type="text/csv; charset=utf-8", headers=attached)


@router.get("/patients/{patient_id}/implant")
def of_patient(desk: Clinician, patient_id: str) -> Response:
    """The implant record of one patient: what is in place, what was, and what was changed."""
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Implant")
        visits = [
            one
            for kind in (IMPLANT, REPLACEMENT)
            for one in visits_of(unit.connection, patient_id, kind.name)
        ]
    return desk.page(
        "implants/patient.html",
        title="Implant",
        place="/patients",
        devices=tuple(reversed(devices_of(frame.therapy))),
        in_place=has_pump(frame.therapy),
        going_on=next((one for one in visits if one.is_going_on), None),
        may_implant=desk.may(Action.RECORD_IMPLANT),
        may_end=desk.may(Action.END_THERAPY),
        zone=frame.therapy.zone,
        **frame.values,
    )


def _wanted(words: str, role: str, in_place: str) -> Wanted:
    return Wanted(words=words, role=role if role in {"pump", "catheter"} else "", in_place=in_place == "yes")


def _page(desk: Desk, wanted: Wanted, page: int) -> Response:
    with desk.unit() as unit:
        count = count_devices(unit.connection, wanted)
        found = find_devices(unit.connection, wanted, offset=(page - 1) * _A_PAGE, most=_A_PAGE)
        unit.audit("read", {"page": "implants", "words": wanted.words, "rows": count})
    return desk.page(
        "implants/ledger.html",
        title="Implants",
        place="/implants",
        found=found,
        count=count,
        page=page,
        pages=max(1, -(-count // _A_PAGE)),
        form=FormState(
            {"words": wanted.words, "role": wanted.role, "in_place": "yes" if wanted.in_place else ""}
        ),
        zone=desk.choices.zone,
    )


def _csv(found: tuple[Held, ...]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        (
            "number",
            "family_name",
            "given_name",
            "role",
            "model",
            "serial",
            "lot",
            "udi",
            "since",
            "until",
            "ended",
        )
    )
    for held in found:
        writer.writerow([harmless(cell) for cell in _cells(held)])
    return out.getvalue()


def _cells(held: Held) -> Iterator[str]:
    one = held.device
    yield from (held.number, held.family_name, held.given_name, one.role, one.model)
    yield from (one.serial or "", one.lot or "", one.udi or "", utc(one.since_us).date().isoformat())
    yield from ("" if one.until_us is None else utc(one.until_us).date().isoformat(), one.ended or "")
