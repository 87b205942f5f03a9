"""The report of a validation in a real browser: quiet, readable by anyone, and nothing covers anything."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from cisterna.report import write_validation_report
from cisterna.validation import targets, validate

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
]
AXE = (Path(__file__).parents[1] / "assets" / "axe.min.js").read_text("utf-8")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("CI") != "true", reason="chromium is not installed here"
)

COVERED = """() => [...document.querySelectorAll(".v-chart svg")].flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].map((text) => [
        text.textContent, text.getBoundingClientRect(),
    ]);
    const leaves = ([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1
        || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
    const found = texts.filter(leaves).map(([words]) => `${words} leaves its figure`);
    texts.forEach(([words, a], place) => texts.slice(place + 1).forEach(([other, b]) => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const up = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1 && up > 4) found.push(`${words} covers ${other}`);
    }));
    return found;
})"""


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
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of every row, one small draw."""
    folder = tmp_path_factory.mktemp("validation")
    write_validation_report(validate(targets(), draws=1, patients=60), folder)
    return folder / "validation.html"


def opened(
    browser: Browser, file: Path, width: int, scheme: str, said: list[str], *, axe: bool = False
) -> Page:
    """The page at a width; what it says and asks for is gathered. Only axe goes around its policy."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=cast("Any", scheme), bypass_csp=axe
    )
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 820, 390])
def test_the_page_is_quiet_and_fits(scheme: str, width: int, browser: Browser, file: Path) -> None:
    """No message, nothing asked for, no sideways scrolling of the page, and every figure has its width."""
    said: list[str] = []
    page = opened(browser, file, width, scheme, said)
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    widths = page.eval_on_selector_all(
        ".v-chart svg", "all => all.map((svg) => svg.getBoundingClientRect().width)"
    )
    assert len(widths) >= 20
    assert min(widths) > 280
    page.context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_no_words_of_a_figure_cover_others(width: int, browser: Browser, file: Path) -> None:
    """Ids, thresholds, ticks and titles of every figure stand apart, as they are drawn."""
    page = opened(browser, file, width, "light", [])
    assert page.evaluate(COVERED) == []
    page.context.close()


def test_a_row_is_reached_from_its_figure(browser: Browser, file: Path) -> None:
    """The id below a figure leads to the row with its source."""
    page = opened(browser, file, 1440, "light", [])
    page.click(".v-chart figcaption a[href='#T54']")
    assert page.evaluate("location.hash") == "#T54"
    assert page.locator("tr#T54").is_visible()
    page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_no_fault(width: int, scheme: str, browser: Browser, file: Path) -> None:
    """axe-core finds no violation of WCAG 2.2 A and AA, wide in light and narrow in dark."""
    page = opened(browser, file, width, scheme, [], axe=True)
    page.add_script_tag(content=AXE)
    options = f"{{runOnly: {AXE_TAGS!r}}}"
    found = page.evaluate(f"axe.run(document, {options})")["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
    page.context.close()
