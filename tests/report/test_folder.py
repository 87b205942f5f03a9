"""A report is written whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cisterna.errors import OutputError
from cisterna.report import extras, folder, write_report

from .conftest import CourseDouble

NAMES = {
    "report.html", "dose-and-reservoir.png", "spinal-fluid.png", "cord-and-plasma.png", "tone.png",
    "risk.png",
    "concentration-map.png", "course.parquet", "course.csv", "facts.json",
}  # fmt: skip


def test_every_file_is_written_and_nothing_else(course: CourseDouble, tmp_path: Path) -> None:
    """The folder is made, holds the whole report, and keeps no trace of the writing."""
    written = write_report(course, tmp_path / "a" / "b")
    assert {path.name for path in written} == NAMES
    assert set((tmp_path / "a" / "b").iterdir()) == set(written)
    assert all(path.stat().st_size > 0 for path in written)


def test_an_earlier_report_is_replaced_and_other_files_are_left(course: CourseDouble, tmp_path: Path) -> None:
    """Writing again renews the report and touches nothing that is not its own."""
    (tmp_path / "report.html").write_text("old")
    (tmp_path / "mine.txt").write_text("kept")
    write_report(course, tmp_path)
    assert (tmp_path / "report.html").read_text("utf-8").startswith("<!doctype html>")
    assert (tmp_path / "mine.txt").read_text() == "kept"


def test_a_file_in_place_of_the_folder_is_refused(course: CourseDouble, tmp_path: Path) -> None:
    """Where the folder is a file the error says so and the file is left alone."""
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(OutputError, match="it is a file"):
        write_report(course, tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_path_that_cannot_be_made_is_refused(course: CourseDouble, tmp_path: Path) -> None:
    """A folder below a file cannot be made; the message names it and gives a reason."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match=r"cannot be written into .*file"):
        write_report(course, tmp_path / "file" / "below")


def test_a_folder_in_place_of_a_file_is_refused(course: CourseDouble, tmp_path: Path) -> None:
    """A folder named report.html is found before anything is written."""
    (tmp_path / "report.html").mkdir()
    with pytest.raises(OutputError, match=r"report\.html in it is a folder"):
        write_report(course, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_full_disk_leaves_the_old_report_whole(
    course: CourseDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the last file fails, the earlier report still stands complete and nothing half is left."""
    (tmp_path / "report.html").write_text("old")
    writers = folder._writers()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "_writers", lambda: writers | {"facts.json": full})
    with pytest.raises(OutputError, match="No space left on device"):
        write_report(course, tmp_path)
    assert (tmp_path / "report.html").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_missing_package_is_named_with_its_remedy(
    course: CourseDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without pyarrow the error names it and the command that helps, and nothing is written."""
    monkeypatch.setattr(extras, "import_module", _without_pyarrow)
    with pytest.raises(OutputError, match=r'pyarrow not installed.*pip install "cisterna\[report\]"'):
        write_report(course, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def _without_pyarrow(name: str) -> None:
    if name == "pyarrow":
        raise ImportError(name)


def test_importing_the_report_loads_nothing_heavy() -> None:
    """The room can be imported at every start: no plotting, no data, no template library comes too."""
    heavy = ("matplotlib", "pyarrow", "jinja2", "numpy")
    code = f"import sys, cisterna.report; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
