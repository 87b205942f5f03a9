"""Published dose rules that a therapy leaves: screening, start, titration, maintenance, by mouth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cisterna.course.course import Course
from cisterna.course.warning import Warning  # noqa: A004
from cisterna.evidence import Settings
from cisterna.instants import instant_us, utc
from cisterna.limits import Measure, Touched, judge_dosing, judge_screening
from cisterna.therapy import Fill, Implant, LumbarBolus, Oral, Program, Therapy, Topical
from cisterna.units import MCG_PER_MG, decimal_text

__all__ = ["dosing_warnings"]

_ROUNDING = 1e-9  # a step of just 15 % computed in floats is not above 15 %


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
    for event in course.events:
        if isinstance(event, LumbarBolus):
            at_us = instant_us(event.at)
            for touched in judge_screening(course.therapy, event).guardrails:
                yield _told(at_us, touched)


def _told(at_us: int, touched: Touched) -> Warning:
    return Warning(at_us, touched.text, touched.source, touched.status)


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
    """What each program touches; a daily dose outside a range is told until it is on another side of it."""
    before: set[tuple[str, str | None]] = set()
    for event in course.events:
        if not isinstance(event, Program):
            continue
        at_us, outside = instant_us(event.at), set[tuple[str, str | None]]()
        for touched in _smallest_first(judge_dosing(course.therapy, event)):
            if touched.measure is Measure.DAILY_DOSE:
                outside.add((touched.name, touched.side))
            if (touched.name, touched.side) not in before or touched.measure is not Measure.DAILY_DOSE:
                yield _told(at_us, touched)
        before = outside


def _smallest_first(touched: Sequence[Touched]) -> Iterator[Touched]:
    """All of them, but of several recommended limits of one change only the smallest, which wins."""
    steps = [entry for entry in touched if entry.measure is Measure.CHANGE and entry.limit is not None]
    smallest = min(steps, key=lambda entry: entry.limit or 0.0, default=None)
    yield from (entry for entry in touched if entry not in steps or entry is smallest)


def _by_mouth(course: Course) -> Iterator[Warning]:
    therapy, settings = course.therapy, course.therapy.settings
    for event in course.events:
        if not isinstance(event, Oral):
            continue
        at_us = instant_us(event.at)
        daily_mg = event.dose * max(1, len(event.times)) / MCG_PER_MG
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
