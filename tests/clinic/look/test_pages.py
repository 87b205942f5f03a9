"""Every template in a real browser under the strict policy, at three widths, in light and dark."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page
from tests.clinic.look.gallery import EVERY
from tests.report.test_browser import AXE, AXE_TAGS, Watched

WIDTHS = (1440, 820, 390)
CHARTS = {"/patient"}


@contextmanager
def opened(
    browser: Browser, gallery: str, path: str, *, width: int = 1440, scheme: str = "light", height: int = 900
) -> Iterator[Watched]:
    """A page of the gallery, its charts drawn; what the console said is checked at the end."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=cast("Any", scheme)
    )
    watched = Watched(context.new_page())
    try:
        watched.page.goto(gallery + path)
        if path in CHARTS:
            watched.page.wait_for_selector("html[data-ready]", timeout=20_000)
        yield watched
        assert watched.said == []
        assert all(url.startswith((gallery, "data:")) for url in watched.asked), watched.asked
    finally:
        context.close()


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds, each with where."""
    options = json.dumps({"runOnly": AXE_TAGS, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run(document, {options})")["violations"]
    return [(fault["id"], [node["html"][:200] for node in fault["nodes"]][:3]) for fault in found]


CUT_OFF = """width => {
    const cut = [];
    for (const each of document.querySelectorAll("main *, .c-patient *, .c-top *")) {
        if (!each.checkVisibility()) continue;
        if (each.closest(".c-scroll, svg, .visually-hidden, .c-theme-words")) continue;
        const frame = each.parentElement.closest(".c-card, .c-patient, .c-top");
        const edge = Math.min(frame ? frame.getBoundingClientRect().right : width, width);
        if (each.getBoundingClientRect().right > edge + 1) cut.push(each.outerHTML.slice(0, 120));
    }
    return cut.slice(0, 3);
}"""


@pytest.mark.parametrize("path", EVERY)
def test_no_page_breaks_the_policy_or_is_cut_off(path: str, browser: Browser, gallery: str) -> None:
    """Under the strict policy the console stays empty; at no width does anything lie beyond its card."""
    for width in WIDTHS:
        with opened(browser, gallery, path, width=width) as watched:
            assert watched.page.evaluate("document.documentElement.scrollWidth") <= width, width
            assert watched.page.evaluate(CUT_OFF, width) == [], width


@pytest.mark.parametrize("path", EVERY)
def test_axe_finds_no_fault(path: str, browser: Browser, gallery: str) -> None:
    """axe-core finds no violation of WCAG 2.2 A and AA at three widths, in light and dark."""
    with opened(browser, gallery, path) as watched:
        page = watched.page
        page.evaluate(AXE)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=cast("Any", scheme))
                assert violations(page) == [], (width, scheme)


def test_the_banner_stays_in_view(browser: Browser, gallery: str) -> None:
    """However far a page is scrolled, the patient's name is at the top of the screen, on a phone too."""
    for width in WIDTHS:
        with opened(browser, gallery, "/patient", width=width) as watched:
            page = watched.page
            page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
            box = page.locator(".c-patient-name").bounding_box()
            assert box is not None
            assert page.evaluate("window.scrollY") > 300
            assert 0 <= box["y"] < 40


def test_the_banner_folds_to_two_lines_on_a_phone(browser: Browser, gallery: str) -> None:
    """Folded: name, age, number, dose, refill, alerts; unfolded: everything; the button says which."""
    with opened(browser, gallery, "/patient", width=390) as watched:
        page = watched.page
        banner = page.locator(".c-patient")
        assert banner.evaluate("each => each.offsetHeight") < 80
        shown = banner.inner_text()
        for words in (
            "VIDAL ROMERO, Marta",
            "8 y",
            "4471 0286",
            "200 mcg/day",
            "refill in 8 days",
        ):
            assert words in shown
        assert "latex, VP shunt" in shown
        button = page.get_by_role("button", name="All facts about the patient")
        assert page.get_by_text("20,000 mcg in 20 mL when full").is_hidden()
        button.click()
        assert button.get_attribute("aria-expanded") == "true"
        assert page.get_by_text("20,000 mcg in 20 mL when full").is_visible()
        assert page.get_by_text("Allergy: latex").is_visible()


