"""One dose after another: steps of the pump's daily dose, and of drugs by mouth that are weaned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from cisterna.care.calculators.calculation import (
    above_zero,
    calculated,
    checked_all,
    chosen_range,
    contradiction,
    daily_dose_reasons,
    given,
    not_known,
    reasons_of,
    says,
    settings_of,
)
from cisterna.care.result import Reason, Result, told
from cisterna.care.scales.ranges import one_of
from cisterna.errors import Fault
from cisterna.evidence import Number, Settings, number
from cisterna.limits.changes import DoseChange, judge_change
from cisterna.limits.guardrail import Origin, Phase, Subject
from cisterna.limits.published import published_step
from cisterna.units import MCG_PER_MG, Age, DailyDose, Duration, Fraction, decimal_text
from cisterna.verdict import Verdict

__all__ = ["DoseStep", "TitrationStep", "WeaningStep", "titration_step", "weaning_step"]

ORIGINS = ("cerebral", "spinal")
PHASES = ("titration", "maintenance")
_LONGEST_NAME = 40
_BY_MOUTH = ("baclofen", "diazepam", "tizanidine", "dantrolene")


@dataclass(frozen=True, kw_only=True)
class TitrationStep:
    """The size of a step, and where the published steps lie."""

    change_percent: float | None = field(metadata=told("change", "%", 1))
    lowest_next_mcg_per_day: float = field(metadata=told("published step, from", "mcg/day", 1))
    highest_next_mcg_per_day: float = field(metadata=told("published step, to", "mcg/day", 1))


@dataclass(frozen=True, kw_only=True)
class DoseStep:
    """For whom and when a step is planned; times that are not known are ``None``."""

    origin: str
    phase: str
    since_change: Duration | None = None
    since_start: Duration | None = None
    age: Age | None = None
    side_effects: bool = False

    def faults(self) -> Iterator[Fault]:
        """What is wrong with it."""
        yield from one_of("origin", self.origin, ORIGINS)
        yield from one_of("phase", self.phase, PHASES)
        yield from self._time_faults()
        bounds = number("plausible_age")
        if self.age is not None and self.age > bounds.high_in("y"):
            yield Fault(
                where="age", found=self.age.shown(), allowed=bounds.shown(), remedy="write for example '8 y'"
            )

    def _time_faults(self) -> Iterator[Fault]:
        change, start = self.since_change, self.since_start
        if change is not None and start is not None and change > start:
            yield Fault(
                where="since_change",
                found=change.shown(),
                allowed=f"at most the time since the start, {start.shown()}",
                remedy="no change of the dose comes before the start: check both",
            )

    def subject(self) -> Subject:
        """Whom the limits are asked about."""
        return Subject(
            origin=cast("Origin", self.origin),
            phase=cast("Phase", self.phase),
            age_y=None if self.age is None else float(self.age),
        )


def titration_step(
    dose: DailyDose,
    step: DoseStep,
    proposed: DailyDose | None = None,
    published: tuple[Fraction, Fraction] | None = None,
) -> Result[TitrationStep]:
    """The published steps from a daily dose, and whether a proposed one keeps to them.

    Up by the step of origin, age and phase; down by the published reduction where there are side effects. A
    smaller step than published is ``ok``. ``published`` sets another step in its place. The dose itself is
    held against the published ones.

    >>> step = DoseStep(origin="cerebral", phase="titration")
    >>> value = titration_step(DailyDose(400), step, DailyDose(440)).value
    >>> value.change_percent, value.lowest_next_mcg_per_day, value.highest_next_mcg_per_day
    (10.0, 420.0, 460.0)
    """
    checked_all(step.faults(), above_zero(dose=dose))
    applied = _applied(step, published)
    low, high = applied.low_in("%"), applied.high_in("%")
    signed = (-high, -low) if step.side_effects else (low, high)
    lowest, highest = (dose * (100 + percent) / 100 for percent in signed)
    change = None if proposed is None else _change(dose, proposed, step)
    reasons = list(_step_reasons(applied, lowest, highest, step))
    if change is None:
        why = "No proposed dose was given, so that there is no change to judge."
        reasons.append(not_known("change_percent", why, applied.source))
    else:
        reasons += reasons_of(judge_change(change, step.subject(), settings_of(applied)))
        reasons += _change_reasons(change, applied, step)
    reasons += daily_dose_reasons(dose if proposed is None else proposed)
    return calculated(
        "titrate",
        "Step of the daily dose",
        TitrationStep(
            change_percent=None if change is None else change.percent,
            lowest_next_mcg_per_day=lowest,
            highest_next_mcg_per_day=highest,
        ),
        formula="change = (proposed - dose) / dose; published step = dose x (100 % + step), or dose x (100 % "
        "- reduction) for side effects",
        inputs=given(
            dose=dose,
            proposed=proposed,
            origin=step.origin,
            phase=step.phase,
            since_change=step.since_change,
            since_start=step.since_start,
            age=None if step.age is None else step.age.shown(),
            side_effects=step.side_effects,
            step=applied.shown(),
        ),
        source=applied.source,
        status=applied.status,
        reasons=reasons,
        numbers=(
            number("large_titration_step"),
            number("first_increase_delay"),
            number("titration_interval"),
        ),
    )


def _applied(step: DoseStep, published: tuple[Fraction, Fraction] | None) -> Number:
    """The published range of the step, or the one that the site sets in its place."""
    rule = published_step(step.subject(), Settings())
    if step.side_effects or rule is None:
        rule = number("maintenance_reduction")
    if published is not None and not 0 < published[0] <= published[1] < 100:
        raise contradiction(
            "step",
            f"{published[0]} to {published[1]}",
            "per cents above 0 and below 100, the lower one first",
            "write for example '5%..15%'",
        )
    return chosen_range(rule.name, published, "%", "--step")


def _change(dose: DailyDose, proposed: DailyDose, step: DoseStep) -> DoseChange:
    return DoseChange(
        before_mcg_per_day=float(dose),
        after_mcg_per_day=float(proposed),
        hours_since_change=None if step.since_change is None else float(step.since_change),
        hours_since_start=None if step.since_start is None else float(step.since_start),
    )


def _step_reasons(applied: Number, lowest: float, highest: float, step: DoseStep) -> Iterator[Reason]:
    what = "reduction for side effects" if step.side_effects else f"step in {step.phase}"
    yield says(
        applied,
        f"The published {what} is {applied.shown()}: {decimal_text(lowest, 1)} to "
        f"{decimal_text(highest, 1)} mcg/day.",
    )


def _change_reasons(change: DoseChange, applied: Number, step: DoseStep) -> Iterator[Reason]:
    if step.side_effects and change.rises:
        yield says(
            applied,
            f"{change.text} is a rise, while side effects were reported; published is a reduction.",
            Verdict.CAUTION,
        )
    if not change.rises:
        return
    for what, hours, rule in (
        ("the last change", step.since_change, number("titration_interval")),
        ("the start of the infusion", step.since_start, number("first_increase_delay")),
    ):
        if hours is None:
            yield says(rule, f"The time since {what} was not given: {rule.shown()} after it was not checked.")


@dataclass(frozen=True, kw_only=True)
class WeaningStep:
    """Where the next daily dose by mouth lies."""

    next_lowest_mg_per_day: float = field(metadata=told("next daily dose, from", "mg/day"))
    next_highest_mg_per_day: float = field(metadata=told("next daily dose, to", "mg/day"))


def weaning_step(
    drug: str, daily_dose: DailyDose, published: tuple[Fraction, Fraction] | None = None
) -> Result[WeaningStep]:
    """The next daily dose of one drug by mouth: less by 25 to 50 %, one drug at a time, baclofen first.

    >>> value = weaning_step("baclofen", DailyDose(60_000)).value
    >>> value.next_lowest_mg_per_day, value.next_highest_mg_per_day
    (30.0, 45.0)
    """
    checked_all(_drug_faults(drug), _oral_faults(daily_dose))
    if published is not None and not 0 < published[0] <= published[1] <= 100:
        raise contradiction(
            "step",
            f"{published[0]} to {published[1]}",
            "per cents above 0 and at most 100, the smaller one first",
            "write for example '25%..50%'",
        )
    applied = chosen_range("oral_weaning_step", published, "%", "--step")
    mg = daily_dose / MCG_PER_MG
    lowest, highest = mg * (100 - applied.high_in("%")) / 100, mg * (100 - applied.low_in("%")) / 100
    shortest = number("oral_stop_time")
    return calculated(
        "wean",
        "Weaning a drug by mouth",
        WeaningStep(next_lowest_mg_per_day=lowest, next_highest_mg_per_day=highest),
        formula="next daily dose = daily dose x (100 % - step)",
        inputs={"drug": drug, "daily_dose": f"{decimal_text(mg)} mg/day", "step": applied.shown()},
        source=applied.source,
        status=applied.status,
        reasons=(
            says(
                applied,
                f"After intrathecal therapy has begun, {drug} is reduced by {applied.shown()} in a step; one "
                "drug at a time, baclofen first; keep oral baclofen at home.",
            ),
            says(
                shortest,
                f"Never stop it abruptly: stopping takes at least {decimal_text(shortest.low_in('weeks'))} "
                f"to {decimal_text(shortest.high_in('weeks'))} weeks.",
            ),
            *_oral_reasons(drug, mg),
        ),
        numbers=(shortest,),
    )


def _drug_faults(drug: str) -> Iterator[Fault]:
    if not drug or len(drug) > _LONGEST_NAME or not drug.replace(" ", "").replace("-", "").isalpha():
        yield Fault(
            where="drug",
            found=f"'{drug}'",
            allowed="the name of one drug",
            remedy="write for example 'baclofen'",
        )


def _oral_faults(daily_dose: DailyDose) -> Iterator[Fault]:
    bounds = number("plausible_oral_dose")
    mg = daily_dose / MCG_PER_MG
    if not bounds.low_in("mg") <= mg <= bounds.high_in("mg"):
        yield Fault(
            where="daily_dose",
            found=f"{decimal_text(mg)} mg/day",
            allowed=f"{bounds.shown()} ({bounds.text})",
            remedy="write the daily dose by mouth in mg/day, for example '60 mg/day'",
        )


def _oral_reasons(drug: str, mg: float) -> Iterator[Reason]:
    if drug.lower() not in _BY_MOUTH:
        yield Reason(
            text=f"{drug} is none of the drugs by mouth that guidelines name against spasticity "
            f"({', '.join(_BY_MOUTH)}): check the name, and whether the step holds for it.",
            source="overview of alternatives: NICE CG145; Winter",
            verdict=Verdict.CAUTION,
        )
    most = number("oral_maximum_adult")
    if drug == "baclofen" and mg > most.in_unit("mg/day"):
        text = (
            f"{decimal_text(mg)} mg/day is above the highest published daily dose for adults, {most.shown()}."
        )
        yield says(most, text, Verdict.CAUTION)
