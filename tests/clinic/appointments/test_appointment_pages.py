"""The diary of a patient as roles and browsers see it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser
from tests.clinic.served import Served, violations

from cisterna.clinic.appointments.repository import visits_of
from cisterna.clinic.permissions import Action, Role, may

DAY = date(2026, 11, 19)
OPEN = "DEMO-1005"
"""A refill by 20 November, an alarm on the 27th, nothing booked."""
BOOKED = "DEMO-1007"


def address(served: Served, number: str = OPEN) -> str:
    """The diary of a patient."""
    return f"/patients/{served.patients[number]}/appointments"


def fields(day: date = DAY, **more: str) -> dict[str, str]:
    """A form that can be taken."""
    return {"kind": "refill", "at_day": day.isoformat(), "at_time": "09:30", "with_whom": "R. Heron", **more}


@pytest.mark.parametrize("role", Role)
def test_who_may_book_sees_the_diary(served: Served, role: Role) -> None:
    """The clinical team and the scheduler book; nobody else reaches the page or its forms."""
    client, expected = served.client(role), 200 if may(role, Action.BOOK) else 403
    assert client.get(address(served)).status_code == expected
    if expected == 403:
        for path in ("", "/x/move", "/x/call-off", "/x/keep"):
            assert client.post(address(served) + path, data=fields()).status_code == 403
    assert served.client().get(address(served)).status_code == 303


def test_a_visit_is_booked_moved_and_called_off(served: Served) -> None:
    """Each step answers with the diary; the list of what is due shows the visit, then that there is none."""
    client = served.client(Role.SCHEDULER)
    assert client.post(address(served), data=fields()).headers["location"] == address(served)
    with served.database.reading() as connection:
        (held,) = visits_of(connection, served.patients[OPEN])
    page = f"{address(served)}/{held.id}"
    assert "19 Nov 2026, 09:30" in client.get(page).text
    assert "Thu 19 Nov" in client.get("/due").text
    moved = client.post(f"{page}/move", data={"version": "1", **fields(DAY + timedelta(days=1))})
    assert moved.status_code == 303
    stale = client.post(f"{page}/move", data={"version": "1", **fields(with_whom="Typed here")})
    assert stale.status_code == 409
    assert "somebody else changed meanwhile" in stale.text
    assert "Typed here" in stale.text
    assert "20 Nov 2026, 09:30" in stale.text
    assert client.post(f"{page}/call-off", data={"version": "2", "why": ""}).status_code == 422
    done = client.post(f"{page}/call-off", data={"version": "2", "why": "away"})
    assert done.status_code == 303
    assert "called off" in client.get(address(served)).text
    assert client.post(f"{page}/keep", data={"version": "3"}).status_code == 409


def test_a_refusal_says_which_rule_and_keeps_what_was_typed(served: Served) -> None:
    """On the day of the alarm: the rule with its source, and nothing typed is lost; nonsense is told."""
    client = served.client(Role.NURSE)
    refused = client.post(address(served), data=fields(date(2026, 11, 27), reason="holidays"))
    assert refused.status_code == 422
    assert "on or after the day of the alarm" in refused.text
    assert "Gillette" in refused.text
    assert "holidays" in refused.text
    assert 'value="2026-11-27"' in refused.text
    for typed in ({"at_time": "9.30"}, {"at_day": ""}, {"kind": "party"}):
        assert client.post(address(served), data={**fields(), **typed}).status_code == 422
    unknown = client.post("/patients/nobody/appointments", data=fields())
    assert unknown.status_code == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_diary(served: Served, browser: Browser, scheme: str) -> None:
    """The diary, one visit, and the form with faults, at three widths."""
    with served.database.reading() as connection:
        held = visits_of(connection, served.patients[BOOKED])[0]
    for path in (f"{address(served)}?kind=low-reservoir", f"{address(served, BOOKED)}/{held.id}"):
        for width in (1440, 820, 390):
            with served.visited(browser, Role.NURSE, path, width=width, scheme=scheme) as watched:
                assert violations(watched.page) == [], (path, width)
                assert watched.page.evaluate("document.documentElement.scrollWidth") <= width


def test_from_the_list_by_keys_alone(served: Served, browser: Browser) -> None:
    """The link of a row opens the form with the right kind chosen; a fault leads into its field."""
    with served.visited(browser, Role.SCHEDULER, "/due?kind=refill") as watched:
        page = watched.page
        page.locator(".c-due-row", has_text="TOHTORI").get_by_role("link", name="Book").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#field-kind")
        assert page.locator("#field-kind").input_value() == "refill"
        page.fill("input[name=at_day]", "2026-11-26")
        page.fill("input[name=at_time]", "09:30")
        page.get_by_role("button", name="Book the visit").click()
        page.wait_for_selector("[data-faults]")
        page.locator(".c-faults a").first.click()
        assert page.evaluate("document.activeElement.name") == "reason"
        watched.said.clear()  # the browser itself reports an answer of 422
