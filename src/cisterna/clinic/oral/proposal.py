"""A change of baclofen by mouth as it was typed: dose before and after, and what published rules say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from functools import cached_property
from typing import cast

from cisterna.care.in_force import OralInForce, oral_in_force
from cisterna.care.oral_limits import oral_limit_reasons
from cisterna.care.result import Reason
from cisterna.care.weaning import WeaningPlan, weaning_plan, weaning_reason
from cisterna.clinic.visits.fields import Field
from cisterna.clinic.visits.proposed import Proposed
from cisterna.clinic.web.typed import time_typed
from cisterna.errors import Fault, InputError
from cisterna.instants import instant_us
from cisterna.therapy import Event, Oral, Therapy
from cisterna.units import MCG_PER_MG, Mass, decimal_text
from cisterna.verdict import Verdict

__all__ = ["PLAN_FIELDS", "OralChange", "PlannedWeaning", "taken_now"]

_CHANGE = (
    Field(name="at", label="From", form="instant"),
    Field(
        name="dose",
        label="Dose at each time",
        form="quantity",
        quantity=Mass,
        unit="mg",
        range="0 ends baclofen by mouth",
    ),
    Field(
        name="times",
        label="Times of day",
        required=False,
        range="for example 08:00, 14:00, 20:00; none at 0 mg",
    ),
    Field(
        name="reason",
        label="Reason",
        form="area",
        required=False,
        range="needed where a published limit is passed; the next reader sees it",
    ),
)
PLAN_FIELDS = (
    Field(name="first", label="First step", form="instant", range="a visit is booked for each step"),
    Field(
        name="every",
        label="Days between two steps",
        range="no source that was read says how many: your choice",
    ),
    Field(name="doses", label="Daily doses in mg/day", range="falling, in order, for example 45, 30, 15, 0"),
    Field(name="with_whom", label="Who calls or sees the family", required=False),
    Field(
        name="reason",
        label="Reason",
        form="area",
        required=False,
        range="needed where a step passes the published rule",
    ),
)


def taken_now(therapy: Therapy, now_us: int) -> OralInForce | None:
    """What is taken by mouth at an instant."""
    events = [event for event in therapy.valid_events if instant_us(event.at) <= now_us]
    return oral_in_force(events, now_us)


def _daily_mg(taken: OralInForce | None) -> float:
    return 0.0 if taken is None else taken.daily_mcg / MCG_PER_MG


@dataclass(frozen=True, kw_only=True)
class OralChange(Proposed):
    """Start, change or end of baclofen by mouth."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the form asks."""
        return _CHANGE

    @cached_property
    def before_mg(self) -> float:
        """The daily dose in force in mg."""
        return _daily_mg(taken_now(self.therapy, self.now_us))

    @property
    def dose_mg(self) -> float:
        """The single dose in mg; 0 where it ends."""
        return float(cast("Mass", self.ask("dose"))) / MCG_PER_MG

    @cached_property
    def times(self) -> tuple[time, ...]:
        """The times of day; :class:`~cisterna.errors.InputError` for what is none."""
        parts = [part for part in re.split(r"[,;\s]+", self.text("times")) if part]
        return tuple(time_typed(part, "times") for part in parts)

    @property
    def after_mg(self) -> float:
        """The daily dose from then on in mg."""
        return self.dose_mg * len(self.times)

    def reasons(self) -> tuple[Reason, ...]:
        """What the published rules say of it: highest doses, and a step down."""
        return tuple(self._reasons())

    def _reasons(self) -> Iterator[Reason]:
        day = self.at().astimezone(self.therapy.zone).date()
        yield from oral_limit_reasons(self.therapy, self.after_mg, day)
        if 0 < self.after_mg < self.before_mg:
            yield weaning_reason(self.before_mg, self.after_mg, self.therapy.settings)
        if self.after_mg == 0 < self.before_mg:
            stop = self.therapy.settings.number("oral_stop_time")
            text = (
                f"It ends from {decimal_text(self.before_mg)} mg/day. Never abruptly: stopping takes at "
                f"least {decimal_text(stop.low_in('weeks'))} to {decimal_text(stop.high_in('weeks'))} weeks."
            )
            yield Reason.on(stop, text, Verdict.CAUTION)

    def own_faults(self) -> Iterator[Fault]:
        """Times that are none, a dose without times, and a passed limit without a reason."""
        try:
            times = self.times
        except InputError as error:
            yield from error.faults
            return
        if self.dose_mg > 0 and not times:
            yield Fault(
                where="times",
                found="nothing",
                allowed="at least one time of day with a dose above 0",
                remedy="write for example 08:00, 14:00, 20:00",
            )
        elif self.dose_mg == 0 and times:
            yield Fault(
                where="times",
                found=self.text("times"),
                allowed="no time with a dose of 0",
                remedy="empty the field, or write the dose",
            )
        elif self.dose_mg == self.before_mg == 0:
            yield Fault(
                where="dose",
                found="0 mg",
                allowed="a dose, since nothing is taken by mouth",
                remedy="write the dose at each time",
            )
        elif len(set(times)) < len(times):
            yield Fault(
                where="times",
                found=self.text("times"),
                allowed="each time of day once",
                remedy="a larger dose at one time is a larger dose",
            )
        elif not self.text("reason"):
            yield from _unreasoned(self.reasons())

    def events(self) -> tuple[Event, ...]:
        """The one event."""
        dose = cast("Mass", self.ask("dose"))
        return (Oral(at=self.at(), dose=dose, times=self.times, reason=self.text("reason") or None),)


