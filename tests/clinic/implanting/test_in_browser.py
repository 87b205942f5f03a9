"""End, implant and revision in a real browser, one after the other for one patient, in light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from tests.clinic.conftest import Clock
from tests.clinic.implanting.conftest import STEPS
from tests.clinic.served import Served, violations

from cisterna.clinic.permissions import Role
from cisterna.clinic.record import record_of

SIZES = ((1440, "light"), (820, "light"), (390, "dark"), (1440, "dark"))


@pytest.fixture(scope="module")
def patient_id(served: Served) -> str:
    """A patient with a pump that runs."""
    return served.patients["DEMO-1002"]


def looked_at(page: Page, width: int) -> None:
    """Axe finds nothing, and nothing scrolls sideways."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def last_kind(served: Served, patient_id: str) -> str:
    """The kind of the last event."""
    with served.database.unit(served.accounts[Role.NURSE].actor) as unit:
        return record_of(unit, patient_id)[1].therapy.events[-1].kind


def test_a_revision_is_reviewed_and_recorded(served: Served, patient_id: str, browser: Browser) -> None:
    """From the implant record to the form, the comparison and back."""
    for width, scheme in SIZES:
        path = f"/patients/{patient_id}/revision"
        with served.visited(browser, Role.PHYSICIAN, path, width=width, scheme=scheme) as watched:
            page = watched.page
            looked_at(page, width)
            page.select_option("#field-tip", "T8")
            page.fill("#field-reason", "the tip had slipped")
            page.click("button:has-text('Review the revision')")
            page.wait_for_selector("text=In place and new")
            looked_at(page, width)
    with served.visited(browser, Role.PHYSICIAN, f"/patients/{patient_id}/implant") as watched:
        page = watched.page
        page.click("text=Record a revision")
        page.fill("#field-alarm_volume", "2")
        page.fill("#field-reason", "the alarm came too early")
        page.click("button:has-text('Review the revision')")
        page.click("button:has-text('Record the revision')")
        page.wait_for_selector("text=Recorded.")
    assert last_kind(served, patient_id) == "revise"


def test_the_end_is_reviewed_and_recorded(
    served: Served, patient_id: str, browser: Browser, module_clock: Clock
) -> None:
    """The form says the danger first, the review the balance; then the pump is out."""
    module_clock.move(seconds=600)
    for width, scheme in SIZES:
        path = f"/patients/{patient_id}/end"
        with served.visited(browser, Role.PHYSICIAN, path, width=width, scheme=scheme) as watched:
            page = watched.page
            looked_at(page, width)
            page.check("input[name=way][value=explant]", force=True)
            page.fill("input[name=out_day]", page.input_value("input[name=at_day]"))
            page.fill("input[name=out_time]", page.input_value("input[name=at_time]"))
            page.fill("#field-withdrawn", "20")
            page.fill("#field-reason", "infection of the pocket")
            page.check("input[name=cover][value=no]", force=True)
            page.fill("#field-cover_words", "watched on intensive care")
            page.click("button:has-text('Review the end')")
            page.wait_for_selector("text=Last balance of drug")
            looked_at(page, width)
            if (width, scheme) == SIZES[-1]:
                page.click("button:has-text('Record the end of therapy')")
                page.wait_for_selector("text=Recorded.")
                assert page.locator("button:has-text('Begin the implant visit')").count() == 1
    assert last_kind(served, patient_id) == "explant"


def test_every_step_of_an_implant_visit_is_clean(served: Served, patient_id: str, browser: Browser) -> None:
    """Begun in the browser, each step filled in and looked at on a wide screen and on a phone."""
    with served.visited(browser, Role.PHYSICIAN, f"/patients/{patient_id}/implant") as watched:
        watched.page.click("button:has-text('Begin the implant visit')")
        watched.page.wait_for_url("**/visits/*/identity")
        address = watched.page.url.removeprefix(served.address).rpartition("/")[0]
    client = served.client(Role.PHYSICIAN)
    for step, typed in STEPS.items():
        on_the_day = {name: "2026-11-18" if name.endswith("_day") else text for name, text in typed.items()}
        client.post(f"{address}/{step}", data={**on_the_day, "do": "save", "place": "0"})
    for width, scheme in ((1440, "light"), (390, "dark")):
        for step in STEPS:
            with served.visited(
                browser, Role.PHYSICIAN, f"{address}/{step}", width=width, scheme=scheme
            ) as watched:
                looked_at(watched.page, width)
                assert "Put in so far" in watched.page.inner_text("body")
                assert "without a refill" not in watched.page.inner_text("body")
