"""A flow that repeats: what a program asks for at every instant, how much it takes, until when.

Every mode becomes one :class:`Schedule`: a single piece for a constant flow, a day or a week of
pieces for flex, one interval for a periodic bolus. Volumes and their inverse are in closed form, so
a date years ahead costs no more than one tomorrow and gathers no rounding error on the way.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple, Self

from cisterna.instants import US_PER_DAY, US_PER_HOUR

__all__ = ["Piece", "Schedule", "Stage"]


class Stage(NamedTuple):
    """One stage of a period: from ``start_us`` after its beginning on.

    ``dose_mcg_per_h`` is the drug that the program means to deliver; ``flow_ml_per_h`` is what it
    makes the pump do. They are different quantities: drug leaves the tip at another concentration.
    """

    start_us: int
    flow_ml_per_h: float
    dose_mcg_per_h: float


class Piece(NamedTuple):
    """A time during which a schedule asks for one flow."""

    start_us: int
    end_us: int
    flow_ml_per_h: float
    dose_mcg_per_h: float


@dataclass(frozen=True)
class Schedule:
    """Stages that repeat every ``period_us``, counted from ``anchor_us``.

    >>> hour = US_PER_HOUR
    >>> day = Schedule.of(0, 24 * hour, [Stage(0, 0.01, 5.0), Stage(6 * hour, 0.02, 10.0)])
    >>> round(day.volume_ml(0, 48 * hour), 12)
    0.84
    >>> day.when(0, 0.42) == 24 * hour
    True
    """

    anchor_us: int
    period_us: int
    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        starts = [stage.start_us for stage in self.stages]
        if not starts or starts[0] != 0 or starts != sorted(set(starts)) or starts[-1] >= self.period_us:
            raise ValueError(f"not a schedule: stages at {starts} in a period of {self.period_us}")

    @classmethod
    def of(cls, anchor_us: int, period_us: int, stages: Sequence[Stage]) -> Self:
        """A schedule whose every stage is a change: equal neighbours are joined, also over the end."""
        kept = [stages[0]]
        kept += [now for before, now in pairwise(stages) if now[1:] != before[1:]]
        if len(kept) > 1 and kept[0][1:] == kept[-1][1:]:
            first_us = kept[1].start_us
            kept = [stage._replace(start_us=stage.start_us - first_us) for stage in kept[1:]]
            anchor_us += first_us
        return cls(anchor_us, period_us, tuple(kept))

    @classmethod
    def constant(cls, flow_ml_per_h: float, dose_mcg_per_h: float) -> Self:
        """One flow for ever."""
        return cls(0, US_PER_DAY, (Stage(0, flow_ml_per_h, dose_mcg_per_h),))

    def with_extra_flow(self, flow_ml_per_h: float, dose_mcg_per_h: float = 0.0) -> Schedule:
        """The same with a constant flow added: a patient bolus, or all that are allotted."""
        stages = tuple(
            Stage(stage.start_us, stage.flow_ml_per_h + flow_ml_per_h, stage.dose_mcg_per_h + dose_mcg_per_h)
            for stage in self.stages
        )
        return Schedule(self.anchor_us, self.period_us, stages)

    @cached_property
    def _starts_us(self) -> tuple[int, ...]:
        return tuple(stage.start_us for stage in self.stages)

    @cached_property
    def _before_ml(self) -> tuple[float, ...]:
        """Volume of a period before each stage, and last of the whole period."""
        ends_us = (*self._starts_us[1:], self.period_us)
        volumes = (
            stage.flow_ml_per_h * (end_us - stage.start_us) / US_PER_HOUR
            for stage, end_us in zip(self.stages, ends_us, strict=True)
        )
        return tuple(accumulate(volumes, initial=0.0))

    def _place(self, at_us: int) -> tuple[int, int]:
        """The beginning of the period that holds ``at_us``, and the stage in force."""
        phase_us = (at_us - self.anchor_us) % self.period_us
        return at_us - phase_us, bisect_right(self._starts_us, phase_us) - 1

    def at(self, at_us: int) -> Stage:
        """The stage in force at an instant."""
        return self.stages[self._place(at_us)[1]]

    def pieces(self, start_us: int, end_us: int) -> Iterator[Piece]:
        """What is asked for from ``start_us`` to ``end_us``, piece by piece without a gap."""
        if len(self.stages) == 1:
            yield Piece(start_us, end_us, *self.stages[0][1:])
            return
        period_us, place = self._place(start_us)
        count = len(self.stages)
        while start_us < end_us:
            _, flow, dose = self.stages[place]
            place += 1
            if place == count:
                place, period_us = 0, period_us + self.period_us
            change_us = min(period_us + self._starts_us[place], end_us)
            yield Piece(start_us, change_us, flow, dose)
            start_us = change_us

    def _volume_in_period_ml(self, at_us: int) -> tuple[int, float]:
        period_us, place = self._place(at_us)
        stage = self.stages[place]
        since_us = at_us - period_us - stage.start_us
        return period_us, self._before_ml[place] + stage.flow_ml_per_h * since_us / US_PER_HOUR

    def volume_ml(self, start_us: int, end_us: int) -> float:
        """The volume asked for from one instant to another."""
        first_us, before_ml = self._volume_in_period_ml(start_us)
        last_us, after_ml = self._volume_in_period_ml(end_us)
        return (last_us - first_us) // self.period_us * self._before_ml[-1] + (after_ml - before_ml)

    def when(self, start_us: int, volume_ml: float) -> int | None:
        """The instant at which ``volume_ml`` has been asked for since ``start_us``.

        Exact to the microsecond, ``start_us`` itself where nothing is left to ask for, and ``None``
        where the schedule never asks for so much.
        """
        if volume_ml <= 0:
            return start_us
        per_period_ml = self._before_ml[-1]
        if per_period_ml <= 0:
            return None
        period_us, before_ml = self._volume_in_period_ml(start_us)
        periods, rest_ml = divmod(before_ml + volume_ml, per_period_ml)
        if rest_ml == 0:  # reached at the end of a period, not at the first flow of the next one
            periods, rest_ml = periods - 1, per_period_ml
        place = bisect_left(self._before_ml, rest_ml) - 1
        stage = self.stages[place]
        hours = (rest_ml - self._before_ml[place]) / stage.flow_ml_per_h
        reached_us = period_us + int(periods) * self.period_us + stage.start_us + round(hours * US_PER_HOUR)
        return max(start_us, reached_us)
