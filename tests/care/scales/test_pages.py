"""The page of each scale: complete, and its worked example is what the command prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from tests.care.typed import typed

from cisterna.cli.score import application

COMMANDS = typer.main.get_command(application).commands  # type: ignore[attr-defined]  # it is a group
FOLDER = Path(__file__).parents[3] / "docs" / "reference" / "scales"
PAGES = {page.stem: page.read_text("utf-8") for page in sorted(FOLDER.glob("*.md"))}
INDEX = (FOLDER.parent / "scales.md").read_text("utf-8")
_EXAMPLE = re.compile(r"```console\n\$ cisterna (.*?)\n(.*?)```", re.DOTALL)
_SECTIONS = ("## Valid values", "## Formula", "## Source", "## Licence", "## Worked example")
_WIDTH = "90"


def test_every_scale_has_its_page_and_its_line() -> None:
    """No command of `score` is without a page, no page without a command, and the table lists all."""
    assert set(PAGES) == set(COMMANDS)
    assert set(re.findall(r"\(scales/([a-z0-9-]+)\.md\)", INDEX)) == set(COMMANDS)


@pytest.mark.parametrize("scale", PAGES)
def test_a_page_tells_all_that_is_due(scale: str) -> None:
    """A page has a title, what the scale is for, and each section once in order; it names every option."""
    page = PAGES[scale]
    assert page.startswith("# ")
    places = [page.index(section) for section in _SECTIONS]
    assert places == sorted(places)
    assert len(page[page.index("\n") : places[0]].split()) > 5
    options = {option.opts[0] for option in COMMANDS[scale].params} - {"--json"}
    assert {option for option in options if option not in page} == set()


@pytest.mark.parametrize("scale", PAGES)
def test_a_worked_example_is_what_is_printed(scale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typing the command of the page prints the text of the page."""
    monkeypatch.setenv("COLUMNS", _WIDTH)
    examples = _EXAMPLE.findall(PAGES[scale])
    assert examples
    for command, text in examples:
        answer = typed(shlex.split(command))
        assert answer.status == 0, answer.err
        assert answer.out.strip() == text.strip()
        assert command.split()[1] == scale
