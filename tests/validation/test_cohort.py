"""A cohort's levels are those that the body itself computes for the same patient."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from cisterna.body import expose
from cisterna.body.parameters import Covariates
from cisterna.body.population import Ages, draw_population, typical_patient
from cisterna.delivery import Delivery, Dose, Infusion
from cisterna.evidence import Settings
from cisterna.instants import US_PER_HOUR
from cisterna.therapy import LEVELS, Patient, Therapy
from cisterna.validation.cohort import MOUTH, PUNCTURE, Cohort, Grid, catheter

START_US = 1_772_000_000 * 1_000_000
ADULT = Therapy(patient=Patient(label="adult", born=date(1980, 1, 1)))


def typical() -> Cohort:
    """The reference adult, hour by hour for a day."""
    return Cohort((typical_patient(Settings(), Covariates(age_y=40)),), Settings(), Grid(1.0, 24))


@pytest.mark.parametrize("site", [PUNCTURE, catheter("T10"), MOUTH])
def test_levels_after_a_bolus_are_those_of_the_body(site: object) -> None:
    """A bolus of 50 mcg gives the exposure of the body, to rounding."""
    absorbed = 0.74 if site == MOUTH else 1.0
    dose = Delivery(doses=(Dose(site, START_US, 50.0, absorbed),))  # type: ignore[arg-type]
    exposure = expose(dose, ADULT, START_US, [START_US + 24 * US_PER_HOUR])
    levels = typical().after_bolus(site)  # type: ignore[arg-type]
    for simulated, expected in (
        (levels.legs, exposure.cord_legs_ng_per_ml),
        (levels.arms, exposure.cord_arms_ng_per_ml),
        (levels.cistern, exposure.cistern_mcg_per_ml * 1000),
        (levels.plasma, exposure.plasma_ng_per_ml),
        (levels.lumbar, exposure.csf_mcg_per_ml[:, LEVELS.index("L4")]),
    ):
        np.testing.assert_allclose(50 * simulated[0], expected, atol=1e-9 * expected.max())


def test_a_plateau_is_what_a_long_infusion_comes_to() -> None:
    """The solved plateau is the exposure after 60 days of the same rate."""
    hours = 60 * 24
    infusion = Infusion(catheter("T6"), START_US, START_US + hours * US_PER_HOUR, 100 / 24)
    exposure = expose(
        Delivery(infusions=(infusion,)), ADULT, START_US, [START_US + (hours - 1) * US_PER_HOUR]
    )
    levels = typical().under_infusion(catheter("T6"))
    row = int(np.searchsorted(exposure.times_us, START_US + (hours - 1) * US_PER_HOUR))
    assert 100 / 24 * levels.legs[0] == pytest.approx(exposure.cord_legs_ng_per_ml[row], rel=1e-9)
    assert 100 / 24 * levels.plasma[0] == pytest.approx(exposure.plasma_ng_per_ml[row], rel=1e-9)


def test_tolerance_is_that_of_the_body() -> None:
    """Months of treatment raise tolerance by the published law."""
    assert typical().tolerance(3.0)[0] == pytest.approx(1.69, abs=0.005)
    assert typical().tolerance(24.0)[0] == pytest.approx(3.09, abs=0.005)


def test_a_patient_has_the_same_levels_in_any_cohort() -> None:
    """Levels do not depend on who else is in the cohort, to the last digit."""
    drawn = draw_population(Settings(), Ages.CHILDREN, 3, [9])
    whole, alone = (Cohort(patients, Settings(), Grid(0.5, 4)) for patients in (drawn, drawn[2:]))
    assert (whole.after_bolus(PUNCTURE).legs[2] == alone.after_bolus(PUNCTURE).legs[0]).all()


def test_an_hour_off_the_grid_is_refused() -> None:
    """No level is read at an instant that was not computed."""
    with pytest.raises(ValueError, match="not an instant"):
        Grid(0.5, 48).at(0.7)
