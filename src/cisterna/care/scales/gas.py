"""Goal attainment scaling: the T score of Kiresuk and Sherman."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite, sqrt

from cisterna.care.result import Reason, told
from cisterna.care.scales.ranges import checked, in_range, low_and_high, span
from cisterna.care.scales.score import ScaleVersion, Score, scored
from cisterna.errors import Fault
from cisterna.evidence import Status, number
from cisterna.units import decimal_text
from cisterna.verdict import Verdict

__all__ = ["GoalAttainment", "goal_attainment"]

GAS = ScaleVersion(
    scale="gas",
    title="Goal attainment scaling (GAS)",
    version="T score of Kiresuk and Sherman, five levels",
    source="Kiresuk-Sherman via nationalcalculatorauthority.com; Turner-Stokes 2009, whose printed formula "
    "has an erratum",
)


@dataclass(frozen=True, kw_only=True)
class GoalAttainment:
    """The T score of all goals together, and that of the baseline where it was given."""

    t_score: float = field(metadata=told("T score"))
    baseline_t_score: float | None = field(metadata=told("T score at baseline"))


def goal_attainment(
    weights: Sequence[float],
    outcomes: Sequence[float],
    baseline: Sequence[float] | None = None,
    rho: float | None = None,
) -> Score[GoalAttainment]:
    """The T score of goals with ``weights`` and outcomes from -2 to +2, 0 being what was expected.

    ``T = 50 + 10 * sum(w * x) / sqrt((1 - rho) * sum(w^2) + rho * sum(w)^2)`` after Kiresuk and
    Sherman; ``rho`` is the correlation of the goals, the published 0.3 where left out.

    Raises :class:`~cisterna.errors.InputError` where the lists differ in length, a weight is negative,
    all weights are 0, an outcome is none of the five levels, or ``rho`` is not from 0 to 1.

    >>> round(goal_attainment([1, 1, 1], [-2, -2, -2]).value.t_score, 1)
    22.6
    """
    published = number("gas_correlation")
    correlation = published.in_unit("ratio") if rho is None else rho
    levels = {"outcomes": outcomes} if baseline is None else {"outcomes": outcomes, "baseline": baseline}
    checked(_faults(weights, levels, correlation))
    after = _t_score(weights, outcomes, correlation)
    before = None if baseline is None else _t_score(weights, baseline, correlation)
    numbers = (published, number("gas_outcome_range"), number("gas_t_mean"), number("gas_t_deviation"))
    return scored(
        GAS,
        GoalAttainment(t_score=after, baseline_t_score=before),
        formula="T = 50 + 10 * sum(w * x) / sqrt((1 - rho) * sum(w^2) + rho * sum(w)^2)",
        inputs={
            "weights": tuple(weights),
            "outcomes": tuple(outcomes),
            "baseline": None if baseline is None else tuple(baseline),
            "rho": correlation,
        },
        reasons=_reasons(weights, outcomes, baseline, correlation, after),
        numbers=numbers,
    )


def _t_score(weights: Sequence[float], levels: Sequence[float], correlation: float) -> float:
    """T does not change when all weights are scaled; scaling by the largest keeps squares finite."""
    largest = max(weights)
    shares = [weight / largest for weight in weights]
    attained = sum(share * level for share, level in zip(shares, levels, strict=True))
    squares = sum(share**2 for share in shares)
    spread = sqrt((1 - correlation) * squares + correlation * sum(shares) ** 2)
    centre, deviation = number("gas_t_mean"), number("gas_t_deviation")
    return centre.in_unit("points") + deviation.in_unit("points") * attained / spread


def _faults(
    weights: Sequence[float], levels: dict[str, Sequence[float]], correlation: float
) -> Iterator[Fault]:
    for weight in weights:
        if not (isfinite(weight) and weight >= 0):
            yield Fault(
                where="weights",
                found=decimal_text(weight) if isfinite(weight) else str(weight),
                allowed="weights of at least 0",
                remedy="write importance times difficulty, or 1 for each goal",
            )
    if not any(weight > 0 for weight in weights):
        yield Fault(
            where="weights",
            found="weights whose sum is not above 0",
            allowed="at least one weight above 0",
            remedy="write 1 for each goal where no goal weighs more than another",
        )
    for name, values in levels.items():
        yield from _faults_of_levels(name, values, len(weights))
    if not 0 <= correlation <= 1:
        yield Fault(
            where="rho",
            found=decimal_text(correlation) if isfinite(correlation) else str(correlation),
            allowed="a correlation from 0 to 1",
            remedy=f"leave it out for the published {_published_rho()}",
        )


def _published_rho() -> str:
    return decimal_text(number("gas_correlation").in_unit("ratio"))


def _faults_of_levels(name: str, values: Sequence[float], goals: int) -> Iterator[Fault]:
    if len(values) != goals:
        yield Fault(
            where=name,
            found=f"{_counted(len(values), 'value')} for {_counted(goals, 'weight')}",
            allowed="one value for each weight",
            remedy="write as many values as weights, in the same order",
        )
    for value in values:
        yield from in_range(name, value, number("gas_outcome_range"))


def _counted(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


def _reasons(
    weights: Sequence[float],
    outcomes: Sequence[float],
    baseline: Sequence[float] | None,
    correlation: float,
    t_score: float,
) -> Iterator[Reason]:
    if baseline is None:
        yield Reason(
            text="No baseline was given, so that its T score is not known.",
            source=GAS.source,
            about="baseline_t_score",
        )
    lowest, _ = low_and_high(number("gas_outcome_range"))
    if all(level == lowest for level in outcomes):
        yield Reason(
            text=f"With every goal at {decimal_text(lowest)} the T score, {decimal_text(t_score, 1)}, is the "
            "floor of the formula: it depends on the number of goals and their weights alone.",
            source="goal attainment formula",
            status=Status.DERIVED,
        )
    published = number("gas_correlation")
    if correlation != published.in_unit("ratio"):
        yield Reason.on(
            published,
            f"A rho of {decimal_text(correlation)} was set in place of the published "
            f"{_published_rho()}: "
            "compare only with T scores of the same rho.",
        )
    yield from _heavy(weights)


def _heavy(weights: Sequence[float]) -> Iterator[Reason]:
    """A weight is importance times difficulty, each of a range that is only recalled: it warns."""
    factor = number("gas_weight_range")
    _, highest = low_and_high(factor)
    heaviest = max(weights)
    if heaviest > highest**2:
        yield Reason.on(
            factor,
            f"A weight of {decimal_text(heaviest)} is above {decimal_text(highest**2)}, the largest product "
            f"of importance and difficulty ({span(factor)} each).",
            Verdict.CAUTION,
        )
