"""The model against the figures that were published with it: where the drug is.

All values are for the reference adult unless a test says otherwise. The tolerance of a comparison
is the rounding of the published figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import numpy as np
import pytest

from cisterna.body import Exposure, expose
from cisterna.delivery import Delivery, Dose, Infusion, Route, Site
from cisterna.instants import US_PER_HOUR
from cisterna.therapy import LEVELS, Patient, Therapy
from cisterna.units import BodyWeight, Length

START_US = 1_772_000_000 * 1_000_000  # a day in February 2026
LONG_H = 40 * 24
PUNCTURE = Site(Route.PUNCTURE, "L3")
SAMPLES_H = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)


def adult(parameters: Mapping[str, str] | None = None) -> Therapy:
    """An adult without own measures: the reference adult."""
    return Therapy(patient=Patient(label="adult", born=date(1985, 1, 1)), parameters=parameters or {})


def child(age_y: int, weight_kg: float, height_cm: float) -> Therapy:
    """A child of that age at the start."""
    return Therapy(
        patient=Patient(
            label="child",
            born=date(2026 - age_y, 1, 1),
            weight=BodyWeight(weight_kg),
            height=Length(height_cm),
        )
    )


def exposed(delivery: Delivery, hours: tuple[float, ...], therapy: Therapy | None = None) -> Exposure:
    """Exposure with rows at ``hours`` (and at every full hour) from the start."""
    outputs = [START_US + round(hour * US_PER_HOUR) for hour in hours]
    return expose(delivery, therapy or adult(), START_US, outputs)


def rows(exposure: Exposure, hours: tuple[float, ...]) -> list[int]:
    """Rows of an exposure at ``hours`` from the start."""
    wanted = [START_US + round(hour * US_PER_HOUR) for hour in hours]
    return [int(row) for row in np.searchsorted(exposure.times_us, wanted)]


@cache
def plateau(tip: str, mcg_per_day: float, dispersion: str = "330 cm2/h") -> Exposure:
    """Forty days of a constant infusion, long after its plateau."""
    infusion = Infusion(
        Site(Route.CATHETER, tip), START_US, START_US + LONG_H * US_PER_HOUR, mcg_per_day / 24
    )
    return exposed(Delivery(infusions=(infusion,)), (LONG_H,), adult({"csf_dispersion": dispersion}))


def given(dose_mcg: float, site: Site = PUNCTURE, absorbed: float = 1.0) -> Delivery:
    """One dose at the start."""
    return Delivery(doses=(Dose(site, START_US, dose_mcg, absorbed),))


def l4_mcg_per_ml(exposure: Exposure, row: int = -1) -> float:
    """Level in the fluid at L4, where it is sampled."""
    return float(exposure.csf_mcg_per_ml[row, LEVELS.index("L4")])


def half_life_h(exposure: Exposure, hours: tuple[float, ...]) -> float:
    """Half-life at L4 from the least-squares slope of the logarithm."""
    logs = np.log([l4_mcg_per_ml(exposure, row) for row in rows(exposure, hours)])
    return float(np.log(2) / -np.polyfit(hours, logs, 1)[0])


@pytest.mark.parametrize(
    ("tip", "legs", "arms", "cistern"),
    [
        ("L1", 144, 49, 36),
        ("T11", 147, 56, 41),
        ("T6", 103, 80, 58),
        ("T2", 72, 107, 78),
        ("C5", 53, 122, 96),
    ],
)
def test_plateaus_by_tip_level(tip: str, legs: float, arms: float, cistern: float) -> None:
    """At 100 mcg/day cord and cistern settle at the published levels, whatever the tip."""
    exposure = plateau(tip, 100)
    assert exposure.cord_legs_ng_per_ml[-1] == pytest.approx(legs, abs=0.5)
    assert exposure.cord_arms_ng_per_ml[-1] == pytest.approx(arms, abs=0.5)
    assert exposure.cistern_mcg_per_ml[-1] * 1000 == pytest.approx(cistern, abs=0.5)


@pytest.mark.parametrize(
    ("tip", "of_arms", "of_legs"),
    [("L1", 0.72, 0.25), ("T11", 0.72, 0.28), ("T6", 0.72, 0.57), ("T2", 0.72, 1.08), ("C5", 0.79, 1.81)],
)
def test_cistern_over_cord_by_tip_level(tip: str, of_arms: float, of_legs: float) -> None:
    """For the same arm level every tip up to T2 loads the cistern alike; for the legs a high tip is worse."""
    exposure = plateau(tip, 100)
    assert exposure.cistern_intrathecal_ng_per_ml is not None
    cistern = exposure.cistern_intrathecal_ng_per_ml[-1]
    assert cistern / exposure.cord_arms_ng_per_ml[-1] == pytest.approx(of_arms, abs=0.0051)
    assert cistern / exposure.cord_legs_ng_per_ml[-1] == pytest.approx(of_legs, abs=0.0051)


def test_half_life_after_a_puncture() -> None:
    """After 50 mcg at L3 the level at L4 halves in 1.37 h at first, in 1.8 and 3.7 h later."""
    hours = (*SAMPLES_H, 5, 6, 7, 8, 12, 16, 20, 24)
    exposure = exposed(given(50), hours)
    assert half_life_h(exposure, SAMPLES_H) == pytest.approx(1.37, abs=0.005)
    assert half_life_h(exposure, (4, 5, 6, 7, 8)) == pytest.approx(1.8, abs=0.05)
    assert half_life_h(exposure, (8, 12, 16, 20, 24)) == pytest.approx(3.7, abs=0.1)


def test_half_life_without_cord() -> None:
    """With no exchange with the cord the first half-life is 1.40 h."""
    exposure = exposed(given(50), SAMPLES_H, adult({"ke0": "0 1/h"}))
    assert half_life_h(exposure, SAMPLES_H) == pytest.approx(1.40, abs=0.005)


def test_clearance_of_an_infusion() -> None:
    """An infusion at L1 is cleared, as seen at L4, with 29.3 mL/h."""
    assert 100 / 24 / l4_mcg_per_ml(plateau("L1", 100)) == pytest.approx(29.3, abs=0.05)


def test_clearance_of_a_bolus_at_the_site_of_its_sampling() -> None:
    """Dose over area gives 25 mL/h after a puncture at L3 sampled at L4.

    The published 25.3 does not say over which time the area was taken: the whole area gives 25.1,
    that of the first day 25.2.
    """
    hours = tuple(step / 20 for step in range(20 * LONG_H // 4))
    exposure = exposed(given(50), hours)
    elapsed_h = (exposure.times_us - START_US) / US_PER_HOUR
    level = exposure.csf_mcg_per_ml[:, LEVELS.index("L4")]
    day = elapsed_h <= 24
    assert 50 / np.trapezoid(level, elapsed_h) == pytest.approx(25.1, abs=0.05)
    assert 50 / np.trapezoid(level[day], elapsed_h[day]) == pytest.approx(25.3, abs=0.15)


@pytest.mark.parametrize(
    ("dispersion", "ratio", "rounding"),
    [("330 cm2/h", 3.98, 0.005), ("170 cm2/h", 7.3, 0.05), ("660 cm2/h", 2.4, 0.05),
     ("110 cm2/h", 11.8, 0.05), ("990 cm2/h", 1.9, 0.05)],
)  # fmt: skip
def test_gradient_from_lumbar_fluid_to_cistern(dispersion: str, ratio: float, rounding: float) -> None:
    """The lumbar to cisternal ratio is 4 at the reference dispersion, and falls as it rises."""
    exposure = plateau("L1", 100, dispersion)
    assert l4_mcg_per_ml(exposure) / exposure.cistern_mcg_per_ml[-1] == pytest.approx(ratio, abs=rounding)


@pytest.mark.parametrize(
    ("therapy", "mcg_per_day", "plasma", "rounding"),
    [
        (adult(), 400, 2.1, 0.05),
        (child(10, 30, 138), 400, 2.75, 0.005),
        (child(6, 20, 115), 1199, 12.4, 0.05),
    ],
)
def test_plasma_under_a_pump(therapy: Therapy, mcg_per_day: float, plasma: float, rounding: float) -> None:
    """Plasma stays at a few ng/mL under an intrathecal infusion: the dose over the clearance."""
    infusion = Infusion(
        Site(Route.CATHETER, "T11"), START_US, START_US + LONG_H * US_PER_HOUR, mcg_per_day / 24
    )
    exposure = exposed(Delivery(infusions=(infusion,)), (LONG_H,), therapy)
    assert exposure.plasma_ng_per_ml[-1] == pytest.approx(plasma, abs=rounding)


def test_peak_in_the_cord_after_a_bolus() -> None:
    """After 50 mcg by puncture the legs' cord peaks at 117 ng/mL, 3.9 h later."""
    exposure = exposed(given(50), tuple(step / 20 for step in range(480)))
    peak = int(exposure.cord_legs_ng_per_ml.argmax())
    assert exposure.cord_legs_ng_per_ml[peak] == pytest.approx(117, abs=0.5)
    assert (exposure.times_us[peak] - START_US) / US_PER_HOUR == pytest.approx(3.9, abs=0.05)


