"""The served clinic that the tests of pages stand on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from tests.clinic.served import PASSWORD, Served, violations

from cisterna.clinic.permissions import Role


@pytest.mark.parametrize("role", Role)
def test_every_role_is_logged_in_without_a_form(served: Served, role: Role) -> None:
    """A client of each role reaches its own account; without a role it is sent to the log-in."""
    assert served.client(role).get("/account/password").status_code == 200
    sent = served.client().get("/account/password")
    assert (sent.status_code, sent.headers["location"]) == (303, "/log-in")


def test_the_log_in_form_takes_the_password_of_the_tests(served: Served) -> None:
    """The accounts are real: the form lets them in."""
    answer = served.client().post("/log-in", data={"account": "nurse", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_page_is_seen_in_a_browser(served: Served, browser: Browser) -> None:
    """The browser is logged in as the role, and axe finds nothing."""
    with served.visited(browser, Role.NURSE, "/account/second-factor", scheme="dark") as watched:
        assert "Ruth Heron" in watched.page.inner_text("header")
        assert violations(watched.page) == []
    assert len(served.patients) == 12
