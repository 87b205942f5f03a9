"""The report of a course: one page for people, figures for print, and the data at full resolution.

:func:`write_report` writes them into a folder. The page opens from disk without a network; its
styles, fonts and chart modules are in ``assets``, which the web clinic uses too. Jinja, Matplotlib
and pyarrow are used in this room alone and only when a report is written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cisterna.report.source import Reportable
    from cisterna.validation import Verdicts

__all__ = ["write_report", "write_validation_report"]


def write_report(course: Reportable, folder: Path) -> tuple[Path, ...]:
    """Write the page, the figures and the data of a course into ``folder``; return what was written.

    ``report.html`` holds everything in one file; ``*.png`` are figures; ``course.parquet`` and
    ``course.csv`` hold every output time, ``facts.json`` the rest. The folder is made where it does
    not exist, and files of an earlier report in it are replaced. Raises
    :class:`~cisterna.errors.OutputError` where the folder cannot be written or a package is missing;
    then nothing in the folder has changed.
    """
    from cisterna.report.folder import write_report as write  # noqa: PLC0415 (keeps the room cheap)

    return write(course, folder)


def write_validation_report(verdicts: Verdicts, folder: Path) -> tuple[Path, ...]:
    """Write simulated against published into ``folder``; return what was written.

    ``validation.html`` holds everything in one file, ``validation.json`` the same as data. Raises
    :class:`~cisterna.errors.OutputError` where the folder cannot be written or a package is missing.
    """
    from cisterna.report.extras import require_extras  # noqa: PLC0415 (keeps the room cheap)

    require_extras()
    from cisterna.report.validation_page import write_validation_report as write  # noqa: PLC0415 (needs Jinja)

    return write(verdicts, folder)
