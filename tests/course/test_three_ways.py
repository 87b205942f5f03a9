"""The same invented patient by mouth, by pump and through the skin, and what families are told of it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cisterna.course.three_ways import PANELS, WAYS, Claim, claims, three_ways
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
    assert "{" not in claim.told()
    assert set(re.findall(r"{(\w+)}", claim.words)) == set(claim.numbers)
    typed = set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"{\w+}| in 100", "", claim.words)))
    said = " ".join(f"{each.population} {each.text} {each.note}" for each in claim.sources)
    assert typed <= set(re.findall(r"\d+(?:\.\d+)?", said))


def test_the_numbers_are_those_of_the_evidence() -> None:
    """Typed here a second time: share in the fluid, half-life, complications, before and after."""
    said = {claim.place: claim.numbers for claim in TOLD}
    assert said[2] == {"share": "12"}
    assert said[4] == {"half": "4.5"}
    assert said[11] == {"before": "3.4", "after": "1.5"}
    assert said[12] == {"any": "25", "infection": "9.3"}
    assert said[14] == {"times": "200"}
    assert float(said[3]["share"]) == number("cream_penetration_share").high


def test_harms_stand_beside_benefits() -> None:
    """Tablets and pump each have a harm told, and the danger of a sudden stop is a warning."""
    assert {claim.way for claim in TOLD if claim.kind == "harm"} == {"tablets", "pump"}
    assert [claim.way for claim in TOLD if claim.kind == "warning"] == ["pump"]
