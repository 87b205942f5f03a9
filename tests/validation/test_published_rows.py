"""The rows of a whole run: what was stated of the model is reproduced, within its stated chance."""

from __future__ import annotations

from functools import cache

import pytest
from tools.trust_page import PAGE, ROOT

from cisterna.evidence import Settings
from cisterna.validation import Row, Use, Verdicts, select, targets, validate
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
