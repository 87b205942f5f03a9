"""How much a schedule means to deliver in the leanest and in the richest window of a length."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from math import ceil

from cisterna.instants import HOURS_PER_DAY, US_PER_HOUR
from cisterna.limits.guardrail import SLACK
from cisterna.pump import Schedule
from cisterna.therapy import PatientBolusAllowance

__all__ = ["doses_in_window_mcg", "most_patient_boluses"]


def doses_in_window_mcg(schedule: Schedule, window_us: int) -> tuple[float, float]:
    """The least and the most drug of any window of this length, in micrograms.

    The dose of a window changes at an even pace while neither of its ends meets a change of rate, so that
    the extremes are among the windows that begin or end at one.

    >>> from cisterna.pump import Stage
    >>> day = Schedule.of(0, 24 * US_PER_HOUR, [Stage(0, 0.0, 4.0), Stage(6 * US_PER_HOUR, 0.0, 10.0)])
    >>> doses_in_window_mcg(day, US_PER_HOUR), doses_in_window_mcg(day, 24 * US_PER_HOUR)
    ((4.0, 10.0), (204.0, 204.0))
    """
    total = _Running(schedule)
    starts = {
        (stage.start_us - back_us) % schedule.period_us
        for stage in schedule.stages
        for back_us in (0, window_us)
    }
    doses = [total.until_mcg(start_us + window_us) - total.until_mcg(start_us) for start_us in starts]
    return min(doses), max(doses)


class _Running:
    """The drug of a schedule from the beginning of a period to an instant after it."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._starts_us = [stage.start_us for stage in schedule.stages]
        ends_us = (*self._starts_us[1:], schedule.period_us)
        self._before_mcg = list(
            accumulate(
                (
                    stage.dose_mcg_per_h * (end_us - stage.start_us) / US_PER_HOUR
                    for stage, end_us in zip(schedule.stages, ends_us, strict=True)
                ),
                initial=0.0,
            )
        )

    def until_mcg(self, at_us: int) -> float:
        periods, phase_us = divmod(at_us, self._schedule.period_us)
        place = bisect_right(self._starts_us, phase_us) - 1
        stage = self._schedule.stages[place]
        since = stage.dose_mcg_per_h * (phase_us - stage.start_us) / US_PER_HOUR
        return periods * self._before_mcg[-1] + self._before_mcg[place] + since


def most_patient_boluses(allowance: PatientBolusAllowance, window_h: float) -> int:
    """How many boluses the patient can get in a window: by the lockout, and by the count of each day.

    >>> from cisterna.units import Duration, Mass
    >>> most_patient_boluses(PatientBolusAllowance(dose=Mass(10), lockout=Duration(4), per_day=3), 24)
    3
    """
    by_count = allowance.per_day * ceil(window_h / HOURS_PER_DAY - SLACK)
    if allowance.lockout <= 0:
        return by_count
    return min(by_count, ceil(window_h / allowance.lockout - SLACK))
