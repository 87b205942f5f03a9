"""The clinic on a port of this machine: an account of every role, invented patients, a browser for each role.

::

    def test_due_lists_everybody(served: Served, browser: Browser) -> None:
        with served.visited(browser, Role.NURSE, "/due", width=390, scheme="dark") as watched:
            assert "Refill" in watched.page.inner_text("main")
            assert violations(watched.page) == []

What a page's own test changes stays for the tests after it in the same module: ``served`` lasts a module.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from starlette.testclient import TestClient
from tests.report.test_browser import AXE, AXE_TAGS, Watched

from cisterna.clinic.accounts import Account, add_account
from cisterna.clinic.accounts.sessions import begin_session
from cisterna.clinic.database import Actor, Database
from cisterna.clinic.database.tables import patient
from cisterna.clinic.demo import InventedPatient, demonstration_day, invented_patients
from cisterna.clinic.demo.beside import identity_of, write_beside
from cisterna.clinic.demo.loading import load_demonstration
from cisterna.clinic.permissions import Role
from cisterna.clinic.projection import project
from cisterna.clinic.record import add_patient, confirmed_ids, record_of
from cisterna.clinic.settings import site_choices
from cisterna.clinic.web.app import create_app
from cisterna.clinic.web.desk import COOKIE
from cisterna.instants import utc

__all__ = [
    "PASSWORD",
    "Served",
    "add_accounts",
    "add_invented",
    "answering",
    "serve_clinic",
    "serve_demonstration",
    "violations",
]

PASSWORD = "five invented words here"
NAMES: Mapping[Role, str] = {
    Role.ADMINISTRATOR: "Ada Owl",
    Role.PHYSICIAN: "Dr Tess Crane",
    Role.NURSE: "Ruth Heron",
    Role.THERAPIST: "Mina Finch",
    Role.SCHEDULER: "Lou Martin",
    Role.EMERGENCY_READER: "Sam Rook",
}
RECORDER = Actor(name="Recorder (invented)", role="nurse")
"""Who recorded the invented patients, so that every account may confirm what was recorded."""
_SEED = 7


@dataclass(frozen=True, kw_only=True)
class Served:
    """A clinic that answers at ``address``; ``patients`` are ids by the hospital's number."""

    address: str
    app: FastAPI
    database: Database
    accounts: Mapping[Role, Account]
    patients: Mapping[str, str]
    told: Mapping[str, InventedPatient] = field(default_factory=dict, repr=False)

    def token(self, role: Role) -> str:
        """The token of a new log-in of the account with this role."""
        account = self.accounts[role]
        with self.database.unit(account.actor) as unit:
            return begin_session(unit, account, second_factor_due=False)

    def client(self, role: Role | None = None) -> TestClient:
        """A client without a browser, logged in as ``role``; it follows no redirects."""
        cookies = {} if role is None else {COOKIE: self.token(role)}
        headers = {"origin": "http://testserver", "accept": "text/html"}
        return TestClient(self.app, headers=headers, cookies=cookies, follow_redirects=False)

    @contextmanager
    def visited(
        self, browser: Browser, role: Role, path: str, *, width: int = 1440, scheme: str = "light"
    ) -> Iterator[Watched]:
        """A page in a browser that is logged in; at the end the console is silent and no other host asked."""
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=cast("Any", scheme)
        )
        context.add_cookies([{"name": COOKIE, "value": self.token(role), "url": self.address}])
        watched = Watched(context.new_page())
        watched.page.goto(self.address + path)
        yield watched
        assert watched.said == [], watched.said
        assert all(url.startswith((self.address, "data:")) for url in watched.asked), watched.asked
        context.close()


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds on a page, each with where."""
    page.evaluate(AXE)
    options = json.dumps({"runOnly": AXE_TAGS, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run(document, {options})")["violations"]
    return [(fault["id"], [node["html"][:200] for node in fault["nodes"]][:3]) for fault in found]


def add_accounts(database: Database) -> dict[Role, Account]:
    """An account of every role; the log-in name is the role, the password :data:`PASSWORD`."""
    with database.unit(RECORDER) as unit:
        return {
            role: add_account(
                unit, login=role.value, name=NAMES[role], role=role, password=PASSWORD, must_change=False
            )
            for role in Role
        }


def add_invented(database: Database, invented: InventedPatient, accounts: Mapping[Role, Account]) -> str:
    """Keep an invented patient: record, confirmations, team and diary; the id."""
    by_name = {account.name: account.id for account in accounts.values()}
    anybody = next(iter(by_name.values()))
    for entry in invented.confirmations:
        by_name.setdefault(entry.by, anybody)
    with database.unit(RECORDER) as unit:
        patient_id = add_patient(unit, identity_of(invented), invented.therapy, keep_ids=True)
        write_beside(unit, patient_id, invented, by_name)
        therapy = record_of(unit, patient_id)[1].therapy
        project(unit, patient_id, therapy, confirmed_ids(unit, patient_id), site_choices(unit.connection))
    return patient_id


@contextmanager
def serve_clinic(database: Database, *, places: Sequence[int] | None = None) -> Iterator[Served]:
    """Serve ``database`` with every role and the invented patients at ``places`` of their list (all)."""
    accounts = add_accounts(database)
    today = demonstration_day(utc(database.clock_us()))
    invented = tuple(invented_patients(_SEED, 44, today))
    chosen = invented if places is None else tuple(invented[place] for place in places)
    patients = {each.identity.number: add_invented(database, each, accounts) for each in chosen}
    app = create_app(database)
    with answering(app) as address:
        yield Served(
            address=address,
            app=app,
            database=database,
            accounts=accounts,
            patients=patients,
            told={each.identity.number: each for each in chosen},
        )


@contextmanager
def serve_demonstration(database: Database) -> Iterator[Served]:
    """Serve the whole demonstration, with an account of every role beside its own."""
    load_demonstration(database)
    accounts = add_accounts(database)
    with database.reading() as connection:
        rows = connection.execute(select(patient.c.number, patient.c.id).order_by(patient.c.number)).all()
    app = create_app(database, demonstration=True)
    with answering(app) as address:
        yield Served(
            address=address,
            app=app,
            database=database,
            accounts=accounts,
            patients={row.number: row.id for row in rows},
        )


@contextmanager
def answering(app: FastAPI) -> Iterator[str]:
    """Where ``app`` answers, on a port of this machine."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
