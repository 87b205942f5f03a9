"""The first start: whoever reads the terminal makes the first administrator, and nobody does so twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from cisterna.clinic.database import open_database
from cisterna.clinic.web.app import create_app

RIGHT = {
    "full_name": "Ada Owl",
    "account": "ada",
    "password": "a quiet owl at noon",
    "password_again": "a quiet owl at noon",
    "code": "ab12-cd34",
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A clinic in which nobody can log in yet."""
    database = open_database(f"sqlite:///{tmp_path / 'clinic.db'}")
    app = create_app(database, setup_code="ab12-cd34")
    headers = {"origin": "http://testserver", "accept": "text/html"}
    yield TestClient(app, headers=headers, follow_redirects=False)
    database.close()


def test_every_door_leads_to_the_first_start(client: TestClient) -> None:
    """Without an account there is one page, and it asks for the code of the terminal."""
    assert client.get("/due").headers["location"] == "/first-start"
    assert client.get("/log-in").headers["location"] == "/first-start"
    page = client.get("/first-start").text
    for field in RIGHT:
        assert f'name="{field}"' in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "wrong"), ("code", ""), ("password", "short"), ("password_again", "another one here"),
        ("account", "?"), ("full_name", " "),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field(client: TestClient, field: str, value: str) -> None:
    """The fault is told, what was typed stays (never a password), and nobody was made."""
    answer = client.post("/first-start", data={**RIGHT, field: value})
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert RIGHT["password"] not in answer.text
    assert client.get("/first-start").status_code == 200


def test_the_code_is_kept_and_read_as_people_type_it(client: TestClient) -> None:
    """Without dashes and in capitals it is the same code; after another fault it still stands there."""
    wrong = client.post("/first-start", data={**RIGHT, "code": "AB12 CD34", "password": "short"})
    assert 'value="AB12 CD34"' in wrong.text
    assert "Code:" not in wrong.text
    made = client.post("/first-start", data={**RIGHT, "code": "AB12 CD34", "zone": "Europe/Madrid"})
    assert made.status_code == 303
    assert 'value="Europe/Madrid"' in client.get("/administration/settings").text


def test_the_first_administrator_is_logged_in_and_the_only_one(client: TestClient) -> None:
    """After the first one the door is closed, to the right code too."""
    made = client.post("/first-start", data=RIGHT)
    assert (made.status_code, made.headers["location"]) == (303, "/administration/accounts")
    assert client.get("/administration").status_code == 200
    again = client.post("/first-start", data={**RIGHT, "account": "magpie"})
    assert again.headers["location"] == "/log-in"
    assert "magpie" not in client.get("/administration/accounts").text
