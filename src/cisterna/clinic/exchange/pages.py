"""What leaves and comes in by the browser: one therapy as a file, everything as one archive."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from cisterna.clinic.exchange import export_everything, export_therapy, import_everything, import_therapy
from cisterna.clinic.permissions import Action
from cisterna.clinic.record import Identity
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.clinic.web.patient_frame import patient_frame
from cisterna.errors import Fault, InputError
from cisterna.instants import utc
from cisterna.therapy import Therapy, read_therapy

__all__ = ["router"]

router = APIRouter()
Sender = Annotated[Desk, desk_for(Action.EXPORT_PATIENT)]
Archivist = Annotated[Desk, desk_for(Action.EXPORT_EVERYTHING)]
Importer = Annotated[Desk, desk_for(Action.IMPORT)]
Text = Annotated[str, Form(max_length=1000)]
Upload = Annotated[UploadFile | None, File()]
_HERE = "/administration/exchange"
_LABELS = {
    "number": "Number",
    "family_name": "Family name",
    "given_name": "Given name",
    "therapy": "Therapy file",
    "archive": "Archive",
}


# ----------------------------------------------------------------------------- one patient


@router.get("/patients/{patient_id}/export")
def before_export(desk: Sender, patient_id: str) -> Response:
    """What will leave, and what will not."""
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Export")
    return desk.page("exchange/patient.html", title="Export", place="/patients", **frame.values)


@router.post("/patients/{patient_id}/export")
def export_patient(desk: Sender, patient_id: str) -> Response:
    """The therapy as a file that every command of Cisterna reads; no name, number or contact in it."""
    with desk.unit() as unit:
        made = export_therapy(unit, patient_id)
    attached = {"content-disposition": f'attachment; filename="therapy-{patient_id[:8]}.toml"'}
    return Response(made.text, media_type="application/toml", headers=attached)


# ------------------------------------------------------------------------------ everything


@router.get(_HERE)
def exchange(desk: Archivist) -> Response:
    """The archive, and what may be imported."""
    return _page(desk, EMPTY)


@router.post(f"{_HERE}/export")
def export_all(desk: Archivist) -> Response:
    """Everything in one archive: records, identities, documents, settings, audit; no password."""
    folder = tempfile.TemporaryDirectory(prefix="cisterna-export-")
    name = f"cisterna-{utc(desk.now_us):%Y-%m-%d-%H%M%S}.zip"
    target = Path(folder.name) / name
    try:
        export_everything(desk.database, target, desk.actor)
    except BaseException:
        folder.cleanup()
        raise
    task = BackgroundTask(folder.cleanup)
    return FileResponse(target, media_type="application/zip", filename=name, background=task)


@router.post(f"{_HERE}/patient")
def import_patient(
    desk: Importer, number: Text = "", family_name: Text = "", given_name: Text = "", therapy: Upload = None
) -> Response:
    """A new patient from a therapy file; every fault of the file is told with its line."""
    typed = {"number": number, "family_name": family_name, "given_name": given_name}
    try:
        identity, read = _both(typed, therapy)
        with desk.unit() as unit:
            patient_id = import_therapy(unit, identity, read)
    except InputError as error:
        return _page(desk, FormState(typed, error.faults, _LABELS), 422)
    return desk.go(f"/patients/{patient_id}", "imported")


@router.post(f"{_HERE}/archive")
def import_all(desk: Importer, archive: Upload = None) -> Response:
    """Everything of an archive into a clinic without patients; all of it or nothing."""
    try:
        with _on_disk(archive, "archive") as file:
            import_everything(desk.database, file, desk.actor)
    except InputError as error:
        faults = tuple(fault.at("archive") for fault in error.faults)
        return _page(desk, FormState({}, faults, _LABELS), 422)
    return desk.go("/administration", "imported")


def _page(desk: Desk, form: FormState, status: int = 200) -> Response:
    return desk.page(
        "exchange/exchange.html", title="Export and import", place="/administration", form=form, status=status
    )


def _both(typed: dict[str, str], therapy: UploadFile | None) -> tuple[Identity, Therapy]:
    """Who and what, or every fault of both."""
    faults: list[Fault] = []
    identity, read = None, None
    try:
        identity = Identity(
            number=typed["number"], family_name=typed["family_name"], given_name=typed["given_name"]
        )
    except InputError as error:
        faults.extend(error.faults)
    try:
        with _on_disk(therapy, "therapy") as file:
            read = read_therapy(file)
    except InputError as error:
        faults.extend(fault.at("therapy", fault.line) for fault in map(_placed, error.faults))
    if identity is None or read is None:
        raise InputError(*faults)
    return identity, read


def _placed(fault: Fault) -> Fault:
    """A fault of a file whose place goes into what was found, since the field is the whole file."""
    line = f"line {fault.line}, " if fault.line is not None else ""
    return Fault(
        where=fault.where,
        found=f"{line}{fault.where}: {fault.found}",
        allowed=fault.allowed,
        remedy=fault.remedy,
    )


@contextmanager
def _on_disk(upload: UploadFile | None, field: str) -> Iterator[Path]:
    """What was sent as a file, for as long as it is read."""
    content = b"" if upload is None else upload.file.read()
    if not content:
        raise InputError(Fault(where=field, found="no file", allowed="a file", remedy="choose one"))
    with tempfile.TemporaryDirectory(prefix="cisterna-import-") as folder:
        file = Path(folder) / field
        file.write_bytes(content)
        yield file
