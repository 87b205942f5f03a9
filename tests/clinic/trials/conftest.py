"""A child without a pump, a clock in September, drivers that fill in an evaluation and a screening trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import pytest
from httpx2 import Response
from tests.clinic.conftest import Clock
from tests.clinic.implanting.conftest import made_clinic
from tests.clinic.visits.conftest import NOW, Team, Visit, at, told

from cisterna.clinic.database import Database
from cisterna.clinic.permissions import Role
from cisterna.instants import instant_us
from cisterna.therapy import History, Patient, Therapy
from cisterna.units import BodyWeight, Length

CHILD = Therapy(
    patient=Patient(
        label="invented girl", born=date(2018, 2, 11), weight=BodyWeight(21), height=Length(118), gmfcs="IV"
    ),
    history=History(allergies="none known", active_infection=False, goals="sits for a meal"),
)

EVALUATED: Mapping[str, Mapping[str, str]] = {
    "facts": {
        "oral_tried": "yes", "botulinum_tried": "unknown", "active_infection": "no", "shunt": "no",
        "uncontrolled_epilepsy": "no", "fusion": "planned", "allergies": "none known",
    },
    "points": {"weighed": "care is hard; the fusion is planned, so it cannot wait long"},
    "regimens": {"told_oral-baclofen": "yes", "told_intrathecal": "yes", "preferred": "a trial"},
    "goals": {
        "goal_1": "sits for a meal", "importance_1": "3", "difficulty_1": "2", "level_1": "-2",
        "goal_2": "is dressed by one person", "level_2": "-1",
        "copm_performance": "3.2", "copm_satisfaction": "2.5", "agreed_with": "both parents; Ruth Heron",
    },
    "decision": {
        "decision": "trial", "decided_by": "Dr Tess Crane", "decided_with": "both parents",
        "why": "severe spasticity in spite of tablets", "following": "screening in two weeks",
    },
}  # fmt: skip
"""An evaluation that ends in a trial."""


_LOOKS: Mapping[str, str] = {
    "clock_1": "10:30", "heart_1": "92", "breaths_1": "20", "saturation_1": "98", "pressure_1": "104/62",
    "clock_2": "12:00", "legs_2": "2.2", "arms_2": "2.9", "heart_2": "88", "seen_2": "awake, relaxed",
    "clock_3": "14:00", "legs_3": "2", "arms_3": "2.8",
    "clock_4": "16:00", "legs_4": "2.4", "arms_4": "2.9",
}  # fmt: skip

TRIED: Mapping[str, Mapping[str, str]] = {
    "prepare": {
        "goal": "sits for a meal", "illness": "no", "protocol": "hong-kong", "scale": "ashworth-1-5",
        **at("09:40"), "legs": "3.6", "arms": "3", "heart": "96", "function": "sits with support",
        "named": "100 mcg/day, 20 mL, T10",
    },
    "bolus": {
        "ready": "yes", "concentration": "50", "dose": "50", "lot": "S-1", "expiry": "2027-06-30",
        "level": "L3", **at("10:00"), "over": "1", "given_by": "Dr Tess Crane",
    },
    "observe": _LOOKS,
    "response": {
        "goal_met": "partly", "gained": "sat for twenty minutes", "is_lost": "no", "adverse": "no",
        "lasted": "7", "responded": "yes", "judged_by": "Mina Finch",
    },
    "next": {"plan": "implant", "decided_by": "Dr Tess Crane", "decided_with": "both parents"},
}  # fmt: skip
"""A trial of 50 mcg that is answered."""


@dataclass
class Going(Visit):
    """A visit before a pump at one screen; ``steps`` is what is typed in each."""

    steps: ClassVar[Mapping[str, Mapping[str, str]]] = {}

    @classmethod
    def opened(cls, team: Team, what: str, role: Role) -> Going:
        client = team.client(role)
        answer = client.post(f"/patients/{team.patient_id}/trial/{what}")
        assert answer.status_code == 303, answer.text
        return cls(team, client, answer.headers["location"])

    def post(self, step: str, how: str = "next", **changed: str) -> Response:
        fields = {**self.steps[step], **changed, "do": how, "place": self.place(step)}
        return self.client.post(f"{self.address}/{step}", data=fields)

    def checked(self, **typed: str) -> None:
        """A second person looks at the drug."""
        self.post("bolus", "save", **typed)
        assert self.second("bolus", login="second").status_code == 303

    def until(self, last: str, **changed: Mapping[str, str]) -> None:
        """Go on through the steps up to ``last``, it included, each right."""
        for step in self.steps:
            typed = changed.get(step, {})
            if step == "bolus":
                self.checked(**typed)
            answer = self.post(step, **typed)
            assert answer.status_code == 303, (step, told(answer))
            if step == last:
                return


class Evaluating(Going):
    """An evaluation at one screen."""

    steps = EVALUATED

    @classmethod
    def begun(cls, team: Team, role: Role = Role.THERAPIST) -> Evaluating:
        going = cls.opened(team, "evaluation", role)
        assert isinstance(going, Evaluating)
        return going


class Screening(Going):
    """A screening trial at one screen."""

    steps = TRIED

    @classmethod
    def begun(cls, team: Team, role: Role = Role.NURSE) -> Screening:
        going = cls.opened(team, "screening", role)
        assert isinstance(going, Screening)
        return going


@pytest.fixture
def clock() -> Clock:
    """A clock in September 2026."""
    made = Clock()
    made.now_us = instant_us(NOW)
    return made


@pytest.fixture
def clinic(database: Database) -> Team:
    """A clinic in Madrid with a child who is to be evaluated."""
    return made_clinic(database, CHILD)
