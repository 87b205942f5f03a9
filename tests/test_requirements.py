"""Safety requirements and worked examples: each is held by a test that names it, or open with a reason."""

import re
import tomllib
from pathlib import Path

import pytest
from tools.break_requirements import PAGE as BROKEN
from tools.break_requirements import ROOT, breaks
from tools.requirements_table import PAGE, Requirement, carried, document, page, requirements

HERE = Path(__file__).parent
MET_BY_A_PUMP = ("A", "C", "D", "E", "F", "G", "H1", "H2", "H3", "H4", "H5", "H6")
EXAMPLES_MET_HERE = ("pump", "limits", "calculator")


@pytest.fixture(scope="module")
def tests() -> dict[str, dict[str, list[str]]]:
    """Which tests carry which requirement and name which worked example."""
    return carried()


@pytest.fixture(scope="module")
def every(tests: dict[str, dict[str, list[str]]]) -> list[Requirement]:
    """All requirements with the tests that carry them."""
    return requirements(tests["requirements"])


def _is_met_by_a_pump(ident: str) -> bool:
    return ident[0] in MET_BY_A_PUMP or ident in MET_BY_A_PUMP


def test_every_requirement_of_a_pump_is_held_or_open_with_a_reason(every: list[Requirement]) -> None:
    """What a pump can meet has a test that carries its id; what it cannot says why it is open."""
    wanted = [entry for entry in every if _is_met_by_a_pump(entry.ident)]
    assert len(wanted) == 69
    assert [entry.ident for entry in wanted if entry.state == "neither"] == []


def test_no_other_requirement_is_left_without_a_word(every: list[Requirement]) -> None:
    """A requirement of programmers or of the process has a test too, or says where it will be met."""
    assert [entry.ident for entry in every if entry.state == "neither"] == []


def test_what_is_said_to_be_held_in_part_has_a_test(every: list[Requirement]) -> None:
    """A reason that ends 'is held' tells of a test, and that test exists."""
    claimed = [entry for entry in every if re.search(r"\b(is|are) held\b", entry.open)]
    assert claimed
    assert [entry.ident for entry in claimed if not entry.tests] == []


def test_the_page_is_what_the_tests_say(tests: dict[str, dict[str, list[str]]]) -> None:
    """The table in the documentation is the one that the generator makes now: run `make requirements`."""
    assert page(tests["requirements"]) == PAGE.read_text("utf-8")


def test_hazards_name_requirements_that_exist() -> None:
    """Every requirement on the map of hazards is in the table, and every group has one on it."""
    table = document()
    named = {ident for hazard in table["hazard"] for ident in hazard["requirements"]}
    assert named <= set(table["requirement"])
    assert {ident[0] for ident in named} == set(table["groups"])


def test_every_worked_example_of_pump_and_limits_is_a_test(tests: dict[str, dict[str, list[str]]]) -> None:
    """Each example whose home is the pump, the limits or a calculator is named, by its id, in a test."""
    examples = tomllib.loads((HERE / "worked_examples.toml").read_text("utf-8"))["example"]
    wanted = {ident for ident, entry in examples.items() if entry["home"] in EXAMPLES_MET_HERE}
    assert wanted
    assert wanted - set(tests["worked_examples"]) == set()


def test_worked_examples_that_tests_name_exist(tests: dict[str, dict[str, list[str]]]) -> None:
    """A test that names an example names one of the list."""
    examples = tomllib.loads((HERE / "worked_examples.toml").read_text("utf-8"))["example"]
    assert set(tests["worked_examples"]) - set(examples) == set()


def test_every_break_on_purpose_still_fits_the_source(every: list[Requirement]) -> None:
    """At least ten lines can be broken, each stands once in its file, and its requirement has a test."""
    broken = breaks()
    assert len({entry.requirement for entry in broken}) >= 10
    held = {entry.ident for entry in every if entry.tests}
    for entry in broken:
        assert entry.applied((ROOT / entry.file).read_text("utf-8"))
        assert entry.requirement in held


def test_every_break_is_on_the_page_with_the_test_that_noticed_it() -> None:
    """The page holds every break of the list, and a test for each: run `make break`."""
    rows = [line for line in BROKEN.read_text("utf-8").splitlines() if line.startswith("| ")]
    told = {
        (cells[1].strip(), cells[2].strip()) for cells in (row.split("|") for row in rows) if "`" in cells[4]
    }
    assert {(entry.requirement, entry.what) for entry in breaks()} <= told
