"""The ladder of screening doses: the first dose, the next rung, the highest, the time between two."""

from __future__ import annotations

from collections.abc import Iterator

from cisterna.evidence import Settings
from cisterna.evidence.values import Number
from cisterna.limits.guardrail import SLACK, Guardrail, Measure, Touched, shown
from cisterna.limits.slips import slip_between, slip_touched, tenfold_touched

__all__ = ["judge_screening_bolus", "next_rung"]

_RUNGS = (
    "screening_dose_small_child",
    "screening_dose_first",
    "screening_dose_second",
    "screening_dose_highest",
)
_UNIT = Measure.SCREENING_DOSE.unit


def next_rung(last_mcg: float, settings: Settings) -> Number | None:
    """The published dose after ``last_mcg``; ``None`` where that is the highest.

    >>> rung = next_rung(50, Settings())
    >>> rung.name, rung.value
    ('screening_dose_second', 75.0)
    """
    rungs = (settings.number(name) for name in _RUNGS)
    return next((rung for rung in rungs if rung.in_unit(_UNIT) > last_mcg * (1 + SLACK)), None)


def judge_screening_bolus(
    dose_mcg: float,
    last_mcg: float | None,
    hours: float | None,
    settings: Settings | None = None,
    *,
    on_ladder: bool = True,
) -> tuple[Touched, ...]:
    """Every guardrail that a lumbar bolus touches, ``hours`` after one of ``last_mcg``.

    Both are ``None`` where none was before. ``on_ladder`` holds it against the first dose or the next rung;
    a bolus after the start of the infusion is no step of screening.

    >>> [touched.name for touched in judge_screening_bolus(100, 50, 20)]
    ['screening-step', 'screening-interval']
    """
    settings = settings or Settings()
    said = f"The lumbar bolus of {shown(dose_mcg, _UNIT)}"
    found = [_highest(settings).touched(dose_mcg, said)]
    if on_ladder:
        found += _ladder(dose_mcg, last_mcg, settings, said)
    if hours is not None:
        after = f"The lumbar bolus follows the one before after {shown(hours, 'h')};"
        found.append(_interval(settings).touched(hours, after))
    return tuple(touched for touched in found if touched is not None)


def _highest(settings: Settings) -> Guardrail:
    number = settings.number("screening_dose_highest")
    return Guardrail.published(
        "screening-dose", number, Measure.SCREENING_DOSE, high=number.in_unit(_UNIT),
        above="is above the highest published screening dose, {limit}",
        remark="who does not respond to that dose is no candidate for a pump",
    )  # fmt: skip


def _interval(settings: Settings) -> Guardrail:
    number = settings.number("screening_interval")
    return Guardrail.published(
        "screening-interval",
        number,
        Measure.TIME,
        low=number.in_unit("h"),
        below="the published interval is {limit}",
    )


def _ladder(
    dose_mcg: float, last_mcg: float | None, settings: Settings, said: str
) -> Iterator[Touched | None]:
    """The first dose, or the rung after the dose before; slips are sought against the same dose."""
    if last_mcg is None:
        allowed, after = settings.number("screening_dose_first"), "the first published screening dose"
    else:
        allowed = next_rung(last_mcg, settings) or settings.number("screening_dose_highest")
        after = f"the published step after {shown(last_mcg, _UNIT)}"
    rule = Guardrail.published(
        "screening-step", allowed, Measure.SCREENING_DOSE, high=allowed.in_unit(_UNIT),
        above=f"is above {after}, {{limit}}",
    )  # fmt: skip
    yield rule.touched(dose_mcg, said)
    expected = allowed.in_unit(_UNIT)
    slip = slip_between(expected, dose_mcg, settings)
    if slip:
        yield slip_touched(slip, settings, what="the screening dose", unit=_UNIT, expected=expected)
    yield tenfold_touched(expected, dose_mcg, settings, what="the screening dose", unit=_UNIT)
