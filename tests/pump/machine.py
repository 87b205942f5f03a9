"""A pump driven step by step by chosen actions, every step checked against the invariants.

The state machine of Hypothesis and the seeded driver of the soak drive the same :class:`DrivenPump`;
they differ only in who chooses.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from tests.pump.machine_actions import ACTIONS
from tests.pump.machine_choosing import Chooser, now
from tests.pump.machine_devices import SYSTEMS, driven_catalogue
from tests.pump.machine_invariants import INVARIANTS
from tests.pump.machine_move import Move, account_error

from cisterna.errors import InputError
from cisterna.evidence import Settings
from cisterna.instants import instant_us
from cisterna.pump import PumpState, Status, implanted, step
from cisterna.pump.clock_setting import with_drift
from cisterna.therapy.events import Clock, Event, Explant, Fill, Implant, Revise
from cisterna.units import Duration, Length, Volume

__all__ = ["DrivenPump"]

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def _implant(at: datetime, choose: Chooser) -> Implant:
    """An implant of one of the pumps, with a catheter of some length, in some zone."""
    zone = timezone(timedelta(hours=choose.among((-9.5, 0.0, 1.0, 12.0))))
    pump, catheter = choose.among(SYSTEMS)
    return Implant(
        at=at.astimezone(zone),
        pump=pump,
        catheter=catheter,
        catheter_implanted=Length(choose.between(20.0, 110.0)),
        why="chosen",
        tip="T10",
        alarm_volume=Volume(choose.among((2.0, 4.0))) if pump.startswith("synchromed") else None,
    )


def _new(at: datetime, choose: Chooser, before: PumpState | None = None) -> PumpState:
    """The pump at its implant, and what is due at that instant."""
    state = implanted(_implant(at, choose), driven_catalogue(), Settings(), before)
    return step(state, 0).state


def _check_refusal(refusal: InputError, action: int | tuple[Event, ...]) -> None:
    """Commands may be refused, with what is allowed and the remedy; time may not."""
    assert isinstance(action, tuple), "time was refused"
    assert all(fault.remedy and fault.allowed for fault in refusal.faults)


def _is_new_pump(event: Event) -> bool:
    return isinstance(event, Revise) and event.pump is not None


@dataclass
class DrivenPump:
    """One patient's pump, and what a second pair of eyes keeps of it.

    ``since_fill`` are the states after the last fill and each command since, as the dates need them;
    ``taken`` and ``refused`` count the actions by name.
    """

    state: PumpState
    since_fill: list[PumpState] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    worst_error: float = 0.0

    @classmethod
    def new(cls, choose: Chooser) -> DrivenPump:
        """A pump that has just been implanted."""
        return cls(_new(START, choose))

    @property
    def fitting(self) -> list[str]:
        """The actions that make sense now; some of them may still be refused."""
        return [name for name, action in ACTIONS.items() if action.fits(self.state)]

    def take(self, name: str, choose: Chooser) -> None:
        """Choose the amounts of an action, take it, and check what came of it."""
        action = ACTIONS[name].make(self.state, choose)
        if isinstance(action, int):
            action = self._within_session(action)
        before = self.state
        try:
            done = step(before, action)
        except InputError as refusal:
            _check_refusal(refusal, action)
            self.refused[name] += 1
            return
        settled = step(done.state, 0)  # what a command made due at once
        assert not settled.stretches
        self.state = settled.state
        self._keep_since_fill(action)
        happenings = (*done.happenings, *settled.happenings)
        self._check(Move(before, action, self.state, done.stretches, happenings, tuple(self.since_fill)))
        self.taken[name] += 1

    def replace_pump(self, choose: Chooser) -> None:
        """Implant the patient's next pump where the last one is out."""
        assert self.state.status is Status.EXPLANTED
        before = self.state
        self.state, self.since_fill = _new(now(before), choose, before), []
        self._check(Move(before, (), self.state, (), (), ()))
        self.taken["implant"] += 1

    def drift(self, choose: Chooser) -> None:
        """Let the pump's clock gain or lose from when it was set, as a later setting would tell of it."""
        before = self.state
        found = Clock(
            at=now(before) + timedelta(days=choose.between(1.0, 300.0)),
            offset="+01:00",
            drift=Duration(choose.among((1 / 60, 0.3))),
            found=choose.among(("ahead", "behind")),
        )
        self.state = with_drift(before, (found,))
        self._keep_since_fill(())
        self._check(Move(before, (), self.state, (), (), ()))
        self.taken["drift"] += 1

    def _within_session(self, elapsed_us: int) -> int:
        """A session that is open ends at its instant, so time passes no further before that."""
        session = self.state.session
        if session is None or self.state.status is Status.EXPLANTED:
            return elapsed_us
        return min(elapsed_us, instant_us(session.event.at) - self.state.at_us)

    def _keep_since_fill(self, action: int | tuple[Event, ...]) -> None:
        if isinstance(action, int):
            return
        if any(isinstance(event, (Fill, Explant)) or _is_new_pump(event) for event in action):
            self.since_fill = []
        if self.state.filled_us is not None:
            self.since_fill.append(self.state)

    def _check(self, move: Move) -> None:
        for invariant in INVARIANTS:
            invariant(move)
        self.worst_error = max(self.worst_error, account_error(move.after))
