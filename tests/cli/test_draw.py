"""The command ``cisterna draw``."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cisterna.cli.draw.run import HowMuch, draw_compare, draw_program, draw_spine, draw_what_if
from cisterna.errors import InputError

EXAMPLES = Path(__file__).parents[2] / "examples"
FLEX = EXAMPLES / "child-flex-day.toml"
NOTHING = HowMuch(leak=None, concentration=None, step=None, every=None, east=None)


def test_it_says_which_files_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One path a line, or all of them in one JSON object; each of them is there."""
    draw_compare(tmp_path, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    draw_compare(tmp_path, as_json=True)
    told = json.loads(capsys.readouterr().out)["files"]
    assert lines == told
    assert all(Path(path).stat().st_size for path in told)


def test_a_flight_west_is_typed_with_a_minus(tmp_path: Path) -> None:
    """Eight hours west of Madrid in winter the clock would be set from 09:30 to 01:30."""
    much = HowMuch(leak=None, concentration=None, step=None, every=None, east="-8 h")
    draw_what_if(FLEX, tmp_path, scenario="flight", at=None, much=much, as_json=False)
    noticed = json.loads((tmp_path / "what-if.json").read_text("utf-8"))["noticed"]
    assert "from 09:30 to 01:30" in noticed[-1]["text"]


def test_one_day_at_the_time_that_was_asked_for(tmp_path: Path) -> None:
    """Without a tip or a second program one day is drawn; the time is the pump's clock."""
    draw_spine(FLEX, tmp_path, at=None, tip=None, programs=("constant", None), time="05:30", as_json=True)
    facts = json.loads((tmp_path / "spine.json").read_text("utf-8"))
    assert [(day["tip"], day["program"]) for day in facts["days"]] == [("T10", "constant")]
    assert facts["minute"] == 330


def test_the_last_program_of_the_file_is_drawn_where_none_is_proposed(tmp_path: Path) -> None:
    """Its week, since its days differ; a proposed one is read from its file."""
    draw_program(FLEX, tmp_path, program=None, at=None, as_json=True)
    assert json.loads((tmp_path / "program.json").read_text("utf-8"))["minutes"][-1] == 7 * 24 * 60
    proposed = tmp_path / "proposed.toml"
    proposed.write_text('mode = "simple-continuous"\ndaily_dose = "210 mcg/day"\n', "utf-8")
    draw_program(FLEX, tmp_path, program=proposed, at=None, as_json=True)
    assert json.loads((tmp_path / "program.json").read_text("utf-8"))["minutes"][-1] == 24 * 60


@pytest.mark.parametrize(
    ("of", "told"),
    [
        ({"tip": "T99"}, "--tip: found 'T99'; allowed: a level from C1 to S2"),
        ({"time": "25:00"}, "--time: found '25:00'; allowed: 00:00 to 24:00"),
        ({"programs": ("magic", None)}, "--program: found 'magic'; allowed: current, constant, bolus"),
        ({"programs": ("current", "magic")}, "--beside: found 'magic'"),
        ({"at": "tomorrow"}, "--at: found 'tomorrow'"),
        ({"at": "2020-01-01T00:00Z"}, "--at: found 2020-01-01T00:00:00"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_names_its_option(of: dict[str, object], told: str, tmp_path: Path) -> None:
    """Each fault names the option, what was found and what is taken; nothing is written."""
    asked = {"at": None, "tip": None, "programs": ("current", None), "time": None, "as_json": False} | of
    with pytest.raises(InputError) as refused:
        draw_spine(FLEX, tmp_path / "out", **asked)  # type: ignore[arg-type]  # the keywords of draw_spine
    assert told in str(refused.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ("x", "--scenario: found 'x'; allowed: missed-refill"),
        ("catheter-leak", "--leak or --concentration: found nothing"),
        ("lowered-in-steps", "--step, --every: found no steps"),
        ("flight", "--east: found nothing"),
    ],
)
def test_a_scenario_without_its_amount_names_the_option(scenario: str, told: str, tmp_path: Path) -> None:
    """What is missing is named as it is typed."""
    with pytest.raises(InputError) as refused:
        draw_what_if(FLEX, tmp_path / "out", scenario=scenario, at=None, much=NOTHING, as_json=False)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("scenario", "much", "told"),
    [
        ("catheter-leak", {"leak": "40 %", "concentration": "2000 mcg/mL"}, "--concentration: found '2000"),
        ("motor-stall", {"step": "25 %"}, "--every: found nothing beside --step"),
        ("lowered-in-steps", {"every": "7 d"}, "--step: found nothing beside --every"),
        ("wrong-concentration", {"concentration": "20000 mcg/mL"}, "--concentration: found '20000 mcg/mL'"),
        ("catheter-leak", {"leak": "140 %"}, "--leak: found '140 %'"),
        ("motor-stall", {"step": "25 %", "every": "7 d"}, "--step, --every: found"),
        ("motor-stall", {"east": "8 h"}, "--east: found"),
    ],
)
def test_an_amount_that_a_scenario_does_not_take_is_refused_by_its_option(
    scenario: str, much: dict[str, str], told: str, tmp_path: Path
) -> None:
    """Nothing that was typed is dropped: contradicting, halved and alien amounts are refused."""
    with pytest.raises(InputError) as refused:
        draw_what_if(
            FLEX, tmp_path / "out", scenario=scenario, at=None, much=replace(NOTHING, **much), as_json=False
        )
    assert told in str(refused.value)
