"""The spine through a day: where the drug is at every level once a program has settled.

A day is read from the course of the therapy as it would go on with a program and with the tip at a level:
:func:`~cisterna.course.simulate` of the same events with these. It is the steady day of
:mod:`~cisterna.course.settled`, the same that the program editor shows; of a program whose days differ it is
the day of the steady week that has the weekday of the question. Nothing of it is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from math import ceil
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from cisterna.course.course import Course
from cisterna.course.onward import running_pump
from cisterna.course.settled import days_shown, settled_us, steady_begin_us
from cisterna.course.simulate import simulate
from cisterna.errors import Fault, InputError, TherapyError
from cisterna.evidence import Number
from cisterna.instants import MINUTES_PER_DAY, US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, instant_us, utc
from cisterna.pump import PumpRun, PumpState, standing_pump
from cisterna.therapy import LEVELS, Event, Program, Revise, Therapy
from cisterna.units import NG_PER_MCG, DailyDose, Duration, HourlyRate, Mass

__all__ = [
    "PROGRAMS",
    "STEP_MINUTES",
    "ProgramChoice",
    "ShownProgram",
    "SpineDay",
    "programs_of",
    "spine_day",
]

ProgramChoice = Literal["current", "constant", "bolus"]
PROGRAMS: tuple[ProgramChoice, ...] = get_args(ProgramChoice)
"""The program that runs; the same daily dose at one rate all day; the same as one bolus a day."""

ShownProgram = Literal["current", "constant", "bolus", "proposed"]
"""The same, or a program that was given."""

STEP_MINUTES = 10
"""Minutes from one output of the day to the next."""

_BOLUS_HOUR = 8
"""The hour of the pump's clock at which the one bolus of a day is drawn: chosen, as good as any other."""


