"""What the doses, boluses and changes of a program touch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cisterna.evidence import Settings
from cisterna.instants import HOURS_PER_DAY, US_PER_DAY, US_PER_HOUR, us_of_hours
from cisterna.limits.boluses import boluses_per_day, in_words
from cisterna.limits.changes import DoseChange, judge_change
from cisterna.limits.doses import doses_in_window_mcg, most_patient_boluses
from cisterna.limits.guardrail import Guardrail, Kind, Measure, Touched, shown
from cisterna.limits.pair import Pair
from cisterna.limits.published import daily_dose_guardrails, shortest_interval_guardrail
from cisterna.limits.situation import Situation
from cisterna.limits.slips import slip_between, slip_touched, tenfold_touched
from cisterna.pump.program import RunningProgram
from cisterna.therapy import Program
from cisterna.verdict import Verdict

__all__ = ["Amounts", "amounts_of", "bolus_touched", "change_touched", "dose_touched", "pair_touched"]

_DOSE = Measure.DAILY_DOSE.unit


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """What a program asks for, in micrograms; the most counts every patient bolus that is allotted.

    ``daily`` is the mean day of the program alone, ``allotted`` what the patient may add in a day, the
    others the most of any 24 h, and the least and the most of any hour, by the pump's clock.
    """

    daily: float
    allotted: float
    most_in_day: float
    least_in_hour: float
    most_in_hour: float


def amounts_of(running: RunningProgram) -> Amounts:
    """The amounts of a program as the pump runs it."""
    schedule = running.own_day or running.schedule
    _, most_day = doses_in_window_mcg(schedule, US_PER_DAY)
    least_hour, most_hour = doses_in_window_mcg(schedule, US_PER_HOUR)
    in_day = _patient_dose(running.program, HOURS_PER_DAY)
    return Amounts(
        daily=running.daily_dose_mcg(), allotted=in_day,
        most_in_day=most_day + in_day, least_in_hour=least_hour,
        most_in_hour=most_hour + _patient_dose(running.program, 1),
    )  # fmt: skip


def _patient_dose(program: Program, window_h: float) -> float:
    allowance = program.patient_bolus
    return allowance.dose * most_patient_boluses(allowance, window_h) if allowance else 0.0


def dose_touched(now: Situation, amounts: Amounts) -> Iterator[Touched]:
    """The published ranges of the daily dose: the mean day below, the richest 24 h above."""
    for rule in daily_dose_guardrails(now.therapy.settings):
        if not rule.scope.holds_for(now.subject):
            continue
        richest = f"{shown(amounts.most_in_day, _DOSE)} in the richest 24 h"
        differs = shown(amounts.most_in_day, _DOSE) != shown(amounts.daily, _DOSE)
        touched = rule.touched(amounts.most_in_day, richest if differs else "")
        if touched is None or touched.side == "below":
            touched = rule.touched(amounts.daily)
        if touched is not None:
            yield touched


def pair_touched(now: Situation, pair: Pair, amounts: Amounts | None) -> Iterator[Touched]:
    """The bounds of the pair of drug and concentration on everything that the program states."""
    if amounts is not None:
        yield from pair.touched(Measure.DAILY_DOSE, least=amounts.daily, most=amounts.most_in_day)
        yield from pair.touched(Measure.HOURLY_DOSE, least=amounts.least_in_hour, most=amounts.most_in_hour)
    program, allowance = now.program, now.program.patient_bolus
    doses = [
        float(dose) for dose in (program.bolus, allowance.dose if allowance else None) if dose is not None
    ]
    if doses:
        yield from pair.touched(Measure.BOLUS, least=min(doses), most=max(doses))
        count = boluses_per_day(program.every) if program.every else 0.0
        count += allowance.per_day if allowance else 0
        yield from pair.touched(
            Measure.BOLUS_COUNT, least=count, most=count, said=_count_said(program, count)
        )
    if program.over is not None:
        yield from pair.touched(Measure.BOLUS_DURATION, least=program.over, most=program.over)
    if allowance is not None and now.running is not None:
        yield from _window_touched(now.running, pair)


def _count_said(program: Program, count: float) -> str:
    dose = (program.bolus * boluses_per_day(program.every)) if program.bolus and program.every else 0.0
    if program.patient_bolus:
        dose += program.patient_bolus.dose * program.patient_bolus.per_day
    return f"{shown(count, 'count')} boluses a day, together {shown(dose, _DOSE)},"


def _window_touched(running: RunningProgram, pair: Pair) -> Iterator[Touched]:
    """The most of any window of the site: a whole window of background and every bolus that fits in."""
    window_h = pair.window_h
    most = 0.0
    if window_h is not None:
        _, background = doses_in_window_mcg(running.schedule, us_of_hours(window_h))
        most = background + _patient_dose(running.program, window_h)
    said = f"{shown(most, 'mcg')} in {in_words(window_h)}" if window_h is not None else ""
    for touched in pair.touched(Measure.WINDOW_DOSE, least=most, most=most, said=said):
        if touched.limit is not None or touched.verdict is Verdict.STOP:
            yield touched
        else:
            text = f"{touched.text.split(':')[0]}: the patient's boluses were held against none."
            yield replace(touched, value=None, text=text)


def bolus_touched(now: Situation) -> Iterator[Touched]:
    """Boluses that come too often: the interval of a periodic bolus, the lockout of the patient's."""
    settings, program = now.therapy.settings, now.program
    rule = shortest_interval_guardrail(settings)
    if program.every is not None and program.bolus is not None:
        yield from _interval_touched(rule, float(program.every), float(program.bolus))
        yield from _interval_slip(now, settings)
    if program.patient_bolus is not None:
        touched = rule.touched(
            float(program.patient_bolus.lockout),
            f"The lockout of the patient's bolus, {in_words(program.patient_bolus.lockout)},",
        )
        if touched is not None:
            yield touched


