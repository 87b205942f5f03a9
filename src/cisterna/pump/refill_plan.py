"""When to refill, as rules of its own: which limit comes first, what a plan must keep, what an alarm costs.

Nothing here knows a pump or a therapy; the dates of a pump and the calculators ask the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from math import ceil
from typing import Literal, NamedTuple

from cisterna.errors import Fault, PumpError
from cisterna.evidence import Settings
from cisterna.units import decimal_text

__all__ = [
    "Limit",
    "PlanVerdict",
    "alarm_moved_days",
    "appointment",
    "limiting",
    "limiting_day",
    "plan_verdict",
]


class Limit(NamedTuple):
    """An instant by which a refill must have been, and what sets it."""

    at_us: int
    name: str


class PlanVerdict(NamedTuple):
    """Whether a planned day of refill will do: ``ok``, ``caution`` or ``stop``, and why."""

    verdict: Literal["ok", "caution", "stop"]
    reason: str


def limiting(
    limits: Iterable[Limit], worst_case: Limit | None = None, *, worst_case_drives: bool = False
) -> Limit | None:
    """The earliest of the limits; the worst case within the labelled accuracy only where a site says so.

    >>> alarm, worst = Limit(30, "alarm-volume"), Limit(26, "accuracy")
    >>> limiting([alarm, Limit(180, "stability")], worst).name
    'alarm-volume'
    >>> limiting([alarm, Limit(180, "stability")], worst, worst_case_drives=True).name
    'accuracy'
    """
    known = list(limits)
    if worst_case_drives and worst_case is not None:
        known.append(worst_case)
    return min(known, key=lambda limit: limit.at_us, default=None)


def appointment(limit: date, lead_short_days: float, lead_long_days: float) -> tuple[date, date]:
    """The first and the last day on which to refill: the limiting day less the longer and the shorter lead.

    A lead of part of a day counts as a day.

    >>> appointment(date(2026, 4, 1), 3, 5)
    (datetime.date(2026, 3, 27), datetime.date(2026, 3, 29))
    """
    return limit - timedelta(days=ceil(lead_long_days)), limit - timedelta(days=ceil(lead_short_days))


def limiting_day(last: date, lead_short_days: float) -> date:
    """The limiting day of which ``last`` is the last day of refill that :func:`appointment` gives.

    >>> limiting_day(date(2026, 3, 29), 3)
    datetime.date(2026, 4, 1)
    """
    return last + timedelta(days=ceil(lead_short_days))


def plan_verdict(planned: date, limit: date, alarm: date | None, lead_short_days: float) -> PlanVerdict:
    """Whether a refill may be planned for a day.

    On or after the day of the alarm (the limiting day where no alarm is known) it is refused; with less
    than the site's lead before the limiting day it needs a reason.

    >>> plan_verdict(date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 1), 7).verdict
    'stop'
    """
    latest = limit if alarm is None else alarm
    if planned >= latest:
        return PlanVerdict("stop", f"planned on or after the day of the alarm, {latest.isoformat()}")
    _, last = appointment(limit, lead_short_days, lead_short_days)
    if planned > last:
        return PlanVerdict(
            "caution",
            f"less than {decimal_text(lead_short_days)} days before the limiting day, {limit.isoformat()}: "
            f"plan it by {last.isoformat()}",
        )
    return PlanVerdict("ok", f"at least {decimal_text(lead_short_days)} days before {limit.isoformat()}")


def alarm_moved_days(flow_ml_per_day: float, old_ml: float, new_ml: float, settings: Settings) -> float:
    """By how many days the low-reservoir alarm comes earlier with another alarm volume; negative: later.

    days = (new - old) / flow. Raises :class:`~cisterna.errors.PumpError` for a volume below the one that
    is recommended at least.

    >>> round(alarm_moved_days(0.6, 2.0, 4.0, Settings()), 2)
    3.33
    """
    least = settings.number("alarm_volume_recommended")
    if new_ml < least.in_unit("mL"):
        raise PumpError(
            Fault(
                where="alarm_volume",
                found=f"{decimal_text(new_ml)} mL",
                allowed=f"at least {least.shown()} ({least.cited()})",
                remedy="withdrawal has begun above it; choose a larger volume",
            )
        )
    return (new_ml - old_ml) / flow_ml_per_day
