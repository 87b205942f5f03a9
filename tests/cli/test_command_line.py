"""The command line as its user meets it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))


def cisterna(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, in the root of the project."""
    return subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "cisterna", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
        check=False,
    )


def test_help_names_every_command_and_imports_no_numpy() -> None:
    """`cisterna --help` answers without loading NumPy, SciPy or any heavy library."""
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cisterna", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rsplit("|", 1)[-1].strip() for line in answer.stderr.splitlines()}
    assert not loaded & {"numpy", "scipy", "matplotlib", "pyarrow", "jinja2", "cattrs", "rich"}
    assert "simulate" in answer.stdout
    assert "evidence" in answer.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_runs(example: Path) -> None:
    """Each example is simulated, its drug is accounted for, and its summary is printed."""
    answer = cisterna("simulate", str(example))
    assert answer.returncode == 0, answer.stderr
    assert "Drug account" in answer.stdout
    assert "Traceback" not in answer.stderr


def test_json_holds_every_key_of_the_contract() -> None:
    """`simulate --json` prints one object whose keys are never absent."""
    answer = cisterna("simulate", "examples/child-start-and-titration.toml", "--every", "1 d", "--json")
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    assert {"drug_account", "dates", "visits", "alarms", "warnings", "samples"} <= set(told)
    assert told["drug_account"]["relative_error"] <= 1e-9
    assert set(told["dates"]) == {
        "low_reservoir_alarm_date", "worst_case_date", "earliest_empty_date", "latest_empty_date",
        "stability_date", "refill_by_date", "book_from", "eri_date", "end_of_service_date",
        "replace_by_date", "schedule_by_date",
    }  # fmt: skip
    assert set(told["samples"][0]) == {
        "at", "reservoir_ml", "reservoir_concentration_mcg_per_ml", "programmed_mcg_per_h",
        "tip_mcg_per_h", "csf_mcg_per_ml", "cord_ng_per_ml", "plasma_ng_per_ml", "tone",
        "h_reflex_ratio", "sedation_index", "withdrawal_index", "tolerance",
    }  # fmt: skip
    levels = told["samples"][0]["csf_mcg_per_ml"]
    assert next(iter(levels)) == "C1"
    assert {"S2", "cistern", "cranial"} <= set(levels)


def test_without_a_pump_what_a_pump_would_tell_is_null() -> None:
    """By mouth only: dates with their reason, no reservoir, and no sedation forecast."""
    answer = cisterna("simulate", "examples/oral-only.toml", "--every", "1 d", "--json")
    told = json.loads(answer.stdout)
    assert told["dates"]["refill_by_date"] == {"date": None, "decided_by": "no pump is implanted"}
    assert told["samples"][-1]["reservoir_ml"] is None
    assert told["samples"][-1]["sedation_index"] is None


def test_same_input_same_output_in_any_time_zone() -> None:
    """The output does not depend on the zone or the language of the machine."""
    arguments = ("simulate", "examples/child-flex-day.toml", "--every", "6 h", "--json")
    here = cisterna(*arguments, TZ="UTC", LC_ALL="C.UTF-8")
    there = cisterna(*arguments, TZ="Pacific/Auckland", LC_ALL="C")
    assert here.stdout == there.stdout
    assert here.returncode == 0


def test_chosen_instants_are_the_samples() -> None:
    """`--at` gives exactly the outputs that were asked for, in the order of time."""
    answer = cisterna(
        "simulate", "examples/screening-trial.toml", "--json",
        "--at", "2026-02-03T15:00:00Z,2026-02-03T13:00:00Z",
    )  # fmt: skip
    told = json.loads(answer.stdout)
    assert [sample["at"][:16] for sample in told["samples"]] == ["2026-02-03T14:00", "2026-02-03T16:00"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("simulate", "no-such-file.toml"), "no-such-file.toml"),
        (("simulate", "examples/cream.toml", "--every", "15"), "--every: found '15' without a unit"),
        (("simulate", "examples/cream.toml", "--until", "2026-12-01"), "without a zone"),
        (("simulate", "examples/cream.toml", "--until", "1999-12-01T00:00Z"), "after the first event"),
        (("simulate", "examples/cream.toml", "--at", "1999-12-01T00:00Z"), "--at"),
        (("simulate", "examples/cream.toml", "--every", "0 h"), "--every"),
        (("simulate", "examples/cream.toml", "--at", "2026-05-05T00:00Z", "--every", "1 h"), "both"),
        (("simulate", "examples/cream.toml", "--until", "2190-01-01T00:00Z"), "the length of a life"),
        (("simulate", "examples/cream.toml", "--out", ""), "--out"),
        (("simulate", "examples/cream.toml", "--out", "x" * 300), "cannot be written"),
        (("evidence", "no such number at all"), "no such number at all"),
    ],
)
def test_wrong_input_exits_2_and_names_the_place(arguments: tuple[str, ...], told: str) -> None:
    """Wrong options and files end with exit status 2 and a message that names what was wrong."""
    answer = cisterna(*arguments)
    assert answer.returncode == 2
    assert told in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_what_the_pump_refuses_is_told_with_its_line(tmp_path: Path) -> None:
    """A rate below the pump's range is refused with the line where it stands, never clamped."""
    text = (ROOT / "examples" / "child-start-and-titration.toml").read_text("utf-8")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(text.replace('daily_dose = "100 mcg/day"', 'daily_dose = "10 mcg/day"', 1), "utf-8")
    answer = cisterna("simulate", str(wrong))
    assert answer.returncode == 2
    assert "line " in answer.stderr
    assert "daily_dose" in answer.stderr


