"""The rows of documents."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from cisterna.clinic.database.tables import document
from cisterna.errors import NotFoundError

__all__ = ["Paper", "content_of", "documents_of", "insert_document"]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document without its content."""

    id: str
    title: str
    media_type: str
    sha256: str
    added_us: int
    added_by: str


_COLUMNS = (
    document.c.id,
    document.c.title,
    document.c.media_type,
    document.c.sha256,
    document.c.added_us,
    document.c.added_by,
)


def documents_of(connection: Connection, patient_id: str) -> tuple[Paper, ...]:
    """The documents of a patient, the last one first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(document.c.patient_id == patient_id)
        .order_by(document.c.added_us.desc(), document.c.id)
    )
    return tuple(Paper(**row._mapping) for row in rows)  # noqa: SLF001  the documented way to the names of a row


def content_of(connection: Connection, patient_id: str, document_id: str) -> tuple[Paper, bytes]:
    """A document of a patient; :class:`~cisterna.errors.NotFoundError` where there is none of this id."""
    row = connection.execute(
        select(*_COLUMNS, document.c.content).where(
            document.c.id == document_id, document.c.patient_id == patient_id
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError("The patient has no such document.")
    told = dict(row._mapping)  # noqa: SLF001  the documented way to the names of a row
    content = told.pop("content")
    return Paper(**told), bytes(content)


def insert_document(connection: Connection, patient_id: str, paper: Paper, content: bytes) -> None:
    """Keep a document."""
    connection.execute(
        insert(document).values(
            id=paper.id,
            patient_id=patient_id,
            title=paper.title,
            media_type=paper.media_type,
            content=content,
            sha256=paper.sha256,
            added_us=paper.added_us,
            added_by=paper.added_by,
        )
    )