def test_the_keyboard_reaches_everything_in_reading_order(browser: Browser, gallery: str) -> None:
    """Tab goes skip link, navigation, search, theme, user, then the fields as they stand."""
    with opened(browser, gallery, "/forms") as watched:
        page = watched.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "c-skip"
        reached = []
        for _ in range(24):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.name || document.activeElement.textContent"))
        order = [
            "Due 7",
            "words",
            "R. Kaur, nurse",
            "withdrawn",
            "dose",
            "serial",
            "level",
            "fluid",
            "expiry",
        ]
        places = [next(place for place, each in enumerate(reached) if each.strip() == name) for name in order]
        assert places == sorted(places)


def test_a_slash_goes_to_the_search(browser: Browser, gallery: str) -> None:
    """The key works from anywhere but a field, and opens the folded menu of a phone."""
    for width in (1440, 390):
        with opened(browser, gallery, "/due", width=width) as watched:
            watched.page.keyboard.press("/")
            assert watched.page.evaluate("document.activeElement.id") == "search-words"
            assert watched.page.input_value("#search-words") == ""


def test_a_search_posts_its_words(browser: Browser, gallery: str) -> None:
    """What is searched for, which may be a name, never stands in an address."""
    with opened(browser, gallery, "/due") as watched:
        page = watched.page
        page.fill("#search-words", "Vidal")
        with page.expect_navigation(), page.expect_request("**/search") as asked:
            page.keyboard.press("Enter")
        assert asked.value.method == "POST"
        assert "Vidal" not in asked.value.url


def test_faults_are_listed_first_and_beside_their_fields(browser: Browser, gallery: str) -> None:
    """The list has the focus, each entry leads into its field, and nothing that was typed is lost."""
    with opened(browser, gallery, "/faults") as watched:
        page = watched.page
        assert page.evaluate("document.activeElement.className") == "c-faults"
        page.locator(".c-faults a").first.click()
        assert page.evaluate("document.activeElement.name") == "withdrawn"
        field = page.locator("#field-withdrawn")
        assert field.input_value() == "39"
        assert field.get_attribute("aria-invalid") == "true"
        described = str(field.get_attribute("aria-describedby")).split()
        assert "unit-withdrawn" in described
        assert "read the syringe again" in page.inner_text(f"#{described[-1]}")
        assert page.locator("textarea[name=note]").input_value() == "Typed <b>before</b> the fault."
        assert page.locator("input[name=fluid]:checked").get_attribute("value") == "cloudy"


def test_a_step_is_saved_when_it_is_left(browser: Browser, gallery: str) -> None:
    """Leaving a field saves the step and says when; a wrong value comes back as typed with its fault."""
    with opened(browser, gallery, "/forms") as watched:
        page = watched.page
        page.fill("#field-step_volume", "3.9")
        page.locator("#field-step_volume").blur()
        page.wait_for_selector("text=saved 09:31:12")
        assert page.locator("#field-step_volume").input_value() == "3.9"
        page.fill("#field-step_volume", "wrong")
        page.locator("#field-step_volume").blur()
        page.wait_for_selector("#fault-step_volume")
        assert page.locator("#field-step_volume").input_value() == "wrong"
        watched.said.clear()  # the browser itself reports an answer of 422


def test_leaving_with_unsaved_input_asks_first(browser: Browser, gallery: str) -> None:
    """A page whose form was typed into does not close without a question; an untouched one does."""
    with opened(browser, gallery, "/forms") as watched:
        page = watched.page
        asked: list[str] = []

        def answer(dialog: Any) -> None:
            asked.append(dialog.type)
            dialog.accept()

        page.on("dialog", answer)
        page.goto(gallery + "/due")
        assert asked == []
        page.goto(gallery + "/forms")
        page.locator("#field-serial").press_sequentially("DEMO")
        page.goto(gallery + "/due")
        assert asked == ["beforeunload"]


