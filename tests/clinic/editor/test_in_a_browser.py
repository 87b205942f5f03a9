"""The editor in a browser: a constant day becomes a day with two goals, and an old answer is never drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route
from tests.clinic.dose.typed import SESSION
from tests.clinic.editor.constant_day import add_child
from tests.clinic.served import Served

from cisterna.clinic.permissions import Role
from cisterna.clinic.record import record_of
from cisterna.clinic.web.desk import COOKIE
from cisterna.therapy import Program

STEPS = (("00:00", "6"), ("03:30", "8.33"), ("06:00", "2"), ("11:00", "8"))
GOALS = (("07:00", "08:30", "most", "dressing"), ("10:00", "12:00", "least", "standing"))
DRAWN = """() => {
  const { asked, drawn, said } = document.querySelector("[data-editor]").dataset;
  return drawn === asked && said === asked;
}"""
DRAWN_GOAL = "() => document.querySelectorAll('.c-meets .c-met').length === 2"
MEASURED = "() => document.querySelectorAll('.c-meets .c-met').length === 4"
TONE = "1.6"


@pytest.fixture
def page(served: Served, browser: Browser) -> Iterator[Page]:
    """The editor of somebody whose pump runs one rate all day, drawn once."""
    with served.visited(browser, Role.NURSE, f"/patients/{served.patients['DEMO-1002']}/program") as watched:
        drawn(watched.page)
        yield watched.page


def drawn(page: Page) -> None:
    """Wait until the answer to the last question is drawn, and its words are put in place."""
    page.wait_for_selector("[data-editor][data-drawn]", timeout=30_000)
    page.wait_for_function(DRAWN, timeout=30_000)


def rate(page: Page, step: int) -> float:
    """What stands in the field of a step."""
    return float(page.input_value(f"[name=rate_{step}]"))


def drag_up(page: Page, step: int, pixels: int) -> None:
    """Drag the bar of a step upwards by its handle, in small moves."""
    page.evaluate("window.scrollTo(0, 0)")
    box = page.locator('[data-handle="rate"]:visible').nth(step - 1).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for moved in range(1, pixels + 1):
        page.mouse.move(x, y - moved)
    page.mouse.up()


def test_a_constant_day_becomes_a_day_that_meets_two_goals(served: Served, browser: Browser) -> None:
    """By dragging, by keys and exactly, at 200 mcg/day; drafted, checked by another person, recorded."""
    child = add_child(served)
    with served.visited(browser, Role.NURSE, f"/patients/{child}/program") as watched:
        drawn(watched.page)
        here = shaped(watched.page)
    recorded(served, child, here.removeprefix(served.address))


def shaped(page: Page) -> str:
    """Shape the day and save it as a draft; the address of the draft."""
    for _ in STEPS[1:]:
        page.click("[data-add]")
    for place, (begins, amount) in enumerate(STEPS, start=1):
        page.fill(f"[name=from_{place}]", begins)
        page.fill(f"[name=rate_{place}]", amount)
    drawn(page)
    drag_up(page, 2, 60)
    dragged = rate(page, 2)
    assert dragged > 15
    page.keyboard.press("PageUp")
    assert rate(page, 2) == pytest.approx(dragged + 1)
    handle = page.locator('[data-handle="rate"]:visible').nth(1)
    told = handle.get_attribute("aria-valuetext") or ""
    assert re.fullmatch(r"[\d.]+ mcg/h from 03:30 to 06:00", told)
    while rate(page, 2) != 26:
        page.keyboard.press("ArrowDown" if rate(page, 2) > 26 else "ArrowUp")
    for place, (begins, ends, bound, name) in enumerate(GOALS, start=1):
        page.fill(f"[name=goal_{place}_name]", name)
        page.fill(f"[name=goal_{place}_from]", begins)
        page.fill(f"[name=goal_{place}_to]", ends)
        page.select_option(f"[name=goal_{place}_bound]", bound)
        page.fill(f"[name=goal_{place}_tone]", TONE)
    drawn(page)
    assert page.inner_text("[data-total]") == "200 mcg/day"
    page.wait_for_function(MEASURED, timeout=30_000)
    met = [each.strip() for each in page.locator(".c-meets .c-met").all_inner_texts()]
    assert met == ["0 %", "100 %", "100 %", "100 %"]  # today, then the candidate: dressing, standing
    with page.expect_navigation():
        page.click("text=as a draft")
    return page.url


def recorded(served: Served, child: str, here: str) -> None:
    """The second person checks the draft, then it is recorded: the record holds what was drawn."""
    assert served.client(Role.PHYSICIAN).post(f"{here}/check", data={"compared": "yes"}).status_code == 303
    nurse = served.client(Role.NURSE)
    fields = dict(re.findall(r'name="([a-z_0-9]+)" value="([^"]*)"', nurse.get(here).text))
    done = {**fields, **SESSION, "read_dose": "200", "reason": "dressing is easier"}
    assert nurse.post(f"/patients/{child}/dose", data=done).status_code == 303
    with served.database.unit(served.accounts[Role.NURSE].actor) as unit:
        therapy = record_of(unit, child)[1].therapy
    program = [event for event in therapy.valid_events if isinstance(event, Program)][-1]
    assert [(f"{step.from_:%H:%M}", float(step.rate)) for step in program.steps] == [
        ("00:00", 6), ("03:30", 26), ("06:00", 2), ("11:00", 8),
    ]  # fmt: skip
    assert "recorded as programmed" in nurse.get(here).text


def test_an_answer_that_comes_late_is_never_drawn(page: Page) -> None:
    """The first question is answered after the second; the newest is drawn, and no older one after it."""
    held: list[Route] = []

    def late(route: Route) -> None:
        held.append(route) if not held else route.continue_()

    page.evaluate(
        "() => { window.seen = []; new MutationObserver(() => window.seen.push(Number("
        "document.querySelector('[data-editor]').dataset.drawn))).observe("
        "document.querySelector('[data-editor]'), { attributeFilter: ['data-drawn'] }); }"
    )
    page.route("**/preview", late)
    page.fill("[name=daily_dose]", "150")
    page.fill("[name=daily_dose]", "160")
    drawn(page)
    held[0].continue_()
    page.fill("[name=daily_dose]", "170")
    drawn(page)
    seen = page.evaluate("window.seen")
    assert seen == sorted(seen)
    assert len(seen) == 2
    assert page.inner_text("[data-total]") == "170 mcg/day"


def test_a_goal_is_drawn_over_the_tone_curve(page: Page) -> None:
    """Across for the window, on the quarter hour, up to the tone; its name is asked for next."""
    page.click("[data-draw]")
    box = page.locator('[data-chart="tone"]').bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 360, box["y"] + 80)
    page.mouse.up()
    drawn(page)
    begins, ends = (page.input_value(f"[name=goal_1_{key}]") for key in ("from", "to"))
    assert begins < ends
    assert {clock[3:] for clock in (begins, ends)} <= {"00", "15", "30", "45"}
    assert 1 <= float(page.input_value("[name=goal_1_tone]")) <= 5
    assert page.evaluate("document.activeElement.name") == "goal_1_name"
    page.wait_for_function(DRAWN_GOAL, timeout=30_000)


def test_what_the_pump_refuses_is_told_beside_the_step_and_stays(page: Page) -> None:
    """A rate above the pump's and a time that is none: the fault at its field, the text as it was typed."""
    page.click("[data-add]")
    page.fill("[name=rate_2]", "4000")
    drawn(page)
    assert "allowed" in page.inner_text("#fault-rate_2")
    page.fill("[name=from_2]", "25:00")
    drawn(page)
    assert page.locator("#fault-from_2").is_visible()
    assert page.input_value("[name=rate_2]") == "4000"
    assert page.get_attribute("[name=from_2]", "aria-invalid") == "true"


