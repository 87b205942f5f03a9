"""The search for the cause of a loss of effect: each finding is in the record as it is written."""

from __future__ import annotations

from collections.abc import Mapping

from httpx2 import Response
from tests.clinic.dose.typed import dosed
from tests.clinic.implanting.conftest import made_clinic
from tests.clinic.visits.conftest import Team

from cisterna.clinic.database import Database
from cisterna.clinic.keeping import check_whole
from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.record import record_of
from cisterna.therapy import Interrogate, Note, Port
from cisterna.units import Volume

DONE = {"at_day": "2026-11-18", "at_time": "10:00", "found": "nothing", "words": "all as it should be"}


def posted(team: Team, role: Role, step: str, changed: Mapping[str, str] | None = None) -> Response:
    """A form as the browser sends it."""
    with team.database.unit(team.accounts[Role.NURSE].actor) as unit:
        seen = record_of(unit, team.patient_id)[0].entries
    below = f"/{step}" if step else ""
    data = {"seen_entries": str(seen), **DONE, **(changed or {})}
    return team.client(role).post(f"/patients/{team.patient_id}/loss-of-effect{below}", data=data)


def test_a_search_from_the_patient_to_the_catheter(database: Database) -> None:
    """Readings and aspirations are events of their kind, the rest notes; the list shows who found what."""
    team = made_clinic(database, dosed())
    assert posted(team, Role.NURSE, "").status_code == 303
    assert posted(team, Role.NURSE, "triggers").status_code == 303
    assert (
        posted(team, Role.PHYSICIAN, "interrogate", {"reservoir": "14", "daily_dose": "100"}).status_code
        == 303
    )
    assert posted(team, Role.PHYSICIAN, "aspirate", {"aspirated": "0", "found": "cause"}).status_code == 303
    assert posted(team, Role.NURSE, "dye", {"found": "left-out", "words": "nothing came"}).status_code == 303
    note, read, port, left_out = team.therapy().events[-4:]
    assert isinstance(note, Note)
    assert isinstance(read, Interrogate)
    assert isinstance(port, Port)
    assert port.aspirated == Volume(0)
    assert (left_out.note or "").startswith("Not done.")
    assert all((event.reason or "").startswith("Loss of effect: ") for event in (note, read, port, left_out))
    shown = team.client(Role.THERAPIST).get(f"/patients/{team.patient_id}/loss-of-effect").text
    assert "Found: a cause" in shown
    assert f"/events/{port.id}" in shown
    end = {"cause": "catheter", "words": "revision next week"}
    assert posted(team, Role.PHYSICIAN, "conclude", end).status_code == 303
    assert "The cause: the catheter. revision next week" in (team.therapy().events[-1].note or "")
    assert posted(team, Role.NURSE, "rotor").status_code == 404
    with database.reading() as connection:
        assert check_whole(connection).is_whole


def test_two_who_record_at_once_lose_nothing(database: Database) -> None:
    """The second is shown what the first wrote, with everything typed kept, and only then decides."""
    team = made_clinic(database, dosed())
    posted(team, Role.NURSE, "")
    posted(team, Role.NURSE, "triggers")
    before = len(team.therapy().events)
    late = posted(team, Role.PHYSICIAN, "x-ray", {"seen_entries": "2", "words": "a break at L1"})
    assert late.status_code == 409
    assert "a break at L1" in late.text
    assert "Somebody else changed this record" in late.text
    assert len(team.therapy().events) == before


def test_what_is_missing_is_told_and_the_pump_judges_what_it_can(database: Database) -> None:
    """A finding needs words; a step that the guide has not is not found; a search is begun first."""
    team = made_clinic(database, dosed())
    assert posted(team, Role.NURSE, "triggers").status_code == 404
    posted(team, Role.NURSE, "")
    assert posted(team, Role.NURSE, "").status_code == 303  # the same search goes on
    for changed in ({"words": ""}, {"found": ""}, {"at_day": "2026-11-19"}):
        assert posted(team, Role.NURSE, "triggers", changed).status_code == 422
    assert posted(team, Role.NURSE, "magic").status_code == 404
    assert not any(isinstance(event, Note) for event in team.therapy().events)


def test_who_may_search(database: Database) -> None:
    """The clinical team reads the list; physician and nurse search."""
    team = made_clinic(database, dosed())
    for role in Role:
        may_see, may = role in roles_of(Action.SEE_THERAPY), role in roles_of(Action.RECORD_EVENT)
        page = team.client(role).get(f"/patients/{team.patient_id}/loss-of-effect")
        assert page.status_code == (200 if may_see else 403)
        assert posted(team, role, "").status_code == (303 if may else 403)
