"""The folder of a report: all of its files, or none.

Everything is written into a hidden folder beside its place and renamed at the end, so that a reader
never finds half a report, nor one report's page beside another's data because the disk was full.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from cisterna.errors import OutputError
from cisterna.report.extras import require_extras
from cisterna.report.source import Reading, Reportable, read

__all__ = ["refuse_occupied", "write_report", "write_together"]

Writer = Callable[[Reading, Path], None]


def write_report(course: Reportable, folder: Path) -> tuple[Path, ...]:
    """Write the page, the figures and the data of a course into ``folder``; return what was written.

    The folder is made where it does not exist; files of an earlier report in it are replaced.
    Raises :class:`~cisterna.errors.OutputError` where it cannot be written or where a package is
    missing that the report needs; then nothing in the folder has changed.
    """
    require_extras()
    writers = _writers()
    refuse_occupied(folder, tuple(writers))
    reading = read(course)
    return write_together({name: partial(write, reading) for name, write in writers.items()}, folder)


def write_together(writers: Mapping[str, Callable[[Path], None]], folder: Path) -> tuple[Path, ...]:
    """Write each file by its name into ``folder``: all of them, or none where one cannot be written.

    Raises :class:`~cisterna.errors.OutputError`.
    """
    refuse_occupied(folder, tuple(writers))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        workplace = Path(tempfile.mkdtemp(prefix=".report-", dir=folder))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        for name, write in writers.items():
            write(workplace / name)
        return tuple((workplace / name).replace(folder / name) for name in writers)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def _writers() -> dict[str, Writer]:
    """Each file of a report and the function that writes it; imported here, when they are needed."""
    from cisterna.report import data_files  # noqa: PLC0415 (needs pyarrow)
    from cisterna.report.figures import FIGURES  # noqa: PLC0415 (needs Matplotlib)
    from cisterna.report.page import write_page  # noqa: PLC0415 (needs Jinja)

    return {
        "report.html": write_page,
        **FIGURES,
        "course.parquet": data_files.write_parquet,
        "course.csv": data_files.write_csv,
        "facts.json": data_files.write_facts,
    }


def refuse_occupied(folder: Path, names: tuple[str, ...]) -> None:
    """Raise :class:`~cisterna.errors.OutputError` where the folder is a file or a file a folder."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"The report cannot be written into {folder}: it is a file. Name a folder.")
    occupied = [name for name in names if (folder / name).is_dir()]
    if occupied:
        raise OutputError(
            f"The report cannot be written into {folder}: {', '.join(occupied)} in it is a folder. "
            "Move it away or name another folder."
        )


def _unwritable(folder: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(
        f"The report cannot be written into {folder}: {reason}. "
        "Name a folder that you may write to, with space for about 50 MB."
    )
