"""The report of a course: one page for people, figures for print, and the data at full resolution.

:func:`write_report` writes them into a folder. The figures of the clinic's pages are written by
:func:`write_spine`, :func:`write_three_ways`, :func:`write_what_if` and :func:`write_program`: each as PNG,
SVG and PDF, its values as CSV and Parquet, the rest as JSON. The page opens from disk without a network; its
styles, fonts and chart modules are in ``assets``, which the web clinic uses too. Jinja, Matplotlib
and pyarrow are used in this room alone and only when a report is written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cisterna.course.preview import Preview
    from cisterna.course.spine import SpineDay
    from cisterna.course.three_ways import ThreeWays
    from cisterna.course.what_if import Scenario, WhatIf
    from cisterna.report.source import Reportable
    from cisterna.validation import Verdicts

__all__ = [
    "write_program",
    "write_report",
    "write_spine",
    "write_three_ways",
    "write_validation_report",
    "write_what_if",
]


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


def write_spine(days: Sequence[SpineDay], folder: Path, minute: int | None = None) -> tuple[Path, ...]:
    """Write one or two days of the spine as pictures and data, ``spine.*``; return what was written.

    Left out, ``minute`` (of the day, by the pump's clock) is that of the highest level at the tip. Raises
    :class:`~cisterna.errors.OutputError` where the folder cannot be written or a package is missing.
    """
    from cisterna.report.extras import require_extras  # noqa: PLC0415 (keeps the room cheap)

    require_extras()
    from cisterna.report.drawings import write_spine as write  # noqa: PLC0415 (needs Matplotlib)

    return write(days, folder, minute)


def write_three_ways(ways: ThreeWays, folder: Path) -> tuple[Path, ...]:
    """Write the comparison of tablets, pump and cream, ``compare.*``; return what was written.

    Raises :class:`~cisterna.errors.OutputError` where the folder cannot be written or a package is missing.
    """
    from cisterna.report.extras import require_extras  # noqa: PLC0415 (keeps the room cheap)

    require_extras()
    from cisterna.report.drawings import write_three_ways as write  # noqa: PLC0415 (needs Matplotlib)

    return write(ways, folder)


def write_what_if(found: WhatIf, scenario: Scenario, folder: Path) -> tuple[Path, ...]:
    """Write a scenario beside the same without it, ``what-if.*``; return what was written.

    Raises :class:`~cisterna.errors.OutputError` where the folder cannot be written or a package is missing.
    """
    from cisterna.report.extras import require_extras  # noqa: PLC0415 (keeps the room cheap)

    require_extras()
    from cisterna.report.drawings import write_what_if as write  # noqa: PLC0415 (needs Matplotlib)

    return write(found, scenario, folder)


def write_program(preview: Preview, folder: Path) -> tuple[Path, ...]:
    """Write what a program does on its steady day or week, ``program.*``; return what was written.

    Raises :class:`~cisterna.errors.OutputError` where the folder cannot be written or a package is missing.
    """
    from cisterna.report.extras import require_extras  # noqa: PLC0415 (keeps the room cheap)

    require_extras()
    from cisterna.report.drawings import write_program as write  # noqa: PLC0415 (needs Matplotlib)

    return write(preview, folder)
