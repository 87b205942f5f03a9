"""What is in force of a therapy at an instant: program, reservoir, tablets, and what was last found.

Plain values without events in them, so that they can be stored beside the record and compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from cisterna.care.volume_course import ReservoirCourse, reservoir_course, worst_case_course
from cisterna.evidence import Settings
from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us, utc
from cisterna.pump import PumpState, Schedule, Visit, limit_left
from cisterna.therapy import Assess, Event, Fill, Oral

__all__ = [
    "AllowedBolus",
    "DayStep",
    "LastAssessment",
    "LastVisit",
    "OralInForce",
    "ProgramInForce",
    "ReservoirInForce",
    "Scored",
    "last_assessment",
    "last_visit",
    "oral_in_force",
    "program_in_force",
    "reservoir_in_force",
]

_MONDAY_US = 4 * US_PER_DAY  # 1970-01-05, in a pump's own time
_DAYS_PER_WEEK = 7

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class DayStep:
    """From ``start_h`` by the pump's clock on, ``dose_mcg_per_h`` is programmed."""

    start_h: float
    dose_mcg_per_h: float


@dataclass(frozen=True)
class AllowedBolus:
    """The patient bolus that a program allows."""

    dose_mcg: float
    lockout_h: float
    per_day: int


@dataclass(frozen=True, kw_only=True)
class ProgramInForce:
    """The program that runs, or will run when the pump goes on.

    ``event_id`` is that of its event, ``None`` where it has none. ``daily_dose_mcg`` and ``flow_ml_per_day``
    are the mean of its days. ``days`` holds one day of steps where all are alike, else seven from Monday on;
    where ``repeats_daily`` is not true (a bolus every 7 h), it is the first day of the program.
    """

    event_id: str | None
    since_us: int
    mode: str
    daily_dose_mcg: float
    flow_ml_per_day: float
    days: tuple[tuple[DayStep, ...], ...]
    repeats_daily: bool
    patient_bolus: AllowedBolus | None = None

    def day(self, weekday: int) -> tuple[DayStep, ...]:
        """The steps of a day of the week, Monday being 0."""
        return self.days[weekday] if len(self.days) == _DAYS_PER_WEEK else self.days[0]


@dataclass(frozen=True, kw_only=True)
class ReservoirInForce:
    """What was filled into the pump, and what is left of it: calculated, never measured.

    ``concentration_mcg_per_ml`` is that of the label, ``full_mcg`` the drug in a full reservoir at it.
    ``now_ml`` is what the programmer counts at the instant of the standing, ``course`` from then on, and
    ``worst_course`` for a pump that over-delivers by its labelled accuracy, ``None`` where that is not known.
    """

    drug: str
    concentration_mcg_per_ml: float
    lot: str | None
    capacity_ml: float
    full_mcg: float
    filled_us: int
    filled_ml: float
    now_ml: float
    alarm_ml: float | None
    course: ReservoirCourse
    worst_course: ReservoirCourse | None


@dataclass(frozen=True, kw_only=True)
class LastVisit:
    """What the last refill found; ``left`` says which limit its volume left, ``None`` where it is routine."""

    at_us: int
    expected_ml: float
    withdrawn_ml: float | None
    difference_ml: float | None
    delivered_ratio: float | None
    left: str | None


@dataclass(frozen=True, kw_only=True)
class OralInForce:
    """Baclofen by mouth: ``dose_mcg`` at each of ``times`` (local, such as "08:00"), to ``until_us``."""

    dose_mcg: float
    times: tuple[str, ...]
    since_us: int
    until_us: int | None

    @property
    def daily_mcg(self) -> float:
        """What is taken in a day."""
        return self.dose_mcg * len(self.times)


@dataclass(frozen=True)
class Scored:
    """One score, with the scale that gives it meaning and where on the body."""

    scale: str
    site: str | None
    value: float | str


@dataclass(frozen=True, kw_only=True)
class LastAssessment:
    """The scores of the last day on which the patient was assessed; ``at_us`` is the last of them."""

    at_us: int
    scores: tuple[Scored, ...]


