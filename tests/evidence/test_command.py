"""`cisterna evidence`: what it prints for people and for programs."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from rich.console import Console

from cisterna.cli.evidence import facts, run, search
from cisterna.cli.evidence_table import show
from cisterna.errors import InputError
from cisterna.evidence import builtin_catalogue, number, numbers

KEYS = {
    "name", "value", "unit", "spread", "population", "status", "source", "used_by", "text", "low", "high",
    "note", "settable",
}  # fmt: skip


def printed(text: str, width: int) -> str:
    """What a terminal of ``width`` shows, without colour."""
    console = Console(file=io.StringIO(), width=width, color_system=None)
    show(search(text), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_json_has_plain_decimals(capsys: pytest.CaptureFixture[str]) -> None:
    """A thousandth of a millionth is written out, not in scientific notation."""
    run("plausible_magnitude", as_json=True)
    assert '"low": 0.000000001' in capsys.readouterr().out


def test_json_is_one_object_whose_keys_are_never_absent(capsys: pytest.CaptureFixture[str]) -> None:
    """Each number has every key of the contract; what is not known is null."""
    run("csf", as_json=True)
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["evidence"]
    assert len(answer["evidence"]) == len(search("csf")) > 20
    assert all(set(entry) == KEYS for entry in answer["evidence"])
    (entry,) = [entry for entry in answer["evidence"] if entry["name"] == "csf_half_life_bolus_range"]
    assert (entry["value"], entry["low"], entry["high"]) == (None, 0.9, 5.0)
    assert (entry["spread"], entry["note"], entry["settable"]) == (None, None, False)


def test_json_keeps_the_spread_and_its_kind() -> None:
    """Spread is an object of kind, size and what varies."""
    assert facts(number("aspirate_dose"))["spread"] == {"kind": "sd", "size": 363.0, "of": None}


def test_all_numbers_are_listed_without_a_text() -> None:
    """An empty text finds everything, devices included."""
    assert len(search("")) == len(numbers()) + len(builtin_catalogue().numbers())


def test_devices_are_found_by_name() -> None:
    """The numbers of pumps and catheters are found under their device."""
    assert search("synchromed-ii-20.reservoir_volume")[0].value == 20
    assert all("ascenda-8780" in entry.name for entry in search("ascenda-8780"))


def test_nothing_found_is_wrong_input_with_near_names() -> None:
    """Words that find nothing are answered with names that are like them."""
    with pytest.raises(InputError, match=r"nothing on 'stop limitt'.*such as stop_limit"):
        run("stop limitt", as_json=True)


@pytest.mark.parametrize("width", [80, 100, 160, 200])
def test_it_fits_the_terminal_and_says_everything(width: int) -> None:
    """At every width no line is longer, and value, range, people, status and source are all there."""
    text = printed("under_12_maintenance_dose", width)
    assert max(map(len, text.splitlines())) <= width
    words = " ".join(text.split())
    for part in ("under_12_maintenance_dose", "274 mcg/day", "24 to 1199", "empr.com", "limits"):
        assert part in words


@pytest.mark.parametrize("width", [80, 160])
def test_what_is_not_checked_wears_a_mark_without_colour(width: int) -> None:
    """Recalled and assumed are marked by a sign and a word, with its meaning below; confirmed is not."""
    assert "(!) recalled" in printed("stability_in_pump", width)
    assert "not checked in a source" in " ".join(printed("stability_in_pump", width).split())
    assert "(!)" not in printed("pocket_fill_threshold_20", width)


def test_names_are_not_broken_at_80_columns() -> None:
    """Every name can be copied from a narrow terminal."""
    text = printed("", 80)
    assert all(entry.name in text for entry in search(""))


def test_markup_in_sources_is_not_interpreted() -> None:
    """A source in brackets is printed as it stands."""
    odd = replace(number("stop_limit"), source="[bold]a source[/bold]")
    for width in (80, 160):
        console = Console(file=io.StringIO(), width=width, color_system=None)
        show((odd,), console)
        assert isinstance(console.file, io.StringIO)
        assert "[bold]" in console.file.getvalue()


def test_the_command_needs_no_numpy() -> None:
    """Looking up a number loads neither NumPy nor SciPy."""
    code = (
        "import sys; from cisterna.cli.evidence import run; run('csf', as_json=True); "
        "assert not {'numpy', 'scipy'} & set(sys.modules), 'NumPy was loaded'"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
