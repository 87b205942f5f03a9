"""Guides and sheets as their user meets them."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.care.fuzz import EXAMPLES, arguments
from tests.care.typed import typed

from cisterna import __version__
from cisterna.care import GUIDES, SHEETS

RIGHT = {
    "screening": "--threshold 1.5 --set screening_interval=48h",
    "refill": "--set pocket_fill_threshold_20=0.5mL",
    "loss-of-effect": "--set stop_limit=2d",
    "mri": "",
    "alarms": "",
    "travel": "",
    "side-effects": "--route by-mouth",
}
STEP_KEYS = {
    "section", "id", "title", "do", "check", "know", "record", "second_person", "uses", "source", "status",
}  # fmt: skip
COMMANDS = [*(("guide", name) for name in RIGHT), *(("sheet", name) for name in SHEETS)]


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_as_json_has_every_key(name: str) -> None:
    """Steps and sections each with their source; no key is ever absent."""
    told = typed(["guide", name, "--json"]).told
    assert set(told) == {"name", "title", "purpose", "order", "sections", "steps", "see"}
    assert all(set(step) == STEP_KEYS and step["source"] for step in told["steps"])
    assert all(section["source"] for section in told["sections"])
    inside = [ident for section in told["sections"] for ident in section["steps"]]
    assert inside == [step["id"] for step in told["steps"]]


@pytest.mark.parametrize(("name", "other"), [SHEETS, SHEETS[::-1]])
def test_a_sheet_brings_the_other_one(name: str, other: str) -> None:
    """Both sheets are printed whole, the one that was asked for first, with the version for paper."""
    told = typed(["sheet", name, "--json"]).told
    assert (told["name"], told["other"]["name"]) == (name, other)
    text = typed(["sheet", name]).out
    first, second = (text.index(f"{which} of intrathecal baclofen".upper()) for which in (name, other))
    assert 0 < first < second
    assert text.rstrip().endswith(f"Cisterna {__version__}")


@pytest.mark.parametrize("words", COMMANDS)
def test_a_page_reads_well(words: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is wider than 90 columns, no number stands apart from its unit, nothing is left in braces."""
    monkeypatch.setenv("COLUMNS", "200")
    text = typed(words).out
    assert max(len(line) for line in text.splitlines()) <= 90
    assert not re.search(r"[0-9]\n +(?:%|mL|mcg|h|days?)\b", text)
    assert "{" not in text
    assert "\N{NO-BREAK SPACE}" not in text


@pytest.mark.parametrize("words", COMMANDS)
def test_a_page_names_its_sources(words: tuple[str, str]) -> None:
    """How sure something is stands behind every source."""
    assert typed(words).out.count("[confirmed]") >= 3


def test_the_threshold_of_the_site_is_shown_beside_the_published_one() -> None:
    """What counts as a response is a setting; the other trial's threshold stays on the page."""
    told = typed(["guide", "screening", "--threshold", "1.5", "--json"]).told
    response = next(step for step in told["steps"] if step["id"] == "response")
    assert "at least 1.5 (set here; published 1)" in response["check"][0]["text"]
    assert "at least 2" in response["check"][1]["text"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["screening", "--threshold", "x"], ["--threshold", "'x'"]),
        (["screening", "--threshold", "0"], ["--threshold", "'0'", "above 0"]),
        (["screening", "--threshold", "5"], ["--threshold", "at most 4"]),
        (
            ["screening", "--threshold", "1", "--set", "responder_threshold_gilmartin=1 score"],
            ["one of the two"],
        ),
        (["refill", "--set", "bogus=3 h"], ["--set bogus", "names"]),
        (["refill", "--set", "refill_lead_short=3"], ["--set refill_lead_short", "days"]),
        (["refill", "--set", "refill_lead_short=3 mL"], ["--set refill_lead_short", "days"]),
        (["refill", "--set", "refill_lead_short=3 d", "--set", "refill_lead_short=4 d"], ["second value"]),
        (["refill", "--set", "refill_lead_short"], ["--set", "NAME=VALUE"]),
        (["alarms", "--set", "eri_interval=10 days"], ["--set eri_interval", "fixed"]),
        (["side-effects", "--route", "nasal"], ["--route", "by-mouth, intrathecal, on-the-skin"]),
    ],
)
def test_wrong_input_is_refused_with_the_option(line: list[str], words: list[str]) -> None:
    """Status 2, nothing on standard output, and a message that names the option and what it takes."""
    answer = typed(["guide", *line])
    assert (answer.status, answer.out) == (2, "")
    for part in words:
        assert part in answer.err


@pytest.mark.parametrize("words", COMMANDS)
def test_a_guide_loads_nothing_heavy(words: tuple[str, str]) -> None:
    """Neither NumPy nor the readers of therapy files nor rich are imported."""
    code = (
        "import sys; from cisterna.cli import main; sys.argv = ['cisterna', *sys.argv[1:]]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.stderr.write(' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    answer = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    assert not set(answer.stderr.split()) & {"numpy", "scipy", "cattrs", "tree_sitter", "matplotlib"}


@pytest.mark.parametrize("words", COMMANDS)
@given(data=st.data())
@settings(max_examples=max(EXAMPLES // 4, 25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_arguments_are_answered_or_refused(words: tuple[str, str], data: st.DataObject) -> None:
    """No argument text ends in a traceback or in a fault of the program."""
    answer: Any = typed([*words, *data.draw(arguments(RIGHT.get(words[1], "")))])
    assert answer.status in {0, 2}, answer.err
    assert "Traceback" not in answer.err
    assert "at fault" not in answer.err
    assert bool(answer.out) != bool(answer.status)
