"""The pages of assessments: who may see and record, what a wrong form gives back, and how they look."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser
from tests.clinic.served import Served

from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.record import record_of

RECORDERS = roles_of(Action.RECORD_ASSESSMENT)
OTHERS = tuple(role for role in Role if role not in RECORDERS)
WIDTHS = (1440, 820, 390)


@pytest.fixture(scope="module")
def patient_id(served: Served) -> str:
    """A patient with years of assessments."""
    return served.patients["DEMO-1002"]


def entries(served: Served, patient_id: str) -> int:
    """How long the record is."""
    with served.database.unit(served.accounts[Role.NURSE].actor) as unit:
        return record_of(unit, patient_id)[0].entries


@pytest.mark.parametrize("role", RECORDERS)
def test_who_treats_sees_the_history_and_the_form(role: Role, served: Served, patient_id: str) -> None:
    """Physician, nurse and therapist reach both pages."""
    client = served.client(role)
    assert "Ashworth, 1 to 5" in client.get(f"/patients/{patient_id}/assessments").text
    assert "Record the assessment" in client.get(f"/patients/{patient_id}/assessments/new").text


@pytest.mark.parametrize("role", OTHERS)
def test_every_other_role_is_refused(role: Role, served: Served, patient_id: str) -> None:
    """Reading and recording answer 403, and nothing is recorded."""
    before, client = entries(served, patient_id), served.client(role)
    assert client.get(f"/patients/{patient_id}/assessments").status_code == 403
    assert client.get(f"/patients/{patient_id}/assessments/new").status_code == 403
    assert client.post(f"/patients/{patient_id}/assessments/new", data={"penn": "1"}).status_code == 403
    assert entries(served, patient_id) == before


def test_nobody_without_a_log_in_reaches_them(served: Served, patient_id: str) -> None:
    """The log-in comes first; an unknown patient is not found."""
    assert served.client().get(f"/patients/{patient_id}/assessments").status_code == 303
    assert served.client(Role.NURSE).get("/patients/nobody/assessments").status_code == 404


def test_a_wrong_form_comes_back_with_everything_that_was_typed(served: Served, patient_id: str) -> None:
    """The fault stands beside its field and in the list, and nothing of the right part is recorded."""
    before = entries(served, patient_id)
    typed = {"at_day": "2026-11-18", "at_time": "09:00", "penn": "9", "nrs": "3", "note": "slept badly",
             "mas--left-soleus": "5", "seen_entries": str(before)}  # fmt: skip
    answer = served.client(Role.THERAPIST).post(f"/patients/{patient_id}/assessments/new", data=typed)
    assert answer.status_code == 422
    assert 'href="#field-penn"' in answer.text
    assert 'href="#field-mas--left-soleus"' in answer.text
    assert "slept badly" in answer.text
    assert re.search(r'id="field-nrs"[^>]*value="3"', answer.text)
    assert entries(served, patient_id) == before


def test_a_stale_form_shows_what_is_new_and_can_be_recorded_then(served: Served, patient_id: str) -> None:
    """409 with the entry that was added and all that was typed; recorded again it goes through."""
    client = served.client(Role.NURSE)
    seen = entries(served, patient_id)
    address = f"/patients/{patient_id}/assessments/new"
    first = {"at_day": "2026-11-18", "at_time": "08:00", "penn": "2", "seen_entries": str(seen)}
    assert client.post(address, data=first).headers["location"] == f"/patients/{patient_id}/assessments"
    second = {"at_day": "2026-11-18", "at_time": "08:30", "nrs": "4", "seen_entries": str(seen)}
    stale = client.post(address, data=second)
    assert stale.status_code == 409
    assert "Somebody else changed this record" in stale.text
    assert "penn" in stale.text
    assert f'name="seen_entries" value="{seen + 1}"' in stale.text
    assert re.search(r'id="field-nrs"[^>]*value="4"', stale.text)
    again = client.post(address, data={**second, "seen_entries": str(seen + 1)})
    assert again.status_code == 303
    assert entries(served, patient_id) == seen + 2


def test_a_form_without_the_length_of_the_record_is_stale(served: Served, patient_id: str) -> None:
    """A count that the page did not give fits nothing, so that nothing is written blindly."""
    typed = {"at_day": "2026-11-18", "at_time": "10:00", "nrs": "4"}
    assert (
        served.client(Role.NURSE).post(f"/patients/{patient_id}/assessments/new", data=typed).status_code
        == 409
    )


def test_a_therapist_records_a_visit_in_a_browser(served: Served, patient_id: str, browser: Browser) -> None:
    """Typed, recorded, said, and on top of the history."""
    with served.visited(browser, Role.THERAPIST, f"/patients/{patient_id}/assessments") as watched:
        page = watched.page
        page.click("text=Record an assessment")
        page.fill("#field-ashworth-1-5--legs", "1.9")
        page.fill("#field-weight", "35")
        page.select_option("#field-gmfcs", "III")
        page.click("button:has-text('Record the assessment')")
        page.wait_for_url("**/assessments")
        assert "Recorded." in page.inner_text("main, body")
        assert "1.9" in page.inner_text("tbody tr:first-child")
        assert "35 kg" in page.inner_text("tbody tr:first-child")
