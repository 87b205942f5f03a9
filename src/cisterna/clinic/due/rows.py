"""One row of the list as people see it: who, what, by when, how far the reservoir reaches, who comes when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from cisterna.care.need import Need, NeedKind, Urgency, escalated
from cisterna.care.standing import Standing
from cisterna.clinic.due.repository import Told
from cisterna.clinic.due.serving import VISIT_KINDS, Owner, escalated_to, owner_of, serving
from cisterna.clinic.projection.codec import from_text
from cisterna.clinic.web.horizon import Axis, Strip
from cisterna.instants import day_text, utc
from cisterna.pump import Dates

__all__ = ["Around", "BookedVisit", "Row", "row_of"]

_ICONS: Mapping[NeedKind, str] = {
    NeedKind.RECORD_REFUSED: "pencil",
    NeedKind.ALARM: "bell-ringing",
    NeedKind.CHECK_PUMP: "activity",
    NeedKind.CHECK_AFTER_MRI: "magnet",
    NeedKind.LOW_RESERVOIR: "hourglass",
    NeedKind.REFILL: "droplet",
    NeedKind.UNCONFIRMED_PROGRAM: "user-check",
    NeedKind.REPLACEMENT: "battery",
    NeedKind.RECALL: "replace",
    NeedKind.ORAL_STEP: "pill",
    NeedKind.SCREENING: "test-pipe",
    NeedKind.IMPLANT: "cpu",
    NeedKind.TRIAL_TO_BOOK: "calendar",
    NeedKind.IMPLANT_TO_BOOK: "calendar",
    NeedKind.ASSESSMENT: "clipboard-text",
}
_OF_THE_RESERVOIR = {NeedKind.REFILL, NeedKind.LOW_RESERVOIR}


@dataclass(frozen=True, kw_only=True)
class BookedVisit:
    """A visit in the diary: its ``kind`` in words, its day at the site, with whom."""

    id: str
    kind: str
    at_us: int
    day: date
    with_whom: str


@dataclass(frozen=True, kw_only=True)
class Around:
    """What a page knows beside its rows: the instant, the axis, and of each patient the rest.

    Without ``sees_therapy`` the rows tell what is due and when, but nothing of drug and dose.
    """

    now_us: int
    sees_therapy: bool
    axis: Axis
    zone: ZoneInfo
    escalates_after_days: float
    standings: Mapping[str, str]
    births: Mapping[str, date]
    teams: Mapping[str, Mapping[str, str]]
    visits: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One need of one patient; ``None`` is not known or does not apply, which is not zero.

    Volumes are in mL: ``volume_ml`` is what the reservoir is computed to hold now. ``raised_to`` is to whom
    the need goes because it is overdue for too long.
    """

    need: Need
    urgency: Urgency
    icon: str
    patient_id: str
    number: str
    family: str
    given: str
    born: date
    today: date
    strip: Strip
    words: str
    volume_ml: float | None
    full_ml: float | None
    alarm_ml: float | None
    alarm_on: date | None
    fast_on: date | None
    visit: BookedVisit | None
    owner: Owner
    raised_to: str

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed."""
        return self.need.is_overdue(self.today)

    @property
    def details(self) -> tuple[str, str]:
        """What the need says, and of a refill apart from it what the strip draws on a wide screen."""
        if self.need.kind is not NeedKind.REFILL or self.strip.alarm is None:
            return self.need.detail, ""
        drug, _, drawn = self.need.detail.partition(". ")
        return drug, drawn


def row_of(told: Told, around: Around) -> Row:
    """The row of a need."""
    need, today = from_text(told.facts, Need), around.axis.today
    if not around.sees_therapy:
        need = replace(need, detail="")
    facts = around.standings.get(told.patient_id)
    stands = None if facts is None else from_text(facts, Standing)
    team = around.teams.get(told.patient_id, {})
    visit = _visit(told, around)
    strip = _strip(need, stands, visit, around)
    reservoir = stands.reservoir if stands else None
    return Row(
        need=need,
        urgency=told.group,
        icon=_ICONS[need.kind],
        patient_id=told.patient_id,
        number=told.number,
        family=told.family,
        given=told.given,
        born=around.births[told.patient_id],
        today=today,
        strip=strip,
        words=_in_words(need, strip),
        volume_ml=reservoir.course.volume_ml(around.now_us) if reservoir else None,
        full_ml=reservoir.capacity_ml if reservoir else None,
        alarm_ml=reservoir.alarm_ml if reservoir else None,
        alarm_on=strip.alarm,
        fast_on=strip.fast,
        visit=visit,
        owner=owner_of(need.kind, team),
        raised_to=escalated_to(need.kind, team)
        if escalated(need, today, around.escalates_after_days)
        else "",
    )


def _visit(told: Told, around: Around) -> BookedVisit | None:
    """The first booked visit that meets the need."""
    meets = serving(told.kind)
    found = next((each for each in around.visits.get(told.patient_id, ()) if each.kind in meets), None)
    if found is None:
        return None
    return BookedVisit(
        id=found.id,
        kind=VISIT_KINDS.get(found.kind, found.kind),
        at_us=found.at_us,
        day=utc(found.at_us).astimezone(around.zone).date(),
        with_whom=found.with_whom,
    )


def _strip(need: Need, stands: Standing | None, visit: BookedVisit | None, around: Around) -> Strip:
    dates = stands.dates if stands and stands.pump else None
    reservoir = stands.reservoir if stands else None
    empty_us = reservoir.course.empty_us if reservoir and reservoir.alarm_ml is None else None
    return Strip(
        axis=around.axis,
        refill_by=_day(dates, "refill_by_date"),
        alarm=_day(dates, "low_reservoir_alarm_date"),
        fast=_day(dates, "worst_case_date"),
        empty=None if empty_us is None else utc(empty_us).astimezone(around.zone).date(),
        booked=visit.day if visit else None,
        due=need.due_on if need.is_dated and need.kind not in _OF_THE_RESERVOIR else None,
    )


def _day(dates: Dates | None, name: str) -> date | None:
    found: date | None = None if dates is None else getattr(dates, name).date
    return found


def _in_words(need: Need, strip: Strip) -> str:
    """Everything that the strip draws, for who cannot see it."""
    told = [f"{need.title} {'by' if need.is_dated else 'without a day, since'} {day_text(need.due_on)}"]
    for words, on in (
        ("refill by", strip.refill_by if strip.due else None),
        ("low-reservoir alarm", strip.alarm),
        ("alarm volume at the labelled over-delivery", strip.fast),
        ("empty", strip.empty),
        ("visit booked", strip.booked),
    ):
        if on is not None:
            told.append(f"{words} {day_text(on)}")
    return ", ".join(told)
