"""Visits judged: delivery, what a refill finds, pocket fill, alarm volume, plans, replacement."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.errors import InputError
from cisterna.evidence import Settings
from cisterna.limits import (
    Verdict,
    judge_alarm_volume,
    judge_delivered,
    judge_pocket_fill,
    judge_refill_plan,
    judge_refill_visit,
    judge_replace_by,
    verdict_of,
)
from cisterna.pump import Visit


def refill(expected: float, withdrawn: float | None, filled: float = 20) -> Visit:
    """A refill of a pump that was filled with 20 mL."""
    return Visit(
        at_us=0, filled_ml=filled, expected_ml=expected, would_measure_ml=expected, withdrawn_ml=withdrawn
    )


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(
    ("delivered", "is_flagged"), [(11.46, True), (11.44, False), (11.45, False), (8.0, False)]
)
def test_we57_and_we58_over_infusion(*, delivered: float, is_flagged: bool) -> None:
    """WE57, WE58: +14.6 % of 10 mL is over-infusion, +14.4 % and the limit itself are not."""
    found = judge_delivered(10.0, delivered)
    assert bool(found) is is_flagged
    if found:
        assert (found[0].limit, found[0].unit) == (14.5, "%")
        assert found[0].value == pytest.approx(14.6)
        assert "over-infusion" in found[0].text


@pytest.mark.parametrize(("programmed", "delivered"), [(0, 1), (-1, 1), (10, -1), (float("nan"), 1)])
def test_a_volume_that_cannot_be_is_refused(programmed: float, delivered: float) -> None:
    """Nothing programmed, or a negative volume, has no delivery error."""
    with pytest.raises(InputError):
        judge_delivered(programmed, delivered)


@pytest.mark.requirement("D6")
def test_we59_thirteen_per_cent_more_is_recorded_and_not_flagged() -> None:
    """WE59: 17 mL delivered for 15, a ratio of 1.133 and 2.0 mL of difference, is within the limits."""
    assert judge_refill_visit(refill(5.0, 3.0)) == ()


@pytest.mark.requirement("D6")
def test_we61_four_millilitres_less_than_predicted_are_flagged() -> None:
    """WE61: 14 mL measured where 18 were predicted is a difference of 4 mL, above 2, and needs a reason."""
    found = judge_refill_visit(refill(18.0, 14.0))
    assert verdict_of(found) is Verdict.CAUTION
    difference = next(entry for entry in found if entry.name == "refill-difference")
    assert difference.limit == 2.0
    assert difference.value == pytest.approx(4.0)


@pytest.mark.requirement("D6")
@pytest.mark.parametrize(
    ("expected", "withdrawn", "names"),
    [
        (10.0, 8.56, set()),
        (10.0, 8.54, {"delivered-ratio"}),
        (10.0, 11.99, set()),
        (10.0, 12.01, {"delivered-ratio", "refill-difference"}),
        (1.0, 3.01, {"refill-difference"}),
    ],
)
def test_the_edges_of_a_routine_refill(expected: float, withdrawn: float, names: set[str]) -> None:
    """The ratio may lie from 0.80 to 1.145 and the difference within 2 mL; a hair beyond needs a reason."""
    assert {entry.name for entry in judge_refill_visit(refill(expected, withdrawn))} == names


@pytest.mark.requirement("D6")
def test_a_refill_without_its_withdrawn_volume_is_not_routine() -> None:
    """The withdrawn volume is required: a visit without one needs a reason."""
    found = judge_refill_visit(refill(5.0, None))
    assert verdict_of(found) is Verdict.CAUTION
    assert found[0].value is None


@pytest.mark.requirement("D7")
def test_more_fluid_than_expected_tells_the_causes() -> None:
    """19 mL left names stall, occlusion and disconnection; less than expected names over-infusion."""
    assert all(
        "stall, occlusion or disconnection" in entry.text for entry in judge_refill_visit(refill(5, 19))
    )
    assert all("over-infusion" in entry.text for entry in judge_refill_visit(refill(10, 2)))


@pytest.mark.requirement("D8")
@pytest.mark.parametrize(
    ("reservoir", "injected", "measured", "is_flagged"),
    [(20, 20.0, 18.8, True), (20, 18.0, 16.7, True), (20, 20.0, 19.0, False), (40, 38.0, 36.4, False),
     (40, 38.0, 35.9, True)],
)  # fmt: skip
def test_we62_a_missing_volume_may_lie_in_the_pocket(
    *, reservoir: float, injected: float, measured: float, is_flagged: bool
) -> None:
    """WE62: 1.2 mL missing in a 20 mL pump, above 1 mL, is flagged; 1.6 mL in a 40 mL pump is not."""
    found = judge_pocket_fill(reservoir_ml=reservoir, injected_ml=injected, measured_ml=measured)
    assert bool(found) is is_flagged
    if found:
        assert "possible pocket fill" in found[0].text
        assert "observe" in found[0].text


@pytest.mark.requirement("D8")
def test_a_pocket_fill_of_another_reservoir_is_not_judged_silently() -> None:
    """For a reservoir for which nothing is published the answer is a caution that says so."""
    found = judge_pocket_fill(reservoir_ml=10, injected_ml=10, measured_ml=9.9)
    assert [(entry.verdict, entry.limit) for entry in found] == [(Verdict.CAUTION, None)]


@pytest.mark.requirement("D5")
def test_we25_a_higher_alarm_volume_comes_days_earlier() -> None:
    """WE25: from 2 to 4 mL at 0.6 mL/day the alarm comes 3.33 days earlier; below 2 mL it is refused."""
    change = judge_alarm_volume(4, before_ml=2, flow_ml_per_day=0.6)
    assert change.guardrails == ()
    assert change.days_earlier == pytest.approx(10 / 3)
    refused = judge_alarm_volume(1.9, before_ml=2, flow_ml_per_day=0.6)
    assert (refused.days_earlier, verdict_of(refused.guardrails)) == (None, Verdict.STOP)
    with pytest.raises(InputError, match="flow_ml_per_day"):
        judge_alarm_volume(4, before_ml=2, flow_ml_per_day=0)


@pytest.mark.requirement("D4")
@pytest.mark.parametrize(
    ("days_before", "verdict"),
    [
        (8, Verdict.OK),
        (7, Verdict.OK),
        (6, Verdict.CAUTION),
        (1, Verdict.CAUTION),
        (0, Verdict.STOP),
        (-1, Verdict.STOP),
    ],
)
def test_a_refill_is_planned_a_lead_before_and_never_on_the_alarm(days_before: int, verdict: Verdict) -> None:
    """Seven days before the limiting date is the lead; on the day of the alarm or after it is refused."""
    day = date(2026, 3, 31)
    found = judge_refill_plan(day - timedelta(days=days_before), limiting=day, alarm=day)
    assert verdict_of(found) is verdict


@pytest.mark.requirement("D4")
def test_we27_a_site_may_take_the_other_lead() -> None:
    """WE27: with a lead of 3 days the third day before the alarm will do, the second needs a reason."""
    settings, day = Settings.of({"refill_lead_short": "3 days"}), date(2026, 3, 31)
    assert judge_refill_plan(date(2026, 3, 28), limiting=day, alarm=day, settings=settings) == ()
    assert len(judge_refill_plan(date(2026, 3, 29), limiting=day, alarm=day, settings=settings)) == 1


@pytest.mark.requirement("B13")
@pytest.mark.parametrize(
    ("replace_by", "verdict"),
    [
        (date(2026, 4, 1), Verdict.OK),
        (date(2026, 3, 1), Verdict.OK),
        (date(2026, 4, 2), Verdict.STOP),
        (None, Verdict.STOP),
    ],
)
def test_we74_the_replace_by_date_is_there_and_not_too_late(
    replace_by: date | None, verdict: Verdict
) -> None:
    """WE74: with the indicator on 2026-01-01 it is replaced by 2026-04-01; later, or blank, is refused."""
    found = judge_replace_by(replace_by, eri=date(2026, 1, 1))
    assert verdict_of(found) is verdict
    if found:
        assert "2026-04-01" in found[0].text


@pytest.mark.requirement("B13")
@given(eri=st.dates(date(2020, 1, 1), date(2040, 1, 1)), later=st.integers(-400, 400))
def test_no_date_beyond_ninety_days_passes(eri: date, later: int) -> None:
    """Exactly the dates up to 90 days after the indicator pass; a missing indicator leaves only the blank."""
    by = eri + timedelta(days=later)
    assert (judge_replace_by(by, eri=eri) == ()) == (later <= 90)
    assert judge_replace_by(by, eri=None) == ()
    assert judge_replace_by(None, eri=None)[0].verdict is Verdict.STOP
