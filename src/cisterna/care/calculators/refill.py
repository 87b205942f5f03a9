"""When a reservoir must be refilled: alarm volume, stability, the site's cap, the accuracy of the pump."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from cisterna.care.calculators.calculation import (
    above_zero,
    calculated,
    checked_all,
    chosen,
    concentration_faults,
    concentration_reasons,
    contradiction,
    day_after,
    given,
    not_known,
    reasons_of,
    says,
    settings_of,
)
from cisterna.care.calculators.refill_rules import RefillRules, rule_faults
from cisterna.care.calculators.slips import daily_dose_slips, fill_slips
from cisterna.care.result import Reason, Result, Stated, told
from cisterna.evidence import Number, number
from cisterna.instants import HOURS_PER_DAY, US_PER_DAY
from cisterna.limits.visits import judge_alarm_volume
from cisterna.pump.refill_plan import Limit, appointment, limiting
from cisterna.units import Concentration, DailyDose, Volume, decimal_text
from cisterna.verdict import Verdict

__all__ = ["RefillInterval", "refill_interval"]

_SOURCE = "clinic rule: the earliest of the alarm volume, the stability of the drug and the site's own cap"


@dataclass(frozen=True, kw_only=True)
class RefillInterval:
    """When to refill; dates are known where the day of the fill is."""

    flow_ml_per_day: float = field(metadata=told("flow", "mL/day", 4))
    interval_days: float = field(metadata=told("interval to the limiting day", "days"))
    earliest_interval_days: float = field(
        metadata=told("the same for a pump that over-delivers by the accuracy", "days")
    )
    limited_by: str = field(metadata=told("limited by"))
    low_reservoir_alarm_date: str | None = field(metadata=told("low-reservoir alarm"))
    book_from: str | None = field(metadata=told("refill from"))
    refill_by_date: str | None = field(metadata=told("refill by"))


def refill_interval(
    fill: Volume,
    daily_dose: DailyDose,
    concentration: Concentration,
    rules: RefillRules | None = None,
    filled_on: date | None = None,
) -> Result[RefillInterval]:
    """The interval from a fill to the limiting day, and the days on which to refill.

    interval = (fill - alarm volume) / (flow + patient boluses), but no longer than the stability of the
    drug and the cap. Where signs were seen with more than the alarm volume left, the raised alarm volume is
    offered and counts. Raises :class:`~cisterna.errors.InputError` for a fill that is not above the alarm
    volume.

    >>> interval = refill_interval(Volume(20), DailyDose(100), Concentration(500)).value
    >>> interval.interval_days, interval.limited_by
    (90.0, 'alarm-volume')
    """
    rules = rules or RefillRules()
    checked_all(
        above_zero(fill=fill, daily_dose=daily_dose, stability=rules.stability, cap=rules.cap),
        concentration_faults(concentration=concentration),
        rule_faults(rules),
    )
    plan = _Plan(fill, daily_dose / concentration, rules)
    return calculated(
        "refill",
        "Refill interval and dates",
        RefillInterval(
            flow_ml_per_day=plan.flow,
            interval_days=plan.days(plan.limit),
            earliest_interval_days=plan.days(plan.earliest),
            limited_by=plan.limit.name,
            **plan.dates(filled_on),
        ),
        formula="interval = (fill - alarm volume) / (flow + patient boluses a day), at most the stability "
        "and the cap; flow = daily dose / concentration; the earliest has (1 + accuracy) times this use; "
        "refill by = limiting day - shorter lead, from = limiting day - longer lead; days round down",
        inputs=_inputs(fill, daily_dose, concentration, plan, filled_on),
        source=_SOURCE,
        reasons=(
            *daily_dose_slips(daily_dose),
            *fill_slips(fill),
            *plan.reasons(filled_on),
            *concentration_reasons(concentration),
        ),
        numbers=plan.numbers,
    )


class _Plan:
    """One fill under the rules that hold for it."""

    def __init__(self, fill: Volume, flow_ml_per_day: float, rules: RefillRules) -> None:
        self.fill, self.flow, self.rules = fill, flow_ml_per_day, rules
        self.asked_alarm = chosen("alarm_volume_recommended", rules.alarm_volume, "mL", "--alarm-volume")
        self.alarm = self._alarm()
        self.alarm_ml = self.alarm.in_unit("mL")
        self.accuracy = chosen("over_infusion_threshold", rules.accuracy, "%", "--accuracy")
        self.stability = chosen("stability_in_pump", rules.stability, "h", "--stability")
        leads = (None, None) if rules.lead is None else rules.lead
        self.lead_short = chosen("refill_lead_short", leads[0], "h", "--lead")
        self.lead_long = chosen("refill_lead_long", leads[1], "h", "--lead")
        if fill <= self.alarm_ml:
            raise contradiction(
                "fill",
                str(fill),
                f"more than the alarm volume, {decimal_text(self.alarm_ml)} mL",
                "check the fill and the alarm volume",
            )
        self.used_per_day = flow_ml_per_day + (rules.patient_bolus or 0.0) * (
            rules.patient_boluses_per_day or 0
        )
        room = fill - self.alarm_ml
        self.alarm_days = room / self.used_per_day
        self.worst_days = room / self.used_per_day / (1 + self.accuracy.in_unit("1"))
        worst = Limit(self._us(self.worst_days), "accuracy")
        others = self._others()
        low = Limit(self._us(self.alarm_days), "alarm-volume")
        self.limit = self._limiting([low, *others], worst, drives=rules.worst_case_drives)
        self.earliest = self._limiting([low, *others], worst, drives=True)

    def _alarm(self) -> Number:
        """The alarm volume that holds: raised where signs came with more left."""
        signs, asked = self.rules.signs_at, self.asked_alarm
        if signs is None or signs <= asked.in_unit("mL"):
            return asked
        raised = number("alarm_volume_raised")
        if signs <= raised.in_unit("mL"):
            return raised
        return chosen("alarm_volume_raised", signs, "mL", "--signs-at")

    def _others(self) -> list[Limit]:
        limits = [Limit(self._us(self.stability.in_unit("days")), "stability")]
        if self.rules.cap is not None:
            limits.append(Limit(self._us(self.rules.cap / HOURS_PER_DAY), "cap"))
        return limits

    @staticmethod
    def _us(days: float) -> int:
        return round(days * US_PER_DAY)

    @staticmethod
    def _limiting(limits: list[Limit], worst: Limit, *, drives: bool) -> Limit:
        found = limiting(limits, worst, worst_case_drives=drives)
        assert found is not None  # noqa: S101  there is always the alarm volume
        return found

    def days(self, limit: Limit) -> float:
        """The exact days to a limit."""
        exact = {
            "alarm-volume": self.alarm_days,
            "accuracy": self.worst_days,
            "stability": self.stability.in_unit("days"),
            "cap": (self.rules.cap or 0.0) / HOURS_PER_DAY,
        }
        return exact[limit.name]

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Every number that was applied."""
        return (self.alarm, self.stability, self.accuracy, self.lead_short, self.lead_long)

    def dates(self, filled_on: date | None) -> dict[str, str | None]:
        """The alarm, and the first and last day on which to refill."""
        if filled_on is None:
            return dict.fromkeys(("low_reservoir_alarm_date", "book_from", "refill_by_date"))
        alarm = day_after(filled_on, self.alarm_days, "filled_on")
        first, last = self._refill_days(filled_on)
        return {
            "low_reservoir_alarm_date": alarm.isoformat(),
            "book_from": first.isoformat(),
            "refill_by_date": last.isoformat(),
        }

    def _refill_days(self, filled_on: date) -> tuple[date, date]:
        limit = day_after(filled_on, self.days(self.limit), "filled_on")
        short, long = (lead.in_unit("days") for lead in (self.lead_short, self.lead_long))
        try:
            return appointment(limit, short, long)
        except OverflowError:
            raise contradiction(
                "lead", f"{decimal_text(long)} days", "a lead within the calendar", "shorten it"
            ) from None

    # ------------------------------------------------------------------------ reasons

    def reasons(self, filled_on: date | None) -> Iterator[Reason]:
        """What limits the interval, what was offered, and what is not known."""
        yield from self._signs_reason()
        yield from reasons_of(
            judge_alarm_volume(
                self.alarm_ml,
                before_ml=self.alarm_ml,
                flow_ml_per_day=self.flow,
                settings=settings_of(number("alarm_volume_recommended")),
            ).guardrails
        )
        yield says(*self._limit_told())
        yield says(
            self.accuracy,
            f"A pump that over-delivers by {self.accuracy.shown()} reaches the alarm volume after "
            f"{_days(self.worst_days)}.",
        )
        if filled_on is None:
            why = "The day of the fill was not given, so that no day can be told"
            yield not_known("low_reservoir_alarm_date", f"{why} for the alarm.", _SOURCE)
            yield not_known("book_from", f"{why} from which to refill.", _SOURCE)
            yield not_known("refill_by_date", f"{why} by which to refill.", _SOURCE)
        yield from self._lead_reason()

    def _limit_told(self) -> tuple[Number, str]:
        reached = f"The fill reaches the alarm volume of {decimal_text(self.alarm_ml)} mL after"
        alarm = f"{reached} {_days(self.alarm_days)}"
        if self.limit.name == "stability":
            text = f"{alarm}; the stability of the drug, {self.stability.shown()}, comes first and limits."
            return self.stability, text
        if self.limit.name == "cap":
            return self.alarm, f"{alarm}; the cap of {_days(self.days(self.limit))} comes first and limits."
        if self.limit.name == "accuracy":
            return (
                self.accuracy,
                f"{alarm}; by --worst-case-drives the worst case within the accuracy limits.",
            )
        return self.alarm, f"{alarm}, before the stability of the drug, {self.stability.shown()}, ends."

    def _signs_reason(self) -> Iterator[Reason]:
        signs, asked_ml = self.rules.signs_at, self.asked_alarm.in_unit("mL")
        if signs is None:
            return
        raised = number("alarm_volume_raised")
        if self.alarm is self.asked_alarm:
            yield says(
                raised,
                f"Signs with {signs.shown()} left came at or below the alarm volume of "
                f"{decimal_text(asked_ml)} mL: it need not be raised for them.",
            )
        elif signs <= raised.in_unit("mL"):
            yield says(
                raised,
                f"Signs of withdrawal came with {signs.shown()} left, above the alarm volume of "
                f"{decimal_text(asked_ml)} mL: offer an alarm volume of {raised.shown()}, at which none were "
                "seen; the interval is computed with it.",
                Verdict.CAUTION,
            )
        else:
            yield says(
                raised,
                f"Signs of withdrawal came with {signs.shown()} left, above even the raised alarm volume of "
                f"{raised.shown()}; for more none is published, and the interval is computed to "
                f"{signs.shown()}.",
                Verdict.CAUTION,
            )

    def _lead_reason(self) -> Iterator[Reason]:
        days, lead = self.days(self.limit), self.lead_long.in_unit("days")
        if days < lead:
            yield says(
                self.lead_long,
                f"The interval of {_days(days)} is shorter than the longer lead of {_days(lead)}: the refill "
                "is due to be booked before the fill.",
                Verdict.CAUTION,
            )


def _days(days: float) -> str:
    return f"{decimal_text(days, 1)} days"


def _inputs(
    fill: Volume, daily_dose: DailyDose, concentration: Concentration, plan: _Plan, filled_on: date | None
) -> dict[str, Stated]:
    rules = plan.rules
    return given(
        fill=fill,
        daily_dose=daily_dose,
        concentration=concentration,
        alarm_volume=plan.asked_alarm.shown(),
        signs_at=rules.signs_at,
        patient_bolus=rules.patient_bolus,
        patient_boluses_per_day=rules.patient_boluses_per_day,
        accuracy=plan.accuracy.shown(),
        worst_case_drives=rules.worst_case_drives,
        stability=plan.stability.shown(),
        cap=None if rules.cap is None else _days(rules.cap / HOURS_PER_DAY),
        filled_on=filled_on,
        lead=f"{plan.lead_short.shown()} .. {plan.lead_long.shown()}",
    )
