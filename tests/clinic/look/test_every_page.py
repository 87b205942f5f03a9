"""Every page of the demonstration, found by its links: whole and without fault for axe, at three widths."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page
from starlette.routing import compile_path
from tests.clinic.conftest import Clock
from tests.clinic.look.test_pages import violations
from tests.clinic.served import Served, serve_demonstration
from tests.clinic.test_routes import routes
from tests.report.test_browser import AXE

from cisterna.clinic.database import open_database
from cisterna.clinic.permissions import Role

Pages = Mapping[str, tuple[Role, str]]
"""For each route the role and the address of one of its pages."""

WIDTHS = (1440, 820, 390)
PARTS = 4
NO_PAGE = {
    "/assets/{name:path}",
    "/health",
    "/calendar/{secret}.ics",
    "/administration/audit/head",
    "/due/list.csv",
    "/due/pdf",
    "/sheets/emergency/pdf",
    "/patients/{patient_id}/course.json",
    "/patients/{patient_id}/documents/{document_id}",
}
"""Routes whose answer is a file."""
ELSEWHERE = {"/", "/visits/{visit_id}", "/first-start", "/log-in", "/second-factor"}
"""What sends on, and the doors, which nobody sees who is logged in; the gallery shows them."""
_LINK = re.compile(r'(?:href|action)="(/[^"#]*)')
_READ = {
    "/patients/{patient_id}": 50,
    "/patients/{patient_id}/trial": 50,
    "/patients/{patient_id}/record": 50,
    "/patients/{patient_id}/loss-of-effect": 50,
    "/patients/{patient_id}/alarm/latest": 1,
}
"""So many pages of a route are read for their links, three of any other: each patient is of another kind."""


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The clinic that ``cisterna serve --demo`` shows."""
    address = f"sqlite:///{tmp_path_factory.mktemp('demonstration') / 'clinic.db'}"
    database = open_database(address, clock_us=Clock())
    with serve_demonstration(database) as clinic:
        begin(clinic)
        yield clinic
    database.close()


def begin(served: Served) -> None:
    """What has a page only once somebody began it: the answer to a call, a draft of a program."""
    path, nurse = f"/patients/{served.patients['DEMO-1002']}", served.client(Role.NURSE)
    form = nurse.get(f"{path}/alarm").text
    told = dict(re.findall(r'name="(seen_entries|at_day|at_time)"[^>]*value="([^"]+)"', form))
    told |= {"sound": "unsure", "little": "no", "much": "no", "magnet": "no", "who": "the school"}
    draft = {"mode": "flex", "from_1": "00:00", "rate_1": "11", "letter": "A"}
    for place, data in ((f"{path}/alarm", told), (f"{path}/program/drafts", draft)):
        answer = nurse.post(place, data=data)
        assert answer.status_code == 303, (place, answer.text[answer.text.find("c-fault") :][:900])


@pytest.fixture(scope="module")
def pages(demonstration: Served) -> Pages:
    """What three roles reach from the start by links alone."""
    found: dict[str, tuple[Role, str]] = {}
    for role in (Role.PHYSICIAN, Role.NURSE, Role.ADMINISTRATOR):
        for route, address in reached(demonstration, role):
            found.setdefault(route, (role, address))
    return found


def reached(served: Served, role: Role) -> Iterator[tuple[str, str]]:
    """Route and address of the pages that a role comes to."""
    after_a_form = [f"/patients/{each}/alarm/latest" for each in served.patients.values()]
    after_a_form.append(f"/patients/{served.patients['DEMO-1002']}/program")
    patterns = [(path, compile_path(path)[0]) for method, path, _ in routes(served.app) if method == "GET"]
    client, read = served.client(role), Counter[str]()
    todo, done = deque(["/due", "/patients", "/account/password", *after_a_form]), set[str]()
    while todo:
        address = todo.popleft()
        if address in done:
            continue
        done.add(address)
        route = next((path for path, known in patterns if known.match(address.partition("?")[0])), None)
        if route is None or route in NO_PAGE or read[route] == _READ.get(route, 3):
            continue
        answer = client.get(address)
        todo.extend(answer.headers.get_list("location"))
        if answer.status_code == 200:
            read[route] += 1
            yield route, address
            todo.extend(html.unescape(link) for link in _LINK.findall(answer.text))


def test_every_page_is_reached_by_links(demonstration: Served, pages: Pages) -> None:
    """From the start, by three roles; the demonstration holds an example of everything that has a page."""
    every = {path for method, path, _ in routes(demonstration.app) if method == "GET"}
    assert every - set(pages) == NO_PAGE | ELSEWHERE


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_has_a_fault(demonstration: Served, pages: Pages, browser: Browser, part: int) -> None:
    """Axe finds nothing in light and dark, nothing scrolls sideways, the console is silent."""
    for route, (role, address) in sorted(pages.items())[part::PARTS]:
        with demonstration.visited(browser, role, address) as watched:
            if watched.page.locator("[data-editor]").count():
                watched.page.wait_for_selector("[data-compared]", timeout=30_000)
            if watched.page.locator("[data-course]").count():
                watched.page.wait_for_selector("html[data-ready]", timeout=30_000)
            watched.page.evaluate(AXE)
            assert list(faults(watched.page)) == [], route


def faults(page: Page) -> Iterator[tuple[int, str, object]]:
    """What is wrong with a page at each width, in light and dark."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            yield width, "scrolls sideways", needed
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=cast("Any", scheme))
            if found := violations(page):
                yield width, scheme, found
