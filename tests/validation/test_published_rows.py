"""The rows of a whole run: what was stated of the model is reproduced, within its stated chance."""

from __future__ import annotations

from functools import cache

import pytest
from tools.trust_page import PAGE, ROOT, page_parts_after_search, rows_part, shown

from cisterna.evidence import Settings, number
from cisterna.validation import CalibrationTarget, Row, Use, Verdicts, select, targets, validate
from cisterna.validation.bench import Bench
from cisterna.validation.dosing import reference_dose
from cisterna.validation.facts import facts, note_of


@cache
def whole() -> Verdicts:
    """Every row as the command runs it."""
    return validate(targets())


def row(name: str) -> Row:
    """One row of the whole run."""
    return next(each for each in whole().rows if each.target.id == name)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    # stated figure, its rounding, and the chance of 0.05 (scores)
    [
        ("T68", 1.55, 1.55), ("T70", 1.2, 1.2), ("T71", 1.3, 1.3), ("T72", 1.2, 1.2), ("T73", -0.42, -0.42),
        ("T74", 1.45, 1.45), ("T78", 1.8, 1.8), ("T79", 1.7, 1.7), ("T80", 2.1, 2.1), ("T83", 1.6, 1.6),
        ("T84", 1.7, 1.7), ("T86", -1.5, -1.5), ("T87", -1.25, -1.15), ("T89", -1.8, -1.8),
        ("T90", -0.85, -0.75),
    ],
)  # fmt: skip
def test_scores_of_groups(name: str, low: float, high: float) -> None:
    """Each mean score is the stated one within its rounding, its stated chance of 0.05, and our own."""
    rounding = 0.005 if low == -0.42 else 0.05
    simulated, moved = row(name).simulated, row(name).moved
    assert simulated is not None
    assert moved is not None
    chance = 0.05 + moved / whole().draws ** 0.5
    assert low - rounding - chance <= simulated <= high + rounding + chance


@pytest.mark.parametrize(("name", "stated"), [("T113", 6.0), ("T114", 12.0), ("T116", 10.0)])
def test_somnolence_of_groups(name: str, stated: float) -> None:
    """Each rate of somnolence is the stated one within 3 %."""
    assert row(name).simulated == pytest.approx(stated, abs=3.0)


@pytest.mark.parametrize(
    ("name", "stated", "tolerance"),
    [
        ("T57", 26, 3), ("T58", 57, 5), ("T59", 125, 10), ("T61", 77.5, 3), ("T62", 88, 2.5), ("T65", 6, 2),
        ("T18", 50, 0), ("T77", 25, 0), ("T75", 99, 1.5), ("T76", 99.5, 1.0), ("T98", 93, 0),
        ("T102", 15, 1), ("T103", 25, 5), ("T10", 4.7, 0.5), ("T12", 0.15, 0.08),
    ],
)  # fmt: skip
def test_other_figures_of_groups(name: str, stated: float, tolerance: float) -> None:
    """Doses, reflexes, responders and aspirates are those stated, within what chance moves."""
    assert row(name).simulated == pytest.approx(stated, abs=tolerance)


@pytest.mark.parametrize(
    ("name", "stated", "rounding"),
    [
        ("T1", 1.37, 0.006), ("T3", 25.3, 0.15), ("T5", 29.3, 0.05), ("T6", 3.98, 0.005), ("T7", 2.75, 0.005),
        ("T8", 2.1, 0.05), ("T33", 4.5, 0.05), ("T38", 3.6, 0.05), ("T44", 0.75, 0.06), ("T52", 0.7, 0.05),
        ("T53", 3.9, 0.05), ("T54", 15.3, 0.1), ("T55", 5.0, 0.06), ("T56", 27, 1), ("T120", 6, 0),
        ("T121", 40, 1), ("T124", 43, 0.5),
    ],
)  # fmt: skip
def test_figures_of_typical_patients(name: str, stated: float, rounding: float) -> None:
    """Typical patients give the stated figures to their rounding."""
    assert row(name).simulated == pytest.approx(stated, abs=rounding)


def test_enough_lies_inside() -> None:
    """At least 23 independent rows lie inside, and all but chance decides of the fitted ones."""
    assert whole().independent.inside >= 23
    assert whole().calibration.simulated == whole().calibration.targets == 54
    outside = [each for each in whole().misses if each.calibration and not each.on_the_edge]
    assert [each.target.id for each in outside] == ["T39"]
    assert whole().used(Use.FITTED).targets == 26


def test_every_miss_has_its_reason_and_meaning() -> None:
    """What lies outside says why and what that means for a user."""
    for each in whole().misses:
        assert each.target.miss
        assert each.target.meaning
        assert each.target.miss in (note_of(each) or "")


def test_totals_stand_apart_and_add_up() -> None:
    """Calibration and independent rows, each for children with cerebral palsy and others."""
    totals = facts(whole())["totals"]
    for kind in ("calibration", "validation"):
        for count in ("targets", "simulated", "inside"):
            parts = [totals[kind][people][count] for people in ("children_with_cerebral_palsy", "others")]
            assert sum(parts) == totals[kind][count]
            assert min(parts) > 0


