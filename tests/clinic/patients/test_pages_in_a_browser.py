"""The pages of a patient in a real browser: silent, readable in both themes, at three widths, by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.clinic.served import Served, violations

from cisterna.clinic.permissions import Role


def address(served: Served, path: str) -> str:
    """A path with the ids of a patient who has a flex or plain program, and of an event."""
    patient_id = served.patients["DEMO-1003"]
    event = served.told["DEMO-1003"].therapy.valid_events[-1].id or ""
    return path.format(id=patient_id, event=event)


def settled(page: Page, path: str) -> None:
    """The charts of the overview are drawn."""
    if path == "/patients/{id}":
        page.wait_for_selector("html[data-ready]", timeout=30_000)


@pytest.mark.parametrize("role", [Role.SCHEDULER, Role.EMERGENCY_READER])
def test_what_others_see_is_readable_too(served: Served, browser: Browser, role: Role) -> None:
    """The brief page of a scheduler and the form that asks for a reason have no fault either."""
    path = "/patients/{id}" if role is Role.SCHEDULER else "/patients/{id}/emergency"
    for scheme in ("light", "dark"):
        with served.visited(browser, role, address(served, path), scheme=scheme) as watched:
            assert violations(watched.page) == []


def test_the_course_is_drawn_and_read_by_keyboard(served: Served, browser: Browser) -> None:
    """Three panels come from the data; a key moves the cursor; the values stand in a table on demand."""
    with served.visited(browser, Role.NURSE, address(served, "/patients/{id}")) as watched:
        page = watched.page
        settled(page, "/patients/{id}")
        assert page.locator("[data-panel] canvas").count() == 3
        assert page.locator("[data-course-loading]").is_hidden()
        plot = page.locator('[data-panel="tone"] .c-plot')
        plot.focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        assert "legs" in str(plot.get_attribute("aria-valuetext"))
        page.locator('[data-values="daily-dose"]').click()
        assert page.locator("#values-daily-dose tbody tr").count() > 5
        assert "course.csv" not in page.inner_text("#values-daily-dose")


def test_a_course_that_cannot_be_loaded_says_so(served: Served, browser: Browser) -> None:
    """Without an answer the card says so in words, and the rest of the page holds."""
    with served.visited(browser, Role.NURSE, "/account/password") as watched:
        page = watched.page
        page.route("**/course.json*", lambda route: route.abort())
        page.goto(served.address + address(served, "/patients/{id}"))
        page.wait_for_selector("[data-course-failed]:visible", timeout=20_000)
        assert page.get_by_role("heading", name="Pump and catheter").is_visible()
        watched.said.clear()  # the browser itself reports the request that was cut


def test_a_patient_is_added_and_found_in_a_browser(served: Served, browser: Browser) -> None:
    """From the list through the form to the page; then found by name, which stands in no address."""
    with served.visited(browser, Role.NURSE, "/patients") as watched:
        page = watched.page
        page.get_by_role("link", name="New patient").click()
        page.fill("#field-family_name", "Dotterel")
        page.fill("#field-given_name", "Pia")
        page.fill("#field-number", "B 1")
        page.fill("#field-born", "2018-02-11")
        page.select_option("#field-condition", "cerebral palsy")
        page.fill("#field-allergies", "latex")
        page.get_by_role("button", name="Add the patient").click()
        expect(page).to_have_url(re.compile(r"/patients/[0-9a-f]{16}$"))
        assert "DOTTEREL, Pia" in page.inner_text(".c-patient-name")
        assert "The course is drawn once something was done" in page.inner_text("main")
        assert "latex" in page.inner_text(".c-patient, header, body")
        page.fill("#search-words", "dotterel")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=1 patient found")
        assert "dotterel" not in page.url.lower()


def test_an_event_is_recorded_in_a_browser(served: Served, browser: Browser) -> None:
    """A wrong unit is shown at its field with what was typed; put right, the event stands in the timeline."""
    with served.visited(browser, Role.NURSE, address(served, "/patients/{id}/record")) as watched:
        page = watched.page
        page.get_by_role("link", name="Weight and height").click()
        page.fill("#field-weight", "21 kg")
        page.get_by_role("button", name="Record it").click()
        page.wait_for_selector("#fault-weight")
        watched.said.clear()  # the browser itself reports an answer of 422
        assert page.input_value("#field-weight") == "21 kg"
        page.fill("#field-weight", "21.5")
        page.get_by_role("button", name="Record it").click()
        page.wait_for_selector("text=Measured 21.5 kg")
        assert page.get_by_text("Recorded.").is_visible()


def test_a_correction_that_takes_away_hides_the_values(served: Served, browser: Browser) -> None:
    """Where nothing should have been written, no values are asked for."""
    path = address(served, "/patients/{id}/events/{event}/correct")
    with served.visited(browser, Role.NURSE, path) as watched:
        page = watched.page
        assert page.locator(".c-new-values").is_visible()
        page.locator('input[name="how"][value="nothing"]').check()
        assert page.locator(".c-new-values").is_hidden()
