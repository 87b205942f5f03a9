"""``cisterna validate`` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cisterna.cli.application import application
from cisterna.errors import InputError
from cisterna.validation import targets, validate

KEYS = {
    "id", "simulated", "published", "low", "high", "units", "inside", "calibration", "status", "source",
    "note",
}  # fmt: skip


def test_json_holds_what_the_contract_names() -> None:
    """Ids come alone, repeated or with commas; keys are never absent; totals stand apart."""
    ran = CliRunner().invoke(application, ["validate", "--only", "T54,t1", "--only", "T29", "--json"])
    assert ran.exit_code == 0
    answer = json.loads(ran.stdout)
    rows = {row["id"]: row for row in answer["targets"]}
    assert list(rows) == ["T1", "T29", "T54"]
    assert all(row.keys() >= KEYS for row in rows.values())
    assert (rows["T1"]["inside"], rows["T1"]["calibration"]) == (True, True)
    assert (rows["T54"]["inside"], rows["T54"]["calibration"]) == (False, False)
    assert rows["T54"]["note"]
    assert rows["T29"]["simulated"] is None
    assert rows["T29"]["inside"] is None
    assert "Pulsation" in rows["T29"]["note"]
    assert answer["totals"]["calibration"]["inside"] == 1
    assert (
        answer["totals"]["validation"] | {"targets": 2, "simulated": 1, "inside": 0}
        == answer["totals"]["validation"]
    )
    assert answer["chance"].keys() == {"seed", "draws", "patients_per_draw"}


def test_table_says_value_range_verdict_reason_and_totals() -> None:
    """Without --json a reader finds every part of a row, the reason of a miss and the totals."""
    ran = CliRunner().invoke(application, ["validate", "--only", "T54,T1"], env={"COLUMNS": "200"})
    assert ran.exit_code == 0
    row = ("OUTSIDE", "inside", "1.51 (0.9 to 5) h", "fitted", "check", "recalled")
    for part in (*row, "One cord compartment"):
        assert part in ran.stdout
    assert "Independent (used for nothing): 0 inside of 1 simulated, 1 targets" in ran.stdout


def test_an_unknown_id_is_refused() -> None:
    """The error names near ids; nothing is simulated."""
    ran = CliRunner().invoke(application, ["validate", "--only", "T780"])
    assert isinstance(ran.exception, InputError)
    assert "T78" in str(ran.exception)


def test_no_id_is_refused() -> None:
    """``--only`` without an id does not silently run everything."""
    ran = CliRunner().invoke(application, ["validate", "--only", " , "])
    assert isinstance(ran.exception, InputError)


def test_the_report_is_one_page_that_loads_nothing(tmp_path: Path) -> None:
    """The page holds every row, its figure and no address that a browser would load."""
    out = tmp_path / "report"
    ran = CliRunner().invoke(application, ["validate", "--only", "T54,T120,T29", "--out", str(out), "--json"])
    assert ran.exit_code == 0
    page = (out / "validation.html").read_text("utf-8")
    for name in ("T54", "T120", "T29"):
        assert f'id="{name}"' in page
    assert page.count("<figure") == 2
    assert "against the published T120" in page
    assert "script-src &#39;none&#39;" in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert json.loads((out / "validation.json").read_text("utf-8")) == json.loads(ran.stdout)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """What cannot be written into is named, with the remedy."""
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    ran = CliRunner().invoke(application, ["validate", "--only", "T30", "--out", str(taken)])
    assert ran.exit_code != 0
    assert "Name a folder" in str(ran.exception)
    assert taken.read_text("utf-8") == "mine"


def test_no_numpy_for_help() -> None:
    """The help of the command names its options."""
    ran = CliRunner().invoke(application, ["validate", "--help"])
    assert ran.exit_code == 0
    for option in ("--only", "--out", "--json"):
        assert option in ran.stdout


@pytest.mark.parametrize("draws", [0, -1])
def test_no_draw_is_refused(draws: int) -> None:
    """A run with nothing drawn is not a run."""
    with pytest.raises(InputError, match="at least one draw"):
        validate(targets(), draws=draws)
