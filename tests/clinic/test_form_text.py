"""The text of every form: what cannot be kept is told beside its field, and nothing typed is lost."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Browser
from sqlalchemy import func, select
from tests.clinic.served import PASSWORD, Served, violations
from tests.clinic.test_routes import filled, routes

from cisterna.clinic.database import Database
from cisterna.clinic.database.tables import patient
from cisterna.clinic.permissions import Action, Role, may
from cisterna.clinic.record import Identity
from cisterna.errors import InputError

NEW = {"number": "N-1", "family_name": "Long", "given_name": "An\x00na", "born": "2010-01-01"}


def shown(text: str, name: str) -> str:
    """What stands in a field of a page."""
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', text) or re.search(
        rf'<textarea[^>]*name="{name}"[^>]*>\n?([^<]*)<', text
    )
    assert found, name
    return html.unescape(found[1])


def posting(served: Served) -> Iterator[tuple[str, APIRoute, Role]]:
    """Every route that takes a form, with a role that may use it."""
    for method, path, route in routes(served.app):
        actions = [each.call.action for each in route.dependant.dependencies if hasattr(each.call, "action")]  # type: ignore[union-attr]
        if method == "POST" and actions:
            yield path, route, next(role for role in Role if may(role, actions[0]))


def test_no_form_takes_a_hidden_character(served: Served) -> None:
    """Whatever the field and the route: the answer is the form again, before anything was done with it."""
    clients = {role: served.client(role) for role in Role}
    tried = 0
    for path, _, role in posting(served):
        answer = clients[role].post(filled(path, served), data={"any_field": "a\x00b"})
        assert answer.status_code == 422, path
        assert "U+0000 after &#39;a&#39;" in answer.text, path
        assert shown(answer.text, "any_field") == "ab"
        tried += 1
    assert tried > 30


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\x85", "\u202e"])
def test_a_name_with_a_hidden_character_is_not_stored(served: Served, sign: str) -> None:
    """Neither by the form nor by any other way: PostgreSQL would not take it back from a backup."""
    client = served.client(Role.PHYSICIAN)
    before = patients(served.database)
    answer = client.post("/patients/new", data={**NEW, "given_name": f"An{sign}na"})
    assert answer.status_code == 422
    assert shown(answer.text, "family_name") == "Long"
    assert shown(answer.text, "given_name") == "Anna"
    assert patients(served.database) == before
    with pytest.raises(InputError, match=f"U\\+{ord(sign):04X}"):
        Identity(number="1", family_name="Long", given_name="Anna", alerts=(f"al{sign}ert",))


def patients(database: Database) -> int:
    """How many there are."""
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(patient)).scalar_one()


def test_every_field_has_a_longest_text_and_says_it(served: Served) -> None:
    """For each field that a route declares with a limit, one character more is a fault that tells it."""
    clients = {role: served.client(role) for role in Role}
    tried = 0
    for path, route, role in posting(served):
        for field in route.dependant.body_params:
            limits = [each.max_length for each in field.field_info.metadata if hasattr(each, "max_length")]
            if not limits:
                continue
            sent = {field.alias: "x" * (limits[0] + 1), "kept_beside": "as typed"}
            answer = clients[role].post(filled(path, served), data=sent)
            assert answer.status_code == 422, path
            assert f"at most {limits[0]:,} characters" in answer.text, (path, field.alias)
            assert shown(answer.text, "kept_beside") == "as typed"
            tried += 1
    assert tried > 40


def test_a_text_that_is_too_long_for_any_field_comes_back_whole(served: Served) -> None:
    """Ten thousand and one characters are told as such and stand in the form again."""
    long = "word " * 2000 + "!"
    answer = served.client(Role.NURSE).post("/patients/find", data={"words": long})
    assert answer.status_code == 422
    assert "Found 10,001 characters; allowed: at most 10,000 characters" in answer.text
    assert shown(answer.text, "words") == long


def test_no_password_is_sent_back(served: Served) -> None:
    """A password beside a faulty field is asked for again, never shown."""
    sent = {"account": "a" * 1001, "password": PASSWORD}
    answer = served.client().post("/log-in", data=sent)
    assert answer.status_code == 422
    assert PASSWORD not in answer.text
    assert 'name="password" type="password"' in answer.text


def test_an_address_with_a_hidden_character_is_refused(served: Served) -> None:
    """Before it reaches a database that could not compare it."""
    client = served.client(Role.NURSE)
    for address in ("/patients/a%00b", "/due?kind=%00", "/due?kind=%E2%80%AE"):
        assert client.get(address).status_code == 400


def test_an_address_that_a_page_does_not_take_is_told_in_words(served: Served) -> None:
    """Never as JSON."""
    client = served.client(Role.ADMINISTRATOR)
    answer = client.post("/implants", data={"page": "0"})
    assert answer.status_code == 422
    assert "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_goes_on_once_it_is_put_right(served: Served, browser: Browser, scheme: str) -> None:
    """In a browser: a search that was too long is shortened and finds."""
    with served.visited(browser, Role.NURSE, "/patients", scheme=scheme) as watched:
        page = watched.page
        page.evaluate(
            """() => { const form = document.createElement("form"); form.method = "post";
            form.action = "/patients/find"; const field = document.createElement("input");
            field.name = "words"; field.value = "x".repeat(101); form.append(field);
            document.body.append(form); form.submit(); }"""
        )
        page.wait_for_selector("text=Put this right")
        assert violations(page) == []
        page.fill("textarea[name=words]", "DEMO-1005")
        page.click("text=Go on")
        page.wait_for_selector("text=DEMO-1005")
        watched.said.clear()  # the browser notes the answer 422 of a page


def test_a_route_names_its_action_still(served: Served) -> None:
    """The check of the text stands behind the check of the role."""
    refused = served.client(Role.THERAPIST).post("/administration/accounts", data={"name": "\x00"})
    assert refused.status_code == 403
    assert may(Role.ADMINISTRATOR, Action.OWN_ACCOUNT)
