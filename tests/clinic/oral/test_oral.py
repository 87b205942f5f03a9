"""Baclofen by mouth: changes held against published rules, the plan of weaning and its booked steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

import pytest
from httpx2 import Response
from tests.clinic.dose.typed import NOW_US, dosed
from tests.clinic.implanting.conftest import made_clinic
from tests.clinic.visits.conftest import Team

from cisterna.care.need import NeedKind
from cisterna.care.weaning import weaning_plan
from cisterna.clinic.database import Database
from cisterna.clinic.oral.proposal import OralChange, PlannedWeaning
from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.projection import needs_row
from cisterna.clinic.record import record_of
from cisterna.clinic.settings.site import SiteChoices
from cisterna.errors import InputError
from cisterna.evidence import Settings
from cisterna.therapy import Oral, Therapy
from cisterna.units import Mass

SINCE = datetime.fromisoformat("2026-10-01T08:00:00+00:00")
TAKEN = Oral(at=SINCE, id="o", dose=Mass(10_000), times=(time(8), time(14), time(20)))
CHANGE = {"at_day": "2026-11-18", "at_time": "08:00", "dose": "7.5", "times": "08:00, 14:00, 20:00"}
PLAN = {"first_day": "2026-11-25", "first_time": "09:00", "every": "7", "doses": "20, 10, 0"}


def treated() -> Therapy:
    """A child with a pump who takes 30 mg a day by mouth."""
    return dosed(TAKEN)


def change(changed: Mapping[str, str] | None = None, therapy: Therapy | None = None) -> OralChange:
    """A change as it is typed."""
    typed = {**CHANGE, **(changed or {})}
    return OralChange(therapy=therapy or treated(), choices=SiteChoices(), now_us=NOW_US, typed=typed)


def where(found: OralChange | PlannedWeaning) -> list[str]:
    """The fields of the faults."""
    return [fault.where for fault in found.faults()]


def test_a_step_within_the_rule_is_one_event() -> None:
    """From 30 to 22.5 mg a day is a quarter less, as published."""
    found = change()
    assert where(found) == []
    assert (found.before_mg, found.after_mg) == (30, 22.5)
    (event,) = found.events()
    assert isinstance(event, Oral)
    assert event.dose == Mass(7500)
    assert any("within the published 25 to 50 %" in one.text for one in found.reasons())


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"dose": "4"}, ["reason"]),
        ({"dose": "0", "times": ""}, ["reason"]),
        ({"dose": "0"}, ["times"]),
        ({"times": ""}, ["times"]),
        ({"times": "25:00"}, ["times"]),
        ({"times": "08:00, 08:00"}, ["times"]),
        ({"dose": "-1"}, ["dose"]),
        ({"dose": "1,5"}, ["dose"]),
        ({"dose": "40"}, ["reason"]),
        ({"at_day": "2026-12-18"}, ["at"]),
    ],
)
def test_what_is_wrong_or_passes_a_published_limit_stands_at_its_field(
    changed: dict[str, str], fields: list[str]
) -> None:
    """More than half less, an abrupt end and more than the highest dose ask for a reason."""
    assert where(change(changed)) == fields


def test_with_a_reason_a_passed_limit_is_recorded() -> None:
    """It is said in the event, for the next reader."""
    found = change({"dose": "4", "reason": "too drowsy"})
    assert where(found) == []
    assert found.events()[0].reason == "too drowsy"


def test_a_plan_holds_each_step_against_the_rule() -> None:
    """A third, a half, the last step to nothing; two weeks from the first step to the last."""
    plan = weaning_plan(30, (20, 10, 0), date(2026, 11, 25), 7, Settings())
    assert [step.day.day for step in plan.steps] == [25, 2, 9]
    assert [round(step.change_percent) for step in plan.steps] == [33, 50, 100]
    assert "larger than the published step" in plan.steps[-1].reason.text
    assert not plan.asks_for_reason
    assert weaning_plan(30, (20, 10, 0), date(2026, 11, 25), 3, Settings()).asks_for_reason  # six days
    assert weaning_plan(30, (0,), date(2026, 11, 25), 7, Settings()).asks_for_reason


@pytest.mark.parametrize(("doses", "every"), [((30,), 7), ((20, 25), 7), ((), 7), ((-1,), 7), ((20,), 0)])
def test_a_plan_that_does_not_fall_is_refused(doses: tuple[float, ...], every: int) -> None:
    """Neither a rise nor a negative dose nor no day between is a plan."""
    with pytest.raises(InputError):
        weaning_plan(30, doses, date(2026, 11, 25), every, Settings())


def posted(team: Team, role: Role, below: str, data: Mapping[str, str]) -> Response:
    """A form as the browser sends it."""
    with team.database.unit(team.accounts[Role.NURSE].actor) as unit:
        seen = record_of(unit, team.patient_id)[0].entries
    return team.client(role).post(
        f"/patients/{team.patient_id}/oral{below}", data={"seen_entries": str(seen), **data}
    )


def needed(team: Team) -> dict[NeedKind, date]:
    """The kinds of need with their days."""
    with team.database.reading() as connection:
        return {need.kind: need.due_on for need in needs_row(connection, team.patient_id)}


def test_a_plan_is_looked_at_booked_done_and_called_off(database: Database) -> None:
    """Its first step is due on its day; a recorded change keeps what was booked up to then."""
    team = made_clinic(database, treated())
    shown = posted(team, Role.NURSE, "/plan", {**PLAN, "how": "check"})
    assert shown.status_code == 200
    assert "The last step, to nothing" in shown.text
    assert NeedKind.ORAL_STEP not in needed(team)
    today = {**PLAN, "first_day": "2026-11-18", "first_time": "18:00", "how": "book"}
    assert posted(team, Role.NURSE, "/plan", today).status_code == 303
    assert needed(team)[NeedKind.ORAL_STEP] == date(2026, 11, 18)
    taken = {**CHANGE, "at_time": "09:00", "dose": "10", "times": "08:00, 20:00"}
    assert "20 mg/day" in posted(team, Role.NURSE, "/review", taken).text
    assert posted(team, Role.NURSE, "", taken).status_code == 303
    assert isinstance(team.therapy().events[-1], Oral)
    assert needed(team)[NeedKind.ORAL_STEP] == date(2026, 11, 25)
    assert posted(team, Role.NURSE, "/plan/call-off", {"why": ""}).status_code == 422
    assert posted(team, Role.NURSE, "/plan/call-off", {"why": "fits again"}).status_code == 303
    assert NeedKind.ORAL_STEP not in needed(team)


def test_a_stale_record_and_faults_come_back_with_what_was_typed(database: Database) -> None:
    """409 shows what is new, 422 the faults; nothing is recorded."""
    team = made_clinic(database, treated())
    before = len(team.therapy().events)
    stale = posted(team, Role.NURSE, "", {**CHANGE, "seen_entries": "1"})
    assert stale.status_code == 409
    assert "Somebody else changed this record" in stale.text
    wrong = posted(team, Role.NURSE, "/review", {**CHANGE, "dose": "4"})
    assert wrong.status_code == 422
    assert 'value="4"' in wrong.text
    assert len(team.therapy().events) == before


def test_who_may_see_and_who_may_prescribe(database: Database) -> None:
    """The clinical team reads it; physician and nurse change it."""
    team = made_clinic(database, treated())
    for role in Role:
        may_see, may_change = role in roles_of(Action.SEE_THERAPY), role in roles_of(Action.CHANGE_DOSE)
        page = team.client(role).get(f"/patients/{team.patient_id}/oral")
        assert page.status_code == (200 if may_see else 403)
        assert not may_see or ("Review the change" in page.text) == may_change
        assert posted(team, role, "/review", CHANGE).status_code == (200 if may_change else 403)
