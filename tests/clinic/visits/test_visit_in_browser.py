"""A whole refill in a real browser: typed, saved while typing, confirmed by a second person, recorded."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
import uvicorn
from playwright.sync_api import Browser, Page
from tests.clinic.conftest import Clock
from tests.clinic.served import PASSWORD, violations
from tests.clinic.visits.conftest import NOW, ROUTINE, Team, Visit, made_clinic
from tests.report.test_browser import Watched

from cisterna.clinic.accounts.sessions import begin_session
from cisterna.clinic.database import open_database
from cisterna.clinic.permissions import Role
from cisterna.clinic.visits.repository import steps_of
from cisterna.clinic.web.desk import COOKIE
from cisterna.instants import instant_us
from cisterna.therapy import Fill
from cisterna.units import Volume

WIDTHS = (1440, 820, 390)


@contextmanager
def listening(team: Team) -> Iterator[str]:
    """The clinic on a port of this machine."""
    opened = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(cast("Any", team.app), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{opened.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    opened.close()


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """One clinic for the module."""
    clock = Clock()
    clock.now_us = instant_us(NOW)
    database = open_database(f"sqlite:///{Path(tmp_path_factory.mktemp('visits')) / 'c.db'}", clock_us=clock)
    yield made_clinic(database)
    database.close()


@pytest.fixture(scope="module")
def address(team: Team) -> Iterator[str]:
    """Where the clinic answers."""
    with listening(team) as found:
        yield found


@contextmanager
def screen(
    team: Team, address: str, browser: Browser, *, width: int = 1440, scheme: str = "light"
) -> Iterator[Watched]:
    """A nurse at a screen; at the end the console is silent."""
    account = team.accounts[Role.NURSE]
    with team.database.unit(account.actor) as unit:
        token = begin_session(unit, account, second_factor_due=False)
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=cast("Any", scheme))
    context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    watched = Watched(context.new_page())
    yield watched
    assert watched.said == [], watched.said
    context.close()


def typed(page: Page, step: str) -> None:
    """Type a step as a person does."""
    for name, text in ROUTINE[step].items():
        entry = page.locator(f'#step-form [name="{name}"]').first
        kind = entry.evaluate("node => node.type")
        if kind == "checkbox":
            entry.check(force=True)
        elif kind == "radio":
            page.locator(f'#step-form [name="{name}"][value="{text}"]').check(force=True)
        elif kind == "select-one":
            entry.select_option(text)
        else:
            entry.fill(text)
            entry.dispatch_event("change")


def settled(team: Team, page: Page, step: str) -> None:
    """Wait until everything that was typed is on disk and the page shows it."""
    visit_id = page.url.split("/")[-2]
    wanted = {name: text for name, text in ROUTINE[step].items() if text}
    for _ in range(200):
        with team.database.reading() as connection:
            held = steps_of(connection, visit_id).get(step)
        if held is not None and wanted.items() <= dict(held.values).items():
            page.wait_for_selector(f"#saved-state input[value='{held.place}']", state="attached")
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{step}: not saved within 10 s")


def test_a_whole_refill_is_made_in_a_browser(team: Team, address: str, browser: Browser) -> None:
    """From 'Prepare the refill' to the closed visit, each step saved, axe silent on each, in the record."""
    before = len(team.therapy().events)
    with screen(team, address, browser) as watched:
        page = watched.page
        page.goto(f"{address}/patients/{team.patient_id}/refills")
        page.get_by_role("button", name="Prepare the refill").click()
        for step in ROUTINE:
            page.wait_for_url(f"**/{step}")
            typed(page, step)
            settled(team, page, step)
            if step == "drug":
                page.get_by_text("Confirms what is saved here").wait_for()
                page.fill('[name="second_login"]', "physician")
                page.fill('[name="second_password"]', PASSWORD)
                page.get_by_role("button", name="I checked it and confirm").click()
                page.get_by_text("Checked by Dr Tess Crane").wait_for()
            assert violations(page) == [], step
            page.locator("#step-form .c-button-main").click()
        page.wait_for_url("**/refills")
        assert "5.9 mL" in page.inner_text("main")
        assert violations(page) == []
    fills = [event for event in team.new_events(before) if isinstance(event, Fill)]
    assert [(fill.withdrawn, fill.injected) for fill in fills] == [(Volume(5.9), Volume(20))]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_step_is_whole_at_every_width(team: Team, address: str, browser: Browser, scheme: str) -> None:
    """No step scrolls sideways or has a fault that axe finds, on a wide screen, a tablet and a phone."""
    visit = Visit.begun(team)
    for width in WIDTHS:
        with screen(team, address, browser, width=width, scheme=scheme) as watched:
            for step in ("identity", "interrogate", "drug", "aspirate", "fill", "bridge", "compare"):
                watched.page.goto(f"{address}{visit.address}/{step}")
                assert watched.page.evaluate("document.documentElement.scrollWidth") <= width, (step, width)
                assert violations(watched.page) == [], (step, width)
            watched.page.goto(f"{address}/patients/{team.patient_id}/refills")
            assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
            assert violations(watched.page) == []


def test_checks_follow_what_is_typed(clinic: Team, browser: Browser) -> None:
    """The row turns to caution as the volume is typed, saved, without a button."""
    visit = Visit.begun(clinic)
    with listening(clinic) as address, screen(clinic, address, browser) as watched:
        page = watched.page
        page.goto(f"{address}{visit.address}/aspirate")
        page.fill('[name="withdrawn"]', "19.9")
        page.locator('[name="withdrawn"]').dispatch_event("change")
        page.locator("#checks .c-check-caution").first.wait_for()
        assert "possible stall, occlusion or disconnection" in page.inner_text("#top")
        page.get_by_role("button", name="Stop, unsure of the needle").click()
        page.wait_for_url("**/doubt")
        assert "Do not inject" in page.inner_text("main")
        assert violations(page) == []
