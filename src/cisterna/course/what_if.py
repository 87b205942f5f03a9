"""What if: a therapy goes on from an instant with something gone wrong, beside the same without it.

Nothing of it is recorded. The faults are those that the pump knows; what is noticed are its alarms, what
befalls it, and the warnings of the course.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Literal, get_args

from cisterna.course.course import Course
from cisterna.course.flight import clock_at_the_place, flight_noticed
from cisterna.course.noticed import Noticed
from cisterna.course.onward import running_pump
from cisterna.course.response_warnings import response_warnings
from cisterna.course.simulate import simulate
from cisterna.errors import Fault, InputError, TherapyError
from cisterna.evidence import told_source
from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us, utc
from cisterna.pump import daily_doses, run_pump
from cisterna.therapy import Event, FaultEvent, Fill, Program, Stop, Therapy
from cisterna.units import Concentration, DailyDose, Fraction, Volume

__all__ = ["SCENARIOS", "Noticed", "Scenario", "Steps", "WhatIf", "what_if"]

Scenario = Literal[
    "missed-refill",
    "motor-stall",
    "catheter-leak",
    "wrong-concentration",
    "stopped",
    "lowered-in-steps",
    "flight",
]
SCENARIOS: tuple[Scenario, ...] = get_args(Scenario)
"""The refill is missed, the motor stalls, the catheter leaks, the syringe held another concentration than its
label, the pump is stopped at once, the dose is lowered in steps to nothing, the family flies over zones."""

_LOOKED_DAYS = 14
_LOOKED_DAYS_OF_A_FLIGHT = 4
"""Long enough to see days repeat, and short enough to see their hours."""
_MOST_OUTPUTS = 2000
"""Hourly, and more coarsely where the look goes on for months."""


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Lowering by ``share`` (fraction) of the dose of now, a step each ``every`` days, to nothing."""

    share: float
    every: float


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """The course with (``course``) and without (``without``) it, from ``at_us`` on, and what is noticed.

    After a flight ``course`` has the pump's clock as it was, ``without`` the clock set to the place's time.
    """

    at_us: int
    course: Course
    without: Course
    noticed: tuple[Noticed, ...]

    @property
    def first(self) -> Noticed | None:
        """What somebody sees or hears first."""
        return next((each for each in self.noticed if each.is_seen_or_heard), None)


def what_if(
    therapy: Therapy,
    scenario: Scenario,
    at: datetime,
    *,
    amount: Fraction | Concentration | None = None,
    steps: Steps | None = None,
    hours_east: float | None = None,
) -> WhatIf:
    """Let ``therapy`` go on from ``at`` in a scenario, for 14 days, or as long as it takes and more.

    A flight is looked at for 4 days.

    ``amount`` is the part of the flow that a leak loses, or the true concentration of the next fill, which is
    taken to be made at ``at`` as the last one was; ``steps`` are those of lowering; ``hours_east`` is how
    far the time of the place is ahead of home, below 0 for west. Raises
    :class:`~cisterna.errors.InputError` for what is missing and what the pump refuses.

    >>> from datetime import timedelta
    >>> from pathlib import Path
    >>> from cisterna.therapy import read_therapy
    >>> therapy = read_therapy(Path("examples/child-start-and-titration.toml"))
    >>> stalled = what_if(therapy, "motor-stall", therapy.valid_events[-1].at + timedelta(days=1))
    >>> stalled.first.kind, stalled.first.text
    ('alarm', 'motor stall: a two-tone alarm')
    """
    at_us = instant_us(at)
    run = running_pump(therapy, at_us)
    _check_alien(scenario, amount, steps, hours_east)
    _check(scenario, amount, steps)
    clock = clock_at_the_place(therapy, at, hours_east) if scenario == "flight" else None
    both = tuple(_of_both(therapy, scenario, at))
    added = tuple(_added(therapy, scenario, at, amount, steps))
    end = at + timedelta(days=_days(therapy, scenario, at, steps))
    hours = max(1, ceil((end - at) / timedelta(hours=1) / _MOST_OUTPUTS))
    span_us = range(at_us, instant_us(end) + 1, hours * US_PER_HOUR)
    instants = [utc(each) for each in span_us]
    course = simulate(replace(therapy, events=(*therapy.events, *both, *added)), until=end, at=instants)
    without = simulate(
        replace(therapy, events=(*therapy.events, *both, *([clock] if clock else []))), until=end, at=instants
    )
    noticed = flight_noticed(run, without, clock) if clock else _noticed(course, without, at_us)
    return WhatIf(at_us=at_us, course=course, without=without, noticed=tuple(noticed))


def _check_alien(
    scenario: Scenario, amount: Fraction | Concentration | None, steps: Steps | None, hours: float | None
) -> None:
    """Refuse what a scenario does not take: dropped unseen it would stand for a course without it."""
    taken = {"catheter-leak": "amount", "wrong-concentration": "amount", "lowered-in-steps": "steps",
             "flight": "hours"}.get(scenario)  # fmt: skip
    given = {
        "amount": None if amount is None else str(amount),
        "steps": None if steps is None else f"{100 * steps.share:g} % every {steps.every:g} days",
        "hours": None if hours is None else f"{hours:g} h",
    }
    for name, told in given.items():
        if told is not None and name != taken:
            raise InputError(
                Fault(where=name, found=told, allowed=f"{scenario} without it", remedy="remove it")
            )


