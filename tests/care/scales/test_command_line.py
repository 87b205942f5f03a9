"""The score commands as their user meets them: option names in every message, decimals in every answer."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import typer
from tests.care.typed import typed

from cisterna.cli.score import application

from .right import RIGHT

COMMANDS = typer.main.get_command(application).commands  # type: ignore[attr-defined]  # it is a group

KEYS = {
    "gas": {"t_score", "baseline_t_score"},
    "copm": {"performance_change", "satisfaction_change"},
    "mas": {"mean_numeric", "assessed"},
    "ashworth": {"value"},
    "tardieu": {"dynamic_deg"},
    "hat": {"spasticity", "rigidity", "dystonia", "subtype"},
    "bads": {"total"},
    "selective-control": {"total"},
    "penn": {"frequency", "severity"},
    "rom": {"angle_deg"},
    "gmfm-88": {"dimension_percent", "total_percent"},
    "gmfm-66": {"total", "confidence_low", "confidence_high"},
    "gmfcs": {"level", "age_band", "instrument"},
    "macs": {"level", "age_band", "instrument"},
    "cfcs": {"level", "age_band", "instrument"},
    "edacs": {"level", "age_band", "instrument"},
    "fms": {"at_5m", "at_50m", "at_500m"},
    "cpchild": {"total"},
    "r-flacc": {"total", "above_cut_off"},
    "nccpc-r": {"total", "above_cut_off"},
    "nccpc-pv": {"total", "above_cut_off"},
    "nrs": {"total"},
    "fps-r": {"total"},
}
ALWAYS = {"scale", "version", "verdict", "reasons", "formula", "inputs", "sources"}


def test_every_scale_has_its_keys() -> None:
    """No command is without its line in the two tables of this file."""
    assert set(COMMANDS) == set(RIGHT) == set(KEYS)


@pytest.mark.parametrize("scale", RIGHT)
def test_json_has_exactly_the_keys_of_the_scale(scale: str) -> None:
    """One object with the keys of the scale and those of every answer; no key is ever absent."""
    answer = typed(["score", scale, *RIGHT[scale].split(), "--json"])
    assert answer.status == 0, answer.err
    assert set(answer.told) == KEYS[scale] | ALWAYS
    assert answer.told["scale"] == scale
    options = {option.name for option in COMMANDS[scale].params} - {"as_json"}
    renamed = {"from_scale": "from", "to_scale": "to"}
    assert set(answer.told["inputs"]) <= {renamed.get(name, name) for name in options}


@pytest.mark.parametrize("scale", RIGHT)
def test_what_is_not_known_is_null_with_a_reason(scale: str) -> None:
    """An unknown version or value is null, and a reason speaks of it."""
    told = typed(["score", scale, *RIGHT[scale].split(), "--json"]).told
    unknown = [key for key in (*KEYS[scale], "version") if told[key] is None]
    assert len(told["reasons"]) >= len(unknown)


@pytest.mark.parametrize("scale", RIGHT)
def test_text_tells_verdict_formula_inputs_and_sources(scale: str) -> None:
    """Laid out for reading, an answer has all its parts, in lines that fit and without dust or exponents."""
    answer = typed(["score", scale, *RIGHT[scale].split()])
    assert answer.status == 0, answer.err
    for part in ("Verdict: ok", "Formula: ", "Inputs\n", "Sources\n"):
        assert part in answer.out
    assert not re.search(r"\d[eE][+-]?\d|\d\.\d{4,}|\d\.0\b", answer.out)
    assert max(map(len, answer.out.splitlines())) <= 100


@pytest.mark.parametrize("scale", COMMANDS)
def test_help_says_what_a_scale_is_for(scale: str) -> None:
    """`score --help` and the help of the scale both say its whole purpose and every option its meaning."""
    purpose = COMMANDS[scale].help or ""
    everything = " ".join(typed(["score", "--help"]).out.split())
    assert purpose.rstrip() in everything
    assert all(option.help for option in COMMANDS[scale].params)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("gas --weights 1,1 --outcomes 0", ["--outcomes", "1 value for 2 weights"]),
        ("gas --weights 1 --outcomes x", ["--outcomes", "'x'", "a whole number"]),
        ("gas --weights 1e3 --outcomes 0", ["--weights", "'1e3'", "without an exponent"]),
        ("mas --value 5", ["--value", "'5'", "0, 1, 1+, 2, 3, 4, not-assessed"]),
        ("ashworth --value 1+ --from 0-4 --to 1-5", ["--value", "1+", "no counterpart"]),
        ("ashworth --value 0 --from 1-5 --to 0-4", ["--value", "found 0", "1 to 5"]),
        ("ashworth --value 2 --from 0-5 --to 0-4", ["--from", "'0-5'", "0-4, 1-5"]),
        ("tardieu --r1 30 --r2 40deg", ["--r1", "'30' without a unit", "deg"]),
        ("tardieu --r1 30cm --r2 40deg", ["--r1", "'30cm'", "deg"]),
        ("tardieu --r1 30deg --r2 400deg", ["--r2", "400 deg", "180 deg"]),
        ("tardieu --r1 40deg --r2 30deg", ["--r1", "40 deg", "30 deg"]),
        ("hat --item 8=1", ["--item", "'8'", "1, 2, 3, 4, 5, 6, 7"]),
        ("hat --item 1=2", ["--item", "1=2", "0 to 1"]),
        ("bads --region face=1", ["--region", "'face'", "eyes, mouth, neck, trunk, right-arm"]),
        ("bads --region eyes=1,eyes=2", ["--region", "a second value for eyes"]),
        ("selective-control --joint jaw=1", ["--joint", "'jaw'", "hip, knee, ankle, subtalar, toes"]),
        ("selective-control --joint hip", ["--joint", "'hip'", "NAME=VALUE"]),
        ("penn --frequency 0 --severity 1", ["--severity", "1 with a frequency of 0"]),
        ("fms --at-5m 7 --at-50m 1 --at-500m 1", ["--at-5m", "'7'", "1, 2, 3, 4, 5, 6, C, N"]),
        ("gmfm-88 --percent F=1", ["--percent", "'F'", "A, B, C, D, E"]),
        ("gmfm-88 --percent A=101", ["--percent", "A=101", "0 to 100"]),
        ("gmfm-88 --dimension A=1,2", ["--dimension", "'A=1,2'", "three whole numbers"]),
        ("gmfm-88 --dimension A=1,17,0 --percent A=1", ["--dimension", "both", "either"]),
        ("gmfm-66 --total 45 --confidence-limits 50,60", ["--confidence-limits", "50,60", "between them"]),
        ("gmfcs --level 3 --age 4y", ["--level", "'3'", "I, II, III, IV, V"]),
        ("gmfcs --level I --age 4", ["--age", "'4' without a unit", "mo"]),
        ("gmfcs --level I --age 400y", ["--age", "400 y", "0 to 120 y"]),
        ("macs --level I --age 3y12mo", ["--age", "'3y12mo'"]),
        ("r-flacc --items 1,1,1,1,1 --total 5", ["--items", "both", "either"]),
        ("r-flacc --items 1,1", ["--items", "2 values", "5 values"]),
        ("nccpc-r --total 91", ["--total", "found 91", "0 to 90"]),
        ("nccpc-pv --total 4.5", ["--total", "'4.5'", "a whole number"]),
        ("copm --performance 3", ["--performance", "'3'", "BEFORE,AFTER"]),
        ("copm --satisfaction 3,11", ["--satisfaction", "found 11", "1 to 10"]),
        ("rom --joint jaw --side left --position open --angle 3deg", ["--joint", "'jaw'", "shoulder"]),
        ("rom --joint hip --side up --position open --angle 3deg", ["--side", "'up'", "left, right"]),
        ("nrs --total 11", ["--total", "found 11", "0 to 10"]),
        ("cpchild", ["--total"]),
        ("gas --weight 1", ["--weight"]),
        ("no-such-scale", ["no-such-scale"]),
    ],
)
def test_wrong_input_names_option_finding_and_remedy(line: str, told: list[str]) -> None:
    """Exit status 2, no output, and a message with the option, what it got and what it takes."""
    answer = typed(["score", *line.split()])
    assert (answer.status, answer.out) == (2, "")
    for words in told:
        assert words in answer.err


def test_a_score_loads_neither_pump_nor_numpy_nor_pydantic() -> None:
    """A score is answered without what it does not need, so that it answers at once."""
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cisterna", "score", "nrs", "--total", "4"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rsplit("|", 1)[-1].strip() for line in answer.stderr.splitlines()}
    assert "cisterna.care.scales.pain" in loaded
    heavy = {"numpy", "pydantic", "rich", "cattrs", "cisterna.therapy", "cisterna.pump", "cisterna.limits"}
    assert not loaded & heavy
    assert not loaded & {"cisterna.care.scales.gas", "cisterna.care.scales.gmfm"}


def test_words_that_a_terminal_cannot_write_are_escaped() -> None:
    """On a terminal without its letters a position is printed with escapes, never with a traceback."""
    line = ["score", "rom", "--joint", "hip", "--side", "left", "--position", "écart", "--angle", "20 deg"]
    assert "position  écart" in typed(line).out
    assert r"position  \xe9cart" in typed(line, encoding="ascii").out
    assert typed([*line, "--json"], encoding="ascii").told["inputs"]["position"] == "écart"
