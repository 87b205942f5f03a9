"""Published targets as values, in two types that never mix.

A :class:`CalibrationTarget` was used to set a parameter; only such rows may reach
:mod:`cisterna.validation.calibration`. A :class:`ValidationTarget` was used for nothing: only these
are an independent check.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cisterna.evidence import Status
from cisterna.validation.scenario import Scenario

__all__ = ["CalibrationTarget", "Published", "Target", "Use", "ValidationTarget"]


class Use(StrEnum):
    """What a calibration target was used for.

    ``fitted``: parameters were fitted to it, or bounded by it. ``entered``: it is a parameter or a
    prior of the cohort itself, so that agreement is true by construction.
    """

    FITTED = "fitted"
    ENTERED = "entered"


@dataclass(frozen=True, kw_only=True)
class Published:
    """One published value and how it was found.

    ``value`` is absent where only the range ``low`` to ``high`` is published; all are in ``unit``.
    ``children`` says whether the people were children with cerebral palsy, all or most of them.
    """

    quantity: str
    setting: str
    value: float | None
    low: float
    high: float
    unit: str
    population: str
    source: str
    status: Status
    children: bool

    def holds(self, simulated: float) -> bool:
        """Whether a value lies in the published range, ends included."""
        return self.low <= simulated <= self.high

    @property
    def standard_deviation(self) -> float:
        """A quarter of the range, what a row of calibration is weighted by."""
        return (self.high - self.low) / 4


@dataclass(frozen=True, kw_only=True)
class _Row:
    """What both types share.

    ``scenario`` is how the study is re-run, absent where the model cannot address the quantity;
    then ``missing`` names the mechanism that it lacks. ``miss`` is the known reason where the
    simulated value lies outside, ``meaning`` what that means for a user, ``note`` anything else.
    """

    id: str
    published: Published
    scenario: Scenario | None
    missing: str
    miss: str
    meaning: str
    note: str

    @property
    def number(self) -> int:
        """The number in the id, which orders the rows."""
        return int(self.id[1:])


@dataclass(frozen=True, kw_only=True)
class CalibrationTarget(_Row):
    """A published value that a parameter was set by; ``fits`` names those fitted to it by a search."""

    use: Use
    fits: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ValidationTarget(_Row):
    """A published value that no parameter was set by."""


Target = CalibrationTarget | ValidationTarget
