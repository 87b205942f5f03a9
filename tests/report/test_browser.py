"""The page in a real browser: it opens from disk, draws, and can be read and moved in by anyone."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from cisterna.report.page import write_page
from cisterna.report.source import read

from .conftest import CourseDouble, double

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
AXE = (Path(__file__).parents[1] / "assets" / "axe.min.js").read_text("utf-8")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WHOLE_WIDTHS = (1440, 820, 390)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("CI") != "true", reason="chromium is not installed here"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests; where tests must run, as in CI, its absence is a failure."""
    if CHROMIUM is None:
        pytest.fail("chromium is not installed, and in CI the page must be tried in a browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def file(course: CourseDouble, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page on disk."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_page(read(course), path)
    return path


class Watched:
    """A page with all that it said on the console and all that it asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))


def opened(browser: Browser, file: Path, width: int = 1440, scheme: str = "light") -> Watched:
    """The page at a width, once its charts are drawn."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=cast("Any", scheme), timezone_id="Asia/Tokyo"
    )
    watched = Watched(context.new_page())
    watched.page.goto(file.as_uri())
    watched.page.wait_for_selector("html[data-ready]", timeout=20_000)
    return watched


@pytest.fixture
def wide(browser: Browser, file: Path) -> Iterator[Watched]:
    """The page on a wide screen in light."""
    watched = opened(browser, file)
    yield watched
    watched.page.context.close()


def ink_of(page: Page, panel: str) -> int:
    """How many different colours the canvas of a panel has."""
    script = """(panel) => {
        const canvas = document.querySelector(`[data-panel="${panel}"] canvas`);
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
    }"""
    return int(page.evaluate(script, panel))


def test_the_page_opens_from_disk_in_silence(wide: Watched) -> None:
    """The console stays empty, and nothing but the file and its own data is asked for."""
    wide.page.mouse.move(600, 1200)
    wide.page.wait_for_timeout(100)
    assert wide.said == []
    assert {url.partition(":")[0] for url in wide.asked} <= {"file", "data", "blob"}


def test_every_panel_is_drawn(wide: Watched) -> None:
    """Each panel and the map have a canvas that is not blank."""
    panels = wide.page.eval_on_selector_all(
        "[data-panel]", "found => found.map((each) => each.dataset.panel)"
    )
    assert set(panels) == {
        "tone", "dose", "reservoir", "spinal-fluid", "map", "cord", "plasma", "sedation",
        "withdrawal", "response",
    }  # fmt: skip
    assert {panel: ink_of(wide.page, panel) for panel in panels if ink_of(wide.page, panel) < 10} == {}


def test_the_embedded_font_is_used(wide: Watched) -> None:
    """The page is set in the font that it carries."""
    assert wide.page.evaluate("document.fonts.check('14px \"Inter Variable\"')")
    faces = "[...document.fonts].filter((face) => face.family.includes('Inter')).map((face) => face.status)"
    assert wide.page.evaluate(faces) == ["loaded"]


def test_a_toggle_shows_the_values_of_the_course(wide: Watched, course: CourseDouble) -> None:
    """The table opens by its button and its first row is the first sample of the course."""
    button = wide.page.locator('[data-values="tone"]')
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    row = wide.page.locator("#values-tone tbody tr").first.locator("th, td").all_inner_texts()
    assert row[0] == "Tue 3 Feb 2026, 10:00"
    assert [float(text) for text in row[1:]] == pytest.approx(
        [course.columns()["tone_legs"][0], course.columns()["tone_arms"][0]], rel=1e-3
    )
    button.click()
    assert wide.page.locator("#values-tone").is_hidden()


def test_the_keyboard_moves_the_cursor_of_every_chart(wide: Watched) -> None:
    """Arrow keys move the time that is read; the chart says time and values; other charts follow."""
    chart = wide.page.locator('[data-panel="tone"] .c-plot')
    chart.focus()
    wide.page.keyboard.press("Home")
    assert wide.page.inner_text("#instant") == "Tue 3 Feb 2026, 10:00"
    assert (chart.get_attribute("aria-valuetext") or "").startswith("Tue 3 Feb 2026, 10:00, legs 3.6")
    wide.page.keyboard.press("ArrowRight")
    moved = wide.page.inner_text("#instant")
    assert moved != "Tue 3 Feb 2026, 10:00"
    other = wide.page.locator('[data-panel="cord"] .c-plot')
    assert (other.get_attribute("aria-valuetext") or "").startswith(moved)
    wide.page.keyboard.press("PageDown")
    assert "lumbar" not in wide.page.inner_text("#instant")
    wide.page.keyboard.press("End")
    assert wide.page.inner_text("#instant") == "Mon 8 Jun 2026, 10:00"


def test_time_is_the_patients_whatever_the_reader_has(wide: Watched) -> None:
    """A reader in Tokyo sees the clock of Madrid, winter and summer."""
    wide.page.locator('[data-panel="tone"] .c-plot').focus()
    wide.page.keyboard.press("End")
    assert wide.page.inner_text("#instant").endswith("10:00")  # 08:00 UTC in June
    wide.page.keyboard.press("Home")
    assert wide.page.inner_text("#instant").endswith("10:00")  # 09:00 UTC in February


