"""A recall finds whom it touches, stays on the Due page until it was answered, and forgets nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from httpx2 import Response
from playwright.sync_api import Browser
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.clinic.dose.typed import IMPLANTED, dosed
from tests.clinic.implanting.conftest import made_clinic
from tests.clinic.served import RECORDER, Served, violations
from tests.clinic.visits.conftest import Team

from cisterna.care.devices import Device, devices_of
from cisterna.care.need import NeedKind
from cisterna.clinic.database import Database
from cisterna.clinic.keeping import check_whole
from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.projection import needs_row, standing_row
from cisterna.clinic.projection.service import rebuild
from cisterna.clinic.recalls.criteria import Criteria, Touch, serials_typed
from cisterna.clinic.record import Identity, add_patient
from cisterna.errors import InputError
from cisterna.therapy import Implant, Therapy

UTC = ZoneInfo("UTC")
NOTICE = {
    "title": "rotor that may stall", "notice": "Invented Maker, FSN 1, 2 Nov 2026", "until": "2026-12-01",
    "role": "pump", "serials": "INV100 to INV200",
}  # fmt: skip


def pumped(serial: str | None, lot: str | None = None) -> Therapy:
    """The invented therapy with a pump of this serial and lot."""
    first, *rest = dosed().events
    assert isinstance(first, Implant)
    return replace(dosed(), events=(replace(first, pump_serial=serial, pump_lot=lot), *rest))


def pump(serial: str | None = None, lot: str | None = None) -> Device:
    """The pump of that therapy."""
    return next(one for one in devices_of(pumped(serial, lot)) if one.role == "pump")


def criteria(serials: str = "", **more: object) -> Criteria:
    """Criteria with serials as they are typed."""
    return Criteria(serials=serials_typed(serials, "serials"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("held", "found"),
    [
        ("INV100", Touch.SURE),
        ("inv200", Touch.SURE),
        ("INV099", None),
        ("INV201", None),
        ("INX150", None),
        ("INV150X", None),
        (None, Touch.MAYBE),
    ],
)
def test_a_range_of_serials_holds_its_ends_and_nothing_beside(held: str | None, found: Touch | None) -> None:
    """The same letters around a number between two; a serial that nobody recorded is to be checked."""
    assert criteria("INV100 to INV200").touch(pump(held), UTC) is found


def test_lots_models_days_and_what_was_taken_out() -> None:
    """Serial or lot is enough; model and day must fit too, the day of the implant at both ends."""
    held, day = pump("INV1", "L-9"), IMPLANTED.date()
    assert Criteria(lots=("L-9",)).touch(held, UTC) is Touch.SURE
    assert criteria("INV7", lots=("L-9",)).touch(held, UTC) is Touch.SURE
    assert Criteria(lots=("L-8",)).touch(held, UTC) is None
    assert Criteria(models=(held.model,), implanted_from=day, implanted_to=day).touch(held, UTC) is Touch.SURE
    assert Criteria(models=(held.model,), implanted_to=date(2026, 8, 31)).touch(held, UTC) is None
    assert Criteria(models=("another",)).touch(held, UTC) is None
    assert Criteria(role="catheter", models=(held.model,)).touch(held, UTC) is None
    out = replace(held, until_us=held.since_us + 1)
    assert Criteria(models=(held.model,)).touch(out, UTC) is None
    assert Criteria(models=(held.model,), also_out=True).touch(out, UTC) is Touch.SURE


@pytest.mark.parametrize("typed", ["INV200 to INV100", "INV1 to INX9", "INV1 INV9", "A to B"])
def test_a_range_that_is_none_is_refused(typed: str) -> None:
    """Falling numbers, other letters, two serials in one line and no number at all."""
    with pytest.raises(InputError):
        serials_typed(typed, "serials")


def opened(team: Team, role: Role = Role.PHYSICIAN, **changed: str) -> Response:
    """The notice as the browser sends it, to be opened."""
    return team.client(role).post("/recalls/new", data={**NOTICE, "how": "open", **changed})


def is_due(team: Team, patient_id: str) -> bool:
    """Whether a patient has the recall on the Due page."""
    with team.database.reading() as connection:
        return NeedKind.RECALL in {need.kind for need in needs_row(connection, patient_id)}


def test_from_the_notice_until_nobody_is_left(database: Database) -> None:
    """Touched, to be checked and not touched; each answer takes one off the Due page; a rebuild agrees."""
    team = made_clinic(database, pumped("INV150"))
    with database.unit(RECORDER) as unit:
        others = [
            add_patient(
                unit, Identity(number=number, family_name="INVENTED", given_name="Bo"), pumped(serial)
            )
            for number, serial in (("DEMO 2", None), ("DEMO 3", "INV900"))
        ]
    shown = opened(team, how="check")
    assert shown.status_code == 200
    assert "2 devices are touched" in shown.text
    assert not is_due(team, team.patient_id)
    place = opened(team).headers["location"]
    assert [is_due(team, one) for one in (team.patient_id, *others)] == [True, True, False]
    answer = {"outcome": "informed", "words": "the mother was called"}
    nurse = team.client(Role.NURSE)
    assert nurse.post(f"{place}/patients/{team.patient_id}", data={**answer, "words": ""}).status_code == 422
    assert nurse.post(f"{place}/patients/{others[1]}", data=answer).status_code == 404
    assert nurse.post(f"{place}/patients/{team.patient_id}", data=answer).status_code == 303
    assert [is_due(team, one) for one in (team.patient_id, others[0])] == [False, True]
    assert "1 device is left" in nurse.get(place).text
    table = nurse.post(f"{place}/list.csv").text
    assert "the mother was called" in table
    assert table.count("\n") == 3
    nurse.post(f"{place}/patients/{others[0]}", data={"outcome": "not-touched", "words": "read: INV901"})
    assert "Nobody is left" in nurse.get(place).text
    with database.unit(RECORDER) as unit:  # who comes later with such a pump is found by itself
        late = Identity(number="DEMO 4", family_name="INVENTED", given_name="Cy")
        found = add_patient(unit, late, pumped("INV160"))
    assert is_due(team, found)
    with database.unit(RECORDER) as unit:
        assert list(rebuild(unit)) == []
    physician = team.client(Role.PHYSICIAN)
    assert physician.post(f"{place}/withdraw", data={"why": " "}).status_code == 422
    assert physician.post(f"{place}/withdraw", data={"why": "another hospital's"}).status_code == 303
    assert not is_due(team, found)
    with database.reading() as connection:
        assert check_whole(connection).is_whole
    with pytest.raises(DBAPIError), database.unit(RECORDER) as unit:
        unit.connection.execute(text("DELETE FROM recall_patient"))


def test_what_a_notice_must_say(database: Database) -> None:
    """Neither model nor serial nor lot would touch everybody; each fault stands at its field."""
    team = made_clinic(database, pumped("INV150"))
    for changed, name in (
        ({"serials": ""}, "models"),
        ({"models": "SynchroMed X"}, "models"),
        ({"serials": "INV9 to INV1"}, "serials"),
        ({"title": ""}, "title"),
        ({"until": "soon"}, "until"),
        ({"implanted_from": "2026-02-01", "implanted_to": "2026-01-01"}, "implanted_to"),
    ):
        answer = opened(team, Role.PHYSICIAN, **changed)
        assert answer.status_code == 422
        assert f'href="#field-{name}"' in answer.text


def test_who_may_see_open_and_answer(database: Database) -> None:
    """The ledger's readers see; physician and administrator open; physician and nurse answer."""
    team = made_clinic(database, pumped("INV150"))
    place = opened(team).headers["location"]
    answer: Mapping[str, str] = {"outcome": "", "words": ""}
    for role in Role:
        client = team.client(role)
        sees = role in roles_of(Action.SEE_LEDGER)
        assert client.get("/recalls").status_code == (200 if sees else 403)
        assert client.get(place).status_code == (200 if sees else 403)
        assert client.post(f"{place}/list.csv").status_code == (200 if sees else 403)
        opens = role in roles_of(Action.OPEN_RECALL)
        assert client.get("/recalls/new").status_code == (200 if opens else 403)
        assert opened(team, role, title="").status_code == (422 if opens else 403)
        answers = role in roles_of(Action.ANSWER_RECALL)
        posted = client.post(f"{place}/patients/{team.patient_id}", data=answer)
        assert posted.status_code == (422 if answers else 403)