@pytest.mark.parametrize(("hour", "percent"), [(6, 38), (8, 51), (24, 92), (36, 98)])
def test_an_infusion_fills_the_cord_over_a_day(hour: int, percent: float) -> None:
    """An infusion at T11 takes the legs' cord to 38, 51, 92, 98 % of its plateau in 6, 8, 24, 36 h."""
    cord = plateau("T11", 100).cord_legs_ng_per_ml
    assert 100 * cord[hour] / cord[-1] == pytest.approx(percent, abs=0.51)


@pytest.mark.parametrize(("hour", "percent"), [(6, 62), (12, 31), (18, 16), (24, 8)])
def test_the_cord_empties_within_a_day_of_a_stop(hour: int, percent: float) -> None:
    """After a stop the legs' cord falls to 62, 31, 16, 8 % in 6, 12, 18, 24 h."""
    cord = plateau("T11", 300).cord_legs_ng_per_ml
    infusion = Infusion(Site(Route.CATHETER, "T11"), START_US, START_US + LONG_H * US_PER_HOUR, 300 / 24)
    stopped = exposed(Delivery(infusions=(infusion,)), (LONG_H + 24,))
    assert 100 * stopped.cord_legs_ng_per_ml[LONG_H + hour] / cord[-1] == pytest.approx(percent, abs=0.51)


