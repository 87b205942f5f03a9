"""The regimens side by side: what each has, what it lacks, and what of a patient bears on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from cisterna.care import Regimen, candidacy, compared_regimens, read_regimens
from cisterna.errors import EvidenceError
from cisterna.evidence import Settings
from cisterna.therapy import Assess, History, Patient, Therapy

AT = datetime.fromisoformat("2026-01-20T09:00:00+00:00")
EVERY = {regimen.id: regimen for regimen in compared_regimens()}


def told(born: int, gmfcs: Any, *scores: tuple[str, Any], **history: Any) -> dict[str, Regimen]:
    """The regimens for a child born in a year, with scores of scales."""
    therapy = Therapy(
        patient=Patient(label="child (invented)", born=date(born, 1, 1), gmfcs=gmfcs),
        history=History(**history),
        events=tuple(Assess(at=AT, scale=scale, value=value, site="left leg") for scale, value in scores),
    )
    return {regimen.id: regimen for regimen in candidacy(therapy, date(2026, 2, 1)).regimens}


def test_every_statement_of_a_regimen_is_cited_and_filled() -> None:
    """Benefits, risks and what is known each have a source; no brace is left."""
    assert list(EVERY) == [
        "oral-baclofen",
        "oral-others",
        "topical",
        "botulinum",
        "intrathecal",
        "sdr",
        "dbs",
    ]
    for regimen in EVERY.values():
        assert regimen.known
        for said in (*regimen.benefits, *regimen.risks, *regimen.known):
            assert said.source
            assert "{" not in said.text


def test_a_cream_promises_nothing() -> None:
    """No benefit is published for baclofen on the skin, and no effect on the cord is to be expected."""
    assert EVERY["topical"].benefits == ()
    assert "not published" in EVERY["topical"].told("benefits")[0].text
    assert "Ashworth" not in str(EVERY["topical"].facts()["benefits"])


def test_intrathecal_shows_benefit_and_harm_beside_each_other() -> None:
    """Gilmartin's fall of leg tone, infection, leak, withdrawal, and the conflict on scoliosis."""
    benefits = " ".join(said.text for said in EVERY["intrathecal"].benefits)
    risks = " ".join(said.text for said in EVERY["intrathecal"].risks)
    assert "3.64 before, 1.9 at 39 months" in benefits
    for words in ("14.6 %", "24.9 %", "8 of 39", "The sources conflict"):
        assert words in risks


def test_a_regimen_brings_the_side_effects_of_its_route() -> None:
    """By mouth has its published rates, the skin has none, botulinum toxin is no route of baclofen."""
    facts = {ident: regimen.facts()["side_effects"] for ident, regimen in EVERY.items()}
    assert {"effect": "Dizziness", "shown": "5 to 15 %"} in facts["oral-baclofen"]  # type: ignore[operator]
    assert {one["shown"] for one in facts["topical"]} == {"not published"}  # type: ignore[attr-defined]
    assert facts["botulinum"] == []


@pytest.mark.parametrize(
    ("born", "gmfcs", "scores", "fits"),
    [
        (2021, "II", [("hat", "spasticity"), ("selective-control", 8)], True),
        (2021, "III", [], True),
        (2016, "II", [("hat", "spasticity")], False),
        (2023, "II", [("hat", "spasticity")], True),
        (2024, "II", [("hat", "spasticity")], False),
        (2021, "IV", [("hat", "spasticity")], False),
        (2021, "II", [("hat", "mixed")], False),
        (2021, None, [("hat", "spasticity")], False),
    ],
)
def test_rhizotomy_is_an_option_to_discuss_within_its_profile(
    born: int,
    gmfcs: Any,
    scores: list[tuple[str, Any]],
    fits: bool,  # noqa: FBT001
) -> None:
    """3 to 9 years, GMFCS II or III and no dystonia; what is recorded stands beside it."""
    text = told(born, gmfcs, *scores)["sdr"].for_patient[0].text
    assert text.startswith("An option to discuss" if fits else "Outside the research profile") is True
    assert f"GMFCS {gmfcs or 'not recorded'}" in text
    if ("selective-control", 8) in scores:
        assert "selective control left leg 8 of 10" in text


def test_what_was_tried_and_dystonia_stand_at_their_regimens() -> None:
    """The file's history is shown where it bears."""
    found = told(2018, "IV", ("hat", "dystonia"), oral_tried=True, botulinum_tried=False)
    assert [said.text for said in found["oral-baclofen"].for_patient] == ["Drugs by mouth were tried."]
    assert [said.text for said in found["botulinum"].for_patient] == ["Not tried so far."]
    assert "Dystonia is recorded" in found["dbs"].for_patient[0].text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": None}, "found no source"),
        ({"known": []}, "nothing known"),
        ({"effects": "nasal"}, "by-mouth, intrathecal, on-the-skin"),
        ({"price": "3"}, "an unknown key"),
        ({"benefits": ["Up to {no_such_number}."]}, "no_such_number"),
    ],
)
def test_a_regimen_that_lacks_something_is_refused(change: dict[str, Any], words: str) -> None:
    """No regimen without source, status and something known."""
    right = {
        "id": "a",
        "title": "A",
        "route": "by mouth",
        "known": ["It is."],
        "source": "s",
        "status": "confirmed",
    }
    table = {key: value for key, value in {**right, **change}.items() if value is not None}
    with pytest.raises(EvidenceError) as caught:
        read_regimens({"regimen": [table]}, Settings())
    assert words in str(caught.value)
