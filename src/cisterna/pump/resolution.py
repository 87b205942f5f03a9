"""What a pump can deliver at the concentration in it, and the nearest program that it can.

A value that is moved is always told, with why and whose number it is; a program that no moving of values
can mend (too many steps, two at one time) is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from math import ceil, floor
from typing import Any

from cisterna.errors import Fault, PumpError
from cisterna.evidence import Number
from cisterna.instants import HOURS_PER_DAY, MINUTES_PER_DAY, MINUTES_PER_HOUR, instant_us
from cisterna.pump.strokes import whole_strokes
from cisterna.pump.system import ImplantedSystem
from cisterna.pump.trial import StandingPump, standing_pump
from cisterna.therapy.events import WEEKDAYS, FlexStep, Program
from cisterna.therapy.therapy import Therapy
from cisterna.units import DailyDose, HourlyRate, Mass, decimal_text

__all__ = ["DeliverableRange", "Moved", "Snapped", "deliverable_range", "range_of"]

_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One value that was moved: ``where`` in the program, as asked and as it is now, why, and the source."""

    where: str
    asked: str
    given: str
    why: str
    source: str

    def facts(self) -> dict[str, str]:
        """Plain values for JSON."""
        return {"where": self.where, "asked": self.asked, "given": self.given, "why": self.why,
                "source": self.source}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Snapped:
    """A program that the pump can deliver, and every value that had to be moved for it."""

    program: Program
    moved: tuple[Moved, ...]


