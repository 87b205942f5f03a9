"""Virtual populations: their spreads are the published ones, and a patient depends on the seed alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cisterna.body.parameters import Covariates, parameters_of
from cisterna.body.population import Ages, draw_population, lognormal_sigma, typical_patient
from cisterna.errors import BodyError, EvidenceError
from cisterna.evidence import Settings, number

SETTINGS = Settings()


@given(
    seed=st.integers(0, 2**31), few=st.integers(1, 4), more=st.integers(5, 8), ages=st.sampled_from([*Ages])
)
@settings(max_examples=25, deadline=None)
def test_a_patient_does_not_depend_on_the_others(seed: int, few: int, more: int, ages: Ages) -> None:
    """The first patients of a longer draw are those of a shorter one: drawing can be shared out."""
    assert draw_population(SETTINGS, ages, more, [seed])[:few] == draw_population(SETTINGS, ages, few, [seed])


def test_another_seed_draws_others() -> None:
    """Two seeds have no patient in common."""
    one, two = (draw_population(SETTINGS, Ages.ADULTS, 20, [seed]) for seed in (1, 2))
    assert not {patient.sensitivity for patient in one} & {patient.sensitivity for patient in two}


def test_spreads_are_the_published_ones() -> None:
    """Medians are the typical values and standard deviations of logarithms those of the published CVs."""
    adults = draw_population(SETTINGS, Ages.ADULTS, 4000, [5])
    for name, drawn, typical in (
        ("csf_dispersion", [each.parameters.dispersion_cm2_per_h for each in adults], 330.0),
        ("spinal_absorption", [each.parameters.absorption_per_h for each in adults], 0.32),
        ("ke0", [each.parameters.cord_exchange_per_h for each in adults], 0.13),
        ("tone_ec50", [each.sensitivity for each in adults], 1.0),
        ("tolerance_gain", [each.tolerance_gain for each in adults], 2.2),
        ("sedation_threshold", [each.sedation_sensitivity for each in adults], 1.0),
    ):
        logs = np.log(drawn)
        sigma = lognormal_sigma(number(name))
        assert np.median(logs) == pytest.approx(np.log(typical), abs=5 * sigma / np.sqrt(4000))
        assert logs.std() == pytest.approx(sigma, rel=0.05)


def test_adults_have_the_anatomy_of_the_reference_adult() -> None:
    """Only what has a published spread varies."""
    typical = parameters_of(SETTINGS, Covariates(age_y=16))
    for patient in draw_population(SETTINGS, Ages.ADULTS, 5, [1]):
        assert patient.parameters.spine == typical.spine
        assert patient.parameters.cistern_volume_ml == typical.cistern_volume_ml


def test_ages_of_treated_people() -> None:
    """All ages have the published mean and range; children stay below the adult age, with own sizes."""
    everybody = draw_population(SETTINGS, Ages.ALL, 3000, [3])
    ages = np.array([patient.covariates.age_y for patient in everybody])
    assert ages.mean() + 0.5 == pytest.approx(12.67, abs=0.6)
    assert ages.min() >= 3
    assert ages.max() <= 40
    children = draw_population(SETTINGS, Ages.CHILDREN, 500, [3])
    assert max(patient.covariates.age_y for patient in children) == 15
    weights = [patient.covariates.weight_kg for patient in children]
    assert all(weight is not None and 10 < weight < 50 for weight in weights)


def test_no_share_above_one_is_drawn() -> None:
    """More than all of a tablet is never absorbed."""
    adults = draw_population(SETTINGS, Ages.ADULTS, 500, [1])
    assert max(patient.oral_bioavailability for patient in adults) <= 1


def test_an_empty_population_is_refused() -> None:
    """Nobody is no population."""
    with pytest.raises(BodyError, match="at least one patient"):
        draw_population(SETTINGS, Ages.ADULTS, 0, [1])


def test_a_number_without_a_spread_cannot_be_drawn() -> None:
    """The error names the number and what is needed."""
    with pytest.raises(EvidenceError, match="cord_partition"):
        lognormal_sigma(number("cord_partition"))


def test_the_typical_patient_has_typical_values() -> None:
    """Nothing of the typical patient is drawn."""
    patient = typical_patient(SETTINGS, Covariates(age_y=40))
    assert patient.parameters == parameters_of(SETTINGS, Covariates(age_y=40))
    assert patient.sensitivity == patient.sedation_sensitivity == 1.0
