"""Where one draw of every study is re-run: the virtual populations of that draw and its random streams."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cisterna.body.parameters import Covariates, share_of
from cisterna.body.population import Ages, draw_population, typical_patient
from cisterna.errors import Fault, InputError
from cisterna.evidence import Settings
from cisterna.validation.cohort import Cohort, Grid
from cisterna.validation.scenario import People, Scenario

__all__ = ["Bench", "Outcome", "untreated"]

Floats = NDArray[np.float64]

_AGES = {People.ADULTS: Ages.ADULTS, People.CHILDREN: Ages.CHILDREN, People.ALL_AGES: Ages.ALL}
_GROUP_GRID = Grid(0.5, 48)
_TYPICAL_GRID = Grid(0.05, 600)
_LOWEST, _HIGHEST = 1.0, 5.0


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one draw gives: the value that is compared, and that of each patient where there is one."""

    value: float
    individuals: Floats | None = None

    @classmethod
    def mean_of(cls, individuals: Floats) -> Outcome:
        """Mean over the patients."""
        return cls(float(individuals.mean()), individuals)

    @classmethod
    def median_of(cls, individuals: Floats) -> Outcome:
        """Median over the patients."""
        return cls(float(np.median(individuals)), individuals)

    @classmethod
    def percent_of(cls, flags: NDArray[np.bool_]) -> Outcome:
        """Share of the patients in per cent."""
        return cls(100.0 * float(flags.mean()))


@dataclass(frozen=True, eq=False)
class Bench:
    """One draw: ``patients`` to a group, and the seed with the number of the draw."""

    settings: Settings
    seed: int
    draw: int
    patients: int
    _cohorts: dict[tuple[People, int], Cohort] = field(default_factory=dict, repr=False)

    def cohort(self, scenario: Scenario) -> Cohort:
        """The people of a scenario; all scenarios with the same people share them."""
        size = scenario.patients if scenario.patients is not None else self.patients
        return self._of(scenario.people, size if scenario.people.is_group else 1)

    def typical_adult(self) -> Cohort:
        """The reference adult alone."""
        return self._of(People.TYPICAL_ADULT, 1)

    def _of(self, people: People, size: int) -> Cohort:
        if (people, size) not in self._cohorts:
            self._cohorts[people, size] = self._drawn(people, size)
        return self._cohorts[people, size]

    def _drawn(self, people: People, size: int) -> Cohort:
        if people.is_group:
            seed = (self.seed, self.draw, tuple(_AGES).index(people))
            drawn = draw_population(self.settings, _AGES[people], size, seed)
            return Cohort(drawn, self.settings, _GROUP_GRID)
        return Cohort((typical_patient(self.settings, _typical(people)),), self.settings, _TYPICAL_GRID)

    def stream(self, row: int) -> np.random.Generator:
        """The random stream of one row in this draw, whatever other rows are run."""
        return np.random.default_rng([self.seed, self.draw, 1000 + row])

    def value(self, name: str, unit: str) -> float:
        """A number of the evidence as it holds here."""
        return self.settings.value(name, unit)

    def irreducible(self, scenario: Scenario) -> float:
        """Share of the raised tone that no drug removes, by condition."""
        palsy = scenario.condition == "cerebral palsy"
        return share_of(self.settings, f"irreducible_tone_{'cerebral_palsy' if palsy else 'acquired'}")


def _typical(people: People) -> Covariates:
    """The reference adult, or the child of 10 years, 30 kg and 138 cm of the published comparisons."""
    if people is People.TYPICAL_ADULT:
        return Covariates(age_y=40)
    return Covariates(age_y=10, weight_kg=30.0, height_cm=138.0)


def untreated(scenario: Scenario, count: int, stream: np.random.Generator) -> Floats:
    """Scores without treatment: normal around the published mean, within the scale.

    What falls beyond the ends of the scale is drawn again, since no such score exists. Raises
    :class:`~cisterna.errors.InputError` where the scenario states no score on the scale.
    """
    if not _LOWEST <= scenario.before <= _HIGHEST:
        raise InputError(
            Fault(
                where=f"scenario {scenario.reading}",
                found=f"{scenario.before} as score before treatment",
                allowed="an Ashworth score from 1 to 5",
                remedy="state before and before_sd",
            )
        )
    drawn = np.full(count, np.nan)
    while (beyond := ~((drawn >= _LOWEST) & (drawn <= _HIGHEST))).any():
        drawn[beyond] = scenario.before + scenario.before_sd * stream.standard_normal(int(beyond.sum()))
    return drawn
