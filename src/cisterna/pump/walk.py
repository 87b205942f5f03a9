"""The walk along the events of a therapy: time passes, commands are given, refusals are gathered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cisterna.errors import EvidenceError, Fault
from cisterna.instants import instant_us
from cisterna.pump.alarms import AlarmRecord
from cisterna.pump.clock_setting import with_drift
from cisterna.pump.commands import PUMP_COMMANDS, commanded, implanted
from cisterna.pump.mishaps import mishaps_of
from cisterna.pump.refusal import RefusalError, out_of_turn
from cisterna.pump.session import OpensSession, timeline
from cisterna.pump.state import Happening, PumpState, Step, Stretch
from cisterna.pump.stepping import advanced
from cisterna.pump.visit_volumes import Visit
from cisterna.pump.visits import visit
from cisterna.therapy.events import Clock, Event, Explant, Fill, Implant, Revise
from cisterna.therapy.therapy import Therapy

__all__ = ["Walked", "refusals", "walk"]


@dataclass(frozen=True, kw_only=True)
class Walked:
    """What a walk gathered; ``state`` is the pump at its end, ``None`` where none was implanted.

    ``since_fill`` are the states after the last fill and after each command since; ``faults`` what
    the pump refused, placed in the therapy.
    """

    state: PumpState | None
    stretches: tuple[Stretch, ...]
    happenings: tuple[Happening, ...]
    visits: tuple[Visit, ...]
    earlier_alarms: tuple[AlarmRecord, ...]
    since_fill: tuple[PumpState, ...]
    faults: tuple[Fault, ...]


@dataclass
class _Walk:
    """The walk while it goes; a refused command is left out, so that what follows can be judged too."""

    therapy: Therapy
    state: PumpState | None = None
    stretches: list[Stretch] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    earlier_alarms: list[AlarmRecord] = field(default_factory=list)
    since_fill: list[PumpState] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def pass_time(self, until_us: int) -> None:
        if self.state is not None:
            self._take(advanced(self.state, until_us))

    def session(self, events: Sequence[Event]) -> None:
        """The events of one instant; an implant among them begins another pump."""
        place = next((place for place, event in enumerate(events) if isinstance(event, Implant)), None)
        if place is None:
            self._command(events)
            return
        self._command(events[:place])
        self._implant(events[place])
        self.session(events[place + 1 :])

    def _implant(self, event: Event) -> None:
        if not isinstance(event, Implant):
            raise TypeError(f"{event.kind} is no implant")
        try:
            state = implanted(event, self.therapy.catalogue, self.therapy.settings, self.state)
        except RefusalError as refusal:
            self.faults.extend(self._faults_of(refusal))
            return
        except EvidenceError as error:
            self.faults.extend(self._faults_of_evidence(event, error))
            return
        self.earlier_alarms.extend(self.state.alarms if self.state else ())
        self.state, self.since_fill = with_drift(state, self._clocks), []

    def _command(self, events: Sequence[Event]) -> None:
        """Give the commands of a session; what is refused is told in the order written."""
        commands, told = list(events), dict[int, tuple[Fault, ...]]()
        while commands:
            try:
                self._give(commands)
                break
            except RefusalError as refusal:
                refused: Event = refusal.event
                faults = self._faults_of(refusal, has_earlier=bool(told))
            except EvidenceError as error:
                refused = commands[-1]
                faults = self._faults_of_evidence(refused, error)
            told[events.index(refused)] = faults
            commands.remove(refused)
        self.faults.extend(fault for _, faults in sorted(told.items()) for fault in faults)

    def _give(self, commands: Sequence[Event]) -> None:
        if self.state is None:
            _refuse_without_pump(commands)
            return
        step = commanded(self.state, commands)
        mishaps = mishaps_of(commands)
        found = (visit(self.state, event, mishaps) for event in commands if isinstance(event, Fill))
        self.visits.extend(entry for entry in found if entry is not None)
        self._take(step._replace(state=with_drift(step.state, self._clocks)))
        if any(isinstance(event, (Fill, Explant)) or _is_new_pump(event) for event in commands):
            self.since_fill = []
        if step.state.filled_us is not None:
            self.since_fill.append(self.state)

    @cached_property
    def _clocks(self) -> tuple[Clock, ...]:
        """The settings of the pump's clock, which tell how it had drifted until then."""
        return tuple(event for event in self.therapy.valid_events if isinstance(event, Clock))

    def _take(self, step: Step) -> None:
        self.state = step.state
        self.stretches.extend(step.stretches)
        self.happenings.extend(step.happenings)

    def _faults_of(self, refusal: RefusalError, *, has_earlier: bool = False) -> tuple[Fault, ...]:
        """The faults to tell; one that may follow from an earlier refusal would only confuse."""
        if refusal.is_out_of_turn and (self.faults or has_earlier):
            return ()
        return refusal.placed(self._path_of(refusal.event))

    def _faults_of_evidence(self, event: Event, error: EvidenceError) -> tuple[Fault, ...]:
        path = self._path_of(event)
        return tuple(fault.at(f"{path}: {fault.where}") for fault in error.faults)

    def _path_of(self, event: Event) -> str:
        """The place in the therapy; the opening of a session stands in the event of its end."""
        return self.therapy.path_of(event.session if isinstance(event, OpensSession) else event)


def _is_new_pump(event: Event) -> bool:
    return isinstance(event, Revise) and event.pump is not None


def _refuse_without_pump(commands: Sequence[Event]) -> None:
    for event in commands:
        if isinstance(event, PUMP_COMMANDS):
            raise out_of_turn(
                event, "no pump implanted", "commands to an implanted pump", "write the implant before it"
            )


def _sessions(therapy: Therapy, until_us: int) -> Iterator[tuple[int, list[Event]]]:
    return ((at_us, events) for at_us, events in timeline(therapy.valid_events) if at_us <= until_us)


def walk(therapy: Therapy, until_us: int) -> Walked:
    """Walk the valid events of a therapy up to ``until_us``, leaving out what the pump refuses."""
    walked = _Walk(therapy)
    for at_us, events in _sessions(therapy, until_us):
        walked.pass_time(at_us)
        walked.session(events)
    walked.pass_time(until_us)
    return Walked(
        state=walked.state,
        stretches=tuple(walked.stretches),
        happenings=tuple(walked.happenings),
        visits=tuple(walked.visits),
        earlier_alarms=tuple(walked.earlier_alarms),
        since_fill=tuple(walked.since_fill),
        faults=tuple(walked.faults),
    )


def refusals(therapy: Therapy) -> tuple[Fault, ...]:
    """Everything in a therapy that its pump refuses, each fault placed in the therapy; empty if nothing."""
    events = therapy.valid_events
    return walk(therapy, instant_us(events[-1].at)).faults if events else ()
