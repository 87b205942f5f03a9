"""Published dose rules that a therapy leaves: screening, start, titration, maintenance, by mouth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from cisterna.course.course import Course
from cisterna.course.warning import Warning  # noqa: A004
from cisterna.evidence import Number, Settings
from cisterna.instants import elapsed_h, instant_us, utc
from cisterna.pump import daily_dose_of
from cisterna.therapy import Fill, Implant, LumbarBolus, Oral, Program, Therapy, Topical
from cisterna.units import decimal_text

__all__ = ["dosing_warnings"]

_ROUNDING = 1e-9  # a step of just 15 % computed in floats is not above 15 %
_SPINAL = {"spinal cord injury", "multiple sclerosis"}


def dosing_warnings(course: Course) -> Iterator[Warning]:
    """One warning for each event that leaves a published dose rule."""
    yield from _screening(course)
    yield from _implant(course)
    yield from _programs(course)
    yield from _by_mouth(course)
    yield from _skin(course)


def _age(therapy: Therapy, at_us: int) -> float:
    return therapy.patient.age_at(_day(therapy, at_us))


def _day(therapy: Therapy, at_us: int) -> date:
    return utc(at_us).astimezone(therapy.zone).date()


def _screening(course: Course) -> Iterator[Warning]:
    settings = course.therapy.settings
    boluses = [event for event in course.events if isinstance(event, LumbarBolus)]
    highest, interval = settings.number("screening_dose_highest"), settings.number("screening_interval")
    for event in boluses:
        if event.dose > highest.in_unit("mcg"):
            yield Warning.by(
                instant_us(event.at),
                f"The lumbar bolus of {event.dose.shown()} is above the highest published screening "
                f"dose, {highest.shown()}.",
                highest,
            )
    for earlier, later in pairwise(boluses):
        hours = elapsed_h(instant_us(earlier.at), instant_us(later.at))
        if hours < interval.in_unit("h"):
            yield Warning.by(
                instant_us(later.at),
                f"The lumbar bolus follows the one before after {decimal_text(hours, 1)} h; "
                f"the published interval is {interval.shown()}.",
                interval,
            )


def _implant(course: Course) -> Iterator[Warning]:
    therapy = course.therapy
    youngest = therapy.settings.number("minimum_age")
    strongest = therapy.settings.number("highest_concentration")
    for event in course.events:
        at_us = instant_us(event.at)
        if isinstance(event, Implant) and _age(therapy, at_us) < youngest.in_unit("y"):
            yield Warning.by(
                at_us,
                f"The pump was implanted at {decimal_text(_age(therapy, at_us), 1)} y; the published "
                f"experience begins at {youngest.shown()}.",
                youngest,
            )
        if isinstance(event, Fill) and event.concentration > strongest.in_unit("mcg/mL"):
            yield Warning.by(
                at_us,
                f"The fill of {event.concentration.shown()} is stronger than any product on the market, "
                f"{strongest.shown()}.",
                strongest,
            )


def _programs(course: Course) -> Iterator[Warning]:
    programs = [
        (instant_us(event.at), daily)
        for event in course.events
        if isinstance(event, Program)
        for daily in [daily_dose_of(event, course.therapy)]
        if daily is not None
    ]
    if not programs:
        return
    yield from _start(course, *programs[0])
    before = ""
    for at_us, daily in programs:
        side = _maintenance_side(course.therapy, at_us, daily)
        if side != before:
            yield from _maintenance(course.therapy, at_us, daily)
        before = side
        yield from _little_experience(course.therapy, at_us, daily)
    for earlier, later in pairwise(programs):
        yield from _step(course.therapy, _Change(programs[0][0], *earlier, *later))


def _start(course: Course, at_us: int, daily: float) -> Iterator[Warning]:
    boluses = [
        event for event in course.events if isinstance(event, LumbarBolus) and instant_us(event.at) < at_us
    ]
    if not boluses:
        return
    factor = course.therapy.settings.number("start_dose_factor")
    highest = factor.in_unit("ratio") * boluses[-1].dose
    if daily > highest:
        yield Warning.by(
            at_us,
            f"The start at {_daily(daily)} is above {decimal_text(factor.in_unit('ratio'))} times the last "
            f"screening dose, {_daily(highest)}.",
            factor,
        )


def _daily(dose: float) -> str:
    return f"{decimal_text(dose, 1)} mcg/day"


def _maintenance_range(therapy: Therapy, at_us: int) -> tuple[Number, str]:
    """The published maintenance range that applies, and to whom it does."""
    settings = therapy.settings
    if therapy.patient.condition in _SPINAL:
        return settings.number("spinal_maintenance_dose"), "spasticity of spinal origin"
    if _age(therapy, at_us) < settings.value("adult_dose_age", "y"):
        return settings.number("under_12_maintenance_dose"), "children under 12 y"
    return settings.number("cerebral_maintenance_dose"), "spasticity of cerebral origin"


def _maintenance_side(therapy: Therapy, at_us: int, daily: float) -> str:
    return _side(daily, _maintenance_range(therapy, at_us)[0])


def _maintenance(therapy: Therapy, at_us: int, daily: float) -> Iterator[Warning]:
    """A warning where the range is left; told once until the dose is on another side of it."""
    limit, whom = _maintenance_range(therapy, at_us)
    side = _side(daily, limit)
    if side:
        usual = "; usual while the dose is being found" if side == "below" else ""
        yield Warning.by(
            at_us,
            f"{_daily(daily)} is {side} the published maintenance range for {whom}, "
            f"{limit.shown_range()}{usual}.",
            limit,
        )


def _little_experience(therapy: Therapy, at_us: int, daily: float) -> Iterator[Warning]:
    little = therapy.settings.number("little_experience_dose")
    if daily > little.in_unit("mcg/day"):
        yield Warning.by(
            at_us,
            f"{_daily(daily)} is above {little.shown()}, beyond which there is little experience.",
            little,
        )


def _side(value: float, limit: Number) -> str:
    if limit.low is not None and value < limit.low:
        return "below"
    return "above" if limit.high is not None and value > limit.high else ""


@dataclass(frozen=True)
class _Change:
    """One program after another; ``start_us`` is the first of all."""

    start_us: int
    before_us: int
    before: float
    at_us: int
    daily: float

    @property
    def percent(self) -> float:
        return (self.daily - self.before) / self.before * 100

    @property
    def text(self) -> str:
        return f"From {_daily(self.before)} to {_daily(self.daily)} ({self.percent:+.0f} %)"


def _step(therapy: Therapy, change: _Change) -> Iterator[Warning]:
    if change.percent > 0:
        yield from _increase(therapy, change)
    reduction = therapy.settings.number("maintenance_reduction")
    if reduction.high is not None and -change.percent > reduction.high + _ROUNDING:
        yield Warning.by(
            change.at_us,
            f"{change.text} is a larger reduction than published for side effects, "
            f"{reduction.shown_range()}; a fast fall can bring withdrawal.",
            reduction,
        )


def _increase(therapy: Therapy, change: _Change) -> Iterator[Warning]:
    settings, text = therapy.settings, change.text
    rule = settings.number(_titration_rule(therapy, change.at_us))
    large = settings.number("large_titration_step")
    if rule.high is not None and change.percent > rule.high + _ROUNDING:
        yield Warning.by(
            change.at_us,
            f"{text} is a larger step than published for titration, {rule.shown_range()} in 24 h.",
            rule,
        )
    elif change.percent > large.in_unit("%") + _ROUNDING:
        yield Warning.by(
            change.at_us, f"{text} may be too much at higher doses (above {large.shown()}).", large
        )
    delay, interval = settings.number("first_increase_delay"), settings.number("titration_interval")
    if elapsed_h(change.start_us, change.at_us) < delay.in_unit("h"):
        yield Warning.by(change.at_us, f"{text} within the first {delay.shown()} of therapy.", delay)
    elif elapsed_h(change.before_us, change.at_us) < interval.in_unit("h"):
        yield Warning.by(
            change.at_us, f"{text} less than {interval.shown()} after the last change.", interval
        )


def _titration_rule(therapy: Therapy, at_us: int) -> str:
    if _age(therapy, at_us) < therapy.settings.value("adult_dose_age", "y"):
        return "titration_step_child"
    spinal = therapy.patient.condition in _SPINAL
    return "titration_step_spinal" if spinal else "titration_step_cerebral"


def _by_mouth(course: Course) -> Iterator[Warning]:
    therapy, settings = course.therapy, course.therapy.settings
    for event in course.events:
        if not isinstance(event, Oral) or not event.times:
            continue
        at_us = instant_us(event.at)
        daily_mg = event.dose * len(event.times) / 1000
        age = _age(therapy, at_us)
        child = age < settings.value("adult_dose_age", "y")
        weight = therapy.weight_at(_day(therapy, at_us))
        per_kg = settings.number("oral_child_dose_per_kg")
        if child and weight and daily_mg / weight > per_kg.in_unit("mg/kg/day") + _ROUNDING:
            yield Warning.by(
                at_us,
                f"By mouth {decimal_text(daily_mg / weight, 2)} mg/kg/day is above {per_kg.shown()}.",
                per_kg,
            )
        limit = settings.number(_oral_maximum(age, settings))
        if daily_mg > limit.in_unit("mg/day"):
            yield Warning.by(
                at_us, f"By mouth {decimal_text(daily_mg, 1)} mg/day is above {limit.shown()}.", limit
            )


def _oral_maximum(age: float, settings: Settings) -> str:
    if age < settings.value("oral_older_child_age", "y"):
        return "oral_maximum_under_8"
    adult = age >= settings.value("adult_age", "y")
    return "oral_maximum_adult" if adult else "oral_maximum_from_8"


def _skin(course: Course) -> Iterator[Warning]:
    first = next((event for event in course.events if isinstance(event, Topical)), None)
    if first is not None:
        yield Warning(
            instant_us(first.at),
            "No plasma level in man and no effect on spasticity is published for baclofen through the skin; "
            "no benefit may be expected from it here.",
            "no published value was found by November 2026",
            "not published",
        )
