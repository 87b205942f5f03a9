"""Computed sentences: every pattern is found again in what was made of it, and words of a person stay."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.care.content_reading import content
from cisterna.care.guides import GUIDES, SHEETS, VISITS, read_guide
from cisterna.clinic.web.computed import Computed
from cisterna.clinic.web.messages import catalogue, texts_of
from cisterna.clinic.web.tongue import Tongue
from cisterna.evidence import Settings

PLACE = re.compile(r"\{[^\s{}]*\}")
GERMAN = texts_of(catalogue("de"))
PATTERNS = sorted(english for english in GERMAN if PLACE.search(english))
TOLD = Computed(GERMAN)
PLACES = st.integers(0, 99_999).map(str) | st.from_regex(r"'[a-z0-9 ]{1,9}'", fullmatch=True)


def filled(pattern: str, places: list[str]) -> str:
    """A pattern with its places filled in their order."""
    given = iter(places)
    return PLACE.sub(lambda _place: next(given), pattern)


@given(st.data())
def test_every_pattern_is_found_again(data: st.DataObject) -> None:
    """Whatever number or typed word fills a pattern, its German is told and the places are unchanged."""
    english = data.draw(st.sampled_from(PATTERNS))
    count = len(PLACE.findall(english))
    places = data.draw(st.lists(PLACES, min_size=count, max_size=count))
    assert TOLD(filled(english, places)) == filled(GERMAN[english], places)


def test_each_pattern_is_found_once() -> None:
    """The same of all patterns, each with one filling."""
    wrong = [
        (english, TOLD(filled(english, places)))
        for english in PATTERNS
        if (places := [str(7 + place) for place in range(len(PLACE.findall(english)))])
        and TOLD(filled(english, places)) != filled(GERMAN[english], places)
    ]
    assert wrong == []


def test_english_is_untouched() -> None:
    """Without translations a sentence is the very same object."""
    sentence = "at most 20 mL in the reservoir"
    assert Tongue().told(sentence) is sentence


@pytest.mark.parametrize(
    "text", ["'a day'", "Revision after a fall on Monday", "R. Heron", "12.5", "", "something never written"]
)
def test_words_of_a_person_stay(text: str) -> None:
    """What was typed, a name and a sentence that the catalogue lacks are told as they are."""
    assert TOLD(text) == text


DRY = (
    "Stopped since Tue 1 Dec 2026: it was reset and not read since. After 48 h its critical alarm sounds and "
    "its accuracy is not assured."
)
DRY_GERMAN = (
    "Gestoppt seit Di 1. Dez. 2026: sie wurde zurückgesetzt und seither nicht abgefragt. Nach 48 h ertönt "
    "ihr kritischer Alarm, und ihre Genauigkeit ist nicht gesichert."
)
PLANNED = "Planned for Tue 1 Dec 2026. The pump stops by itself by Fri 4 Dec 2026."
PLANNED_GERMAN = "Geplant für Di 1. Dez. 2026. Die Pumpe stoppt von selbst bis Fr 4. Dez. 2026."
STEP = (
    "From 100 mcg/day to 150 mcg/day (+50 %) is a larger step than published for titration in children under "
    "12 y, 5% to 15% in 24 h."
)
STEP_GERMAN = (
    "Von 100 mcg/Tag auf 150 mcg/Tag (+50 %) ist ein größerer Schritt als für die Titration veröffentlicht "
    "(Kinder unter 12 Jahren), 5% bis 15% in 24 h."
)
BY_A_DAY = "Programmed on Tue 1 Dec 2026 by R. Day; no second person confirmed it."
BY_A_DAY_GERMAN = "Programmiert am Di 1. Dez. 2026 von R. Day; keine zweite Person hat es bestätigt."
ASSESSED = "Last assessed on Tue 1 Dec 2026, repeated every 6 months."
ASSESSED_GERMAN = "Zuletzt bewertet am Di 1. Dez. 2026, wiederholt alle 6 Monate."
REFILL = "500 mcg/mL, 300 mcg/day. Empty on Tue 1 Dec 2026."
REFILL_GERMAN = "500 mcg/mL, 300 mcg/Tag. Leer am Di 1. Dez. 2026."


@pytest.mark.parametrize(
    ("english", "german"),
    [
        (REFILL, REFILL_GERMAN),
        (PLANNED, PLANNED_GERMAN),
        (DRY, DRY_GERMAN),
        (BY_A_DAY, BY_A_DAY_GERMAN),
        (STEP, STEP_GERMAN),
        (ASSESSED, ASSESSED_GERMAN),
        ("did you mean 'Europe/Jersey'?", "war 'Europe/Jersey' gemeint?"),
        ("'a day', the number of another patient", "'a day', die Nummer eines anderen Patienten"),
    ],
)
def test_a_sentence_is_told_piece_by_piece(english: str, german: str) -> None:
    """Sentences and what stands in their places are told each; days are those of the language."""
    assert Tongue("de").told(english) == german


@pytest.mark.parametrize("name", sorted({*GUIDES, *SHEETS, *VISITS}))
def test_every_sentence_of_a_guide_is_told(name: str) -> None:
    """Each sentence and title of every guide has its German, with the numbers of the English one."""
    say = Tongue("de")
    found = read_guide(content(name), name, Settings())
    for step in found.steps:
        assert say.told(step.title) != step.title or step.title in {"Titration"}
        for said in (*step.do, *step.check, *step.know):
            german = say.told(said.text)
            assert german != said.text
            assert sorted(re.findall(r"\d+", german)) == sorted(re.findall(r"\d+", said.text)), german
