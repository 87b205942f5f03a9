"""Numbers of the model and of its cohorts read back in the terms of the publication.

Most of these rows were entered as parameters: they show that nothing was lost on the way, and are
no check of the model.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cisterna.body.anatomy import region_of
from cisterna.body.parameters import (
    Covariates,
    Parameters,
    fluid_production_share,
    parameters_of,
    renal_factor,
    share_of,
)
from cisterna.body.population import VirtualPatient
from cisterna.therapy import LEVELS
from cisterna.validation.bench import Bench, Outcome, untreated
from cisterna.validation.cohort import MOUTH
from cisterna.validation.scenario import Scenario

__all__ = [
    "age_at_implant",
    "cream_share",
    "fluid_production",
    "fluid_production_share_of_child",
    "lumbosacral_fluid",
    "lumbosacral_fluid_per_weight",
    "male_share",
    "oral_availability",
    "oral_central_volume",
    "oral_clearance",
    "oral_clearance_per_weight",
    "oral_half_life",
    "oral_peak_time",
    "oral_rate_constant",
    "oral_renal_clearance",
    "oral_volume_per_weight",
    "patch_permeation",
    "renal_reduction",
    "score_before",
    "solution_permeation",
    "spinal_fluid",
    "thoracolumbosacral_fluid_per_weight",
    "transit_time",
    "urine_share",
    "wheeled_share",
]

Floats = NDArray[np.float64]
_MINUTES_AN_HOUR = 60.0
_ML_PER_L = 1000.0
_WEIGHT_KG, _HEIGHT_CM = 20.0, 115.0  # values per weight do not depend on them


def spinal_fluid(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Fluid of the whole spine in mL."""
    return Outcome(_fluid_ml(_typical(bench, scenario).parameters, "SLTC"))


