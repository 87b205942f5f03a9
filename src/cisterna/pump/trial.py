"""A program tried on a pump from an instant on: what it would deliver, and by when it would be refilled.

The pump is walked once up to the instant (:func:`standing_pump`); each program costs only the time after
it (:meth:`StandingPump.tried`). What is tried is never recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from cisterna.delivery import Delivery, Dose
from cisterna.errors import Fault, PumpError
from cisterna.instants import US_PER_MINUTE, instant_us, utc
from cisterna.pump.commands import commanded
from cisterna.pump.dates import Dates, dates_of
from cisterna.pump.outlook import when_asked_for
from cisterna.pump.run import infusions_of, unknown_in
from cisterna.pump.state import Happening, PumpState, Stretch
from cisterna.pump.stepping import advanced
from cisterna.pump.walk import Walked, walk
from cisterna.therapy.events import Fill, Program
from cisterna.therapy.therapy import Therapy
from cisterna.units import Volume

__all__ = ["StandingPump", "Trial", "standing_pump"]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a pump would do with a program.

    ``set_up`` is the pump just after it was programmed, ``stretches`` what it delivers from then on.
    ``refills`` are those that are taken to be made, as the last one was, whenever the reservoir would reach
    its alarm volume (or the zero of a pump without one) within the time that is looked at.
    """

    set_up: PumpState
    refills: tuple[Fill, ...]
    stretches: tuple[Stretch, ...] = field(repr=False)
    doses: tuple[Dose, ...] = field(repr=False)
    happenings: tuple[Happening, ...] = field(repr=False)
    dates: Dates
    next_refills_us: tuple[int, ...]

    @property
    def refill_us(self) -> int | None:
        """The instant of the first of these refills."""
        return instant_us(self.refills[0].at) if self.refills else None

    @cached_property
    def delivery(self) -> Delivery:
        """What leaves the catheter tip from the program on, and what it sets free at once."""
        return Delivery(
            infusions=tuple(infusions_of(self.stretches)),
            doses=self.doses,
            unknown=tuple(unknown_in(self.stretches)),
        )


@dataclass(frozen=True, kw_only=True)
class StandingPump:
    """A pump at the instant ``at_us``, before the program that is to be tried."""

    walked: Walked = field(repr=False)
    state: PumpState
    last_fill: Fill
    zone: ZoneInfo
    refill_cap_days: float | None = None
    worst_case_drives: bool = False

    @cached_property
    def delivery(self) -> Delivery:
        """What left the catheter tip up to the instant."""
        stretches = self.walked.stretches
        return Delivery(
            infusions=tuple(infusions_of(stretches)),
            doses=self.state.doses,
            unknown=tuple(unknown_in(stretches)),
        )

    @property
    def at_us(self) -> int:
        """The instant at which a program would be set."""
        return self.state.at_us

    def tried(self, program: Program | None, until_us: int, *, refills: int = 3) -> Trial:
        """Let the pump run ``program`` up to ``until_us``, and say when its next ``refills`` are due.

        ``None`` lets it go on with what it does. Each refill is taken to be made on its last day, as the last
        one was. Raises :class:`~cisterna.errors.PumpError` where the pump refuses the program, each fault
        placed in it (``steps[2].rate``).
        """
        first = commanded(self.state, [] if program is None else [program])
        state, steps, made = first.state, [first], list[Fill]()
        while self._lasts and (due_us := _low_us(state, until_us)) is not None:
            passed = advanced(state, due_us)
            made.append(self._refill(passed.state))
            filled = commanded(passed.state, made[-1:])
            state = filled.state
            steps += [passed, filled]
        steps.append(advanced(state, until_us))
        dates = self._dates((*self.walked.since_fill, first.state))
        return Trial(
            set_up=first.state,
            refills=tuple(made),
            stretches=tuple(stretch for step in steps for stretch in step.stretches),
            doses=steps[-1].state.doses[len(self.state.doses) :],
            happenings=tuple(told for step in steps for told in step.happenings),
            dates=dates,
            next_refills_us=tuple(self._coming(first.state, dates.refill_by_date.at_us, refills)),
        )

    @property
    def _lasts(self) -> bool:
        """Whether a fill as the last one holds more than the alarm volume; after an emptying it does not."""
        return float(self.last_fill.injected) > (self.state.system.alarm_ml or 0.0)

    def _refill(self, state: PumpState) -> Fill:
        """A refill as the last one, with what is there withdrawn."""
        held = Volume(max(0.0, state.reservoir.volume_ml))
        return replace(self.last_fill, id=None, at=utc(state.at_us), withdrawn=held)

    def _coming(self, state: PumpState, first_us: int | None, count: int) -> Iterator[int]:
        due_us = first_us
        for _ in range(count):
            if due_us is None or due_us <= state.at_us:
                return
            yield due_us
            injected_ml = float(self.last_fill.injected)
            state = replace(state, at_us=due_us, filled_us=due_us, filled_ml=injected_ml, activity=None)
            due_us = self._dates((state,)).refill_by_date.at_us

    def _dates(self, since_fill: Sequence[PumpState]) -> Dates:
        return dates_of(
            since_fill, since_fill[-1], self.zone, self.refill_cap_days,
            worst_case_drives=self.worst_case_drives,
        )  # fmt: skip


def standing_pump(
    therapy: Therapy,
    at_us: int,
    *,
    refill_cap_days: float | None = None,
    worst_case_drives: bool = False,
) -> StandingPump:
    """The pump of a therapy at ``at_us``, ready for a program to be tried.

    The two settings are as for :func:`~cisterna.pump.run_pump`. Raises
    :class:`~cisterna.errors.PumpError` for what the pump refuses of the events up to then, and where there
    is no pump, or none that was filled.
    """
    walked = walk(therapy, at_us)
    if walked.faults:
        raise PumpError(*walked.faults)
    fills = [
        event for event in therapy.valid_events if isinstance(event, Fill) and instant_us(event.at) <= at_us
    ]
    if walked.state is None:
        raise PumpError(_lacking("no pump", "a pump in place", "record the implant and the fill first"))
    if walked.state.label_mcg_per_ml is None or not fills:
        raise PumpError(_lacking("a pump that was never filled", "a filled pump", "record the fill first"))
    return StandingPump(
        walked=walked, state=walked.state, last_fill=fills[-1], zone=therapy.zone,
        refill_cap_days=refill_cap_days, worst_case_drives=worst_case_drives,
    )  # fmt: skip


def _lacking(found: str, allowed: str, remedy: str) -> Fault:
    return Fault(where="program", found=found, allowed=allowed, remedy=remedy)


def _low_us(state: PumpState, until_us: int) -> int | None:
    """The minute in which the alarm volume is reached before ``until_us``, not before the state's instant."""
    left_ml = state.reservoir.counted_ml - (state.system.alarm_ml or 0.0)
    due_us = state.at_us if left_ml <= 0 else when_asked_for((state,), left_ml)
    if due_us is None or due_us >= until_us:
        return None
    return max(due_us - due_us % US_PER_MINUTE, state.at_us)
