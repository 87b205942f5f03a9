"""The figures of the clinic's pages as pictures and data: whole, the same every time, true to the course."""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
from matplotlib.image import imread

from cisterna.course.preview import prepare
from cisterna.course.spine import spine_day
from cisterna.course.three_ways import PANELS, three_ways
from cisterna.course.what_if import what_if
from cisterna.errors import OutputError
from cisterna.report import write_program, write_spine, write_three_ways, write_what_if
from cisterna.therapy import LEVELS, Program, read_therapy

CHILD = read_therapy(Path(__file__).parents[2] / "examples" / "child-flex-day.toml")
NOW = CHILD.valid_events[-1].at + timedelta(days=1)
FORMS = ("png", "svg", "pdf", "csv", "parquet", "json")
LAST = next(event for event in reversed(CHILD.valid_events) if isinstance(event, Program))


def spine(folder: Path) -> tuple[Path, ...]:
    """Two tips beside each other."""
    return write_spine([spine_day(CHILD, NOW), spine_day(CHILD, NOW, tip="C5", program="bolus")], folder, 540)


def compare(folder: Path) -> tuple[Path, ...]:
    """The three ways."""
    return write_three_ways(three_ways(), folder)


def stalled(folder: Path) -> tuple[Path, ...]:
    """A stall."""
    return write_what_if(what_if(CHILD, "motor-stall", NOW), "motor-stall", folder)


def program(folder: Path) -> tuple[Path, ...]:
    """The last program once more."""
    return write_program(prepare(CHILD, NOW).of(replace(LAST, at=NOW)), folder)


FIGURES = {"spine": spine, "compare": compare, "what-if": stalled, "program": program}


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_three_pictures_and_three_files_of_data(name: str, tmp_path: Path) -> None:
    """PNG, SVG and PDF are what they say, not blank and without a date."""
    write: Callable[[Path], tuple[Path, ...]] = FIGURES[name]
    one = write(tmp_path)
    assert [path.name for path in one] == [f"{name}.{form}" for form in FORMS]
    pixels = imread(one[0])
    assert len(np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0)) > 20
    assert ET.parse(one[1]).getroot().tag.endswith("svg")  # noqa: S314 (written by this test)
    assert one[2].read_bytes().startswith(b"%PDF")
    assert b"CreationDate" not in one[2].read_bytes()
    assert json.loads(one[5].read_text("utf-8"))["version"]


def test_the_same_course_gives_the_same_bytes(tmp_path: Path) -> None:
    """Pictures and data of one scenario, drawn twice."""
    for path, again in zip(stalled(tmp_path / "one"), stalled(tmp_path / "other"), strict=True):
        assert path.read_bytes() == again.read_bytes(), path.name


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file by its head."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_data_of_the_spine_are_the_days(tmp_path: Path) -> None:
    """One row for each output of each day; each level is the float that was computed; columns have units."""
    spine(tmp_path)
    days = [spine_day(CHILD, NOW), spine_day(CHILD, NOW, tip="C5", program="bolus")]
    read = rows(tmp_path / "spine.csv")
    for side, day in enumerate(days):
        own = [row for row in read if row["side"] == str(side)]
        assert [int(row["minutes"]) for row in own] == list(day.minutes)
        for level in LEVELS:
            assert tuple(float(row[f"fluid_{level}_ng_per_ml"]) for row in own) == day.fluid_at(level)
        assert {row["tip"] for row in own} == {day.tip}
    table = pyarrow.parquet.read_table(tmp_path / "spine.parquet")
    assert table.num_rows == len(read)
    assert table.schema.field("cord_legs_ng_per_ml").metadata == {b"unit": b"ng/mL"}
    facts = json.loads((tmp_path / "spine.json").read_text("utf-8"))
    assert facts["minute"] == 540
    assert facts["drowsy"]["status"] == "derived"


def test_the_data_of_a_scenario_say_what_is_noticed_when(tmp_path: Path) -> None:
    """With and without it stand side by side; the facts hold each thing with its hours, kind and source."""
    stalled(tmp_path)
    found = what_if(CHILD, "motor-stall", NOW)
    read = rows(tmp_path / "what-if.csv")
    tone = found.course.columns()["tone_legs"]
    assert [float(row["with_tone_legs"]) for row in read] == tone.tolist()
    assert float(read[-1]["with_tone_legs"]) > float(read[-1]["without_tone_legs"])
    noticed = json.loads((tmp_path / "what-if.json").read_text("utf-8"))["noticed"]
    assert [each["text"] for each in noticed] == [each.text for each in found.noticed]


def test_the_data_of_the_three_ways_hold_each_curve_and_each_sentence(tmp_path: Path) -> None:
    """Twelve curves, and every sentence with its sources."""
    compare(tmp_path)
    read, ways = rows(tmp_path / "compare.csv"), three_ways()
    assert len(read[0]) == 1 + 3 * len(PANELS)
    assert [float(row["pump_fluid_ng_per_ml"]) for row in read] == ways.values(PANELS[0], "pump").tolist()
    told = json.loads((tmp_path / "compare.json").read_text("utf-8"))["claims"]
    assert all(claim["told"] or claim["shown"] for claim in told)


def test_where_it_cannot_be_written_nothing_is(tmp_path: Path) -> None:
    """A file in place of the folder, or a folder in place of a file, is told, and no file stands there."""
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(OutputError, match="it is a file"):
        stalled(tmp_path / "file")
    (tmp_path / "folder" / "what-if.svg").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"what-if\.svg in it is a folder"):
        stalled(tmp_path / "folder")
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["what-if.svg"]
