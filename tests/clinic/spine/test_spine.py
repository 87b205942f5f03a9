"""The page of the spine: a day under a slider, one tip or program beside another."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.clinic.served import Served, violations

from cisterna.clinic.editor import service as editor
from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.spine.asked import Asked
from cisterna.clinic.web.desk import COOKIE
from cisterna.therapy import Weigh, read_therapy

FLEX, NO_PUMP, UNDER_WAY = "DEMO-1026", "DEMO-1009", "DEMO-1003"


@pytest.fixture(scope="module")
def path(served: Served) -> str:
    """The page of an invented patient with a pump that runs."""
    return f"/patients/{served.patients[UNDER_WAY]}/spine"


def values(text: str) -> dict[tuple[str, str, str], str]:
    """The values of the tables at the time that is shown, by quantity, level and side."""
    cells = re.findall(r'data-cell="(\w+)" data-level="(\w*)" data-side="(\d)">([^<]+)<', text)
    return {(quantity, level, side): value for quantity, level, side, value in cells}


def number(text: str) -> float:
    """A value as a number."""
    return float(text.replace(",", ""))


@pytest.mark.parametrize("role", Role)
def test_who_sees_the_therapy_sees_the_spine(served: Served, path: str, role: Role) -> None:
    """Every role that sees the therapy, and no other."""
    expected = {200} if role in roles_of(Action.SEE_THERAPY) else {403}
    assert served.client(role).get(path).status_code in expected


def test_two_tips_stand_beside_each_other_with_every_level(served: Served, path: str) -> None:
    """At C5 the arms have more and the legs less; every level of fluid and cord is in the table, for both."""
    answer = served.client(Role.NURSE).get(path)
    told = values(answer.text)
    assert number(told["legs", "", "0"]) > number(told["legs", "", "1"])
    assert number(told["arms", "", "0"]) < number(told["arms", "", "1"])
    assert len([key for key in told if key[0] == "fluid"]) == 2 * 26
    assert len([key for key in told if key[0] == "cord"]) == 2 * 20
    assert answer.text.count('class="c-spine"') == 2
    assert "calculated, not measured" in answer.text
    assert "Simulated for a typical patient" in answer.text


def test_without_a_script_the_form_shows_another_time_and_another_tip(served: Served, path: str) -> None:
    """The time as the slider sends it and as people write it is the same page."""
    client = served.client(Role.NURSE)
    sent = client.get(path, params={"tip": "L2", "time": "510"}).text
    typed = client.get(path, params={"tip": "L2", "time": "08:30"}).text
    assert values(sent) == values(typed)
    assert ">08:30<" in sent
    assert "Tip at L2" in sent
    assert values(client.get(path, params={"tip": "none"}).text).keys() == {
        key for key in values(client.get(path).text) if key[2] == "0"
    }


def test_one_bolus_beside_the_program_swings_and_warns(served: Served, path: str) -> None:
    """The same dose as one bolus, at the tip of now: the cistern goes above the level of drowsiness."""
    answer = served.client(Role.NURSE).get(path, params={"tip": "T11", "beside": "bolus", "time": "08:10"})
    told = values(answer.text)
    assert number(told["fluid", "T11", "1"]) > 10 * number(told["fluid", "T11", "0"])
    assert answer.text.count("Above the level of drowsiness") == 1
    assert "sedation" not in answer.text
    assert "derived" in answer.text


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ({"tip": "X9"}, "a level from C1 to S2"),
        ({"program": "magic"}, "current"),
        ({"beside": "x"}, "current"),
    ],
)
def test_an_address_that_asks_for_what_is_not_there_says_so(
    served: Served, path: str, asked: dict[str, str], allowed: str
) -> None:
    """With what would be accepted, and a way back."""
    answer = served.client(Role.NURSE).get(path, params=asked)
    assert answer.status_code == 422
    assert allowed in answer.text
    assert f'href="{path}"' in answer.text


def drafted(served: Served, name: str, program: dict[str, str]) -> str:
    """Keep a draft for the patient; its id."""
    with served.database.unit(served.accounts[Role.NURSE].actor) as unit:
        return editor.save(
            unit, served.patients[UNDER_WAY], letter="B", name=name, program=program, goals={}, seen_entries=1
        )


def test_a_draft_of_the_program_editor_stands_beside_the_current_program(served: Served, path: str) -> None:
    """It is offered by letter and name, its page leads here, and a third of the dose is a third of the level.

    The name is printed as it was typed, and a draft that was given up is offered no more.
    """
    client, name = served.client(Role.NURSE), "night < day & rest"
    draft_id = drafted(served, name, {"mode": "simple-continuous", "daily_dose": "50"})
    page = client.get(f"/patients/{served.patients[UNDER_WAY]}/program/drafts/{draft_id}").text
    found = re.search(r'href="(/patients/\w+/spine\?[^"]+)"', page)
    assert found is not None
    answer = client.get(unescape(found[1]))
    assert answer.status_code == 200
    assert answer.text.count("Draft B: night &lt; day &amp; rest") >= 4
    told, dose = values(answer.text), re.search(r"([\d.]+) mcg/day, not measured", answer.text)
    assert dose is not None
    now, new = (number(told["legs", "", side]) for side in "01")
    assert new / now == pytest.approx(50 / float(dose[1]), rel=0.02)
    with served.database.unit(served.accounts[Role.NURSE].actor) as unit:
        editor.discard(unit, served.patients[UNDER_WAY], draft_id)
    assert "night &lt;" not in client.get(path).text
    assert client.get(unescape(found[1])).status_code == 422


def test_a_draft_that_the_pump_refuses_says_why(served: Served, path: str) -> None:
    """A rate below the pump's least is told with what it can do, and a way back."""
    draft_id = drafted(served, "too low", {"mode": "simple-continuous", "daily_dose": "0.1"})
    answer = served.client(Role.NURSE).get(path, params={"beside": f"draft-{draft_id}"})
    assert answer.status_code == 422
    assert f'href="{path}"' in answer.text
    assert "0.1 mcg/day" in answer.text


