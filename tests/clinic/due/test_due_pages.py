"""The Due page as roles and browsers see it."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select
from tests.clinic.served import Served, violations

from cisterna.clinic.database.tables import audit
from cisterna.clinic.permissions import Action, Role, may

ADDRESSES = ("/due", "/due/print", "/due/list.csv")


def last_audit(served: Served, action: str) -> dict[str, object]:
    """The detail of the last entry of an action."""
    with served.database.reading() as connection:
        wanted = select(audit.c.detail).where(audit.c.action == action).order_by(audit.c.seq.desc()).limit(1)
        found: dict[str, object] = json.loads(connection.execute(wanted).scalar_one())
    return found


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("path", ADDRESSES)
def test_who_may_see_it_sees_it(served: Served, role: Role, path: str) -> None:
    """The team gets the list in each form, a reader in an emergency a refusal that is audited."""
    answer = served.client(role).get(path)
    if may(role, Action.SEE_DUE):
        assert answer.status_code == 200
        assert "HEIN" in answer.text
    else:
        assert answer.status_code == 403
        assert last_audit(served, "refused") == {"action": "see-due"}
    assert served.client().get(path).headers["location"] == "/log-in"


@pytest.mark.parametrize("role", [Role.SCHEDULER, Role.ADMINISTRATOR, Role.NURSE])
@pytest.mark.parametrize("path", ADDRESSES)
def test_drug_and_dose_are_told_to_those_who_see_therapies(served: Served, role: Role, path: str) -> None:
    """Who books or administers sees who needs what by when, as on the page of a patient: no drug, no dose."""
    text = served.client(role).get(path).text
    assert "Refill" in text
    assert ("mcg/day" in text) == may(role, Action.SEE_THERAPY)


def test_searched_words_stand_in_no_address_and_no_audit(served: Served) -> None:
    """The page of a search holds its words; the audit tells that one searched; an address drops them."""
    client = served.client(Role.NURSE)
    answer = client.post("/due", data={"words": "heinasorsa", "kind": "refill"})
    assert answer.status_code == 200
    assert "HEIN" in answer.text
    assert "USIGNOLO" not in answer.text
    told = last_audit(served, "read")
    assert told["searched"] is True
    assert "heinasorsa" not in json.dumps(told)
    assert "heinasorsa" not in client.get("/due?words=heinasorsa").text
    sent = client.post("/due", data={"kind": "refill", "booked": "no"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/due?kind=refill&booked=no")


def test_a_search_goes_along_to_print_and_file(served: Served) -> None:
    """Print and CSV of a search are posted with its words and hold its rows only."""
    client = served.client(Role.SCHEDULER)
    for path in ("/due/print", "/due/list.csv"):
        text = client.post(path, data={"words": "gwennol"}).text
        assert "GWENNOL" in text
        assert "USIGNOLO" not in text
    assert last_audit(served, "export")["what"] == "due, CSV"


def test_the_file_is_a_download(served: Served) -> None:
    """It is named after the day and kept by no cache."""
    answer = served.client(Role.NURSE).get("/due/list.csv?kind=refill")
    assert answer.headers["content-disposition"] == 'attachment; filename="due-2026-11-18.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.count("\r\n") == answer.text.count(",refill,") + 1


def test_nonsense_in_the_address_is_a_plain_refusal(served: Served) -> None:
    """An unknown choice answers 400 with what is allowed, a page behind the last says so."""
    client = served.client(Role.NURSE)
    refused = client.get("/due?kind=nonsense")
    assert refused.status_code == 400
    assert "record-refused" in refused.text
    assert "shorter than this page" in client.get("/due?page=9").text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/due?kind=refill&booked=no", "/due?page=7"])
def test_axe_finds_nothing_at_any_width(served: Served, browser: Browser, path: str, scheme: str) -> None:
    """No violation of WCAG 2.2 A and AA, no sideways scroll, at three widths."""
    for width in (1440, 820, 390):
        with served.visited(browser, Role.NURSE, path, width=width, scheme=scheme) as watched:
            assert violations(watched.page) == [], (path, width)
            assert watched.page.evaluate("document.documentElement.scrollWidth") <= width


def test_urgency_is_word_and_shape_and_colour(served: Served, browser: Browser) -> None:
    """Each row wears the word and a drawn shape; what is overdue says by how much in words."""
    with served.visited(browser, Role.NURSE, "/due") as watched:
        page = watched.page
        for key, word in (("now", "Now"), ("soon", "Soon"), ("later", "Later")):
            tags = page.locator(f".c-due-{key} .c-due-urgency .c-tag")
            assert {text.strip() for text in tags.all_inner_texts()} == {word}
            assert tags.locator("svg").count() == tags.count() > 0
        assert "overdue" in page.inner_text(".c-due-now")
        assert "raised to" in page.inner_text(".c-due-now")
        count = page.inner_text(".c-nav .c-count")
        assert int(count) == page.locator(".c-due-now .c-due-row, .c-due-soon .c-due-row").count()


def test_the_keyboard_filters_and_moves_along_the_rows(served: Served, browser: Browser) -> None:
    """The filter opens, takes its choices and sends them by keys alone; arrows go from row to row."""
    with served.visited(browser, Role.NURSE, "/due") as watched:
        page = watched.page
        page.locator(".c-due-filter summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "words"
        page.keyboard.type("usignolo")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=chosen")
        assert page.url.endswith("/due")
        assert page.locator(".c-due-row").count() == 1
        page.goto(served.address + "/due")
        rows = page.locator("[data-row]")
        rows.first.focus()
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.textContent") == rows.nth(1).text_content()


def test_on_a_phone_nothing_is_left_out_but_the_axis(served: Served, browser: Browser) -> None:
    """Who, what, by when, how late, the reservoir and the visit are there at 390 px."""
    with served.visited(browser, Role.NURSE, "/due", width=390) as watched:
        row = watched.page.locator(".c-due-row", has_text="Refill").first
        text = row.inner_text()
        for words in (
            "HEINÄSORSA, Aino",
            "DEMO-1001",
            "Tue 10 Nov 2026",
            "overdue",
            "of 20 mL",
            "not booked",
        ):
            assert words in text
        assert row.locator(".c-due-horizon").is_hidden()


_LONGEST_WORDS = """() => {
    const write = (where, words) =>
        document.querySelectorAll(where).forEach(one => { one.lastChild.textContent = words; });
    write(".c-due-urgency .c-tag", "To be booked");
    write(".c-due-raised", "raised to the doctor on call");
}"""
"""What stands in these places at the longest, whatever the patients of the day need."""


@pytest.mark.parametrize("path", ["/due", "/due/print"])
def test_no_column_is_cut_off_at_any_width(served: Served, browser: Browser, path: str) -> None:
    """The table fits its card from a tablet to a wide screen, and the days on the axis do not overlap."""
    with served.visited(browser, Role.NURSE, path) as watched:
        page = watched.page
        page.evaluate(_LONGEST_WORDS)
        for width in (768, 820, 1024, 1279, 1280, 1366, 1439, 1440, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            fits = "card => card.firstElementChild.offsetWidth <= card.clientWidth"
            assert page.locator(".c-due").evaluate(fits), width
            ends = page.eval_on_selector_all(
                ".c-horizon-head text:not(.c-horizon-today)",
                "found => found.map(one => one.getBoundingClientRect()).map(box => [box.left, box.right])",
            )
            assert all(one[1] <= other[0] for one, other in pairwise(ends) if one[1]), width


def test_the_print_has_its_button_where_there_is_script(served: Served, browser: Browser) -> None:
    """The print view shows every row, who printed it, and a button; the list itself prints no filter."""
    with served.visited(browser, Role.NURSE, "/due/print") as watched:
        page = watched.page
        assert page.get_by_role("button", name="Print").is_visible()
        assert "printed by Ruth Heron" in page.inner_text(".c-page-head")
        page.emulate_media(media="print")
        assert page.get_by_role("button", name="Print").is_hidden()
        assert page.locator(".c-due-row").first.is_visible()
