"""Languages: every message has its German, the right one is chosen, and numbers stay what they are."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pikepdf
import pytest
from playwright.sync_api import Browser
from tests.clinic.served import Served, violations
from tools.messages import as_mo, as_po, missing, po_of, updated

from cisterna.care.guides import SHEETS, sheet
from cisterna.clinic.papers.words import sentence
from cisterna.clinic.permissions import Role
from cisterna.clinic.settings.site import change_setting
from cisterna.clinic.web.messages import catalogue, texts_of
from cisterna.clinic.web.tongue import Tongue

PLACES = re.compile(r"%\(\w+\)[sd]|\{[^}]*\}|</?\w+[^>]*>")


def parts(text: object) -> tuple[str, ...]:
    """The texts of a message: one, or those of each number."""
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text),)


def pairs() -> Iterator[tuple[str, str]]:
    """Every text of the catalogue with its German."""
    for message in updated("de"):
        if message.id:
            yield from ((parts(message.id)[-1], german) for german in parts(message.string))


def test_every_message_has_its_german() -> None:
    """Nothing that the sources mark for translation waits for it; `make messages` lists what does."""
    assert missing(updated("de")) == []


def test_the_german_holds_the_same_places_as_the_english() -> None:
    """No number, name or mark-up is lost or made up by a translation."""
    wrong = [
        (english, german)
        for english, german in pairs()
        if set(PLACES.findall(english)) != set(PLACES.findall(german))
    ]
    assert wrong == []


def test_the_german_of_a_computed_sentence_keeps_the_order_of_its_places() -> None:
    """A place is filled by where it stands, so none may change places with another."""
    place = re.compile(r"\{[^\s{}]*\}")
    assert [pair for pair in pairs() if place.findall(pair[0]) != place.findall(pair[1])] == []


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    """What the program reads is what translators wrote, and what they wrote fits the sources."""
    assert po_of("de").read_bytes() == as_po(updated("de"))
    assert po_of("de").with_suffix(".mo").read_bytes() == as_mo("de")


def test_german_sheets_tell_the_same_numbers() -> None:
    """Each sentence of both sheets is German, and every digit of the English one is in it."""
    say = Tongue("de")
    for name in SHEETS:
        for step in sheet(name).steps:
            for said in (*step.do, *step.check, *step.know):
                german = sentence(say, said)
                assert german != said.text
                assert sorted(re.findall(r"\d+", german)) == sorted(re.findall(r"\d+", said.text)), german


@pytest.mark.parametrize(
    ("setting", "asked", "language"),
    [
        (None, "de-CH, en;q=0.5", "de"),
        (None, "fr, en;q=0.5", "en"),
        (None, "", "en"),
        (None, "de;q=nonsense, *;q=0.1", "en"),
        ("en", "de", "en"),
        ("de", "en", "de"),
    ],
)
def test_the_language_is_the_sites_or_the_browsers(
    served: Served, setting: str | None, asked: str, language: str
) -> None:
    """A choice of the site holds for all; without one each browser gets what it asks for, else English."""
    administrator = served.accounts[Role.ADMINISTRATOR].actor
    with served.database.unit(administrator) as unit:
        change_setting(unit, "language", setting)
    words = {"de": "Fällig", "en": "Due"}
    page = served.client(Role.NURSE).get("/due", headers={"accept-language": asked}).text
    assert f'<html lang="{language}">' in page
    assert f"<h1>{words[language]}</h1>" in page
    with served.database.unit(administrator) as unit:
        change_setting(unit, "language", None)


def test_german_papers_are_german_and_say_so(served: Served) -> None:
    """The PDF names its language; decimals have a comma, days are German, the dose is that of the page."""
    patient = next(iter(served.patients.values()))
    client, german = served.client(Role.NURSE), {"accept-language": "de"}
    page = client.get(f"/patients/{patient}/papers/order", headers=german).text
    assert "Anordnung für das Programm der Pumpe" in page
    assert re.search(r"\d,\d+ mL", page)
    assert "mcg/Tag" in page
    pdf = client.post(f"/patients/{patient}/papers/order/pdf", headers=german).content
    assert str(pikepdf.open(io.BytesIO(pdf)).Root.Lang).startswith("de")


def test_fields_keep_the_point_in_every_language(served: Served) -> None:
    """What a field shows it takes back: no comma comes into a number that is typed on."""
    patient = next(iter(served.patients.values()))
    client = served.client(Role.PHYSICIAN)
    values = [
        re.findall(r'inputmode="decimal"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*inputmode="decimal"', page)
        for page in (
            client.get(f"/patients/{patient}/dose", headers={"accept-language": asked}).text
            for asked in ("en", "de")
        )
    ]
    assert values[0] == values[1]


@pytest.mark.parametrize("path", ["/due", "/patients", "{patient}", "{patient}/papers/card"])
def test_german_pages_can_be_read_by_everybody(served: Served, browser: Browser, path: str) -> None:
    """Longer words break nothing, and axe finds nothing."""
    patient = f"/patients/{next(iter(served.patients.values()))}"
    with served.database.unit(served.accounts[Role.ADMINISTRATOR].actor) as unit:
        change_setting(unit, "language", "de")
    with served.visited(browser, Role.NURSE, path.format(patient=patient), width=390) as watched:
        assert watched.page.get_attribute("html", "lang") == "de"
        assert violations(watched.page) == []
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not watched.page.evaluate(wide)
    with served.database.unit(served.accounts[Role.ADMINISTRATOR].actor) as unit:
        change_setting(unit, "language", None)


def told_faults(page: str) -> list[str]:
    """What a page says beside its fields and in the list of its faults."""
    found = re.findall(r'<p class="c-fault"[^>]*>.*?<span>(.*?)</span></p>', page, re.DOTALL)
    return [html.unescape(each) for each in found]


NOBODY = {"number": "", "family_name": " ", "given_name": "Ina", "born": "2090-01-01"}
WHOLE = {
    "number": "N 900", "family_name": "Skua", "given_name": "Ina", "born": "2018-02-11", "sex": "female",
    "condition": "cerebral palsy", "timezone": "Europe/Madrid", "weight": "21", "tone_legs": "3.6",
    "tone_arms": "3", "tone_scale": "ashworth-1-5", "allergies_known": "some", "allergies": "latex",
}  # fmt: skip
HALF = WHOLE | {"tone_arms": "", "allergies": ""}
ILL = WHOLE | {"weight": "21,5", "tone_legs": "9", "gmfcs": "VI", "timezone": "Europe/Nowhere"}


@pytest.mark.parametrize("wrong", [NOBODY, HALF, ILL])
def test_a_faulty_form_is_refused_in_german(served: Served, wrong: dict[str, str]) -> None:
    """Each fault says in German what was found, what is allowed and what to do; typed words stay."""
    client = served.client(Role.NURSE)
    english, german = (
        told_faults(client.post("/patients/new", data=wrong, headers={"accept-language": asked}).text)
        for asked in ("en", "de")
    )
    assert len(english) == len(german) > 0
    for one, other in zip(english, german, strict=True):
        wanted = re.fullmatch(r"Found (.*?); allowed: (.*?); (.*)\.", one)
        told = re.fullmatch(r"Gefunden: (.*?); erlaubt: (.*?); (.*)\.", other)
        assert wanted is not None, one
        assert told is not None, other
        assert [part for part in wanted.groups() if part in told.groups() and not is_value(part)] == []
        assert re.findall(r"'[^']*'", told[1]) == re.findall(r"'[^']*'", wanted[1])


def is_value(text: str) -> bool:
    """Whether a part of a fault holds nothing but numbers, units and what was typed."""
    return re.fullmatch(r"'[^']*'|[\d.,+-]+( \w+)?|[IV]+(, [IV]+)*", text) is not None


def test_what_is_due_is_told_in_german(served: Served) -> None:
    """No sentence that the library computes for the list of what is due stays English."""
    client, german = served.client(Role.NURSE), {"accept-language": "de"}
    english = re.findall(r'class="c-due-what">.*?<b>(.*?)</b><small>(.*?)<', client.get("/due").text)
    told = re.findall(
        r'class="c-due-what">.*?<b>(.*?)</b><small>(.*?)<', client.get("/due", headers=german).text
    )
    assert len(english) == len(told) > 0
    assert [one for one, other in zip(english, told, strict=True) if one[0] == other[0]] == []
    assert not re.search(r"\b(is|was|until|since|planned)\b", " ".join(each[1] for each in told))


class _Shown(HTMLParser):
    """The texts of a page, each as it stands between two tags."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(" ".join(data.split()))


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.NURSE, "/due"), (Role.NURSE, "/recalls"), (Role.PHYSICIAN, "{patient}"),
        (Role.NURSE, "{patient}/events"), (Role.NURSE, "{patient}/record"),
        (Role.NURSE, "{patient}/record/fault"), (Role.NURSE, "{patient}/assessments/new"),
        (Role.NURSE, "{patient}/alarm"), (Role.PHYSICIAN, "{patient}/oral"), (Role.NURSE, "{patient}/mri"),
        (Role.PHYSICIAN, "{patient}/dose"), (Role.PHYSICIAN, "{patient}/end"), (Role.NURSE, "{visit}"),
        (Role.ADMINISTRATOR, "/administration/settings"), (Role.ADMINISTRATOR, "/administration/accounts"),
    ],
)  # fmt: skip
def test_no_word_that_has_its_german_is_shown_in_english(served: Served, role: Role, place: str) -> None:
    """Labels, options, kinds, states, roles, lines of events: none stands there as the library says it."""
    client, patient = served.client(role), f"/patients/{next(iter(served.patients.values()))}"
    if place == "{visit}":
        opened = client.post(f"{patient}/refills").headers["location"]
        place = f"{opened}/interrogate"
    page = client.get(place.format(patient=patient), headers={"accept-language": "de"})
    assert page.status_code == 200
    shown = _Shown()
    shown.feed(page.text)
    german = texts_of(catalogue("de"))
    typed = {"mcg/day", "Letter to the family doctor", *(each.value for each in Role)}
    raw = {text for text in shown.texts if german.get(text, text) != text and text not in typed}
    assert raw == set()
