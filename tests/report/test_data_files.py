"""CSV, Parquet and facts hold the course exactly."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from cisterna.report.data_files import write_csv, write_facts, write_parquet
from cisterna.report.source import read

from .conftest import CourseDouble


@pytest.fixture
def awkward(course: CourseDouble) -> CourseDouble:
    """The course with numbers that a careless writer rounds."""
    course.columns()["plasma_ng_per_ml"][:5] = [0.1 + 0.2, 1e-300, 1 / 3, 2.0**53 + 2, -0.0]
    return course


def test_csv_numbers_read_back_as_the_same_floats(awkward: CourseDouble, tmp_path: Path) -> None:
    """Every number of every column is the same float after a round trip; not known is empty."""
    write_csv(read(awkward), tmp_path / "course.csv")
    with (tmp_path / "course.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["at_utc", *awkward.columns()]
    for place, values in enumerate(awkward.columns().values(), start=1):
        found = np.array([float(row[place]) if row[place] else np.nan for row in rows[1:]])
        np.testing.assert_array_equal(found, values)


def test_csv_times_are_the_output_times_in_utc(course: CourseDouble, tmp_path: Path) -> None:
    """The first column holds each output time, to the microsecond, with its zone."""
    write_csv(read(course), tmp_path / "course.csv")
    with (tmp_path / "course.csv").open(encoding="utf-8", newline="") as file:
        texts = [row[0] for row in csv.reader(file)][1:]
    assert all(text.endswith("Z") for text in texts)
    times = np.array([text.removesuffix("Z").replace(" ", "T") for text in texts], dtype="datetime64[us]")
    np.testing.assert_array_equal(times.astype(np.int64), course.times_us)


def test_parquet_holds_columns_units_and_facts(course: CourseDouble, tmp_path: Path) -> None:
    """Parquet has every column exactly, the unit of each, and the facts."""
    write_parquet(read(course), tmp_path / "course.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "course.parquet")
    assert table.column_names == ["at_utc", *course.columns()]
    np.testing.assert_array_equal(table["at_utc"].cast("int64").to_numpy(), course.times_us)
    for name, values in course.columns().items():
        np.testing.assert_array_equal(table[name].to_numpy(), values)
        assert table[name].null_count == np.isnan(values).sum()
    assert table.schema.field("reservoir_ml").metadata[b"unit"] == b"mL"
    assert table.schema.field("cord_legs_ng_per_ml").metadata[b"unit"] == b"ng/mL"
    assert json.loads(table.schema.metadata[b"cisterna_facts"]) == course.facts()


def test_facts_are_the_facts(course: CourseDouble, tmp_path: Path) -> None:
    """facts.json is what the course says of itself."""
    write_facts(read(course), tmp_path / "facts.json")
    assert json.loads((tmp_path / "facts.json").read_text("utf-8")) == course.facts()
