"""A plan of weaning baclofen by mouth: the daily doses that a clinician chose, each held against the rule.

The plan computes no dose: doses and days are chosen by people. It says of each step what the published rule
would take, and what nobody published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cisterna.care.result import Reason
from cisterna.errors import Fault, InputError
from cisterna.evidence import Settings
from cisterna.units import decimal_text
from cisterna.verdict import Verdict

__all__ = ["MOST_STEPS", "WeaningPlan", "WeaningStepPlanned", "weaning_plan", "weaning_reason"]

MOST_STEPS = 12
"""Steps of one plan; a longer one is planned in parts."""
_DAYS_PER_WEEK = 7
_DUST = 1e-9


@dataclass(frozen=True, kw_only=True)
class WeaningStepPlanned:
    """One step on a day: daily doses in mg before and after it, and what the rule says."""

    day: date
    before_mg: float
    after_mg: float
    reason: Reason

    @property
    def change_percent(self) -> float:
        """How much of the dose in force is taken away."""
        return 100 * (self.before_mg - self.after_mg) / self.before_mg


@dataclass(frozen=True, kw_only=True)
class WeaningPlan:
    """The steps in order, and what holds of the whole."""

    steps: tuple[WeaningStepPlanned, ...]
    reasons: tuple[Reason, ...]

    @property
    def asks_for_reason(self) -> bool:
        """Whether a published limit is passed somewhere."""
        said = (*(step.reason for step in self.steps), *self.reasons)
        return any(one.verdict is not Verdict.OK for one in said)


def weaning_reason(before_mg: float, after_mg: float, settings: Settings) -> Reason:
    """What the published rule says of one step down, in mg/day.

    >>> weaning_reason(60, 40, Settings()).verdict.value
    'ok'
    >>> print(weaning_reason(60, 20, Settings()).text)
    Less by 66.7 %: more than the published 25 to 50 % of a step, which would lead to 30 to 45 mg/day.
    """
    rule = settings.number("oral_weaning_step")
    cut = 100 * (before_mg - after_mg) / before_mg
    low, high = rule.low_in("%"), rule.high_in("%")
    least, most = (decimal_text(before_mg * (100 - step) / 100, 2) for step in (high, low))
    taken = f"{least} to {most}"
    said = f"Less by {decimal_text(cut, 1)} %"
    published = f"the published {decimal_text(low)} to {decimal_text(high)} % of a step"
    if cut > high + _DUST:
        text = f"{said}: more than {published}, which would lead to {taken} mg/day."
        return Reason.on(rule, text, Verdict.CAUTION)
    if cut < low - _DUST:
        return Reason.on(rule, f"{said}: less than {published}.")
    return Reason.on(rule, f"{said}: within {published}.")


def weaning_plan(
    now_mg: float, doses_mg: Sequence[float], first: date, every_days: int, settings: Settings
) -> WeaningPlan:
    """The plan from ``now_mg`` a day through ``doses_mg``, the first on ``first``, each ``every_days`` later.

    Raises :class:`~cisterna.errors.InputError` for doses that do not fall, with faults at ``doses`` and
    ``every``.

    >>> plan = weaning_plan(60, (45, 30, 15, 0), date(2026, 12, 1), 7, Settings())
    >>> [(step.day.isoformat(), step.after_mg) for step in plan.steps][-1]
    ('2026-12-22', 0)
    >>> plan.asks_for_reason
    False
    """
    faults = tuple(_faults(now_mg, doses_mg, every_days))
    if faults:
        raise InputError(*faults)
    steps, before = [], now_mg
    for place, after in enumerate(doses_mg):
        day = first + timedelta(days=place * every_days)
        steps.append(
            WeaningStepPlanned(
                day=day,
                before_mg=before,
                after_mg=after,
                reason=_reason(before, after, len(doses_mg), settings),
            )
        )
        before = after
    return WeaningPlan(steps=tuple(steps), reasons=tuple(_whole(steps, settings)))


def _reason(before: float, after: float, many: int, settings: Settings) -> Reason:
    if after > 0:
        return weaning_reason(before, after, settings)
    if many == 1:
        return _abrupt(settings)
    return Reason.on(
        settings.number("oral_weaning_step"),
        "The last step, to nothing, is larger than the published step; no source that was read says from "
        "which dose the drug is stopped.",
    )


def _abrupt(settings: Settings) -> Reason:
    shortest = settings.number("oral_stop_time")
    return Reason.on(
        shortest,
        "Stopped in one step: never abruptly, stopping takes at least "
        f"{decimal_text(shortest.low_in('weeks'))} to {decimal_text(shortest.high_in('weeks'))} weeks.",
        Verdict.CAUTION,
    )


def _whole(steps: Sequence[WeaningStepPlanned], settings: Settings) -> Iterator[Reason]:
    """The time that the whole takes, where it ends with nothing."""
    yield Reason.on(
        settings.number("oral_weaning_step"),
        "One drug at a time, baclofen first, after the pump has begun; oral baclofen is kept at home.",
    )
    if steps[-1].after_mg > 0 or len(steps) == 1:
        return
    shortest = settings.number("oral_stop_time")
    low, high = shortest.low_in("weeks"), shortest.high_in("weeks")
    weeks = (steps[-1].day - steps[0].day).days / _DAYS_PER_WEEK
    text = (
        f"From the first step to nothing: {decimal_text(weeks, 1)} weeks; published are at least "
        f"{decimal_text(low)} to {decimal_text(high)} weeks."
    )
    yield Reason.on(shortest, text, Verdict.CAUTION if weeks < low - _DUST else Verdict.OK)


def _faults(now_mg: float, doses_mg: Sequence[float], every_days: int) -> Iterator[Fault]:
    if not doses_mg or len(doses_mg) > MOST_STEPS:
        yield Fault(
            where="doses",
            found=f"{len(doses_mg)} doses",
            allowed=f"1 to {MOST_STEPS} daily doses",
            remedy="write them in order, for example 45, 30, 15, 0",
        )
    before = now_mg
    for dose in doses_mg:
        if not 0 <= dose < before:
            yield Fault(
                where="doses",
                found=f"{decimal_text(dose)} mg/day after {decimal_text(before)} mg/day",
                allowed="each dose below the one before, the last one perhaps 0",
                remedy="write falling doses; a rise is a change of dose",
            )
            break
        before = dose
    if every_days < 1:
        yield Fault(
            where="every", found=f"{every_days} days", allowed="at least 1 day", remedy="write whole days"
        )