@dataclass(frozen=True, kw_only=True)
class DeliverableRange:
    """What one pump can deliver at ``label_mcg_per_ml``, each limit with its number.

    ``stroke_mcg`` is the drug of one stroke, ``None`` for a pump without strokes; ``rate_step_mcg_per_h`` is
    how finely a constant rate can be set, for a pump with strokes one stroke a day. ``most_steps`` is how
    many steps a day may have, ``None`` where it is not known.
    """

    model: str
    modes: tuple[str, ...]
    label_mcg_per_ml: float
    least_mcg_per_h: float
    greatest_mcg_per_h: float
    stroke_mcg: float | None
    rate_step_mcg_per_h: float
    time_step_minutes: int
    most_steps: int | None
    sources: dict[str, Number] = field(repr=False)

    def facts(self) -> dict[str, Any]:
        """Plain values for JSON; keys are never absent."""
        return {
            "model": self.model,
            "modes": list(self.modes),
            "label_mcg_per_ml": self.label_mcg_per_ml,
            "least_mcg_per_h": self.least_mcg_per_h,
            "greatest_mcg_per_h": self.greatest_mcg_per_h,
            "stroke_mcg": self.stroke_mcg,
            "rate_step_mcg_per_h": self.rate_step_mcg_per_h,
            "time_step_minutes": self.time_step_minutes,
            "most_steps": self.most_steps,
            "sources": {
                name: {"source": number.source, "status": number.status.value}
                for name, number in self.sources.items()
            },
        }

    def snapped(self, program: Program) -> Snapped:
        """The nearest program that the pump can deliver, and what was moved.

        Rates go to whole strokes of their step, or to the rate step, and into the range of flow; times to the
        time step. Raises :class:`~cisterna.errors.PumpError` for a mode that the pump does not have, for more
        steps than it takes, and for steps that would fall together.

        >>> from datetime import datetime, timedelta
        >>> from pathlib import Path
        >>> from cisterna.therapy import read_therapy
        >>> therapy = read_therapy(Path("examples/child-flex-day.toml"))
        >>> at = therapy.valid_events[-1].at + timedelta(days=1)
        >>> day = Program(at=at, mode="flex", steps=(
        ...     FlexStep(from_=time(0), rate=HourlyRate(6.123456)),
        ...     FlexStep(from_=time(6, 30), rate=HourlyRate(0.4))))
        >>> snapped = deliverable_range(therapy, at).snapped(day)
        >>> [(moved.where, moved.given) for moved in snapped.moved]
        [('steps[0].rate', '6.12 mcg/h'), ('steps[1].rate', '1 mcg/h')]
        """
        if program.mode not in self.modes:
            raise PumpError(
                Fault(where="mode", found=f"'{program.mode}'", allowed=", ".join(self.modes),
                      remedy="choose a mode of this pump")
            )  # fmt: skip
        moved: list[Moved] = []
        match program.mode:
            case "simple-continuous":
                program = self._constant(program, moved)
            case "flex":
                program = self._flex(program, moved)
            case "periodic-bolus":
                program = self._periodic(program, moved)
            case _:
                pass
        return Snapped(program=program, moved=tuple(moved))

    def _constant(self, program: Program, moved: list[Moved]) -> Program:
        asked = program.daily_dose
        if asked is None:
            return program
        per_h = None if self.stroke_mcg is None else self.rate_step_mcg_per_h
        rate = self._rate("daily_dose", asked / HOURS_PER_DAY, per_h, moved)
        return replace(program, daily_dose=DailyDose(rate * HOURS_PER_DAY)) if moved else program

    def _flex(self, program: Program, moved: list[Moved]) -> Program:
        self._check_count(program)
        begins = tuple(self._begin(place, step, moved) for place, step in enumerate(program.steps))
        _check_apart(program, begins)
        timed = replace(
            program, daily_dose=None,
            steps=tuple(
                replace(step, from_=begin) for step, begin in zip(program.steps, begins, strict=True)
            ),
        )  # fmt: skip
        steps = tuple(self._step(timed, place, moved) for place in range(len(timed.steps)))
        return replace(timed, steps=steps) if moved else program

    def _step(self, program: Program, place: int, moved: list[Moved]) -> FlexStep:
        step = program.steps[place]
        per_h = self._step_for(_lasts_h(program, step))
        rate = self._rate(f"steps[{place}].rate", float(step.rate), per_h, moved)
        return replace(step, rate=HourlyRate(rate))

    def _periodic(self, program: Program, moved: list[Moved]) -> Program:
        bolus, background = program.bolus, program.background
        if bolus is not None and self.stroke_mcg is not None:
            whole = max(1, whole_strokes(bolus, self.stroke_mcg)) * self.stroke_mcg
            if abs(whole - bolus) > _ROUNDING * bolus:
                moved.append(self._stroke_moved("bolus", bolus.shown(), Mass(whole).shown()))
                bolus = Mass(whole)
        if background:
            rate = self._rate("background", float(background), self.rate_step_mcg_per_h, moved)
            background = HourlyRate(rate)
        return replace(program, bolus=bolus, background=background) if moved else program

    # ---------------------------------------------------------------------------------- one value

    def _rate(self, where: str, asked: float, per_h: float | None, moved: list[Moved]) -> float:
        """The nearest rate that the pump can deliver in steps of ``per_h``; told where it is another."""
        rate = asked if per_h is None else round(asked / per_h) * per_h
        why, source = self._why_step()
        if rate < self.least_mcg_per_h * (1 - _ROUNDING):
            rate = self._up(self.least_mcg_per_h, per_h)
            why, source = "the lowest rate that this pump delivers at this concentration", "least"
        elif rate > self.greatest_mcg_per_h * (1 + _ROUNDING):
            rate = self._down(self.greatest_mcg_per_h, per_h)
            why, source = "the highest rate that this pump delivers at this concentration", "greatest"
        if abs(rate - asked) <= _ROUNDING * max(rate, asked):
            return asked
        number = self.sources[source]
        moved.append(
            Moved(where=where, asked=_shown(where, asked), given=_shown(where, rate), why=why,
                  source=number.cited())
        )  # fmt: skip
        return rate

    def _step_for(self, lasts_h: float) -> float:
        return self.rate_step_mcg_per_h if self.stroke_mcg is None else self.stroke_mcg / lasts_h

    def _why_step(self) -> tuple[str, str]:
        if self.stroke_mcg is None:
            return "no rate resolution is known for this pump: rounded as it is written", "rate_step"
        return f"whole strokes of {decimal_text(self.stroke_mcg, 3)} mcg", "stroke"

    def _stroke_moved(self, where: str, asked: str, given: str) -> Moved:
        why, source = self._why_step()
        return Moved(where=where, asked=asked, given=given, why=why, source=self.sources[source].cited())

    @staticmethod
    def _up(rate: float, per_h: float | None) -> float:
        return rate if per_h is None else ceil(rate / per_h - _ROUNDING) * per_h

    @staticmethod
    def _down(rate: float, per_h: float | None) -> float:
        return rate if per_h is None else floor(rate / per_h + _ROUNDING) * per_h

    def _begin(self, place: int, step: FlexStep, moved: list[Moved]) -> time:
        """The begin of a step on the time step, the nearest one of the same day."""
        asked = step.from_.hour * MINUTES_PER_HOUR + step.from_.minute + step.from_.second / 60
        whole = round(asked / self.time_step_minutes) * self.time_step_minutes
        whole = min(whole, MINUTES_PER_DAY - self.time_step_minutes)
        begin = time(whole // MINUTES_PER_HOUR, whole % MINUTES_PER_HOUR)
        if begin != step.from_:
            moved.append(
                Moved(where=f"steps[{place}].from", asked=f"{step.from_:%H:%M:%S}", given=f"{begin:%H:%M}",
                      why="whole time steps of a program", source=self.sources["time_step"].cited())
            )  # fmt: skip
        return begin

    def _check_count(self, program: Program) -> None:
        count = max(len(program.steps_on(day)) for day in WEEKDAYS)
        if self.most_steps is not None and count > self.most_steps:
            raise PumpError(
                Fault(where="steps", found=f"{count} steps in a day",
                      allowed=f"at most {self.most_steps} on a {self.model}", remedy="join steps")
            )  # fmt: skip


def deliverable_range(therapy: Therapy, at: datetime) -> DeliverableRange:
    """What the pump of a therapy can deliver at ``at``.

    Raises :class:`~cisterna.errors.PumpError` where there is no filled pump, or the record is refused.
    """
    return range_of(standing_pump(therapy, instant_us(at)))


def range_of(pump: StandingPump) -> DeliverableRange:
    """The same for a pump that was walked already."""
    system, label = pump.state.system, pump.state.label_mcg_per_ml
    assert label is not None  # noqa: S101  a standing pump was filled
    sources = dict(_sources(system))
    stroke = None if system.stroke_ml is None else system.stroke_ml * label
    step = sources["rate_step"].in_unit("mcg/h")
    most = sources.get("most_steps")
    return DeliverableRange(
        model=system.model.model,
        modes=system.model.modes,
        label_mcg_per_ml=label,
        least_mcg_per_h=system.flows.minimum_ml_per_h * label,
        greatest_mcg_per_h=system.flows.maximum_ml_per_h * label,
        stroke_mcg=stroke,
        rate_step_mcg_per_h=step if stroke is None else stroke / HOURS_PER_DAY,
        time_step_minutes=round(sources["time_step"].in_unit("min")),
        most_steps=None if most is None else round(most.in_unit("count")),
        sources=sources,
    )


def _sources(system: ImplantedSystem) -> Iterator[tuple[str, Number]]:
    model = system.model
    flows = ("constant_flow",) * 2 if system.is_constant_flow else ("minimum_flow", "maximum_flow")
    yield "least", model.number(flows[0])
    yield "greatest", model.number(flows[1])
    yield "rate_step", system.settings.number("program_rate_step")
    yield "time_step", system.settings.number("program_time_step")
    for name, quantity in (("stroke", "stroke_volume"), ("most_steps", "flex_steps_per_day")):
        if model.known(quantity):
            yield name, model.number(quantity)


def _lasts_h(program: Program, step: FlexStep) -> float:
    """How long a step lasts on the first day that it holds on."""
    day = next(day for day in WEEKDAYS if step.holds_on(day))
    begins = [_minutes(other.from_) for other in program.steps_on(day)]
    begin = _minutes(step.from_)
    end = min((other for other in begins if other > begin), default=MINUTES_PER_DAY)
    return (end - begin) / MINUTES_PER_HOUR


def _minutes(clock: time) -> float:
    return clock.hour * MINUTES_PER_HOUR + clock.minute + clock.second / 60


def _check_apart(program: Program, begins: tuple[time, ...]) -> None:
    """Refuse steps of one day that fall on one time once their times are rounded."""
    for day in WEEKDAYS:
        held = [begin for begin, step in zip(begins, program.steps, strict=True) if step.holds_on(day)]
        twice = next((begin for begin in held if held.count(begin) > 1), None)
        if twice is not None:
            place = max(at for at, begin in enumerate(begins) if begin == twice)
            raise PumpError(
                Fault(where=f"steps[{place}].from", found=f"two steps at {twice:%H:%M} once rounded",
                      allowed="each time once a day", remedy="move one of them, or join them")
            )  # fmt: skip


def _shown(where: str, rate: float) -> str:
    if where == "daily_dose":
        return DailyDose(rate * HOURS_PER_DAY).shown()
    return HourlyRate(rate).shown()