def _check(scenario: Scenario, amount: Fraction | Concentration | None, steps: Steps | None) -> None:
    wanted = {"catheter-leak": Fraction, "wrong-concentration": Concentration}.get(scenario)
    if wanted is not None and not isinstance(amount, wanted):
        example = "40 %" if wanted is Fraction else "2000 mcg/mL"
        raise InputError(
            Fault(where="amount", found="nothing" if amount is None else str(amount),
                  allowed=f"an amount such as {example}", remedy="say how much")
        )  # fmt: skip
    if scenario == "lowered-in-steps" and (steps is None or not (0 < steps.share <= 1 and steps.every > 0)):
        raise InputError(
            Fault(where="steps", found="no steps" if steps is None else str(steps),
                  allowed="a share above 0 and at most 100 %, and days above 0", remedy="say how fast")
        )  # fmt: skip


def _of_both(therapy: Therapy, scenario: Scenario, at: datetime) -> Iterator[Event]:
    """The fill that a wrong syringe belongs to: as the last one, with what the model holds withdrawn."""
    if scenario != "wrong-concentration":
        return
    last = next((event for event in reversed(therapy.valid_events) if isinstance(event, Fill)), None)
    run = run_pump(therapy, instant_us(at))
    if last is None or run is None:
        raise TherapyError(
            Fault(where="scenario", found="no fill", allowed="a pump that was filled once",
                  remedy="record the fill")
        )  # fmt: skip
    held = run.readings([instant_us(at)]).reservoir_ml[0]
    yield replace(last, id=None, at=at, withdrawn=None if held is None else Volume(max(0.0, held)))


def _added(
    therapy: Therapy,
    scenario: Scenario,
    at: datetime,
    amount: Fraction | Concentration | None,
    steps: Steps | None,
) -> Iterator[Event]:
    if scenario in {"motor-stall", "catheter-leak", "wrong-concentration"}:
        yield FaultEvent(at=at, what=scenario, amount=amount)
    elif scenario == "stopped":
        yield Stop(at=at)
    elif steps is not None and scenario == "lowered-in-steps":
        yield from _lowered(therapy, at, steps)


def _lowered(therapy: Therapy, at: datetime, steps: Steps) -> Iterator[Event]:
    run = run_pump(therapy, instant_us(at))
    dose = (daily_doses(run, [instant_us(at)])[0] if run is not None else None) or 0.0
    for step in range(1, _count(steps) + 1):
        left, on = 1 - step * steps.share, at + timedelta(days=(step - 1) * steps.every)
        if left <= 1e-9:  # rounding of the shares
            yield Stop(at=on)
        else:
            yield Program(at=on, mode="simple-continuous", daily_dose=DailyDose(round(dose * left, 3)))


def _count(steps: Steps) -> int:
    return ceil(1 / steps.share - 1e-9)


def _days(therapy: Therapy, scenario: Scenario, at: datetime, steps: Steps | None) -> float:
    """How long to look."""
    if scenario == "lowered-in-steps" and steps is not None:
        return (_count(steps) - 1) * steps.every + _LOOKED_DAYS
    if scenario == "flight":
        return _LOOKED_DAYS_OF_A_FLIGHT
    if scenario != "missed-refill":
        return _LOOKED_DAYS
    run = run_pump(therapy, instant_us(at))
    empty_us = None if run is None else run.dates.latest_empty_date.at_us
    left = 0.0 if empty_us is None else (empty_us - instant_us(at)) / US_PER_DAY
    return max(0.0, left) + _LOOKED_DAYS


def _noticed(course: Course, without: Course, at_us: int) -> tuple[Noticed, ...]:
    """Alarms, happenings and warnings from ``at_us`` on that the course without it does not have."""
    known = set(_every(without)) if course.therapy != without.therapy else set()
    return tuple(sorted((each for each in _every(course) if each.at_us >= at_us and each not in known),
                        key=lambda each: each.at_us))  # fmt: skip


def _every(course: Course) -> Iterator[Noticed]:
    if course.pump is not None:
        for alarm in course.pump.alarms:
            tone = "two-tone" if alarm.priority.value == "critical" else "single-tone"
            words = f"{alarm.condition.value.replace('-', ' ')}: a {tone} alarm"
            yield Noticed(at_us=alarm.at_us, kind="alarm", text=words, source="", status="")
        for told in course.pump.happenings:
            yield Noticed(
                at_us=told.at_us, kind="befell", text=told.text, source=told_source(told.source), status=""
            )
    responses = set(response_warnings(course.response, course.therapy.settings))
    for warning in course.warnings:
        yield Noticed(
            at_us=warning.at_us,
            kind="response" if warning in responses else "warning",
            text=warning.text,
            source=warning.source,
            status=warning.status,
        )
