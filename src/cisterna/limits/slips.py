"""Slips of the pen that have harmed: tenfold, daily entered as hourly, minutes entered as hours."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from cisterna.evidence import Settings
from cisterna.limits.guardrail import Guardrail, Kind, Measure, Touched, shown

__all__ = ["Slip", "slip_between", "slip_touched", "tenfold_touched"]

_KNOWN = (
    (10.0, "tenfold-slip", "a decimal point one place off"),
    (24.0, "daily-as-hourly-slip", "a daily amount entered as an hourly one, or the reverse"),
    (60.0, "minutes-as-hours-slip", "minutes and hours confused"),
    (100.0, "hundredfold-slip", "a decimal point two places off"),
    (1000.0, "thousandfold-slip", "mg and mcg confused, or a decimal point three places off"),
)


@dataclass(frozen=True, kw_only=True)
class Slip:
    """A number that differs from what was expected by the factor of a known slip.

    ``factor`` is 10, 24, 60, 100 or 1000; ``ratio`` what was programmed over what was expected;
    ``intended`` what was programmed with the factor taken back; ``lowest_ratio`` the ratio, above 1, from
    which the slip is recognised.
    """

    name: str
    what: str
    factor: float
    ratio: float
    intended: float
    lowest_ratio: float

    @property
    def times(self) -> float:
        """How many times too much, or, where it is too little, how many times too little: above 1."""
        return self.ratio if self.ratio > 1 else 1 / self.ratio


def slip_between(expected: float, programmed: float, settings: Settings | None = None) -> Slip | None:
    """The known slip that turns an amount near ``expected`` into ``programmed``; ``None`` where none does.

    Both in one unit and above 0. Near means within the step above which a change may be too much
    (``large_titration_step``): whoever slips may have meant an ordinary change at the same time.

    >>> slip = slip_between(60, 1440)
    >>> slip.name, slip.factor, slip.intended
    ('daily-as-hourly-slip', 24.0, 60.0)
    >>> slip_between(100, 115) is None
    True
    """
    if not (expected > 0 and programmed > 0):
        return None
    near = 1 + (settings or Settings()).value("large_titration_step", "1")
    ratio = programmed / expected
    times = ratio if ratio > 1 else 1 / ratio
    factor, name, what = min(_KNOWN, key=lambda known: abs(math.log(times / known[0])))
    if not 1 / near <= times / factor <= near:
        return None
    intended = programmed / factor if ratio > 1 else programmed * factor
    return Slip(
        name=name, what=what, factor=factor, ratio=ratio, intended=intended, lowest_ratio=factor / near
    )


def slip_touched(slip: Slip, settings: Settings, *, what: str, unit: str, expected: float) -> Touched | None:
    """The absolute guardrail of a slip, naming the value that was likely intended.

    ``what`` names the amount (``the daily dose``), ``unit`` is that of the amounts.
    """
    number = settings.number("ten_fold_change")
    programmed = slip.ratio * expected
    direction = "more" if slip.ratio > 1 else "less"
    rule = Guardrail(
        name=slip.name, kind=Kind.ABSOLUTE, measure=Measure.CHANGE_FACTOR, high=slip.lowest_ratio,
        source=number.source, status=number.status.value, above="looks like {limit}", stated=slip.what,
        remark=f"was {shown(slip.intended, unit)} intended? Check the number, the unit and the field",
    )  # fmt: skip
    said = (
        f"{what[0].upper()}{what[1:]}, {shown(programmed, unit)}, is {shown(slip.times, 'ratio')} times "
        f"{direction} than {shown(expected, unit)} and"
    )
    return rule.touched(slip.times, said)


def tenfold_touched(
    expected: float, programmed: float, settings: Settings, *, what: str, unit: str
) -> Touched | None:
    """The absolute guardrail on a change by ten times or more, up or down; it includes its limit."""
    if not (expected > 0 and programmed > 0):
        return None
    number = settings.number("ten_fold_change")
    ratio = programmed / expected
    limit, times = number.in_unit("ratio"), max(ratio, 1 / ratio)
    rule = Guardrail.published(
        "tenfold-change", number, Measure.CHANGE_FACTOR, high=limit * (1 - 1e-6), kind=Kind.ABSOLUTE,
        above=f"changes {shown(times, 'ratio')} times; from {shown(limit, 'ratio')} times on it is refused",
        remark="check the decimal point and the unit",
    )  # fmt: skip
    said = f"{what[0].upper()}{what[1:]}, from {shown(expected, unit)} to {shown(programmed, unit)},"
    touched = rule.touched(times, said)
    if touched is None:
        return None
    return replace(touched, limit=limit)
