"""What guides and sheets say: complete, cited, in the published order, with numbers of the evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
import typer

from cisterna.care import GUIDES, SHEETS, Guide, guide, sheet
from cisterna.care.content_reading import content
from cisterna.care.guides import read_guide
from cisterna.cli.application import application
from cisterna.errors import EvidenceError
from cisterna.evidence import Settings, Status

EVERY = [*GUIDES, *SHEETS]
REFILL = [
    "identity", "review", "interrogate", "drug", "skin", "port", "aspirate", "doubt", "fill", "bridge",
    "compare", "dates", "book", "teach", "observe",
]  # fmt: skip


def named(name: str, settings: Settings | None = None) -> Guide:
    """A guide or a sheet."""
    return (guide if name in GUIDES else sheet)(name, settings)


@pytest.mark.parametrize("name", EVERY)
def test_every_step_and_statement_has_its_source(name: str) -> None:
    """No step and no statement is without a source, how sure it is, and filled braces."""
    for step in named(name).steps:
        assert step.source.strip()
        assert isinstance(step.status, Status)
        assert step.do
        for said in step.statements():
            assert said.source.strip()
            assert "{" not in said.text + step.title
            assert said.text[-1] in ".:", said.text


@pytest.mark.parametrize("name", EVERY)
def test_a_number_that_was_not_confirmed_is_marked_where_it_stands(name: str) -> None:
    """Behind every recalled or assumed number stands what it is."""
    for step in named(name).steps:
        for said in step.statements():
            for number in said.numbers:
                if number.status.must_be_marked:
                    assert f"[{number.status.value}]" in said.text, said.text


def test_some_numbers_are_recalled() -> None:
    """The test above has something to find."""
    marked = [
        number.name
        for name in EVERY
        for step in named(name).steps
        for said in step.statements()
        for number in said.numbers
        if number.status.must_be_marked
    ]
    assert {"stability_in_pump", "withdrawal_onset", "alarm_repeat_critical"} <= set(marked)


def test_the_refill_visit_has_its_fifteen_steps_in_order() -> None:
    """The order is the checklist's: identity first, the needle in doubt before the fill, the letter last."""
    assert [step.id for step in guide("refill").steps] == REFILL


def test_who_is_needed_twice() -> None:
    """A second person checks the drug, what was typed by hand, a step too large, and an emptied Prometra."""
    assert [step.id for step in guide("refill").steps if step.second_person] == ["drug", "bridge"]
    assert [step.id for step in guide("mri").steps if step.second_person] == ["prometra"]
    assert [step.id for step in guide("screening").steps if step.second_person] == ["titrate"]


def test_the_checks_of_a_refill_are_its_published_limits() -> None:
    """Ratio, difference, pocket fill by reservoir, and a bridge decision at a change of concentration."""
    visit = guide("refill")
    assert "less than 0.8 or more than 1.145 times" in visit.step("aspirate").check[0].text
    assert "more than 1 mL in a 20 mL pump, or 2 mL in a 40 mL pump" in visit.step("fill").check[1].text
    assert "decide on a bridge bolus before going on" in visit.step("bridge").check[0].text
    ids = {step.id: [record.id for record in step.record] for step in visit.steps}
    assert ids["aspirate"] == ["withdrawn", "reason"]
    assert ids["fill"] == ["injected", "measured", "rinsed"]
    assert ids["dates"] == ["alarm-date", "refill-by", "replace-by"]


def test_loss_of_effect_goes_from_the_patient_to_the_operation() -> None:
    """Triggers come before the pump, aspiration before contrast, revision last."""
    steps = [step.id for step in guide("loss-of-effect").steps]
    assert steps.index("triggers") < steps.index("interrogate") < steps.index("x-ray")
    assert steps.index("aspirate") < steps.index("dye")
    assert steps[-1] == "revise"


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_gives_no_dose(name: str) -> None:
    """No amount of a drug stands on a sheet, but the bolus that was once an overdose."""
    text = " ".join(said.text for step in sheet(name).steps for said in step.statements())
    amounts = re.findall(r"[0-9.]+ (?:mg|mcg|g)(?:/\w+)?\b", text)
    assert amounts == (["25 mcg"] if name == "overdose" else [])
    assert "Cisterna computes none" in text