def test_oral_baclofen_of_a_child() -> None:
    """2 mg/kg/day in four doses: plasma 618 to 121, mean 305 ng/mL, peak at 0.75 h; lumbar fluid 35 to 37.

    The published peak and trough are met to 1 ng/mL (the model has 617.5 and 121.6).
    """
    mouth = Site(Route.MOUTH)
    doses = tuple(Dose(mouth, START_US + 6 * turn * US_PER_HOUR, 30 * 2000 / 4, 0.74) for turn in range(40))
    hours = tuple(234 + step / 100 for step in range(600))
    exposure = exposed(Delivery(doses=doses), hours, child(10, 30, 138))
    last = rows(exposure, hours)
    plasma = exposure.plasma_ng_per_ml[last]
    assert plasma.max() == pytest.approx(618, abs=1)
    assert plasma.min() == pytest.approx(121, abs=1)
    assert plasma.mean() == pytest.approx(305, abs=0.5)
    assert hours[int(plasma.argmax())] - 234 == pytest.approx(0.75, abs=0.011)
    lumbar = exposure.csf_mcg_per_ml[last, LEVELS.index("L4")].mean() * 1000
    assert 35 <= lumbar <= 37
    assert exposure.cistern_intrathecal_ng_per_ml is None


@pytest.mark.parametrize(
    ("age_y", "weight_kg", "height_cm"), [(4, 15, 100), (8, 23, 120), (12, 34, 140), (15, 40, 150)]
)
def test_children_clear_spinal_fluid_almost_like_adults(
    age_y: int, weight_kg: float, height_cm: float
) -> None:
    """From 4 to 15 y clearance is 24 to 27 mL/h, the gradient 3.2 to 5.6, the half-life 0.7 to 0.9 h.

    Weights are those of severe cerebral palsy; the claims are met to their last digit.
    """
    therapy = child(age_y, weight_kg, height_cm)
    infusion = Infusion(Site(Route.CATHETER, "L1"), START_US, START_US + LONG_H * US_PER_HOUR, 100 / 24)
    exposure = exposed(Delivery(infusions=(infusion,)), (LONG_H,), therapy)
    assert 23.5 <= 100 / 24 / l4_mcg_per_ml(exposure) < 27.5
    assert 3.15 <= l4_mcg_per_ml(exposure) / exposure.cistern_mcg_per_ml[-1] < 5.65
    assert 0.65 <= half_life_h(exposed(given(50), SAMPLES_H, therapy), SAMPLES_H) < 0.95


@pytest.mark.parametrize(("half_life", "above_300_h", "above_500_h"), [("9 h", 50, 43), ("24 h", 85, 67)])
def test_the_deep_brain_stays_loaded_after_a_dump(
    half_life: str, above_300_h: float, above_500_h: float
) -> None:
    """After 10 mg at T11 the cistern is above 300 and 500 ng/mL to 23 and 20 h, the deep brain for days."""
    hours = tuple(step / 10 for step in range(1000))
    dump = given(10_000, Site(Route.CATHETER, "T11"))
    exposure = exposed(dump, hours, adult({"deep_brain_half_life": half_life}))
    elapsed_h = (exposure.times_us - START_US) / US_PER_HOUR
    cistern = exposure.cistern_intrathecal_ng_per_ml
    assert cistern is not None
    assert elapsed_h[cistern > 300].max() == pytest.approx(23, abs=0.51)
    assert elapsed_h[cistern > 500].max() == pytest.approx(20, abs=0.51)
    assert elapsed_h[exposure.deep_brain_ng_per_ml > 300].max() == pytest.approx(above_300_h, abs=0.51)
    assert elapsed_h[exposure.deep_brain_ng_per_ml > 500].max() == pytest.approx(above_500_h, abs=0.51)
