"""Alarms of the pump: conditions, priorities, the record of each from cause to end, and what is heard.

A critical alarm overrides one that is not. Muting silences one condition for a limited time and no
other, so it never hides a worse one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from cisterna.evidence import Settings

__all__ = [
    "AlarmRecord",
    "Condition",
    "Priority",
    "acknowledged",
    "active",
    "cleared",
    "raised",
    "repeat_h",
    "sounding_at",
]


class Condition(StrEnum):
    """What an alarm tells."""

    LOW_RESERVOIR = "low-reservoir"
    EMPTY_RESERVOIR = "empty-reservoir"
    STOPPED = "stopped"  # for longer than the stop limit
    MOTOR_STALL = "motor-stall"
    FLOW_OFF = "flow-off"  # only a pump that senses its flow can tell
    CRITICAL_MEMORY_ERROR = "critical-memory-error"  # also a reset of the pump
    MINOR_MEMORY_ERROR = "minor-memory-error"
    ELECTIVE_REPLACEMENT_INDICATOR = "elective-replacement-indicator"  # the replacement date is reached
    END_OF_SERVICE = "end-of-service"

    @property
    def priority(self) -> Priority:
        """Critical where therapy has ended or is not assured, non-critical where it soon may.

        As the discharge sheet of Gillette Children's lists them (gillettechildrens.org).
        """
        return Priority.NON_CRITICAL if self in _NON_CRITICAL else Priority.CRITICAL


_NON_CRITICAL = {
    Condition.LOW_RESERVOIR,
    Condition.ELECTIVE_REPLACEMENT_INDICATOR,
    Condition.MINOR_MEMORY_ERROR,
}


class Priority(StrEnum):
    """How an alarm sounds: a two-tone, or a single tone (Gillette, gillettechildrens.org)."""

    CRITICAL = "critical"
    NON_CRITICAL = "non-critical"


@dataclass(frozen=True, kw_only=True)
class AlarmRecord:
    """One alarm from the instant at which its cause came (microseconds of UTC).

    It sounds from ``delay_us`` after that on. ``latched`` means that it goes on after its cause has
    gone, until the pump is read and programmed anew: so does the alarm of a reset, whose cause is but
    an instant. It is muted from ``muted_us`` to ``muted_until_us``; ``cleared_us`` is when it ended.
    """

    at_us: int
    condition: Condition
    latched: bool = False
    acknowledged_us: int | None = None
    muted_us: int | None = None
    muted_until_us: int | None = None
    cleared_us: int | None = None
    delay_us: int = 0

    @property
    def priority(self) -> Priority:
        """The priority of its condition."""
        return self.condition.priority

    def sounds_at(self, at_us: int) -> bool:
        """Whether it asks to be heard at an instant: it has begun, has not ended, and is not muted."""
        if at_us < self.at_us + self.delay_us or (self.cleared_us is not None and at_us >= self.cleared_us):
            return False
        if self.muted_us is None or self.muted_until_us is None:
            return True
        return not self.muted_us <= at_us < self.muted_until_us


Alarms = tuple[AlarmRecord, ...]


def active(alarms: Alarms, condition: Condition) -> AlarmRecord | None:
    """The alarm of this condition that has not ended."""
    found = (alarm for alarm in alarms if alarm.condition is condition and alarm.cleared_us is None)
    return next(found, None)


def raised(
    alarms: Alarms, condition: Condition, at_us: int, *, latched: bool = False, delay_us: int = 0
) -> Alarms:
    """With an alarm of this condition from ``at_us`` on; one that is active stays as it is.

    >>> once = raised((), Condition.LOW_RESERVOIR, 5)
    >>> raised(once, Condition.LOW_RESERVOIR, 9) == once
    True
    """
    if active(alarms, condition):
        return alarms
    return (*alarms, AlarmRecord(at_us=at_us, condition=condition, latched=latched, delay_us=delay_us))


def cleared(alarms: Alarms, at_us: int, *conditions: Condition) -> Alarms:
    """After these conditions ended at ``at_us``."""
    return tuple(
        replace(alarm, cleared_us=at_us)
        if alarm.condition in conditions and alarm.cleared_us is None
        else alarm
        for alarm in alarms
    )


def acknowledged(
    alarms: Alarms, condition: str, at_us: int, muted_until_us: int | None, *, seen: bool = True
) -> Alarms:
    """After somebody acknowledged (``seen``) or muted the active alarm of this condition, if there is one.

    Acknowledging does not silence it; muting does, until ``muted_until_us``.
    """
    return tuple(
        replace(
            alarm,
            acknowledged_us=at_us if seen else alarm.acknowledged_us,
            muted_us=alarm.muted_us if muted_until_us is None else at_us,
            muted_until_us=alarm.muted_until_us if muted_until_us is None else muted_until_us,
        )
        if alarm.condition.value == condition and alarm.cleared_us is None
        else alarm
        for alarm in alarms
    )


def sounding_at(alarms: Iterable[AlarmRecord], at_us: int) -> AlarmRecord | None:
    """The alarm that is heard at an instant: the worst of those not muted, of these the oldest.

    >>> low = AlarmRecord(at_us=0, condition=Condition.LOW_RESERVOIR)
    >>> empty = AlarmRecord(at_us=9, condition=Condition.EMPTY_RESERVOIR)
    >>> sounding_at([low, empty], 5).condition.value, sounding_at([low, empty], 9).condition.value
    ('low-reservoir', 'empty-reservoir')
    """
    heard = [alarm for alarm in alarms if alarm.sounds_at(at_us)]
    return min(heard, key=lambda alarm: (alarm.priority is not Priority.CRITICAL, alarm.at_us), default=None)


def repeat_h(priority: Priority, settings: Settings) -> float:
    """Hours from one sounding of an alarm of this priority to the next.

    >>> round(repeat_h(Priority.CRITICAL, Settings()) * 60)
    10
    """
    name = "alarm_repeat_critical" if priority is Priority.CRITICAL else "alarm_repeat_non_critical"
    return settings.value(name, "h")