def test_the_choice_of_theme_is_kept(browser: Browser, gallery: str) -> None:
    """The button turns the page dark, and the next page is dark before it is painted."""
    with opened(browser, gallery, "/due") as watched:
        page = watched.page
        background = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(background) == "rgb(243, 246, 245)"
        page.locator("[data-theme-choice]").click()
        assert page.evaluate(background) == "rgb(13, 22, 24)"
        page.goto(gallery + "/parts")
        assert page.evaluate(background) == "rgb(13, 22, 24)"


def test_nothing_about_a_patient_is_kept_in_the_browser(browser: Browser, gallery: str) -> None:
    """After moving about, the storage of the browser holds nothing but the theme."""
    with opened(browser, gallery, "/patient") as watched:
        page = watched.page
        page.locator("[data-theme-choice]").click()
        page.goto(gallery + "/due")
        assert page.evaluate("Object.keys(localStorage)") == ["cisterna-theme"]
        assert set(page.evaluate("Object.values(sessionStorage)")) <= {"/due"}  # where htmx is


def test_without_script_a_page_can_be_read_and_used(browser: Browser, gallery: str) -> None:
    """On a phone without script, menu and banner are unfolded and the form is a plain form."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(gallery + "/visit")
    assert page.get_by_role("link", name="Due 7").is_visible()
    assert page.get_by_text("20,000 mcg in 20 mL when full").is_visible()
    assert page.get_by_role("button", name="Record 3.9 mL and go on").is_visible()
    context.close()


def test_every_target_on_a_phone_can_be_hit(browser: Browser, gallery: str) -> None:
    """Buttons, fields and segments of a visit are at least 44 px high on a phone."""
    with opened(browser, gallery, "/visit", width=390) as watched:
        heights = watched.page.eval_on_selector_all(
            "button, input.form-control, .c-choice, a.c-button, .c-tabs a",
            "found => found.filter(one => one.offsetParent).map(one => [one.innerText, one.offsetHeight])",
        )
        assert heights
        assert [each for each in heights if each[1] < 44] == []


def test_a_list_prints_across_the_sheet_without_what_only_a_screen_can_do(
    browser: Browser, gallery: str
) -> None:
    """On paper the Due page stands on A4 landscape, with every row and no button, menu or filter."""
    with opened(browser, gallery, "/due") as watched:
        page = watched.page
        page.emulate_media(media="print")
        shown = page.inner_text("body")
        assert "KOWALSKA, Zofia" in shown
        assert "4 days overdue" in shown
        for words in ("Calendar feed", "Not booked 5", "Administration"):
            assert page.get_by_text(words, exact=True).first.is_hidden()
        sheet = page.pdf(prefer_css_page_size=True)
        boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", sheet)
        assert boxes
        assert all(float(width) > float(height) for width, height in boxes)


def test_another_persons_change_is_shown_before_ones_own(browser: Browser, gallery: str) -> None:
    """Who changed what meanwhile stands above the form, which keeps what was typed."""
    with opened(browser, gallery, "/faults") as watched:
        page = watched.page
        told = page.get_by_role("alert", name="Somebody else changed this patient meanwhile")
        assert "J. Ortega: dose change, 200 to 210 mcg/day" in told.inner_text()
        assert page.locator("#field-withdrawn").input_value() == "39"


@pytest.mark.parametrize(
    ("path", "main", "side"),
    [("/columns", "[data-main]", "[data-side]"), ("/patient", ".c-column-main", ".c-column-first")],
)
def test_columns_lie_side_by_side_only_where_there_is_room(
    path: str, main: str, side: str, browser: Browser, gallery: str
) -> None:
    """On a wide screen both columns begin at one height; on a phone they follow in the order of the page."""
    for width, beside in ((1440, True), (390, False)):
        with opened(browser, gallery, path, width=width) as watched:
            left, right = (watched.page.locator(each).bounding_box() for each in (main, side))
            assert left is not None
            assert right is not None
            assert (abs(left["y"] - right["y"]) < 2) is beside
            assert (left["x"] + left["width"] <= right["x"]) is beside
