"""Events of the record: what was measured, seen, said or went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Literal, get_args

from cisterna.errors import Fault, UnitError
from cisterna.therapy.event import Event
from cisterna.therapy.scales import scale_faults
from cisterna.therapy.wording import blank, instant_faults, not_later, quoted, unknown
from cisterna.units import BodyWeight, DailyDose, Duration, Length, Volume, convert, plain_number

__all__ = [
    "AdverseEvent",
    "Alarm",
    "Assess",
    "Clock",
    "Correct",
    "Decision",
    "DecisionKind",
    "Interrogate",
    "Mri",
    "Note",
    "Session",
    "Weigh",
]

_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-5][0-9])")


@dataclass(frozen=True, kw_only=True)
class Interrogate(Event):
    """The pump was read; ``reservoir`` is what the programmer showed."""

    kind: ClassVar[str] = "interrogate"
    reservoir: Volume | None = None
    daily_dose: DailyDose | None = None


@dataclass(frozen=True, kw_only=True)
class Session(Event):
    """A programming session was opened, and how it ended; ``at`` is its end."""

    kind: ClassVar[str] = "session"
    opened: datetime
    ended: Literal["running", "stopped-on-purpose", "not-completed", "uncertain"]

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        wrong = tuple(instant_faults("opened", self.opened))
        yield from wrong
        if not wrong and self.at.utcoffset() is not None and self.opened > self.at:
            yield Fault(
                where="opened",
                found=self.opened.isoformat(),
                allowed=f"an instant not after the end of the session, {self.at.isoformat()}",
                remedy="correct the one that is wrong",
            )


@dataclass(frozen=True, kw_only=True)
class Clock(Event):
    """The pump's clock was set to an offset from UTC, such as ``+02:00``.

    ``drift`` is how far it was found to be wrong just before, and ``found`` which way: ``ahead`` where it
    showed too late a time, ``behind`` where too early. Without ``found`` nobody knows what it did to the day.
    """

    kind: ClassVar[str] = "clock"
    offset: str
    drift: Duration | None = None
    found: Literal["ahead", "behind"] | None = None
    why: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        if _offset(self.offset) is None:
            yield Fault(
                where="offset",
                found=quoted(self.offset),
                allowed="an offset from UTC in hours and minutes",
                remedy="write for example '+02:00'",
            )
        if self.found is not None and self.drift is None:
            yield Fault(
                where="found",
                found=quoted(self.found),
                allowed="found together with drift",
                remedy="add drift, how far the clock was wrong, or remove found",
            )

    @property
    def offset_from_utc(self) -> timedelta:
        """The offset as a duration.

        >>> Clock(at=datetime.fromisoformat("2026-03-29T10:00:00+02:00"), offset="+02:00").offset_from_utc
        datetime.timedelta(seconds=7200)
        """
        offset = _offset(self.offset)
        assert offset is not None, "checked when the event was made"  # noqa: S101
        return offset


def _offset(text: str) -> timedelta | None:
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return -offset if sign == "-" else offset


AlarmCondition = Literal[
    "low-reservoir",
    "empty-reservoir",
    "stopped",
    "motor-stall",
    "flow-off",
    "critical-memory-error",
    "minor-memory-error",
    "elective-replacement-indicator",
    "end-of-service",
    "single-tone",
    "two-tone",
]
"""What an alarm of a pump can tell."""

HEARD: tuple[str, ...] = ("single-tone", "two-tone")
"""Those of :data:`AlarmCondition` that are but a sound: heard, and the pump was not read yet."""


@dataclass(frozen=True, kw_only=True)
class Alarm(Event):
    """An alarm was heard or read; ``mute`` is for how long it was muted."""

    kind: ClassVar[str] = "alarm"
    condition: AlarmCondition
    acknowledged: bool = False
    mute: Duration | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        if self.condition not in get_args(AlarmCondition):
            yield unknown("condition", self.condition, get_args(AlarmCondition))


@dataclass(frozen=True, kw_only=True)
class Mri(Event):
    """The patient was scanned: ``field`` such as ``1.5 T``, and whether the pump ``resumed`` after it."""

    kind: ClassVar[str] = "mri"
    field: str | None = None
    until: datetime | None = None
    resumed: bool | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from not_later("until", self.until, self.at)
        if self.field is not None and not _is_field(self.field):
            yield Fault(
                where="field",
                found=quoted(self.field),
                allowed="a magnetic field in T",
                remedy="write for example '1.5 T'",
            )


def _is_field(text: str) -> bool:
    number, _, unit = text.strip().partition(" ")
    try:
        return convert(plain_number(number), unit.strip(), "T") > 0
    except UnitError:
        return False


@dataclass(frozen=True, kw_only=True)
class Weigh(Event):
    """The patient was weighed or measured."""

    kind: ClassVar[str] = "weigh"
    weight: BodyWeight | None = None
    height: Length | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        if self.weight is None and self.height is None:
            yield Fault(
                where="weight",
                found="neither weight nor height",
                allowed="one of them or both",
                remedy="add weight, for example '21 kg'",
            )


@dataclass(frozen=True, kw_only=True)
class Assess(Event):
    """A scale was scored; the value is kept as it was written, with the scale that gives it meaning."""

    kind: ClassVar[str] = "assess"
    scale: str
    value: float | str
    site: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from scale_faults(self.scale, self.value)


AdverseCategory = Literal[
    "procedure",
    "device",
    "catheter",
    "pump",
    "drug",
    "infection",
    "csf-leak",
    "seroma",
    "programming",
    "refill-error",
    "withdrawal",
    "overdose",
]
"""Of which type an adverse event of this therapy is."""

AdverseGrade = Literal[
    "ctcae-1",
    "ctcae-2",
    "ctcae-3",
    "ctcae-4",
    "ctcae-5",
    "clavien-dindo-1",
    "clavien-dindo-2",
    "clavien-dindo-3",
    "clavien-dindo-4",
    "clavien-dindo-5",
]
"""Scale and grade: CTCAE 1 to 5 or, of surgery, Clavien-Dindo I to V (both recalled: no source was read)."""


@dataclass(frozen=True, kw_only=True)
class AdverseEvent(Event):
    """Something untoward happened, or began on the day ``onset``.

    ``category`` and ``grade`` code it, ``device`` says which of the two it concerns, ``intervention`` what
    was done about it, and ``report`` is the reference of the report to an authority.
    """

    kind: ClassVar[str] = "adverse-event"
    what: str
    category: AdverseCategory | None = None
    severity: str | None = None
    grade: AdverseGrade | None = None
    onset: date | None = None
    device: Literal["pump", "catheter"] | None = None
    intervention: str | None = None
    outcome: str | None = None
    report: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from blank("what", self.what, "say what happened")
        for key, allowed in _CODES.items():
            if getattr(self, key) not in {None, *allowed}:
                yield unknown(key, getattr(self, key), allowed)
        if self.onset is not None and self.onset > self.at.date():
            yield Fault(
                where="onset",
                found=self.onset.isoformat(),
                allowed=f"a day not after the event, {self.at.date().isoformat()}",
                remedy="correct the one that is wrong",
            )


_CODES = {
    "category": get_args(AdverseCategory),
    "grade": get_args(AdverseGrade),
    "device": ("pump", "catheter"),
}


DecisionKind = Literal["trial", "implant", "other", "wait", "none"]
"""What can be decided: a screening trial, an implant, another regimen, to wait, no intrathecal baclofen."""


@dataclass(frozen=True, kw_only=True)
class Decision(Event):
    """What team and family decided, who took the decision, and with whom; why is its ``reason``.

    ``regimen`` names the other regimen, or what is waited for, in words.
    """

    kind: ClassVar[str] = "decision"
    decided: DecisionKind
    decided_by: str
    decided_with: str | None = None
    regimen: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        if self.decided not in get_args(DecisionKind):
            yield unknown("decided", self.decided, get_args(DecisionKind))
        yield from blank("decided_by", self.decided_by, "say who decided")


@dataclass(frozen=True, kw_only=True)
class Note(Event):
    """A remark; its text is ``note``."""

    kind: ClassVar[str] = "note"

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from blank("note", self.note or "", "write the remark in note")


@dataclass(frozen=True, kw_only=True)
class Correct(Event):
    """An earlier entry was wrong: ``event`` is its id, ``new`` what should have been written.

    ``new`` is the table of the event that takes its place, ``None`` where nothing should have been
    written at all. The corrected event stays in the therapy. What a correction put in place is
    itself corrected by naming the id of that correction, or the id that ``new`` carries.
    """

    kind: ClassVar[str] = "correct"
    event: str
    why: str
    new: dict[str, Any] | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from blank("event", self.event, "name the id of the event that was wrong")
        yield from blank("why", self.why, "say why the event was wrong")
        if self.id is not None and self.event == self.id:
            yield Fault(
                where="event",
                found=f"{quoted(self.event)}, the id of this correction itself",
                allowed="the id of another event",
                remedy="name the event that was wrong",
            )
        if self.new is not None and self.new.get("kind") == self.kind:
            yield Fault(
                where="new.kind",
                found=quoted(self.kind),
                allowed="any other kind",
                remedy="to correct a correction, name its id in event and write the right event in new",
            )
