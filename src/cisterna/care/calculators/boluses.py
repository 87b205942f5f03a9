"""Boluses: whether the patient may have one, whether a window has room for one, how often they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from cisterna.care.calculators.calculation import (
    above_zero,
    calculated,
    checked_all,
    contradiction,
    daily_dose_reasons,
    given,
    reasons_of,
    says,
)
from cisterna.care.exact import total
from cisterna.care.result import Reason, Result, told
from cisterna.errors import Fault
from cisterna.evidence import Settings, Status, number
from cisterna.instants import HOURS_PER_DAY, MINUTES_PER_HOUR, instant_us, us_of_hours, utc
from cisterna.limits.boluses import boluses_per_day, in_words
from cisterna.limits.published import shortest_interval_guardrail
from cisterna.limits.window import window_limit
from cisterna.pump.bolus_rules import bolus_verdict
from cisterna.units import DailyDose, Duration, Flow, Interval, Mass, Volume, decimal_text
from cisterna.verdict import Verdict

__all__ = [
    "BolusInterval",
    "PatientBolusCheck",
    "WindowRoom",
    "bolus_interval",
    "patient_bolus",
    "rolling_window",
]

_RULES = "Open PCA Pump Requirements 1.0.0, R5.2.0(3, 5)"


@dataclass(frozen=True, kw_only=True)
class PatientBolusCheck:
    """Whether a bolus is allowed now, and from when on the next one is."""

    allowed: bool = field(metadata=told("allowed now"))
    next_allowed_at: str = field(metadata=told("next allowed at"))


def patient_bolus(
    lockout: Duration, now: datetime, given_today: int, allotted: int, last: datetime | None = None
) -> Result[PatientBolusCheck]:
    """Lockout since the last bolus and count of the day: a bolus is denied by either.

    The day is that of ``now`` at its own offset, which should be that of the pump's clock. A bolus that is
    denied is a ``stop``, and so is a lockout shorter than the shortest interval of boluses.

    >>> now = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
    >>> last = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
    >>> patient_bolus(Duration(4), now, 1, 3, last).value.next_allowed_at
    '2026-03-02T13:00:00+00:00'
    """
    checked_all(above_zero(lockout=lockout), _counts(given_today, allotted), _last(last, now, given_today))
    found = bolus_verdict(
        now_us=instant_us(now),
        last_us=None if last is None else instant_us(last),
        lockout_us=us_of_hours(lockout),
        given_today=given_today,
        allotted=allotted,
        next_day_us=instant_us(_next_day(now)),
    )
    allowed_at = _local(found.next_allowed_us, now).isoformat()
    text = (
        f"The lockout of {in_words(lockout)} has passed and {given_today} of {allotted} boluses of the day "
        "were given."
        if found.allowed
        else f"Denied: {found.why}; the next is allowed at {allowed_at}."
    )
    verdict = Verdict.OK if found.allowed else Verdict.STOP
    shortest = shortest_interval_guardrail(Settings()).touched(lockout, f"A lockout of {in_words(lockout)}")
    return calculated(
        "patient-bolus",
        "Bolus that the patient asks for",
        PatientBolusCheck(allowed=found.allowed, next_allowed_at=allowed_at),
        formula="allowed where now >= last + lockout and given today < allotted; the day is that of the "
        "pump's clock",
        inputs=given(
            lockout=lockout,
            last=None if last is None else last.isoformat(),
            now=now.isoformat(),
            given_today=given_today,
            allotted=allotted,
        ),
        source=_RULES,
        status=Status.CONFIRMED,
        reasons=(
            Reason(text=text, source=_RULES, verdict=verdict),
            *reasons_of(() if shortest is None else (shortest,)),
        ),
        numbers=(number("shortest_bolus_interval"),),
    )


def _counts(given_today: int, allotted: int) -> Iterator[Fault]:
    for where, count, least in (("given_today", given_today, 0), ("allotted", allotted, 1)):
        if count < least:
            yield Fault(
                where=where,
                found=str(count),
                allowed=f"a whole number of at least {least}",
                remedy="count the boluses",
            )


def _last(last: datetime | None, now: datetime, given_today: int) -> Iterator[Fault]:
    if last is None:
        if given_today > 0:
            yield Fault(
                where="last",
                found=f"nothing, while {given_today} were given today",
                allowed="the instant of the last bolus",
                remedy="add it with its zone",
            )
        return
    if last > now:
        yield Fault(
            where="last", found=last.isoformat(), allowed=f"an instant up to now, {now.isoformat()}",
            remedy="check both instants and their zones",
        )  # fmt: skip
    elif given_today == 0 and _local(instant_us(last), now).date() == now.date():
        yield Fault(
            where="given_today", found=f"0, while the last was on the same day, {last.isoformat()}",
            allowed="at least 1", remedy="count it",
        )  # fmt: skip


def _local(at_us: int, now: datetime) -> datetime:
    """An instant at the offset of ``now``."""
    try:
        return utc(at_us).astimezone(now.tzinfo)
    except OverflowError:
        raise _beyond(now) from None


def _next_day(now: datetime) -> datetime:
    try:
        return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    except OverflowError:
        raise _beyond(now) from None


def _beyond(now: datetime) -> Exception:
    return contradiction("now", now.isoformat(), "an instant within the calendar", "check the year")


@dataclass(frozen=True, kw_only=True)
class WindowRoom:
    """What of the window is spoken for before the request, and whether the request fits."""

    committed_ml: float = field(metadata=told("spoken for before the request", "mL", 4))
    allowed: bool = field(metadata=told("allowed"))


def rolling_window(
    limit: Volume, window: Duration, background_flow: Flow, boluses_given: Sequence[Volume], request: Volume
) -> Result[WindowRoom]:
    """Committed = boluses of the window + background flow x the whole window; allowed where the request fits.

    A whole window of background is reserved: a check that counts only what has flowed allows an overdose.

    >>> room = rolling_window(Volume(1), Duration(4), Flow(2.4), [Volume(0.3)], Volume(0.4))
    >>> round(room.value.committed_ml, 9), room.value.allowed
    (0.7, False)
    """
    checked_all(above_zero(limit=limit, window=window))
    found = window_limit(
        limit_ml=limit,
        window_h=window,
        background_ml_per_h=background_flow / HOURS_PER_DAY,
        given_ml=total(boluses_given),
        request_ml=request,
    )
    source = "Open PCA Pump, corrected by ICLP 2024 (pca-pump-ec-artifacts)"
    fits = (
        f"{request.shown()} fits beside them within {limit.shown()}."
        if found.allowed
        else f"{request.shown()} does not fit within {limit.shown()}: denied; "
        f"{decimal_text(found.room_ml, 4)} mL are left."
    )
    return calculated(
        "window-limit",
        "Limit of a rolling window",
        WindowRoom(committed_ml=found.committed_ml, allowed=found.allowed),
        formula="committed = boluses of the window + background flow x the whole window; allowed where "
        "committed + request <= limit",
        inputs=given(
            limit=limit,
            window=window,
            background_flow=background_flow,
            boluses_given=tuple(str(bolus) for bolus in boluses_given),
            request=request,
        ),
        source=source,
        status=Status.CONFIRMED,
        reasons=(
            Reason(
                text="Boluses and a whole window of background take "
                f"{decimal_text(found.committed_ml, 4)} mL; {fits}",
                source=source,
                verdict=Verdict.OK if found.allowed else Verdict.STOP,
            ),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class BolusInterval:
    """An interval as hours and in words, and what it makes of a day."""

    every_h: float = field(metadata=told("every", "h", 3))
    in_words: str = field(metadata=told("in words"))
    doses_per_day: float = field(metadata=told("doses a day", "", 2))
    dose_mcg_per_day: float = field(metadata=told("dose a day", "mcg/day", 1))


def bolus_interval(every: Interval, dose: Mass) -> Result[BolusInterval]:
    """An interval told three ways, so that hours are not taken for minutes: 24 h / interval doses a day.

    Shorter than the shortest interval of boluses is a ``stop``; the dose a day is held against the published
    ones.

    >>> value = bolus_interval(Interval(1.5), Mass(10)).value
    >>> value.in_words, value.doses_per_day, value.dose_mcg_per_day
    ('1 h 30 min', 16.0, 160.0)
    """
    checked_all(above_zero(every=every, dose=dose))
    times = boluses_per_day(every)
    words = in_words(every)
    shortest = number("shortest_bolus_interval")
    touched = shortest_interval_guardrail(Settings()).touched(every, _often(words, times))
    return calculated(
        "interval",
        "Interval of boluses",
        BolusInterval(
            every_h=float(every), in_words=words, doses_per_day=times, dose_mcg_per_day=times * dose
        ),
        formula="doses a day = 24 h / interval; dose a day = doses a day x dose",
        inputs=given(every=words, dose=dose),
        source="FDA and Medtronic recall of 2004-09-22: hours typed into the field for minutes",
        status=Status.CONFIRMED,
        reasons=(
            *reasons_of(() if touched is None else (touched,)),
            *(
                ()
                if touched is not None
                else (says(shortest, f"{_often(words, times)} is not shorter than {shortest.shown()}."),)
            ),
            *daily_dose_reasons(DailyDose(times * dose)),
        ),
        numbers=(shortest,),
    )


def _often(words: str, times: float) -> str:
    count = decimal_text(times, 2)
    return f"An interval of {words}, {count} {'bolus' if count == '1' else 'boluses'} a day,"


def told_in_both(number: float) -> str:
    """What a number without its unit would mean in minutes and in hours, for the one who left it out.

    >>> told_in_both(90)
    "write the unit: '90 min' is 1 h 30 min, 16 a day; '90 h' is 90 h, 0.27 a day"
    """
    said = (
        f"'{decimal_text(number)} {unit}' is {in_words(hours)}, "
        f"{decimal_text(boluses_per_day(hours), 2)} a day"
        for unit, hours in (("min", number / MINUTES_PER_HOUR), ("h", number))
    )
    return f"write the unit: {'; '.join(said)}" if number > 0 else "write for example '6 h'"
