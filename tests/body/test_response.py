"""How an exposure becomes a response over time."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from cisterna.body import Exposure, Response, expose, respond
from cisterna.delivery import Delivery, Dose, Infusion, Route, Site, Unknown
from cisterna.errors import BodyError
from cisterna.instants import US_PER_HOUR
from cisterna.kernel import hill, largest_of_last, mean_of_last, tolerance_step
from cisterna.therapy import Condition, Patient, Therapy, Tone

START_US = 1_772_000_000 * 1_000_000
TIP = Site(Route.CATHETER, "T11")
MONTH_H = 730.5


def adult(tone: Tone | None = None, condition: Condition = "cerebral palsy", **parameters: str) -> Therapy:
    """The reference adult."""
    patient = Patient(label="adult", born=date(1985, 1, 1), tone=tone, condition=condition)
    return Therapy(patient=patient, parameters=parameters)


def infused(mcg_per_day: float, run_h: int, until_h: float, site: Site = TIP, *extra_h: float) -> Exposure:
    """An infusion for ``run_h`` hours, followed until ``until_h``."""
    infusion = Infusion(site, START_US, START_US + run_h * US_PER_HOUR, mcg_per_day / 24)
    outputs = [START_US + round(hour * US_PER_HOUR) for hour in (*extra_h, until_h)]
    return expose(Delivery(infusions=(infusion,)), adult(), START_US, outputs)


def test_without_drug_there_is_no_response() -> None:
    """Tone and reflex are the untreated ones, tolerance is 1, nothing is flagged, no sedation is told."""
    response = respond(expose(Delivery(), adult(), START_US, [START_US + 48 * US_PER_HOUR]), adult())
    assert set(response.tone_legs) == {3.7}
    assert set(response.tone_arms) == {3.0}
    assert set(response.h_reflex_ratio) == set(response.tolerance) == {1.0}
    assert response.sedation_index is None
    for flags in (
        response.withdrawal_index,
        response.withdrawal_grade,
        response.overdosing_legs,
        response.overdosing_arms,
        response.tone_above_scale,
        response.in_respiratory_range,
    ):
        assert not flags.any()


def test_a_published_mean_in_place_of_the_untreated_tone_is_said() -> None:
    """Without own tone the published means are used and cited; with it there is no note."""
    exposure = infused(100, 24, 24)
    prior = respond(exposure, adult())
    assert (prior.untreated_tone_legs, prior.untreated_tone_arms) == (3.7, 3.0)
    assert len(prior.notes) == 2
    assert "Kriel 2007" in prior.notes[0]
    own = respond(exposure, adult(Tone(legs=2.5, arms=1.0, scale="ashworth-0-4")))
    assert (own.untreated_tone_legs, own.untreated_tone_arms) == (3.5, 2.0)
    assert own.notes == ()


def test_what_no_drug_removes_goes_with_the_condition() -> None:
    """At a huge dose a palsy keeps 15 % of the raised tone, an acquired condition nothing."""
    exposure = infused(20000, 72, 72)
    stays = {
        condition: respond(exposure, adult(None, condition)).tone_legs[-1]
        for condition in ("cerebral palsy", "stroke", "multiple sclerosis")
    }  # type: dict[Condition, float]
    assert stays["cerebral palsy"] == pytest.approx(1 + 0.15 * 2.7, abs=0.001)
    assert stays["stroke"] == stays["multiple sclerosis"] == pytest.approx(1, abs=0.001)


def test_tone_above_five_is_five_and_flagged() -> None:
    """Rebound on top of an untreated tone of 5 is reported as 5 and flagged, and only then."""
    exposure = infused(300, 24 * 200, 24 * 203)
    response = respond(exposure, adult(Tone(legs=5, arms=3, scale="ashworth-1-5")))
    assert response.tone_legs.max() == 5
    assert response.tone_above_scale[-1]
    assert not response.tone_above_scale[:-72].any()
    assert response.tone_arms[-1] > 3


def test_overdosing_is_flagged_by_level_and_by_tone() -> None:
    """Above three times the half-effect level, or when tone falls below 1.3, and not at a usual dose."""
    usual = respond(infused(100, 120, 120), adult())
    assert not usual.overdosing_legs.any()
    much = infused(160, 120, 120)
    flagged = respond(much, adult(None, "cerebral palsy"))
    assert flagged.tone_legs[-1] > 1.3
    over = much.cord_legs_ng_per_ml > 3 * 68 * flagged.tolerance
    assert over.any()
    np.testing.assert_array_equal(flagged.overdosing_legs, over)
    limp = respond(infused(130, 120, 120), adult(Tone(legs=3, arms=1.1, scale="ashworth-1-5"), "stroke"))
    assert limp.tone_legs[-1] < 1.3
    np.testing.assert_array_equal(limp.overdosing_legs, limp.tone_legs < 1.3)
    assert not limp.overdosing_arms.any()


def test_tolerance_rises_while_treated_and_falls_after() -> None:
    """Tolerance follows its law from the first day with a mean above 10 ng/mL, and falls with 3 weeks."""
    exposure = infused(100, 24 * 60, 24 * 90)
    response = respond(exposure, adult())
    daily = mean_of_last(24, exposure.cord_legs_integral_ng_h_per_ml)
    rises = int(np.argmax(daily > 10))
    falls = int(np.flatnonzero(daily > 10)[-1]) + 1
    assert 0 < rises < 24
    assert set(response.tolerance[: rises + 1]) == {1.0}
    top = tolerance_step(1.0, 3.2, float(falls - rises), 8 * MONTH_H)
    assert response.tolerance[falls] == pytest.approx(top, rel=1e-12)
    last = len(response.tolerance) - 1
    assert response.tolerance[last] == pytest.approx(
        tolerance_step(top, 1.0, float(last - falls), 504.0), rel=1e-12
    )


def test_a_small_dose_makes_no_tolerance() -> None:
    """Under a mean of 10 ng/mL tolerance stays at 1: oral baclofen may, a trace does not."""
    assert set(respond(infused(5, 24 * 30, 24 * 30), adult()).tolerance) == {1.0}


def test_between_hours_tolerance_is_exact() -> None:
    """An output between two hours lies on the curve that joins them."""
    exposure = infused(100, 240, 240, TIP, 200.4)
    response = respond(exposure, adult())
    row = int(np.searchsorted(exposure.times_us, START_US + round(200.4 * US_PER_HOUR)))
    expected = tolerance_step(float(response.tolerance[row - 1]), 3.2, 0.4, 8 * MONTH_H)
    assert response.tolerance[row] == pytest.approx(expected, rel=1e-12)


def test_outputs_between_the_hours_change_nothing_on_them() -> None:
    """The response at an hour is the same whatever other instants are asked for."""
    plain = respond(infused(200, 24 * 40, 24 * 43), adult())
    extra = respond(infused(200, 24 * 40, 24 * 43, TIP, 0.1, 33.3, 970.77, 1000.5), adult())
    rows = np.searchsorted(extra.times_us, plain.times_us)
    for name in ("tone_legs", "withdrawal_index", "tolerance", "h_reflex_ratio"):
        np.testing.assert_allclose(getattr(extra, name)[rows], getattr(plain, name), rtol=1e-9, atol=1e-12)


def test_withdrawal_is_its_law_step_by_step() -> None:
    """The index equals a plain loop over the hours: daily means of occupancy, their largest in two weeks."""
    exposure = infused(250, 24 * 30, 24 * 50)
    response = respond(exposure, adult())
    occupancy = [
        hill(float(level), 68.0 * float(factor), 3.0)
        for level, factor in zip(exposure.cord_legs_ng_per_ml, response.tolerance, strict=True)
    ]
    means = [
        sum((occupancy[hour] + occupancy[hour - 1]) / 2 for hour in range(max(1, now - 23), now + 1)) / 24
        for now in range(len(occupancy))
    ]
    for now in (0, 5, 30, 400, 24 * 30 + 6, 24 * 30 + 100, 24 * 44, 24 * 50):
        adapted = max(means[max(0, now - 336) : now + 1])
        factor = max(response.tolerance[max(0, now - 336) : now + 1])
        expected = (factor - 1) / 2.2 * max(0.0, adapted - occupancy[now])
        assert response.withdrawal_index[now] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_sedation_is_the_cistern_over_a_threshold_that_tolerance_raises() -> None:
    """The index is the intrathecal cistern level over 160 (1 + 0.5 (T - 1))."""
    exposure = infused(300, 24 * 60, 24 * 60)
    response = respond(exposure, adult())
    assert response.sedation_index is not None
    assert exposure.cistern_intrathecal_ng_per_ml is not None
    expected = exposure.cistern_intrathecal_ng_per_ml / (160 * (1 + 0.5 * (response.tolerance - 1)))
    np.testing.assert_allclose(response.sedation_index, expected, rtol=1e-12)


def test_oral_drug_makes_no_forecast_of_sedation() -> None:
    """By mouth alone there is no index; beside a pump the index ignores the tablet."""
    tablet = Dose(Site(Route.MOUTH), START_US, 60000.0, 0.74)
    outputs = [START_US + 24 * US_PER_HOUR]
    alone = expose(Delivery(doses=(tablet,)), adult(), START_US, outputs)
    assert respond(alone, adult()).sedation_index is None
    pump = infused(100, 24, 24)
    both = expose(
        Delivery((Infusion(TIP, START_US, outputs[0], 100 / 24),), (tablet,)), adult(), START_US, outputs
    )
    with_tablet, without = (respond(exposure, adult()) for exposure in (both, pump))
    assert with_tablet.sedation_index is not None
    assert without.sedation_index is not None
    # The tablet raises tolerance a little earlier, and with it the threshold.
    thresholds = [1 + 0.5 * (response.tolerance - 1) for response in (with_tablet, without)]
    np.testing.assert_allclose(
        with_tablet.sedation_index * thresholds[0], without.sedation_index * thresholds[1], rtol=1e-9
    )


def test_a_dump_reaches_the_respiratory_range_until_the_deep_brain_is_empty() -> None:
    """After 10 mg the flag is up within the hour and stays for the 43 h of the deep brain, less tolerance."""
    dump = Delivery(doses=(Dose(TIP, START_US, 10_000.0),))
    exposure = expose(dump, adult(), START_US, [START_US + 100 * US_PER_HOUR])
    response = respond(exposure, adult())
    flagged = np.flatnonzero(response.in_respiratory_range)
    assert flagged[0] <= 1
    assert flagged[-1] == pytest.approx(43, abs=1)
    assert len(flagged) == flagged[-1] - flagged[0] + 1
    worst = np.flatnonzero(response.above_respiratory_range)
    assert set(worst) < set(flagged)
    usual = respond(infused(300, 240, 240), adult())
    assert not usual.in_respiratory_range.any()


def test_what_is_not_known_stays_marked() -> None:
    """A response to an exposure that is not known says so."""
    unknown = Unknown(TIP, START_US + 5 * US_PER_HOUR, START_US + 6 * US_PER_HOUR, "stalled")
    exposure = expose(Delivery(unknown=(unknown,)), adult(), START_US, [START_US + 9 * US_PER_HOUR])
    assert respond(exposure, adult()).known.tolist() == [True] * 5 + [False] * 5


def test_settings_reach_the_response() -> None:
    """A patient with twice the sensitivity has more effect; a setting of no sense is refused."""
    exposure = infused(60, 72, 72)
    plain, sensitive = (respond(exposure, therapy) for therapy in (adult(), adult(tone_ec50="34 ng/mL")))
    assert isinstance(sensitive, Response)
    assert sensitive.tone_legs[-1] < plain.tone_legs[-1]
    with pytest.raises(BodyError, match=r"parameters\.tolerance_window"):
        respond(exposure, adult(tolerance_window="1.5 h"))
    with pytest.raises(BodyError, match=r"parameters\.tone_ec50"):
        respond(exposure, adult(tone_ec50="0 ng/mL"))


series = arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 10))


@given(values=series, window=st.integers(1, 70))
def test_the_largest_of_a_window(values: NDArray[np.float64], window: int) -> None:
    """It is the maximum over the hour and the window before it, as far as there is one."""
    expected = [max(values[max(0, now - window) : now + 1]) for now in range(len(values))]
    assert largest_of_last(window, values).tolist() == expected


@given(values=series, window=st.integers(1, 70))
def test_the_mean_of_a_window(values: NDArray[np.float64], window: int) -> None:
    """It is the gain of the integral over the window, which is nothing before the start."""
    integral = np.concatenate([[0.0], np.cumsum(values)])
    expected = [
        (integral[now] - (integral[now - window] if now >= window else 0.0)) / window
        for now in range(len(integral))
    ]
    np.testing.assert_allclose(mean_of_last(window, integral), expected)