def test_a_recall_in_a_browser(served: Served, browser: Browser) -> None:
    """From the ledger to the notice, to whom it touches, to the answer; axe finds nothing on any page."""
    with served.database.reading() as connection:
        stands = standing_row(connection, served.patients["DEMO-1002"])
    assert stands is not None
    assert stands.pump is not None
    model = stands.pump.model
    with served.visited(browser, Role.PHYSICIAN, "/implants") as watched:
        page = watched.page
        page.click("a:has-text('Recalls')")
        assert violations(page) == []
        page.click("a:has-text('Enter a notice') >> nth=0")
        for name, words in (
            ("title", "Invented recall"),
            ("notice", "Invented Maker 1"),
            ("lots", "DEMO-L10"),
        ):
            page.fill(f"#field-{name}", words)
        page.fill("#field-models", model)
        page.fill("#field-lots", "")
        page.fill("#field-until", "2026-12-01")
        page.click("button:has-text('Look who is touched')")
        page.wait_for_selector("button:has-text('Open the recall')")
        assert violations(page) == []
        page.click("button:has-text('Open the recall')")
        page.wait_for_selector("text=left without an answer")
        assert violations(page) == []
        recall = page.url
        page.click("a:has-text('Answer') >> nth=0")
        page.select_option("#field-outcome", "informed")
        page.fill("#field-words", "told by telephone")
        assert violations(page) == []
        page.click("button:has-text('Write it down')")
        page.wait_for_selector("text=told by telephone")
    path = recall.removeprefix(served.address)
    with served.visited(browser, Role.NURSE, path, width=390, scheme="dark") as watched:
        assert violations(watched.page) == []
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= 390
    with served.visited(browser, Role.NURSE, "/due?kind=recall") as watched:
        assert "Answer the recall" in watched.page.inner_text("main")
        assert violations(watched.page) == []
