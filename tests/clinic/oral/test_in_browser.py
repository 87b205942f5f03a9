"""A call and the search that follows it, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Browser
from tests.clinic.served import Served, violations

from cisterna.clinic.permissions import Role


def test_a_call_is_recorded_and_answered(served: Served, browser: Browser) -> None:
    """From the overview over the questions to what it may mean, and the search that follows."""
    patient_id = served.patients["DEMO-1002"]
    with served.visited(browser, Role.NURSE, f"/patients/{patient_id}") as watched:
        page = watched.page
        page.click("text=Alarm reported")
        page.check("input[name=sound][value=unsure]", force=True)
        for name in ("little", "much", "magnet"):
            page.check(f"input[name={name}][value=no]", force=True)
        page.fill("#field-who", "the school")
        page.click("button:has-text('Record the alarm')")
        page.wait_for_selector("text=What it may mean")
        assert "Critical: the pump is to be read at once" in page.inner_text("main")
        assert violations(page) == []
        page.goto(f"{served.address}/patients/{patient_id}/loss-of-effect")
        page.click("button:has-text('Begin the search')")
        page.click("a:has-text('X-ray in two planes')")
        page.check("input[name=found][value=cause]", force=True)
        page.fill("#field-words", "a break above the connector")
        assert violations(page) == []
        page.click("button:has-text('Record the finding')")
        page.wait_for_selector("text=a break above the connector")
        assert violations(page) == []
