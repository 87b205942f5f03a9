"""How much a reservoir will hold from an instant on if nothing is done: a few points instead of a pump.

The pump counts what it was asked for. Along every whole period of a program the same volume is asked
for, so that a handful of points on that line tell every later day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from cisterna.instants import US_PER_DAY
from cisterna.pump import Leg, PumpState, Schedule, Status, coming_legs

__all__ = ["MOST_POINTS_OF_A_LEG", "ReservoirCourse", "reservoir_course", "worst_case_course"]

MOST_POINTS_OF_A_LEG = 400
"""The most points along one program: what lasts longer than so many days has them further apart."""


@dataclass(frozen=True)
class ReservoirCourse:
    """Counted volume over time, as pairs of an instant (microseconds of UTC) and mL; linear in between.

    The first point is the instant from which it holds. Times ascend and volumes never rise. It ends where
    the reservoir is empty, or where nothing more is asked for; the last volume stays.

    >>> course = ReservoirCourse(((0, 10.0), (10 * US_PER_DAY, 5.0), (20 * US_PER_DAY, 0.0)))
    >>> course.volume_ml(15 * US_PER_DAY), course.empty_us == 20 * US_PER_DAY
    (2.5, True)
    """

    points: tuple[tuple[int, float], ...]

    def __post_init__(self) -> None:
        ordered = all(
            one_us < next_us and next_ml <= one_ml
            for (one_us, one_ml), (next_us, next_ml) in pairwise(self.points)
        )
        if not self.points or not ordered or self.points[-1][1] < 0:
            raise ValueError(f"not a course of a reservoir: {self.points}")

    @property
    def empty_us(self) -> int | None:
        """When it is empty; ``None`` where it never is if nothing is done."""
        at_us, volume_ml = self.points[-1]
        return at_us if volume_ml == 0 else None

    def volume_ml(self, at_us: int) -> float:
        """What it holds at an instant; before the first point what it held there.

        Between two points it is the mean of what flows: within a day of a flex program it is off by no more
        than the day's own swing.
        """
        place = bisect_right(self.points, at_us, key=lambda point: point[0])
        if place == 0:
            return self.points[0][1]
        if place == len(self.points):
            return self.points[-1][1]
        (start_us, start_ml), (end_us, end_ml) = self.points[place - 1 : place + 1]
        return start_ml + (end_ml - start_ml) * (at_us - start_us) / (end_us - start_us)


def reservoir_course(state: PumpState) -> ReservoirCourse | None:
    """The counted volume from a state on if no command comes; ``None`` for a pump that was taken out.

    Allotted patient boluses are not counted before they are asked for; the dates of the pump, which are
    for planning, count them all.
    """
    return _course(state, state.reservoir.counted_ml, 1.0)


def worst_case_course(state: PumpState) -> ReservoirCourse | None:
    """What is left if the pump has over-delivered by its labelled accuracy since the fill and goes on to.

    volume = filled - (1 + accuracy) * asked for since the fill. ``None`` where the model's accuracy is not
    known, or the pump was never filled.
    """
    model = state.system.model
    if state.filled_ml is None or not model.known("over_infusion_limit"):
        return None
    factor = 1 + model.need("over_infusion_limit", "1")
    left_ml = state.filled_ml - factor * (state.filled_ml - state.reservoir.counted_ml)
    return _course(state, max(0.0, left_ml), factor)


def _course(state: PumpState, left_ml: float, factor: float) -> ReservoirCourse | None:
    if state.status is Status.EXPLANTED:
        return None
    points = [(state.at_us, left_ml)]
    for at_us, volume_ml in _falling(state, left_ml, factor):
        if at_us > points[-1][0]:
            points.append((at_us, min(volume_ml, points[-1][1])))
    return ReservoirCourse(tuple(points))


def _falling(state: PumpState, left_ml: float, factor: float) -> Iterator[tuple[int, float]]:
    """The points after the first, up to the one at which nothing is left or asked for."""
    for leg in _living(state):
        empty_us = leg.schedule.when(leg.start_us, left_ml / factor)
        is_emptied = empty_us is not None and (leg.end_us is None or empty_us <= leg.end_us)
        end_us = empty_us if is_emptied else leg.end_us
        if end_us is None:
            return
        for mark_us in _marks(leg.schedule, leg.start_us, end_us):
            yield mark_us, max(0.0, left_ml - factor * leg.schedule.volume_ml(leg.start_us, mark_us))
        if not is_emptied:
            left_ml = max(0.0, left_ml - factor * leg.schedule.volume_ml(leg.start_us, end_us))
        yield end_us, 0.0 if is_emptied else left_ml
        if is_emptied:
            return


def _living(state: PumpState) -> Iterator[Leg]:
    """What is still asked for, as far as the pump lives."""
    stop_us = state.lifetime.stop_us
    for leg in coming_legs(state):
        if stop_us is None:
            yield leg
        elif leg.start_us < stop_us:
            yield leg._replace(end_us=stop_us if leg.end_us is None else min(leg.end_us, stop_us))


def _marks(schedule: Schedule, start_us: int, end_us: int) -> Iterator[int]:
    """Where the line between two ends would not be straight: at most one mark a day.

    Whole periods lie on one line, so that a period up to two days needs only the end of the last one.
    """
    if len(schedule.stages) == 1:
        return
    if schedule.period_us <= 2 * US_PER_DAY:
        periods = (end_us - start_us - 1) // schedule.period_us
        yield from (start_us + periods * schedule.period_us,) if periods else ()
        return
    days = (end_us - start_us - 1) // US_PER_DAY
    every = max(1, ceil(days / MOST_POINTS_OF_A_LEG))
    yield from (start_us + day * US_PER_DAY for day in range(every, days + 1, every))
