"""The way to a pump: what was decided and has no day yet, what is booked, and a bolus without an outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cisterna.care.need import Need, NeedKind
from cisterna.care.need_case import Case
from cisterna.evidence import Status
from cisterna.instants import day_text, instant_us, us_of_hours
from cisterna.therapy import Assess, Decision, Event, Implant, LumbarBolus, Revise

__all__ = ["trial_needs"]

_THE_DIARY, _THE_DECISION = "the plan of the clinic", "the decision of the team"
_TRIED: tuple[type[Event], ...] = (LumbarBolus, Implant)
_IMPLANTED: tuple[type[Event], ...] = (Implant, Revise)


def trial_needs(case: Case) -> Iterator[Need]:
    """What leads to a pump, from the decision on: a decision stands until its visit is booked or done."""
    trial = _open_day(case, case.booked_screenings, _TRIED)
    implant = None if case.has_pump else _open_day(case, case.booked_implants, _IMPLANTED)
    if trial is not None:
        yield _booked(NeedKind.SCREENING, trial, "Screening trial")
    if implant is not None:
        yield _booked(NeedKind.IMPLANT, implant, "Implant of the pump")
    yield from _to_book(case, is_booked={"trial": trial is not None, "implant": implant is not None})
    yield from _outcome(case)


def _open_day(case: Case, booked: Sequence[date], done: tuple[type[Event], ...]) -> date | None:
    """The first booked day on which, or after which, nothing of it was recorded."""
    days = [case.day_of(event) for event in case.events if isinstance(event, done)]
    return next((day for day in booked if not any(on >= day for on in days)), None)


def _booked(kind: NeedKind, on: date, title: str) -> Need:
    return Need(
        kind=kind,
        due_on=on,
        title=title,
        detail=f"Planned for {day_text(on)}. It stands here until it is recorded or called off.",
        source=_THE_DIARY,
        status=Status.CONFIRMED,
    )


def _to_book(case: Case, *, is_booked: dict[str, bool]) -> Iterator[Need]:
    """The last decision, where it asks for a visit that is neither booked nor done."""
    decision = case.last(Decision)
    if decision is None or is_booked.get(decision.decided, True):
        return
    kind, title, done = NeedKind.IMPLANT_TO_BOOK, "Book the implant of the pump", _IMPLANTED
    if decision.decided == "trial":
        kind, title, done = NeedKind.TRIAL_TO_BOOK, "Book the screening trial", _TRIED
    if case.is_answered(decision, *done):
        return
    on, decider = case.day_of(decision), decision.decided_by.rstrip(". ")
    yield Need(
        kind=kind,
        due_on=on,
        title=title,
        detail=f"Decided on {day_text(on)} by {decider}. No day is set.",
        source=_THE_DECISION,
        status=Status.CONFIRMED,
        event_id=decision.id,
    )


def _outcome(case: Case) -> Iterator[Need]:
    """A bolus by puncture whose outcome nobody recorded yet."""
    number, bolus = case.number("screening_observation"), case.last(LumbarBolus)
    if bolus is None or case.is_answered(bolus, Assess, Implant):
        return
    at_us = instant_us(bolus.at) + us_of_hours(number.high_in("h"))
    yield Need(
        kind=NeedKind.SCREENING,
        due_on=case.day(at_us),
        at_us=at_us,
        title="Record the outcome of the bolus",
        detail=f"{bolus.dose.shown()} at {bolus.level} on {day_text(case.day_of(bolus))}; "
        "no assessment recorded since.",
        source=number.source,
        status=number.status,
        event_id=bolus.id,
    )
