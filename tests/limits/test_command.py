"""`cisterna judge` as its user meets it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHILD = "examples/child-flex-day.toml"
AT = "at = 2027-03-10T09:00:00+01:00\n"
PROGRAM = 'mode = "simple-continuous"\ndaily_dose = "210 mcg/day"\n'


def judged(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, in the root of the project."""
    return subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "cisterna", "judge", *arguments],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip


def facts(*arguments: str) -> dict[str, Any]:
    """What the command prints as JSON."""
    answer = judged(*arguments, "--json")
    assert answer.returncode == 0, answer.stderr
    told: dict[str, Any] = json.loads(answer.stdout)
    return told


def test_json_holds_every_key_and_a_verdict_never_fails() -> None:
    """Verdict, guardrails, reasons, formula, inputs and sources are there; the exit status is 0."""
    told = facts(CHILD)
    assert {"verdict", "guardrails", "reasons", "formula", "inputs", "sources"} <= set(told)
    assert told["verdict"] == "caution"
    assert {"name", "kind", "limit", "value", "unit", "source"} <= set(told["guardrails"][0])


@pytest.mark.parametrize("heading", ["", "[program]\n", "[[event]]\n", '[[event]]\nkind = "program"\n'])
def test_a_proposed_program_is_read_under_any_heading(tmp_path: Path, heading: str) -> None:
    """The keys of a program may stand at the top, under [program] or under one [[event]]."""
    path = tmp_path / "program.toml"
    path.write_text(heading + AT + PROGRAM, "utf-8")
    assert facts(CHILD, "--program", str(path))["inputs"]["daily_dose_mcg_per_day"] == 210


def test_when_and_phase_may_be_given_as_options(tmp_path: Path) -> None:
    """`--at` sets the instant of a program that has none, `--phase` the phase."""
    path = tmp_path / "program.toml"
    path.write_text(PROGRAM, "utf-8")
    told = facts(CHILD, "--program", str(path), "--at", "2027-03-11T09:00Z", "--phase", "titration")
    assert told["inputs"]["at"].startswith("2027-03-11T09:00")
    assert told["inputs"]["phase"] == "titration"


def test_a_site_file_sets_what_is_not_published(tmp_path: Path) -> None:
    """A limit of the site is held against the program and named as its setting."""
    path = tmp_path / "site.toml"
    path.write_text(
        'schema = 1\nsource = "our rule"\n[[entry]]\ndrug = "baclofen"\nconcentration = "500 mcg/mL"\n'
        'hourly_dose = { absolute_high = "11 mcg/h" }\n', "utf-8",
    )  # fmt: skip
    told = facts(CHILD, "--site", str(path))
    assert told["verdict"] == "stop"
    assert told["guardrails"][0] | {"limit": 11, "source": "our rule"} == told["guardrails"][0]


def test_the_page_reads_without_json() -> None:
    """Who, which program, the verdict and each guardrail with its source stand on the page."""
    answer = judged("examples/end-of-life.toml")
    assert answer.returncode == 0, answer.stderr
    assert "Verdict  caution: a reason is needed to go on" in answer.stdout
    assert "reduction" in answer.stdout
    assert "Gablofen label summary" in answer.stdout
    assert "Traceback" not in answer.stderr


def test_a_therapy_without_a_program_is_judged_by_its_screening() -> None:
    """A screening trial alone has a judgement too: that of its last bolus."""
    assert facts("examples/screening-trial.toml")["inputs"]["screening_dose_mcg"] == 75


def test_numbers_of_a_judgement_are_plain_decimals(tmp_path: Path) -> None:
    """A rate of a hundred-thousandth is written out, not in scientific notation."""
    proposed = tmp_path / "least.toml"
    proposed.write_text('mode = "simple-continuous"\ndaily_dose = "0.00001 mcg/day"\n', "utf-8")
    told = judged(
        "examples/adult-one-year.toml",
        "--program",
        str(proposed),
        "--at",
        "2026-12-01T09:00:00+01:00",
        "--json",
    )
    assert told.returncode == 0, told.stderr
    assert '"daily_dose_mcg_per_day": 0.00001' in told.stdout


def test_a_phase_that_is_none_is_refused_for_a_screening_too() -> None:
    """An option that the judgement of a screening bolus does not need is read all the same."""
    answer = judged("examples/screening-trial.toml", "--phase", "maintainance")
    assert answer.returncode == 2
    assert "--phase: found 'maintainance'; allowed: titration or maintenance" in answer.stderr


def test_no_numpy_is_loaded() -> None:
    """The judge answers without NumPy, SciPy, rich, or what finds the lines of faults when there is none."""
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import cisterna.cli.judge"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = {line.rsplit("|", 1)[-1].strip() for line in answer.stderr.splitlines()}
    assert not loaded & {"numpy", "scipy", "rich", "cattrs", "tree_sitter", "importlib.resources"}
    assert "cisterna.limits" in loaded


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PROGRAM, "at: found nothing"),
        (AT + 'mode = "simple-continuous"\ndaily_dose = "210"\n', "daily_dose: found '210' without a unit"),
        (AT + 'mode = "simple-continuous"\ndaily_dose = "9 mcg/h"\n', "daily_dose"),
        (AT + 'kind = "stop"\n', "'stop'"),
        ("[[event]]\n[[event]]\n", "2 events"),
        ("mode = \n", "a TOML file with one program"),
        (AT + PROGRAM + "rate = 5\n", "unknown key"),
    ],
)
def test_a_wrong_program_exits_2_and_says_where(tmp_path: Path, text: str, said: str) -> None:
    """A program file that is wrong ends with exit status 2 and the place of the fault."""
    path = tmp_path / "program.toml"
    path.write_text(text, "utf-8")
    answer = judged(CHILD, "--program", str(path))
    assert answer.returncode == 2
    assert said in answer.stderr
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no-such-file.toml",), "no-such-file.toml"),
        ((CHILD, "--program", "no-such-program.toml"), "no-such-program.toml"),
        ((CHILD, "--site", "no-such-site.toml"), "no-such-site.toml"),
        ((CHILD, "--at", "2027-01-01"), "--at"),
        ((CHILD, "--phase", "weaning"), "--phase"),
        (("examples/oral-only.toml",), "no program"),
    ],
)
def test_wrong_options_exit_2(arguments: tuple[str, ...], said: str) -> None:
    """A file or option that cannot be read is named, with exit status 2."""
    answer = judged(*arguments)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