@dataclass(frozen=True, kw_only=True)
class PlannedWeaning(Proposed):
    """The plan of weaning as it was typed: days and doses are the clinician's."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the form asks."""
        return PLAN_FIELDS

    @cached_property
    def plan(self) -> WeaningPlan:
        """The plan, each step held against the rule; raises :class:`~cisterna.errors.InputError`."""
        first = self.at("first").astimezone(self.choices.zone).date()
        now_mg = _daily_mg(taken_now(self.therapy, self.now_us))
        if now_mg == 0:
            raise InputError(
                Fault(
                    where="doses",
                    found="no baclofen by mouth in force",
                    allowed="a dose that can be weaned",
                    remedy="record what is taken now first",
                )
            )
        return weaning_plan(now_mg, self._doses(), first, self._every(), self.therapy.settings)

    def _every(self) -> int:
        text = self.text("every")
        if text.isascii() and text.isdigit() and len(text) <= 3:
            return int(text)
        raise InputError(
            Fault(
                where="every",
                found=f"'{text}'",
                allowed="a whole number of days",
                remedy="write digits alone",
            )
        )

    def _doses(self) -> tuple[float, ...]:
        parts = [part for part in re.split(r"[,;\s]+", self.text("doses")) if part]
        made = []
        for part in parts:
            try:
                made.append(float(Mass.parse(f"{part} mg")) / MCG_PER_MG)
            except InputError:
                raise InputError(
                    Fault(
                        where="doses",
                        found=f"'{part}'",
                        allowed="daily doses as numbers of mg",
                        remedy="write them with a comma between, for example 45, 30, 15, 0",
                    )
                ) from None
        return tuple(made)

    def _still_to_come(self) -> Iterator[Fault]:
        """A plan lies ahead."""
        if instant_us(self.at("first")) < self.now_us:
            yield Fault(
                where="first",
                found=f"{self.at('first'):%d %b %Y, %H:%M}",
                allowed="an instant to come",
                remedy="what is taken already is recorded as a change",
            )

    def own_faults(self) -> Iterator[Fault]:
        """What the plan refuses, and a passed rule without a reason."""
        try:
            plan = self.plan
        except InputError as error:
            yield from error.faults
            return
        if not self.text("reason"):
            yield from _unreasoned((*(step.reason for step in plan.steps), *plan.reasons))

    def events(self) -> tuple[Event, ...]:
        """A plan is not what was done: nothing of it is in the record."""
        return ()


def _unreasoned(reasons: tuple[Reason, ...]) -> Iterator[Fault]:
    passed = [one for one in reasons if one.verdict is not Verdict.OK]
    if passed:
        told = " ".join(f"{one.text} ({one.source}, {one.status.value})" for one in passed)
        yield Fault(
            where="reason",
            found=f"no reason. {told}",
            allowed="a reason where a published limit is passed",
            remedy="say why, or change the dose",
        )
