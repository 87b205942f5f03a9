"""The page of each calculator: complete, and its worked examples are what the commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from tests.care.typed import typed

from cisterna.cli.calc import application
from cisterna.evidence import numbers

COMMANDS = typer.main.get_command(application).commands  # type: ignore[attr-defined]  # it is a group
FOLDER = Path(__file__).parents[3] / "docs" / "reference" / "calculators"
PAGES = {page.stem: page.read_text("utf-8") for page in sorted(FOLDER.glob("*.md"))}
INDEX = (FOLDER.parent / "calculators.md").read_text("utf-8")
_EXAMPLE = re.compile(r"```console\n\$ cisterna (.*?)\n(.*?)```", re.DOTALL)
_SECTIONS = ("## Options", "## Formula", "## Limits", "## Source", "## Worked example")
_WIDTH = "90"


def test_every_calculator_has_its_page_and_its_line() -> None:
    """No command of `calc` is without a page, no page without a command, and the table lists all."""
    assert set(PAGES) == set(COMMANDS)
    assert set(re.findall(r"\(calculators/([a-z0-9-]+)\.md\)", INDEX)) == set(COMMANDS)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_tells_all_that_is_due(name: str) -> None:
    """A page has a title, what it is for, each section once in order, and every option with its help."""
    page = PAGES[name]
    assert page.startswith("# ")
    places = [page.index(section) for section in _SECTIONS]
    assert places == sorted(places)
    assert len(page[page.index("\n") : places[0]].split()) > 5
    listed = dict(re.findall(r"^\| `(--[a-z-]+)` \| (.*?) \|", page, re.MULTILINE))
    options = {option.opts[0]: option.help for option in COMMANDS[name].params}
    assert listed == {name: told for name, told in options.items() if name != "--json"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_numbers_that_are_published(name: str) -> None:
    """What a page calls by the name of a number of the evidence is one."""
    page = PAGES[name]
    limits = page[page.index("## Limits") : page.index("## Source")]
    named = re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+)+)`", limits)
    assert set(named) <= set(numbers())


@pytest.mark.parametrize("name", PAGES)
def test_a_worked_example_is_what_is_printed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typing the commands of the page prints the text of the page."""
    monkeypatch.setenv("COLUMNS", _WIDTH)
    examples = _EXAMPLE.findall(PAGES[name])
    assert examples
    for command, text in examples:
        answer = typed(shlex.split(command))
        assert answer.status == 0, answer.err
        assert answer.out.strip() == text.strip()
        assert command.split()[1] == name
