"""Onset, peak and duration in a typical patient: what is published of them is no group's mean."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from cisterna.body import Exposure, Response, WithdrawalGrade, expose, respond
from cisterna.delivery import Delivery, Dose, Infusion
from cisterna.evidence import Settings
from cisterna.instants import US_PER_HOUR
from cisterna.kernel import hill, tone_score
from cisterna.therapy import Patient, Therapy, Tone
from cisterna.validation.bench import Bench, Outcome
from cisterna.validation.cohort import PUNCTURE, catheter
from cisterna.validation.dosing import per_hour
from cisterna.validation.scenario import Scenario

__all__ = [
    "bolus_duration",
    "bolus_onset",
    "bolus_peak_time",
    "coma_duration",
    "infusion_maximum_time",
    "infusion_onset",
    "overdosed",
    "removed_after_bolus",
    "removed_from_start",
    "stopped_pump",
    "withdrawal_onset",
    "withdrawal_severe_time",
]

Floats = NDArray[np.float64]
_START_US = 1_772_000_000 * 1_000_000
_HOURS_A_MONTH = 730.5
_BORN = date(1980, 1, 1)


def bolus_peak_time(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Hours from a bolus to the lowest tone of the legs."""
    removed, hours = removed_after_bolus(bench, scenario)
    top = int(removed.argmax())
    if top in (0, len(hours) - 1):  # no top within the hours that are computed
        return Outcome(float("inf"))
    before, at, after = removed[top - 1 : top + 2].tolist()
    beside = (before - after) / (before - 2 * at + after) / 2  # the top of a parabola through three points
    return Outcome(float(hours[top] + beside * (hours[1] - hours[0])))


