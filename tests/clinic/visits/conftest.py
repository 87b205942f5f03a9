"""A child with a pump, a clock in September, and a driver that fills in the steps of a refill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from tests.clinic.conftest import Clock
from tests.clinic.served import PASSWORD, RECORDER, add_accounts

from cisterna.clinic.accounts import Account
from cisterna.clinic.accounts.sessions import begin_session
from cisterna.clinic.database import Database
from cisterna.clinic.permissions import Role
from cisterna.clinic.record import Identity, add_patient, record_of
from cisterna.clinic.settings.site import change_setting
from cisterna.clinic.web.app import create_app
from cisterna.clinic.web.desk import COOKIE
from cisterna.instants import instant_us
from cisterna.therapy import Event, Therapy, read_therapy

CHILD = Path(__file__).parents[3] / "examples" / "child-start-and-titration.toml"
NOW = datetime.fromisoformat("2026-09-08T10:30:00+02:00")
DAY = "2026-09-08"


def at(clock: str, name: str = "at") -> dict[str, str]:
    """The two fields of an instant on the day of the visit."""
    return {f"{name}_day": DAY, f"{name}_time": clock}


ROUTINE: Mapping[str, Mapping[str, str]] = {
    "identity": {
        "patient": "yes", "pump": "yes", "allergies": "none", "illness": "no", "wound": "sound",
    },
    "review": {"scale": "ashworth-1-5", "legs": "2.2", "arms": "2", "goals": "sleeps through"},
    "interrogate": {
        **at("09:10"), "reservoir": "5.6", "daily_dose": "185", "mode": "simple-continuous", "alarm": "none",
    },
    "drug": {
        "drug": "baclofen", "concentration": "500", "prepared": "20", "lot": "DEMO-B7702",
        "expiry": "2027-06-30", "order": "yes",
    },
    "skin": {"prepared": "yes", "anaesthetic": "cream", "found_by": "template"},
    "port": {"reservoir_port": "yes", "to_the_stop": "yes"},
    "aspirate": {"withdrawn": "5.9", **at("09:31"), "fluid": "clear", "air": "yes"},
    "doubt": {"sure": "yes", "how": "free flow"},
    "fill": {"injected": "20", **at("09:36"), "measured": "19.6", "rinsed": "no"},
    "bridge": {"program": "unchanged", **at("09:40", "opened"), **at("09:44")},
    "compare": {"read_reservoir": "yes"},
    "dates": {**at("09:50"), "reservoir": "20", "daily_dose": "185", "ended": "running", "printed": "yes"},
    "book": {"at_day": "2026-10-14", "at_time": "09:00", "with_whom": "Ruth Heron"},
    "teach": {"too_little": "yes", "too_much": "yes", "call": "yes", "whom": "the mother"},
    "observe": {**at("10:20", "until"), "state": "yes", "letter": "yes", "card": "yes"},
}  # fmt: skip
"""A refill without anything out of the ordinary."""


@dataclass
class Team:
    """The clinic with every role; a client is one person at one screen."""

    database: Database
    accounts: Mapping[Role, Account]
    patient_id: str
    app: object = field(repr=False, default=None)

    def client(self, role: Role) -> TestClient:
        account = self.accounts[role]
        with self.database.unit(account.actor) as unit:
            token = begin_session(unit, account, second_factor_due=False)
        headers = {"origin": "http://testserver", "accept": "text/html"}
        return TestClient(
            self.app,  # type: ignore[arg-type]
            headers=headers,
            cookies={COOKIE: token},
            follow_redirects=False,
        )

    def therapy(self) -> Therapy:
        with self.database.unit(RECORDER) as unit:
            return record_of(unit, self.patient_id)[1].therapy

    def new_events(self, before: int) -> list[Event]:
        return list(self.therapy().events[before:])


@dataclass
class Visit:
    """A visit at one screen."""

    team: Team
    client: TestClient
    address: str

    @classmethod
    def begun(cls, team: Team, role: Role = Role.NURSE) -> Visit:
        client = team.client(role)
        answer = client.post(f"/patients/{team.patient_id}/refills")
        assert answer.status_code == 303, answer.text
        return cls(team, client, answer.headers["location"])

    def place(self, step: str) -> str:
        """The hidden place of what was last saved, as the page shows it."""
        page = self.client.get(f"{self.address}/{step}").text
        return page.partition('name="place" value="')[2].partition('"')[0]

    def post(self, step: str, how: str = "next", **changed: str) -> Response:
        fields = {**ROUTINE[step], **changed, "do": how, "place": self.place(step)}
        return self.client.post(f"{self.address}/{step}", data=fields)

    def second(self, step: str, login: str = "physician", password: str = PASSWORD) -> Response:
        data = {"second_login": login, "second_password": password, "place": self.place(step)}
        return self.client.post(f"{self.address}/{step}/second", data=data)

    def until(self, last: str, **changed: Mapping[str, str]) -> None:
        """Go on through the steps up to ``last``, it included, each right."""
        for step in ROUTINE:
            typed = changed.get(step, {})
            if step == "drug":
                self.post(step, "save", **typed)
                assert self.second(step).status_code == 303
            answer = self.post(step, **typed)
            assert answer.status_code == 303, (step, told(answer))
            if step == last:
                return


def told(answer: Response) -> list[str]:
    """The faults that a page lists."""
    part = answer.text.partition("data-faults>")[2].partition("</ul>")[0]
    texts = [piece.partition("</li>")[0] for piece in part.split("<li>")[1:]]
    return ["".join(bit.partition(">")[2] for bit in f">{text}".split("<")) for text in texts]


@pytest.fixture
def clock() -> Clock:
    """A clock in September 2026."""
    made = Clock()
    made.now_us = instant_us(NOW)
    return made


@pytest.fixture
def clinic(database: Database) -> Team:
    """A clinic in Madrid with the child of the example."""
    return made_clinic(database)


def made_clinic(database: Database) -> Team:
    """The clinic on an empty database."""
    accounts = add_accounts(database)
    with database.unit(RECORDER) as unit:
        change_setting(unit, "zone", "Europe/Madrid")
        who = Identity(number="DEMO 1", family_name="INVENTED", given_name="Ina")
        patient_id = add_patient(unit, who, read_therapy(CHILD))
    return Team(database, accounts, patient_id, create_app(database))
