"""The end of a therapy: stop or explant, the last balance of drug, cover by mouth; recorded or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from httpx2 import Response
from tests.clinic.dose.typed import FILLED, NOW_US, dosed
from tests.clinic.implanting.conftest import made_clinic
from tests.clinic.visits.conftest import Team

from cisterna.care.drug_balance import drug_balance
from cisterna.care.need import NeedKind
from cisterna.clinic.database import Database
from cisterna.clinic.ending.proposal import Ending
from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.projection import needs_row, standing_row
from cisterna.clinic.record import record_of
from cisterna.clinic.settings.site import SiteChoices
from cisterna.instants import instant_us
from cisterna.therapy import Explant, Revise, Stop, Therapy
from cisterna.units import Volume

OUT = {
    "way": "explant", "at_day": "2026-11-18", "at_time": "10:00", "out_day": "2026-11-18",
    "out_time": "11:00",
    "withdrawn": "14.5", "reason": "infection of the pocket", "cover": "yes",
    "cover_words": "baclofen 10 mg three times a day, Dr Crane",
}  # fmt: skip


def ending(changed: Mapping[str, str] | None = None, therapy: Therapy | None = None) -> Ending:
    """An explant as it is typed, with what differs."""
    held = dosed() if therapy is None else therapy
    typed = {**OUT, **(changed or {})}
    return Ending(therapy=held, choices=SiteChoices(), now_us=NOW_US, typed=typed)


def where(found: Ending) -> list[str]:
    """The fields of the faults."""
    return [fault.where for fault in found.faults()]


def test_an_explant_is_a_stop_and_an_explant_with_reason_and_cover() -> None:
    """Both events carry why it ended and what was arranged by mouth."""
    found = ending()
    assert found.faults() == ()
    stop, out = found.events()
    assert isinstance(stop, Stop)
    assert isinstance(out, Explant)
    assert out.withdrawn == Volume(14.5)
    assert stop.reason == out.reason == "infection of the pocket"
    assert "Cover by mouth arranged: baclofen 10 mg" in (out.note or "")


def test_the_last_balance_accounts_for_every_microgram() -> None:
    """Injected is withdrawn, delivered and left, each computed by itself, to a billionth."""
    balance = ending().balance
    assert balance is not None
    assert balance.injected_mcg == pytest.approx(18_000)
    assert abs(balance.error_mcg) <= 1e-9 * balance.injected_mcg
    assert balance.left_mcg > 0
    assert balance.delivered_mcg > 0
    assert balance.is_known


def test_a_broken_flux_fails_the_account() -> None:
    """The account is no remainder: take from what was delivered and the error shows it."""
    balance = ending().balance
    assert balance is not None
    broken = replace(balance, delivered_mcg=balance.delivered_mcg - 1)
    assert broken.error_mcg == pytest.approx(1)


def test_a_stop_alone_leaves_the_pump_in_place() -> None:
    """Nothing is withdrawn and nothing taken out, whatever stood in those fields."""
    found = ending({"way": "stop"})
    assert found.faults() == ()
    assert [event.kind for event in found.events()] == ["stop"]


def test_a_pump_that_stood_still_is_not_stopped_again() -> None:
    """Only the explant is recorded; to stop it once more is refused."""
    stopped = dosed(Stop(at=FILLED + timedelta(days=1), id="s"))
    assert [event.kind for event in ending(therapy=stopped).events()] == ["explant"]
    assert where(ending({"way": "stop"}, stopped)) == ["way"]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"way": ""}, ["way"]),
        ({"reason": " "}, ["reason"]),
        ({"cover": ""}, ["cover"]),
        ({"cover_words": ""}, ["cover_words"]),
        ({"withdrawn": ""}, ["withdrawn"]),
        ({"withdrawn": "-1"}, ["withdrawn"]),
        ({"out_day": "", "out_time": ""}, ["out"]),
        ({"out_time": "09:59"}, ["out"]),
        ({"out_time": "11:07"}, ["out"]),
        ({"at_day": "2026-10-01"}, ["at"]),
    ],
)
def test_what_is_missing_or_cannot_be_is_refused_at_its_field(
    changed: dict[str, str], fields: list[str]
) -> None:
    """Every field of an explant is needed; the stop comes first, after the record and not ahead of now."""
    assert where(ending(changed)) == fields


def test_more_than_the_reservoir_holds_cannot_be_withdrawn() -> None:
    """At the capacity it is a volume, beyond it none."""
    assert where(ending({"withdrawn": "20"})) == []
    assert "withdrawn" in where(ending({"withdrawn": "20.1"}))


def test_an_explant_at_the_instant_of_another_event_is_refused_at_its_time() -> None:
    """A pump cannot be revised and taken out at once."""
    at = datetime.fromisoformat("2026-11-18T10:00:00+00:00")
    revised = dosed(Revise(at=at, id="v", alarm_volume=Volume(3)))
    assert where(ending({"out_time": "10:00"}, revised)) == ["out"]
    assert where(ending({"out_time": "10:01"}, revised)) == []


def test_without_a_pump_nothing_can_end() -> None:
    """Before the implant there is neither balance nor form."""
    nobody = replace(dosed(), events=())
    assert not ending(therapy=nobody).can_end
    assert where(ending(therapy=nobody)) == ["way"]
    assert drug_balance(nobody, NOW_US) is None
    assert drug_balance(dosed(), instant_us(datetime.fromisoformat("2026-08-01T09:00:00+00:00"))) is None


def posted(team: Team, role: Role, below: str, changed: Mapping[str, str] | None = None) -> Response:
    """The form as the browser sends it."""
    with team.database.unit(team.accounts[Role.NURSE].actor) as unit:
        seen = record_of(unit, team.patient_id)[0].entries
    data = {"seen_entries": str(seen), **OUT, **(changed or {})}
    return team.client(role).post(f"/patients/{team.patient_id}/end{below}", data=data)


def test_it_is_reviewed_recorded_and_nothing_is_due_any_more(database: Database) -> None:
    """The balance is shown first; afterwards the pump is out and its refill is no longer due."""
    team = made_clinic(database, dosed())
    shown = posted(team, Role.PHYSICIAN, "/review")
    assert shown.status_code == 200
    for words in ("Last balance of drug", "18,000 mcg", "Withdrawal sheet", "Record the end of therapy"):
        assert words in shown.text
    assert posted(team, Role.PHYSICIAN, "").status_code == 303
    assert [event.kind for event in team.therapy().events[-2:]] == ["stop", "explant"]
    with database.reading() as connection:
        stands = standing_row(connection, team.patient_id)
        kinds = {need.kind for need in needs_row(connection, team.patient_id)}
    assert stands is not None
    assert stands.status.value == "explanted"
    assert NeedKind.REFILL not in kinds


def test_without_cover_by_mouth_the_danger_is_said(database: Database) -> None:
    """It can be recorded, with why nothing was arranged."""
    team = made_clinic(database, dosed())
    shown = posted(team, Role.PHYSICIAN, "/review", {"cover": "no", "cover_words": "on intensive care"})
    assert "No baclofen by mouth is arranged" in shown.text


def test_stale_and_wrong_come_back_with_what_was_typed(database: Database) -> None:
    """409 and 422 keep every word, and record nothing."""
    team = made_clinic(database, dosed())
    before = len(team.therapy().events)
    stale = posted(team, Role.PHYSICIAN, "", {"seen_entries": "1"})
    assert stale.status_code == 409
    assert "Somebody else changed this record" in stale.text
    wrong = posted(team, Role.PHYSICIAN, "", {"withdrawn": "99"})
    assert wrong.status_code == 422
    assert "infection of the pocket" in wrong.text
    assert len(team.therapy().events) == before


def test_only_a_physician_ends_a_therapy(database: Database) -> None:
    """Every other role is refused, form and post."""
    team = made_clinic(database, dosed())
    others = [role for role in Role if role not in roles_of(Action.END_THERAPY)]
    assert len(others) == len(Role) - 1
    for role in others:
        assert team.client(role).get(f"/patients/{team.patient_id}/end").status_code == 403
        for below in ("/review", ""):
            assert posted(team, role, below).status_code == 403
