"""Evaluation and screening trial in a real browser: axe finds nothing on any step, on a desk and a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.clinic.conftest import Clock
from tests.clinic.implanting.conftest import made_clinic
from tests.clinic.served import violations
from tests.clinic.trials.conftest import CHILD, EVALUATED, TRIED, Evaluating, Screening
from tests.clinic.visits.conftest import NOW, Team
from tests.clinic.visits.test_visit_in_browser import listening, screen

from cisterna.clinic.database import open_database
from cisterna.clinic.permissions import Role
from cisterna.clinic.visits.repository import steps_of
from cisterna.instants import instant_us

SIZES = ((1440, "light"), (390, "dark"), (390, "light"), (1440, "dark"))


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Team, str, Clock]]:
    """One clinic for the module, where it listens, and its clock."""
    clock = Clock()
    clock.now_us = instant_us(NOW)
    address = f"sqlite:///{Path(tmp_path_factory.mktemp('trials')) / 'c.db'}"
    database = open_database(address, clock_us=clock)
    made = made_clinic(database, CHILD)
    with listening(made) as place:
        yield made, place, clock
    database.close()


def looked_at(page: Page, width: int, what: str) -> None:
    """Axe finds nothing, and nothing scrolls sideways."""
    assert violations(page) == [], (what, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, (what, width)


def test_every_step_is_whole_at_every_width(team: tuple[Team, str, Clock], browser: Browser) -> None:
    """Each step of both visits and the page of the patient, on a desk and on a phone, light and dark."""
    clinic, address, clock = team
    evaluating, trying = Evaluating.begun(clinic), Screening.begun(clinic)
    evaluating.until("goals")
    trying.until("bolus")
    clock.move(seconds=6.2 * 3600)
    late = Screening(clinic, clinic.client(Role.NURSE), trying.address)
    late.post("observe", "save")
    late.post("response", "save")
    for width, scheme in SIZES:
        with screen(clinic, address, browser, width=width, scheme=scheme) as watched:
            for going, steps in ((evaluating, EVALUATED), (late, TRIED)):
                for step in steps:
                    watched.page.goto(f"{address}{going.address}/{step}")
                    looked_at(watched.page, width, step)
            watched.page.goto(f"{address}/patients/{clinic.patient_id}/trial")
            looked_at(watched.page, width, "the patient")
            watched.page.goto(f"{address}/trials")
            looked_at(watched.page, width, "the list")
            assert "Go on with the trial" in watched.page.inner_text("main")


def test_a_look_is_saved_and_drawn_as_it_is_typed(team: tuple[Team, str, Clock], browser: Browser) -> None:
    """A score typed into a line of its own is on disk, and one more point stands beside the course."""
    clinic, address, _ = team
    trying = Screening.opened(clinic, "screening", Role.NURSE)
    with screen(clinic, address, browser) as watched:
        page = watched.page
        page.goto(f"{address}{trying.address}/observe")
        points = page.locator(".c-bolus-curve .c-scores-1 circle").count()
        page.fill('[name="clock_5"]', "15:00")
        page.fill('[name="legs_5"]', "2.1")
        page.locator('[name="legs_5"]').dispatch_event("change")
        page.locator(".c-bolus-curve .c-scores-1 circle").nth(points).wait_for(state="attached")
        assert page.locator(".c-bolus-curve .c-scores-line").count() > points
    with clinic.database.reading() as connection:
        held = steps_of(connection, trying.address.rpartition("/")[2])["observe"]
    assert (held.values["clock_5"], held.values["legs_5"]) == ("15:00", "2.1")
