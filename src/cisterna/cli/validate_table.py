"""Verdicts on a terminal: a table, the misses in words, the totals, and what chance does."""

from __future__ import annotations

from math import floor, isfinite, log10
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cisterna.units import decimal_text
from cisterna.validation import CalibrationTarget, Row, Totals, Use, Verdicts
from cisterna.validation.facts import note_of

__all__ = ["show"]

_WIDE = 120
_DIGITS = 3


def show(verdicts: Verdicts, console: Console, written: tuple[Path, ...] = ()) -> None:
    """Print one row for each target, what lies outside and why, and the totals."""
    console.print(_table(verdicts, wide=console.width >= _WIDE))
    _print_reasons("Outside, with the known reason", verdicts.misses, console)
    _print_reasons("Not in the model", verdicts.not_addressed, console)
    for line in _totals(verdicts):
        console.print(Text(line), soft_wrap=True)
    for path in written:
        console.print(Text(f"Written: {path}"), soft_wrap=True)


def _table(verdicts: Verdicts, *, wide: bool) -> Table:
    """Rows; on a narrow terminal the source stands below what was measured."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), expand=True, pad_edge=False)
    table.add_column("id", no_wrap=True)
    table.add_column("what was measured", ratio=30, overflow="fold")
    table.add_column("published", justify="right", ratio=14)
    table.add_column("simulated", justify="right", ratio=16)
    table.add_column("chance", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("used as", no_wrap=True)
    if wide:
        table.add_column("status and source", ratio=24, overflow="fold")
    for row in verdicts.rows:
        identity, what, *values, source = _cells(row)
        if wide:
            table.add_row(identity, what, *values, source)
        else:
            table.add_row(identity, f"{what}\n{source}", *values)
    return table


def _cells(row: Row) -> tuple[str | Text, ...]:
    published = row.target.published
    value = "" if published.value is None else f"{_shown(published.value)} "
    what = f"{published.quantity}; {published.setting}; {published.population}"
    return (
        row.target.id,
        what,
        f"{value}({_shown(published.low)} to {_shown(published.high)}) {published.unit}",
        _simulated(row),
        "" if row.moved is None else f"±{_shown(row.moved, 2)}",
        _verdict(row),
        row.target.use.value if isinstance(row.target, CalibrationTarget) else "check",
        f"{published.status.value}: {published.source}",
    )


def _simulated(row: Row) -> str:
    if row.simulated is None:
        return "not in the model"
    spread = "" if row.spread is None else f" [{_shown(row.spread[0])} to {_shown(row.spread[1])}]"
    return f"{_shown(row.simulated)}{spread}"


def _verdict(row: Row) -> Text:
    if row.inside is None:
        return Text("-")
    return Text("inside") if row.inside else Text("OUTSIDE", style="bold")


def _shown(value: float, digits: int = _DIGITS) -> str:
    """So many significant digits, whole digits never lost."""
    if not isfinite(value):
        return "never"
    places = digits - 1 - floor(log10(abs(value))) if value else 0
    return decimal_text(value, max(places, 0))


def _print_reasons(title: str, rows: tuple[Row, ...], console: Console) -> None:
    if not rows:
        return
    console.print(Text(title, style="bold"))
    for row in rows:
        words = f"{row.target.id} {row.target.published.quantity}: {note_of(row) or ''}"
        console.print(Padding(Text(words), (0, 0, 0, 2)))
    console.print()


def _totals(verdicts: Verdicts) -> tuple[str, ...]:
    fitted, entered = verdicts.used(Use.FITTED), verdicts.used(Use.ENTERED)
    lines = [
        _line("Fitted", fitted),
        _line("Entered as parameters (true by construction)", entered),
        _line("Independent (used for nothing)", verdicts.independent),
    ]
    for name, calibration in (("calibration", True), ("independent", False)):
        of = [verdicts.of_children(calibration=calibration, children=children) for children in (True, False)]
        lines.append(
            f"  of the {name} rows: children with cerebral palsy {of[0].inside} of {of[0].simulated} inside, "
            f"others {of[1].inside} of {of[1].simulated}"
        )
    lines.append(
        f"Chance: {verdicts.draws} draws of {verdicts.patients} patients to a study, seed {verdicts.seed}. "
        "Simulated is the mean of the draws [5th to 95th percentile of the patients], chance the standard "
        "deviation between draws; a row without it is a typical patient or a parameter."
    )
    return tuple(lines)


def _line(name: str, totals: Totals) -> str:
    return f"{name}: {totals.inside} inside of {totals.simulated} simulated, {totals.targets} targets"
