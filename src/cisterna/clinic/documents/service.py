"""Adding a document and reading one, in a unit of work that is given."""

from __future__ import annotations

from hashlib import sha256

from cisterna.clinic.database import Unit
from cisterna.clinic.documents import repository
from cisterna.clinic.documents.repository import Paper
from cisterna.clinic.record.service import new_id
from cisterna.errors import Fault, InputError

__all__ = ["ENDINGS", "LARGEST", "add_document", "read_document"]

LARGEST = 10 * 1024 * 1024
"""The largest document in bytes."""

_SIGNS: dict[str, tuple[str, bytes]] = {
    "application/pdf": ("pdf", b"%PDF-"),
    "image/png": ("png", b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": ("jpg", b"\xff\xd8\xff"),
}
_TEXT = "text/plain"
ENDINGS: dict[str, str] = {_TEXT: "txt"} | {kind: ending for kind, (ending, _) in _SIGNS.items()}
"""What is kept: the media types, with the ending of a file of each."""

_LONGEST_TITLE = 200


def add_document(unit: Unit, patient_id: str, title: str, content: bytes) -> Paper:
    """Keep a document; what it is is read from its content, not from its name.

    Raises :class:`~cisterna.errors.InputError` without a title or content, for one that is too large, or of
    a kind that is not kept.
    """
    media_type = _kind(content)
    faults = tuple(_faults(title.strip(), content, media_type))
    if faults or media_type is None:
        raise InputError(*faults)
    paper = Paper(
        id=new_id(),
        title=title.strip(),
        media_type=media_type,
        sha256=sha256(content).hexdigest(),
        added_us=unit.at_us,
        added_by=unit.actor.name,
    )
    repository.insert_document(unit.connection, patient_id, paper, content)
    told = {"title": paper.title, "media_type": media_type, "bytes": len(content), "sha256": paper.sha256}
    unit.audit("add-document", told, patient_id=patient_id, subject=paper.id)
    return paper


def _faults(title: str, content: bytes, media_type: str | None) -> list[Fault]:
    faults = []
    if not title or len(title) > _LONGEST_TITLE:
        faults.append(
            Fault(
                where="title",
                found=f"{len(title)} characters" if title else "nothing",
                allowed=f"1 to {_LONGEST_TITLE} characters",
                remedy="say what the document is",
            )
        )
    if not content:
        faults.append(
            Fault(where="file", found="no content", allowed="a file", remedy="choose the file once more")
        )
    elif len(content) > LARGEST:
        faults.append(
            Fault(
                where="file",
                found=f"{len(content) / 1024 / 1024:.1f} MiB",
                allowed=f"at most {LARGEST // 1024 // 1024} MiB",
                remedy="scan it in grey or at a lower resolution",
            )
        )
    elif media_type is None:
        faults.append(
            Fault(
                where="file",
                found="a file of another kind",
                allowed="PDF, PNG, JPEG or plain text in UTF-8",
                remedy="save it as PDF and choose that",
            )
        )
    return faults


def _kind(content: bytes) -> str | None:
    """What the content is, by its first bytes; text is what is UTF-8 without control signs."""
    for kind, (_, sign) in _SIGNS.items():
        if content.startswith(sign):
            return kind
    try:
        text = content[:LARGEST].decode("utf-8")
    except UnicodeDecodeError:
        return None
    return _TEXT if all(sign.isprintable() or sign in "\r\n\t\ufeff" for sign in text) else None


def read_document(unit: Unit, patient_id: str, document_id: str) -> tuple[Paper, bytes]:
    """A document with its content; the audit keeps who read it."""
    paper, content = repository.content_of(unit.connection, patient_id, document_id)
    unit.audit("read-document", {"title": paper.title}, patient_id=patient_id, subject=document_id)
    return paper, content
