"""The model against the figures that were published with it: what the drug does.

The typical patient has an untreated tone of 3.7 in the legs. The tolerance of a comparison is the
rounding of the published figure.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from cisterna.body import Exposure, Response, WithdrawalGrade, expose, respond
from cisterna.delivery import Delivery, Dose, Infusion, Route, Site
from cisterna.evidence import number
from cisterna.instants import US_PER_HOUR
from cisterna.kernel import h_reflex_ratio, hill, tolerance_step, tone_score
from cisterna.therapy import Condition, Patient, Therapy, Tone

START_US = 1_772_000_000 * 1_000_000
MONTH_H = 730.5
MINUTES = tuple(minute / 60 for minute in range(24 * 60))
EC50, EXPONENT = number("tone_ec50").in_unit("ng/mL"), number("tone_hill").in_unit("ratio")


def typical(condition: Condition = "cerebral palsy", legs: float = 3.7, arms: float = 3.0) -> Therapy:
    """The reference adult with the typical untreated tone."""
    tone = Tone(legs=legs, arms=arms, scale="ashworth-1-5")
    return Therapy(patient=Patient(label="adult", born=date(1985, 1, 1), condition=condition, tone=tone))


def rows(exposure: Exposure, hours: tuple[float, ...]) -> list[int]:
    """Rows of an exposure at ``hours`` from the start."""
    wanted = [START_US + round(hour * US_PER_HOUR) for hour in hours]
    return [int(row) for row in np.searchsorted(exposure.times_us, wanted)]


@cache
def infused(
    tip: str, mcg_per_day: float, run_h: int, after_h: int = 0, extra_h: tuple[float, ...] = ()
) -> Exposure:
    """An infusion for ``run_h`` and what follows for ``after_h``, with rows at ``extra_h`` too."""
    infusion = Infusion(Site(Route.CATHETER, tip), START_US, START_US + run_h * US_PER_HOUR, mcg_per_day / 24)
    hours = (*extra_h, run_h + after_h)
    outputs = [START_US + round(hour * US_PER_HOUR) for hour in hours]
    return expose(Delivery(infusions=(infusion,)), typical(), START_US, outputs)


@cache
def bolus() -> Exposure:
    """50 mcg by puncture at L3, by the minute for a day."""
    delivery = Delivery(doses=(Dose(Site(Route.PUNCTURE, "L3"), START_US, 50.0),))
    outputs = [START_US + round(hour * US_PER_HOUR) for hour in MINUTES]
    return expose(delivery, typical(), START_US, outputs)


def removed(response: Response, therapy: Therapy) -> NDArray[np.float64]:
    """Share of the raised tone of the legs that the drug takes away."""
    assert therapy.patient.tone is not None
    untreated = therapy.patient.tone.legs
    return (untreated - response.tone_legs) / (untreated - 1)


@pytest.mark.parametrize(
    ("condition", "shares"),
    [
        ("stroke", (0.45, 0.76, 0.84, 0.80, 0.71, 0.41)),
        ("cerebral palsy", (0.39, 0.64, 0.71, 0.68, 0.60, 0.35)),
    ],
)
def test_tone_after_a_bolus(condition: Condition, shares: tuple[float, ...]) -> None:
    """50 mcg takes the published share of the raised tone at 1, 2, 4, 6, 8 and 12 h."""
    therapy = typical(condition)
    share = removed(respond(bolus(), therapy), therapy)
    np.testing.assert_allclose(share[rows(bolus(), (1, 2, 4, 6, 8, 12))], shares, atol=0.0055)


def test_onset_of_a_bolus() -> None:
    """A fifth of the raised tone is gone 0.7 h after 50 mcg."""
    therapy = typical()
    share = removed(respond(bolus(), therapy), therapy)
    onset_us = bolus().times_us[int(np.argmax(share > 0.2))] - START_US
    assert onset_us / US_PER_HOUR == pytest.approx(0.7, abs=0.05)


def test_the_arms_hardly_feel_a_lumbar_bolus() -> None:
    """At most 0.08 of the raised tone of the arms is taken by 50 mcg."""
    response = respond(bolus(), typical())
    assert ((3.0 - response.tone_arms) / 2.0).max() == pytest.approx(0.08, abs=0.005)


def test_h_reflex_after_a_bolus() -> None:
    """The H-reflex falls by 81 % at 1 h, 91 % on the mean of 1 to 6 h, 92 % at 5 h."""
    fall = 1 - respond(bolus(), typical()).h_reflex_ratio
    one, five, six = rows(bolus(), (1, 5, 6))
    assert 100 * fall[one] == pytest.approx(81, abs=0.5)
    assert 100 * fall[one : six + 1].mean() == pytest.approx(91, abs=0.5)
    assert 100 * fall[five] == pytest.approx(92, abs=0.5)


@pytest.mark.parametrize(("mcg_per_day", "fifth_h", "point_h"), [(100, 5.0, 6.6), (67, 7.3, 10.6)])
def test_onset_of_an_infusion(mcg_per_day: float, fifth_h: float, point_h: float) -> None:
    """100 mcg/day at T11 takes a fifth of the raised tone in 5.0 h and a point in 6.6 h; 67 needs longer."""
    therapy, exposure = typical(), infused("T11", mcg_per_day, 24, 0, MINUTES)
    response = respond(exposure, therapy)
    elapsed_h = (exposure.times_us - START_US) / US_PER_HOUR
    assert elapsed_h[np.argmax(removed(response, therapy) > 0.2)] == pytest.approx(fifth_h, abs=0.055)
    assert elapsed_h[np.argmax(response.tone_legs <= 2.7)] == pytest.approx(point_h, abs=0.075)


@pytest.mark.parametrize(("mcg_per_day", "remaining"), [(30, 0.77), (70, 0.42), (110, 0.24), (150, 0.16)])
def test_h_reflex_under_long_infusions(mcg_per_day: float, remaining: float) -> None:
    """After 1.7 years 30, 70, 110, 150 mcg/day leave 0.77, 0.42, 0.24, 0.16 of the H-reflex (T = 3.03)."""
    tolerance = tolerance_step(1.0, 3.2, 1.7 * 12 * MONTH_H, 8 * MONTH_H)
    assert tolerance == pytest.approx(3.03, abs=0.005)
    cord = float(infused("T11", 100, 40 * 24).cord_legs_ng_per_ml[-1]) * mcg_per_day / 100
    half, exponent = number("h_reflex_ec50").in_unit("ng/mL"), number("h_reflex_hill").in_unit("ratio")
    assert h_reflex_ratio(cord, half * tolerance, exponent) == pytest.approx(remaining, abs=0.005)


def test_dose_path_for_a_constant_effect() -> None:
    """Tolerance takes a start dose of 93 to 157, 201, 252, 287 mcg/day at 3, 6, 12, 24 months."""
    exposure = infused("T11", 300, 24 * 731)
    response = respond(exposure, typical())
    months = rows(exposure, tuple(month * MONTH_H for month in (3, 6, 12, 24)))
    np.testing.assert_allclose(93 * response.tolerance[months], [157, 201, 252, 287], atol=0.5)
    np.testing.assert_allclose(response.tolerance[months], [1.69, 2.16, 2.71, 3.09], atol=0.005)
    cord = float(infused("T11", 100, 40 * 24).cord_legs_ng_per_ml[-1]) * 0.93
    assert hill(cord, EC50, EXPONENT) == pytest.approx(0.89, abs=0.005)
    assert 0.85 * hill(cord, EC50, EXPONENT) == pytest.approx(0.76, abs=0.005)


@pytest.mark.parametrize(
    ("tip", "arms_before", "legs", "arms"), [("T6", 3.3, -1.6, -1.1), ("T11", 3.0, -1.9, -0.5)]
)
def test_tip_level_and_tone_at_three_months(tip: str, arms_before: float, legs: float, arms: float) -> None:
    """At 157 mcg/day for 3 months a tip at T6 gives -1.6 and -1.1, at T11 -1.9 and -0.5 (legs, arms)."""
    exposure = infused(tip, 157, 40 * 24)
    half = EC50 * tolerance_step(1.0, 3.2, 3 * MONTH_H, 8 * MONTH_H)
    for before, cord, change in (
        (3.5, exposure.cord_legs_ng_per_ml[-1], legs),
        (arms_before, exposure.cord_arms_ng_per_ml[-1], arms),
    ):
        after = tone_score(before, 0.15, hill(float(cord), half, EXPONENT))
        assert after - before == pytest.approx(change, abs=0.05)


def test_withdrawal_after_a_stop() -> None:
    """After two years at 300 mcg/day a stop brings the index to .21, .65, .83, .85 at 6, 12, 18, 24 h.

    It is mild at 6 h, moderate from about 10 h, and severe when it was held for a day, at 40 h.
    """
    run_h = 24 * 730 + 12
    exposure = infused("T11", 300, run_h, 48)
    response = respond(exposure, typical())
    after = {hour: rows(exposure, (run_h + hour,))[0] for hour in range(49)}
    index = [response.withdrawal_index[after[hour]] for hour in (6, 12, 18, 24)]
    np.testing.assert_allclose(index, [0.21, 0.65, 0.83, 0.85], atol=0.0055)
    grade = response.withdrawal_grade
    assert response.withdrawal_index[after[0]] < 0.01
    assert grade[after[5]] == WithdrawalGrade.NONE
    assert grade[after[6]] == WithdrawalGrade.MILD
    assert grade[after[10]] == WithdrawalGrade.MODERATE
    first_severe = min(hour for hour in after if grade[after[hour]] == WithdrawalGrade.SEVERE)
    assert first_severe in {40, 41, 42}
    assert response.tone_legs[after[48]] == pytest.approx(3.7 + 0.5 * 0.855, abs=0.02)
