"""An independent check of the flow, for a pump that senses it (property ``senses_flow = "yes"``).

None of the published implanted pumps does: they compute what they delivered and never measure it. A
device of the user's own may, and then says when the flow is off.
"""

from __future__ import annotations

from cisterna.evidence import Settings
from cisterna.instants import us_of_hours
from cisterna.pump.state import PumpState

__all__ = ["flow_alarm_after_us", "flow_alarm_due_us"]

_ROUNDING = 1e-9


def flow_alarm_after_us(programmed: float, sensed: float, settings: Settings) -> int | None:
    """How long a flow may be off before the check alarms, in microseconds; ``None`` where it is not off.

    More than ``flow_alarm_high`` above for longer than ``flow_alarm_time``, or below what
    ``flow_alarm_low`` leaves for that long.

    >>> [flow_alarm_after_us(100, flow, Settings()) for flow in (111, 110, 89)]
    [900000001, None, 900000000]
    """
    time_us = us_of_hours(settings.value("flow_alarm_time", "h"))
    above = settings.value("flow_alarm_high", "1")
    below = settings.value("flow_alarm_low", "1")
    if sensed > programmed * (1 + above) * (1 + _ROUNDING):
        return time_us + 1
    if sensed < programmed * (1 - below) * (1 - _ROUNDING):
        return time_us
    return None


def flow_alarm_due_us(state: PumpState) -> int | None:
    """When the flow check of this pump will alarm, as things are; ``None`` if it has none or is content."""
    if state.system.model.properties.get("senses_flow") != "yes" or state.schedule is None:
        return None
    is_still = state.is_dry or state.passage.is_blocked
    after_us = flow_alarm_after_us(1.0, 0.0 if is_still else state.passage.drive, state.system.settings)
    if after_us is None:
        return None
    begins_us = [one.since_us for one in state.impairments]
    if state.ran_dry_us is not None:
        begins_us.append(state.ran_dry_us)
    return max(begins_us, default=state.at_us) + after_us