@dataclass(frozen=True, kw_only=True)
class SpineDay:
    """A day of the pump's clock with the tip at ``tip`` under ``program``, simulated.

    ``start_us`` is its midnight, ``day`` the date of the clock. Values are at ``minutes`` (k) after midnight
    of the pump's clock. ``fluid_ng_per_ml`` holds for each of them the spinal fluid by level in the order of
    ``LEVELS``, ``cord_ng_per_ml`` the cord in the order of ``CORD_LEVELS`` (both from caudal to cranial),
    ``cistern_ng_per_ml`` the basal cistern.
    ``legs_ng_per_ml`` and ``arms_ng_per_ml`` are the means of the cord beside their segments.
    ``rate_mcg_per_h`` is what leaves the tip. ``sedation_index`` is the cistern, of intrathecal drug, over
    the level at which half of patients are drowsy, ``drowsy_ng_per_ml`` that level for the tolerance of the
    day's beginning, ``drowsy`` the number that it comes from. ``simulated_for`` says for
    whom.
    """

    tip: str
    program: ShownProgram
    simulated_for: str
    start_us: int
    day: date
    daily_dose_mcg: float
    minutes: tuple[int, ...]
    rate_mcg_per_h: tuple[float, ...]
    fluid_ng_per_ml: tuple[tuple[float, ...], ...]
    cord_ng_per_ml: tuple[tuple[float, ...], ...]
    cistern_ng_per_ml: tuple[float, ...]
    legs_ng_per_ml: tuple[float, ...]
    arms_ng_per_ml: tuple[float, ...]
    tone_legs: tuple[float, ...]
    tone_arms: tuple[float, ...]
    sedation_index: tuple[float, ...]
    drowsy_ng_per_ml: float
    drowsy: Number

    @property
    def is_drowsy(self) -> bool:
        """Whether the cistern goes above the level at which half of patients are drowsy."""
        return max(self.sedation_index) > 1.0

    def place(self, minute: int) -> int:
        """The place of the output at ``minute`` of the day, or of the last one before it."""
        return min(max(minute, 0) // STEP_MINUTES, len(self.minutes) - 1)

    def fluid_at(self, level: str) -> tuple[float, ...]:
        """Spinal fluid at a level through the day, ng/mL."""
        place = LEVELS.index(level)
        return tuple(row[place] for row in self.fluid_ng_per_ml)

    def facts(self) -> dict[str, Any]:
        """The day as plain values for JSON; keys carry their units."""
        from cisterna.body import CORD_LEVELS  # noqa: PLC0415  the names stand beside their use

        return {
            "tip": self.tip, "simulated_for": self.simulated_for, "program": self.program,
            "daily_dose_mcg": self.daily_dose_mcg,
            "start": utc(self.start_us).isoformat(), "day": self.day.isoformat(),
            "levels": list(LEVELS), "cord_levels": list(CORD_LEVELS),
            "minutes": list(self.minutes), "rate_mcg_per_h": list(self.rate_mcg_per_h),
            "fluid_ng_per_ml": [list(row) for row in self.fluid_ng_per_ml],
            "cord_ng_per_ml": [list(row) for row in self.cord_ng_per_ml],
            "cistern_ng_per_ml": list(self.cistern_ng_per_ml), "legs_ng_per_ml": list(self.legs_ng_per_ml),
            "arms_ng_per_ml": list(self.arms_ng_per_ml), "tone_legs": list(self.tone_legs),
            "tone_arms": list(self.tone_arms), "sedation_index": list(self.sedation_index),
            "drowsy_ng_per_ml": self.drowsy_ng_per_ml,
        }  # fmt: skip


def spine_day(
    therapy: Therapy, at: datetime, *, tip: str | None = None, program: ProgramChoice | Program = "current"
) -> SpineDay:
    """The day that settles when ``therapy`` goes on from ``at`` with a program and the tip at a level.

    ``program`` is one of :data:`PROGRAMS`, or a program as it would be set at ``at``. ``tip`` left out is the
    one of the catheter. Where the reservoir would reach its alarm volume before the day ends it is taken to
    be refilled then, as the last time. Raises :class:`~cisterna.errors.TherapyError` where no pump runs or
    something was recorded after ``at``, and :class:`~cisterna.errors.PumpError` for a program that this pump
    cannot deliver.

    >>> from datetime import timedelta
    >>> from pathlib import Path
    >>> from cisterna.therapy import read_therapy
    >>> therapy = read_therapy(Path("examples/child-start-and-titration.toml"))
    >>> now = therapy.valid_events[-1].at + timedelta(days=1)
    >>> low, high = spine_day(therapy, now), spine_day(therapy, now, tip="C5")
    >>> low.tip, low.place(330), max(low.legs_ng_per_ml) > 2 * max(high.legs_ng_per_ml)
    ('T10', 33, True)
    """
    at_us = instant_us(at)
    run = running_pump(therapy, at_us)
    here = _tip(run)
    if tip is not None and tip not in LEVELS:
        raise InputError(
            Fault(where="tip", found=repr(tip), allowed=f"a level from {LEVELS[-1]} to {LEVELS[0]}",
                  remedy="choose one of these")
        )  # fmt: skip
    name, proposed = _proposed(run.last, at_us, program)
    moved = () if tip in {None, here} else (Revise(at=at, tip=tip, why="to compare"),)
    start_us = _start_us(therapy, run.last, at_us, proposed)
    minutes, clock = range(0, MINUTES_PER_DAY + 1, STEP_MINUTES), run.last.clock
    instants_us = [start_us + clock.elapsed_us(minute * US_PER_MINUTE) for minute in minutes]
    added = _with_refills(therapy, at_us, (*moved, *proposed), instants_us[-1] + 1)
    instants = [utc(each_us) for each_us in instants_us]
    course = simulate(replace(therapy, events=(*therapy.events, *added)), until=instants[-1], at=instants)
    return _read(course, tuple(minutes), tip=tip or here, program=name)


def programs_of(therapy: Therapy, at: datetime) -> tuple[ProgramChoice, ...]:
    """The programs that differ from each other here and that the pump has modes for."""
    state = running_pump(therapy, instant_us(at)).last
    running, modes = state.program, state.system.model.modes
    mode = "" if running is None else running.program.mode
    wanted = {
        "constant": ("simple-continuous", mode != "simple-continuous"),
        "bolus": ("periodic-bolus", True),
    }
    return ("current", *(name for name in PROGRAMS[1:] if wanted[name][0] in modes and wanted[name][1]))


def _tip(run: PumpRun) -> str:
    tip = run.last.system.site.level
    if tip is None:
        raise TherapyError(
            Fault(where="tip", found="not known", allowed="the level of the catheter's tip",
                  remedy="record the level with the implant")
        )  # fmt: skip
    return tip


def _midnight_us(state: PumpState, at_us: int) -> int:
    """The beginning of the pump's own day in which ``at_us`` lies."""
    return state.clock.next_day_us(at_us) - state.clock.elapsed_us(US_PER_DAY)


def _proposed(
    state: PumpState, at_us: int, program: ProgramChoice | Program
) -> tuple[ShownProgram, tuple[Program, ...]]:
    """What is shown, and the program that is set for it: none where the one that runs goes on."""
    if isinstance(program, Program):
        return "proposed", (replace(program, at=utc(at_us), id=None),)
    if program == "constant":
        constant = Program(at=utc(at_us), mode="simple-continuous", daily_dose=DailyDose(_dose(state)))
        return program, (constant,)
    return program, ((_one_bolus(state, at_us),) if program == "bolus" else ())


def _start_us(therapy: Therapy, state: PumpState, at_us: int, proposed: tuple[Program, ...]) -> int:
    """The begin of the steady day, or of the day of the steady week with the weekday of ``at_us``."""
    changed_us = max([at_us, *(instant_us(program.at) for program in proposed)])
    running = None if state.program is None else state.program.program
    days = days_shown(proposed[-1] if proposed else running)
    begin_us = steady_begin_us(state.clock, days, settled_us(therapy, changed_us))
    weekday = utc(state.clock.shown_us(at_us)).weekday() if days > 1 else 0
    return begin_us + state.clock.elapsed_us(weekday * US_PER_DAY)


def _with_refills(therapy: Therapy, at_us: int, added: tuple[Event, ...], end_us: int) -> tuple[Event, ...]:
    """What is supposed, and each refill that the pump would ask for before the end."""
    supposed = replace(therapy, events=(*therapy.events, *added))
    last_us = max([at_us, *(instant_us(event.at) for event in added)])
    return (*added, *standing_pump(supposed, last_us).tried(None, end_us).refills)


def _dose(state: PumpState) -> float:
    return 0.0 if state.program is None else state.program.daily_dose_mcg()


def _one_bolus(state: PumpState, at_us: int) -> Program:
    """The dose of a day in one bolus, as fast as the pump can; between the boluses its minimum rate runs.

    What the minimum rate gives is a part of the dose.
    """
    system, label = state.system, 0.0 if state.program is None else state.program.label_mcg_per_ml
    below_ml_per_h = system.minimum_rate_ml_per_h
    bolus = _dose(state) - 24 * below_ml_per_h * label
    if bolus <= 0:
        raise InputError(
            Fault(where="program", found="one bolus a day", allowed="a dose above that of the minimum rate",
                  remedy="choose another program")
        )  # fmt: skip
    minutes = ceil(60 * bolus / label / (system.flows.maximum_ml_per_h - below_ml_per_h))
    first_us = _midnight_us(state, at_us) + _BOLUS_HOUR * US_PER_HOUR
    return Program(
        at=utc(first_us if first_us >= at_us else first_us + US_PER_DAY), mode="periodic-bolus",
        bolus=Mass(bolus), over=Duration(minutes / 60), every=Duration(24.0), background=HourlyRate(0.0),
    )  # fmt: skip


def _read(course: Course, minutes: tuple[int, ...], *, tip: str, program: ShownProgram) -> SpineDay:
    exposure, response, at, pump = course.exposure, course.response, course.at, course.pump
    index, drowsy = response.sedation_index, course.therapy.settings.number("sedation_threshold")
    cistern = exposure.cistern_intrathecal_ng_per_ml
    if pump is None or index is None or cistern is None or course.readings is None:
        raise TherapyError(
            Fault(where="pump", found="none", allowed="a pump that gives drug", remedy="record the implant")
        )
    return SpineDay(
        tip=tip,
        program=program,
        simulated_for=str(course.facts()["simulated"]["for"]),
        start_us=int(course.times_us[0]),
        day=utc(pump.last.clock.shown_us(int(course.times_us[len(minutes) // 2]))).date(),
        daily_dose_mcg=_dose(pump.last),
        minutes=minutes,
        rate_mcg_per_h=_values(np.asarray(course.readings.tip_mcg_per_h, dtype=float)),
        fluid_ng_per_ml=_rows(exposure.csf_mcg_per_ml[at] * NG_PER_MCG),
        cord_ng_per_ml=_rows(exposure.cord_ng_per_ml[at]),
        cistern_ng_per_ml=_values(exposure.cistern_mcg_per_ml[at] * NG_PER_MCG),
        legs_ng_per_ml=_values(exposure.cord_legs_ng_per_ml[at]),
        arms_ng_per_ml=_values(exposure.cord_arms_ng_per_ml[at]),
        tone_legs=_values(response.tone_legs[at]),
        tone_arms=_values(response.tone_arms[at]),
        sedation_index=_values(index[at]),
        drowsy_ng_per_ml=float(cistern[at[0]] / index[at[0]]),
        drowsy=drowsy,
    )


def _values(column: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(column.tolist())


def _rows(columns: NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in columns.tolist())