def program_in_force(state: PumpState) -> ProgramInForce | None:
    """The program of a pump, ``None`` where it has none."""
    running = state.program
    if running is None:
        return None
    schedule, allowance = running.own_day or running.schedule, running.program.patient_bolus
    return ProgramInForce(
        event_id=running.program.id,
        since_us=running.start_us,
        mode=running.program.mode,
        daily_dose_mcg=running.daily_dose_mcg(),
        flow_ml_per_day=running.flow_ml_per_day(),
        days=tuple(_days(schedule, state, has_own_time=running.own_day is not None)),
        repeats_daily=len(schedule.stages) == 1 or US_PER_DAY % schedule.period_us == 0,
        patient_bolus=None
        if allowance is None
        else AllowedBolus(float(allowance.dose), float(allowance.lockout), allowance.per_day),
    )


def _days(schedule: Schedule, state: PumpState, *, has_own_time: bool) -> Iterator[tuple[DayStep, ...]]:
    """The steps of one day, or of each day of the week where they differ."""
    if has_own_time:
        count = _DAYS_PER_WEEK if schedule.period_us > US_PER_DAY else 1
        for day in range(count):
            yield _steps(schedule, _MONDAY_US + day * US_PER_DAY)
        return
    start_us = state.program.start_us if state.program else state.at_us
    yield _steps(schedule, start_us - state.clock.elapsed_us(state.clock.shown_us(start_us) % US_PER_DAY))


def _steps(schedule: Schedule, start_us: int) -> tuple[DayStep, ...]:
    pieces = schedule.pieces(start_us, start_us + US_PER_DAY)
    return tuple(DayStep((piece.start_us - start_us) / US_PER_HOUR, piece.dose_mcg_per_h) for piece in pieces)


def reservoir_in_force(state: PumpState, events: Sequence[Event]) -> ReservoirInForce | None:
    """The reservoir of a pump, ``None`` where it was never filled or is out; ``events`` are those so far."""
    course, label, fill = reservoir_course(state), state.label_mcg_per_ml, _last(events, Fill)
    if course is None or label is None or fill is None or state.filled_us is None:
        return None
    return ReservoirInForce(
        drug=fill.drug,
        concentration_mcg_per_ml=label,
        lot=fill.lot,
        capacity_ml=state.system.capacity_ml,
        full_mcg=label * state.system.capacity_ml,
        filled_us=state.filled_us,
        filled_ml=state.filled_ml or 0.0,
        now_ml=state.reservoir.counted_ml,
        alarm_ml=state.system.alarm_ml,
        course=course,
        worst_course=worst_case_course(state),
    )


def last_visit(visits: Sequence[Visit], settings: Settings) -> LastVisit | None:
    """What the last of these refills found."""
    if not visits:
        return None
    found = visits[-1]
    limit = limit_left(found, settings)
    return LastVisit(
        at_us=found.at_us,
        expected_ml=found.expected_ml,
        withdrawn_ml=found.withdrawn_ml,
        difference_ml=found.difference_ml,
        delivered_ratio=found.delivered_ratio,
        left=None if limit is None else f"{limit.text}, {limit.shown()} ({limit.cited()})",
    )


def oral_in_force(events: Sequence[Event], at_us: int) -> OralInForce | None:
    """The tablets that are taken at an instant; each ``oral`` event takes the place of the one before."""
    last = _last(events, Oral)
    if last is None or not last.dose or not last.times:
        return None
    until_us = None if last.until is None else instant_us(last.until)
    if until_us is not None and until_us <= at_us:
        return None
    return OralInForce(
        dose_mcg=float(last.dose),
        times=tuple(f"{clock:%H:%M}" for clock in last.times),
        since_us=instant_us(last.at),
        until_us=until_us,
    )


def last_assessment(events: Sequence[Event], zone: ZoneInfo) -> LastAssessment | None:
    """The scores of the last local day with an assessment."""
    assessed = [event for event in events if isinstance(event, Assess)]
    if not assessed:
        return None
    days = [utc(instant_us(event.at)).astimezone(zone).date() for event in assessed]
    return LastAssessment(
        at_us=instant_us(assessed[-1].at),
        scores=tuple(
            Scored(event.scale, event.site, event.value)
            for event, day in zip(assessed, days, strict=True)
            if day == days[-1]
        ),
    )


def _last(events: Sequence[Event], kind: type[E]) -> E | None:
    return next((event for event in reversed(events) if isinstance(event, kind)), None)
