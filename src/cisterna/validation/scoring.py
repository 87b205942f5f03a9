"""Every study re-run, and each simulated value held against the published one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cisterna.errors import Fault, InputError
from cisterna.evidence import Settings
from cisterna.validation.bench import Bench, Outcome
from cisterna.validation.readings import READINGS
from cisterna.validation.target import CalibrationTarget, Target, Use, ValidationTarget

__all__ = ["DRAWS", "PATIENTS", "SEED", "Row", "Totals", "Verdicts", "validate"]

SEED, DRAWS, PATIENTS = 20260211, 6, 300
"""The stored seed, how often each study is drawn anew, and how many patients a draw has."""

_SPREAD = (5.0, 95.0)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One target with what the model gives for it.

    ``simulated`` is the mean over the draws, ``moved`` the standard deviation between them, absent
    for a typical patient, who leaves nothing to chance. ``spread`` are the 5th and 95th percentile
    of the patients, absent where the value is that of a group as a whole. All three, and
    ``inside``, are absent for a target that the model cannot address.
    """

    target: Target
    simulated: float | None
    moved: float | None
    spread: tuple[float, float] | None

    @property
    def inside(self) -> bool | None:
        """Whether the simulated value lies in the published range."""
        return None if self.simulated is None else self.target.published.holds(self.simulated)

    @property
    def calibration(self) -> bool:
        """Whether a parameter was set by this target."""
        return isinstance(self.target, CalibrationTarget)

    @property
    def on_the_edge(self) -> bool:
        """Whether it lies within two ``moved`` of an end of the range, so that chance could carry it over."""
        if self.simulated is None or not self.moved:
            return False
        ends = (self.target.published.low, self.target.published.high)
        return min(abs(self.simulated - end) for end in ends) <= 2 * self.moved


@dataclass(frozen=True)
class Totals:
    """How many targets there are, how many were simulated, and how many of those lie inside."""

    targets: int
    simulated: int
    inside: int

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Totals:
        """Count rows."""
        rows = tuple(rows)
        return cls(
            len(rows), sum(row.simulated is not None for row in rows), sum(row.inside is True for row in rows)
        )


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """All rows, and how they were drawn: with which numbers, seed, and how many patients how often."""

    rows: tuple[Row, ...]
    settings: Settings
    seed: int
    draws: int
    patients: int

    def totals(self, wanted: Callable[[Row], bool]) -> Totals:
        """Totals of the rows that are ``wanted``."""
        return Totals.of(row for row in self.rows if wanted(row))

    @property
    def independent(self) -> Totals:
        """Rows that no parameter was set by: the only check of the model."""
        return self.totals(lambda row: isinstance(row.target, ValidationTarget))

    @property
    def calibration(self) -> Totals:
        """Rows that parameters were set by, fitted or entered."""
        return self.totals(lambda row: row.calibration)

    def used(self, use: Use) -> Totals:
        """Rows of calibration by their use."""
        return self.totals(lambda row: isinstance(row.target, CalibrationTarget) and row.target.use is use)

    def of_children(self, *, calibration: bool, children: bool) -> Totals:
        """Rows on children with cerebral palsy, or on others, of calibration or independent ones."""
        return self.totals(
            lambda row: row.calibration is calibration and row.target.published.children is children
        )

    @property
    def misses(self) -> tuple[Row, ...]:
        """The rows that lie outside."""
        return tuple(row for row in self.rows if row.inside is False)

    @property
    def not_addressed(self) -> tuple[Row, ...]:
        """The rows that the model cannot address."""
        return tuple(row for row in self.rows if row.simulated is None)


def validate(
    targets: Sequence[Target],
    *,
    settings: Settings | None = None,
    seed: int = SEED,
    draws: int = DRAWS,
    patients: int = PATIENTS,
    progress: Callable[[str], None] = lambda _: None,
) -> Verdicts:
    """Re-run the studies behind ``targets`` and hold each against its published value.

    ``draws`` populations of ``patients`` are drawn with ``seed``; a row does not depend on which
    others are run with it. ``progress`` is told what is being done. Raises
    :class:`~cisterna.errors.InputError` where nothing would be drawn.
    """
    if draws < 1 or patients < 1:
        raise InputError(
            Fault(
                where="validate",
                found=f"{draws} draws of {patients} patients",
                allowed="at least one draw of at least one patient",
                remedy="draw more",
            )
        )
    settings = settings or Settings()
    outcomes: dict[str, list[Outcome]] = {target.id: [] for target in targets}
    for draw in range(draws):
        bench = Bench(settings, seed, draw, patients)
        for target in targets:
            if target.scenario is None or (draw > 0 and not target.scenario.people.is_group):
                continue
            progress(f"draw {draw + 1} of {draws}, {target.id}")
            reading = READINGS[target.scenario.reading]
            outcomes[target.id].append(reading(bench, target.scenario, bench.stream(target.number)))
    rows = tuple(_row(target, outcomes[target.id]) for target in targets)
    return Verdicts(rows=rows, settings=settings, seed=seed, draws=draws, patients=patients)


def _row(target: Target, outcomes: Sequence[Outcome]) -> Row:
    if not outcomes:
        return Row(target=target, simulated=None, moved=None, spread=None)
    values = np.array([outcome.value for outcome in outcomes])
    moved = float(values.std(ddof=1)) if len(values) > 1 else None
    return Row(target=target, simulated=float(values.mean()), moved=moved, spread=_spread(outcomes))


def _spread(outcomes: Sequence[Outcome]) -> tuple[float, float] | None:
    drawn = [
        outcome.individuals
        for outcome in outcomes
        if outcome.individuals is not None and len(outcome.individuals) > 1
    ]
    if not drawn:
        return None
    low, high = np.mean([np.percentile(individuals, _SPREAD) for individuals in drawn], axis=0)
    return float(low), float(high)
