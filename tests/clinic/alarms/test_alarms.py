"""An alarm by telephone: what is asked is recorded, what it may mean is shown, and no dose is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from httpx2 import Response
from tests.clinic.dose.typed import NOW_US, dosed
from tests.clinic.implanting.conftest import made_clinic
from tests.clinic.visits.conftest import Team

from cisterna.care.need import NeedKind
from cisterna.clinic.alarms.meanings import is_critical, meanings
from cisterna.clinic.alarms.proposal import ReportedAlarm
from cisterna.clinic.database import Database
from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.projection import needs_row, standing_row
from cisterna.clinic.record import record_of
from cisterna.clinic.settings.site import SiteChoices
from cisterna.therapy import Alarm

TOLD = {
    "at_day": "2026-11-18", "at_time": "07:00", "sound": "single-tone", "little": "no", "much": "no",
    "magnet": "unknown", "again": "every hour", "who": "the mother, number in the file",
}  # fmt: skip


def posted(team: Team, role: Role, changed: Mapping[str, str]) -> Response:
    """The form as the browser sends it."""
    with team.database.unit(team.accounts[Role.NURSE].actor) as unit:
        seen = record_of(unit, team.patient_id)[0].entries
    data = {"seen_entries": str(seen), **TOLD, **changed}
    return team.client(role).post(f"/patients/{team.patient_id}/alarm", data=data)


@pytest.mark.parametrize(
    ("changed", "condition", "critical"),
    [
        ({}, "single-tone", False),
        ({"sound": "two-tone"}, "two-tone", True),
        ({"sound": "unsure"}, "two-tone", True),
        ({"told": "motor-stall"}, "motor-stall", True),
    ],
)
def test_what_was_asked_and_answered_is_in_the_event(
    changed: dict[str, str], condition: str, *, critical: bool
) -> None:
    """Not sure which sound is taken as the more urgent one; what was read goes before what was heard."""
    told = ReportedAlarm(therapy=dosed(), choices=SiteChoices(), now_us=NOW_US, typed={**TOLD, **changed})
    assert told.faults() == ()
    (alarm,) = told.events()
    assert isinstance(alarm, Alarm)
    assert (alarm.condition, is_critical(alarm)) == (condition, critical)
    for words in ("by telephone", "Comes back: every hour", "Scan or magnet: not known", "the mother"):
        assert words in (alarm.note or "")


def test_an_alarm_stands_on_the_due_page_and_is_answered(database: Database) -> None:
    """The Due page and the next page say how urgent it is."""
    team = made_clinic(database, dosed())
    assert posted(team, Role.NURSE, {"sound": "unsure"}).status_code == 303
    with database.reading() as connection:
        needed = needs_row(connection, team.patient_id)
    assert [one.title for one in needed if one.kind is NeedKind.ALARM] == ["Critical alarm reported"]
    shown = team.client(Role.THERAPIST).get(f"/patients/{team.patient_id}/alarm/latest").text
    assert "Critical: the pump is to be read at once" in shown


def test_signs_are_an_emergency_whatever_the_sound(database: Database) -> None:
    """The page says so first, opens the sheets, and tells no dose of its own."""
    team = made_clinic(database, dosed())
    assert posted(team, Role.NURSE, {"little": "yes"}).status_code == 303
    shown = team.client(Role.NURSE).get(f"/patients/{team.patient_id}/alarm/latest").text
    assert "call the doctor on call now and open both sheets" in shown
    main = shown.partition('<main id="main"')[2].partition("</main>")[0]
    assert "mcg" not in main
    assert " mg" not in main


def test_what_it_may_mean_stands_beside_what_the_record_computes(database: Database) -> None:
    """Of the single tone the low reservoir with its computed day; of what was read that one alone."""
    team = made_clinic(database, dosed())
    with database.reading() as connection:
        stands = standing_row(connection, team.patient_id)
    therapy, at = team.therapy(), team.therapy().events[-1].at
    heard = Alarm(at=at, condition="single-tone")
    assert stands is not None
    assert stands.dates is not None
    low = stands.dates.low_reservoir_alarm_date.date
    assert low is not None
    before = {one.words: one for one in meanings(heard, stands, therapy, date(2026, 11, 18))}
    assert set(before) == {"low reservoir", "elective replacement indicator", "minor memory error"}
    assert not before["low reservoir"].is_likely
    assert {one.words: one.is_likely for one in meanings(heard, stands, therapy, low)}["low reservoir"]
    read = Alarm(at=at, condition="motor-stall")
    assert [one.words for one in meanings(read, stands, therapy, low)] == ["motor stall"]
    assert is_critical(read)


def test_who_may_report_and_what_is_missing(database: Database) -> None:
    """Physician and nurse report; what was not asked is told at its field and nothing is recorded."""
    team = made_clinic(database, dosed())
    for role in Role:
        may = role in roles_of(Action.RECORD_EVENT)
        assert team.client(role).get(f"/patients/{team.patient_id}/alarm").status_code == (
            200 if may else 403
        )
        assert posted(team, role, {"little": ""}).status_code == (422 if may else 403)
    assert posted(team, Role.NURSE, {"seen_entries": "1"}).status_code == 409
    assert team.client(Role.NURSE).get(f"/patients/{team.patient_id}/alarm/latest").status_code == 404
    assert not any(isinstance(event, Alarm) for event in team.therapy().events)
