"""Every route: who may ask for it, that nobody else may, and what it always answers with."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient
from tests.clinic.served import Served

from cisterna.clinic.database import Database, open_database
from cisterna.clinic.permissions import Action, Role, may
from cisterna.clinic.web.app import PUBLIC, create_app

DOORS = {"/second-factor"}
"""Routes of somebody who gave the password and not yet the code: they send everybody else away."""


def routes(app: FastAPI) -> Iterator[tuple[str, str, APIRoute]]:
    """Method, path and route of everything that answers."""
    for included in app.routes:
        for route in included.original_router.routes:  # type: ignore[attr-defined]
            for method in sorted(route.methods - {"HEAD", "OPTIONS"}):
                yield method, route.path, route


def action_of(route: APIRoute) -> Action | None:
    """The action that a route names, found among what it depends on."""
    named = [
        dependency.call.action  # type: ignore[union-attr]
        for dependency in route.dependant.dependencies
        if hasattr(dependency.call, "action")
    ]
    assert len(named) <= 1, f"{route.path} names more than one action"
    return named[0] if named else None


def filled(path: str, served: Served | None = None) -> str:
    """A path with its places filled: by a patient that is there, by nonsense elsewhere."""
    patient = next(iter(served.patients.values())) if served else "0" * 16
    return re.sub(r"\{([^}:]*)[^}]*\}", lambda m: patient if m[1] == "patient_id" else "f" * 16, path)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """An application on a database that nobody uses."""
    database: Database = open_database(f"sqlite:///{tmp_path_factory.mktemp('routes') / 'clinic.db'}")
    yield create_app(database)
    database.close()


def test_every_route_names_an_action_or_is_one_of_those_that_are_open(empty: FastAPI) -> None:
    """A new route is closed until somebody says who may use it; the open ones stand in one list."""
    found = list(routes(empty))
    assert len(found) > 30
    unnamed = {path for _, path, route in found if action_of(route) is None}
    assert unnamed == PUBLIC | DOORS


def test_every_action_is_asked_by_some_route(empty: FastAPI) -> None:
    """Nothing in the table of roles is dead."""
    asked = {action_of(route) for _, _, route in routes(empty)}
    assert {action for action in Action if action not in asked} == set()


def test_every_route_without_a_session_sends_to_log_in(served: Served) -> None:
    """303 or 401, whatever is sent; the open routes answer for themselves."""
    client = served.client()
    for method, path, _ in routes(served.app):
        answer = client.request(method, filled(path, served))
        if path in PUBLIC:
            assert answer.status_code < 500, (method, path)
        else:
            assert answer.status_code in {303, 401}, (method, path, answer.status_code)


@pytest.mark.parametrize("role", list(Role))
def test_every_route_of_another_role_is_refused(served: Served, role: Role) -> None:
    """403 for what the table does not allow, and never for what it allows."""
    client = served.client(role)
    for method, path, route in routes(served.app):
        action = action_of(route)
        if action is None or path == "/log-out":
            continue
        answer = client.request(method, filled(path, served))
        if may(role, action):
            assert answer.status_code < 500, (method, path, answer.status_code)
        else:
            assert answer.status_code == 403, (method, path, answer.status_code)


def test_a_change_that_another_site_asks_for_is_refused(served: Served) -> None:
    """A form on another site, or a program that does not say where it comes from, changes nothing."""
    token = served.token(Role.NURSE)
    for headers in ({"origin": "http://evil.invalid"}, {"sec-fetch-site": "cross-site"}, {}):
        client = TestClient(
            served.app, headers=headers, cookies={"cisterna_session": token}, follow_redirects=False
        )
        assert client.post("/log-out").status_code == 403
    assert served.client(Role.NURSE).get("/sheets").status_code == 200


def test_what_is_too_long_or_does_not_say_how_long_it_is_is_refused(served: Served) -> None:
    """Nothing is read of a request that would fill the disk."""
    client = served.client(Role.NURSE)
    assert client.post("/log-out", headers={"content-length": str(65 * 1024 * 1024)}).status_code == 413
    assert client.post("/log-out", content=iter([b"a", b"b"])).status_code == 411
    assert client.get("/sheets").status_code == 200


def test_every_answer_has_the_strict_headers(served: Served) -> None:
    """Policy, no sniffing, no frames, no referrer, and no cache but for files whose address is their hash."""
    client = served.client(Role.NURSE)
    for path in ("/sheets", "/nowhere", "/health"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
    css = re.search(r'href="(/assets/clinic-[^"]+)"', client.get("/sheets").text)
    assert css
    assert "immutable" in client.get(css[1]).headers["cache-control"]


def test_the_log_has_one_line_for_each_request_and_no_data(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    """Method, the route with its places unfilled, status, duration; no id, no name, no searched word."""
    told = next(iter(served.told.values()))
    patient_id = served.patients[told.identity.number]
    client = served.client(Role.NURSE)
    with caplog.at_level(logging.INFO, logger="cisterna.clinic"):
        client.get(f"/patients/{patient_id}/implant?secret=word")
        client.post("/implants", data={"words": told.identity.family_name})
        client.get(f"/nowhere/{told.identity.family_name}")
    lines = [json.loads(record.message) for record in caplog.records]
    assert [line["route"] for line in lines] == ["/patients/{patient_id}/implant", "/implants", "unknown"]
    assert {tuple(sorted(line)) for line in lines} == {("incident", "method", "ms", "route", "status")}
    said = caplog.text
    for secret in (patient_id, told.identity.family_name, told.identity.number, "secret"):
        assert secret not in said
