"""A program tried on a pump from an instant on: what it would deliver, and by when it would be refilled.

The pump is walked once up to the instant (:func:`standing_pump`); each program costs only the time after
it (:meth:`StandingPump.tried`). What is tried is never recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from cisterna.delivery import Delivery
from cisterna.errors import Fault, PumpError
from cisterna.instants import instant_us, utc
from cisterna.pump.commands import commanded
from cisterna.pump.dates import Dates, dates_of
from cisterna.pump.outlook import when_asked_for
from cisterna.pump.run import infusions_of, unknown_in
from cisterna.pump.state import Happening, PumpState, Stretch
from cisterna.pump.stepping import advanced
from cisterna.pump.walk import Walked, walk
from cisterna.therapy.events import Event, Fill, Program
from cisterna.therapy.therapy import Therapy
from cisterna.units import Volume

__all__ = ["StandingPump", "Trial", "standing_pump"]

_US_PER_MINUTE = 60_000_000


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a pump would do with a program.

    ``set_up`` is the pump just after it was programmed, ``stretches`` what it delivers from then on.
    ``refill`` is the refill that is taken to be made, as the last one was, where the reservoir would reach
    its alarm volume (or the zero of a pump without one) within the time that is looked at.
    """

    set_up: PumpState
    refill: Fill | None
    stretches: tuple[Stretch, ...] = field(repr=False)
    happenings: tuple[Happening, ...] = field(repr=False)
    dates: Dates
    next_refills_us: tuple[int, ...]

    @property
    def refill_us(self) -> int | None:
        """The instant of that refill."""
        return None if self.refill is None else instant_us(self.refill.at)

    @cached_property
    def delivery(self) -> Delivery:
        """What leaves the catheter tip from the program on."""
        return Delivery(
            infusions=tuple(infusions_of(self.stretches)), unknown=tuple(unknown_in(self.stretches))
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
        programmed: list[Event] = [] if program is None else [program]
        set_up = commanded(self.state, programmed).state
        refill = self._refill(set_up, until_us)
        events = programmed if refill is None else [*programmed, refill]
        stretches, happenings = _run(self.state, events, until_us)
        dates = self._dates((*self.walked.since_fill, set_up))
        return Trial(
            set_up=set_up,
            refill=refill,
            stretches=stretches,
            happenings=happenings,
            dates=dates,
            next_refills_us=tuple(self._coming(set_up, dates.refill_by_date.at_us, refills)),
        )

    def _refill(self, after: PumpState, until_us: int) -> Fill | None:
        """A refill as the last one, in the minute in which the alarm volume is reached."""
        left_ml = after.reservoir.counted_ml - (after.system.alarm_ml or 0.0)
        due_us = after.at_us if left_ml <= 0 else when_asked_for((after,), left_ml)
        if due_us is None or due_us >= until_us:
            return None
        at_us = max(due_us - due_us % _US_PER_MINUTE, after.at_us)
        held_ml = advanced(after, at_us).state.reservoir.volume_ml
        return replace(self.last_fill, id=None, at=utc(at_us), withdrawn=Volume(max(0.0, held_ml)))

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


def _run(
    state: PumpState, events: Iterable[Event], until_us: int
) -> tuple[tuple[Stretch, ...], tuple[Happening, ...]]:
    """The pump with the events, which are in order, up to ``until_us``."""
    stretches: list[Stretch] = []
    happenings: list[Happening] = []
    for at_us, together in groupby(events, key=lambda event: instant_us(event.at)):
        for step in (passed := advanced(state, at_us), commanded(passed.state, list(together))):
            stretches.extend(step.stretches)
            happenings.extend(step.happenings)
            state = step.state
    passed = advanced(state, until_us)
    return (*stretches, *passed.stretches), (*happenings, *passed.happenings)
