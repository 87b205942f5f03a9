"""A child after a screening trial, a clock in September, and a driver that fills in an implant visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from httpx2 import Response
from tests.clinic.conftest import Clock
from tests.clinic.served import PASSWORD, RECORDER, add_accounts
from tests.clinic.visits.conftest import NOW, Team, Visit, at, told

from cisterna.clinic.accounts import add_account
from cisterna.clinic.database import Database
from cisterna.clinic.permissions import Role
from cisterna.clinic.record import Identity, add_patient
from cisterna.clinic.settings.site import change_setting
from cisterna.clinic.web.app import create_app
from cisterna.instants import instant_us
from cisterna.therapy import LumbarBolus, Patient, Therapy
from cisterna.units import BodyWeight, Mass

TRIED = datetime.fromisoformat("2026-08-20T10:00:00+02:00")
SCREENED = Therapy(
    patient=Patient(label="invented girl", born=date(2018, 2, 11), weight=BodyWeight(21)),
    events=(
        LumbarBolus(
            at=datetime.fromisoformat("2026-08-20T10:00:00+02:00"),
            id="l",
            dose=Mass(50),
            level="L3",
            by="Before",
        ),
    ),
)

STEPS: Mapping[str, Mapping[str, str]] = {
    "identity": {"right": "yes", "infection": "no", "team": "Dr Crane", "antibiotic": "cefazolin, 07:50"},
    "pump": {
        "model": "synchromed-ii-20", **at("08:30"), "serial": "INV-1", "lot": "L-9", "udi": "(01)0001",
        "side": "left", "plane": "subfascial",
    },
    "catheter": {
        "model": "ascenda-8780", "serial": "INV-C", "lot": "L-C", "trimmed": "52", "tip": "T10",
        "image": "fluoroscopy",
    },
    "fill": {
        "concentration": "500", "injected": "18", **at("08:50"), "lot": "B7702", "expiry": "2027-06-30",
    },
    "prime": {"parts": "pump+catheter", **at("09:00")},
    "program": {
        "lasted": "6", "adverse": "no", "mode": "simple-continuous", "daily_dose": "100",
        **at("09:20", "opened"), **at("09:30"), "reason": "start after the trial",
    },
    "summary": {**at("10:00"), "daily_dose": "100", "ended": "running"},
    "after": {"where": "ward 3, until tomorrow", "whom": "the mother", "card": "yes"},
}  # fmt: skip
"""An implant without anything out of the ordinary."""


@dataclass
class Implanting(Visit):
    """An implant visit at one screen."""

    @classmethod
    def begun(cls, team: Team, role: Role = Role.PHYSICIAN) -> Implanting:
        client = team.client(role)
        answer = client.post(f"/patients/{team.patient_id}/implant")
        assert answer.status_code == 303, answer.text
        return cls(team, client, answer.headers["location"])

    def post(self, step: str, how: str = "next", **changed: str) -> Response:
        fields = {**STEPS[step], **changed, "do": how, "place": self.place(step)}
        return self.client.post(f"{self.address}/{step}", data=fields)

    def until(self, last: str, **changed: Mapping[str, str]) -> None:
        """Go on through the steps up to ``last``, it included, each right; two people look at the drug."""
        for step in STEPS:
            typed = changed.get(step, {})
            if step in {"fill", "summary"}:
                self.post(step, "save", **typed)
                if step == "fill":
                    assert self.second_by_nurse(step).status_code == 303
            answer = self.post(step, **typed)
            assert answer.status_code == 303, (step, told(answer))
            if step == last:
                return

    def second_by_nurse(self, step: str) -> Response:
        """Somebody else who may make an implant visit: the second physician."""
        return self.second(step, login="second")


@pytest.fixture
def clock() -> Clock:
    """A clock in September 2026."""
    made = Clock()
    made.now_us = instant_us(NOW)
    return made


@pytest.fixture
def clinic(database: Database) -> Team:
    """A clinic in Madrid with a child who has no pump yet, and a second physician."""
    return made_clinic(database)


def made_clinic(database: Database, therapy: Therapy = SCREENED) -> Team:
    """The clinic on an empty database."""
    accounts = add_accounts(database)
    with database.unit(RECORDER) as unit:
        add_account(
            unit,
            login="second",
            name="Dr Ana Second",
            role=Role.PHYSICIAN,
            password=PASSWORD,
            must_change=False,
        )
        change_setting(unit, "zone", "Europe/Madrid")
        who = Identity(number="DEMO 1", family_name="INVENTED", given_name="Ina")
        patient_id = add_patient(unit, who, therapy)
    return Team(database, accounts, patient_id, create_app(database))
