"""The screening trial: the next step of the ladder, what counts as a response, the dose to start with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from cisterna.care.calculators.calculation import (
    above_zero,
    calculated,
    checked_all,
    chosen,
    contradiction,
    given,
    not_known,
    reasons_of,
    says,
)
from cisterna.care.calculators.slips import screening_slips
from cisterna.care.exact import difference
from cisterna.care.result import Reason, Result, told
from cisterna.care.scales.ranges import in_range
from cisterna.errors import Fault
from cisterna.evidence import Number, Settings, number
from cisterna.instants import elapsed_h, instant_us
from cisterna.limits.screening_rules import judge_screening_bolus, next_rung
from cisterna.units import Duration, Mass, decimal_text
from cisterna.verdict import Verdict

__all__ = [
    "Response",
    "ScreeningStep",
    "StartDose",
    "response",
    "screening_step",
    "start_dose",
]

_LABEL = "baclofen intrathecal US label"
_UNIT = "mcg"


def _plausible(**doses: Mass | None) -> Iterator[Fault]:
    """The faults of lumbar boluses that cannot be true, such as mg written for mcg."""
    bounds = number("plausible_lumbar_bolus")
    low, high = bounds.low_in(_UNIT), bounds.high_in(_UNIT)
    for where, dose in doses.items():
        if dose is not None and not low <= dose <= high:
            yield Fault(
                where=where,
                found=str(dose),
                allowed=f"{bounds.shown()} ({bounds.text})",
                remedy="check the unit and the decimal point, mcg and mg above all",
            )


@dataclass(frozen=True, kw_only=True)
class StartDose:
    """The daily dose to start the infusion with."""

    start_dose_mcg_per_day: float = field(metadata=told("start dose", "mcg/day", 1))


def start_dose(
    screening_dose: Mass,
    effect_duration: Duration,
    *,
    adverse: bool = False,
    long_effect: Duration | None = None,
) -> Result[StartDose]:
    """Twice the effective screening dose a day, or once after a long effect or an adverse reaction.

    ``long_effect`` is the duration above which the dose is not doubled, 8 h where it is left out; at the
    limit it is doubled.

    >>> start_dose(Mass(50), Duration(6)).value.start_dose_mcg_per_day
    100.0
    """
    checked_all(above_zero(effect_duration=effect_duration), _plausible(screening_dose=screening_dose))
    limit = chosen("screening_long_effect", long_effect, "h", "--long-effect")
    is_long = effect_duration > limit.in_unit("h")
    once = is_long or adverse
    factor = number("start_dose_factor_long_effect" if once else "start_dose_factor")
    times = factor.in_unit("ratio")
    lasted = f"The effect lasted {effect_duration.shown()}"
    if adverse:
        why = "The bolus had an adverse reaction: the dose is not doubled."
    elif is_long:
        why = f"{lasted}, longer than {limit.shown()}: the dose is not doubled."
    else:
        why = f"{lasted}, not longer than {limit.shown()}, without an adverse reaction: the dose is doubled."
    delay = number("first_increase_delay")
    return calculated(
        "start-dose",
        "Start dose from the screening trial",
        StartDose(start_dose_mcg_per_day=times * screening_dose),
        formula="start dose a day = screening dose x 2, or x 1 after a long effect or an adverse reaction",
        inputs=given(
            screening_dose=screening_dose,
            effect_duration=effect_duration,
            adverse=adverse,
            long_effect=limit.shown(),
        ),
        source=_LABEL,
        reasons=(
            says(factor, why),
            *reasons_of(screening_slips(screening_dose)),
            *reasons_of(judge_screening_bolus(screening_dose, None, None, on_ladder=False)),
            says(delay, f"No increase in the first {delay.shown()}."),
        ),
        numbers=(factor, limit, delay),
    )


@dataclass(frozen=True, kw_only=True)
class ScreeningStep:
    """How long after the last bolus, and the published dose that comes next."""

    hours_between: float | None = field(metadata=told("from one bolus to the next", "h"))
    next_dose_mcg: float | None = field(metadata=told("next published dose", "mcg", 1))


def screening_step(
    given_dose: Mass,
    at: datetime,
    next_dose: Mass | None = None,
    next_at: datetime | None = None,
    *,
    responded: bool = False,
    settings: Settings | None = None,
) -> Result[ScreeningStep]:
    """The dose after ``given_dose`` on the published ladder, and whether a planned one keeps to it.

    ``settings`` are the doses of a site in place of the published ones. Without a response to the highest
    dose there is no next one: a ``stop``.

    >>> at = datetime.fromisoformat("2026-02-03T10:00:00+01:00")
    >>> screening_step(Mass(50), at).value.next_dose_mcg
    75.0
    """
    checked_all(_plausible(given=given_dose, next=next_dose))
    site = settings or Settings()
    hours = None
    if next_at is not None:
        hours = elapsed_h(instant_us(at), instant_us(next_at))
        if hours <= 0:
            raise contradiction(
                "next_at", next_at.isoformat(), f"an instant after {at.isoformat()}", "check both instants"
            )
    rung = None if responded else next_rung(given_dose, site)
    judged = judge_screening_bolus(given_dose, None, None, site, on_ladder=False)
    if next_dose is not None:
        judged = (*judged, *judge_screening_bolus(next_dose, given_dose, hours, site))
    elif hours is not None:
        judged = (*judged, *judge_screening_bolus(given_dose, given_dose, hours, site, on_ladder=False))
    reasons = [*_next_reasons(given_dose, rung, site, responded=responded), *_each_once(reasons_of(judged))]
    if hours is None:
        why = "When the next bolus is planned was not given, so that no time between is known."
        reasons.append(not_known("hours_between", why, _LABEL))
    interval = site.number("screening_interval")
    return calculated(
        "screening-step",
        "Next step of the screening trial",
        ScreeningStep(hours_between=hours, next_dose_mcg=None if rung is None else rung.in_unit(_UNIT)),
        formula="without a response the next dose of 25, 50, 75, 100 mcg, not before 24 h",
        inputs={
            "given": str(given_dose),
            "at": at.isoformat(),
            "next": None if next_dose is None else str(next_dose),
            "next_at": None if next_at is None else next_at.isoformat(),
            "responded": responded,
        },
        source=_LABEL,
        reasons=reasons,
        numbers=(interval, *(() if rung is None else (rung,))),
    )


def _each_once(reasons: Iterator[Reason]) -> Iterator[Reason]:
    yield from dict.fromkeys(reasons)


def _next_reasons(dose: Mass, rung: Number | None, site: Settings, *, responded: bool) -> Iterator[Reason]:
    highest, observed = site.number("screening_dose_highest"), site.number("screening_observation")
    if responded:
        text = f"The patient responded to {dose.shown()}: no further screening dose is due."
        yield says(highest, text, about="next_dose_mcg")
    elif rung is None:
        text = (
            f"No response to {dose.shown()}, the highest published screening dose being {highest.shown()}: "
            "no candidate for a pump, no further dose is published."
        )
        yield says(highest, text, Verdict.STOP, about="next_dose_mcg")
    else:
        strength, interval = site.number("screening_concentration"), site.number("screening_interval")
        volume = rung.in_unit(_UNIT) / strength.in_unit("mcg/mL")
        yield says(
            rung,
            f"Without a response to {dose.shown()} the next published dose is {rung.shown()} "
            f"({decimal_text(volume, 2)} mL of {strength.shown()}), not before {interval.shown()} after it.",
        )
    yield says(observed, f"Observe for {observed.shown()} after each bolus.")


@dataclass(frozen=True, kw_only=True)
class Response:
    """How far tone fell, and whether that counts as a response."""

    drop: float = field(metadata=told("fall of the mean Ashworth score"))
    responder: bool = field(metadata=told("counts as a response"))


def response(before: float, after: float, threshold: float | None = None) -> Result[Response]:
    """Drop = before - after of the mean Ashworth score of the legs; a response from the threshold on.

    Both in one numbering, 0-4 or 1-5. Raises :class:`~cisterna.errors.InputError` for a score off both.

    >>> response(3.6, 2.4).value
    Response(drop=1.2, responder=True)
    """
    original, trial = number("ashworth_original_range"), number("ashworth_trial_range")
    limit = chosen("responder_threshold_gilmartin", threshold, "score", "--threshold")
    bounds = Number(
        name="ashworth", text="Ashworth scale, 0-4 or 1-5", value=None, unit="score",
        low=original.low, high=trial.high, source=original.source, status=original.status,
    )  # fmt: skip
    checked_all(
        in_range("before", before, bounds, whole=False), in_range("after", after, bounds, whole=False)
    )
    if limit.in_unit("score") <= 0:
        raise contradiction(
            "threshold", decimal_text(limit.in_unit("score")), "a fall above 0", "write for example '1'"
        )
    drop = difference(before, after)
    responds = drop >= limit.in_unit("score")
    other, lost = number("responder_threshold_meythaler"), number("lost_standing_yoon")
    moved = f"The score {'fell' if drop >= 0 else 'rose'} by {decimal_text(abs(drop), 2)}"
    needed = f"a response is a fall of at least {decimal_text(limit.in_unit('score'))}"
    return calculated(
        "response",
        "Response to a screening bolus",
        Response(drop=drop, responder=responds),
        formula="drop = mean Ashworth score before - after; a response where drop >= threshold",
        inputs={"before": before, "after": after, "threshold": limit.in_unit("score")},
        source="Gilmartin 2000",
        reasons=(
            says(limit, f"{moved}; {needed}."),
            says(
                other,
                f"Another study asked for {decimal_text(other.in_unit('score'))} points; a site chooses.",
            ),
            says(
                lost,
                f"Look at function and unwanted effects too: {decimal_text(lost.in_unit('patients'))} "
                "ambulant patients of one series lost standing after the bolus.",
            ),
        ),
        numbers=(limit, other, lost),
    )
