"""``validation.html``: simulated against published as one page that opens from disk and loads nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from math import isfinite
from pathlib import Path

from cisterna import __version__
from cisterna.errors import OutputError
from cisterna.report import inlined
from cisterna.report.page import environment
from cisterna.report.validation_charts import chart_of
from cisterna.report.validation_tracks import tracks_of
from cisterna.report.wording import significant
from cisterna.validation import CalibrationTarget, Row, Totals, Use, Verdicts
from cisterna.validation.bench import Bench
from cisterna.validation.courses import time_courses
from cisterna.validation.facts import facts, note_of

__all__ = ["validation_page_text", "write_validation_report"]


def write_validation_report(verdicts: Verdicts, folder: Path) -> tuple[Path, ...]:
    """Write ``validation.html`` and ``validation.json`` into ``folder``; return what was written.

    Raises :class:`~cisterna.errors.OutputError` where the folder cannot be written; then nothing in
    it has changed.
    """
    texts = {
        "validation.html": validation_page_text(verdicts),
        "validation.json": json.dumps(facts(verdicts), ensure_ascii=False, allow_nan=False, indent=1) + "\n",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        workplace = Path(tempfile.mkdtemp(prefix=".validation-", dir=folder))
        try:
            for name, text in texts.items():
                (workplace / name).write_text(text, encoding="utf-8")
            return tuple((workplace / name).replace(folder / name) for name in texts)
        finally:
            shutil.rmtree(workplace, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"The report cannot be written into {folder}: {reason}. Name a folder that you may write to."
        ) from error


def validation_page_text(verdicts: Verdicts) -> str:
    """The page as HTML; the same verdicts give the same text."""
    bench = Bench(verdicts.settings, verdicts.seed, 0, verdicts.patients)
    return (
        environment()
        .get_template("validation.html")
        .render(
            verdicts=verdicts,
            groups=_groups(verdicts),
            totals=_totals(verdicts),
            row_of={row.target.id: row for row in verdicts.rows},
            charts=[chart_of(course) for course in time_courses(verdicts, bench)],
            version=__version__,
            policy=inlined.policy(scripted=False),
            style=inlined.style(),
            licences=inlined.licences(scripted=False),
            note_of=note_of,
            simulated_text=_simulated_text,
        )
    )


def _simulated_text(value: float) -> str:
    """A simulated value in words: what never comes has no number."""
    return significant(value, 3) if isfinite(value) else "never"


def _totals(verdicts: Verdicts) -> tuple[tuple[str, tuple[Totals, ...]], ...]:
    """Totals by use, each of all, of children with cerebral palsy and of others."""

    def counted(wanted: Callable[[Row], bool]) -> tuple[Totals, ...]:
        everybody = verdicts.totals(wanted)
        children = verdicts.totals(lambda row: wanted(row) and row.target.published.children)
        others = verdicts.totals(lambda row: wanted(row) and not row.target.published.children)
        return everybody, children, others

    return (
        ("Independent, used for nothing", counted(lambda row: not row.calibration)),
        ("Calibration, parameters were set by these", counted(lambda row: row.calibration)),
        ("of these, fitted", counted(lambda row: _used(row, Use.FITTED))),
        ("of these, entered as parameters", counted(lambda row: _used(row, Use.ENTERED))),
    )


def _used(row: Row, use: Use) -> bool:
    return isinstance(row.target, CalibrationTarget) and row.target.use is use


def _groups(verdicts: Verdicts) -> tuple[tuple[str, str, tuple[Row, ...], object], ...]:
    """Title, what it means, rows and tracks of independent, fitted and entered targets."""

    def group(title: str, words: str, rows: Iterable[Row]) -> tuple[str, str, tuple[Row, ...], object]:
        kept = tuple(rows)
        return title, words, kept, tracks_of(kept)

    every = (
        group(
            "Independent",
            "used for nothing: the only check of the model",
            (row for row in verdicts.rows if not row.calibration),
        ),
        group(
            "Fitted",
            "parameters were fitted to these",
            (row for row in verdicts.rows if _used(row, Use.FITTED)),
        ),
        group(
            "Entered",
            "parameters or priors themselves: agreement is true by construction",
            (row for row in verdicts.rows if _used(row, Use.ENTERED)),
        ),
    )
    return tuple(entry for entry in every if entry[2])