def bolus_onset(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Hours from a bolus until the share ``level`` of the raised tone of the legs is gone."""
    removed, hours = removed_after_bolus(bench, scenario)
    return Outcome(_first(removed > scenario.level, hours))


def bolus_duration(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Hours from a bolus until the tone of the legs is again less than ``level`` points below that before.

    0 where it never falls so far.
    """
    removed, hours = removed_after_bolus(bench, scenario)
    return Outcome(_last(removed * (scenario.before - 1.0) >= scenario.level, hours))


def infusion_onset(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Hours from the start of an infusion until the share ``level`` of the raised tone is gone."""
    removed, hours = removed_from_start(bench, scenario)
    return Outcome(_first(removed > scenario.level, hours))


def infusion_maximum_time(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Hours from the start of an infusion until the cord level of the legs is ``level`` of its plateau."""
    _, exposure = _started(bench, scenario)
    cord = exposure.cord_legs_ng_per_ml
    plateau = bench.cohort(scenario).under_infusion(catheter(scenario.tip)).legs[0]
    reached = cord > scenario.level * plateau * float(per_hour(np.array(scenario.daily_dose_mcg)))
    return Outcome(_first(reached, _hours(exposure)))


def withdrawal_onset(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Hours from the stop of a pump until withdrawal is at least mild."""
    hours, response = stopped_pump(bench, scenario)
    return Outcome(_first((hours > 0) & (response.withdrawal_grade >= WithdrawalGrade.MILD), hours))


def withdrawal_severe_time(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Hours from the stop of a pump until a severe withdrawal is expected."""
    hours, response = stopped_pump(bench, scenario)
    return Outcome(_first((hours > 0) & (response.withdrawal_grade >= WithdrawalGrade.SEVERE), hours))


def coma_duration(bench: Bench, scenario: Scenario, stream: np.random.Generator) -> Outcome:  # noqa: ARG001
    """Hours for which a bolus through the catheter keeps the brain in the respiratory range; 0 for never."""
    therapy, exposure = _dumped(bench, scenario)
    return Outcome(_last(respond(exposure, therapy).in_respiratory_range, _hours(exposure)))


def overdosed(bench: Bench, scenario: Scenario) -> tuple[Floats, Floats]:
    """Hours after a bolus through the catheter and the level of the deep brain in ng/mL (k)."""
    _, exposure = _dumped(bench, scenario)
    return _hours(exposure), exposure.deep_brain_ng_per_ml


def _dumped(bench: Bench, scenario: Scenario) -> tuple[Therapy, Exposure]:
    """The typical adult for five days after a bolus through the catheter, every six minutes."""
    dump = Delivery(doses=(Dose(catheter(scenario.tip), _START_US, scenario.doses_mcg[0]),))
    therapy = _therapy(bench.settings, scenario)
    return therapy, expose(dump, therapy, _START_US, [_at(hour / 10) for hour in range(1200)])


def stopped_pump(bench: Bench, scenario: Scenario) -> tuple[Floats, Response]:
    """Hours from the stop of a pump (negative before it) and the response, hour by hour."""
    therapy = _therapy(bench.settings, scenario)
    run_h = round(scenario.months * _HOURS_A_MONTH)
    rate = float(per_hour(np.array(scenario.daily_dose_mcg)))
    infusion = Infusion(catheter(scenario.tip), _START_US, _at(run_h), rate)
    exposure = expose(Delivery(infusions=(infusion,)), therapy, _START_US, [_at(run_h + 72)])
    return _hours(exposure) - run_h, respond(exposure, therapy)


def removed_after_bolus(bench: Bench, scenario: Scenario) -> tuple[Floats, Floats]:
    """Share of the raised tone that is gone (k), without placebo, and the hours."""
    cohort = bench.cohort(scenario)
    cord = scenario.doses_mcg[0] * cohort.after_bolus(PUNCTURE).legs[0]
    occupancy = hill(
        cord, np.full_like(cord, bench.value("tone_ec50", "ng/mL")), bench.value("tone_hill", "ratio")
    )
    score = tone_score(scenario.before, bench.irreducible(scenario), occupancy)
    return (scenario.before - score) / (scenario.before - 1.0), cohort.grid.hours


def removed_from_start(bench: Bench, scenario: Scenario) -> tuple[Floats, Floats]:
    """Share of the raised tone that is gone (k) from the start of an infusion, and the hours."""
    therapy, exposure = _started(bench, scenario)
    tone = respond(exposure, therapy).tone_legs
    return (scenario.before - tone) / (scenario.before - 1.0), _hours(exposure)


def _started(bench: Bench, scenario: Scenario) -> tuple[Therapy, Exposure]:
    """The typical adult from the start of an infusion, by the minute for two days."""
    therapy = _therapy(bench.settings, scenario)
    rate = float(per_hour(np.array(scenario.daily_dose_mcg)))
    infusion = Infusion(catheter(scenario.tip), _START_US, _at(48), rate)
    outputs = [_at(minute / 60) for minute in range(48 * 60)]
    return therapy, expose(Delivery(infusions=(infusion,)), therapy, _START_US, outputs)


def _therapy(settings: Settings, scenario: Scenario) -> Therapy:
    tone = Tone(legs=scenario.before, arms=scenario.before, scale="ashworth-1-5")
    patient = Patient(label="typical adult", born=_BORN, condition=scenario.condition, tone=tone)
    overrides = {name: entry.shown() for name, entry in settings.overrides.items()}
    return Therapy(patient=patient, parameters=overrides)


def _at(hour: float) -> int:
    return _START_US + round(hour * US_PER_HOUR)


def _hours(exposure: Exposure) -> Floats:
    hours: Floats = (exposure.times_us - _START_US) / US_PER_HOUR
    return hours


def _first(reached: NDArray[np.bool_], hours: Floats) -> float:
    """The first hour at which something is reached, infinite where it never is."""
    return float(hours[reached.argmax()]) if reached.any() else float("inf")


def _last(held: NDArray[np.bool_], hours: Floats) -> float:
    """The last hour at which something holds, 0 where it never does."""
    return float(hours[held].max(initial=0.0))
