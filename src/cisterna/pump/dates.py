"""The coming dates of a pump: when it must be refilled and when replaced, and what decides.

All are computed from the last command by running the program on exactly. The programmer calculates
the volume and does not measure it, so the dates within the labelled accuracy stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cisterna.instants import US_PER_DAY, utc
from cisterna.pump.lifetime import Lifetime, months_after
from cisterna.pump.outlook import when_asked_for
from cisterna.pump.state import PumpState, Status

__all__ = ["DatedBy", "Dates", "dates_of"]


@dataclass(frozen=True)
class DatedBy:
    """A day in the patient's time zone, rounded down, with what decides about it.

    ``at_us`` is the exact instant. Where nothing can be said ``date`` and ``at_us`` are ``None`` and
    ``decided_by`` tells why.
    """

    date: date | None
    decided_by: str
    at_us: int | None = None


@dataclass(frozen=True, kw_only=True)
class Dates:
    """The dates that a clinic plans by.

    ``worst_case_date`` is the alarm volume at the labelled over-infusion, ``refill_by_date`` the
    limiting date (the earliest of low reservoir, stability and the site's cap) less the shorter lead,
    ``book_from`` the same less the longer lead.
    """

    low_reservoir_alarm_date: DatedBy
    worst_case_date: DatedBy
    earliest_empty_date: DatedBy
    latest_empty_date: DatedBy
    stability_date: DatedBy
    refill_by_date: DatedBy
    book_from: DatedBy
    eri_date: DatedBy
    end_of_service_date: DatedBy
    replace_by_date: DatedBy
    schedule_by_date: DatedBy

    def items(self) -> Iterator[tuple[str, DatedBy]]:
        """Name and date, in the order in which people read them."""
        return ((entry.name, getattr(self, entry.name)) for entry in fields(self))


class _Limit(NamedTuple):
    at_us: int
    name: str


def dates_of(
    states: Sequence[PumpState], now: PumpState, zone: ZoneInfo, refill_cap_days: float | None = None
) -> Dates:
    """The dates of one pump.

    ``states`` are the pump after its last fill and after each command since, empty where it was never
    filled; ``now`` is the pump at the end of the run.
    """
    refill = _Refill(tuple(states), now, zone, refill_cap_days)
    over = now.system.model.need("over_infusion_limit", "1")
    under = now.system.model.need("under_infusion_limit", "1")
    above_ml = refill.filled_ml - now.system.alarm_ml
    low = refill.when_left(above_ml, "alarm-volume")
    return Dates(
        low_reservoir_alarm_date=low,
        worst_case_date=refill.when_left(above_ml / (1 + over), "accuracy"),
        earliest_empty_date=refill.when_left(refill.filled_ml / (1 + over), "accuracy"),
        latest_empty_date=refill.when_left(refill.filled_ml / (1 - under), "accuracy"),
        stability_date=refill.stability(),
        refill_by_date=refill.limited(low, "refill_lead_short"),
        book_from=refill.limited(low, "refill_lead_long"),
        **_replacement(now, zone),
    )


def _dated(at_us: int, decided_by: str, zone: ZoneInfo) -> DatedBy:
    return DatedBy(utc(at_us).astimezone(zone).date(), decided_by, at_us)


@dataclass(frozen=True)
class _Refill:
    states: tuple[PumpState, ...]
    now: PumpState
    zone: ZoneInfo
    cap_days: float | None

    @property
    def filled_ml(self) -> float:
        return self.now.filled_ml or 0.0

    def _why_not(self) -> str | None:
        if self.now.status is Status.EXPLANTED:
            return "the pump was taken out"
        return None if self.states else "the reservoir was never filled"

    def when_left(self, volume_ml: float, decided_by: str) -> DatedBy:
        why_not = self._why_not()
        if why_not:
            return DatedBy(None, why_not)
        at_us = when_asked_for(self.states, volume_ml)
        if at_us is None:
            return DatedBy(None, self._why_never())
        if at_us > self.now.lifetime.stop_us:
            return DatedBy(None, "the pump reaches the end of its service before")
        return _dated(at_us, decided_by, self.zone)

    def _why_never(self) -> str:
        if self.now.program is None:
            return "no program"
        return "the pump is stopped" if self.now.activity is None else "the pump stops after the bolus"

    def stability(self) -> DatedBy:
        why_not, filled_us = self._why_not(), self.now.filled_us
        if why_not or filled_us is None:
            return DatedBy(None, why_not or "the reservoir was never filled")
        days = self.now.system.settings.value("stability_in_pump", "days")
        return _dated(filled_us + round(days * US_PER_DAY), "stability", self.zone)

    def limited(self, low: DatedBy, lead: str) -> DatedBy:
        """The limiting date less a lead, in whole days; a lead of part of a day counts as a day."""
        stable, filled_us = self.stability(), self.now.filled_us
        limits = [_Limit(entry.at_us, entry.decided_by) for entry in (low, stable) if entry.at_us is not None]
        if self.cap_days is not None and filled_us is not None and stable.at_us is not None:
            limits.append(_Limit(filled_us + round(self.cap_days * US_PER_DAY), "cap"))
        if not limits:
            return DatedBy(None, low.decided_by)
        first = min(limits)
        lead_days = self.now.system.settings.value(lead, "days")
        day = utc(first.at_us).astimezone(self.zone).date() - timedelta(days=ceil(lead_days))
        return DatedBy(day, first.name, first.at_us - round(lead_days * US_PER_DAY))


def _replacement(now: PumpState, zone: ZoneInfo) -> dict[str, DatedBy]:
    names = ("eri_date", "end_of_service_date", "replace_by_date", "schedule_by_date")
    if now.status is Status.EXPLANTED:
        return dict.fromkeys(names, DatedBy(None, "the pump was taken out"))
    life: Lifetime = now.lifetime
    lead_months = now.system.settings.value("replacement_lead", "months")
    ahead = _Limit(months_after(life.end_of_service_us, -lead_months), "life")
    by_eri = "recorded" if life.eri_is_recorded else "life"
    stop = min(
        _Limit(life.end_of_service_us, "life"), _Limit(life.eri_us + life.eri_to_stop_us, "eri"),
        key=lambda limit: limit.at_us,
    )  # fmt: skip
    schedule = min(ahead, _Limit(life.eri_us, "eri"), key=lambda limit: limit.at_us)
    return {
        "eri_date": _dated(life.eri_us, by_eri, zone),
        "end_of_service_date": _dated(life.end_of_service_us, "life", zone),
        "replace_by_date": _dated(stop.at_us, stop.name, zone),
        "schedule_by_date": _dated(schedule.at_us, schedule.name, zone),
    }
