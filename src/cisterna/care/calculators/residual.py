"""What should be left at a refill, and how what was withdrawn compares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cisterna.care.calculators.calculation import (
    above_zero,
    calculated,
    checked_all,
    chosen,
    concentration_faults,
    concentration_reasons,
    contradiction,
    given,
    missing,
    not_known,
    reasons_of,
    says,
    settings_of,
)
from cisterna.care.calculators.slips import daily_dose_slips, fill_slips
from cisterna.care.exact import difference
from cisterna.care.result import Reason, Result, Stated, told
from cisterna.evidence import Number, Status
from cisterna.instants import HOURS_PER_DAY
from cisterna.limits.visits import (
    judge_refill_visit,
)
from cisterna.pump.visit_volumes import Visit
from cisterna.units import Concentration, DailyDose, Duration, Volume, decimal_text
from cisterna.verdict import Verdict

__all__ = [
    "Residual",
    "ResidualLimits",
    "residual",
    "residual_expected",
    "residual_found",
]

_SOURCE = "arithmetic from the definition, volume = flow x time"


@dataclass(frozen=True, kw_only=True)
class Residual:
    """The volume that should be left, and how what was withdrawn compares."""

    expected_ml: float = field(metadata=told("expected residual", "mL"))
    difference_ml: float | None = field(metadata=told("withdrawn less expected", "mL"))
    delivered_ratio: float | None = field(metadata=told("delivered over expected to be delivered", "", 3))


@dataclass(frozen=True, kw_only=True)
class ResidualLimits:
    """Limits of a routine refill that the site sets; what is ``None`` is as published."""

    lowest_ratio: float | None = None
    highest_ratio: float | None = None
    highest_difference: Volume | None = None

    def numbers(self) -> tuple[Number, Number, Number]:
        """The limits as they hold; refused where the ratios are not in order."""
        low = chosen("delivered_ratio_low", self.lowest_ratio, "ratio", "--lowest-ratio")
        high = chosen("delivered_ratio_high", self.highest_ratio, "ratio", "--highest-ratio")
        if not 0 <= low.in_unit("ratio") <= high.in_unit("ratio"):
            raise contradiction(
                "lowest_ratio",
                decimal_text(low.in_unit("ratio")),
                f"from 0 to the highest ratio, {decimal_text(high.in_unit('ratio'))}",
                "write the lower limit first",
            )
        most = chosen("refill_difference_limit", self.highest_difference, "mL", "--highest-difference")
        return low, high, most


def residual_expected(
    fill: Volume,
    daily_dose: DailyDose,
    concentration: Concentration,
    days: Duration,
    withdrawn: Volume | None = None,
    *,
    limits: ResidualLimits | None = None,
) -> Result[Residual]:
    """Expected = fill - flow x days, with flow = daily dose / concentration; never below 0.

    >>> value = residual_expected(Volume(20), DailyDose(100), Concentration(500), Duration(85 * 24)).value
    >>> value.expected_ml, value.delivered_ratio
    (3.0, None)
    """
    checked_all(
        above_zero(fill=fill, daily_dose=daily_dose, days=days),
        concentration_faults(concentration=concentration),
    )
    used = daily_dose / concentration * days / HOURS_PER_DAY
    expected = difference(float(fill), used)
    asked = given(fill=fill, daily_dose=daily_dose, concentration=concentration, days=_days(days))
    runs_dry: tuple[Reason, ...] = ()
    if expected < 0:
        runs_dry = (_runs_dry(fill, used, days),)
    return _residual(
        fill,
        max(0.0, expected),
        withdrawn,
        asked,
        limits=limits,
        reasons=(*daily_dose_slips(daily_dose), *runs_dry, *concentration_reasons(concentration)),
    )


def _days(days: Duration) -> str:
    return f"{decimal_text(days / HOURS_PER_DAY)} days"


def _runs_dry(fill: Volume, used: float, days: Duration) -> Reason:
    lasts = fill / used * days / HOURS_PER_DAY
    return Reason(
        text=f"In {_days(days)} the program asks for {decimal_text(used, 2)} mL, more than the fill of "
        f"{fill.shown()}: the reservoir is empty after {decimal_text(lasts, 1)} days.",
        source=_SOURCE,
        status=Status.DERIVED,
        verdict=Verdict.CAUTION,
    )


def residual_found(
    fill: Volume, expected: Volume, withdrawn: Volume, limits: ResidualLimits | None = None
) -> Result[Residual]:
    """What was withdrawn held against what the programmer expected.

    ratio = (fill - withdrawn) / (fill - expected).

    >>> residual = residual_found(Volume(20), Volume(5), Volume(3))
    >>> round(residual.value.delivered_ratio, 3), residual.verdict.value
    (1.133, 'ok')
    """
    checked_all(above_zero(fill=fill))
    if expected > fill:
        raise contradiction("expected", str(expected), f"at most the fill, {fill}", "check the volumes")
    asked = given(fill=fill, expected=expected)
    return _residual(fill, float(expected), withdrawn, asked, limits=limits)


def residual(
    fill: Volume,
    *,
    daily_dose: DailyDose | None = None,
    concentration: Concentration | None = None,
    days: Duration | None = None,
    expected: Volume | None = None,
    withdrawn: Volume | None = None,
    limits: ResidualLimits | None = None,
) -> Result[Residual]:
    """:func:`residual_found` where ``expected`` is given, else :func:`residual_expected`."""
    needed = {"daily_dose": daily_dose, "concentration": concentration, "days": days}
    if expected is not None:
        twice = [name for name, value in needed.items() if value is not None]
        if twice:
            raise contradiction(
                "expected",
                f"{expected} and {', '.join(twice).replace('_', ' ')} too",
                "the expected volume, or dose, concentration and days",
                "leave one out",
            )
        if withdrawn is None:
            raise missing("withdrawn", "the volume withdrawn, to hold against the expected", "measure it")
        return residual_found(fill, expected, withdrawn, limits)
    if daily_dose is None or concentration is None or days is None:
        where = next(name for name, value in needed.items() if value is None)
        raise missing(where, "daily dose, concentration and days, or the expected volume", "add it")
    return residual_expected(fill, daily_dose, concentration, days, withdrawn, limits=limits)


def _residual(
    fill: Volume,
    expected_ml: float,
    withdrawn: Volume | None,
    asked: dict[str, Stated],
    *,
    limits: ResidualLimits | None,
    reasons: tuple[Reason, ...] = (),
) -> Result[Residual]:
    low, high, most = (limits or ResidualLimits()).numbers()
    visit = Visit(
        at_us=0,
        filled_ml=float(fill),
        expected_ml=expected_ml,
        would_measure_ml=expected_ml,
        withdrawn_ml=None if withdrawn is None else float(withdrawn),
    )
    ratio = visit.delivered_ratio
    judged = () if withdrawn is None else judge_refill_visit(visit, settings_of(low, high, most))
    return calculated(
        "residual",
        "Residual at a refill",
        Residual(
            expected_ml=expected_ml,
            difference_ml=None if withdrawn is None else difference(float(withdrawn), expected_ml),
            delivered_ratio=ratio,
        ),
        formula="expected = fill - flow x days, flow = daily dose / concentration; difference = withdrawn - "
        "expected; ratio = (fill - withdrawn) / (fill - expected)",
        inputs={
            **asked,
            **given(
                withdrawn=withdrawn,
                lowest_ratio=low.value,
                highest_ratio=high.value,
                highest_difference=most.shown(),
            ),
        },
        source=_SOURCE,
        reasons=(
            *fill_slips(fill),
            *reasons_of(judged),
            *reasons,
            *_compared(visit, (low, high, most), routine=not judged),
        ),
        numbers=(low, high, most),
    )


def _compared(visit: Visit, limits: tuple[Number, Number, Number], *, routine: bool) -> Iterator[Reason]:
    """Why nothing can be compared, or within which limits it is."""
    low, high, most = limits
    if visit.withdrawn_ml is None or visit.difference_ml is None:
        why = "No withdrawn volume was given, so that nothing can be held against the expected one."
        yield not_known("difference_ml", why, _SOURCE)
        yield not_known("delivered_ratio", why, _SOURCE)
        return
    if visit.delivered_ratio is None:
        yield not_known("delivered_ratio", "Nothing was expected to have left, so that there is no ratio.")
    elif routine:
        percent = 100 * (visit.delivered_ratio - 1)
        yield says(
            high,
            f"What was delivered differs by {decimal_text(percent, 1)} % from what was expected: the ratio "
            f"of {decimal_text(visit.delivered_ratio, 3)} is within {decimal_text(low.in_unit('ratio'), 3)} "
            f"to {decimal_text(high.in_unit('ratio'), 3)}.",
        )
    if routine:
        yield says(
            most,
            f"The difference of {decimal_text(visit.difference_ml, 2)} mL is not above {most.shown()}: "
            "record it.",
        )
