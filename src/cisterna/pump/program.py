"""From a program or bolus to the flow that the pump runs.

The programmer computes flow = dose / labelled concentration, as clinicians do, and that is what the
pump runs whatever fluid is at the tip. Flex times are pump time; the steps of a periodic bolus count
from the instant of its program.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TypeVar

from cisterna.errors import DefectError, Fault
from cisterna.instants import US_PER_DAY, US_PER_HOUR, us_of_hours
from cisterna.pump.flow import Demand
from cisterna.pump.refusal import RefusalError
from cisterna.pump.schedule import Schedule, Stage
from cisterna.pump.system import ImplantedSystem
from cisterna.therapy.events import WEEKDAYS, Program

__all__ = ["RunningProgram", "running_program"]

_HOURS_PER_DAY = 24
_US_PER_WEEK = 7 * US_PER_DAY
_MONDAY_US = -3 * US_PER_DAY  # 1970-01-01 was a Thursday

Q = TypeVar("Q")


@dataclass(frozen=True, kw_only=True)
class RunningProgram:
    """A program at the concentration on the label.

    ``schedule`` is the flow that runs; ``planned`` counts every patient bolus that is allotted as
    well, for dates; ``demands`` are the flows that the pump must be able to deliver.
    """

    program: Program
    start_us: int
    label_mcg_per_ml: float
    schedule: Schedule
    planned: Schedule
    demands: tuple[Demand, ...]

    @property
    def runs_minimum_between_boluses(self) -> bool:
        """Whether no background was asked for, so that the minimum rate runs between the boluses."""
        return self.program.mode == "periodic-bolus" and not self.program.background

    def daily_dose_mcg(self) -> float:
        """The mean dose of a day that the program asks for."""
        period_us = self.schedule.period_us
        stages = self.schedule.stages
        ends_us = (*(stage.start_us for stage in stages[1:]), period_us)
        dose_mcg = sum(
            stage.dose_mcg_per_h * (end_us - stage.start_us) / US_PER_HOUR
            for stage, end_us in zip(stages, ends_us, strict=True)
        )
        return dose_mcg * US_PER_DAY / period_us


def running_program(
    program: Program, system: ImplantedSystem, label_mcg_per_ml: float, start_us: int, clock_offset_us: int
) -> RunningProgram:
    """The program as the pump runs it; :class:`PumpError` for a mode or steps that it does not take."""
    if program.mode not in system.model.modes:
        raise RefusalError(
            program,
            Fault(
                where="mode",
                found=f"'{program.mode}'",
                allowed=f"{', '.join(system.model.modes)} on a {system.model.model}",
                remedy="choose a mode of this pump",
            ),
        )
    schedule, demands = _compiled(program, system, label_mcg_per_ml, start_us, clock_offset_us)
    allowance = program.patient_bolus
    per_day_ml = allowance.dose * allowance.per_day / label_mcg_per_ml if allowance else 0.0
    return RunningProgram(
        program=program,
        start_us=start_us,
        label_mcg_per_ml=label_mcg_per_ml,
        schedule=schedule,
        planned=schedule.with_extra_flow(per_day_ml / _HOURS_PER_DAY),
        demands=demands,
    )


def _compiled(
    program: Program, system: ImplantedSystem, label: float, start_us: int, clock_offset_us: int
) -> tuple[Schedule, tuple[Demand, ...]]:
    match program.mode:
        case "simple-continuous":
            return _simple_continuous(program, label)
        case "flex":
            return _flex(program, system, label, start_us, clock_offset_us)
        case "periodic-bolus":
            return _periodic_bolus(program, system, label, start_us)
        case "minimum-rate":
            flow = system.minimum_rate_ml_per_h
            return Schedule.constant(flow, flow * label), ()
        case _:
            raise RefusalError(
                program,
                Fault(
                    where="mode",
                    found=f"'{program.mode}'",
                    allowed="a pump whose flow can be programmed",
                    remedy="constant-flow pumps are not simulated yet",
                ),
            )


def _stated(value: Q | None) -> Q:
    """What a program of its mode always states; an event without it cannot be made."""
    if value is None:
        raise DefectError("a program without what its mode needs")
    return value


def _simple_continuous(program: Program, label: float) -> tuple[Schedule, tuple[Demand, ...]]:
    daily = _stated(program.daily_dose)
    dose = daily / _HOURS_PER_DAY
    demand = Demand(
        key="daily_dose", shown=daily.shown(), dose_mcg_per_h=dose, concentration_mcg_per_ml=label
    )
    return Schedule.constant(demand.flow_ml_per_h, dose), (demand,)


def _flex(
    program: Program, system: ImplantedSystem, label: float, start_us: int, clock_offset_us: int
) -> tuple[Schedule, tuple[Demand, ...]]:
    days = [program.steps_on(day) for day in WEEKDAYS]
    _check_step_count(program, system, max(len(steps) for steps in days))
    demands = tuple(
        Demand(
            key=f"steps[{place}].rate",
            shown=step.rate.shown(),
            dose_mcg_per_h=float(step.rate),
            concentration_mcg_per_ml=label,
            per="h",
        )
        for place, step in enumerate(program.steps)
    )
    same_every_day = all(steps == days[0] for steps in days)
    stages = [
        Stage(place * US_PER_DAY + _us_of_day(step.from_), step.rate / label, float(step.rate))
        for place, steps in enumerate(days[:1] if same_every_day else days)
        for step in steps
    ]
    period_us = US_PER_DAY if same_every_day else _US_PER_WEEK
    shown_us = start_us + clock_offset_us - _MONDAY_US
    anchor_us = start_us - shown_us % period_us
    return Schedule.of(anchor_us, period_us, stages), demands


def _check_step_count(program: Program, system: ImplantedSystem, count: int) -> None:
    if not system.model.known("flex_steps_per_day"):
        return
    most = system.model.need("flex_steps_per_day", "count")
    if count > most:
        raise RefusalError(
            program,
            Fault(
                where="steps",
                found=f"{count} steps in a day",
                allowed=f"at most {most:.0f} on a {system.model.model}",
                remedy="join steps",
            ),
        )


def _us_of_day(clock: time) -> int:
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
    return seconds * 1_000_000 + clock.microsecond


def _periodic_bolus(
    program: Program, system: ImplantedSystem, label: float, start_us: int
) -> tuple[Schedule, tuple[Demand, ...]]:
    """A bolus on top of the background, the first at the program's instant.

    Where no background is asked for, the pump runs its minimum rate between the boluses.
    """
    bolus, over = _stated(program.bolus), _stated(program.over)
    over_us, every_us = us_of_hours(over), us_of_hours(_stated(program.every))
    dose = bolus * US_PER_HOUR / over_us
    demands = []
    if program.background:
        demands.append(
            Demand(
                key="background",
                shown=program.background.shown(),
                dose_mcg_per_h=float(program.background),
                concentration_mcg_per_ml=label,
                per="h",
            )
        )
        below = program.background / label
    else:
        below = system.minimum_rate_ml_per_h
    peak = Demand(
        key="bolus",
        shown=f"{bolus.shown()} in {over.shown()}",
        dose_mcg_per_h=dose,
        concentration_mcg_per_ml=label,
        base_ml_per_h=below,
        bolus_mcg=float(bolus),
    )
    below_mcg_per_h = float(program.background or below * label)
    stages = [Stage(0, peak.flow_ml_per_h, dose + below_mcg_per_h), Stage(over_us, below, below_mcg_per_h)]
    return Schedule.of(start_us, every_us, stages), (*demands, peak)
