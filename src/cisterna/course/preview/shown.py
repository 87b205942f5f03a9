"""What a program does, as arrays and as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cisterna.body import Exposure, Response
from cisterna.course.preview.goals import Goal, Limb, Met
from cisterna.course.preview.limits import Said
from cisterna.course.preview.taken import Taken
from cisterna.course.settled import days_shown
from cisterna.errors import Fault
from cisterna.instants import US_PER_DAY, US_PER_HOUR
from cisterna.pump import Trial
from cisterna.therapy import LEVELS, WEEKDAYS, Program, flex_dose_mcg
from cisterna.units import NG_PER_MCG

__all__ = ["FIRST_DAYS", "STEP_MINUTES", "Preview", "Window", "fault_facts"]

Floats = NDArray[np.float64]
Instants = NDArray[np.int64]

FIRST_DAYS = 4
"""How many days after the change are shown finely; by then the new dose is all along the spine."""

STEP_MINUTES = 15
"""Minutes between two values that are shown."""

LUMBAR, CERVICAL = "L4", "C5"
"""Levels that stand for lumbar and cervical spinal fluid."""


@dataclass(frozen=True, eq=False)
class Window:
    """The instants of the first days and of the steady day or week, every :data:`STEP_MINUTES`."""

    first_us: Instants
    steady_us: Instants

    @property
    def end_us(self) -> int:
        """The last instant that is looked at."""
        return int(self.steady_us[-1])


@dataclass(frozen=True, kw_only=True, eq=False)
class Preview:
    """What ``program`` does from the instant at which it would be set.

    ``window`` are the instants that are shown, ``exposure`` and ``response`` hold these and the hours between
    (and hours before, which no number here reads). ``trial`` is what the pump does; where it refuses the
    program it is ``None``, as are exposure and response, and ``faults`` tell why, each placed in the program.
    ``saying`` holds the program against every limit; it is called when :attr:`said` is first asked for.
    """

    program: Program
    at_us: int
    model: str
    taken: tuple[Taken, ...]
    goals: tuple[Goal, ...]
    faults: tuple[Fault, ...] = ()
    saying: Callable[[], Iterable[Said]] = field(default=tuple, repr=False)
    window: Window | None = field(default=None, repr=False)
    trial: Trial | None = field(default=None, repr=False)
    exposure: Exposure | None = field(default=None, repr=False)
    response: Response | None = field(default=None, repr=False)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """What the limits, the warnings and the pump say of it."""
        return tuple(self.saying())

    @property
    def is_week(self) -> bool:
        """Whether the days of the program differ, so that a week is shown."""
        return days_shown(self.program) > 1

    def steady(self) -> Mapping[str, Floats]:
        """Each series (k) over the steady day or week, from 00:00 (of Monday) of the pump's clock on.

        Rates in mcg/h, spinal fluid in ng/mL, tone as Ashworth score of 1 to 5. NaN where nobody knows what
        had been delivered before.
        """
        return {} if self.window is None else self._series(self.window.steady_us)

    def first_days(self) -> Mapping[str, Floats]:
        """The same over the first days, from the change on."""
        return {} if self.window is None else self._series(self.window.first_us)

    def met(self) -> tuple[Met, ...]:
        """How well each goal is met on the steady day."""
        tone = self.steady()
        if not self.is_known:
            return ()
        return tuple(goal.met(tone[f"tone_{goal.where}"], STEP_MINUTES) for goal in self.goals)

    @property
    def is_known(self) -> bool:
        """Whether there is a course: the pump takes the program, and what was delivered before is known."""
        return self.exposure is not None and bool(self.exposure.known[-1])

    def _rows(self, times_us: Instants) -> NDArray[np.intp]:
        assert self.exposure is not None, "asked only without faults"  # noqa: S101
        return np.searchsorted(self.exposure.times_us, times_us)

    def _series(self, times_us: Instants) -> Mapping[str, Floats]:
        exposure, response, trial = self.exposure, self.response, self.trial
        if exposure is None or response is None or trial is None:
            return {}
        rows = self._rows(times_us)
        csf = exposure.csf_mcg_per_ml[rows] * NG_PER_MCG
        programmed, at_tip = self._rates(times_us)
        of_body = {
            "tone_legs": response.tone_legs[rows],
            "tone_arms": response.tone_arms[rows],
            "csf_tip_ng_per_ml": csf[:, LEVELS.index(self.tip)],
            "csf_lumbar_ng_per_ml": csf[:, LEVELS.index(LUMBAR)],
            "csf_cervical_ng_per_ml": csf[:, LEVELS.index(CERVICAL)],
            "csf_cistern_ng_per_ml": exposure.cistern_mcg_per_ml[rows] * NG_PER_MCG,
        }
        known = exposure.known[rows]
        if not known.all():
            of_body = {name: np.where(known, values, np.nan) for name, values in of_body.items()}
        return {"rate_mcg_per_h": programmed, "tip_mcg_per_h": at_tip} | of_body

    @property
    def tip(self) -> str:
        """The level of the catheter tip."""
        level = None if self.trial is None else self.trial.set_up.system.site.level
        return level or LUMBAR

    @cached_property
    def _segments(self) -> Floats:
        """Begin (microseconds), programmed and delivered rate of every segment, one below the other."""
        trial = self.trial
        assert trial is not None, "asked only without faults"  # noqa: S101
        return np.array(
            [
                (segment.start_us, segment.dose_mcg_per_h, segment.tip_mcg_per_h)
                for stretch in trial.stretches
                for segment in stretch.segments
            ]
        )

    def _rates(self, times_us: Instants) -> tuple[Floats, Floats]:
        begins, programmed, at_tip = self._segments.T
        place = np.searchsorted(begins, times_us, side="right") - 1
        return programmed[place], at_tip[place]

    # --------------------------------------------------------------------------------- plain values

    def curves(self) -> dict[str, Any]:
        """The part of :meth:`facts` that is drawn, and the faults; quicker, since no limit is asked."""
        first = self.first_days()
        return {
            "minutes": self._minutes(),
            "steady": _listed(self.steady()),
            "first_days": None if not first else {"hours": self._hours()} | _listed_of(first),
            "faults": [fault_facts(one) for one in self.faults],
        }

    def facts(self) -> dict[str, Any]:
        """Everything as plain values for JSON; keys are never absent, what is not known is ``None``."""
        steady = self.steady()
        return {
            **self.curves(),
            "steady_begins_us": None if self.window is None else int(self.window.steady_us[0]),
            **self._amounts(),
            **self._dates(),
            "loosest": self._extreme(steady, np.argmin),
            "tightest": self._extreme(steady, np.argmax),
            "tip": None if self.trial is None else self.tip,
            "limits": [said.facts() for said in self.said],
            "goals": self._goals(),
            "model": self.model,
            "missing": [taken.facts() for taken in self.taken],
        }

    def _minutes(self) -> list[int] | None:
        if self.window is None:
            return None
        return [place * STEP_MINUTES for place in range(len(self.window.steady_us))]

    def _hours(self) -> list[float]:
        assert self.window is not None, "asked only without faults"  # noqa: S101
        hours: list[float] = ((self.window.first_us - self.at_us) / US_PER_HOUR).tolist()
        return hours

    def _amounts(self) -> dict[str, Any]:
        running = None if self.trial is None else self.trial.set_up.program
        if running is None:
            names = ("total_mcg_per_day", "by_weekday_mcg", "volume_ml_per_day", "highest_mcg_per_h",
                     "lowest_mcg_per_h", "deliverable_mcg_per_day")  # fmt: skip
            return dict.fromkeys(names)
        rates = [stage.dose_mcg_per_h for stage in running.schedule.stages]
        return {
            "total_mcg_per_day": running.daily_dose_mcg(),
            "by_weekday_mcg": self._by_weekday(),
            "deliverable_mcg_per_day": running.deliverable().deliverable_mcg_per_day,
            "volume_ml_per_day": running.planned.volume_ml(self.at_us, self.at_us + 7 * US_PER_DAY) / 7,
            "highest_mcg_per_h": max(rates),
            "lowest_mcg_per_h": min(rates),
        }

    def _by_weekday(self) -> list[float] | None:
        return [flex_dose_mcg(self.program.steps_on(day)) for day in WEEKDAYS] if self.is_week else None

    def _dates(self) -> dict[str, Any]:
        if self.trial is None:
            return dict.fromkeys(("refill_by_us", "low_reservoir_us", "next_refills", "refill_assumed_us"))
        dates = self.trial.dates
        return {
            "refill_by_us": dates.refill_by_date.at_us,
            "low_reservoir_us": dates.low_reservoir_alarm_date.at_us,
            "next_refills": list(self.trial.next_refills_us),
            "refill_assumed_us": self.trial.refill_us,
        }

    def _extreme(self, steady: Mapping[str, Floats], place_of: Any) -> dict[str, Any] | None:
        """The minute at which the legs are loosest or tightest, and their tone."""
        if not self.is_known:
            return None
        place = int(place_of(steady["tone_legs"]))
        return {"minute": place * STEP_MINUTES, "tone": float(steady["tone_legs"][place])}

    def _goals(self) -> list[dict[str, Any]]:
        found: Sequence[Met | None] = self.met() or [None] * len(self.goals)
        return [_goal_facts(goal, met) for goal, met in zip(self.goals, found, strict=True)]


def fault_facts(fault: Fault) -> dict[str, str]:
    """A fault as plain values for JSON."""
    return {"where": fault.where, "found": fault.found, "allowed": fault.allowed, "remedy": fault.remedy}


def _goal_facts(goal: Goal, met: Met | None) -> dict[str, Any]:
    where: Limb = goal.where
    return {
        "name": goal.name,
        "where": where,
        "days": list(goal.days),
        "share": None if met is None else met.share,
        "mean_tone": None if met is None else met.mean_tone,
        "missed_by": None if met is None else met.missed_by,
    }


def _listed(series: Mapping[str, Floats]) -> dict[str, list[float | None]] | None:
    return _listed_of(series) if series else None


def _listed_of(series: Mapping[str, Floats]) -> dict[str, list[float | None]]:
    return {name: _known(values.tolist()) for name, values in series.items()}


def _known(values: list[float]) -> list[float | None]:
    """The values, ``None`` for each that is not known."""
    return [None if isnan(value) else value for value in values] if isnan(sum(values)) else [*values]
