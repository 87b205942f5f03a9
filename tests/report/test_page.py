"""The page: self-contained, safe, and its data the course's."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from cisterna.report.embedding import MOST_SAMPLES, script_json
from cisterna.report.page import page_text
from cisterna.report.source import read

from .conftest import HOUR_US, CourseDouble, double

VOID = {"meta", "br", "input", "line", "circle", "path", "rect", "use", "link", "img", "hr"}
HOSTILE = "</script><script>alert('x')</script><img src=x onerror=alert(1)> \"'& {{ 7 * 7 }}"


class Structure(HTMLParser):
    """Reads a page, keeps its elements, and fails where one is closed that is not open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> inside <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)


def structure_of(text: str) -> Structure:
    """The elements of a page."""
    found = Structure()
    found.feed(text)
    found.close()
    return found


def embedded(text: str) -> dict[str, Any]:
    """The data inside a page."""
    found = re.search(r'<script type="application/json" id="course-data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.fixture(scope="module")
def page(course: CourseDouble) -> str:
    """The page of a course with a pump."""
    return page_text(read(course))


def test_every_element_is_closed_where_it_was_opened(page: str) -> None:
    """The page is well-formed HTML: elements nest and none stays open."""
    assert structure_of(page).open == []


def test_ids_are_unique_and_every_reference_finds_its_element(page: str) -> None:
    """Labels, controls and icons point at elements that exist, each id is given once."""
    elements = structure_of(page).elements
    ids = [attrs["id"] for _, attrs in elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in elements:
        for key in ("aria-labelledby", "aria-controls"):
            assert attrs.get(key) is None or attrs[key] in ids
        target = attrs.get("href") or ""
        assert target == "" or target.removeprefix("#") in ids


def test_the_page_names_no_address_of_a_network(page: str) -> None:
    """Nothing in the file could be fetched: the only addresses are data and places in the page."""
    addresses = set(re.findall(r"https?://[^\s\"'<>)]*", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"}
    assert "@import" not in page
    for tag, attrs in structure_of(page).elements:
        assert tag not in {"link", "iframe", "object", "embed", "img"}
        assert "src" not in attrs
    assert set(re.findall(r"url\((.{5})", page)) == {"data:"}


def test_the_policy_forbids_everything_but_the_script_and_the_style_of_the_page(page: str) -> None:
    """The policy allows exactly the one script and the one style sheet, by their hashes."""
    policy = next(
        attrs["content"] or ""
        for tag, attrs in structure_of(page).elements
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for element in ("style", "script"):
        content = re.findall(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
        assert len(content) == 1
        digest = b64encode(sha256(content[0].encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy


def test_nothing_in_the_page_needs_what_the_policy_forbids(page: str) -> None:
    """No element carries a style or a handler of its own, which the policy would drop in silence."""
    for _, attrs in structure_of(page).elements:
        assert "style" not in attrs
        assert not [name for name in attrs if name.startswith("on")]


def test_embedded_columns_are_the_columns_of_the_course(page: str, course: CourseDouble) -> None:
    """Times and values inside the page are the course's own, in float32, not-known included."""
    data = embedded(page)
    times = np.frombuffer(b64decode(data["times"]), "<f8")
    assert data["samples"] == len(course.times_us) == len(times)
    np.testing.assert_array_equal(np.round(times * 1e6).astype(np.int64), course.times_us)
    assert set(data["columns"]) == set(course.columns())
    for name, values in course.columns().items():
        np.testing.assert_array_equal(
            np.frombuffer(b64decode(data["columns"][name]), "<f4"), values.astype("<f4")
        )


def test_a_long_course_stays_small() -> None:
    """A year at 15 minutes, with a flex day that jumps, stays under 3 MB and keeps its extremes."""
    course = double(35_040, step_us=HOUR_US // 4)
    text = page_text(read(course))
    assert len(text.encode()) < 3_000_000
    data = embedded(text)
    assert len(np.frombuffer(b64decode(data["times"]), "<f8")) <= MOST_SAMPLES
    for name, values in course.columns().items():
        kept = np.frombuffer(b64decode(data["columns"][name]), "<f4")
        assert np.nanmax(kept) == np.float32(np.nanmax(values))
        assert np.nanmin(kept) == np.float32(np.nanmin(values))


def test_a_hostile_label_stays_text() -> None:
    """A label that looks like HTML, script or template is shown as it was written and runs nothing."""
    honest, hostile = page_text(read(double(50))), page_text(read(double(50, label=HOSTILE)))
    assert "<img" not in hostile
    assert hostile.count("<script") == honest.count("<script")
    assert HOSTILE in "".join(structure_of(hostile).texts["h1"])


def test_hostile_events_stay_text() -> None:
    """Text of events reaches the page escaped in the table and in the data of the charts."""
    course = double(50)
    facts = course.facts() | {"events": [course.facts()["events"][0] | {"text": HOSTILE}]}
    text = page_text(read(replace(course, held_facts=facts)))
    assert "<img" not in text
    assert embedded(text)["events"][0]["text"] == HOSTILE


def test_json_in_a_script_cannot_end_it() -> None:
    """No sign of the embedded JSON can be read as HTML, and reading it back changes nothing."""
    text = script_json({"label": "</script><!--\u2028&"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"label": "</script><!--\u2028&"}


def test_the_page_says_what_it_is_and_what_it_is_not(page: str) -> None:
    """Simulated, for whom, and every part of the intended use stand on the page."""
    for words in (
        "Simulated for a typical patient",
        "No curve on this page was measured",
        "Not for emergencies",
        "connects to no pump",
        "pump's own programmer and its label",
        "Not cleared or approved by any authority",
        "trained in intrathecal baclofen therapy",
    ):
        assert words in page.replace("&#39;", "'")


def test_uncertain_numbers_wear_their_mark(page: str) -> None:
    """What is derived is marked where it stands, and a number set by the file says so."""
    assert '<span class="c-mark">derived</span>' in page
    assert '<span class="c-mark">set in the file</span>' in page


def test_the_account_adds_up_in_sight(page: str) -> None:
    """Both sums of the drug account are on the page and equal, with the error beside them."""
    assert page.count('<td class="c-number">10,050</td>') == 2
    assert "3.1 \u00d7 10<sup>\u221215</sup>" in page


def test_a_course_without_a_pump_has_no_pump_panels(course_without_pump: CourseDouble) -> None:
    """Without an implant the page has no reservoir, no dates and no sedation that was not computed."""
    text = page_text(read(course_without_pump))
    shown = {panel["id"] for panel in embedded(text)["panels"]}
    assert shown == {"tone", "spinal-fluid", "cord", "plasma", "withdrawal", "response"}
    assert "Coming dates" not in text
    assert "none implanted" in text


def test_the_same_course_gives_the_same_page(course: CourseDouble, page: str) -> None:
    """The page depends on the course alone, not on when or how often it is written."""
    assert page_text(read(course)) == page


def test_one_output_time_is_enough() -> None:
    """A course asked for at a single instant still has a page."""
    assert embedded(page_text(read(double(1))))["samples"] == 1
