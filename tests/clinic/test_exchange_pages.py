"""Export and import by the browser: the file that leaves is the one that comes in, and faults are told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.clinic.served import PASSWORD, Served, add_accounts

from cisterna.clinic.audit import Query, search
from cisterna.clinic.database import Database
from cisterna.clinic.permissions import Role
from cisterna.clinic.web.app import create_app
from cisterna.therapy import loads

HERE = "/administration/exchange"
CHILD = Path(__file__).parents[2] / "examples" / "child-start-and-titration.toml"
WHO = {"number": "DEMO-9001", "family_name": "INVENTED", "given_name": "Ida"}


def test_an_exported_therapy_holds_every_event_and_no_name(served: Served) -> None:
    """The file reads as a therapy of as many events as the record, without name or number of the patient."""
    number, patient_id = next(iter(served.patients.items()))
    client = served.client(Role.NURSE)
    assert client.get(f"/patients/{patient_id}/export").status_code == 200
    answer = client.post(f"/patients/{patient_id}/export")
    who = served.told[number].identity
    assert len(loads(answer.text).events) == len(served.told[number].therapy.events)
    for word in (who.number, who.family_name, who.given_name):
        assert word not in answer.text
    assert patient_id not in answer.headers["content-disposition"]
    with served.database.reading() as connection:
        assert search(connection, Query(action="export-patient", patient_id=patient_id))


def test_a_therapy_file_becomes_a_patient(served: Served) -> None:
    """The file of an example is imported under a name; a number that is taken is refused, kindly."""
    client = served.client(Role.ADMINISTRATOR)
    file = {"therapy": ("child.toml", CHILD.read_bytes(), "application/toml")}
    made = client.post(f"{HERE}/patient", data=WHO, files=file)
    assert made.status_code == 303, made.text[:300]
    assert made.headers["location"].startswith("/patients/")
    again = client.post(f"{HERE}/patient", data=WHO, files=file)
    assert again.status_code == 422
    assert 'value="INVENTED"' in again.text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no file"),
        (b"schema = 1\n[patient]\n", "patient.label"),
        (b"\xff\xfe", "UTF-8"),
        (b"x = [", "TOML"),
    ],
)
def test_every_fault_of_a_file_and_of_the_name_is_told(served: Served, content: bytes, told: str) -> None:
    """What is wrong with the file stands beside its field, what is wrong with the name beside its own."""
    answer = served.client(Role.ADMINISTRATOR).post(
        f"{HERE}/patient",
        data={**WHO, "given_name": " "},
        files={"therapy": ("x.toml", content, "application/toml")},
    )
    assert answer.status_code == 422
    assert told in answer.text
    assert 'href="#field-given_name"' in answer.text
    assert 'href="#field-therapy"' in answer.text


def test_an_archive_goes_into_an_empty_clinic_and_no_other(
    served: Served, tmp_path: Path, opened: Callable[[str], Database]
) -> None:
    """What one clinic exports another holds after the import; a damaged archive is refused whole."""
    content = served.client(Role.ADMINISTRATOR).post(f"{HERE}/export").content
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    database = opened(f"sqlite:///{tmp_path / 'other.db'}")
    add_accounts(database)
    other = TestClient(create_app(database), headers={"origin": "http://testserver"}, follow_redirects=False)
    other.post("/log-in", data={"account": "administrator", "password": PASSWORD})
    for wrong in (content[:-500], b"nothing of the kind"):
        refused = other.post(f"{HERE}/archive", files={"archive": ("a.zip", wrong, "application/zip")})
        assert refused.status_code == 422
        assert 'href="#field-archive"' in refused.text
    done = other.post(f"{HERE}/archive", files={"archive": ("a.zip", content, "application/zip")})
    assert done.status_code == 303, done.text[:300]
    other.post("/log-in", data={"account": "administrator", "password": PASSWORD})  # log-ins are not archived
    assert "Everything is whole" in other.post("/administration/integrity").text
    into_full = served.client(Role.ADMINISTRATOR).post(
        f"{HERE}/archive", files={"archive": ("a.zip", content, "application/zip")}
    )
    assert into_full.status_code == 422
