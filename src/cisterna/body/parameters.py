"""From a patient and the evidence to the parameters of the model.

Adults, from ``adult_age`` on, have the values of the reference adult. A child's spinal fluid follows
body weight by age class, its production follows age, the plasma values follow weight; level lengths
follow height. All are asked for by name, so that a therapy can set them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from cisterna.body.anatomy import CORD_LEVELS, Spine, region_of
from cisterna.errors import BodyError, Fault
from cisterna.evidence import Settings
from cisterna.therapy.levels import LEVELS
from cisterna.units import decimal_text

__all__ = [
    "Covariates",
    "Parameters",
    "fluid_production_share",
    "parameters_of",
    "positive",
    "renal_factor",
    "share_of",
    "whole",
]


@dataclass(frozen=True, kw_only=True)
class Covariates:
    """What the parameters of one patient depend on; age is in completed years.

    ``filtration`` is the eGFR in mL/min per 1.73 square metres, absent where it is normal.
    """

    age_y: int
    weight_kg: float | None = None
    height_cm: float | None = None
    filtration: float | None = None


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Everything that the rate matrix is made of, for a time during which it is constant."""

    spine: Spine
    cistern_volume_ml: float
    cranial_volume_ml: float
    dispersion_cm2_per_h: float
    absorption_per_h: float
    cranial_absorption_ml_per_h: float
    mixing_ml_per_h: float
    cord_exchange_per_h: float
    cord_partition: float
    csf_plasma_partition: float
    clearance_ml_per_h: float
    central_volume_ml: float
    peripheral_volume_ml: float
    intercompartmental_ml_per_h: float
    transit_rate_per_h: float
    transit_steps: int
    skin_absorption_per_h: float
    deep_brain_rate_per_h: float


def parameters_of(settings: Settings, patient: Covariates) -> Parameters:
    """Parameters of one patient; :class:`~cisterna.errors.BodyError` where the model has none.

    >>> child = Covariates(age_y=8, weight_kg=21, height_cm=118)
    >>> round(sum(parameters_of(Settings(), child).spine.level_volume_ml), 1)
    35.9
    """
    faults = tuple(_faults(settings, patient))
    if faults:
        raise BodyError(*faults)
    adult = patient.age_y >= settings.value("adult_age", "y")
    production = 1.0 if adult else fluid_production_share(settings, patient.age_y)
    fluid_ml = None if adult else _child_fluid_ml(settings, patient)
    reference_ml = settings.value("spinal_fluid_volume", "mL")
    scarcity = 1.0 if fluid_ml is None else reference_ml / fluid_ml
    clearance, central, peripheral, between = _plasma(settings, None if adult else patient.weight_kg)
    steps = whole(settings, "transit_steps", "count")
    return Parameters(
        spine=_spine(settings, fluid_ml, patient.height_cm),
        cistern_volume_ml=positive(settings, "cistern_volume", "mL"),
        cranial_volume_ml=positive(settings, "cranial_volume", "mL"),
        dispersion_cm2_per_h=positive(settings, "csf_dispersion", "cm2/h"),
        absorption_per_h=settings.value("spinal_absorption", "1/h") * production * scarcity,
        cranial_absorption_ml_per_h=settings.value("cranial_absorption", "mL/h") * production,
        mixing_ml_per_h=settings.value("cistern_cranial_mixing", "mL/h"),
        cord_exchange_per_h=settings.value("ke0", "1/h"),
        cord_partition=positive(settings, "cord_partition", "ratio"),
        csf_plasma_partition=settings.value("csf_plasma_partition", "ratio"),
        clearance_ml_per_h=clearance * renal_factor(settings, patient.filtration),
        central_volume_ml=central,
        peripheral_volume_ml=peripheral,
        intercompartmental_ml_per_h=between,
        transit_rate_per_h=steps / positive(settings, "transit_time", "h"),
        transit_steps=steps,
        skin_absorption_per_h=settings.value("skin_absorption_rate", "1/h"),
        deep_brain_rate_per_h=log(2) / positive(settings, "deep_brain_half_life", "h"),
    )


def fluid_production_share(settings: Settings, age_y: float) -> float:
    """Production of spinal fluid at an age as a share of the adult's, q(age).

    It rises with the logarithm of age from the published share at the lower age to 1 at the upper
    one, and stays there.

    >>> fluid_production_share(Settings(), 2), fluid_production_share(Settings(), 15)
    (0.64, 1.0)
    """
    low_age = settings.value("fluid_production_low_age", "y")
    full_age = settings.value("fluid_production_full_age", "y")
    if age_y >= full_age:
        return 1.0
    low = share_of(settings, "fluid_production_at_low_age")
    return low + (1 - low) * log(age_y / low_age) / log(full_age / low_age)


def renal_factor(settings: Settings, filtration: float | None) -> float:
    """Clearance as a share of that at normal kidney function.

    The linear law holds from 80 mL/min/1.73m2 up; below, the published factors by grade of
    impairment take its place. An unknown filtration is taken as normal.

    >>> [round(renal_factor(Settings(), rate), 3) for rate in (100, 80, 79.9, 49, 29)]
    [1.0, 0.87, 0.667, 0.5, 0.333]
    """
    unit = "mL/min/1.73m2"
    if filtration is None:
        return 1.0
    for grade in ("severe", "moderate", "mild"):
        if filtration < settings.value(f"renal_{grade}_below", unit):
            return 1.0 - share_of(settings, f"renal_reduction_{grade}")
    renal = share_of(settings, "renal_fraction")
    return 1.0 - renal + renal * filtration / positive(settings, "normal_filtration_rate", unit)


