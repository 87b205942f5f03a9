"""From a patient to the parameters of the model."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.body.parameters import (
    Covariates,
    fluid_production_share,
    parameters_of,
    renal_factor,
)
from cisterna.errors import BodyError
from cisterna.evidence import Settings
from cisterna.therapy import LEVELS

PUBLISHED = Settings()
CHILD = Covariates(age_y=8, weight_kg=21, height_cm=118)


def by_region(values: tuple[float, ...]) -> dict[str, float]:
    """Sums over sacral, lumbar, thoracic and cervical levels."""
    return {
        region: sum(value for level, value in zip(LEVELS, values, strict=True) if level[0] == region)
        for region in "SLTC"
    }


def test_the_reference_adult() -> None:
    """An adult without own measures has the published values, whole and by region."""
    adult = parameters_of(PUBLISHED, Covariates(age_y=16))
    volumes, lengths = by_region(adult.spine.level_volume_ml), by_region(adult.spine.level_length_cm)
    assert volumes == pytest.approx({"S": 44 * 0.12, "L": 44 * 0.88, "T": 34, "C": 19})
    assert lengths == pytest.approx({"S": 5, "L": 17.5, "T": 27.6, "C": 11.9})
    assert sum(adult.spine.cord_volume_ml) == pytest.approx(20)
    assert (adult.absorption_per_h, adult.cranial_absorption_ml_per_h) == (0.32, 21)
    assert (adult.clearance_ml_per_h, adult.central_volume_ml) == (8000, 21300)
    assert (adult.peripheral_volume_ml, adult.intercompartmental_ml_per_h) == (14600, 9600)
    assert adult.transit_rate_per_h == 2 / 0.389


def test_weight_does_not_change_the_reference_adult() -> None:
    """From 16 y on weight changes nothing; a stated height stretches the levels and nothing else."""
    reference = parameters_of(PUBLISHED, Covariates(age_y=40))
    heavy = parameters_of(PUBLISHED, Covariates(age_y=16, weight_kg=40))
    short = parameters_of(PUBLISHED, Covariates(age_y=40, height_cm=153))
    assert heavy == reference
    assert sum(short.spine.level_length_cm) == pytest.approx(62 * 0.9)
    assert short.spine.level_volume_ml == reference.spine.level_volume_ml
    assert short.clearance_ml_per_h == reference.clearance_ml_per_h


def test_a_child_follows_age_weight_and_height() -> None:
    """Fluid by class and weight, production by age, plasma by weight, lengths by height; D stays."""
    child = parameters_of(PUBLISHED, CHILD)
    fluid_ml = 1.24 * 1.38 * 21
    q = 0.64 + 0.36 * log(8 / 2) / log(7.5)
    assert sum(child.spine.level_volume_ml) == pytest.approx(fluid_ml)
    volumes = by_region(child.spine.level_volume_ml)
    assert (volumes["S"] + volumes["L"]) / volumes["T"] == pytest.approx(44 / 34)
    assert volumes["C"] / volumes["T"] == pytest.approx(19 / 34)
    assert sum(child.spine.level_length_cm) == pytest.approx(62 * 118 / 170)
    assert sum(child.spine.cord_volume_ml) == pytest.approx(20 * fluid_ml / 97)
    assert child.absorption_per_h == pytest.approx(0.32 * q * 97 / fluid_ml)
    assert child.cranial_absorption_ml_per_h == pytest.approx(21 * q)
    assert child.clearance_ml_per_h == pytest.approx(202 * 21)
    assert child.central_volume_ml == pytest.approx(510 * 21)
    assert child.peripheral_volume_ml == pytest.approx(349 * 21)
    assert child.intercompartmental_ml_per_h == pytest.approx(95 * 21)
    assert child.dispersion_cm2_per_h == 330
    assert (child.cistern_volume_ml, child.cranial_volume_ml) == (25, 100)


@pytest.mark.parametrize(
    ("age_y", "ml_per_kg"), [(2, 1.82), (5, 1.82), (6, 1.38), (11, 1.38), (12, 1.05), (15, 1.05)]
)
def test_age_classes(age_y: int, ml_per_kg: float) -> None:
    """Fluid per weight steps at 6 and 12 y, and the adult begins at 16 y."""
    child = parameters_of(PUBLISHED, Covariates(age_y=age_y, weight_kg=30, height_cm=130))
    assert sum(child.spine.level_volume_ml) == pytest.approx(1.24 * ml_per_kg * 30)


@given(age_y=st.floats(2, 90))
def test_fluid_production_rises_to_one(age_y: float) -> None:
    """Production runs from 0.64 at 2 y to 1 at 15 y, by the logarithm of age, and stays."""
    expected = min(1.0, 0.64 + 0.36 * log(age_y / 2) / log(7.5))
    assert fluid_production_share(PUBLISHED, age_y) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("filtration", "factor"),
    [
        (None, 1),
        (100, 1),
        (120, 1.13),
        (80, 0.87),
        (79.9, 2 / 3),
        (50, 2 / 3),
        (49.9, 0.5),
        (30, 0.5),
        (29.9, 1 / 3),
        (5, 1 / 3),
    ],
)
def test_kidney(filtration: float | None, factor: float) -> None:
    """The linear law from 80 mL/min up, the published factors 2/3, 1/2, 1/3 by grade below."""
    assert renal_factor(PUBLISHED, filtration) == pytest.approx(factor)
    adult = parameters_of(PUBLISHED, Covariates(age_y=40, filtration=filtration))
    assert adult.clearance_ml_per_h == pytest.approx(8000 * factor)


def test_under_two_years_the_model_is_not_defined() -> None:
    """A child under 2 y is refused, with what is allowed and what to do."""
    with pytest.raises(BodyError, match=r"patient\.born: found an age of 1 y; allowed: at least 2 y"):
        parameters_of(PUBLISHED, Covariates(age_y=1, weight_kg=9, height_cm=75))


def test_a_child_without_weight_and_height_is_refused() -> None:
    """Both missing measures of a child are named at once; the adult needs neither."""
    with pytest.raises(BodyError) as refused:
        parameters_of(PUBLISHED, Covariates(age_y=15))
    assert [fault.where for fault in refused.value.faults] == ["patient.weight", "patient.height"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("csf_dispersion", "0 cm2/h"),
        ("transit_time", "0 h"),
        ("adult_central_volume", "0 L"),
        ("sacral_share", "1 fraction"),
        ("sacral_share", "0 fraction"),
        ("transit_steps", "1.5 count"),
        ("renal_reduction_mild", "1.5 fraction"),
    ],
)
def test_settings_outside_what_the_model_takes(name: str, text: str) -> None:
    """A setting for which the equations have no meaning is refused by its name, never used."""
    with pytest.raises(BodyError, match=rf"parameters\.{name}: found"):
        parameters_of(Settings.of({name: text}), Covariates(age_y=40, filtration=60))


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("ke0", "0.2 1/h", "cord_exchange_per_h", 0.2),
        ("csf_dispersion", "110 cm2/h", "dispersion_cm2_per_h", 110),
        ("spinal_absorption", "0.4 1/h", "absorption_per_h", 0.4),
        ("cranial_absorption", "24 mL/h", "cranial_absorption_ml_per_h", 24),
        ("cistern_cranial_mixing", "30 mL/h", "mixing_ml_per_h", 30),
        ("cord_partition", "2 ratio", "cord_partition", 2),
        ("csf_plasma_partition", "0.2 ratio", "csf_plasma_partition", 0.2),
        ("adult_clearance", "5 L/h", "clearance_ml_per_h", 5000),
        ("transit_steps", "3 count", "transit_rate_per_h", 3 / 0.389),
        ("skin_absorption_rate", "0.2 1/h", "skin_absorption_per_h", 0.2),
        ("deep_brain_half_life", "24 h", "deep_brain_rate_per_h", log(2) / 24),
        ("cistern_volume", "30 mL", "cistern_volume_ml", 30),
    ],
)
def test_every_parameter_can_be_set(name: str, text: str, field: str, value: float) -> None:
    """An override of the therapy reaches the parameter that it names."""
    adult = parameters_of(Settings.of({name: text}), Covariates(age_y=40))
    assert getattr(adult, field) == pytest.approx(value)
    assert getattr(adult, field) != getattr(parameters_of(PUBLISHED, Covariates(age_y=40)), field)
