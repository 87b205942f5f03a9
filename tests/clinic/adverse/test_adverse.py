"""Adverse events are coded, and what follows from the codes stands beside them with its source."""

from __future__ import annotations

from datetime import timedelta

from tests.clinic.dose.typed import FILLED, IMPLANTED, dosed
from tests.clinic.implanting.conftest import made_clinic

from cisterna.care.adverse import coded_adverse_events, infection_timing
from cisterna.clinic.database import Database
from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.therapy import AdverseEvent

CODED = AdverseEvent(
    at=FILLED + timedelta(days=1), id="a", what="infection of the pocket", category="infection",
    grade="clavien-dindo-3", device="pump", intervention="antibiotic", report="MHRA 1",
)  # fmt: skip


def test_an_infection_is_early_up_to_the_published_day() -> None:
    """90 days after the implant it is early, a day later late, before any operation neither."""
    day = IMPLANTED.date()
    for days, word in ((0, "early"), (90, "early"), (91, "late")):
        found = infection_timing(dosed(), day + timedelta(days=days))
        assert found is not None
        assert found.text.startswith(word)
        assert "Imerci" in found.source
    assert infection_timing(dosed(), day - timedelta(days=1)) is None


def test_the_device_is_the_one_in_place() -> None:
    """The list names model and serial of what the event concerns."""
    (found,) = coded_adverse_events(dosed(CODED))
    assert found.device is not None
    assert found.device.role == "pump"
    assert found.timing is not None


def test_the_list_shows_codes_to_the_clinical_team_alone(database: Database) -> None:
    """Type, grade in words, timing with source, intervention and report; a form leads to it."""
    team = made_clinic(database, dosed(CODED))
    for role in Role:
        page = team.client(role).get(f"/patients/{team.patient_id}/adverse-events")
        assert page.status_code == (200 if role in roles_of(Action.SEE_THERAPY) else 403)
    shown = team.client(Role.NURSE).get(f"/patients/{team.patient_id}/adverse-events").text
    for words in ("Clavien-Dindo III", "early: 63 days", "Imerci 2019", "antibiotic", "MHRA 1", "recalled"):
        assert words in shown
    form = team.client(Role.NURSE).get(f"/patients/{team.patient_id}/record/adverse-event").text
    for words in ("csf leak", "ctcae 3", "MedWatch"):
        assert words in form
