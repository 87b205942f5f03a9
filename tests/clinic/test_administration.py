"""Administration, sheets, the ledger and trials: what each role may do there, and that it is done."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from tests.clinic.conftest import Clock
from tests.clinic.served import Served

from cisterna.clinic.accounts import LogIn, account_by_login, log_in
from cisterna.clinic.audit import Query, search
from cisterna.clinic.database import Actor
from cisterna.clinic.database.tables import instance, need
from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.projection.renewal import renew
from cisterna.clinic.settings import site_choices

PAGES = {
    "/administration": Action.ADMINISTER_SETTINGS,
    "/administration/accounts": Action.ADMINISTER_ACCOUNTS,
    "/administration/settings": Action.ADMINISTER_SETTINGS,
    "/administration/audit": Action.SEE_AUDIT,
    "/administration/audit/head": Action.SEE_AUDIT,
    "/implants": Action.SEE_LEDGER,
    "/trials": Action.SEE_THERAPY,
    "/sheets": Action.SEE_SHEETS,
    "/sheets/emergency": Action.SEE_SHEETS,
    "/sheets/refill": Action.SEE_SHEETS,
}
POSTS = (
    "/administration/accounts", "/administration/settings", "/administration/audit",
    "/administration/audit/export", "/administration/backup", "/administration/integrity",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", list(Role))
def test_each_page_answers_the_roles_that_may_see_it_and_no_other(
    served: Served, role: Role, path: str
) -> None:
    """Who may see a page gets it; everybody else gets 403 and the refusal stands in the audit."""
    answer = served.client(role).get(path)
    if role in roles_of(PAGES[path]):
        assert answer.status_code == 200, answer.text[:500]
        return
    assert answer.status_code == 403
    with served.database.reading() as connection:
        (refusal,) = search(connection, Query(account_id=served.accounts[role].id, action="refused", most=1))
    assert refusal.detail["action"] == PAGES[path].value


@pytest.mark.parametrize("path", POSTS)
def test_nobody_but_an_administrator_administers(served: Served, path: str) -> None:
    """A nurse is refused at each door of the administration, and a visitor is sent to log in."""
    assert served.client(Role.NURSE).post(path).status_code == 403
    assert served.client().post(path).headers["location"] == "/log-in"


def test_an_account_is_added_with_a_password_that_is_shown_once(served: Served) -> None:
    """The new account logs in with what was shown and must then choose a password of its own."""
    client = served.client(Role.ADMINISTRATOR)
    typed = {"login": "?", "name": "New Person", "role": "nurse"}
    wrong = client.post("/administration/accounts", data=typed)
    assert wrong.status_code == 422
    assert 'value="New Person"' in wrong.text
    made = client.post("/administration/accounts", data={**typed, "login": "n.person"})
    password = made.text.split('class="c-secret"><code>')[1].split("</code>")[0]
    with served.database.unit(Actor(name="x")) as unit:
        begun = log_in(unit, "n.person", password, "a", site_choices(unit.connection))
        known = account_by_login(unit.connection, "n.person")
        written = json.dumps([entry.detail for entry in search(unit.connection, Query(most=500))])
    assert isinstance(begun, LogIn)
    assert known is not None
    assert known.must_change
    assert password not in written
    fresh = served.client()
    fresh.cookies.set("cisterna_session", begun.token)
    assert fresh.get("/sheets").headers["location"] == "/account/password"


def test_a_closed_account_is_logged_out_and_can_be_opened_again(served: Served) -> None:
    """Closing an account ends its log-ins; its page still shows it; opening it lets it in again."""
    client = served.client(Role.ADMINISTRATOR)
    therapist = served.client(Role.THERAPIST)
    account = served.accounts[Role.THERAPIST]
    assert therapist.get("/sheets").status_code == 200
    base = f"/administration/accounts/{account.id}"
    client.post(base, data={"name": account.name, "role": "therapist"})
    assert therapist.get("/sheets").status_code in {303, 401}
    assert account.name in client.get("/administration/accounts").text
    client.post(base, data={"name": account.name, "role": "therapist", "active": "yes"})
    assert served.client(Role.THERAPIST).get("/sheets").status_code == 200
    assert client.post(base, data={"name": account.name, "role": "king"}).status_code == 422
    assert client.get("/administration/accounts/none").status_code == 404


def test_a_new_password_and_a_lost_telephone(served: Served) -> None:
    """An administrator makes a new password, takes the second factor off and ends every log-in."""
    client = served.client(Role.ADMINISTRATOR)
    scheduler = served.client(Role.SCHEDULER)
    base = f"/administration/accounts/{served.accounts[Role.SCHEDULER].id}"
    assert "c-secret" in client.post(f"{base}/password").text
    assert scheduler.get("/sheets").status_code in {303, 401}
    assert client.post(f"{base}/second-factor").status_code == 303
    assert client.post(f"{base}/log-out").status_code == 303


def test_a_changed_setting_moves_every_date_and_back(served: Served) -> None:
    """A shorter lead moves the refills of all patients; so does going back to the default."""

    def refills() -> list[str]:
        with served.database.reading() as connection:
            wanted = select(need.c.due_on).where(need.c.kind == "refill").order_by(need.c.patient_id)
            return list(connection.execute(wanted).scalars())

    client = served.client(Role.ADMINISTRATOR)
    before = refills()
    answer = client.post("/administration/settings", data={"name": "refill_lead_short", "value": "3 days"})
    assert answer.status_code == 303
    assert renew(served.database) == 0  # the background task of the request did it
    after = refills()
    assert before
    assert all(later > earlier for earlier, later in zip(before, after, strict=True))
    client.post("/administration/settings", data={"name": "refill_lead_short", "back": "yes"})
    assert refills() == before


def test_a_renewal_that_was_cut_off_is_gone_on_with(served: Served) -> None:
    """A mark that a stopped server left is taken up, and gone when all patients are done."""
    with served.database.unit(Actor(name="x")) as unit:
        unit.connection.execute(instance.insert().values(name="renewed_up_to", value=""))
    assert renew(served.database) == len(served.patients)
    assert renew(served.database) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("refill_lead_short", "7"), ("zone", "Mars/Olympus"), ("limits", "nonsense = ["), ("unknown", "1 d")],
)
def test_a_setting_that_is_none_is_refused_and_what_was_typed_stays(
    served: Served, name: str, value: str
) -> None:
    """The fault stands beside the field, which keeps what was typed."""
    answer = served.client(Role.ADMINISTRATOR).post(
        "/administration/settings", data={"name": name, "value": value}
    )
    assert answer.status_code == 422
    assert f'href="#field-{name}"' in answer.text
    if name != "unknown":
        assert value in answer.text


def test_the_audit_is_searched_by_words_that_never_stand_in_an_address(served: Served) -> None:
    """Filters narrow the list; a wrong number and a day that is none are told beside their fields."""
    client = served.client(Role.ADMINISTRATOR)
    number, patient_id = next(iter(served.patients.items()))
    found = client.post("/administration/audit", data={"number": number, "action": "add-patient"})
    assert found.status_code == 200
    assert number in found.text
    nothing = client.post("/administration/audit", data={"words": "no such words anywhere"})
    assert "No entry answers to that" in nothing.text
    wrong = client.post("/administration/audit", data={"number": "none", "words": "kept"})
    assert wrong.status_code == 422
    assert 'value="kept"' in wrong.text
    assert client.post("/administration/audit", data={"since": "2026-02-31"}).status_code == 422
    table = client.post("/administration/audit/export", data={"number": number})
    assert table.headers["content-type"].startswith("text/csv")
    assert patient_id in table.text
    head = client.get("/administration/audit/head").json()
    assert len(head["hash"]) == 64


@pytest.mark.parametrize("before", ["\u00b2", "9" * 40])
def test_a_place_in_the_audit_that_is_none_is_no_fault_of_the_program(served: Served, before: str) -> None:
    """What the page itself never sends shows the newest entries."""
    answer = served.client(Role.ADMINISTRATOR).post("/administration/audit", data={"before": before})
    assert answer.status_code == 200


def test_a_backup_is_handed_out_and_everything_is_whole(served: Served) -> None:
    """The file is a database of SQLite; the check finds nothing; both stand in the audit."""
    client = served.client(Role.ADMINISTRATOR)
    answer = client.post("/administration/backup")
    assert answer.content.startswith(b"SQLite format 3")
    assert "Everything is whole" in client.post("/administration/integrity").text
    with served.database.reading() as connection:
        assert search(connection, Query(action="backup"))
        assert search(connection, Query(action="check-whole"))[0].detail["findings"] == 0


def test_the_ledger_finds_serials_and_lots_for_a_recall(served: Served) -> None:
    """A serial finds its patient alone, other words nobody; the table can be taken along."""
    client = served.client(Role.NURSE)
    told = next(
        each for each in served.told.values() if any(e.kind == "implant" for e in each.therapy.events)
    )
    implant = next(event for event in told.therapy.events if event.kind == "implant")
    serial = implant.pump_serial  # type: ignore[attr-defined]
    found = client.post("/implants", data={"words": serial})
    assert told.identity.number in found.text
    assert "1 device" in found.text
    assert "No device answers" in client.post("/implants", data={"words": "none of these"}).text
    assert serial in client.post("/implants/export", data={"words": serial}).text
    record = client.get(f"/patients/{served.patients[told.identity.number]}/implant")
    assert serial in record.text


def test_both_emergency_sheets_stand_on_one_page_and_compute_no_dose(served: Served) -> None:
    """Whoever asks for one sheet gets both; an unknown one is told kindly."""
    client = served.client(Role.EMERGENCY_READER)
    text = client.get("/sheets/emergency").text
    assert 'id="withdrawal"' in text
    assert 'id="overdose"' in text
    assert client.get("/sheets/overdose").headers["location"] == "/sheets/emergency#overdose"
    assert client.get("/sheets/unknown").status_code == 404


def test_a_session_that_idles_is_sent_to_log_in(served: Served, module_clock: Clock) -> None:
    """After the time of the setting the next request asks for the password again."""
    client = served.client(Role.NURSE)
    before = module_clock.now_us
    module_clock.move(days=1)
    assert client.get("/sheets").headers["location"] == "/log-in"
    module_clock.now_us = before
