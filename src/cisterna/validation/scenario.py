"""How a published study is re-run: who, what was given and where, what was read and when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cisterna.therapy import Condition

__all__ = ["People", "Scenario"]


class People(StrEnum):
    """Who is simulated: a typical patient, or a virtual population with the published spreads."""

    TYPICAL_ADULT = "typical adult"
    TYPICAL_CHILD = "typical child"
    ADULTS = "adults"
    CHILDREN = "children"
    ALL_AGES = "all ages"

    @property
    def is_group(self) -> bool:
        """Whether it is a population and not one typical patient."""
        return self in (People.ADULTS, People.CHILDREN, People.ALL_AGES)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One study as it is re-run; what a reading does not need is left out.

    ``reading`` names the function in :mod:`cisterna.validation.readings` that gives the value;
    ``given`` and ``read`` say the same in words. ``doses_mcg`` are boluses: one, or those that the
    people are given in turn or by lot. ``daily_dose_mcg`` is the mean of daily doses that are
    lognormal with the coefficient of variation ``daily_dose_cv``. ``pump_mcg_per_ml`` are the
    concentrations that pumps hold, the weaker one first. ``before`` and ``before_sd`` are
    the scores without treatment (Ashworth 1 to 5). ``level`` is a threshold of the reading, in the
    unit that it names: a share, a fall in points, a percentage. ``age_y`` is that of a child whose
    covariates are read back. ``patients`` is the size of the group where it is not
    that of the whole run.
    """

    reading: str
    people: People
    given: str
    read: str
    condition: Condition = "cerebral palsy"
    doses_mcg: tuple[float, ...] = ()
    daily_dose_mcg: float = 0.0
    daily_dose_cv: float = 0.0
    tip: str = ""
    pump_mcg_per_ml: tuple[float, ...] = ()
    limb: str = ""
    before: float = 0.0
    before_sd: float = 0.0
    hours: tuple[float, ...] = ()
    months: float = 0.0
    level: float = 0.0
    age_y: int = 0
    patients: int | None = None
