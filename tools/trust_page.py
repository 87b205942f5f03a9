"""Write docs/concepts/how-far-to-trust-it.md: what was simulated against what was published.

Run by ``make trust``. Every study is re-run and the fitted numbers are fitted again; nothing on the
page that is a figure of the model is typed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from math import floor, log10
from pathlib import Path

from tools.calibrate import SEEDS, calibrations

from cisterna.evidence import numbers
from cisterna.units import decimal_text
from cisterna.validation import CalibrationTarget, Row, Totals, Use, Verdicts, targets, validate
from cisterna.validation.calibration import Calibration
from cisterna.validation.facts import note_of
from cisterna.validation.scoring import PATIENTS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "concepts" / "how-far-to-trust-it.md"

HEAD = """\
# How far to trust it

Written by `make trust` from a run of `cisterna validate` and of `make calibrate`; not typed by hand.
Published studies are re-run with virtual patients, and what comes out is held against what was published.
**An agreement shows that the model gives what was published. It does not show that it is right for a
patient.**

There are two kinds of rows, and they never mix. From **calibration** rows numbers of the model were set:
some were *fitted* to them, others *entered* as parameters, so that agreement is true by construction.
**Independent** rows were used for nothing; only they check the model. In the program the two are
different types, and what fits parameters takes the first type alone.

The range of a row is what was published: a range, or the mean with its standard deviation. Where neither
was published it is an acceptance band that the project chose.

`cisterna validate --out DIR` writes the same as a page with figures: all rows in one picture, and each
published time course with its simulated curve. That page goes with every release.
"""

METHOD = """\

## How studies are re-run

Where a study reports a group, {patients} virtual patients are drawn with the published spreads of
dispersion, absorption, exchange with the cord, plasma kinetics, sensitivity, tolerance and the threshold
of somnolence: adults of the reference anatomy, children treated for cerebral palsy, or the published mix
of ages. Daily doses are drawn around the published mean and do not depend on who is sensitive, unless a
row says that they are titrated. Observed scores carry the assumed placebo shift and residual. This is
done {draws} times with seed {seed}: *simulated* is the mean of the draws, in brackets are the 5th and
95th percentile of the patients, and *chance* is the standard deviation between draws. A row without
chance is a typical patient, or a parameter read back. A row within two of that of an end of its range
could fall on either side by chance, and says so.
"""

TRIED = """\

## What was tried and not taken

More rows would lie inside with more fitted numbers; these were tried when the model was built and not
taken, since the rows cannot tell them apart from chance:

- an own cord rate for the H-reflex, an own sensitivity of the arms, an own factor on tolerance for the
  H-reflex, a largest effect below 1: three more fitted numbers, standard errors above 100 %;
- dispersion that rises towards the head, or a nearly still distal sac: the kinetic rows fit worse in
  every shape;
- two cord compartments, or diffusion into the cord: boluses end earlier, but infusions then act too early
  and reach their plateau too soon;
- other Hill exponents for tone: the fit is alike from 1.5 to 4, but below 2.5 a bolus acts too early.