def test_dragging_zooms_all_charts_and_a_button_resets(wide: Watched) -> None:
    """A drag across one chart shows that part of time everywhere; the reset shows the whole again."""
    whole = wide.page.inner_text("#window")
    assert wide.page.locator("#reset").is_hidden()
    wide.page.locator('[data-panel="tone"]').scroll_into_view_if_needed()
    box = wide.page.locator('[data-panel="tone"] .u-over').bounding_box()
    assert box is not None
    wide.page.mouse.move(box["x"] + 200, box["y"] + 90)
    wide.page.mouse.down()
    wide.page.mouse.move(box["x"] + 500, box["y"] + 90, steps=4)
    wide.page.mouse.up()
    assert wide.page.inner_text("#window") != whole
    wide.page.locator("#reset").click()
    assert wide.page.inner_text("#window") == whole


def test_an_event_on_the_timeline_moves_the_cursor(wide: Watched) -> None:
    """Pressing an event says what was done and moves every chart to its time."""
    wide.page.get_by_role("button", name="Refilled: withdrew 4.8 mL").click()
    assert wide.page.inner_text("#instant") == "Mon 20 Apr 2026, 23:00"
    assert "Refilled" in wide.page.inner_text(".c-event-words")


def test_levels_can_be_chosen(wide: Watched) -> None:
    """A level that is checked is drawn and named; one that is not is neither."""
    names = '[data-panel="spinal-fluid"] .c-legend li span'
    assert wide.page.locator(names).all_inner_texts() == ["tip T10", "lumbar L4", "cervical C5", "cistern"]
    wide.page.locator(".c-levels summary").click()
    wide.page.get_by_label("T4", exact=True).check()
    assert "T4" in wide.page.locator(names).all_inner_texts()


def test_the_map_is_read_by_level_and_time(wide: Watched, course: CourseDouble) -> None:
    """Up and down move over the levels; the readout is the course's own value."""
    wide.page.locator('[data-panel="map"] .c-plot').focus()
    wide.page.keyboard.press("End")
    wide.page.keyboard.press("ArrowUp")
    value = course.columns()["csf_T9_mcg_per_ml"][-1] * 1000
    readout = wide.page.inner_text("#map-readout")
    assert readout.startswith("T9, Mon 8 Jun 2026, 10:00: ")
    assert float(readout.split(": ")[1].removesuffix(" ng/mL")) == pytest.approx(value, rel=5e-3)


def test_dark_follows_the_system_and_the_button(browser: Browser, file: Path) -> None:
    """In a dark system the page is dark and drawn dark; the button turns it light."""
    watched = opened(browser, file, scheme="dark")
    page = watched.page
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(13, 22, 24)"
    dark = page.locator('[data-panel="tone"] canvas').screenshot()
    page.locator("#theme").click()
    assert page.evaluate(background) == "rgb(243, 246, 245)"
    assert page.locator('[data-panel="tone"] canvas').screenshot() != dark
    assert watched.said == []
    page.context.close()


@pytest.mark.parametrize("width", WHOLE_WIDTHS)
def test_no_width_needs_horizontal_scrolling(width: int, browser: Browser, file: Path) -> None:
    """From a wide screen to a phone the page is as wide as the screen, with every chart inside."""
    watched = opened(browser, file, width)
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
    edges = "found => Math.max(...found.map((each) => each.getBoundingClientRect().right))"
    assert watched.page.eval_on_selector_all("[data-panel] canvas", edges) <= width
    assert watched.said == []
    watched.page.context.close()


def test_printing_draws_light_and_opens_what_is_folded(browser: Browser, file: Path, tmp_path: Path) -> None:
    """A dark page prints light, with the numbers of the model unfolded, and is as before afterwards."""
    watched = opened(browser, file, scheme="dark")
    seen = """() => {
        window.addEventListener("beforeprint", () => {
            const { theme } = document.documentElement.dataset;
            window.seen = [theme, document.getElementById("parameters").open];
        });
    }"""
    watched.page.evaluate(seen)
    watched.page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert watched.page.evaluate("window.seen") == ["light", True]
    assert watched.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert not watched.page.evaluate("document.getElementById('parameters').open")
    watched.page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_no_fault(scheme: str, width: int, browser: Browser, file: Path) -> None:
    """axe-core finds no violation of WCAG 2.2 A and AA, with tables open, in both themes and widths."""
    watched = opened(browser, file, width, scheme)
    page = watched.page
    page.locator('[data-values="tone"]').click()
    page.locator(".c-levels summary").click()
    page.locator("#parameters summary").click()
    page.evaluate(AXE)
    options = json.dumps({"runOnly": AXE_TAGS, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run(document, {options})")["violations"]
    assert [(fault["id"], [node["html"][:160] for node in fault["nodes"]][:3]) for fault in found] == []
    page.context.close()


@pytest.mark.parametrize("pump", [True, False])
def test_a_single_output_time_is_shown(pump: bool, browser: Browser, tmp_path: Path) -> None:  # noqa: FBT001
    """A course with one sample opens without an error."""
    write_page(read(double(1, pump=pump)), tmp_path / "report.html")
    watched = opened(browser, tmp_path / "report.html")
    assert watched.said == []
    watched.page.context.close()
