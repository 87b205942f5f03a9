"""Documents: what is kept is what was given, and nothing else is."""

from __future__ import annotations

from hashlib import sha256

import pytest
from sqlalchemy import func, select
from tests.clinic.served import Served

from cisterna.clinic.database.tables import audit, document
from cisterna.clinic.documents.service import LARGEST
from cisterna.clinic.permissions import Action, Role, may

PDF = b"%PDF-1.7\ninvented letter\n%%EOF"


def address(served: Served) -> str:
    """The documents of a patient."""
    return f"/patients/{next(iter(served.patients.values()))}/documents"


def count(served: Served) -> int:
    """How many documents there are."""
    with served.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(document)).scalar_one())


@pytest.mark.parametrize("role", Role)
def test_a_document_comes_back_as_it_was_given(served: Served, role: Role) -> None:
    """The clinical team adds and reads; the download is a file, never a page; both stand in the audit."""
    client = served.client(role)
    answer = client.post(address(served), data={"title": "Letter"}, files={"file": ("x.pdf", PDF)})
    if not may(role, Action.ADD_DOCUMENT):
        assert answer.status_code == 403
        return
    assert answer.status_code == 303
    with served.database.reading() as connection:
        row = connection.execute(select(document).order_by(document.c.added_us.desc())).first()
        assert row is not None
        kept_id = row.id
    assert row.sha256 == sha256(PDF).hexdigest()
    got = client.get(f"{address(served)}/{kept_id}")
    assert got.content == PDF
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["x-content-type-options"] == "nosniff"
    with served.database.reading() as connection:
        done = set(connection.execute(select(audit.c.action).where(audit.c.subject == kept_id)).scalars())
    assert done == {"add-document", "read-document"}


@pytest.mark.parametrize(
    ("content", "title", "where"),
    [
        (b"", "Letter", "file"),
        (b"<html><script>x</script>\x00", "Letter", "file"),
        (b"MZ\x90\x00 program", "Letter", "file"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * LARGEST, "Letter", "file"),
        (PDF, " ", "title"),
    ],
)
def test_what_is_not_kept_is_refused_at_its_field(
    served: Served, content: bytes, title: str, where: str
) -> None:
    """No content, another kind, one too large or without a title: a fault, and nothing is kept."""
    before = count(served)
    client = served.client(Role.NURSE)
    answer = client.post(address(served), data={"title": title}, files={"file": ("a.png", content)})
    assert answer.status_code == 422
    assert f"#field-{where}" in answer.text
    assert count(served) == before


def test_a_document_belongs_to_its_patient(served: Served) -> None:
    """A document is not found under another patient."""
    client = served.client(Role.NURSE)
    client.post(address(served), data={"title": "Letter"}, files={"file": ("x.pdf", PDF)})
    with served.database.reading() as connection:
        kept_id, whose = connection.execute(select(document.c.id, document.c.patient_id)).first() or ("", "")
    other = next(each for each in served.patients.values() if each != whose)
    assert client.get(f"/patients/{whose}/documents/{kept_id}").status_code == 200
    assert client.get(f"/patients/{other}/documents/{kept_id}").status_code == 404