No number was changed to bring an independent row inside.
"""


_COLUMNS = (
    "id", "measured, in whom", "re-run", "published", "simulated", "chance", "verdict", "status and source",
    "remark",
)  # fmt: skip

FITTED = """\
Rows are weighted by the square of four over the width of their range. *Stored* is what the model uses,
*found* what the search finds today, averaged over draws of the virtual populations; the standard error is
that of the logarithm, and *chance* how much the logarithm moves between draws. `make calibrate` fails when
a stored value is more than half a standard error from what is found.
"""


def main() -> None:
    """Write the page."""
    verdicts = validate(targets())
    PAGE.write_text(page(verdicts, calibrations(SEEDS, PATIENTS)), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} written\n")


def page(verdicts: Verdicts, found: Sequence[Calibration]) -> str:
    """The whole page."""
    return "\n".join([*rows_part(verdicts), *_calibration_part(found), *page_parts_after_search()]) + "\n"


def page_parts_after_search() -> Iterator[str]:
    """How each number got its value, and what was tried."""
    yield from _parameters_part()
    yield TRIED.rstrip()


def rows_part(verdicts: Verdicts) -> Iterator[str]:
    """Head, totals, misses, and the table of all rows."""
    yield HEAD
    yield "## Totals\n\n| rows | inside | simulated | targets |\n|---|---|---|---|"
    yield from _totals(verdicts)
    yield METHOD.format(draws=verdicts.draws, patients=verdicts.patients, seed=verdicts.seed)
    yield "## What it misses, and what that means\n"
    for row in verdicts.misses:
        yield _miss(row)
    yield "\n## What is not in the model\n"
    for row in verdicts.not_addressed:
        published = row.target.published
        what = f"{_cell(published.quantity)}** ({_cell(published.setting)})"
        yield f"- **{row.target.id} {what}: {row.target.missing}"
    for title, rows in _groups(verdicts):
        yield f"\n## {title}\n"
        yield f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}"
        yield from (_row(row) for row in rows)


def _totals(verdicts: Verdicts) -> Iterator[str]:
    yield _counted("**Independent**", verdicts.independent)
    for calibration in (False, True):
        if calibration:
            yield _counted("**Calibration**", verdicts.calibration)
            yield _counted("of these, fitted", verdicts.used(Use.FITTED))
            yield _counted("of these, entered", verdicts.used(Use.ENTERED))
        for name, children in (("children with cerebral palsy", True), ("others", False)):
            yield _counted(
                f"of these, {name}", verdicts.of_children(calibration=calibration, children=children)
            )


def _counted(name: str, totals: Totals) -> str:
    return f"| {name} | {totals.inside} | {totals.simulated} | {totals.targets} |"


def _miss(row: Row) -> str:
    published = row.target.published
    against = (
        f"{shown(row.simulated)} against {shown(published.low)} to {shown(published.high)} {published.unit}"
    )
    meaning = f" **{row.target.meaning}**" if row.target.meaning else ""
    kind = "entered" if row.calibration else "independent"
    what = f"{_cell(published.quantity)}, {_cell(published.setting)}"
    return f"- {row.target.id} ({kind}): {what}: {against}. {row.target.miss}{meaning}"


def _groups(verdicts: Verdicts) -> Iterator[tuple[str, Iterable[Row]]]:
    yield "Independent rows", [row for row in verdicts.rows if not row.calibration]
    for use in Use:
        yield (
            f"Rows that were {use.value}",
            [
                row
                for row in verdicts.rows
                if isinstance(row.target, CalibrationTarget) and row.target.use is use
            ],
        )


def _row(row: Row) -> str:
    target, published = row.target, row.target.published
    scenario = target.scenario
    rerun = "" if scenario is None else f"{scenario.people.value}: {scenario.given}; {scenario.read}"
    value = "" if published.value is None else f"{shown(published.value)} "
    spread = "" if row.spread is None else f" [{shown(row.spread[0])} to {shown(row.spread[1])}]"
    verdict = {None: "not in the model", True: "inside", False: "**outside**"}[row.inside]
    cells = (
        target.id,
        f"{published.quantity}; {published.setting}; {published.population}",
        rerun,
        f"{value}({shown(published.low)} to {shown(published.high)}) {published.unit}",
        "" if row.simulated is None else f"{shown(row.simulated)}{spread}",
        "" if row.moved is None else f"± {shown(row.moved, 2)}",
        verdict,
        f"{published.status.value}: {published.source}",
        note_of(row) or "",
    )
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _calibration_part(found: Sequence[Calibration]) -> Iterator[str]:
    yield "\n## Numbers that were fitted by a search\n"
    yield FITTED
    for calibration in found:
        rows = ", ".join(target.id for target in calibration.targets)
        condition = ", ".join(shown(fit.condition, 2) for fit in calibration.fits)
        cost = ", ".join(shown(fit.cost) for fit in calibration.fits)
        yield f"Fitted together to {rows}.\n"
        yield f"By draw: condition number {condition}; weighted sum of squares {cost}.\n"
        yield "| number | stored | found | standard error | chance | apart, in standard errors |"
        yield "|---|---|---|---|---|---|"
        for entry in calibration.parameters:
            moved = "none" if entry.moved is None else shown(entry.moved, 2)
            both = f"{shown(entry.stored)} {entry.unit} | {shown(entry.found)} {entry.unit}"
            yield (
                f"| `{entry.name}` | {both} | {shown(entry.log_error, 2)} | {moved} | "
                f"{shown(entry.away, 2)} |"
            )
        yield ""


def _parameters_part() -> Iterator[str]:
    yield "## How each number of the model got its value\n"
    yield "| number | value | spread between patients | status | how and from where | note |"
    yield "|---|---|---|---|---|---|"
    for entry in numbers().values():
        if {"body", "validation"} & set(entry.used_by):
            spread = entry.spread.shown(entry.unit) if entry.spread else ""
            cells = (f"`{entry.name}`", entry.shown(), spread, entry.status.value, entry.source, entry.note)
            yield f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("~", "about ").replace("\n", " ")


def shown(value: float | None, digits: int = 3) -> str:
    """A number with so many significant digits, whole digits never lost.

    >>> shown(0.006757), shown(1944.0)
    ('0.00676', '1944')
    """
    if value is None:
        return ""
    places = digits - 1 - floor(log10(abs(value))) if value else 0
    return decimal_text(value, max(places, 0))


if __name__ == "__main__":
    main()
