"""The documents of a patient: list, upload, download."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, UploadFile
from fastapi.responses import Response

from cisterna.clinic.documents.repository import documents_of
from cisterna.clinic.documents.service import ENDINGS, LARGEST, add_document, read_document
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.clinic.web.patient_frame import patient_frame
from cisterna.errors import InputError

__all__ = ["router"]

router = APIRouter()
_PLACE = "/patients"


@router.get("/patients/{patient_id}/documents")
def documents(desk: Annotated[Desk, desk_for(Action.SEE_THERAPY)], patient_id: str) -> Response:
    """The list of documents, and the form that adds one."""
    return _page(desk, patient_id, EMPTY)


@router.post("/patients/{patient_id}/documents")
def add(
    desk: Annotated[Desk, desk_for(Action.ADD_DOCUMENT)],
    patient_id: str,
    file: UploadFile | None = None,
    title: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Add a document."""
    content = file.file.read(LARGEST + 1) if file else b""
    try:
        with desk.unit() as unit:
            patient_frame(desk, unit, patient_id, here="Documents")
            add_document(unit, patient_id, title, content)
    except InputError as error:
        return _page(desk, patient_id, FormState({"title": title}, error.faults), status=422)
    return desk.go(f"/patients/{patient_id}/documents", "added")


@router.get("/patients/{patient_id}/documents/{document_id}")
def download(
    desk: Annotated[Desk, desk_for(Action.SEE_THERAPY)], patient_id: str, document_id: str
) -> Response:
    """A document as a file to keep; it is never shown inside the application."""
    with desk.unit() as unit:
        paper, content = read_document(unit, patient_id, document_id)
    name = f"document-{paper.id}.{ENDINGS[paper.media_type]}"
    return Response(
        content,
        media_type=paper.media_type,
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "content-security-policy": "default-src 'none'; sandbox",
            "cache-control": "no-store",
        },
    )


def _page(desk: Desk, patient_id: str, form: FormState, status: int = 200) -> Response:
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Documents")
        papers = documents_of(unit.connection, patient_id)
    return desk.page(
        "documents/list.html", title="Documents", place=_PLACE, status=status, form=form, papers=papers,
        adds=desk.may(Action.ADD_DOCUMENT), largest_mib=LARGEST // 1024 // 1024, zone=frame.therapy.zone,
        kinds={"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG", "text/plain": "text"},
        **frame.values,
    )  # fmt: skip
