"""A scan is an episode: it stays open until the pump was read after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import Response
from tests.clinic.dose.typed import FILLED, NOW_US, dosed
from tests.clinic.implanting.conftest import made_clinic
from tests.clinic.visits.conftest import Team

from cisterna.care.need import NeedKind
from cisterna.care.scans import mri_episodes
from cisterna.clinic.database import Database
from cisterna.clinic.mri.proposal import ReadingAfter, Scan
from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.projection import needs_row
from cisterna.clinic.record import record_of
from cisterna.clinic.settings.site import SiteChoices
from cisterna.therapy import Implant, Interrogate, Mri

SCAN = {
    "at_day": "2026-11-17", "at_time": "10:00", "until_day": "2026-11-17", "until_time": "10:40",
    "field": "1.5", "reason": "hips",
}  # fmt: skip
READING = {"at_day": "2026-11-17", "at_time": "12:00", "resumed": "no", "reservoir": "14"}


def posted(team: Team, role: Role, below: str, data: Mapping[str, str], **changed: str) -> Response:
    """A form as the browser sends it."""
    with team.database.unit(team.accounts[Role.NURSE].actor) as unit:
        seen = record_of(unit, team.patient_id)[0].entries
    address = f"/patients/{team.patient_id}/mri/{below}"
    return team.client(role).post(address, data={"seen_entries": str(seen), **data, **changed})


def kinds(team: Team) -> set[NeedKind]:
    """What is due."""
    with team.database.reading() as connection:
        return {need.kind for need in needs_row(connection, team.patient_id)}


def test_an_episode_is_open_until_the_pump_was_read(database: Database) -> None:
    """The scan makes it due, the reading after it closes it and tells whether the pump ran."""
    team = made_clinic(database, dosed())
    assert posted(team, Role.NURSE, "scan", SCAN).status_code == 303
    assert NeedKind.CHECK_AFTER_MRI in kinds(team)
    assert (
        "stays open until it was read" in team.client(Role.NURSE).get(f"/patients/{team.patient_id}/mri").text
    )
    assert posted(team, Role.NURSE, "reading", READING).status_code == 303
    assert NeedKind.CHECK_AFTER_MRI not in kinds(team)
    (episode,) = mri_episodes(team.therapy())
    assert not episode.is_open
    assert episode.scan.resumed is False
    assert episode.after is not None
    assert [event.kind for event in team.therapy().events[-3:]] == ["mri", "correct", "interrogate"]


def test_a_scan_that_was_corrected_is_corrected_again_by_its_reading(database: Database) -> None:
    """The reading names the correction that put the scan in place."""
    team = made_clinic(database, dosed())
    posted(team, Role.NURSE, "scan", SCAN)
    scan = team.therapy().events[-1]
    fix = {
        **SCAN, "field": "3 T", "how": "new", "correction_why": "another scanner",
        "seen_entries": str(record_entries(team)),
    }  # fmt: skip
    address = f"/patients/{team.patient_id}/events/{scan.id}/correct"
    assert team.client(Role.NURSE).post(address, data=fix).status_code == 303
    assert posted(team, Role.NURSE, "reading", READING).status_code == 303
    (episode,) = mri_episodes(team.therapy())
    assert (episode.scan.field, episode.scan.resumed) == ("3 T", False)


def record_entries(team: Team) -> int:
    """How many entries the record has."""
    with team.database.unit(team.accounts[Role.NURSE].actor) as unit:
        return record_of(unit, team.patient_id)[0].entries


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"until_time": "09:00"}, "until"),
        ({"field": "strong"}, "field"),
        ({"field": "0"}, "field"),
        ({"at_day": "2026-12-17"}, "at"),
        ({"at_day": ""}, "at"),
    ],
)
def test_a_scan_that_cannot_be_is_refused_at_its_field(changed: dict[str, str], field: str) -> None:
    """What lies ahead, ends before it begins or has no field is no scan."""
    typed = Scan(therapy=dosed(), choices=SiteChoices(), now_us=NOW_US, typed={**SCAN, **changed})
    assert field in [fault.where for fault in typed.faults()]


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"at_time": "09:20"}, "at"), ({"resumed": ""}, "resumed"), ({"reservoir": "-1"}, "reservoir")],
)
def test_a_reading_that_closes_nothing_is_refused_at_its_field(changed: dict[str, str], field: str) -> None:
    """A reading before the end of the scan is none after it."""
    scan = Mri(at=FILLED + timedelta(days=15, hours=1), id="m")
    typed = ReadingAfter(
        therapy=dosed(scan), choices=SiteChoices(), now_us=NOW_US, typed={**READING, **changed}
    )
    assert [fault.where for fault in typed.faults()] == [field]


def test_without_a_scan_there_is_nothing_to_close(database: Database) -> None:
    """A reading alone is recorded as an event."""
    team = made_clinic(database, dosed())
    assert posted(team, Role.NURSE, "reading", READING).status_code == 422


def test_a_scan_without_a_pump_and_of_a_constant_flow_pump_opens_nothing() -> None:
    """The one has nothing to read, the other cannot be read."""
    scan = Mri(at=FILLED + timedelta(days=3), id="m")
    implant = dosed().events[0]
    assert isinstance(implant, Implant)
    constant = next(
        name for name, pump in dosed().catalogue.pumps.items() if pump.mechanism == "constant-flow"
    )
    (episode,) = mri_episodes(replace(dosed(), events=(replace(implant, pump=constant), scan)))
    assert (episode.has_pump, episode.is_open) == (True, False)
    assert not mri_episodes(replace(dosed(), events=(scan,)))[0].has_pump
    read = Interrogate(at=FILLED + timedelta(days=4), id="n")
    assert mri_episodes(dosed(scan))[0].is_open
    assert not mri_episodes(dosed(scan, read))[0].is_open


def test_who_may_see_and_record(database: Database) -> None:
    """The clinical team reads; physician and nurse record."""
    team = made_clinic(database, dosed())
    for role in Role:
        may_see, may = role in roles_of(Action.SEE_THERAPY), role in roles_of(Action.RECORD_EVENT)
        page = team.client(role).get(f"/patients/{team.patient_id}/mri")
        assert page.status_code == (200 if may_see else 403)
        assert posted(team, role, "scan", SCAN, field="wrong").status_code == (422 if may else 403)
    assert posted(team, Role.NURSE, "scan", SCAN, seen_entries="1").status_code == 409