def test_what_was_typed_and_not_saved_is_there_after_a_reload_until_it_is_thrown_away(
    served: Served, browser: Browser
) -> None:
    """Both candidates come back, with from when; thrown away, saved or logged out nothing is left.

    Another person who logs in in the same window finds nothing of it either.
    """
    with served.visited(browser, Role.NURSE, f"/patients/{served.patients['DEMO-1002']}/program") as watched:
        page, told = watched.page, "[data-restored]"
        page.on("dialog", lambda asked: asked.accept())
        before = typed_twice(page)
        page.reload()
        drawn(page)
        assert "until" in page.inner_text(told)
        assert page.input_value("[name=daily_dose]") == "160"
        page.click("[data-show=A]")
        assert (page.input_value("[name=daily_dose]"), page.input_value("[name=name]")) == ("150", "less")
        page.click("[data-throw]")
        assert (page.input_value("[name=daily_dose]"), page.input_value("[name=name]")) == (before, "")
        assert_forgotten(page)
        page.fill("[name=daily_dose]", "155")
        page.context.add_cookies(
            [{"name": COOKIE, "value": served.token(Role.PHYSICIAN), "url": served.address}]
        )
        assert_forgotten(page)
        page.fill("[name=daily_dose]", "155")
        drawn(page)
        with page.expect_navigation():
            page.click("text=as a draft")
        assert "draft" in page.inner_text("h1, h2").lower()
        page.goto(page.url.rpartition("/drafts/")[0])
        assert_forgotten(page)


