"""Virtual patients, drawn from the published spreads of the evidence.

A positive quantity with a coefficient of variation is lognormal around its typical value, which is
the median. Each patient has a random stream of its own, named by the seed and the patient's place,
so that a patient does not depend on how many others are drawn or on who draws them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import exp, floor, log, sqrt

import numpy as np

from cisterna.body.parameters import Covariates, Parameters, parameters_of, share_of
from cisterna.errors import BodyError, EvidenceError, Fault
from cisterna.evidence import Number, Settings
from cisterna.evidence.values import Spread

__all__ = [
    "Ages",
    "TypicalSize",
    "VirtualPatient",
    "draw_patient",
    "draw_population",
    "drawn_settings",
    "lognormal_sigma",
    "typical_patient",
    "typical_size",
]


class Ages(StrEnum):
    """Whom a population is drawn from.

    ``adults``: the reference adult. ``children``: children treated for cerebral palsy, up to the
    age of the reference adult. ``all ages``: the published mix of ages at implant, adults included.
    """

    ADULTS = "adults"
    CHILDREN = "children"
    ALL = "all ages"


@dataclass(frozen=True, kw_only=True)
class VirtualPatient:
    """One patient of a virtual population.

    ``parameters`` are the patient's own. ``sensitivity`` multiplies the half-effect concentrations
    of legs, arms and H-reflex alike; ``sedation_sensitivity`` multiplies the threshold of
    somnolence. ``level`` is the GMFCS level, absent for the reference
    adult and the typical patient; no number of the model depends on ``male``.
    """

    covariates: Covariates
    level: str | None
    male: bool
    parameters: Parameters
    sensitivity: float
    tolerance_gain: float
    sedation_sensitivity: float
    oral_bioavailability: float


def draw_population(
    settings: Settings, ages: Ages, count: int, seed: Sequence[int]
) -> tuple[VirtualPatient, ...]:
    """Draw ``count`` patients; the first ones of a longer draw with the same seed are the same.

    Raises :class:`~cisterna.errors.BodyError` where the population would be empty.

    >>> few, more = (draw_population(Settings(), Ages.CHILDREN, count, [7]) for count in (2, 3))
    >>> few == more[:2]
    True
    """
    if count < 1:
        raise BodyError(
            Fault(
                where="population",
                found=f"{count} patients",
                allowed="at least one patient",
                remedy="name how many are to be drawn",
            )
        )
    return tuple(
        draw_patient(settings, ages, np.random.default_rng([*seed, place])) for place in range(count)
    )


def draw_patient(settings: Settings, ages: Ages, stream: np.random.Generator) -> VirtualPatient:
    """Draw one patient from ``stream``."""
    draw = _Draw(settings, stream)
    level = draw.level() if ages is not Ages.ADULTS else None
    covariates = draw.covariates(ages, level)
    typical = parameters_of(settings, covariates)
    if covariates.age_y >= settings.value("adult_age", "y"):
        suffix = ("adult_clearance", "adult_central_volume", "adult_peripheral_volume")
    else:
        suffix = ("clearance_per_weight", "central_volume_per_weight", "peripheral_volume_per_weight")
    clearance, central, peripheral = (draw.factor(name) for name in suffix)
    own = replace(
        typical,
        dispersion_cm2_per_h=typical.dispersion_cm2_per_h * draw.factor("csf_dispersion"),
        absorption_per_h=typical.absorption_per_h * draw.factor("spinal_absorption"),
        cord_exchange_per_h=typical.cord_exchange_per_h * draw.factor("ke0"),
        clearance_ml_per_h=typical.clearance_ml_per_h * clearance,
        central_volume_ml=typical.central_volume_ml * central,
        peripheral_volume_ml=typical.peripheral_volume_ml * peripheral,
        transit_rate_per_h=typical.transit_rate_per_h / draw.factor("transit_time"),
    )
    return VirtualPatient(
        covariates=covariates,
        level=level,
        male=draw.male(),
        parameters=own,
        sensitivity=draw.factor("tone_ec50"),
        tolerance_gain=settings.value("tolerance_gain", "ratio") * draw.factor("tolerance_gain"),
        sedation_sensitivity=draw.factor("sedation_threshold"),
        oral_bioavailability=draw.share("oral_bioavailability"),
    )


_VARY_TOGETHER: tuple[tuple[str, ...], ...] = (
    ("csf_dispersion",),
    ("spinal_absorption",),
    ("ke0",),
    ("adult_clearance", "clearance_per_weight"),
    ("adult_central_volume", "central_volume_per_weight"),
    ("adult_peripheral_volume", "peripheral_volume_per_weight"),
    ("transit_time",),
    ("tone_ec50", "h_reflex_ec50"),
    ("tolerance_gain",),
    ("sedation_threshold",),
    ("oral_bioavailability",),
)
"""What varies from patient to patient; numbers in one row are one quantity of a patient."""


def drawn_settings(settings: Settings, stream: np.random.Generator) -> Settings:
    """The numbers as they might be for one patient of known size: each drawn around its typical value.

    What the settings of the therapy state is the patient's own and stays.

    >>> drawn = drawn_settings(Settings.of({"ke0": "0.2 1/h"}), np.random.default_rng(7))
    >>> drawn.value("ke0", "1/h"), drawn.value("tone_ec50", "ng/mL") == Settings().value("tone_ec50", "ng/mL")
    (0.2, False)
    """
    overrides: dict[str, Number] = {}
    for together in _VARY_TOGETHER:
        deviation = stream.standard_normal()
        for name in together:
            typical = settings.number(name)
            value = (typical.value or 0.0) * exp(lognormal_sigma(typical) * deviation)
            overrides[name] = replace(typical, value=value, low=None, high=None)
    share = overrides["oral_bioavailability"]
    while (share.value or 0.0) > 1:
        value = share_of(settings, share.name) * exp(lognormal_sigma(share) * stream.standard_normal())
        share = replace(share, value=value)
    return Settings(overrides | {"oral_bioavailability": share} | dict(settings.overrides))


def typical_patient(settings: Settings, covariates: Covariates) -> VirtualPatient:
    """The patient with the typical value of everything that varies."""
    return VirtualPatient(
        covariates=covariates,
        level=None,
        male=True,
        parameters=parameters_of(settings, covariates),
        sensitivity=1.0,
        tolerance_gain=settings.value("tolerance_gain", "ratio"),
        sedation_sensitivity=1.0,
        oral_bioavailability=share_of(settings, "oral_bioavailability"),
    )


@dataclass(frozen=True, kw_only=True)
class TypicalSize:
    """Weight and height of a child of one age, and the numbers at 8 years that they come from."""

    weight_kg: float
    height_cm: float
    weight: Number
    height: Number


def typical_size(settings: Settings, age_y: float, level: str | None) -> TypicalSize:
    """Typical size of a child with cerebral palsy, from those at 8 and 12 years, exponential in age.

    ``level`` is the GMFCS level, taken as IV where it is not known; weights are published for III (taken for
    I to III), IV and V.

    >>> size = typical_size(Settings(), 8, "IV")
    >>> size.weight_kg, size.height_cm
    (20.0, 120.0)
    """
    published = {"IV": "4", "V": "5"}.get(level or "IV", "3")
    weights = [settings.number(f"weight_{at}_y_gmfcs_{published}") for at in (8, 12)]
    heights = [settings.number(f"virtual_height_{at}_y") for at in (8, 12)]
    return TypicalSize(
        weight_kg=_between(age_y, *(number.in_unit("kg") for number in weights)),
        height_cm=_between(age_y, *(number.in_unit("cm") for number in heights)),
        weight=weights[0],
        height=heights[0],
    )


def lognormal_sigma(entry: Number) -> float:
    """Standard deviation of the logarithm that the spread of a number means.

    >>> from cisterna.evidence import number
    >>> round(lognormal_sigma(number("ke0")), 4), lognormal_sigma(number("sedation_threshold"))
    (0.2462, 0.555)
    """
    spread = entry.spread or Spread(kind="none")
    if spread.size is not None and spread.kind == "cv":
        return sqrt(log(1 + spread.size**2))
    if spread.size is not None and spread.kind == "sigma-ln":
        return spread.size
    raise EvidenceError(
        Fault(
            where=f"evidence {entry.name}",
            found=f"a spread of kind {spread.kind}",
            allowed="cv or sigma-ln, which a virtual population is drawn from",
            remedy="state the spread of the number",
        )
    )


@dataclass(frozen=True)
class _Draw:
    settings: Settings
    stream: np.random.Generator

    def factor(self, name: str) -> float:
        """A lognormal factor around 1 with the spread of a number."""
        return exp(lognormal_sigma(self.settings.number(name)) * self.stream.standard_normal())

    def share(self, name: str) -> float:
        """A share that varies; one above 1 cannot be and is drawn again."""
        typical = share_of(self.settings, name)
        while (own := typical * self.factor(name)) > 1:
            pass
        return own

    def male(self) -> bool:
        """Sex by the published share."""
        return bool(self.stream.random() < self.settings.value("male_share", "fraction"))

    def level(self) -> str:
        """A GMFCS level by how many treated children were published at each."""
        patients = [
            self.settings.value(f"gmfcs_{level}_patients_stewart", "patients") for level in (2, 3, 4, 5)
        ]
        weights = np.array(patients) / sum(patients)
        return ("II", "III", "IV", "V")[int(self.stream.choice(4, p=weights))]

    def covariates(self, ages: Ages, level: str | None) -> Covariates:
        adult_age_y = self.settings.value("adult_age", "y")
        if level is None:
            return Covariates(age_y=floor(adult_age_y))
        age_y = self.age(adult_age_y if ages is Ages.CHILDREN else None)
        if age_y >= adult_age_y:
            return Covariates(age_y=floor(age_y))
        size = typical_size(self.settings, age_y, level)
        return Covariates(age_y=floor(age_y), weight_kg=size.weight_kg, height_cm=size.height_cm)

    def age(self, below_y: float | None) -> float:
        """Age at implant, lognormal with the published mean and SD, within the published range."""
        published = self.settings.number("age_at_implant")
        mean_y = published.in_unit("y")
        spread = published.spread or Spread(kind="none")
        variance = log(1 + ((spread.size or 0.0) / mean_y) ** 2)
        low_y, high_y = published.low_in("y"), published.high_in("y")
        while True:
            age_y = mean_y * exp(sqrt(variance) * self.stream.standard_normal() - variance / 2)
            if low_y <= age_y <= high_y and (below_y is None or age_y < below_y):
                return age_y


def _between(age_y: float, at_8_y: float, at_12_y: float) -> float:
    """Size at an age from that at 8 and 12 years, exponential in age."""
    return at_8_y * exp(log(at_12_y / at_8_y) * (age_y - 8) / (12 - 8))