def test_a_closed_pipe_ends_quietly() -> None:
    """`cisterna ... | head -1` prints one line and complains of nothing."""
    with subprocess.Popen(
        [sys.executable, "-m", "cisterna", "simulate", "examples/oral-only.toml", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as command:
        assert command.stdout is not None
        assert command.stderr is not None
        assert len(command.stdout.read(20)) == 20
        command.stdout.close()
        assert command.stderr.read() == b""
        assert command.wait() == 141


def test_the_signal_of_a_closed_pipe_ends_no_server() -> None:
    """It stays ignored whatever the command: somebody who asked and went away must not end a server."""
    looked = (
        "import signal, sys; from cisterna.cli import main\n"
        "sys.argv = ['cisterna', '--version']\n"
        "try: main()\n"
        "finally: print(signal.getsignal(signal.SIGPIPE).name)"
    )
    answer = subprocess.run(  # noqa: S603
        [sys.executable, "-c", looked], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert answer.stdout.split()[-1] == "SIG_IGN"


def test_a_terminal_that_knows_no_accents_shows_escapes(tmp_path: Path) -> None:
    """What a stream cannot print is shown escaped; nothing fails."""
    text = (ROOT / "examples" / "screening-trial.toml").read_text("utf-8")
    accents = tmp_path / "accents.toml"
    accents.write_text(re.sub(r'label = "', 'label = "ni\u00f1o, ', text, count=1), "utf-8")
    answer = cisterna("simulate", str(accents), PYTHONIOENCODING="ascii")
    assert answer.returncode == 0
    assert "ni\\xf1o" in answer.stdout


def test_a_narrow_terminal_cuts_nothing() -> None:
    """At 40 columns every event keeps its day, its dose and its effects."""
    answer = cisterna("simulate", "examples/child-flex-day.toml", COLUMNS="40")
    assert "\u2026" not in answer.stdout
    assert "mcg/h" in answer.stdout


def test_instants_are_shown_in_the_zone_that_the_head_names(tmp_path: Path) -> None:
    """Events written in UTC are shown in the patient's zone like everything else."""
    text = (ROOT / "examples" / "screening-trial.toml").read_text("utf-8")
    in_utc = tmp_path / "utc.toml"
    in_utc.write_text(text.replace("2026-02-03T10:00:00+01:00", "2026-02-03T09:00:00Z"), "utf-8")
    assert (
        cisterna("simulate", str(in_utc)).stdout
        == cisterna("simulate", "examples/screening-trial.toml").stdout
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("calc", "flow", "--daily-dose", "9mcg/day"),
            "--concentration: found nothing; allowed: as '500 mcg/mL'",
        ),
        (("judge",), "FILE: found nothing; allowed: a therapy file (TOML)"),
        (("calc", "flwo"), "cisterna calc: found 'flwo'; allowed: "),
        (("guide", "refil"), "did you mean 'refill'?"),
        (("sheet", "x"), "cisterna sheet: found 'x'; allowed: withdrawal, overdose"),
        (("simulat",), "did you mean 'simulate'?"),
        (
            ("judge", "examples/adult-one-year.toml", "--phase", "titration", "--phase", "maintenance"),
            "--phase: found it more than once; allowed: one value; leave the others out",
        ),
    ],
)
def test_what_is_missing_or_unknown_is_told_with_what_is_taken(words: tuple[str, ...], told: str) -> None:
    """What is missing, unknown or typed twice ends with 2 and with words on what would be right."""
    answer = cisterna(*words)
    assert answer.returncode == 2
    assert told in answer.stderr
