"""Revisions: a tip that moved, another alarm volume, a new pump; side by side, recorded, refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from httpx2 import Response
from tests.clinic.dose.typed import dosed
from tests.clinic.implanting.conftest import made_clinic
from tests.clinic.visits.conftest import Team

from cisterna.clinic.database import Database
from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.projection import standing_row
from cisterna.clinic.record import record_of
from cisterna.clinic.revisions.proposal import Revision
from cisterna.clinic.settings.site import SiteChoices
from cisterna.errors import Fault
from cisterna.therapy import Revise, Therapy
from cisterna.units import Volume

NOW_US = 1_795_000_000_000_000
AT = {"at_day": "2026-11-18", "at_time": "10:00", "reason": "the tip had slipped"}


def proposed(typed: Mapping[str, str], therapy: Therapy | None = None) -> Revision:
    """A revision as it is typed."""
    held = dosed() if therapy is None else therapy
    return Revision(therapy=held, choices=SiteChoices(), now_us=NOW_US, typed={**AT, **typed})


def where(faults: tuple[Fault, ...]) -> list[str]:
    """The fields of faults."""
    return [fault.where for fault in faults]


def test_a_tip_that_moved_and_another_alarm_volume_are_one_revision() -> None:
    """What stays empty stays; the rows say old and new."""
    found = proposed({"tip": "T8", "alarm_volume": "3"})
    assert found.faults() == ()
    event = found.event()
    assert (event.tip, event.alarm_volume, event.pump, event.catheter) == ("T8", Volume(3), None, None)
    rows = {row.name: row for row in found.rows()}
    assert rows["Tip"][1:] == ("T10", "T8")
    assert rows["Alarm volume"][1:] == ("2 mL", "3 mL")
    assert rows["Pump"].current == rows["Pump"].new
    assert not found.replaces_pump


def test_a_new_pump_says_that_it_is_empty() -> None:
    """A replacement needs a first fill and a program next."""
    found = proposed({"pump_model": "synchromed-ii-40", "pump_serial": "NEW-1"})
    assert found.faults() == ()
    assert found.replaces_pump
    assert {row.name: row.new for row in found.rows()}["Pump serial"] == "NEW-1"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "pump_model"),
        ({"catheter_model": "ascenda-8780"}, "trimmed"),
        ({"trimmed": "200"}, "trimmed"),
        ({"tip": "X9"}, "tip"),
        ({"alarm_volume": "25"}, "alarm_volume"),
        ({"tip": "T8", "reason": ""}, "reason"),
        ({"tip": "T8", "at_day": "2027-01-01"}, "at"),
    ],
)
def test_a_revision_that_cannot_be_is_refused_at_its_field(typed: dict[str, str], field: str) -> None:
    """Nothing changed, a catheter without a length, one longer than it is, a level that does not exist."""
    assert field in where(proposed(typed).faults())


def test_without_a_pump_there_is_nothing_to_revise() -> None:
    """Before an implant the form says so."""
    nobody = replace(dosed(), events=())
    assert where(proposed({"tip": "T8"}, nobody).faults()) == ["pump_model"]


def posted(team: Team, role: Role, below: str, **typed: str) -> Response:
    """A form as the browser sends it."""
    with team.database.unit(team.accounts[Role.NURSE].actor) as unit:
        seen = record_of(unit, team.patient_id)[0].entries
    data = {**AT, "seen_entries": str(seen), **typed}
    return team.client(role).post(f"/patients/{team.patient_id}/revision{below}", data=data)


def test_it_is_recorded_and_the_banner_follows(database: Database) -> None:
    """Reviewed first, then one event in the record, on both databases."""
    team = made_clinic(database, dosed())
    shown = posted(team, Role.PHYSICIAN, "/review", tip="T8")
    assert "In place and new" in shown.text
    assert posted(team, Role.PHYSICIAN, "", tip="T8").status_code == 303
    last = team.therapy().events[-1]
    assert isinstance(last, Revise)
    assert (last.tip, last.reason) == ("T8", "the tip had slipped")
    with database.reading() as connection:
        stands = standing_row(connection, team.patient_id)
    assert stands is not None
    assert stands.tip == "T8"


def test_a_stale_or_wrong_revision_comes_back_with_what_was_typed(database: Database) -> None:
    """409 beside what is new, 422 at the field; nothing is recorded."""
    team = made_clinic(database, dosed())
    before = len(team.therapy().events)
    stale = posted(team, Role.PHYSICIAN, "", tip="T8", seen_entries="1")
    assert stale.status_code == 409
    assert "Somebody else changed this record" in stale.text
    wrong = posted(team, Role.PHYSICIAN, "", tip="T8", alarm_volume="25")
    assert wrong.status_code == 422
    assert 'value="25"' in wrong.text
    assert len(team.therapy().events) == before


def test_every_other_role_is_refused(database: Database) -> None:
    """Seeing the form, reviewing and recording answer 403."""
    team = made_clinic(database, dosed())
    others = [role for role in Role if role not in roles_of(Action.RECORD_IMPLANT)]
    assert len(others) == len(Role) - 1
    for role in others:
        assert team.client(role).get(f"/patients/{team.patient_id}/revision").status_code == 403
        for below in ("/review", ""):
            assert posted(team, role, below, tip="T8").status_code == 403
