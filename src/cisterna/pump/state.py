"""The pump at one instant, and what a step from one to another yields; frozen values all."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from cisterna.delivery import Site
from cisterna.pump.alarms import AlarmRecord
from cisterna.pump.column import FluidColumn
from cisterna.pump.lifetime import Lifetime
from cisterna.pump.program import RunningProgram
from cisterna.pump.reservoir import Reservoir
from cisterna.pump.schedule import Schedule
from cisterna.pump.system import ImplantedSystem

__all__ = ["Activity", "Happening", "PumpState", "Segment", "Status", "Step", "Stretch", "Tally"]


class Tally(NamedTuple):
    """A sum that keeps what rounding takes away (Neumaier 1974), so that ten years add up.

    >>> total = Tally()
    >>> for amount in (1.0, 1e100, 1.0, -1e100):
    ...     total = total.plus(amount)
    >>> total.value
    2.0
    """

    total: float = 0.0
    lost: float = 0.0

    def plus(self, amount: float) -> Tally:
        """The sum with one more amount."""
        total = self.total + amount
        if abs(self.total) >= abs(amount):
            return Tally(total, self.lost + ((self.total - total) + amount))
        return Tally(total, self.lost + ((amount - total) + self.total))

    @property
    def value(self) -> float:
        """The sum."""
        return self.total + self.lost


class Status(StrEnum):
    """What the pump is set to do when no bolus runs."""

    NOT_PROGRAMMED = "not-programmed"
    RUNNING = "running"
    STOPPED = "stopped"
    END_OF_SERVICE = "end-of-service"
    EXPLANTED = "explanted"


@dataclass(frozen=True, kw_only=True)
class Activity:
    """A bolus that runs in place of the program until ``end_us``, and the status that follows.

    ``kind`` is the event's: ``single-bolus``, ``priming-bolus`` or ``bridge-bolus``. Its volume is
    delivered evenly; what an early end leaves of it is not made up.
    """

    kind: str
    start_us: int
    end_us: int
    volume_ml: float
    schedule: Schedule
    then: Status

    def undelivered_ml(self, at_us: int) -> float:
        """What is left of the volume at an instant."""
        return self.schedule.volume_ml(at_us, self.end_us)


@dataclass(frozen=True, kw_only=True)
class PumpState:
    """An implanted pump at the instant ``at_us``.

    ``label_mcg_per_ml`` is the concentration on the label of the last fill, by which doses become
    flow; ``filled_ml`` is the counted volume after that fill. ``alarms`` are all of this pump, those
    that ended included. The last four keep the drug account of the patient, in micrograms.
    """

    system: ImplantedSystem
    at_us: int
    status: Status
    reservoir: Reservoir
    column: FluidColumn
    lifetime: Lifetime
    clock_offset_us: int
    label_mcg_per_ml: float | None = None
    filled_ml: float | None = None
    filled_us: int | None = None
    program: RunningProgram | None = None
    activity: Activity | None = None
    stopped_us: int | None = None
    alarms: tuple[AlarmRecord, ...] = ()
    injected_mcg: float = 0.0
    withdrawn_mcg: float = 0.0
    outside_mcg: float = 0.0
    delivered: Tally = field(default=Tally())

    @property
    def is_running(self) -> bool:
        """Whether the pump runs its program now, or will when the bolus that runs has ended."""
        follows = self.activity.then if self.activity else self.status
        return follows is Status.RUNNING

    @property
    def schedule(self) -> Schedule | None:
        """The flow that is asked for now: that of a bolus, of the program, or none."""
        if self.activity:
            return self.activity.schedule
        if self.status is Status.RUNNING and self.program:
            return self.program.schedule
        return None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left above the counted zero."""
        return self.reservoir.counted_ml == 0

    @property
    def mode(self) -> str:
        """What the pump does, in a word: its status, the bolus that runs, or ``empty``."""
        if self.schedule is not None and self.is_empty:
            return "empty"
        return self.activity.kind if self.activity else self.status.value


class Segment(NamedTuple):
    """A time during which everything flows evenly, with what was held at its beginning.

    ``dose_mcg_per_h`` is programmed, ``tip_mcg_per_h`` delivered: two quantities, never one.
    """

    start_us: int
    end_us: int
    flow_ml_per_h: float
    dose_mcg_per_h: float
    tip_mcg_per_h: float
    reservoir_ml: float
    dead_volume_mcg: float
    delivered_mcg: float


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Segments without a command or transition between them; the state at its beginning says the rest."""

    state: PumpState
    segments: tuple[Segment, ...]

    @property
    def site(self) -> Site:
        """Where the drug enters the body."""
        return self.state.system.site

    @cached_property
    def mode(self) -> str:
        """What the pump does in this stretch, in a word."""
        return self.state.mode


class Happening(NamedTuple):
    """Something that the pump did or that befell it, with where its number comes from."""

    at_us: int
    text: str
    source: str


class Step(NamedTuple):
    """What a step yields: the pump after it, what it delivered on the way, and what happened."""

    state: PumpState
    stretches: tuple[Stretch, ...] = ()
    happenings: tuple[Happening, ...] = ()