def _interval_touched(rule: Guardrail, every_h: float, dose_mcg: float) -> Iterator[Touched]:
    """An interval told in words, as a count and a dose per day, and as what it may have been meant to be."""
    if every_h <= 0:
        count, meant = "without end", ""
    else:
        per_day = boluses_per_day(every_h)
        count = f"{shown(per_day, 'count')} a day, {shown(per_day * dose_mcg, _DOSE)}"
        hours = every_h * 60
        fewer = boluses_per_day(hours)
        meant = (
            f" With hours in place of minutes it is {in_words(hours)}: {shown(fewer, 'count')} a day, "
            f"{shown(fewer * dose_mcg, _DOSE)}."
        )
    touched = rule.touched(every_h, f"A bolus every {in_words(every_h)} ({count})")
    if touched is not None:
        yield replace(touched, text=touched.text + meant)


def _interval_slip(now: Situation, settings: Settings) -> Iterator[Touched]:
    """The dose of the boluses in a day against the one before; in the whole dose a slip may hide."""
    program, previous = now.program, now.previous
    if previous is None or not (previous.every and previous.bolus and program.every and program.bolus):
        return
    before = previous.bolus * boluses_per_day(previous.every)
    after = program.bolus * boluses_per_day(program.every)
    yield from _slips(before, after, settings, "the dose of the boluses in a day")


def _slips(before: float, after: float, settings: Settings, what: str) -> Iterator[Touched]:
    slip = slip_between(before, after, settings)
    found = (
        slip_touched(slip, settings, what=what, unit=_DOSE, expected=before) if slip else None,
        tenfold_touched(before, after, settings, what=what, unit=_DOSE),
    )
    yield from (touched for touched in found if touched is not None)


def change_touched(now: Situation, amounts: Amounts) -> Iterator[Touched]:
    """The step from the dose before, or the start against the screening dose."""
    if now.previous is None:
        yield from _start_touched(now, amounts)
        return
    before = now.previous_mcg_per_day
    if not before:
        yield _not_known(now)
        return
    if not now.states_dose:
        return
    change = DoseChange(
        before_mcg_per_day=before, after_mcg_per_day=amounts.daily,
        hours_since_change=now.hours_since_change, hours_since_start=now.hours_since_start,
    )  # fmt: skip
    told = {touched.name: touched for touched in judge_change(change, now.subject, now.therapy.settings)}
    with_boluses = _with_patient_boluses(now, change, amounts)
    if with_boluses is not None:
        for touched in judge_change(with_boluses, now.subject, now.therapy.settings):
            told.setdefault(touched.name, touched)
    yield from told.values()


def _with_patient_boluses(now: Situation, change: DoseChange, amounts: Amounts) -> DoseChange | None:
    """The same change with every allotted patient bolus, where more are allotted than before."""
    before = _patient_dose(now.previous, HOURS_PER_DAY) if now.previous else 0.0
    if amounts.allotted <= before:
        return None
    return replace(
        change, before_mcg_per_day=change.before_mcg_per_day + before,
        after_mcg_per_day=amounts.daily + amounts.allotted, what=" with every allotted patient bolus",
    )  # fmt: skip


def _not_known(now: Situation) -> Touched:
    before = now.previous.at.isoformat() if now.previous else ""
    return Touched(
        name="large-change", kind=Kind.RECOMMENDED, measure=Measure.CHANGE, limit=None, value=None,
        unit=Measure.CHANGE.unit, source="pump model", status="derived", verdict=Verdict.CAUTION,
        text=f"The daily dose of the program before, of {before}, cannot be computed, so that the change was "
             "held against no limit.",
    )  # fmt: skip


def _start_touched(now: Situation, amounts: Amounts) -> Iterator[Touched]:
    if now.screening is None or not now.states_dose:
        return
    settings = now.therapy.settings
    factor = settings.number("start_dose_factor")
    highest = factor.in_unit("ratio") * now.screening.dose
    rule = Guardrail.published(
        "start-dose", factor, Measure.DAILY_DOSE, high=highest,
        above=f"is above {shown(factor.in_unit('ratio'), 'ratio')} times the last screening dose, "
              f"{shown(highest, _DOSE)}",
    )  # fmt: skip
    touched = rule.touched(amounts.daily, f"The start at {shown(amounts.daily, _DOSE)}")
    if touched is not None:
        yield touched
    yield from _slips(highest, amounts.daily, settings, "the start dose")
