"""The pages of a change of dose: who may, what is shown before anything is recorded, what is refused."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser
from tests.clinic.dose.typed import SESSION
from tests.clinic.served import Served, violations

from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.record import record_of

DOSERS = roles_of(Action.CHANGE_DOSE)
OTHERS = tuple(role for role in Role if role not in DOSERS)
WIDTHS = (1440, 820, 390)


@pytest.fixture(scope="module")
def patient_id(served: Served) -> str:
    """A patient whose pump runs 272 mcg/day, simple continuous."""
    return served.patients["DEMO-1002"]


def entries(served: Served, patient_id: str) -> int:
    """How long the record is."""
    with served.database.unit(served.accounts[Role.NURSE].actor) as unit:
        return record_of(unit, patient_id)[0].entries


def typed(dose: str, seen: int, **more: str) -> dict[str, str]:
    """A whole change as the browser sends it."""
    return {"mode": "simple-continuous", "daily_dose": dose, "read_dose": dose, "seen_entries": str(seen),
            **SESSION, **more}  # fmt: skip


@pytest.mark.parametrize("role", DOSERS)
def test_who_programs_pumps_sees_form_and_review(role: Role, served: Served, patient_id: str) -> None:
    """The review says old and new, the limits with their sources, the dates and what will be recorded."""
    client = served.client(role)
    assert "Change the dose" in client.get(f"/patients/{patient_id}/program").text
    assert "Review the change" in client.get(f"/patients/{patient_id}/dose").text
    shown = client.post(f"/patients/{patient_id}/dose/review", data=typed("300", 0))
    assert shown.status_code == 200
    for words in ("272 mcg/day", "300 mcg/day", "+10.3 %, +28 mcg/day", "Refill by", "Gablofen label",
                  "This records a simple continuous program of <b>300 mcg/day</b>"):  # fmt: skip
        assert words in shown.text


@pytest.mark.parametrize("role", OTHERS)
def test_every_other_role_is_refused(role: Role, served: Served, patient_id: str) -> None:
    """Seeing, reviewing and recording answer 403, and nothing is recorded."""
    before, client = entries(served, patient_id), served.client(role)
    base = f"/patients/{patient_id}/dose"
    assert client.get(base).status_code == 403
    for path in (f"{base}/review", base):
        assert client.post(path, data=typed("300", before)).status_code == 403
    assert entries(served, patient_id) == before


def test_a_wrong_program_comes_back_as_it_was_typed(served: Served, patient_id: str) -> None:
    """422 with the fault at its field; the reason and the steps are still there."""
    data = {"mode": "flex", "from_1": "02:00", "rate_1": "4", "reason": "nights are worse"}
    answer = served.client(Role.NURSE).post(f"/patients/{patient_id}/dose/review", data=data)
    assert answer.status_code == 422
    assert 'href="#field-from_1"' in answer.text
    assert "nights are worse" in answer.text
    assert re.search(r'id="field-from_1"[^>]*value="02:00"', answer.text)


def test_an_absolute_limit_offers_no_button_and_takes_no_post(served: Served, patient_id: str) -> None:
    """What cannot be overridden cannot be recorded, by the page or past it."""
    before, client = entries(served, patient_id), served.client(Role.PHYSICIAN)
    shown = client.post(f"/patients/{patient_id}/dose/review", data=typed("900", before))
    assert "An absolute limit is passed" in shown.text
    assert "Record the new program" not in shown.text
    answer = client.post(f"/patients/{patient_id}/dose", data=typed("900", before, reason="because"))
    assert answer.status_code == 422
    assert "cannot be overridden" in answer.text
    assert entries(served, patient_id) == before


def test_a_caution_without_a_reason_is_refused_beside_the_field(served: Served, patient_id: str) -> None:
    """The page asks for the reason, and everything typed stays."""
    before = entries(served, patient_id)
    answer = served.client(Role.NURSE).post(f"/patients/{patient_id}/dose", data=typed("300", before))
    assert answer.status_code == 422
    assert 'href="#field-reason"' in answer.text
    assert re.search(r'id="field-read_dose"[^>]*value="300"', answer.text)
    assert entries(served, patient_id) == before


def test_back_to_the_form_loses_nothing(served: Served, patient_id: str) -> None:
    """'Change it' goes back with the program and the reason as they were typed."""
    data = typed("300", 0, reason="spasms", how="edit")
    answer = served.client(Role.NURSE).post(f"/patients/{patient_id}/dose/review", data=data)
    assert answer.status_code == 200
    assert re.search(r'id="field-daily_dose"[^>]*value="300"', answer.text)
    assert "spasms" in answer.text


def test_a_stale_review_shows_what_is_new_and_goes_on_from_there(served: Served) -> None:
    """409 with what was added, judged anew against it; then it is recorded."""
    patient_id = served.patients["DEMO-1003"]
    client, seen = served.client(Role.NURSE), entries(served, patient_id)
    base = f"/patients/{patient_id}"
    note = {"at_day": "2026-11-18", "at_time": "08:00", "penn": "2", "seen_entries": str(seen)}
    assert client.post(f"{base}/assessments/new", data=note).status_code == 303
    current = client.get(f"{base}/dose").text
    dose = re.search(r'c-big">([0-9.,]+) mcg/day', current)
    assert dose is not None
    data = typed(dose[1].replace(",", ""), seen, reason="as before, read anew")
    stale = client.post(f"{base}/dose", data=data)
    assert stale.status_code == 409
    assert "Somebody else changed this record" in stale.text
    again = client.post(f"{base}/dose", data={**data, "seen_entries": str(seen + 1)})
    assert again.status_code == 303, again.text
    assert entries(served, patient_id) > seen + 1


def test_from_the_form_to_the_second_person_in_a_browser(
    served: Served, patient_id: str, browser: Browser
) -> None:
    """A nurse changes the dose and cannot confirm it; a physician is led to the comparison."""
    path = f"/patients/{patient_id}/dose"
    with served.visited(browser, Role.NURSE, path) as watched:
        page = watched.page
        page.fill("#field-daily_dose", "290")
        page.click("button:has-text('Review the change')")
        page.fill("#field-read_dose", "290")
        page.select_option("#field-ended", "running")
        page.fill("#field-reason", "more spasms since September")
        page.click("button:has-text('Record the new program')")
        page.wait_for_selector("text=Recorded.")
        assert "290 mcg/day" in page.inner_text("body")
        assert "another person must confirm" in page.inner_text("#waiting")
        assert page.locator("text=Compare and confirm").count() == 0
    with served.visited(browser, Role.PHYSICIAN, path) as watched:
        page = watched.page
        page.click("text=Compare and confirm")
        page.wait_for_url("**/confirm/*")
        assert "290" in page.inner_text("body")
    with served.database.unit(served.accounts[Role.NURSE].actor) as unit:
        last = record_of(unit, patient_id)[1].therapy.valid_events[-1]
    assert last.kind in {"program", "session", "interrogate"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_no_width_scrolls(
    scheme: str, served: Served, patient_id: str, browser: Browser
) -> None:
    """Form and review at three widths, in light and dark."""
    for width in WIDTHS:
        with served.visited(
            browser, Role.NURSE, f"/patients/{patient_id}/dose", width=width, scheme=scheme
        ) as watched:
            page = watched.page
            assert violations(page) == [], width
            page.fill("#field-daily_dose", "500")
            page.click("button:has-text('Review the change')")
            page.wait_for_selector("text=Current and new")
            assert violations(page) == [], width
            assert page.evaluate("document.documentElement.scrollWidth") <= width
