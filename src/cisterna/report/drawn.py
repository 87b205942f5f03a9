"""A figure of a page as pictures for print and as data: what is drawn, and the numbers of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.csv
import pyarrow.parquet
from matplotlib.figure import Figure

from cisterna.report.data_files import facts_text, values_table
from cisterna.report.figures.style import house_style, save_told
from cisterna.report.folder import write_together
from cisterna.report.source import Facts

__all__ = ["FORMS", "Drawn", "write_drawn"]

FORMS = ("png", "svg", "pdf", "csv", "parquet", "json")
"""What is written: pictures, the values as a table, and everything that is not a curve."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A figure called ``name``: how to ``draw`` it, what is ``told`` under it, its ``values``, ``facts``."""

    name: str
    draw: Callable[[], Figure]
    told: tuple[str, str]
    values: Mapping[str, Any]
    facts: Facts


def write_drawn(drawn: Drawn, folder: Path) -> tuple[Path, ...]:
    """Write pictures and data into ``folder``, all of them or none; return what was written.

    Raises :class:`~cisterna.errors.OutputError` where the folder cannot be written.
    """
    with house_style():
        figure = drawn.draw()
        table = values_table(drawn.values, {"told": drawn.told})
        return write_together(
            {f"{drawn.name}.{form}": partial(_write, drawn, figure, table, form) for form in FORMS}, folder
        )


def _write(drawn: Drawn, figure: Figure, table: Any, form: str, path: Path) -> None:
    if form == "csv":
        pyarrow.csv.write_csv(table.replace_schema_metadata(None), path)
    elif form == "parquet":
        pyarrow.parquet.write_table(table, path, compression="zstd")
    elif form == "json":
        path.write_text(facts_text(drawn.facts) + "\n", encoding="utf-8")
    else:
        save_told(figure, drawn.told, path)