def test_docs_and_readme_quote_the_run() -> None:
    """The totals and the misses on the docs page, and the totals of the README, are those of the run."""
    page = PAGE.read_text("utf-8")
    independent, fitted, entered = whole().independent, whole().used(Use.FITTED), whole().used(Use.ENTERED)
    for name, totals in (("**Independent**", independent), ("of these, fitted", fitted)):
        assert f"| {name} | {totals.inside} | {totals.simulated} | {totals.targets} |" in page
    assert [line.split()[1] for line in page.splitlines() if line.startswith("- T")] == [
        each.target.id for each in whole().misses
    ]
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    counted = f"{independent.simulated} can be simulated and {independent.inside} of these lie inside"
    assert f"of {independent.targets} published values that were used for nothing, {counted}" in readme
    children, others = (whole().of_children(calibration=False, children=flag) for flag in (True, False))
    for part in (
        f"{children.inside} of {children.simulated} on children with cerebral palsy",
        f"{others.inside} of {others.simulated} on others",
        f"of the {entered.targets} that were entered as parameters {entered.inside}",
    ):
        assert part in readme
    assert fitted.inside == fitted.targets == 26
    assert "Of the 26 to which numbers of the model were fitted all lie inside" in readme


def test_the_docs_page_is_what_is_generated() -> None:
    """Every line of the committed page but the tables of the search is written anew and is the same.

    The search takes minutes; of its tables the rows, the stored values and the verdict are held here.
    """
    lines = PAGE.read_text("utf-8").splitlines()
    begin = lines.index("## Numbers that were fitted by a search")
    end = lines.index("## How each number of the model got its value")
    generated = "\n".join([*rows_part(whole()), *page_parts_after_search()]).splitlines()
    written = [*lines[:begin], *lines[end:]]
    assert [line for line in written if line] == [line for line in generated if line]
    searched = lines[begin:end]
    for names in {each.fits for each in calibration_targets()} - {()}:
        ids = ", ".join(each.id for each in calibration_targets() if each.fits == names)
        assert f"Fitted together to {ids}." in searched
        for name in names:
            (line,) = (line for line in searched if line.startswith(f"| `{name}`"))
            cells = [cell.strip() for cell in line.split("|")[1:-1]]
            assert cells[1] == f"{shown(number(name).in_unit(number(name).unit))} {number(name).unit}"
            assert float(cells[3]) > 0
            assert float(cells[5]) <= 0.5


def calibration_targets() -> list[CalibrationTarget]:
    """The rows that parameters were set by."""
    return [each for each in targets() if isinstance(each, CalibrationTarget)]


def test_the_dose_path_of_the_typical_patient() -> None:
    """93 mcg/day at the start, 157, 201, 252 and 287 after 3, 6, 12 and 24 months: as stated of the model."""
    bench = Bench(Settings(), 0, 0, 1)
    typical = bench.typical_adult()
    doses = [float(reference_dose(bench, typical.tolerance(months))[0]) for months in (0, 3, 6, 12, 24)]
    assert doses == pytest.approx([93, 157, 201, 252, 287], abs=0.6)


def test_a_row_does_not_depend_on_the_others() -> None:
    """A row that is run alone is the same to the last digit, and so is every run."""
    alone = validate(select(["T90"])).rows[0]
    assert alone.simulated == row("T90").simulated
    assert alone.moved == row("T90").moved


def test_another_seed_moves_a_row_about_as_far_as_it_says() -> None:
    """The stated chance is the spread between draws: other seeds lie within a few of it."""
    other = validate(select(["T68"]), draws=2, seed=7).rows[0]
    assert other.simulated != row("T68").simulated
    assert other.simulated == pytest.approx(row("T68").simulated, abs=0.15)


@pytest.mark.parametrize(
    ("parameter", "value", "leaves", "stays"),
    [
        ("csf_dispersion", "110 cm2/h", "T6", "T30"),
        ("spinal_absorption", "1.5 1/h", "T5", "T30"),
        ("tone_ec50", "300 ng/mL", "T68", "T61"),
        ("h_reflex_ec50", "150 ng/mL", "T61", "T70"),
        ("adult_clearance", "2 L/h", "T8", "T70"),
        ("sedation_threshold", "40 ng/mL", "T113", "T70"),
        ("tolerance_time", "100 months", "T97", "T61"),
        ("renal_reduction_mild", "0.9 fraction", "T46", "T47"),
    ],
)
def test_a_changed_parameter_makes_the_right_row_leave(
    parameter: str, value: str, leaves: str, stays: str
) -> None:
    """A parameter changed on purpose moves the row that rests on it out of its range, and not another."""
    changed = validate(
        select([leaves, stays]), settings=Settings.of({parameter: value}), draws=1, patients=100
    )
    inside = {each.target.id: each.inside for each in changed.rows}
    assert row(leaves).inside is True
    assert inside == {leaves: False, stays: True}


@cache
def small(**changed: str) -> dict[str, Row]:
    """Every row with one draw of 100 patients, numbers of the model changed."""
    verdicts = validate(targets(), settings=Settings.of(changed), draws=1, patients=100)
    return {each.target.id: each for each in verdicts.rows}


@pytest.mark.parametrize(
    ("parameter", "value", "touched", "leave"),
    [
        (
            "h_reflex_ec50", "150 ng/mL", {"T57", "T58", "T59", "T60", "T61", "T62", "T65"},
            {"T57", "T58", "T59", "T60", "T61", "T62", "T65"},
        ),
        ("sedation_threshold", "40 ng/mL", {"T113", "T114", "T116", "T119", "T126"}, {"T113", "T114"}),
    ],
)  # fmt: skip
def test_a_changed_parameter_touches_its_own_rows_alone(
    parameter: str, value: str, touched: set[str], leave: set[str]
) -> None:
    """Of all rows those that rest on a number move, to the last digit no other, and these leave."""
    before, after = small(), small(**{parameter: value})
    moved = {name for name in before if before[name].simulated != after[name].simulated}
    left = {name for name in before if before[name].inside and after[name].inside is False}
    assert moved == touched
    assert left == leave
