"""The coming dates of a pump: when it must be refilled and when replaced, and what decides.

All are computed from the last command by running the program on exactly. The programmer calculates
the volume and does not measure it, so the dates within the labelled accuracy stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from zoneinfo import ZoneInfo

from cisterna.instants import US_PER_DAY, utc
from cisterna.pump.lifetime import Lifetime, months_after
from cisterna.pump.outlook import when_asked_for
from cisterna.pump.refill_plan import Limit, appointment, limiting
from cisterna.pump.state import PumpState, Status

__all__ = ["DatedBy", "Dates", "dates_of"]

_NO_ACCURACY = "the labelled accuracy of this model is not known"


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
    limiting date (the earliest of low reservoir, stability and the site's cap, and of the worst case
    where the site lets it drive) less the shorter lead, ``book_from`` the same less the longer lead. A
    pump without a low-reservoir alarm is limited by the day on which it is empty.
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


def dates_of(
    states: Sequence[PumpState],
    now: PumpState,
    zone: ZoneInfo,
    refill_cap_days: float | None = None,
    *,
    worst_case_drives: bool = False,
) -> Dates:
    """The dates of one pump.

    ``states`` are the pump after its last fill and after each command since, empty where it was never
    filled; ``now`` is the pump at the end of the run. Every patient bolus that is allotted counts as used
    from then on; what was really asked for before counts as it was.
    """
    after_last = (now,) if states and now.at_us > states[-1].at_us else ()
    refill = _Refill((*states, *after_last), now, zone, refill_cap_days, worst_case_drives)
    low, worst = refill.low_alarm(), refill.worst_case()
    return Dates(
        low_reservoir_alarm_date=low,
        worst_case_date=worst,
        earliest_empty_date=refill.empty("over_infusion_limit", sign=1),
        latest_empty_date=refill.empty("under_infusion_limit", sign=-1),
        stability_date=refill.stability(),
        refill_by_date=refill.limited(low, worst, "refill_lead_short"),
        book_from=refill.limited(low, worst, "refill_lead_long"),
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
    worst_case_drives: bool

    @property
    def filled_ml(self) -> float:
        return self.now.filled_ml or 0.0

    def _why_not(self) -> str | None:
        if self.now.status is Status.EXPLANTED:
            return "the pump was taken out"
        return None if self.states else "the reservoir was never filled"

    def low_alarm(self) -> DatedBy:
        """When the low-reservoir alarm comes, by what is asked for."""
        alarm_ml = self.now.system.alarm_ml
        if alarm_ml is None:
            return DatedBy(None, "no low-reservoir alarm is known for this model")
        return self.when_left(self.filled_ml - alarm_ml, "alarm-volume")

    def worst_case(self) -> DatedBy:
        """The same for a pump that over-delivers by its labelled accuracy."""
        model, alarm_ml = self.now.system.model, self.now.system.alarm_ml
        if alarm_ml is None:
            return DatedBy(None, "no low-reservoir alarm is known for this model")
        if not model.known("over_infusion_limit"):
            return DatedBy(None, _NO_ACCURACY)
        over = model.need("over_infusion_limit", "1")
        return self.when_left((self.filled_ml - alarm_ml) / (1 + over), "accuracy")

    def empty(self, accuracy: str, sign: int) -> DatedBy:
        """When the reservoir is empty at one end of the labelled accuracy."""
        model = self.now.system.model
        if not model.known(accuracy):
            return DatedBy(None, _NO_ACCURACY)
        return self.when_left(self.filled_ml / (1 + sign * model.need(accuracy, "1")), "accuracy")

    def when_left(self, volume_ml: float, decided_by: str) -> DatedBy:
        why_not = self._why_not()
        if why_not:
            return DatedBy(None, why_not)
        at_us = when_asked_for(self.states, volume_ml)
        if at_us is None:
            return DatedBy(None, self._why_never())
        stop_us = self.now.lifetime.stop_us
        if stop_us is not None and at_us > stop_us:
            return DatedBy(None, "the pump reaches the end of its service before")
        return _dated(at_us, decided_by, self.zone)

    def _why_never(self) -> str:
        if self.now.program is None:
            return "no program"
        if self.now.status is Status.END_OF_SERVICE:
            return "the pump reached the end of its service"
        return "the pump is stopped" if self.now.activity is None else "the pump stops after the bolus"

    def stability(self) -> DatedBy:
        why_not, filled_us = self._why_not(), self.now.filled_us
        if why_not or filled_us is None:
            return DatedBy(None, why_not or "the reservoir was never filled")
        days = self.now.system.settings.value("stability_in_pump", "days")
        return _dated(filled_us + round(days * US_PER_DAY), "stability", self.zone)

    def limited(self, low: DatedBy, worst: DatedBy, lead: str) -> DatedBy:
        """The limiting date less a lead, in whole days."""
        limit = limiting(self._limits(low), _limit(worst), worst_case_drives=self.worst_case_drives)
        if limit is None:
            return DatedBy(None, low.decided_by)
        lead_days = self.now.system.settings.value(lead, "days")
        day, _ = appointment(utc(limit.at_us).astimezone(self.zone).date(), lead_days, lead_days)
        return DatedBy(day, limit.name, limit.at_us - round(lead_days * US_PER_DAY))

    def _limits(self, low: DatedBy) -> Iterator[Limit]:
        stable, filled_us = self.stability(), self.now.filled_us
        runs_out = low if self.now.system.alarm_ml is not None else self.when_left(self.filled_ml, "empty")
        for entry in (runs_out, stable):
            limit = _limit(entry)
            if limit is not None:
                yield limit
        if self.cap_days is not None and filled_us is not None and stable.at_us is not None:
            yield Limit(filled_us + round(self.cap_days * US_PER_DAY), "cap")


def _limit(dated: DatedBy) -> Limit | None:
    return None if dated.at_us is None else Limit(dated.at_us, dated.decided_by)


def _replacement(now: PumpState, zone: ZoneInfo) -> dict[str, DatedBy]:
    names = ("eri_date", "end_of_service_date", "replace_by_date", "schedule_by_date")
    if now.status is Status.EXPLANTED:
        return dict.fromkeys(names, DatedBy(None, "the pump was taken out"))
    life: Lifetime = now.lifetime
    end = None if life.end_of_service_us is None else Limit(life.end_of_service_us, "life")
    eri = None if life.eri_us is None else Limit(life.eri_us, "eri")
    after_eri = None
    if life.eri_us is not None and life.eri_to_stop_us is not None:
        after_eri = Limit(life.eri_us + life.eri_to_stop_us, "eri")
    lead_months = now.system.settings.value("replacement_lead", "months")
    ahead = None if end is None else Limit(months_after(end.at_us, -lead_months, zone), "life")
    seen = None if eri is None else eri._replace(name="recorded" if life.eri_is_recorded else "life")
    chosen = (seen, end, _first(end, after_eri), _first(ahead, eri))
    return {name: _told(limit, zone) for name, limit in zip(names, chosen, strict=True)}


def _first(*limits: Limit | None) -> Limit | None:
    return limiting(limit for limit in limits if limit is not None)


def _told(limit: Limit | None, zone: ZoneInfo) -> DatedBy:
    if limit is None:
        return DatedBy(None, "the life of this model is not known")
    return _dated(limit.at_us, limit.name, zone)