def test_a_time_that_is_none_is_told_and_the_day_is_drawn(served: Served, path: str) -> None:
    """The day begins at midnight, and the list of faults names the time."""
    answer = served.client(Role.NURSE).get(path, params={"time": "25:10"})
    assert answer.status_code == 422
    assert 'href="#field-time"' in answer.text
    assert ">00:00</b>" in answer.text


def test_every_invented_patient_has_a_spine_or_is_told_why(served: Served) -> None:
    """No record ends in an error page."""
    for number_of, patient_id in served.patients.items():
        answer = served.client(Role.NURSE).get(f"/patients/{patient_id}/spine")
        assert answer.status_code == 200, number_of
        assert ('class="c-spine"' in answer.text) != ("The spine is drawn where" in answer.text), number_of


def moved_to(page: Page, minute: int) -> None:
    """Move the slider by the keyboard: to the beginning, then hour by hour and step by step."""
    page.focus("#field-time")
    page.keyboard.press("Home")
    for _ in range(minute // 10):
        page.keyboard.press("ArrowRight")


def test_the_slider_moves_colours_profiles_and_numbers_as_the_server_draws_them(
    served: Served, path: str, browser: Browser
) -> None:
    """Moved by arrow keys to 03:20 the page is the one that the server sends for 03:20; axe finds nothing."""
    with served.visited(browser, Role.NURSE, f"{path}?beside=bolus&time=500") as watched:
        page = watched.page
        before = page.get_attribute("#fluid-1 stop:nth-child(12)", "class")
        moved_to(page, 200)
        assert page.get_attribute("#field-time", "aria-valuetext").startswith("03:20")  # type: ignore[union-attr]
        assert page.get_attribute("#fluid-1 stop:nth-child(12)", "class") != before
        wanted = served.client(Role.NURSE).get(path, params={"beside": "bolus", "time": "200"}).text
        assert values(page.content()) == values(wanted)
        classes = page.eval_on_selector_all(
            "linearGradient stop", "all => all.map(each => each.className.baseVal)"
        )
        assert classes == re.findall(r'<stop [^>]*class="([^"]+)"', wanted)
        assert page.inner_text("#values-title") == "At 03:20"
        assert violations(page) == []


def test_it_plays_and_stands_still_where_less_motion_is_asked_for(
    served: Served, path: str, browser: Browser
) -> None:
    """The button moves the time on until the slider is touched; with less motion there is no button."""
    with served.visited(browser, Role.NURSE, f"{path}?time=0") as watched:
        page = watched.page
        page.click("[data-play]")
        expect(page.locator(".c-spine-clock b")).not_to_have_text("00:00")
        assert page.get_attribute("[data-play]", "aria-pressed") == "true"
        page.focus("#field-time")
        page.keyboard.press("ArrowRight")
        assert page.get_attribute("[data-play]", "aria-pressed") == "false"
        page.emulate_media(reduced_motion="reduce")
        expect(page.locator("[data-play]")).to_be_hidden()
        assert page.is_visible("[data-still]")


def test_the_tip_is_dragged_to_another_level(served: Served, path: str, browser: Browser) -> None:
    """From C5 to the height of the other tip: the page then compares that level."""
    with served.visited(browser, Role.NURSE, path) as watched:
        page = watched.page
        flag = page.locator("[data-moves]").bounding_box()
        aim = page.locator('.c-spine[data-side="1"] text', has_text=re.compile("^T6$")).bounding_box()
        assert flag is not None
        assert aim is not None
        page.mouse.move(flag["x"] + 10, flag["y"] + 10)
        page.mouse.down()
        page.mouse.move(flag["x"] + 10, aim["y"] + aim["height"] / 2, steps=6)
        page.mouse.up()
        page.wait_for_url("**tip=T6**")
        assert "Tip at T6" in page.inner_text("main")


def test_a_finger_moves_the_tip_and_the_page_stays(served: Served, path: str, browser: Browser) -> None:
    """On a touch screen the flag follows the finger to T6; the page does not scroll under it."""
    context = browser.new_context(viewport={"width": 1024, "height": 900}, has_touch=True)
    context.add_cookies([{"name": COOKIE, "value": served.token(Role.NURSE), "url": served.address}])
    page = context.new_page()
    page.goto(served.address + path)
    page.wait_for_selector("[data-moves][data-ready]")
    flag = page.locator("[data-moves]").bounding_box()
    aim = page.locator('.c-spine[data-side="1"] text', has_text=re.compile("^T6$")).bounding_box()
    assert flag is not None
    assert aim is not None
    x, y, end = flag["x"] + 10, flag["y"] + 10, aim["y"] + aim["height"] / 2
    touch, scrolled = context.new_cdp_session(page), page.evaluate("window.scrollY")
    for kind, part in (("touchStart", 0), *(("touchMove", part) for part in range(1, 21))):
        points = [{"x": x, "y": y + (end - y) * part / 20}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert page.evaluate("window.scrollY") == scrolled
    with page.expect_navigation():
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert "Tip at T6" in page.inner_text("main")
    context.close()


def test_a_child_without_a_height_is_drawn_with_the_typical_one_and_it_is_said() -> None:
    """What the record lacks is taken from the evidence, with its source; the day is that of such a child."""
    child = read_therapy(Path(__file__).parents[3] / "examples" / "child-flex-day.toml")
    unmeasured = replace(
        child,
        patient=replace(child.patient, weight=None, height=None),
        events=tuple(event for event in child.events if not isinstance(event, Weigh)),
    )
    asked = Asked({}, unmeasured, child.valid_events[-1].at + timedelta(days=1))
    first, _second = asked.days()
    assert [one.what for one in asked.taken if one.is_needed] == ["weight", "height"]
    assert all(one.source for one in asked.taken)
    assert max(first.legs_ng_per_ml) > 0
    assert asked.lacking == []
