"""The calculators as their user meets them: keys, option names in every message, decimals in every answer."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from tests.care.scales.right import RIGHT as RIGHT_SCALES
from tests.care.typed import typed

from cisterna.cli.calc import application

from .right import RIGHT

COMMANDS = typer.main.get_command(application).commands  # type: ignore[attr-defined]  # it is a group
THERAPY = Path(__file__).parents[3] / "examples" / "child-start-and-titration.toml"

KEYS = {
    "flow": "flow_ml_per_day dose_mcg_per_h deliverable_dose_mcg_per_day lowest_dose_mcg_per_day "
    "highest_dose_mcg_per_day",
    "refill": "flow_ml_per_day interval_days earliest_interval_days limited_by low_reservoir_alarm_date "
    "book_from refill_by_date",
    "residual": "expected_ml difference_ml delivered_ratio",
    "pocket-fill": "shortfall_ml threshold_ml",
    "catheter": "implanted_cm volume_ml geometric_volume_ml mismatch_ratio",
    "volume": "volume_ml concentration_mcg_per_ml",
    "delivery-error": "error_percent",
    "prime": "volume_ml nominal_drug_mcg early_drug_mcg excess_mcg",
    "reach-tip": "days",
    "bridge": "bridge_flow_ml_per_day bridge_drug_mcg bridge_duration_h flow_after_ml_per_day "
    "unbridged_dose_mcg_per_day unbridged_duration_h misreported_drug_mcg",
    "access-port": "needed_ml hidden_bolus_mcg",
    "mix": "running_days drug_mcg stock_ml saline_ml prepare_ml",
    "start-dose": "start_dose_mcg_per_day",
    "screening-step": "hours_between next_dose_mcg",
    "response": "drop responder",
    "titrate": "change_percent lowest_next_mcg_per_day highest_next_mcg_per_day",
    "wean": "next_lowest_mg_per_day next_highest_mg_per_day",
    "patient-bolus": "allowed next_allowed_at",
    "window-limit": "committed_ml allowed",
    "replacement": "stop_by schedule_by",
    "interval": "every_h in_words doses_per_day dose_mcg_per_day",
}
ALWAYS = {"verdict", "reasons", "formula", "inputs", "sources"}


def test_every_calculator_has_its_keys() -> None:
    """No command is without its line in the two tables, and there are 21 of them."""
    assert set(COMMANDS) == set(RIGHT) == set(KEYS)
    assert len(COMMANDS) == 21


@pytest.mark.parametrize("name", RIGHT)
def test_json_has_exactly_the_keys_of_the_calculator(name: str) -> None:
    """One object with the keys of the calculator and those of every answer; every input is an option."""
    answer = typed(["calc", name, *RIGHT[name].split(), "--json"])
    assert answer.status == 0, answer.err
    assert set(answer.told) == set(KEYS[name].split()) | ALWAYS
    options = {option.opts[0].strip("-").replace("-", "_") for option in COMMANDS[name].params}
    assert set(answer.told["inputs"]) <= options
    assert answer.told["sources"]
    assert answer.told["formula"]


@pytest.mark.parametrize("name", RIGHT)
def test_every_option_can_be_given(name: str) -> None:
    """The right line of a calculator, or one of its cases, gives every option that it has."""
    given = RIGHT[name].split()
    for file in ("calculator_examples.toml", "clinic_cases.toml"):
        cases = tomllib.loads((Path(__file__).parents[1] / file).read_text("utf-8"))
        given += [word for case in cases.values() if case["run"][1] == name for word in case["run"]]
    options = {option.opts[0] for option in COMMANDS[name].params} - {"--json"}
    assert options - set(given) == set()


@pytest.mark.parametrize("name", RIGHT)
def test_text_tells_verdict_formula_inputs_and_sources(name: str) -> None:
    """Laid out for reading, an answer has all its parts, in lines that fit, without dust or exponents."""
    answer = typed(["calc", name, *RIGHT[name].split()])
    assert answer.status == 0, answer.err
    for part in ("Verdict: ", "Reasons\n", "Formula: ", "Inputs\n", "Sources\n"):
        if part != "Reasons\n" or name not in {"volume", "reach-tip"}:
            assert part in answer.out
    assert not re.search(r"\d[eE][+-]?\d|\d\.\d{6,}|\d\.0 ", answer.out)
    assert " ug" not in answer.out
    assert max(map(len, answer.out.splitlines())) <= 100


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_a_calculator_is_for(name: str) -> None:
    """`calc --help` and the help of the calculator say its whole purpose, every option its meaning."""
    purpose = COMMANDS[name].help or ""
    everything = " ".join(typed(["calc", "--help"]).out.split())
    assert purpose.rstrip() in everything
    assert all(option.help for option in COMMANDS[name].params)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "flow --daily-dose 200 --concentration 500mcg/mL",
            ["--daily-dose", "'200' without a unit", "mcg/day"],
        ),
        ("flow --daily-dose 8mcg/h --concentration 500mcg/mL", ["--daily-dose", "'8mcg/h'", "mcg/day"]),
        ("flow --daily-dose 0mcg/day --concentration 500mcg/mL", ["--daily-dose", "0 mcg/day", "above 0"]),
        (
            "flow --daily-dose 9mcg/day --concentration 500mg/mL",
            ["--concentration", "500000", "10000 mcg/mL"],
        ),
        ("flow --daily-dose 9mcg/day --concentration 0,5mg/mL", ["--concentration", "decimal point"]),
        (
            "flow --daily-dose 9mcg/day --concentration 500mcg/mL --pump x",
            ["--pump", "'x'", "synchromed-ii-20"],
        ),
        ("flow --concentration 500mcg/mL", ["--daily-dose"]),
        ("volume --dose 75mcg", ["--concentration", "nothing", "mass and volume"]),
        ("volume --dose 75mcg --volume 2mL", ["--dose", "both questions"]),
        ("volume", ["--dose", "nothing"]),
        ("volume --mass 10mg --volume 0mL", ["--volume", "above 0"]),
        ("volume --mass 10mg --volume 0.1mL", ["--mass", "100000 mcg/mL"]),
        ("mix --reservoir 20mL --flow 0.5mL --daily-dose 9mcg/day --stock 500mcg/mL", ["--flow", "mL/day"]),
        ("mix --reservoir 20mL --flow 0.1mL/day --daily-dose 90mcg/day --stock 50mcg/mL", ["--stock", "900"]),
        ("reach-tip --dead-volume 0.3mL --flow 0mL/day", ["--flow", "above 0"]),
        (
            "refill --fill 2mL --daily-dose 9mcg/day --concentration 50mcg/mL",
            ["--fill", "the alarm volume, 2 mL"],
        ),
        (
            "refill --fill 20mL --daily-dose 9mcg/day --concentration 50mcg/mL --lead 10d..7d",
            ["--lead", "the shorter lead first"],
        ),
        (
            "refill --fill 20mL --daily-dose 9mcg/day --concentration 50mcg/mL --lead 7d",
            ["--lead", "'7d'", ".."],
        ),
        (
            "refill --fill 20mL --daily-dose 9mcg/day --concentration 50mcg/mL --filled-on 2026-02-30",
            ["--filled-on", "2026-02-30", "year-month-day"],
        ),
        (
            "refill --fill 20mL --daily-dose 9mcg/day --concentration 50mcg/mL --patient-bolus 1mL",
            ["--patient-boluses-per-day", "nothing"],
        ),
        (
            "refill --fill 20mL --daily-dose 9mcg/day --concentration 50mcg/mL --filled-on 9999-12-01",
            ["--filled-on", "before the year 10000"],
        ),
        ("residual --fill 20mL --daily-dose 9mcg/day --concentration 50mcg/mL --days 85", ["--days", "'85'"]),
        ("residual --fill 20mL --expected 3mL", ["--withdrawn", "nothing"]),
        ("residual --fill 20mL --expected 23mL --withdrawn 1mL", ["--expected", "23 mL", "20 mL"]),
        ("residual --fill 20mL --expected 3mL --withdrawn 1mL --days 3d", ["--expected", "days too"]),
        ("residual --fill 20mL --days 3d", ["--daily-dose", "nothing"]),
        (
            "residual --fill 20mL --expected 3mL --withdrawn 1mL --lowest-ratio 2",
            ["--lowest-ratio", "the highest ratio, 1.145"],
        ),
        ("pocket-fill --injected 18mL --measured 17mL", ["--pump", "nothing"]),
        (
            "pocket-fill --injected 18mL --measured 17mL --reservoir 20mL --pump synchromed-ii-20",
            ["--reservoir", "a pump too"],
        ),
        ("delivery-error --programmed 0mL --delivered 1mL", ["--programmed", "above 0"]),
        ("replacement --implanted 2026-13-01", ["--implanted", "2026-13-01"]),
        (
            "replacement --implanted 2020-01-01 --eri 2019-01-01",
            ["--eri", "2019-01-01", "from the implant on"],
        ),
        ("replacement --implanted 0202-01-01", ["--implanted", "1960 to 2200"]),
        ("replacement --implanted 2020-01-01 --life 7", ["--life", "'7' without a unit"]),
        ("catheter --model x --trimmed 1cm", ["--model", "'x'", "medtronic-8709sc"]),
        (
            "catheter --volume-per-cm 0.0022mL/cm --length 20cm --trimmed 20cm",
            ["--trimmed", "less than the length"],
        ),
        ("catheter --model medtronic-8709 --trimmed 20cm", ["--length", "nothing"]),
        ("catheter --model medtronic-8709sc --length 890mm --trimmed 200cm", ["--trimmed", "200 cm"]),
        ("catheter --model medtronic-8709sc --length 890cm --trimmed 20cm", ["--length", "890 cm", "89 cm"]),
        ("catheter --length 89cm --trimmed 20cm", ["--volume-per-cm", "nothing"]),
        ("prime --parts pump --catheter-volume 0.2mL --concentration 500mcg/mL", ["--parts", "'pump'"]),
        (
            "prime --parts pump+catheter --catheter-volume 0.2mL --concentration 500mcg/mL",
            ["--tubing-volume"],
        ),
        (
            (
                "prime --parts catheter --catheter-volume 0.2mL --concentration 500mcg/mL "
                "--old-tubing-volume 0.2mL"
            ),
            ["--old-tubing-volume", "catheter alone"],
        ),
        (
            (
                "bridge --dead-volume 0mL --old-concentration 5mcg/mL --new-concentration 5mcg/mL "
                "--old-dose 9mcg/day"
            ),
            ["--dead-volume", "above 0"],
        ),
        ("access-port --port-volume 0.14mL --catheter-volume 1mL --concentration 5mcg/mL", ["--aspirated"]),
        ("screening-step --given 50mg --at 2026-02-03T10:00Z", ["--given", "50000 mcg", "10000 mcg"]),
        ("screening-step --given 50mcg --at 2026-02-03", ["--at", "without a zone"]),
        (
            "screening-step --given 50mcg --at 2026-02-03T10:00Z --next-at 2026-02-02T10:00Z",
            ["--next-at", "2026-02-02", "after"],
        ),
        ("response --before 6 --after 2", ["--before", "found 6", "0 to 5"]),
        ("response --before 3 --after 2 --threshold 0", ["--threshold", "above 0"]),
        (
            "start-dose --screening-dose 50mcg --effect-duration 6",
            ["--effect-duration", "'6' without a unit"],
        ),
        (
            "titrate --dose 9mcg/day --origin head --phase titration",
            ["--origin", "'head'", "cerebral, spinal"],
        ),
        ("titrate --dose 9mcg/day --origin spinal --phase now", ["--phase", "'now'", "maintenance"]),
        ("titrate --dose 9mcg/day --origin spinal --phase titration --age 800y", ["--age", "800 y"]),
        (
            "titrate --dose 9mcg/day --origin spinal --phase titration --step 9%..5%",
            ["--step", "the lower one first"],
        ),
        ("wean --drug baclofen --daily-dose 60mcg/day", ["--daily-dose", "0.06 mg/day", "mg/day"]),
        ("wean --drug 60 --daily-dose 60mg/day", ["--drug", "'60'", "one drug"]),
        ("interval --every 0h --dose 10mcg", ["--every", "above 0"]),
        ("interval --every 6mo --dose 10mcg", ["--every", "'6mo'"]),
        (
            (
                "patient-bolus --lockout 4h --last 2026-03-03T07:00Z --now 2026-03-02T12:00Z "
                "--given-today 1 --allotted 3"
            ),
            ["--last", "2026-03-03", "up to now"],
        ),
        (
            (
                "patient-bolus --lockout 4h --last 2026-03-02T07:00Z --now 2026-03-02T12:00Z "
                "--given-today 0 --allotted 3"
            ),
            ["--given-today", "the same day"],
        ),
        (
            "patient-bolus --lockout 4h --now 2026-03-02T12:00Z --given-today 1 --allotted 3",
            ["--last", "nothing"],
        ),
        (
            "patient-bolus --lockout 4h --now 2026-03-02T12:00Z --given-today x --allotted 3",
            ["--given-today", "'x'"],
        ),
        (
            (
                "window-limit --limit 1mL --window 4h --background-flow 1mL/h --boluses-given 1mL;2mL "
                "--request 1mL"
            ),
            ["--boluses-given", "'1mL;2mL'"],
        ),
        ("no-such-calculator", ["no-such-calculator"]),
    ],
)
def test_wrong_input_names_option_finding_and_remedy(line: str, told: list[str]) -> None:
    """Exit status 2, no output, and a message with the option, what it got and what it takes."""
    answer = typed(["calc", *line.split()])
    assert (answer.status, answer.out) == (2, "")
    for words in told:
        assert words in answer.err


def loaded_by(*arguments: str) -> set[str]:
    """Every module that a command loads in a new process."""
    answer = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-X", "importtime", "-m", "cisterna", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return {line.rsplit("|", 1)[-1].strip() for line in answer.stderr.splitlines()}


LINES = {
    **{f"calc {name}": ["calc", name, *line.split()] for name, line in RIGHT.items()},
    **{f"score {name}": ["score", name, *line.split()] for name, line in RIGHT_SCALES.items()},
    "judge": ["judge", str(THERAPY)],
}


@pytest.mark.parametrize("name", LINES)
def test_a_short_command_loads_nothing_heavy(name: str) -> None:
    """Calculators, scales and the judge answer without NumPy, SciPy, pydantic or the tables of rich."""
    heavy = {"numpy", "scipy", "pydantic", "matplotlib", "rich"}
    calculating = {"cattrs", "cisterna.pump.state", "cisterna.therapy.events"}
    loaded = loaded_by(*LINES[name])
    assert "cisterna.cli.application" in loaded
    assert loaded & (heavy if name == "judge" else heavy | calculating) == set()
