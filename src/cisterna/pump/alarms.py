"""Alarms of the pump: conditions, priorities, and the record of each from its cause to its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from cisterna.evidence import Settings

__all__ = ["AlarmRecord", "Condition", "Priority", "acknowledged", "active", "cleared", "raised", "repeat_h"]


class Condition(StrEnum):
    """What an alarm tells."""

    LOW_RESERVOIR = "low-reservoir"
    EMPTY_RESERVOIR = "empty-reservoir"
    STOPPED = "stopped"  # for longer than the stop limit
    ELECTIVE_REPLACEMENT_INDICATOR = "elective-replacement-indicator"
    END_OF_SERVICE = "end-of-service"

    @property
    def priority(self) -> Priority:
        """Critical where therapy has ended or is not assured, non-critical where it soon may."""
        soon = (Condition.LOW_RESERVOIR, Condition.ELECTIVE_REPLACEMENT_INDICATOR)
        return Priority.NON_CRITICAL if self in soon else Priority.CRITICAL


class Priority(StrEnum):
    """How an alarm sounds: a two-tone, or a single tone (Gillette, gillettechildrens.org)."""

    CRITICAL = "critical"
    NON_CRITICAL = "non-critical"


@dataclass(frozen=True, kw_only=True)
class AlarmRecord:
    """One alarm from the instant at which its cause came (microseconds of UTC).

    ``latched`` means that it would go on after its cause has gone; no source says that an alarm of
    the pumps simulated here does. ``cleared_us`` is when the cause went.
    """

    at_us: int
    condition: Condition
    latched: bool = False
    acknowledged_us: int | None = None
    muted_until_us: int | None = None
    cleared_us: int | None = None

    @property
    def priority(self) -> Priority:
        """The priority of its condition."""
        return self.condition.priority


Alarms = tuple[AlarmRecord, ...]


def active(alarms: Alarms, condition: Condition) -> AlarmRecord | None:
    """The alarm of this condition whose cause has not gone."""
    found = (alarm for alarm in alarms if alarm.condition is condition and alarm.cleared_us is None)
    return next(found, None)


def raised(alarms: Alarms, condition: Condition, at_us: int) -> Alarms:
    """With an alarm of this condition from ``at_us`` on; one that is active stays as it is.

    >>> once = raised((), Condition.LOW_RESERVOIR, 5)
    >>> raised(once, Condition.LOW_RESERVOIR, 9) == once
    True
    """
    if active(alarms, condition):
        return alarms
    return (*alarms, AlarmRecord(at_us=at_us, condition=condition))


def cleared(alarms: Alarms, at_us: int, *conditions: Condition) -> Alarms:
    """After the causes of these conditions went at ``at_us``."""
    return tuple(
        replace(alarm, cleared_us=at_us)
        if alarm.condition in conditions and alarm.cleared_us is None
        else alarm
        for alarm in alarms
    )


def acknowledged(alarms: Alarms, condition: str, at_us: int, muted_until_us: int | None) -> Alarms:
    """After somebody acknowledged the active alarm of this condition, if there is one."""
    return tuple(
        replace(alarm, acknowledged_us=at_us, muted_until_us=muted_until_us)
        if alarm.condition.value == condition and alarm.cleared_us is None
        else alarm
        for alarm in alarms
    )


def repeat_h(priority: Priority, settings: Settings) -> float:
    """Hours from one sounding of an alarm of this priority to the next.

    >>> round(repeat_h(Priority.CRITICAL, Settings()) * 60)
    10
    """
    name = "alarm_repeat_critical" if priority is Priority.CRITICAL else "alarm_repeat_non_critical"
    return settings.value(name, "h")
