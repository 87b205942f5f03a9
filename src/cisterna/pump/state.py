"""The pump at one instant, and what a step from one to another yields; frozen values all."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from cisterna.delivery import Dose, Site
from cisterna.pump.alarms import AlarmRecord
from cisterna.pump.clock import PumpClock
from cisterna.pump.column import FluidColumn, Plug
from cisterna.pump.impairment import Impairment, Passage, passage_of
from cisterna.pump.lifetime import Lifetime
from cisterna.pump.program import RunningProgram
from cisterna.pump.reservoir import Reservoir
from cisterna.pump.schedule import Schedule
from cisterna.pump.system import ImplantedSystem
from cisterna.therapy.events import Program, Session

__all__ = [
    "Activity",
    "GivenBolus",
    "Happening",
    "OpenSession",
    "PumpState",
    "Segment",
    "Status",
    "Step",
    "Stretch",
    "Tally",
    "Uncertain",
]


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

    ``kind`` is the event's: ``single-bolus``, ``patient-bolus``, ``priming-bolus`` or ``bridge-bolus``.
    Its volume is delivered evenly; what an early end leaves of it is not made up. ``own`` is what of the
    schedule is the bolus, where it runs on top of the program.
    """

    kind: str
    start_us: int
    end_us: int
    volume_ml: float
    schedule: Schedule
    then: Status
    own: Schedule | None = None

    def undelivered_ml(self, at_us: int) -> float:
        """What is left of the volume at an instant."""
        return (self.own or self.schedule).volume_ml(at_us, self.end_us)


class GivenBolus(NamedTuple):
    """A bolus on top of the program or in its place: who asked for it, when, and how much."""

    kind: str
    start_us: int
    end_us: int
    volume_ml: float


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """A programming session that is open, and what the pump did before; ``stops`` if it halts the pump."""

    event: Session
    before: Status
    stops: bool


@dataclass(frozen=True, kw_only=True)
class Uncertain:
    """Nobody knows what the pump does since ``since_us``.

    ``sent`` is a program that was sent and may or may not have arrived. What the pump is taken to do
    meanwhile, to keep the drug account, is its last complete program; that is marked, never believed.
    """

    since_us: int
    why: str
    sent: Program | None = None


@dataclass(frozen=True, kw_only=True)
class PumpState:
    """An implanted pump at the instant ``at_us``.

    ``label_mcg_per_ml`` is the concentration on the label of the last fill, by which doses become
    flow; ``filled_ml`` is the counted volume after that fill. ``alarms`` are all of this pump, those
    that ended included. ``impairments`` are what is wrong now; ``trapped`` is fluid that an occluded
    catheter holds under pressure, ``port`` what the access port holds, from its septum to the catheter.
    ``boluses`` are those of the pump until now, patient's and single. ``session`` is one that is open,
    ``uncertain`` why nobody knows what is delivered. A pump that was reset ``must_be_read`` before it goes
    on. ``accuracy_lost_us`` is since when its accuracy is not assured, ``ran_dry_us`` when it ran dry
    while the count went on, ``more_than_expected_us`` when a refill found more fluid than expected.
    ``doses`` are what reached the patient at one instant each, ``asked`` is what the programs meant to
    give since the first implant. The last four keep the drug account of the patient, in micrograms;
    delivered includes the doses.
    """

    system: ImplantedSystem
    at_us: int
    status: Status
    reservoir: Reservoir
    column: FluidColumn
    lifetime: Lifetime
    clock: PumpClock
    label_mcg_per_ml: float | None = None
    filled_ml: float | None = None
    filled_us: int | None = None
    program: RunningProgram | None = None
    activity: Activity | None = None
    stopped_us: int | None = None
    alarms: tuple[AlarmRecord, ...] = ()
    impairments: tuple[Impairment, ...] = ()
    trapped: Plug = field(default=Plug(0.0, 0.0))
    doses: tuple[Dose, ...] = ()
    port: tuple[Plug, ...] = ()
    boluses: tuple[GivenBolus, ...] = ()
    session: OpenSession | None = None
    uncertain: Uncertain | None = None
    must_be_read: bool = False
    is_in_safe_state: bool = False
    accuracy_lost_us: int | None = None
    ran_dry_us: int | None = None
    more_than_expected_us: int | None = None
    asked: Tally = field(default=Tally())
    injected_mcg: float = 0.0
    withdrawn_mcg: float = 0.0
    outside: Tally = field(default=Tally())
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
        """Whether the programmer counts nothing above the zero; that is calculated, not measured."""
        return self.reservoir.counted_ml == 0

    @property
    def is_dry(self) -> bool:
        """Whether nothing is left above the zero, whatever is counted."""
        return self.reservoir.volume_ml == 0

    @cached_property
    def passage(self) -> Passage:
        """What becomes of the flow that is asked for."""
        return passage_of(self.impairments)

    @property
    def outside_mcg(self) -> float:
        """Drug that leaked, or lies in the pocket."""
        return self.outside.value

    @property
    def dead_volume_mcg(self) -> float:
        """Drug in tubing and catheter, in the access port, and what an occlusion holds under pressure."""
        return self.column.mass_mcg + self.beside_column_mcg

    @property
    def beside_column_mcg(self) -> float:
        """Drug that the flow of the pump does not reach: in the access port, and under pressure."""
        return sum(plug.volume_ml * plug.concentration_mcg_per_ml for plug in (*self.port, self.trapped))

    @property
    def mode(self) -> str:
        """What the pump does, in a word: its status, the bolus that runs, or what stops the drug."""
        if self.schedule is not None:
            if self.is_dry:
                return "empty"
            if self.passage.by:
                return self.passage.by
            if self.is_in_safe_state and self.activity is None:
                return "safe-state"
        return self.activity.kind if self.activity else self.status.value


class Segment(NamedTuple):
    """A time during which everything flows evenly, with what was held at its beginning.

    ``dose_mcg_per_h`` is programmed, ``tip_mcg_per_h`` delivered: two quantities, never one. So are
    ``reservoir_ml`` and its ``flow_ml_per_h``, which are true, and ``counted_ml`` with its own, which
    the programmer calculates. ``outside_mcg_per_h`` is lost on the way.
    """

    start_us: int
    end_us: int
    flow_ml_per_h: float
    dose_mcg_per_h: float
    tip_mcg_per_h: float
    reservoir_ml: float
    dead_volume_mcg: float
    delivered_mcg: float
    counted_ml: float
    counted_ml_per_h: float
    outside_mcg: float
    outside_mcg_per_h: float


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Segments without a command or transition between them; the state at its beginning says the rest.

    ``end_dead_volume_mcg`` is the drug in tubing and catheter at its end.
    """

    state: PumpState
    segments: tuple[Segment, ...]
    end_dead_volume_mcg: float

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
