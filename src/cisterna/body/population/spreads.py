"""The spreads of the evidence as arrays, and patients drawn from them by seed and place.

Everything that varies is lognormal around its typical value: its logarithm has a mean of 0 and a covariance,
of adults and of children, for some numbers differ between the two. The evidence states the spread of each
number and no correlation between two of them, so that the covariances are diagonal; weight, height and all
that follows from them go together by age. Age at implant is drawn within its published range, a share
that is absorbed not above 1, and the untreated tone of legs and of arms, normal around its mean, within the
scale, each from its distribution cut off there. How tone of legs and arms go together is not published: each
is drawn by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import floor, log, sqrt

import numpy as np
from numpy.typing import NDArray

from cisterna.body.parameters import Covariates, parameters_of, share_of
from cisterna.body.population.drawing import Ages, VirtualPatient, lognormal_sigma, typical_size
from cisterna.body.response import HIGHEST_TONE, LOWEST_TONE
from cisterna.errors import BodyError, Fault
from cisterna.evidence import Settings
from cisterna.evidence.values import Spread
from cisterna.kernel import truncated_normals, uniforms
from cisterna.units import decimal_text

__all__ = ["LEVELS_OF_CHILDREN", "VARYING", "Patients", "Population"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

VARYING: tuple[str, ...] = (
    "oral_bioavailability",
    "csf_dispersion",
    "spinal_absorption",
    "ke0",
    "clearance",
    "central_volume",
    "peripheral_volume",
    "transit_time",
    "tone_ec50",
    "tolerance_gain",
    "sedation_threshold",
)
"""What varies between patients of one age and size, in the order of the covariances."""

LEVELS_OF_CHILDREN: tuple[str, ...] = ("II", "III", "IV", "V")
"""GMFCS levels of the children that are drawn."""

_PLASMA = ("clearance", "central_volume", "peripheral_volume")
_AGE, _LEVEL, _SEX = 0, 1, 2  # columns of what is drawn before the factors
_TONE = 3 + len(VARYING)  # the first of the columns after them


@dataclass(frozen=True, kw_only=True, eq=False)
class Patients:
    """Patients ``first`` to ``first + count`` of a population, an array for each thing that differs.

    ``age_y`` are completed years, ``exact_age_y`` the age that was drawn; ``weight_kg`` and ``height_cm`` are
    NaN for adults, whose values are those of the reference adult; ``level`` is the place in
    ``LEVELS_OF_CHILDREN``, -1 for adults who are no children's population. ``factors`` (count, varying)
    multiply the typical values in the order of ``VARYING``. ``untreated_tone_legs`` and
    ``untreated_tone_arms`` are scores on the Ashworth scale of 1 to 5.
    """

    first: int
    adult: NDArray[np.bool_] = field(repr=False)
    age_y: Whole = field(repr=False)
    exact_age_y: Floats = field(repr=False)
    weight_kg: Floats = field(repr=False)
    height_cm: Floats = field(repr=False)
    level: Whole = field(repr=False)
    male: NDArray[np.bool_] = field(repr=False)
    factors: Floats = field(repr=False)
    untreated_tone_legs: Floats = field(repr=False)
    untreated_tone_arms: Floats = field(repr=False)

    @property
    def palsy(self) -> NDArray[np.bool_]:
        """Who has cerebral palsy: all with a GMFCS level, for these are drawn from those treated for it."""
        return self.level >= 0

    def __len__(self) -> int:
        return len(self.age_y)

    def factor(self, name: str) -> Floats:
        """The factors of one of ``VARYING``."""
        own: Floats = self.factors[:, VARYING.index(name)]
        return own


@dataclass(frozen=True, eq=False)
class Population:
    """Means and covariances of a population, by the evidence and the settings of a study.

    ``adults`` and ``children`` are covariances (varying, varying) of the logarithms of the factors in the
    order of ``VARYING``; a study may put its own in their place with :func:`dataclasses.replace`. The share
    that is absorbed, the first, must not be correlated with anything, for it is cut off at 1.

    >>> population = Population.of(Settings(), Ages.CHILDREN)
    >>> few, more = population.draw(7, 0, 3), population.draw(7, 0, 5)
    >>> bool((few.factors == more.factors[:3]).all()), bool(more.age_y.max() < 17)
    (True, True)
    """

    settings: Settings
    ages: Ages
    adults: Floats = field(repr=False)
    children: Floats = field(repr=False)

    def __post_init__(self) -> None:
        for who in ("adults", "children"):
            _check(who, getattr(self, who))

    @classmethod
    def of(cls, settings: Settings, ages: Ages) -> Population:
        """The population with the published spreads."""
        return cls(settings, ages, _covariance(settings, adult=True), _covariance(settings, adult=False))

    def draw(self, seed: int, first: int, count: int) -> Patients:
        """Patients ``first`` to ``first + count``; each depends on the seed and its own place alone.

        Raises :class:`~cisterna.errors.BodyError` for a seed or a place that is none.
        """
        _check_draw(seed, first, count)
        shares = uniforms(seed, first, count, _TONE + 2)
        exact_age_y, adult = self._ages(shares[:, _AGE])
        level = self._levels(shares[:, _LEVEL])
        age_y = np.floor(exact_age_y).astype(np.int64)
        weight_kg, height_cm = self._sizes(exact_age_y, level, adult)
        return Patients(
            first=first,
            adult=adult,
            age_y=age_y,
            exact_age_y=exact_age_y,
            weight_kg=weight_kg,
            height_cm=height_cm,
            level=level,
            male=shares[:, _SEX] < self.settings.value("male_share", "fraction"),
            factors=self._factors(shares[:, 3:_TONE], adult),
            untreated_tone_legs=self._tone("untreated_tone_legs", shares[:, _TONE]),
            untreated_tone_arms=self._tone("untreated_tone_arms", shares[:, _TONE + 1]),
        )

    def patient(self, patients: Patients, place: int) -> VirtualPatient:
        """One of ``patients`` with all parameters, as the model of one body takes them."""
        adult, level = bool(patients.adult[place]), int(patients.level[place])
        covariates = Covariates(
            age_y=int(patients.age_y[place]),
            weight_kg=None if adult else float(patients.weight_kg[place]),
            height_cm=None if adult else float(patients.height_cm[place]),
        )
        own = dict(zip(VARYING, patients.factors[place].tolist(), strict=True))
        typical = parameters_of(self.settings, covariates)
        return VirtualPatient(
            covariates=covariates,
            level=None if level < 0 else LEVELS_OF_CHILDREN[level],
            male=bool(patients.male[place]),
            parameters=replace(
                typical,
                dispersion_cm2_per_h=typical.dispersion_cm2_per_h * own["csf_dispersion"],
                absorption_per_h=typical.absorption_per_h * own["spinal_absorption"],
                cord_exchange_per_h=typical.cord_exchange_per_h * own["ke0"],
                clearance_ml_per_h=typical.clearance_ml_per_h * own["clearance"],
                central_volume_ml=typical.central_volume_ml * own["central_volume"],
                peripheral_volume_ml=typical.peripheral_volume_ml * own["peripheral_volume"],
                transit_rate_per_h=typical.transit_rate_per_h / own["transit_time"],
            ),
            sensitivity=own["tone_ec50"],
            tolerance_gain=self.settings.value("tolerance_gain", "ratio") * own["tolerance_gain"],
            sedation_sensitivity=own["sedation_threshold"],
            oral_bioavailability=share_of(self.settings, "oral_bioavailability")
            * own["oral_bioavailability"],
        )

    def _ages(self, shares: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        adult_age_y = self.settings.value("adult_age", "y")
        if self.ages is Ages.ADULTS:
            return np.full(len(shares), floor(adult_age_y), dtype=np.float64), np.ones(
                len(shares), dtype=bool
            )
        published = self.settings.number("age_at_implant")
        mean_y, spread = published.in_unit("y"), published.spread or Spread(kind="none")
        sigma = sqrt(log(1 + ((spread.size or 0.0) / mean_y) ** 2))
        low_y, high_y = published.low_in("y"), published.high_in("y")
        if self.ages is Ages.CHILDREN:
            high_y = min(high_y, float(np.nextafter(adult_age_y, 0.0)))
        low, high = ((log(age_y / mean_y) + sigma**2 / 2) / sigma for age_y in (low_y, high_y))
        age_y = mean_y * np.exp(sigma * truncated_normals(shares, low, high) - sigma**2 / 2)
        age_y = np.clip(age_y, low_y, high_y)
        return age_y, age_y >= adult_age_y

    def _levels(self, shares: Floats) -> Whole:
        if self.ages is Ages.ADULTS:
            return np.full(len(shares), -1, dtype=np.int64)
        treated = [self.settings.value(f"gmfcs_{own}_patients_stewart", "patients") for own in (2, 3, 4, 5)]
        upto = np.cumsum(treated)[:-1] / sum(treated)
        return np.searchsorted(upto, shares, side="right").astype(np.int64)

    def _sizes(self, age_y: Floats, level: Whole, adult: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        weight_kg, height_cm = np.full(len(age_y), np.nan), np.full(len(age_y), np.nan)
        for place, name in enumerate(LEVELS_OF_CHILDREN):
            own = (level == place) & ~adult
            young, old = (typical_size(self.settings, at_y, name) for at_y in (8, 12))
            growth = (age_y[own] - 8) / (12 - 8)
            weight_kg[own] = young.weight_kg * (old.weight_kg / young.weight_kg) ** growth
            height_cm[own] = young.height_cm * (old.height_cm / young.height_cm) ** growth
        return weight_kg, height_cm

    def _tone(self, name: str, shares: Floats) -> Floats:
        published = self.settings.number(name)
        mean, spread = published.in_unit("score"), published.spread or Spread(kind="none")
        if not LOWEST_TONE <= mean <= HIGHEST_TONE:
            raise BodyError(
                Fault(
                    where=f"parameters.{name}",
                    found=decimal_text(mean),
                    allowed="an Ashworth score from 1 to 5",
                    remedy="correct it or leave it out",
                )
            )
        if not spread.size:
            return np.full(len(shares), mean)
        low, high = ((end - mean) / spread.size for end in (LOWEST_TONE, HIGHEST_TONE))
        return np.clip(mean + spread.size * truncated_normals(shares, low, high), LOWEST_TONE, HIGHEST_TONE)

    def _factors(self, shares: Floats, adult: NDArray[np.bool_]) -> Floats:
        plain = truncated_normals(shares, -np.inf, np.inf)
        largest = -log(share_of(self.settings, "oral_bioavailability"))  # of the logarithm of its factor
        logs = np.empty_like(plain)
        for own, covariance in ((adult, self.adults), (~adult, self.children)):
            drawn, sigma = plain[own], sqrt(covariance[0, 0])
            if sigma > 0:
                drawn[:, 0] = truncated_normals(shares[own, 0], -np.inf, largest / sigma)
            logs[own] = drawn @ _root(covariance).T
        factors: Floats = np.exp(logs)
        return factors


def _covariance(settings: Settings, *, adult: bool) -> Floats:
    def named(name: str) -> str:
        if name not in _PLASMA:
            return name
        return f"adult_{name}" if adult else f"{name}_per_weight"

    return np.diag([lognormal_sigma(settings.number(named(name))) ** 2 for name in VARYING])


def _root(covariance: Floats) -> Floats:
    """A matrix whose product with its transpose is the covariance, zero variances included."""
    varies = np.flatnonzero(np.diag(covariance) > 0)
    root = np.zeros_like(covariance)
    root[np.ix_(varies, varies)] = np.linalg.cholesky(covariance[np.ix_(varies, varies)])
    return root


def _check(who: str, covariance: Floats) -> None:
    size = (len(VARYING), len(VARYING))
    symmetric = covariance.shape == size and bool((covariance == covariance.T).all())
    if not symmetric or np.linalg.eigvalsh(covariance).min() < -1e-12 or np.any(covariance[0, 1:] != 0):
        raise BodyError(
            Fault(
                where=f"population.{who}",
                found="an array that is no covariance of what varies",
                allowed=f"a symmetric array {size}, no negative eigenvalue, nothing beside the first entry",
                remedy="build it in the order of VARYING, the share that is absorbed uncorrelated",
            )
        )


def _check_draw(seed: int, first: int, count: int) -> None:
    if 0 <= seed < 2**64 and first >= 0 and count >= 1:
        return
    raise BodyError(
        Fault(
            where="population",
            found=f"seed {seed}, {count} patients from place {first} on",
            allowed="a seed from 0 to 2^64 - 1, at least one patient, places from 0 on",
            remedy="correct them",
        )
    )
