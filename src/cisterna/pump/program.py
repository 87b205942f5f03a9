"""From a program or bolus to the flow that the pump runs.

The programmer computes flow = dose / labelled concentration, as clinicians do, and that is what the
pump runs whatever fluid is at the tip. Flex times are pump time; the steps of a periodic bolus count
from the instant of its program. A pump that delivers in strokes runs whole strokes: the dose is what is
asked for, the flow what can be delivered of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TypeVar

from cisterna.errors import DefectError, Fault
from cisterna.instants import HOURS_PER_DAY, US_PER_DAY, US_PER_HOUR, us_of_hours
from cisterna.pump.clock import PumpClock
from cisterna.pump.flow import Demand
from cisterna.pump.refusal import RefusalError
from cisterna.pump.schedule import Schedule, Stage
from cisterna.pump.strokes import Deliverable, in_strokes, whole_strokes
from cisterna.pump.system import ImplantedSystem
from cisterna.therapy.events import WEEKDAYS, Event, Program
from cisterna.units import decimal_text

__all__ = ["RunningProgram", "bolus_ml", "running_program"]

_US_PER_WEEK = 7 * US_PER_DAY
_OWN_TIME = PumpClock(set_us=0, offset_us=0)

Q = TypeVar("Q")


@dataclass(frozen=True, kw_only=True)
class RunningProgram:
    """A program at the concentration on the label.

    ``schedule`` is the flow that runs; ``planned`` counts every patient bolus that is allotted as
    well, for dates; ``demands`` are the flows that the pump must be able to deliver. ``own_day`` is the
    schedule in the time of the pump's clock, ``None`` where the mode does not keep to it.
    """

    program: Program
    start_us: int
    label_mcg_per_ml: float
    schedule: Schedule
    planned: Schedule
    demands: tuple[Demand, ...]
    own_day: Schedule | None = None

    @property
    def runs_minimum_between_boluses(self) -> bool:
        """Whether no background was asked for, so that the minimum rate runs between the boluses."""
        return self.program.mode == "periodic-bolus" and not self.program.background

    def daily_dose_mcg(self) -> float:
        """The mean dose of a day that the program asks for, by the day of the pump's clock."""
        schedule = self.own_day or self.schedule
        stages = schedule.stages
        ends_us = (*(stage.start_us for stage in stages[1:]), schedule.period_us)
        dose_mcg = sum(
            stage.dose_mcg_per_h * (end_us - stage.start_us) / US_PER_HOUR
            for stage, end_us in zip(stages, ends_us, strict=True)
        )
        return dose_mcg * US_PER_DAY / schedule.period_us

    def flow_ml_per_day(self) -> float:
        """The mean flow of a day, by the day of the pump's clock."""
        schedule = self.own_day or self.schedule
        return schedule.volume_ml(0, schedule.period_us) * US_PER_DAY / schedule.period_us

    def deliverable(self) -> Deliverable:
        """What the program asks for in a day, and what the flow of the pump makes of it at the label."""
        return Deliverable(
            asked_mcg_per_day=self.daily_dose_mcg(),
            deliverable_mcg_per_day=self.flow_ml_per_day() * self.label_mcg_per_ml,
        )


