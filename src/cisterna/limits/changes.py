"""One daily dose after another, judged: size of the step, its timing, slips of the pen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cisterna.evidence import Settings
from cisterna.limits.guardrail import SLACK, Guardrail, Measure, Subject, Touched, shown
from cisterna.limits.published import (
    change_guardrails,
    first_increase_guardrail,
    titration_interval_guardrail,
)
from cisterna.limits.slips import slip_between, slip_touched, tenfold_touched

__all__ = ["DoseChange", "change_caps", "judge_change"]

_DOSE = Measure.DAILY_DOSE.unit


@dataclass(frozen=True, kw_only=True)
class DoseChange:
    """From one daily dose, above 0, to another; ``what`` says which dose where it is not the whole.

    Hours that are not known are ``None`` and meet no rule of timing.

    >>> change = DoseChange(before_mcg_per_day=100, after_mcg_per_day=120)
    >>> change.percent, change.text
    (20.0, 'From 100 mcg/day to 120 mcg/day (+20 %)')
    """

    before_mcg_per_day: float
    after_mcg_per_day: float
    hours_since_change: float | None = None
    hours_since_start: float | None = None
    what: str = ""

    @property
    def percent(self) -> float:
        """The change in per cent of the dose before; positive where it rises."""
        return 100 * (self.after_mcg_per_day - self.before_mcg_per_day) / self.before_mcg_per_day

    @property
    def factor(self) -> float:
        """The new dose over the dose before."""
        return self.after_mcg_per_day / self.before_mcg_per_day

    @property
    def rises(self) -> bool:
        """Whether the dose rises by more than rounding."""
        return self.percent > SLACK

    @property
    def text(self) -> str:
        """The change as the beginning of a sentence."""
        sign = "+" if self.rises else ""
        percent = f"{sign}{shown(self.percent, Measure.CHANGE.unit)}"
        before, after = shown(self.before_mcg_per_day, _DOSE), shown(self.after_mcg_per_day, _DOSE)
        return f"From {before} to {after}{self.what} ({percent})"


def judge_change(
    change: DoseChange, subject: Subject, settings: Settings | None = None
) -> tuple[Touched, ...]:
    """Every guardrail on a change of the daily dose that this one touches.

    >>> change = DoseChange(before_mcg_per_day=100, after_mcg_per_day=112, hours_since_change=24,
    ...                     hours_since_start=48)
    >>> judge_change(change, Subject(origin="cerebral", age_y=8, phase="titration"))
    ()
    """
    settings = settings or Settings()
    return tuple(
        entry
        for entry in (
            *_slips(change, settings),
            *_size(change, subject, settings),
            *_timing(change, settings),
        )
        if entry is not None
    )


def _slips(change: DoseChange, settings: Settings) -> Iterator[Touched | None]:
    before, after = change.before_mcg_per_day, change.after_mcg_per_day
    what = f"the daily dose{change.what}"
    slip = slip_between(before, after, settings)
    if slip:
        yield slip_touched(slip, settings, what=what, unit=_DOSE, expected=before)
    yield tenfold_touched(before, after, settings, what=what, unit=_DOSE)


def _applying(subject: Subject, settings: Settings, *, rising: bool) -> Iterator[Guardrail]:
    return (rule for rule in change_guardrails(settings, rising=rising) if rule.scope.holds_for(subject))


def _size(change: DoseChange, subject: Subject, settings: Settings) -> Iterator[Touched | None]:
    for rule in _applying(subject, settings, rising=change.rises):
        value = abs(change.percent) if rule.measure is Measure.CHANGE else change.factor
        yield rule.touched(value, change.text)


def _timing(change: DoseChange, settings: Settings) -> Iterator[Touched | None]:
    if not change.rises:
        return
    first = None
    if change.hours_since_start is not None:
        first = first_increase_guardrail(settings).touched(change.hours_since_start, change.text)
        yield first
    if change.hours_since_change is not None and first is None:
        yield titration_interval_guardrail(settings).touched(change.hours_since_change, change.text)


def change_caps(before_mcg_per_day: float, subject: Subject, settings: Settings) -> Iterator[Guardrail]:
    """The limits of a rise as the highest daily doses that they leave.

    >>> caps = change_caps(400, Subject(origin="cerebral", age_y=30, phase="titration"), Settings())
    >>> [(cap.name, cap.high) for cap in caps]
    [('titration-step', 460.0), ('large-change', 480.0), ('hard-change', 800.0)]
    """
    caps = (rule.as_daily_dose(before_mcg_per_day) for rule in _applying(subject, settings, rising=True))
    return (cap for cap in caps if cap is not None)
