"""The arithmetic of a refill visit: expected volume, accepted range, bridge, and the refills so far."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from cisterna.care.check import CheckVerdict
from cisterna.care.refill_history import past_refills
from cisterna.care.refill_visit import (
    blind_rise_at,
    concentration_check,
    fill_checks,
    pump_at_visit,
    withdrawn_checks,
)
from cisterna.care.visit_outcome import bridge_choice, outcome_of
from cisterna.errors import TherapyError
from cisterna.evidence import Settings
from cisterna.instants import instant_us
from cisterna.therapy import Fill, Therapy, read_therapy
from cisterna.units import Concentration, Volume

NOW = datetime.fromisoformat("2026-09-08T09:31:00+02:00")


@pytest.fixture(scope="module")
def child() -> Therapy:
    """The child of the example, six weeks after the last refill."""
    return read_therapy(Path(__file__).parents[2] / "examples" / "child-start-and-titration.toml")


def test_the_expected_volume_is_the_fill_less_the_program(child: Therapy) -> None:
    """20 mL less 39 days at 0.37 mL/day; up to 2 mL either way is accepted."""
    pump = pump_at_visit(child, instant_us(NOW))
    assert pump is not None
    assert pump.expected_ml == pytest.approx(20 - 0.37 * 39, abs=0.01)
    assert pump.accepted_low_ml == pytest.approx(pump.expected_ml - 2)
    assert pump.accepted_high_ml == pytest.approx(pump.expected_ml + 2)


@pytest.mark.parametrize(("more_ml", "verdict"), [(1.99, "within"), (2.01, "caution"), (-2.01, "caution")])
def test_a_difference_is_judged_at_its_limit(child: Therapy, more_ml: float, verdict: str) -> None:
    """The row of the difference turns to caution just beyond 2 mL, on both sides."""
    pump = pump_at_visit(child, instant_us(NOW))
    assert pump is not None
    rows = {row.name: row for row in withdrawn_checks(pump, pump.expected_ml + more_ml, Settings())}
    assert rows["refill-difference"].verdict.value == verdict
    assert (blind_rise_at(pump, pump.expected_ml + more_ml, Settings()) is None) is (more_ml < 2)


def test_without_a_volume_its_checks_wait(child: Therapy) -> None:
    """Nothing withdrawn or injected yet is neither within nor over."""
    pump = pump_at_visit(child, instant_us(NOW))
    assert pump is not None
    rows = {row.name: row.verdict for row in withdrawn_checks(pump, None, Settings())}
    assert rows["delivered-ratio"] is rows["refill-difference"] is CheckVerdict.WAITING
    empty = fill_checks(pump, injected_ml=None, measured_ml=None, settings=Settings())
    assert {row.verdict for row in empty} == {CheckVerdict.WAITING}


def test_a_bridge_keeps_the_old_dose_and_its_absence_does_not(child: Therapy) -> None:
    """Flow = 185/500 mL/day for the volume of the column; without it 185 x 500/2000 mcg/day."""
    pump = pump_at_visit(child, instant_us(NOW))
    assert pump is not None
    choice = bridge_choice(pump.state, 2000, 185, 185)
    assert choice is not None
    assert choice.flow_ml_per_day == pytest.approx(0.37, rel=1e-3)
    assert choice.hours == pytest.approx(24 * choice.volume_ml / 0.37, rel=1e-3)
    (without,) = choice.without
    assert without.mcg_per_day == pytest.approx(46.25, rel=1e-3)
    assert choice.old_mcg_per_ml == 500


@pytest.mark.parametrize(
    ("mcg_per_ml", "verdict", "words"),
    [
        (0.5, "over", "0.5 mcg/mL cannot be true in a pump, which takes 1 to 10000 mcg/mL; mg written"),
        (500_000, "over", "cannot be true in a pump, which takes 1 to 10000 mcg/mL"),
        (5000, "caution", "stronger than any product on the market, 2000 mcg/mL"),
        (2000, "within", ""),
        (1, "within", ""),
    ],
)
def test_a_concentration_that_cannot_be_true_is_refused_before_it_is_injected(
    mcg_per_ml: float, verdict: str, words: str
) -> None:
    """What no therapy file takes is refused while the syringe is still in hand; a vial says '0.5 mg/mL'."""
    check = concentration_check(mcg_per_ml, Settings())
    assert check.verdict.value == verdict
    assert words in check.text


def test_the_outcome_tells_current_and_new(child: Therapy) -> None:
    """A refill changes reservoir and dates and no dose; more than the reservoir holds is no therapy."""
    good = Fill(at=NOW, injected=Volume(20), withdrawn=Volume(5.5), concentration=Concentration(500))
    outcome = outcome_of(child, [good], instant_us(NOW))
    assert outcome.change_mcg_per_day == 0
    assert outcome.after.reservoir is not None
    assert outcome.after.reservoir.now_ml == 20
    full = Fill(at=NOW, injected=Volume(21), withdrawn=Volume(5.5), concentration=Concentration(500))
    with pytest.raises(TherapyError, match="at most 20 mL"):
        outcome_of(child, [full], instant_us(NOW))


def test_the_refills_so_far_are_listed_with_their_difference(child: Therapy) -> None:
    """Four fills, the first without an expected volume, each later one with withdrawn less expected."""
    rows = past_refills(child, instant_us(NOW))
    assert [row.withdrawn_ml for row in rows] == [None, 4.5, 4.8, 4.1]
    assert rows[0].expected_ml is None
    assert all(
        row.difference_ml == pytest.approx((row.withdrawn_ml or 0) - (row.expected_ml or 0))
        for row in rows[1:]
    )