def _faults(settings: Settings, patient: Covariates) -> Iterator[Fault]:
    least = settings.value("minimum_model_age", "y")
    if patient.age_y < least:
        yield Fault(
            where="patient.born",
            found=f"an age of {patient.age_y} y",
            allowed=f"at least {decimal_text(least)} y, where the model of the body begins",
            remedy="simulate only from that birthday on",
        )
    if patient.age_y < settings.value("adult_age", "y"):
        for what, value, example in (
            ("weight", patient.weight_kg, "21 kg"),
            ("height", patient.height_cm, "118 cm"),
        ):
            if value is None:
                yield Fault(
                    where=f"patient.{what}",
                    found="nothing",
                    allowed=f"the {what} of a child of {patient.age_y} y",
                    remedy=f'add {what} = "{example}" with the patient\'s own value',
                )
    for what, value in (("weight", patient.weight_kg), ("height", patient.height_cm)):
        if value is not None and not value > 0:
            yield Fault(
                where=f"patient.{what}",
                found=decimal_text(value),
                allowed=f"a {what} above 0",
                remedy="correct it",
            )


def positive(settings: Settings, name: str, unit: str) -> float:
    """Value of a number that must lie above 0; :class:`~cisterna.errors.BodyError` where it does not."""
    value = settings.value(name, unit)
    if value > 0:
        return value
    raise _refused(name, f"{decimal_text(value)} {unit}", "a value above 0")


def share_of(settings: Settings, name: str) -> float:
    """Value of a number that is a share; :class:`~cisterna.errors.BodyError` where it is above 1.

    >>> share_of(Settings(), "oral_bioavailability")
    0.74
    """
    value = settings.value(name, "fraction")
    if 0 <= value <= 1:
        return value
    raise _refused(name, decimal_text(value), "a share from 0 to 1")


def whole(settings: Settings, name: str, unit: str) -> int:
    """Value of a number that counts; :class:`~cisterna.errors.BodyError` where it is not whole.

    >>> whole(Settings(), "transit_steps", "count")
    2
    """
    value = settings.value(name, unit)
    if value >= 1 and value == int(value):
        return int(value)
    raise _refused(name, f"{decimal_text(value)} {unit}", f"a whole number of {unit}, at least 1")


def _refused(name: str, found: str, allowed: str) -> BodyError:
    where = f"parameters.{name}"
    return BodyError(Fault(where=where, found=found, allowed=allowed, remedy="correct it or leave it out"))


def _fluid_per_weight(settings: Settings, age_y: int) -> float:
    for age_class, begins in (("adolescent", "adolescent_age"), ("school", "school_age")):
        if age_y >= settings.value(begins, "y"):
            return positive(settings, f"fluid_per_weight_{age_class}", "mL/kg")
    return positive(settings, "fluid_per_weight_preschool", "mL/kg")


def _child_fluid_ml(settings: Settings, patient: Covariates) -> float:
    assert patient.weight_kg is not None  # noqa: S101  # a child without weight was refused above
    whole_spine = positive(settings, "spinal_over_thoracolumbosacral_fluid", "ratio")
    return whole_spine * _fluid_per_weight(settings, patient.age_y) * patient.weight_kg


def _plasma(settings: Settings, child_weight_kg: float | None) -> tuple[float, float, float, float]:
    """Clearance, central and peripheral volume and the exchange between them, in mL and hours."""
    names = ("clearance", "central_volume", "peripheral_volume", "intercompartmental_clearance")
    units = ("mL/h", "mL", "mL", "mL/h")
    if child_weight_kg is None:
        values = [positive(settings, f"adult_{name}", unit) for name, unit in zip(names, units, strict=True)]
    else:
        values = [
            positive(settings, f"{name}_per_weight", f"{unit}/kg") * child_weight_kg
            for name, unit in zip(names, units, strict=True)
        ]
    clearance, central, peripheral, between = values
    return clearance, central, peripheral, between


def _spine(settings: Settings, fluid_ml: float | None, height_cm: float | None) -> Spine:
    """Lengths follow height, volumes the spinal fluid, split as in the reference adult."""
    stretch = 1.0 if height_cm is None else height_cm / positive(settings, "reference_height", "cm")
    lumbosacral, thoracic, cervical = (
        positive(settings, f"{region}_fluid_volume", "mL")
        for region in ("lumbosacral", "thoracic", "cervical")
    )
    own_ml = lumbosacral + thoracic + cervical
    scale = 1.0 if fluid_ml is None else fluid_ml / own_ml
    sacral = share_of(settings, "sacral_share")
    if sacral in {0.0, 1.0}:
        raise _refused("sacral_share", decimal_text(sacral), "a share between 0 and 1, without the two")
    of_region = {
        "sacral": lumbosacral * sacral,
        "lumbar": lumbosacral * (1 - sacral),
        "thoracic": thoracic,
        "cervical": cervical,
    }
    regions = [region_of(level) for level in LEVELS]
    length = {region: positive(settings, f"{region}_level_length", "cm") for region in of_region}
    cord_ml = (
        positive(settings, "cord_volume", "mL")
        * (own_ml * scale)
        / positive(settings, "spinal_fluid_volume", "mL")
    )
    cord_lengths = [length[region_of(level)] for level in CORD_LEVELS]
    return Spine(
        level_length_cm=tuple(length[region] * stretch for region in regions),
        level_volume_ml=tuple(of_region[region] * scale / regions.count(region) for region in regions),
        cord_volume_ml=tuple(cord_ml * own / sum(cord_lengths) for own in cord_lengths),
    )
