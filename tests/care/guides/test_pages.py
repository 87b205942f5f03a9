"""The pages on guides, sheets and candidacy: complete, and each worked example is what is printed."""

from __future__ import annotations

import re
import shlex

import pytest
import typer
from tests.care.typed import typed
from tools.guide_pages import EXAMPLE, FOLDER, WIDTH, without_version

from cisterna.cli.guide import application, sheets

COMMANDS = {
    **typer.main.get_command(application).commands,  # type: ignore[attr-defined]  # they are groups
    **typer.main.get_command(sheets).commands,  # type: ignore[attr-defined]
}
PAGES = {page.stem: page.read_text("utf-8") for page in sorted(FOLDER.glob("*.md"))}
INDEX = (FOLDER.parent / "guides.md").read_text("utf-8")
_SECTIONS = ("## Options", "## What it holds", "## Source", "## Worked example")


def test_every_guide_and_sheet_has_its_page_and_its_line() -> None:
    """No guide and no sheet is without a page, and the table lists them all."""
    assert set(COMMANDS) <= set(PAGES)
    assert set(re.findall(r"\(guides/([a-z-]+)\.md\)", INDEX)) == set(PAGES)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_tells_all_that_is_due(name: str) -> None:
    """Each section stands once and in order; the page names every option."""
    page = PAGES[name]
    places = [page.index(section) for section in _SECTIONS]
    assert places == sorted(places)
    options = {option.opts[0] for option in COMMANDS[name].params}
    assert {option for option in options if option not in page} == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_names_every_step(name: str) -> None:
    """The ids to which a screen may attach its fields stand on the page."""
    group = "guide" if name in typer.main.get_command(application).commands else "sheet"  # type: ignore[attr-defined]
    told = typed([group, name, "--json"]).told
    for step in told.get("steps", ()):
        assert f"`{step['id']}`" in PAGES[name]


@pytest.mark.parametrize("name", PAGES)
def test_a_worked_example_is_what_is_printed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typing the command of a page prints its text; run `make guide-pages` after a change of content."""
    monkeypatch.setenv("COLUMNS", WIDTH)
    examples = EXAMPLE.findall(PAGES[name])
    assert examples
    for command, text in examples:
        answer = typed(shlex.split(command))
        assert answer.status == 0, answer.err
        assert without_version(answer.out) == text.strip()
