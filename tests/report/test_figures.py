"""Figures: of the right size, the same every time, and of what the course holds."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.image import imread

from cisterna.report.figures import FIGURES
from cisterna.report.figures.level_map import highest_in_columns
from cisterna.report.figures.lines import spread
from cisterna.report.figures.style import DPI, WIDTH_IN
from cisterna.report.source import read

from .conftest import CourseDouble, double


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_has_its_size_and_the_same_bytes_twice(
    name: str, course: CourseDouble, tmp_path: Path
) -> None:
    """A figure is as wide as a printed page at its resolution, is not blank, and does not change."""
    one, other = tmp_path / "one.png", tmp_path / "other.png"
    FIGURES[name](read(course), one)
    FIGURES[name](read(course), other)
    assert one.read_bytes() == other.read_bytes()
    pixels = imread(one)
    assert pixels.shape[1] == round(WIDTH_IN * DPI)
    assert pixels.shape[0] > DPI
    assert len(np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0)) > 20


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_written_for_a_course_without_a_pump(
    name: str, course_without_pump: CourseDouble, tmp_path: Path
) -> None:
    """Where a figure has nothing to draw it says so rather than being absent."""
    FIGURES[name](read(course_without_pump), tmp_path / name)
    assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_written_for_one_output_time(name: str, tmp_path: Path) -> None:
    """A course asked for at a single instant still has its figures, without a warning."""
    FIGURES[name](read(double(1)), tmp_path / name)
    assert (tmp_path / name).stat().st_size > 0


def test_a_label_in_signs_that_no_font_has_is_no_error(tmp_path: Path) -> None:
    """A label in any script, or with signs of mathematics, is drawn as text."""
    FIGURES["tone.png"](read(double(20, label="$\\frac{1}$ 女孩 \U0001f9d2 \n")), tmp_path / "tone.png")
    assert (tmp_path / "tone.png").exists()


def test_drawing_leaves_the_settings_of_others_alone(course: CourseDouble, tmp_path: Path) -> None:
    """A user's own Matplotlib settings neither change a figure nor are changed by it."""
    FIGURES["tone.png"](read(course), tmp_path / "plain.png")
    with mpl.rc_context({"lines.linewidth": 9, "font.size": 30, "figure.dpi": 33}):
        before = dict(mpl.rcParams)
        FIGURES["tone.png"](read(course), tmp_path / "odd.png")
        assert dict(mpl.rcParams) == before
    assert (tmp_path / "plain.png").read_bytes() == (tmp_path / "odd.png").read_bytes()


def test_the_map_keeps_a_peak_of_one_sample() -> None:
    """A peak shorter than a column of the picture is seen at its height in its column alone."""
    at, rows = np.arange(1001.0), np.zeros((2, 1001))
    rows[1, 510] = 7.0
    picture = highest_in_columns(at, rows, 50)
    assert picture[1, 25] == 7.0
    assert picture.sum() == 7.0


def test_end_labels_keep_their_distance_and_their_order() -> None:
    """Labels that would cover each other are moved apart within the panel, in their order."""
    moved = spread([0.0, 0.01, 0.02, 0.98, 0.99], 0.1, 0.0, 1.0)
    assert all(after - before >= 0.1 - 1e-12 for before, after in pairwise(moved))
    assert moved[0] >= 0.0
    assert moved[-1] <= 1.0
