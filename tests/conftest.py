"""Which test holds which safety requirement: the marker, its check, and the list made from both."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.how_workers_ended import HowWorkersEnded

REQUIREMENTS = Path(__file__).parent / "requirements.toml"
_WORKED_EXAMPLE = re.compile(r"\bWE\d\d\b")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options to run the tests of one requirement, and to write which tests hold which."""
    group = parser.getgroup("safety requirements")
    group.addoption(
        "--requirement",
        metavar="ID",
        action="append",
        default=[],
        help="run only tests that hold this requirement (may be repeated)",
    )
    group.addoption(
        "--write-requirements",
        metavar="FILE",
        help="write as JSON which tests carry which requirement and name which worked example",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Tell how a worker ended that ended in the middle of a test."""
    config.pluginmanager.register(HowWorkersEnded())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse unknown ids, then keep or write what was asked for."""
    known = tomllib.loads(REQUIREMENTS.read_text("utf-8"))["requirement"]
    wrong = [f"{item.nodeid}: {ident}" for item in items for ident in _held(item) if ident not in known]
    if wrong:
        raise pytest.UsageError(f"requirements that are not in {REQUIREMENTS.name}: {'; '.join(wrong)}")
    target = config.getoption("--write-requirements")
    if target:
        Path(target).write_text(json.dumps(_carried(items), indent=1), "utf-8")
    wanted = set(config.getoption("--requirement"))
    if wanted:
        config.hook.pytest_deselected(items=[item for item in items if not wanted & set(_held(item))])
        items[:] = [item for item in items if wanted & set(_held(item))]


def _held(item: pytest.Item) -> Iterator[str]:
    """The ids of all requirement markers of a test."""
    for marker in item.iter_markers("requirement"):
        if not marker.args or marker.kwargs or not all(isinstance(ident, str) for ident in marker.args):
            raise pytest.UsageError(f'{item.nodeid}: write @pytest.mark.requirement("A1", ...)')
        yield from marker.args


def _carried(items: list[pytest.Item]) -> dict[str, dict[str, list[str]]]:
    """For requirements and worked examples, the tests that name each; parameters are one test."""
    requirements: dict[str, set[str]] = {}
    examples: dict[str, set[str]] = {}
    for item in items:
        name = item.nodeid.partition("[")[0]
        text = f"{item.nodeid} {getattr(getattr(item, 'function', None), '__doc__', None) or ''}"
        for ident in _held(item):
            requirements.setdefault(ident, set()).add(name)
        for ident in _WORKED_EXAMPLE.findall(text):
            examples.setdefault(ident, set()).add(name)
    return {
        "requirements": {ident: sorted(names) for ident, names in sorted(requirements.items())},
        "worked_examples": {ident: sorted(names) for ident, names in sorted(examples.items())},
    }