def test_the_two_sheets_point_to_each_other() -> None:
    """Overdose can look like withdrawal, and each sheet says so."""
    for name, other in (SHEETS, SHEETS[::-1]):
        assert f"sheet {other}" in sheet(name).see
        assert any("look like" in said.text for step in sheet(name).steps for said in step.statements())


@pytest.mark.parametrize("name", EVERY)
def test_the_commands_that_help_exist(name: str) -> None:
    """What a step or a guide tells to use is a command of Cisterna."""
    root = typer.main.get_command(application)
    context = typer.Context(root)
    found = named(name)
    for line in {*found.see, *(use for step in found.steps for use in step.uses)}:
        group, *rest = line.split()
        command = root.get_command(context, group)  # type: ignore[attr-defined]  # it is a group
        assert command is not None, line
        if rest:
            assert command.get_command(typer.Context(command), rest[0]) is not None, line


def test_a_number_of_the_site_stands_beside_the_published_one() -> None:
    """What a site sets is shown with what was published."""
    site = Settings.of({"pocket_fill_threshold_20": "0.5 mL"})
    text = guide("refill", site).step("fill").check[1].text
    assert "more than 0.5 mL (set here; published 1 mL) in a 20 mL pump" in text


@pytest.mark.parametrize(("name", "known"), [("refil", GUIDES), ("withdrawal", GUIDES)])
def test_an_unknown_guide_is_refused_with_what_there_is(name: str, known: tuple[str, ...]) -> None:
    """The message lists the guides."""
    with pytest.raises(EvidenceError) as caught:
        guide(name)
    assert all(other in str(caught.value) for other in known)


def _changed(**step: Any) -> Mapping[str, Any]:
    right = {"id": "a", "title": "A", "do": ["Do it."], "source": "label", "status": "confirmed"}
    table = {key: value for key, value in {**right, **step}.items() if value is not None}
    return {"title": "t", "purpose": "p", "section": [{"id": "s", "title": "S", "step": [table]}]}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (_changed(source=None), "found no source"),
        (_changed(status=None), "found no status"),
        (_changed(status="sure"), "status 'sure'"),
        (_changed(title=" "), "states its title"),
        (_changed(id="A b"), "of another form"),
        (_changed(do=None), "nothing to do"),
        (_changed(do=[3]), "states its text"),
        (_changed(do="once"), "a list of statements"),
        (_changed(do=[{"text": "Do it.", "source": "label"}]), "found no status"),
        (_changed(colour="red"), "a.colour: found an unknown key"),
        (_changed(record=[{"id": "x", "text": "x"}, {"id": "x", "text": "y"}]), "the id 'x' twice"),
        (_changed(do=["At most {no_such_number}."]), "mine: a: no_such_number"),
        (_changed(do=["At most {stop_limit:loud}."]), "form 'loud'"),
        (_changed(do=["At most {stop_limit."]), "names in braces"),
        ({"title": "t", "purpose": "p"}, "at least one [[section]]"),
        ({"title": "t", "purpose": "p", "section": [{"id": "s", "title": "S"}]}, "[[section.step]]"),
        ({"purpose": "p", "section": _changed()["section"]}, "states its title"),
    ],
)
def test_a_guide_that_lacks_something_is_refused(document: Mapping[str, Any], words: str) -> None:
    """Each message says where, and what is due there."""
    with pytest.raises(EvidenceError) as caught:
        read_guide(document, "mine", Settings())
    assert words in str(caught.value)


def test_every_fault_of_a_guide_is_told_at_once() -> None:
    """Three faults make one error with three lines."""
    with pytest.raises(EvidenceError) as caught:
        read_guide(_changed(source=None, status="sure", colour="red"), "mine", Settings())
    assert len(caught.value.faults) >= 3


@pytest.mark.parametrize("name", EVERY)
def test_the_file_of_a_guide_holds_nothing_that_is_not_read(name: str) -> None:
    """Every table of the file is a step of the guide."""
    steps = [step for section in content(name)["section"] for step in section["step"]]
    assert [step["id"] for step in steps] == [step.id for step in named(name).steps]
