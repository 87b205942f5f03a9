"""When a pump must have been replaced, and by when the replacement is planned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from cisterna.care.calculators.calculation import (
    above_zero,
    calculated,
    checked_all,
    chosen,
    contradiction,
    given,
    says,
)
from cisterna.care.result import Reason, Result, told
from cisterna.errors import Fault
from cisterna.evidence import Number, builtin_catalogue, number
from cisterna.instants import instant_us, utc
from cisterna.pump.lifetime import Lifetime, months_after
from cisterna.units import Duration, Span, decimal_text
from cisterna.verdict import Verdict

__all__ = ["Replacement", "replacement"]

_PUMP = "synchromed-ii-20"
_MONTHS_PER_YEAR = 12


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """Two days: by which the pump must be out, and by which its replacement is planned."""

    stop_by: str = field(metadata=told("replaced by"))
    schedule_by: str = field(metadata=told("planned by"))


def replacement(
    implanted: date,
    eri: date | None = None,
    *,
    life: Span | None = None,
    lead: Span | None = None,
    eri_interval: Duration | None = None,
) -> Result[Replacement]:
    """The last day is the earlier of the end of life and the replacement indicator + 90 days.

    Raises :class:`~cisterna.errors.InputError` for an indicator before the implant and for dates that cannot
    be true.

    >>> value = replacement(date(2020, 6, 1), date(2026, 1, 10)).value
    >>> value.stop_by, value.schedule_by
    ('2026-04-10', '2026-01-10')
    """
    checked_all(above_zero(life=life, eri_interval=eri_interval), _plausible_days(implanted, eri))
    whole = _life(life)
    ahead = chosen("replacement_lead", lead, "y", "--lead")
    after = chosen("eri_interval", eri_interval, "h", "--eri-interval")
    try:
        stop_by, schedule_by, end = _days(_lifetime(implanted, eri, whole, after), ahead.in_unit("months"))
    except (OverflowError, ValueError):
        raise contradiction(
            "life",
            f"{whole.shown()}, a lead of {ahead.shown()} and an interval of {after.shown()}",
            "days between the years 1 and 9999",
            "check the units",
        ) from None
    return calculated(
        "replacement",
        "Replacement of a pump",
        Replacement(stop_by=stop_by.isoformat(), schedule_by=schedule_by.isoformat()),
        formula="end of life = implanted + life; replaced by = the earlier of end of life and indicator + "
        "interval; planned by = end of life - lead, or the day of the indicator where that is earlier",
        inputs=given(
            implanted=implanted,
            eri=eri,
            life=whole.shown(),
            lead=ahead.shown(),
            eri_interval=after.shown(),
        ),
        source="medtronic.com/uk-en, drug-pumps-replacement",
        reasons=_reasons(eri, whole, ahead, after, end),
        numbers=(whole, ahead, after, number("replacement_lead_expert_panel")),
    )


def _lifetime(implanted: date, eri: date | None, life: Number, after: Number) -> Lifetime:
    lifetime = Lifetime.of(
        implanted_us=_us(implanted), life_y=life.in_unit("y"), eri_to_stop_days=after.in_unit("days")
    )
    return lifetime if eri is None else lifetime.with_indicator(_us(eri))


def _life(life: Span | None) -> Number:
    """The life that was given, or that of the pump in the catalogue."""
    published = builtin_catalogue().pump(_PUMP).number("life")
    if life is None or float(life) == published.in_unit("y"):
        return published
    set_by = f"set by --life; published: {published.shown()} ({published.source})"
    return replace(published, value=float(life), unit="y", source=set_by)


def _plausible_days(implanted: date, eri: date | None) -> Iterator[Fault]:
    bounds = number("plausible_year")
    low, high = bounds.low_in("y"), bounds.high_in("y")
    for where, day in (("implanted", implanted), ("eri", eri)):
        if day is not None and not low <= day.year <= high:
            yield Fault(
                where=where,
                found=day.isoformat(),
                allowed=f"a year from {decimal_text(low)} to {decimal_text(high)} ({bounds.text})",
                remedy="check the year",
            )
    if eri is not None and eri < implanted:
        yield Fault(
            where="eri",
            found=eri.isoformat(),
            allowed=f"a day from the implant on, {implanted.isoformat()}",
            remedy="check both days",
        )


def _us(day: date) -> int:
    return instant_us(datetime.combine(day, time(), UTC))


def _days(lifetime: Lifetime, lead_months: float) -> tuple[date, date, date]:
    """Replaced by, planned by, and the end of life."""
    end_us, eri_us, stop_us = lifetime.end_of_service_us, lifetime.eri_us, lifetime.stop_us
    if end_us is None or eri_us is None or stop_us is None:
        raise ValueError("a life that was given has its days")
    ahead_us = min(months_after(end_us, -lead_months), eri_us)
    stop_by, ahead, end = (utc(at_us).date() for at_us in (stop_us, ahead_us, end_us))
    return stop_by, ahead, end


def _reasons(eri: date | None, life: Number, ahead: Number, after: Number, end: date) -> Iterator[Reason]:
    yield says(life, f"The life of {life.shown()} ends on {end.isoformat()}; sources conflict on it.")
    if eri is None:
        yield says(after, f"No replacement indicator was given; from it on {after.shown()} are left.")
    elif eri >= end:
        yield says(
            life,
            f"The replacement indicator of {eri.isoformat()} lies past the end of life, {end.isoformat()}: a "
            "pump that has stopped by itself shows none; check the days and the life of this pump.",
            Verdict.CAUTION,
        )
    else:
        yield says(
            after,
            f"The replacement indicator of {eri.isoformat()} leaves {after.shown()}; it does not wait for "
            "the end of life.",
        )
    panel = number("replacement_lead_expert_panel")
    yield says(ahead, f"Plan the replacement about {ahead.shown()} before the end of life.")
    yield says(
        panel, f"An expert panel books it at least {decimal_text(panel.low_in('months'))} months ahead."
    )
