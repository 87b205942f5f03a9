"""Programs of the pump: the modes, the steps of a flex day, the patient's allowance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import ClassVar, Literal, get_args

from cisterna.errors import Fault, TherapyError
from cisterna.therapy.event import Event
from cisterna.therapy.wording import not_positive, quoted, time_faults
from cisterna.units import DailyDose, Duration, HourlyRate, Mass

__all__ = [
    "WEEKDAYS",
    "FlexStep",
    "PatientBolusAllowance",
    "Program",
    "ProgramMode",
    "Weekday",
    "flex_dose_mcg",
]

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ProgramMode = Literal["simple-continuous", "flex", "periodic-bolus", "minimum-rate", "constant-flow"]

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""Days of the week from Monday, so that ``WEEKDAYS[date.weekday()]`` is the day of a date."""

_NEEDED: dict[ProgramMode, tuple[str, ...]] = {
    "simple-continuous": ("daily_dose",),
    "flex": ("steps",),
    "periodic-bolus": ("bolus", "over", "every", "background"),
    "minimum-rate": (),
    "constant-flow": (),
}
_OPTIONAL: dict[ProgramMode, tuple[str, ...]] = {"flex": ("daily_dose",)}
_KEYS_OF_MODES = ("daily_dose", "steps", "bolus", "over", "every", "background")
_SECONDS_PER_HOUR = 3600
_SECONDS_PER_DAY = 24 * _SECONDS_PER_HOUR
_SHOWN_ALIKE = 0.5 * 10**-DailyDose.places  # mcg/day; half of the last digit that people read


@dataclass(frozen=True, kw_only=True)
class FlexStep:
    """From ``from_`` (pump time) on, ``rate``, on the named days; on every day where none is."""

    from_: time
    rate: HourlyRate
    days: tuple[Weekday, ...] = ()

    def __post_init__(self) -> None:
        faults = list(time_faults("from", self.from_))
        if len(set(self.days)) < len(self.days):
            faults.append(
                Fault(
                    where="days",
                    found=", ".join(self.days),
                    allowed="each day once",
                    remedy="remove the repetition",
                )
            )
        if faults:
            raise TherapyError(*faults)

    def holds_on(self, day: Weekday) -> bool:
        """Whether the step is one of the steps of ``day``."""
        return not self.days or day in self.days


@dataclass(frozen=True, kw_only=True)
class PatientBolusAllowance:
    """What the patient may ask the pump for: ``dose``, no sooner than ``lockout``, ``per_day`` times."""

    dose: Mass
    lockout: Duration
    per_day: int

    def __post_init__(self) -> None:
        faults = list(not_positive("dose", self.dose, "write the dose of one bolus"))
        if self.per_day < 1:
            faults.append(
                Fault(
                    where="per_day",
                    found=quoted(self.per_day),
                    allowed="at least 1",
                    remedy="leave patient_bolus out where the patient may ask for none",
                )
            )
        if faults:
            raise TherapyError(*faults)


@dataclass(frozen=True, kw_only=True)
class Program(Event):
    """The pump was programmed to a mode.

    ``simple-continuous`` takes ``daily_dose``; ``flex`` takes ``steps`` (and ``daily_dose``, which
    is checked); ``periodic-bolus`` takes ``bolus``, ``over``, ``every`` and ``background``;
    ``minimum-rate`` and ``constant-flow`` take none. Every mode may carry ``patient_bolus``.

    On each day of the week hold, in the order written, the steps that name that day and those that
    name none; they start at 00:00 and each is later than the one before, so that a day has no gap.
    """

    kind: ClassVar[str] = "program"
    mode: ProgramMode
    daily_dose: DailyDose | None = None
    steps: tuple[FlexStep, ...] = ()
    bolus: Mass | None = None
    over: Duration | None = None
    every: Duration | None = None
    background: HourlyRate | None = None
    patient_bolus: PatientBolusAllowance | None = None

    def steps_on(self, day: Weekday) -> tuple[FlexStep, ...]:
        """The steps that hold on a day of the week, in the order of time.

        >>> from datetime import datetime
        >>> at = datetime.fromisoformat("2026-04-14T09:30:00+02:00")
        >>> step = FlexStep(from_=time(0), rate=HourlyRate(4))
        >>> program = Program(at=at, mode="flex", steps=(step,))
        >>> program.steps_on("mon") == (step,)
        True
        """
        return tuple(step for step in self.steps if step.holds_on(day))

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        wrong = tuple(self._faults_of_keys())
        yield from wrong
        yield from not_positive("daily_dose", self.daily_dose, "use stop to stop the pump")
        yield from not_positive("bolus", self.bolus, "write the dose of one bolus")
        yield from not_positive("over", self.over, "write how long one bolus takes")
        if self.over is not None and self.every is not None and self.over >= self.every:
            yield Fault(
                where="over",
                found=quoted(self.over),
                allowed=f"less than the time from one bolus to the next, {self.every.shown()}",
                remedy="correct the one that is wrong",
            )
        if self.mode == "flex" and not wrong:
            yield from _faults_of_days(self.steps, self.daily_dose)

    def _faults_of_keys(self) -> Iterator[Fault]:
        needed, optional = _NEEDED[self.mode], _OPTIONAL.get(self.mode, ())
        for key in _KEYS_OF_MODES:
            stated = getattr(self, key) not in (None, ())
            if key in needed and not stated:
                yield Fault(
                    where=key,
                    found="nothing",
                    allowed=f"mode {self.mode} with {', '.join(needed)}",
                    remedy=_how_to_add(key),
                )
            elif stated and key not in needed and key not in optional:
                yield Fault(
                    where=key,
                    found=f"{key} in mode {self.mode}",
                    allowed=", ".join((*needed, *optional, "patient_bolus")),
                    remedy=_how_to_drop(self.mode, key),
                )


