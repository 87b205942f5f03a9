"""What a visit will leave, before it is recorded: current and new, and the bridge that it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from cisterna.care.standing import Standing, standing_of
from cisterna.instants import HOURS_PER_DAY, US_PER_DAY, instant_us, utc
from cisterna.pump import PumpState, bridge_legs, fluids, unbridged_legs
from cisterna.therapy import Event, Therapy

__all__ = [
    "BridgeChoice", "NextRefill", "Outcome", "WrongDose", "bridge_choice", "next_refill", "outcome_of",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A therapy before and after the events that a visit will add to it."""

    before: Standing
    after: Standing

    @property
    def change_mcg_per_day(self) -> float | None:
        """The change of the daily dose; ``None`` where one of the two is not known."""
        if self.before.program is None or self.after.program is None:
            return None
        return self.after.program.daily_dose_mcg - self.before.program.daily_dose_mcg

    @property
    def change_percent(self) -> float | None:
        """The change in per cent of the dose before."""
        change = self.change_mcg_per_day
        if change is None or self.before.program is None or not self.before.program.daily_dose_mcg > 0:
            return None
        return 100 * change / self.before.program.daily_dose_mcg


def outcome_of(
    therapy: Therapy,
    events: Sequence[Event],
    at_us: int,
    *,
    refill_cap_days: float | None = None,
    worst_case_drives: bool = False,
) -> Outcome:
    """``therapy`` at ``at_us``, and with ``events`` at the last of them.

    Raises :class:`~cisterna.errors.TherapyError` where the events make no therapy with what is there; what
    the pump refuses stands in ``after.refusals``.
    """
    before = standing_of(
        therapy, utc(at_us), refill_cap_days=refill_cap_days, worst_case_drives=worst_case_drives
    )
    last_us = max((instant_us(event.at) for event in events), default=at_us)
    after = standing_of(
        replace(therapy, events=(*therapy.events, *events)),
        utc(max(last_us, at_us)),
        refill_cap_days=refill_cap_days,
        worst_case_drives=worst_case_drives,
    )
    return Outcome(before=before, after=after)


@dataclass(frozen=True)
class WrongDose:
    """The dose that old fluid gives at the new flow, and for how long."""

    volume_ml: float
    concentration_mcg_per_ml: float
    mcg_per_day: float
    hours: float


@dataclass(frozen=True, kw_only=True)
class BridgeChoice:
    """A change of concentration: the bridge that keeps the old dose, and what happens without one.

    ``legs`` is how many fluids the column holds: with more than one an earlier bridge had not ended, and one
    bridge bolus cannot follow them all.
    """

    volume_ml: float
    old_mcg_per_ml: float
    new_mcg_per_ml: float
    daily_dose_mcg: float
    flow_ml_per_day: float
    hours: float
    drug_mcg: float
    new_dose_mcg: float
    without: tuple[WrongDose, ...]
    legs: int


def bridge_choice(
    state: PumpState, new_mcg_per_ml: float, old_dose_mcg: float, new_dose_mcg: float
) -> BridgeChoice | None:
    """The bridge for the fluid that is in tubing and catheter; ``None`` where there is no dose to keep.

    flow = dose / old concentration, duration = volume / flow; without a bridge the old fluid goes at the new
    flow, new dose / new concentration.
    """
    label, column = state.label_mcg_per_ml, state.column
    if label is None or not old_dose_mcg > 0 or not new_dose_mcg > 0 or not new_mcg_per_ml > 0:
        return None
    held = [fluid for fluid in fluids(column) if fluid.concentration_mcg_per_ml > 0]
    if not held:
        return None
    legs = bridge_legs(column, old_dose_mcg / HOURS_PER_DAY)
    flow_after = new_dose_mcg / new_mcg_per_ml / HOURS_PER_DAY
    without = tuple(
        WrongDose(
            leg.fluid.volume_ml, leg.fluid.concentration_mcg_per_ml,
            HOURS_PER_DAY * leg.dose_mcg_per_h, leg.hours,
        )
        for leg in unbridged_legs(column, flow_after)
    )  # fmt: skip
    return BridgeChoice(
        volume_ml=column.volume_ml,
        old_mcg_per_ml=_told_strength(state, [leg.fluid.concentration_mcg_per_ml for leg in legs], label),
        new_mcg_per_ml=new_mcg_per_ml,
        daily_dose_mcg=old_dose_mcg,
        flow_ml_per_day=HOURS_PER_DAY * legs[0].flow_ml_per_h,
        hours=sum(leg.hours for leg in legs),
        drug_mcg=column.mass_mcg,
        new_dose_mcg=new_dose_mcg,
        without=without,
        legs=len(legs),
    )


def _told_strength(state: PumpState, strengths: Sequence[float], label: float) -> float:
    """The strength that a programmer is told: the label, unless one fluid alone differs from it."""
    tolerance = state.system.settings.value("bridge_tolerance", "1")
    if len(strengths) == 1 and abs(strengths[0] - label) > tolerance * label:
        return strengths[0]
    return label


@dataclass(frozen=True, kw_only=True)
class NextRefill:
    """The days that the next refill is planned by, in the patient's zone.

    ``limiting`` is the earliest of low reservoir, stability and the site's cap, ``decided_by`` says which;
    ``refill_by`` is that less the shorter lead, ``book_from`` less the longer one.
    """

    limiting: date | None
    alarm: date | None
    worst_case: date | None
    book_from: date | None
    refill_by: date | None
    decided_by: str


def next_refill(stands: Standing, therapy: Therapy) -> NextRefill | None:
    """When to refill next by where a therapy stands; ``None`` where no pump tells."""
    dates = stands.dates
    if dates is None:
        return None
    lead_us = round(therapy.settings.value("refill_lead_short", "days") * US_PER_DAY)
    by = dates.refill_by_date
    limiting = None if by.at_us is None else utc(by.at_us + lead_us).astimezone(therapy.zone).date()
    return NextRefill(
        limiting=limiting, alarm=dates.low_reservoir_alarm_date.date, worst_case=dates.worst_case_date.date,
        book_from=dates.book_from.date, refill_by=by.date, decided_by=by.decided_by,
    )  # fmt: skip