def lumbosacral_fluid(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Fluid beside the lumbar and sacral levels in mL."""
    return Outcome(_fluid_ml(_typical(bench, scenario).parameters, "SL"))


def lumbosacral_fluid_per_weight(
    bench: Bench,
    scenario: Scenario,
    stream: np.random.Generator,  # noqa: ARG001
) -> Outcome:
    """Fluid beside the lumbar and sacral levels of a child of ``age_y`` in mL/kg."""
    return Outcome(_fluid_ml(_child(bench, scenario), "SL") / _WEIGHT_KG)


def thoracolumbosacral_fluid_per_weight(
    bench: Bench,
    scenario: Scenario,
    stream: np.random.Generator,  # noqa: ARG001
) -> Outcome:
    """Fluid beside the thoracic, lumbar and sacral levels of a child of ``age_y`` in mL/kg."""
    return Outcome(_fluid_ml(_child(bench, scenario), "SLT") / _WEIGHT_KG)


def fluid_production(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Production of spinal fluid in mL/h: the bulk flow out of the cranial fluid."""
    return Outcome(_typical(bench, scenario).parameters.cranial_absorption_ml_per_h)


def fluid_production_share_of_child(
    bench: Bench,
    scenario: Scenario,
    stream: np.random.Generator,  # noqa: ARG001
) -> Outcome:
    """Production of spinal fluid at ``age_y`` as a share of the adult's."""
    return Outcome(fluid_production_share(bench.settings, scenario.age_y))


def oral_clearance_per_weight(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Clearance over bioavailability in L/h/kg."""
    patient = _typical(bench, scenario)
    litres = patient.parameters.clearance_ml_per_h / _ML_PER_L / _weight_kg(patient)
    return Outcome(litres / patient.oral_bioavailability)


def oral_volume_per_weight(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Volume of distribution at the plateau over bioavailability in L/kg."""
    patient = _typical(bench, scenario)
    both_ml = patient.parameters.central_volume_ml + patient.parameters.peripheral_volume_ml
    return Outcome(both_ml / _ML_PER_L / _weight_kg(patient) / patient.oral_bioavailability)


def transit_time(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Mean transit time through the gut in hours."""
    parameters = _typical(bench, scenario).parameters
    return Outcome(parameters.transit_steps / parameters.transit_rate_per_h)


def oral_half_life(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Half-life in plasma in hours from the slope between the ``hours`` after a dose by mouth."""
    return Outcome(float(np.log(2)) / _slope(bench, scenario))


def oral_rate_constant(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Rate constant in plasma in 1/h from the slope between the ``hours`` after a dose by mouth."""
    return Outcome(_slope(bench, scenario))


def oral_peak_time(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Hours from a dose by mouth to the highest plasma level."""
    cohort = bench.cohort(scenario)
    return Outcome(float(cohort.grid.hours[cohort.after_bolus(MOUTH).plasma[0].argmax()]))


def oral_clearance(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Clearance over bioavailability in mL/min."""
    return Outcome(_oral_clearance(_typical(bench, scenario)))


def oral_renal_clearance(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """The renal share of the clearance over bioavailability in mL/min."""
    return Outcome(_oral_clearance(_typical(bench, scenario)) * share_of(bench.settings, "renal_fraction"))


def oral_central_volume(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Central volume over bioavailability in L."""
    patient = _typical(bench, scenario)
    return Outcome(patient.parameters.central_volume_ml / _ML_PER_L / patient.oral_bioavailability)


def oral_availability(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Bioavailability by mouth in per cent."""
    return Outcome(100.0 * _typical(bench, scenario).oral_bioavailability)


def urine_share(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Share of an oral dose in urine in per cent: what is absorbed, times the renal share."""
    absorbed = _typical(bench, scenario).oral_bioavailability
    return Outcome(100.0 * absorbed * share_of(bench.settings, "renal_fraction"))


def renal_reduction(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Fall of the clearance in per cent at a filtration of ``level`` mL/min per 1.73 square metres."""
    return Outcome(100.0 * (1.0 - renal_factor(bench.settings, scenario.level)))


def solution_permeation(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Drug through skin from a solution in ``hours`` in mcg per square centimetre."""
    return Outcome(bench.value("skin_flux_solution", "mcg/cm2/h") * scenario.hours[0])


def patch_permeation(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Drug through skin from a nanosuspension microneedle patch in ``hours`` in mcg per square centimetre."""
    return Outcome(bench.value("skin_flux_nanosuspension_microneedle", "mcg/cm2/h") * scenario.hours[0])


def cream_share(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Share of the drug in a cream that passes the skin in per cent."""
    return Outcome(100.0 * share_of(bench.settings, "cream_bioavailability"))


def age_at_implant(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Mean age of the group in years; ages are drawn exactly and count in completed years."""
    ages = np.array([patient.covariates.age_y for patient in bench.cohort(scenario).patients])
    return Outcome.mean_of(ages + 0.5)


def male_share(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Share of males in the group in per cent."""
    return Outcome.percent_of(_flags(patient.male for patient in bench.cohort(scenario).patients))


def wheeled_share(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Share of the group at GMFCS level IV or V, which is wheeled mobility, in per cent."""
    return Outcome.percent_of(
        _flags(patient.level in {"IV", "V"} for patient in bench.cohort(scenario).patients)
    )


def score_before(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:
    """Mean score without treatment as it is drawn."""
    return Outcome.mean_of(untreated(scenario, bench.cohort(scenario).size, stream))


def _typical(bench: Bench, scenario: Scenario) -> VirtualPatient:
    return bench.cohort(scenario).patients[0]


def _child(bench: Bench, scenario: Scenario) -> Parameters:
    covariates = Covariates(age_y=scenario.age_y, weight_kg=_WEIGHT_KG, height_cm=_HEIGHT_CM)
    return parameters_of(bench.settings, covariates)


def _weight_kg(patient: VirtualPatient) -> float:
    assert patient.covariates.weight_kg is not None  # noqa: S101  # the typical child states it
    return patient.covariates.weight_kg


def _fluid_ml(parameters: Parameters, regions: str) -> float:
    """Fluid beside the levels whose names begin with one of ``regions``."""
    volumes = zip(LEVELS, parameters.spine.level_volume_ml, strict=True)
    return sum(volume for level, volume in volumes if region_of(level)[0].upper() in regions)


def _oral_clearance(patient: VirtualPatient) -> float:
    return patient.parameters.clearance_ml_per_h / patient.oral_bioavailability / _MINUTES_AN_HOUR


def _slope(bench: Bench, scenario: Scenario) -> float:
    cohort = bench.cohort(scenario)
    first, last = (cohort.grid.at(hour) for hour in (scenario.hours[0], scenario.hours[-1]))
    plasma = cohort.after_bolus(MOUTH).plasma[0, first : last + 1]
    return -float(np.polyfit(cohort.grid.hours[first : last + 1], np.log(plasma), 1)[0])


def _flags(values: Iterable[bool]) -> NDArray[np.bool_]:
    return np.fromiter(values, dtype=np.bool_)