def _how_to_add(key: str) -> str:
    examples = {
        "daily_dose": "daily_dose = '100 mcg/day'",
        "steps": "steps = [{ from = '00:00', rate = '4.5 mcg/h' }]",
        "bolus": "bolus = '20 mcg'",
        "over": "over = '10 min'",
        "every": "every = '6 h'",
        "background": "background = '2 mcg/h'; '0 mcg/h' where there is none",
    }
    return f"add for example {examples[key]}"


def _how_to_drop(mode: ProgramMode, key: str) -> str:
    if mode == "constant-flow":
        return "a constant-flow pump takes no rate: its dose is changed by the concentration of a fill"
    meant = next((other for other, keys in _NEEDED.items() if key in keys), None)
    return f"remove it, or choose mode '{meant}'" if meant else "remove it"


def _faults_of_days(steps: Sequence[FlexStep], daily_dose: DailyDose | None) -> Iterator[Fault]:
    """The faults of each day of the week; days that have the same steps are told once."""
    days_of: dict[tuple[int, ...], list[Weekday]] = {}
    for day in WEEKDAYS:
        places = tuple(place for place, step in enumerate(steps) if step.holds_on(day))
        days_of.setdefault(places, []).append(day)
    told: set[tuple[str, str]] = set()
    for places, days in days_of.items():
        name = "the day" if len(days) == len(WEEKDAYS) else ", ".join(days)
        wrong = list(_faults_of_day(steps, places, name))
        if not wrong and daily_dose is not None:
            wrong = list(_dose_faults(steps, places, name, daily_dose))
        for fault in wrong:
            if (fault.where, fault.found) not in told:
                told.add((fault.where, fault.found))
                yield fault


def _faults_of_day(steps: Sequence[FlexStep], places: tuple[int, ...], name: str) -> Iterator[Fault]:
    if not places or steps[places[0]].from_ != time(0):
        first = f"{steps[places[0]].from_:%H:%M}" if places else "no step"
        yield Fault(
            where=f"steps[{places[0]}].from" if places else "steps",
            found=f"{first} as the first step of {name}",
            allowed="steps that cover the day from 00:00, without a gap",
            remedy="add a step from '00:00'",
        )
    for earlier, later in pairwise(places):
        if steps[later].from_ <= steps[earlier].from_:
            yield Fault(
                where=f"steps[{later}].from",
                found=f"{steps[later].from_:%H:%M} after {steps[earlier].from_:%H:%M} on {name}",
                allowed="steps in the order of time, each time once a day",
                remedy="order the steps, or remove the one that is double",
            )


def _dose_faults(
    steps: Sequence[FlexStep], places: tuple[int, ...], name: str, daily_dose: DailyDose
) -> Iterator[Fault]:
    total = DailyDose(flex_dose_mcg([steps[place] for place in places]))
    if abs(total - daily_dose) > _SHOWN_ALIKE:
        yield Fault(
            where="daily_dose",
            found=quoted(daily_dose),
            allowed=f"what the steps of {name} add up to, {total.shown()}",
            remedy=f"write '{total.shown()}', or leave daily_dose out",
        )


def flex_dose_mcg(steps: Sequence[FlexStep]) -> float:
    """Drug in micrograms that the ordered steps of one day deliver in 24 h.

    >>> flex_dose_mcg([FlexStep(from_=time(0), rate=HourlyRate(4)),
    ...                FlexStep(from_=time(6), rate=HourlyRate(6))])
    132.0
    """
    starts = [_seconds(step.from_) for step in steps]
    ends = [*starts[1:], _SECONDS_PER_DAY]
    return sum(
        step.rate * (end - start) / _SECONDS_PER_HOUR
        for step, start, end in zip(steps, starts, ends, strict=True)
    )


def _seconds(clock: time) -> int:
    return clock.hour * _SECONDS_PER_HOUR + clock.minute * 60 + clock.second