def typed_twice(page: Page) -> str:
    """Shape candidate A, begin B with a copy of it; what stood there before."""
    drawn(page)
    before = page.input_value("[name=daily_dose]")
    page.fill("[name=name]", "less")
    page.fill("[name=daily_dose]", "150")
    page.click("[data-show=B]")
    page.fill("[name=daily_dose]", "160")
    return before


def assert_forgotten(page: Page) -> None:
    """A page that is opened anew has nothing to bring back."""
    page.reload()
    drawn(page)
    assert page.is_hidden("[data-restored]")
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('cisterna'))") == []


def test_logging_out_takes_away_what_was_typed(page: Page) -> None:
    """The window of somebody who logged out holds nothing of the program."""
    page.fill("[name=daily_dose]", "150")
    page.on("dialog", lambda asked: asked.accept())
    with page.expect_navigation():
        page.evaluate("document.querySelector('[data-forgets]').requestSubmit()")
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('cisterna'))") == []


def test_a_finger_drags_a_bar_and_the_page_stays(served: Served, browser: Browser) -> None:
    """On a touch screen the handle follows the finger as far as a mouse, and the page does not scroll."""
    address = f"{served.address}/patients/{served.patients['DEMO-1002']}/program"
    context = browser.new_context(viewport={"width": 1024, "height": 900}, has_touch=True)
    context.add_cookies([{"name": COOKIE, "value": served.token(Role.NURSE), "url": served.address}])
    page = context.new_page()
    page.goto(address)
    drawn(page)
    page.click("[data-add]")
    drawn(page)
    page.evaluate("window.scrollTo(0, 0)")
    handle = page.locator('[data-handle="rate"]:visible').first
    box, before = handle.bounding_box(), rate(page, 1)
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = context.new_cdp_session(page)
    for kind, up in (("touchStart", 0), *(("touchMove", up) for up in range(1, 31))):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y - up}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    drawn(page)
    by_finger = rate(page, 1)
    assert by_finger > before
    assert page.evaluate("window.scrollY") == 0
    page.fill("[name=rate_1]", str(before))
    drawn(page)
    drag_up(page, 1, 30)
    drawn(page)
    assert by_finger == pytest.approx(rate(page, 1), abs=0.5)
    context.close()
