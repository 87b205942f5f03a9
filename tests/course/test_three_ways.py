"""The same invented patient by mouth, by pump and through the skin, and what families are told of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

import cisterna.course.three_ways as three_ways_room
from cisterna.course.three_ways import PANELS, WAYS, Claim, Fact, claims, three_ways
from cisterna.evidence import number

PANEL = {panel.id: panel for panel in PANELS}
TOLD = claims(three_ways())


def test_tablets_swing_and_the_pump_does_not() -> None:
    """By mouth plasma rises to more than four times its trough; by pump no level moves by one per cent."""
    ways = three_ways()
    low, high = ways.ends(PANEL["blood"], "tablets")
    assert high > 4 * low
    for panel in PANELS:
        low, high = ways.ends(panel, "pump")
        assert high - low < 0.01 * high, panel.id


def test_a_cream_loosens_nothing() -> None:
    """No benefit of a cream is published: the tone stays that without drug, to a thousandth."""
    ways = three_ways()
    assert np.allclose(ways.values(PANEL["legs"], "cream"), ways.untreated, atol=1e-3)


def test_the_courses_raise_no_warning_but_that_a_cream_is_unproven() -> None:
    """What is shown as an example is given within the published limits, its refills as expected."""
    ways = three_ways()
    assert [ways.courses[way].warnings for way in ("tablets", "pump")] == [(), ()]
    assert all("no benefit" in warning.text for warning in ways.courses["cream"].warnings)


def test_the_three_are_the_same_patient() -> None:
    """Age, weight, height, condition and tone are one and the same."""
    first, *others = (three_ways().courses[way].therapy.patient for way in WAYS)
    assert all(other == first for other in others)


@pytest.mark.parametrize("claim", TOLD, ids=lambda claim: str(claim.place))
def test_every_figure_of_a_sentence_is_that_of_its_source(claim: Claim) -> None:
    """In braces stands a number of the evidence or of the courses; any other stands in the source's words."""
    english = f"{claim.curve} {claim.words}"
    assert "{" not in claim.told() + claim.shown()
    assert set(re.findall(r"{(\w+)}", english)) == set(claim.numbers)
    typed = set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"{\w+}| in 100|1 mg is 1000 mcg", "", english)))
    said = " ".join(f"{each.population} {each.text} {each.note}" for each in claim.sources)
    assert typed <= set(re.findall(r"\d+(?:\.\d+)?", said))


@pytest.mark.parametrize("claim", TOLD, ids=lambda claim: str(claim.place))
def test_what_is_published_has_its_source_and_what_a_curve_shows_its_curve(claim: Claim) -> None:
    """No sentence stands without either, and every source and fact that is named is told of."""
    assert claim.words or claim.curve
    assert bool(claim.sources) >= bool(claim.words)
    assert not claim.curve or claim.panel in {*PANEL, "dose"}
    assert all(each.text and each.source for each in claim.sources)


def test_every_fact_is_cited() -> None:
    """None of the facts in the file is left over."""
    file = Path(three_ways_room.__file__).parent / "claims.toml"
    facts = {fact["name"] for fact in tomllib.loads(file.read_text("utf-8"))["fact"]}
    assert facts == {each.name for claim in TOLD for each in claim.sources if isinstance(each, Fact)}


def test_the_numbers_are_those_of_the_evidence() -> None:
    """Typed here a second time, as the sources give them."""
    said = [claim.numbers for claim in TOLD]
    for numbers in (
        {"share": "12"},
        {"half": "4.5"},
        {"limp": "25", "sleepy": "19", "fits": "13"},
        {"hours": "72", "day": "8"},
        {"fall": "77", "dose": "150", "left": "30"},
        {"before": "3.64", "after": "1.9", "better": "4", "without": "-0.2"},
        {"worse": "8", "standing": "3"},
        {"any": "25", "infection": "9.3", "more": "14.6", "leak": "24.9", "pumps": "78"},
        {"times": "200", "oral": "40", "low": "100", "high": "300"},
        {"low": "3", "high": "9"},
        {"low": "12", "high": "72"},
        {"fast": "1", "slow": "3"},
        {"had": "8", "tube": "7"},
    ):
        assert numbers in said
    assert float(said[2]["share"]) == number("cream_penetration_share").high


def test_the_curve_of_a_tablet_falls_faster_than_its_half_life() -> None:
    """Only what is left in the end halves in it; within one half-life the wave loses more than half."""
    ways = three_ways()
    values = ways.values(PANEL["blood"], "tablets")
    peak = int(np.argmax(values[: 4 * 24]))
    half = peak + round(4 * number("oral_terminal_half_life_child").in_unit("h"))
    assert values[peak:half].min() < values[peak] / 2


def test_harms_stand_beside_benefits() -> None:
    """Tablets and pump each have a harm told, and the danger of a sudden stop is a warning."""
    assert {claim.way for claim in TOLD if claim.kind == "harm"} == {"tablets", "pump"}
    assert {claim.way for claim in TOLD if claim.kind == "warning"} == {"pump"}
    assert any("can kill" in claim.told() for claim in TOLD if claim.kind == "warning")


def test_a_cream_went_through_the_skin_of_pigs() -> None:
    """What was measured on pigs is not told as if it were of people."""
    (claim,) = [claim for claim in TOLD if "share" in claim.numbers and claim.way == "cream"]
    assert "porcine" in number("cream_penetration_share").population
    assert "the skin of pigs" in claim.told()
