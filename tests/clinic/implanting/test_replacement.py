"""A pump that is exchanged, filled, primed and programmed in one visit; what stays is left empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Response
from tests.clinic.dose.typed import dosed
from tests.clinic.implanting.conftest import Implanting, made_clinic
from tests.clinic.visits.conftest import Team, at, told

from cisterna.clinic.database import Database
from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.projection import standing_row
from cisterna.therapy import (
    Fill,
    Interrogate,
    Note,
    PrimingBolus,
    Program,
    Revise,
    Session,
)
from cisterna.units import Concentration, DailyDose, Volume

STEPS: Mapping[str, Mapping[str, str]] = {
    "identity": {"right": "yes", "infection": "no", "because": "its battery is at its end"},
    "pump": {"model": "synchromed-ii-40", **at("08:30"), "serial": "INV-2", "side": "left"},
    "catheter": {},
    "fill": {
        "concentration": "500", "injected": "38", **at("08:50"), "lot": "B8000", "expiry": "2027-06-30",
    },
    "prime": {"parts": "pump+catheter", **at("09:00")},
    "program": {
        "mode": "simple-continuous", "daily_dose": "100", **at("09:20", "opened"), **at("09:30"),
        "reason": "as before",
    },
    "summary": {**at("10:00"), "daily_dose": "100", "ended": "running"},
    "after": {"where": "ward 3, until tomorrow", "whom": "the mother", "card": "yes"},
}  # fmt: skip
"""A pump that is exchanged on one day, at the dose that the child had."""

STAYS: Mapping[str, Mapping[str, str]] = {
    "pump": {"model": "", "serial": ""},
    "fill": dict.fromkeys(("concentration", "injected", "lot", "expiry"), ""),
    "program": {"mode": "", "daily_dose": ""},
}
"""The pump, its drug and its program go on."""


@dataclass
class Revising(Implanting):
    """A revision visit at one screen."""

    @classmethod
    def begun(cls, team: Team, role: Role = Role.PHYSICIAN) -> Revising:
        client = team.client(role)
        answer = client.post(f"/patients/{team.patient_id}/replacement")
        assert answer.status_code == 303, answer.text
        return cls(team, client, answer.headers["location"])

    def post(self, step: str, how: str = "next", **changed: str) -> Response:
        fields = {**STEPS[step], **changed, "do": how, "place": self.place(step)}
        return self.client.post(f"{self.address}/{step}", data=fields)


LIVING = replace(dosed(), events=dosed().events[:3])
"""A child a week after the implant, at 100 mcg/day."""


@pytest.fixture
def small(opened: Callable[[str], Database], tmp_path: Path) -> Database:
    """An empty clinic on SQLite: what is recorded is tried on both databases by the first test."""
    return opened(f"sqlite:///{tmp_path / 'clinic.db'}")


@pytest.fixture
def living(small: Database) -> Team:
    """A clinic with a child whose pump runs."""
    return made_clinic(small, LIVING)


def running(team: Team) -> str:
    """What the pump does by the projection."""
    with team.database.reading() as connection:
        stands = standing_row(connection, team.patient_id)
    assert stands is not None
    return stands.status.value


def kinds(team: Team, since: int) -> list[type]:
    """The kinds of the events that were added."""
    return [type(event) for event in team.therapy().events[since:] if not isinstance(event, Session)]


def test_a_pump_is_exchanged_filled_primed_and_programmed_as_one_whole(database: Database) -> None:
    """After the visit the new pump runs with its own drug; a reason and the reading stand with it."""
    living = made_clinic(database, LIVING)
    before = len(living.therapy().events)
    Revising.begun(living).until("after")
    assert kinds(living, before) == [Revise, Fill, PrimingBolus, Program, Interrogate, Note, Note]
    revise, fill, _, program = living.therapy().events[before : before + 4]
    assert isinstance(revise, Revise)
    assert (revise.pump, revise.pump_serial, revise.catheter) == ("synchromed-ii-40", "INV-2", None)
    assert revise.reason == "its battery is at its end"
    assert isinstance(fill, Fill)
    assert (fill.injected, fill.concentration) == (Volume(38), Concentration(500))
    assert isinstance(program, Program)
    assert program.daily_dose == DailyDose(100)
    notes = [event.note or "" for event in living.therapy().events[-2:]]
    assert notes[0].startswith("Revision visit. Pocket: left.")
    assert notes[1].startswith("After the revision: observed ward 3")
    assert running(living) == "running"


def test_a_catheter_alone_is_replaced_and_primed_while_the_pump_goes_on(living: Team) -> None:
    """Fill and program are left empty: what the pump holds and runs stays as it was."""
    before = len(living.therapy().events)
    going = Revising.begun(living)
    catheter = {"model": "ascenda-8780", "trimmed": "50", "tip": "T8", "serial": "CAT-2"}
    changed = {**STAYS, "catheter": catheter, "prime": {"parts": "catheter"}}
    for step in ("identity", "pump", "catheter", "fill", "prime", "program"):
        answer = going.post(step, **changed.get(step, {}))
        assert answer.status_code == 303, (step, told(answer))
    answer = going.post("summary")
    assert answer.status_code == 303, told(answer)
    assert kinds(living, before) == [Revise, PrimingBolus, Interrogate, Note]


def test_a_new_pump_is_never_left_without_number_drug_and_program(living: Team) -> None:
    """Each is asked at its field once another model was chosen; half a fill is refused as well."""
    going = Revising.begun(living)
    going.post("identity")
    assert "the serial number of the new pump" in " ".join(told(going.post("pump", serial="")))
    assert going.post("pump").status_code == 303
    assert going.post("catheter").status_code == 303
    assert going.post("fill", **STAYS["fill"]).status_code == 422
    assert going.post("program", **STAYS["program"]).status_code == 422
    going.post("pump", **STAYS["pump"])
    answer = going.post("fill", **{**STAYS["fill"], "injected": "20"})
    assert answer.status_code == 422
    assert "all of the fill, or none of it" in " ".join(told(answer))


def test_a_pump_that_was_put_in_without_a_fill_is_filled_here(small: Database) -> None:
    """A revision that only named the new pump is no dead end: the visit fills, primes and programs it."""
    revise = Revise(at=LIVING.events[0].at + timedelta(days=2), id="n", pump="synchromed-ii-20")
    team = made_clinic(small, replace(LIVING, events=(*LIVING.events, revise)))
    assert running(team) == "not-filled"
    physician = team.client(Role.PHYSICIAN)
    assert "Implant record" in physician.get(f"/patients/{team.patient_id}/refills").text
    assert "Replace, fill and program" in physician.get(f"/patients/{team.patient_id}/implant").text
    Revising.begun(team).until("after", pump=STAYS["pump"], fill={"injected": "18"})
    assert running(team) == "running"


def test_who_may_not_implant_begins_none_and_without_a_pump_there_is_none(small: Database) -> None:
    """403 for every other role; a patient without a pump is told to record the implant first."""
    clinic = made_clinic(small)
    path = f"/patients/{clinic.patient_id}/replacement"
    for role in (each for each in Role if each not in roles_of(Action.RECORD_IMPLANT)):
        assert clinic.client(role).post(path).status_code == 403
    answer = clinic.client(Role.PHYSICIAN).post(path)
    assert answer.status_code == 400
    assert "record the implant first" in answer.text
