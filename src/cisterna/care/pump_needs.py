"""What a pump needs: a refill, a look at a low reservoir, a replacement, a check of what does not deliver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cisterna.care.need import Need, NeedKind
from cisterna.care.need_case import Case
from cisterna.care.standing import StandingStatus
from cisterna.evidence import Number, Status
from cisterna.instants import day_text
from cisterna.pump import DatedBy, Dates
from cisterna.pump.lifetime import months_after
from cisterna.units import decimal_text, grouped_text

__all__ = ["pump_needs"]

_COUNTED = "calculated, not measured"
_BY_RECORD = ("the record of the implant", Status.CONFIRMED)
_BY_EVENTS = ("the events of the record", Status.DERIVED)

_CHECKS = {
    StandingStatus.UNCERTAIN: "Read the pump: nobody knows what it does",
    StandingStatus.NOT_DELIVERING: "The pump does not deliver",
    StandingStatus.SAFE_STATE: "The pump runs at its lowest rate after a reset",
    StandingStatus.NOT_PROGRAMMED: "The pump has no program",
    StandingStatus.EMPTY: "The reservoir ran dry",
}


def pump_needs(case: Case) -> Iterator[Need]:
    """What the pump in place needs; nothing where none is, or where the record cannot be run."""
    dates = case.standing.dates
    if dates is None or not case.has_pump:
        return
    yield _refill(case, dates)
    yield from _low_reservoir(case, dates)
    yield from _replacement(case, dates)
    yield from _check(case)


# ---------------------------------------------------------------------------------- reservoir


def _refill(case: Case, dates: Dates) -> Need:
    """Every pump in place has one: by the date that limits it, or at once where it was never filled."""
    reservoir, limit = case.standing.reservoir, dates.refill_by_date
    if reservoir is None or limit.date is None:
        source, status = _BY_EVENTS
        since_us = case.standing.pump.since_us if case.standing.pump else case.standing.until_us
        return Need(
            kind=NeedKind.REFILL,
            due_on=case.day(since_us),
            at_us=since_us,
            title="Fill the pump",
            detail=f"No date can be computed: {limit.decided_by}.",
            source=source,
            status=status,
        )
    number = _deciding(case, limit)
    drug = f"{grouped_text(reservoir.concentration_mcg_per_ml, 3)} mcg/mL"
    program = case.standing.program
    if program is not None:
        drug += f", {grouped_text(program.daily_dose_mcg, 2)} mcg/day"
    return Need(
        kind=NeedKind.REFILL,
        due_on=limit.date,
        from_on=dates.book_from.date,
        at_us=limit.at_us,
        title="Refill",
        detail=f"{drug}. {_why(case, dates)}",
        source=number.source,
        status=number.status,
    )


def _deciding(case: Case, limit: DatedBy) -> Number:
    """The number that decides about a refill; the lead, where the day itself is computed from the record."""
    if limit.decided_by == "stability":
        return case.number("stability_in_pump")
    pump = case.standing.pump
    if limit.decided_by == "accuracy" and pump is not None:
        return case.therapy.catalogue.pump(pump.name).number("over_infusion_limit")
    return case.number("refill_lead_short")


def _why(case: Case, dates: Dates) -> str:
    """What happens, and when, if nobody refills."""
    reservoir, by = case.standing.reservoir, dates.refill_by_date.decided_by
    alarm_ml = reservoir.alarm_ml if reservoir else None
    texts = {
        "stability": ("The drug is held to be stable until {}.", dates.stability_date.at_us),
        "accuracy": (
            "At the labelled over-delivery the alarm volume is reached on {}.",
            dates.worst_case_date.at_us,
        ),
        "empty": ("Empty on {}.", reservoir.course.empty_us if reservoir else None),
        "alarm-volume": (
            f"Low-reservoir alarm at {decimal_text(alarm_ml or 0.0, 2)} mL on {{}}.",
            dates.low_reservoir_alarm_date.at_us,
        ),
    }
    text, at_us = texts.get(by, ("", None))
    if at_us is None:
        return "The longest time between refills that the site allows ends."
    return text.format(case.text(at_us))


def _low_reservoir(case: Case, dates: Dates) -> Iterator[Need]:
    """From the day of the alarm on, or from the day on which it is empty where a pump has no alarm."""
    reservoir, alarm = case.standing.reservoir, dates.low_reservoir_alarm_date
    if reservoir is None:
        return
    empty_us = reservoir.course.empty_us
    if alarm.at_us is not None and alarm.date is not None:
        alarm_ml = decimal_text(reservoir.alarm_ml or 0.0, 2)
        detail = f"{alarm_ml} mL or less from {day_text(alarm.date)} on ({_COUNTED})."
        if empty_us is not None:
            detail += f" Empty on {case.text(empty_us)}."
        yield _low(case, alarm.date, alarm.at_us, "Low reservoir", detail)
    elif reservoir.alarm_ml is None and empty_us is not None:
        detail = f"Empty from {case.text(empty_us)} on ({_COUNTED}); this pump has no alarm before."
        yield _low(case, case.day(empty_us), empty_us, "Reservoir empty", detail)


def _low(case: Case, due_on: date, at_us: int, title: str, detail: str) -> Need:
    source, status = _BY_RECORD
    pump, reservoir = case.standing.pump, case.standing.reservoir
    number = case.therapy.catalogue.pump(pump.name).numbers.get("alarm_volume") if pump else None
    if number is not None and reservoir is not None and reservoir.alarm_ml == number.in_unit("mL"):
        source, status = number.source, number.status
    return Need(
        kind=NeedKind.LOW_RESERVOIR,
        due_on=due_on,
        shown_from=due_on,
        at_us=at_us,
        title=title,
        detail=detail,
        source=source,
        status=status,
    )


# --------------------------------------------------------------------------------- replacement


def _replacement(case: Case, dates: Dates) -> Iterator[Need]:
    """The replacement is to be scheduled by a day; once it is planned in time, it is due on that day."""
    schedule_by = dates.schedule_by_date.date
    if schedule_by is None:
        yield from _replacement_of_unknown_life(case)
        return
    planned, end = case.planned_replacement, dates.replace_by_date
    is_in_time = planned is not None and (end.date is None or planned <= end.date)
    number = case.number("replacement_lead")
    yield Need(
        kind=NeedKind.REPLACEMENT,
        due_on=planned if planned is not None and is_in_time else schedule_by,
        at_us=end.at_us,
        title="Replace the pump" if is_in_time else "Schedule the replacement of the pump",
        detail=" ".join(_life(dates, planned)),
        source=number.source,
        status=number.status,
    )


def _life(dates: Dates, planned: date | None) -> Iterator[str]:
    """What is known of the end of a pump, in sentences."""
    eri, end = dates.eri_date, dates.replace_by_date
    if planned is not None:
        yield f"Planned for {day_text(planned)}."
    if eri.date is not None:
        is_seen = eri.decided_by == "recorded"
        when = f"since {day_text(eri.date)}" if is_seen else f"expected on {day_text(eri.date)}"
        yield f"Elective replacement indicator {when}."
    if end.date is not None:
        yield f"The pump stops by itself by {day_text(end.date)}."


def _replacement_of_unknown_life(case: Case) -> Iterator[Need]:
    """A battery of which nobody published how long it lasts is asked about at an age; no battery, never."""
    pump = case.standing.pump
    if pump is None or case.therapy.catalogue.pump(pump.name).mechanism == "constant-flow":
        return
    number = case.number("replacement_amber_age")
    at_us = months_after(pump.since_us, number.in_unit("months"), case.therapy.zone)
    yield Need(
        kind=NeedKind.REPLACEMENT,
        due_on=case.planned_replacement or case.day(at_us),
        at_us=at_us,
        title="Find out when to replace the pump",
        detail=f"Implanted on {case.text(pump.since_us)}; the life of a {pump.model} is not known.",
        source=number.source,
        status=number.status,
    )


# --------------------------------------------------------------------------------------- check


def _check(case: Case) -> Iterator[Need]:
    """A pump that is stopped, does not deliver, or of which nobody knows what it does."""
    standing = case.standing
    if standing.status is StandingStatus.STOPPED and standing.stop_alarm_us is not None:
        yield _stopped(case, standing.stop_alarm_us)
    if standing.status not in _CHECKS or standing.since_us is None:
        return
    detail = f"{standing.why or _COUNTED}, since {case.text(standing.since_us)}."
    yield case.answer(
        NeedKind.CHECK_PUMP,
        standing.since_us,
        within="uncertain_pump_time",
        title=_CHECKS[standing.status],
        detail=detail[0].upper() + detail[1:],
    )


def _stopped(case: Case, alarm_us: int) -> Need:
    number, since_us = case.number("stop_limit"), case.standing.since_us
    since = "" if since_us is None else f" since {case.text(since_us)}"
    why = f": {case.standing.why}" if case.standing.why else ""
    return Need(
        kind=NeedKind.CHECK_PUMP,
        due_on=case.day(alarm_us),
        at_us=alarm_us,
        title="The pump is stopped",
        detail=f"Stopped{since}{why}. After {number.shown()} its critical alarm sounds and its accuracy "
        "is not assured.",
        source=number.source,
        status=number.status,
    )
