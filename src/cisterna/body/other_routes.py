"""What was given beside the pump: tablets, products on the skin, a lumbar puncture, as a delivery.

Rules of time. A regimen starts with its event and goes on to ``until`` or to the next event of its
kind, whichever comes first; neither of these two instants belongs to it. Times of day are local. One
that comes twice, when clocks go back, counts once, at its first coming; one that clocks skip counts
the length of the gap later, so that no dose is lost or doubled.

Skin. What an application gives enters the depot of the skin ``skin_lag`` later, at a constant rate.
A solution or patch acts as long as it is on: until the next application, the end of its regimen, or
``skin_application_time``, over which the flux was measured. Of a cream or gel a published share
passes in ``cream_application_time``, for every application by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, zip_longest
from typing import TypeVar
from zoneinfo import ZoneInfo

from cisterna.body.parameters import share_of
from cisterna.delivery import Delivery, Dose, Infusion, Route, Site
from cisterna.errors import BodyError, Fault
from cisterna.evidence import Settings
from cisterna.instants import instant_us, us_of_hours, utc
from cisterna.therapy import Therapy
from cisterna.therapy.events import LumbarBolus, Oral, Topical

__all__ = ["instants_of_day", "local_instant_us", "oral_and_skin_delivery"]

_FLUXES = {
    "solution": "skin_flux_solution",
    "microneedles": "skin_flux_microneedle",
    "nanosuspension-microneedles": "skin_flux_nanosuspension_microneedle",
}
_CREAMS = ("cream", "gel")
_MCG_PER_G = 1e6

Regimen = TypeVar("Regimen", Oral, Topical)


def oral_and_skin_delivery(therapy: Therapy, until_us: int) -> Delivery:
    """Everything that entered by mouth, skin or lumbar puncture up to and at ``until_us``."""
    return Delivery(
        infusions=tuple(_through_skin(therapy, until_us)),
        doses=(*_by_mouth(therapy, until_us), *_by_puncture(therapy, until_us)),
    )


def _by_puncture(therapy: Therapy, until_us: int) -> Iterator[Dose]:
    for event in therapy.valid_events:
        at_us = instant_us(event.at)
        if isinstance(event, LumbarBolus) and at_us <= until_us:
            yield Dose(Site(Route.PUNCTURE, event.level), at_us, event.dose)


def _by_mouth(therapy: Therapy, until_us: int) -> Iterator[Dose]:
    absorbed = share_of(therapy.settings, "oral_bioavailability")
    regimens = [event for event in therapy.valid_events if isinstance(event, Oral)]
    for regimen, end_us in _with_ends(regimens, until_us):
        if regimen.dose > 0:
            for at_us in _given(regimen, end_us, therapy.zone):
                yield Dose(Site(Route.MOUTH), at_us, regimen.dose, absorbed)


def _through_skin(therapy: Therapy, until_us: int) -> Iterator[Infusion]:
    lag_us = us_of_hours(therapy.settings.value("skin_lag", "h"))
    regimens = [event for event in therapy.valid_events if isinstance(event, Topical)]
    for regimen, end_us in _with_ends(regimens, until_us):
        applied = list(_given(regimen, end_us, therapy.zone))
        for at_us, next_us in pairwise([*applied, end_us]):
            rate_mcg_per_h, lasts_us = _absorption(regimen, next_us - at_us, therapy.settings)
            starts_us, ends_us = at_us + lag_us, min(at_us + lag_us + lasts_us, until_us)
            if ends_us > starts_us:
                yield Infusion(Site(Route.SKIN), starts_us, ends_us, rate_mcg_per_h)


def _absorption(regimen: Topical, worn_us: int, settings: Settings) -> tuple[float, int]:
    """Rate into the depot in mcg/h and its duration, for one application."""
    if regimen.product in _FLUXES and regimen.area is not None:
        longest_us = us_of_hours(settings.value("skin_application_time", "h"))
        rate = settings.value(_FLUXES[regimen.product], "mcg/cm2/h") * regimen.area
        return rate, min(worn_us, longest_us)
    if regimen.product in _CREAMS and regimen.mass is not None and regimen.strength is not None:
        drug_mcg = regimen.mass * _MCG_PER_G * regimen.strength / 100
        lasts_h = settings.value("cream_application_time", "h")
        return drug_mcg * share_of(settings, "cream_bioavailability") / lasts_h, us_of_hours(lasts_h)
    raise BodyError(
        Fault(
            where="event.topical",
            found=f"{regimen.product} without what its uptake depends on",
            allowed=f"{', '.join(_FLUXES)} with an area; {', '.join(_CREAMS)} with a mass and a strength",
            remedy="add it or choose another product",
        )
    )


def _with_ends(regimens: Iterable[Regimen], until_us: int) -> Iterator[tuple[Regimen, int]]:
    """Each regimen with the instant before which it ends."""
    ordered: list[Regimen] = list(regimens)
    after_all_us = until_us + 1
    for regimen, following in zip_longest(ordered, ordered[1:]):
        ends = [after_all_us]
        if following is not None:
            ends.append(instant_us(following.at))
        if regimen.until is not None:
            ends.append(instant_us(regimen.until))
        yield regimen, min(ends)


def _given(regimen: Oral | Topical, end_us: int, zone: ZoneInfo) -> Iterator[int]:
    """Instants at which a regimen is given, from its event to before ``end_us``."""
    start_us = instant_us(regimen.at)
    if not regimen.times:
        if start_us < end_us:
            yield start_us
        return
    yield from instants_of_day(regimen.times, start_us, end_us, zone)


def instants_of_day(times: tuple[time, ...], start_us: int, end_us: int, zone: ZoneInfo) -> Iterator[int]:
    """Instants of local times of day from ``start_us`` to before ``end_us``, in order.

    >>> hour = 3_600_000_000
    >>> [at // hour for at in instants_of_day((time(20), time(8)), 0, 30 * hour, ZoneInfo("UTC"))]
    [8, 20]
    """
    day = utc(start_us).astimezone(zone).date() - timedelta(days=1)
    last = utc(max(start_us, end_us)).astimezone(zone).date()
    while day <= last:
        for at_us in sorted(local_instant_us(day, clock, zone) for clock in times):
            if start_us <= at_us < end_us:
                yield at_us
        day += timedelta(days=1)


def local_instant_us(day: date, clock: time, zone: ZoneInfo) -> int:
    """UTC instant of a local time of day.

    Of a time that comes twice it is the first; of one that is skipped it is the gap's length later.
    Both are what fold 0 means: the offset before the change is applied.

    >>> madrid = ZoneInfo("Europe/Madrid")
    >>> utc(local_instant_us(date(2026, 3, 29), time(2, 30), madrid)).isoformat()
    '2026-03-29T01:30:00+00:00'
    >>> utc(local_instant_us(date(2026, 10, 25), time(2, 30), madrid)).isoformat()
    '2026-10-25T00:30:00+00:00'
    """
    local = datetime.combine(day, clock.replace(fold=0), zone)
    return instant_us(local.astimezone(UTC))