def running_program(
    program: Program, system: ImplantedSystem, label_mcg_per_ml: float, start_us: int, clock: PumpClock
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
    schedule, demands = _compiled(program, system, label_mcg_per_ml, start_us, clock)
    own_day = None
    if program.mode == "flex":
        own_day, _ = _compiled(program, system, label_mcg_per_ml, start_us, _OWN_TIME)
    return RunningProgram(
        program=program,
        start_us=start_us,
        label_mcg_per_ml=label_mcg_per_ml,
        schedule=schedule,
        planned=schedule.with_extra_flow(_allotted_ml_per_h(program, system, label_mcg_per_ml)),
        demands=demands,
        own_day=own_day,
    )


def _allotted_ml_per_h(program: Program, system: ImplantedSystem, label: float) -> float:
    """The mean flow of every patient bolus that is allotted; a constant-flow pump has none to allot."""
    allowance = program.patient_bolus
    if allowance is None:
        return 0.0
    if system.is_constant_flow:
        raise RefusalError(
            program,
            Fault(
                where="patient_bolus",
                found="a patient bolus",
                allowed="no bolus: a constant-flow pump takes no command",
                remedy="remove it",
            ),
        )
    return (
        allowance.per_day * bolus_ml(program, system, allowance.dose, label, "patient_bolus") / HOURS_PER_DAY
    )


def bolus_ml(event: Event, system: ImplantedSystem, dose_mcg: float, label: float, key: str) -> float:
    """The volume of a bolus, in whole strokes where the pump has strokes; less than one is refused."""
    if system.stroke_ml is None:
        return dose_mcg / label
    strokes = whole_strokes(dose_mcg / label, system.stroke_ml)
    if strokes == 0:
        raise _less_than_a_stroke(event, key, f"{decimal_text(dose_mcg, 3)} mcg", system.stroke_ml * label)
    return strokes * system.stroke_ml


def _less_than_a_stroke(event: Event, key: str, found: str, stroke_mcg: float) -> RefusalError:
    stroke = f"{decimal_text(stroke_mcg, 3)} mcg"
    return RefusalError(
        event,
        Fault(
            where=key,
            found=f"{found}, less than half a stroke of the pump",
            allowed=f"at least one stroke, {stroke}",
            remedy=f"ask for whole strokes of {stroke}, or use a lower concentration",
        ),
    )


def _strokes_of(
    schedule: Schedule, program: Program, system: ImplantedSystem, label: float, key: str
) -> Schedule:
    """The schedule in whole strokes where the pump has strokes."""
    if system.stroke_ml is None:
        return schedule
    whole = in_strokes(schedule, system.stroke_ml)
    if whole.volume_ml(0, whole.period_us) == 0:
        raise _less_than_a_stroke(program, key, "a dose", system.stroke_ml * label)
    return whole


def _compiled(
    program: Program, system: ImplantedSystem, label: float, start_us: int, clock: PumpClock
) -> tuple[Schedule, tuple[Demand, ...]]:
    match program.mode:
        case "simple-continuous":
            schedule, demands = _simple_continuous(program, label)
            return _strokes_of(schedule, program, system, label, "daily_dose"), demands
        case "flex":
            schedule, demands = _flex(program, system, label, clock)
            return _strokes_of(schedule, program, system, label, "steps"), demands
        case "periodic-bolus":
            return _periodic_bolus(program, system, label, start_us)
        case "minimum-rate":
            flow = system.minimum_rate_ml_per_h
            return Schedule.constant(flow, flow * label), ()
        case "constant-flow":
            flow = system.flows.maximum_ml_per_h
            return Schedule.constant(flow, flow * label), ()


def _stated(value: Q | None) -> Q:
    """What a program of its mode always states; an event without it cannot be made."""
    if value is None:
        raise DefectError("a program without what its mode needs")
    return value


def _simple_continuous(program: Program, label: float) -> tuple[Schedule, tuple[Demand, ...]]:
    daily = _stated(program.daily_dose)
    dose = daily / HOURS_PER_DAY
    demand = Demand(
        key="daily_dose", shown=daily.shown(), dose_mcg_per_h=dose, concentration_mcg_per_ml=label
    )
    return Schedule.constant(demand.flow_ml_per_h, dose), (demand,)


def _flex(
    program: Program, system: ImplantedSystem, label: float, clock: PumpClock
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
        Stage(
            clock.elapsed_us(place * US_PER_DAY + _us_of_day(step.from_)), step.rate / label, float(step.rate)
        )
        for place, steps in enumerate(days[:1] if same_every_day else days)
        for step in steps
    ]
    period_us = US_PER_DAY if same_every_day else _US_PER_WEEK
    return Schedule.of(clock.anchor_us(period_us), clock.elapsed_us(period_us), stages), demands


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
    volume_ml, dose = bolus_ml(program, system, bolus, label, "bolus"), bolus * US_PER_HOUR / over_us
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
        below = _background_ml_per_h(program.background, system, label)
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
    stages = [
        Stage(0, below + volume_ml * US_PER_HOUR / over_us, dose + below_mcg_per_h),
        Stage(over_us, below, below_mcg_per_h),
    ]
    return Schedule.of(start_us, every_us, stages), (*demands, peak)


def _background_ml_per_h(rate_mcg_per_h: float, system: ImplantedSystem, label: float) -> float:
    """The flow of a background: its strokes are spread over the day, whatever the boluses do."""
    flow = rate_mcg_per_h / label
    if system.stroke_ml is None:
        return flow
    return whole_strokes(HOURS_PER_DAY * flow, system.stroke_ml) * system.stroke_ml / HOURS_PER_DAY
