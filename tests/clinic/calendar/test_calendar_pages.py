"""The pages of the calendar feed, and the feed as a phone asks for it."""

from __future__ import annotations

import re

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser
from sqlalchemy import func, select
from tests.clinic.served import Served, violations

from cisterna.clinic.database.tables import audit
from cisterna.clinic.permissions import Action, Role, may


def made(served: Served, role: Role = Role.NURSE, label: str = "my phone") -> str:
    """The path of a new link."""
    text = served.client(role).post("/account/calendar", data={"label": label}).text
    found = re.search(r"/calendar/[\w-]+\.ics", text)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("role", Role)
def test_who_may_subscribe(served: Served, role: Role) -> None:
    """The clinical team and the scheduler make links; others are refused."""
    client, expected = served.client(role), 200 if may(role, Action.SUBSCRIBE_CALENDAR) else 403
    assert client.get("/account/calendar").status_code == expected
    assert client.post("/account/calendar", data={"label": "x"}).status_code == expected
    if expected == 403:
        assert client.post("/account/calendar/revoke", data={"link": "x"}).status_code == 403


def test_a_phone_reads_the_feed_without_a_log_in_until_it_is_revoked(served: Served) -> None:
    """The address answers with a calendar, is audited under its owner, and is gone once revoked."""
    path, phone = made(served), served.client()
    answer = phone.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert len(Calendar.from_ical(answer.content).walk("VEVENT")) > 5
    assert "DEMO-1001" in answer.text
    assert "HEIN" not in answer.text
    mine = phone.get(f"{path}?mine=yes")
    assert 0 < mine.text.count("BEGIN:VEVENT") < answer.text.count("BEGIN:VEVENT")
    with served.database.reading() as connection:
        wanted = select(audit.c.account_name).where(audit.c.action == "calendar-feed")
        assert set(connection.execute(wanted).scalars()) == {"Ruth Heron"}
    client = served.client(Role.NURSE)
    links = re.findall(r'name="link" value="(\w+)"', client.get("/account/calendar").text)
    for link in links:
        assert client.post("/account/calendar/revoke", data={"link": link}).status_code == 303
    assert phone.get(path).status_code == 404
    assert client.post("/account/calendar/revoke", data={"link": links[0]}).status_code == 404


def test_a_secret_that_opens_nothing_is_a_404_that_is_audited(served: Served) -> None:
    """A guessed secret looks like a revoked one, and the attempt stands in the audit without the secret."""
    with served.database.reading() as connection:
        many = select(func.count()).where(audit.c.action == "refused")
        before = connection.execute(many).scalar_one()
    assert served.client().get("/calendar/guessed.ics").status_code == 404
    with served.database.reading() as connection:
        assert connection.execute(many).scalar_one() == before + 1
        assert "guessed" not in str(connection.execute(select(audit.c.subject, audit.c.detail)).all())


def test_the_address_is_shown_once(served: Served) -> None:
    """A second look at the page shows the name of the link and no secret; a blank name is a fault."""
    path = made(served, Role.PHYSICIAN, "desk calendar")
    text = served.client(Role.PHYSICIAN).get("/account/calendar").text
    assert "desk calendar" in text
    assert path not in text
    assert served.client(Role.PHYSICIAN).post("/account/calendar", data={"label": " "}).status_code == 422


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_links(served: Served, browser: Browser, scheme: str) -> None:
    """The page before and after a link was made, at three widths."""
    for width in (1440, 820, 390):
        with served.visited(browser, Role.NURSE, "/account/calendar", width=width, scheme=scheme) as watched:
            page = watched.page
            page.fill("#field-label", f"phone {width}")
            page.get_by_role("button", name="Make the link").click()
            page.wait_for_selector("#made-all")
            assert page.input_value("#made-all").endswith(".ics")
            assert violations(page) == [], width
            assert page.evaluate("document.documentElement.scrollWidth") <= width
