"""`cisterna candidacy` as its user meets it."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.care.fuzz import EXAMPLES, arguments
from tests.care.typed import typed

THERAPIES = Path(__file__).parents[1] / "therapies"
TALK = str(THERAPIES / "talk-with-a-family.toml")


def test_json_has_every_key() -> None:
    """Points with id, text and source on three sides, and the regimens; no key is ever absent."""
    told = typed(["candidacy", TALK, "--json"]).told
    assert set(told) == {
        "patient", "age", "on", "for", "against", "missing", "contraindicated", "contraindications",
        "regimens",
    }  # fmt: skip
    for side in ("for", "against", "missing"):
        assert all({"id", "text", "source", "status"} <= set(entry) for entry in told[side])
    assert {"benefits", "risks", "known", "for_patient", "side_effects"} <= set(told["regimens"][0])
    assert told["on"] == "2026-01-20"


def test_a_page_reads_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts beside the sides, no line above 90 columns, a closing that it is no decision."""
    monkeypatch.setenv("COLUMNS", "200")
    text = typed(["candidacy", TALK]).out
    assert "For (16)" in text
    assert "not a decision" in text
    assert max(len(line) for line in text.splitlines()) <= 90


def test_without_an_event_the_day_is_today_and_says_so() -> None:
    """A file without events is evaluated today; --on sets the day."""
    bare = str(THERAPIES / "infection.toml")
    assert "(today; the file has no event)" in typed(["candidacy", bare]).out
    fixed = typed(["candidacy", bare, "--on", "2026-01-01", "--json"]).told
    assert (fixed["on"], fixed["age"]) == ("2026-01-01", "9 y")
    assert date.fromisoformat(typed(["candidacy", bare, "--json"]).told["on"]).year >= 2026


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ([TALK, "--on", "soon"], ["--on", "'soon'", "2026-12-01"]),
        ([TALK, "--on", "2001-01-01"], ["--on", "2018-02-11"]),
        ([str(THERAPIES / "no-such-file.toml")], ["no-such-file.toml"]),
        ([str(THERAPIES)], ["therapies"]),
    ],
)
def test_wrong_input_is_refused_with_its_place(line: list[str], words: list[str]) -> None:
    """Status 2 and a message that names the option or the file."""
    answer = typed(["candidacy", *line])
    assert (answer.status, answer.out) == (2, "")
    for part in words:
        assert part in answer.err


def test_a_fault_of_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    """A score that the scale does not have is refused with the line that it stands on."""
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(Path(TALK).read_text("utf-8").replace('value = "3"', 'value = "9"'), "utf-8")
    answer = typed(["candidacy", str(wrong)])
    assert answer.status == 2
    assert "line 29" in answer.err
    assert "'9'" in answer.err


def test_it_imports_no_numpy() -> None:
    """Candidacy needs neither NumPy nor the pump."""
    code = (
        "import sys; from cisterna.cli import main; sys.argv = ['cisterna', *sys.argv[1:]]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.stderr.write(' '.join(sorted(sys.modules)))"
    )
    answer = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-c", code, "candidacy", TALK], capture_output=True, text=True, check=True
    )
    loaded = set(answer.stderr.split())
    assert not loaded & {"numpy", "scipy", "cisterna.body", "cisterna.pump.state", "rich", "cattrs"}


@given(data=st.data())
@settings(max_examples=max(EXAMPLES // 4, 25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_arguments_are_answered_or_refused(data: st.DataObject) -> None:
    """No argument text ends in a traceback or in a fault of the program."""
    answer = typed(["candidacy", *data.draw(arguments(f"{TALK} --on 2026-01-20"))])
    assert answer.status in {0, 2}, answer.err
    assert "Traceback" not in answer.err
    assert "at fault" not in answer.err
