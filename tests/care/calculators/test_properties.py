"""What holds for all numbers: conversions invert, doses scale, no date is later than the pump's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.care import (
    CatheterRecord,
    DoseStep,
    RefillRules,
    access_port,
    bolus_interval,
    bridge,
    catheter_volume,
    concentration_of,
    constant_flow_fill,
    delivery_error,
    flow_of_dose,
    pocket_fill,
    prime,
    refill_interval,
    replacement,
    residual_expected,
    rolling_window,
    time_to_tip,
    titration_step,
    volume_of,
    weaning_step,
)
from cisterna.instants import US_PER_DAY, instant_us
from cisterna.pump import run_pump
from cisterna.therapy import Fill, Implant, Patient, Program, Therapy
from cisterna.units import (
    Concentration,
    DailyDose,
    Duration,
    Flow,
    Fraction,
    Interval,
    Length,
    Mass,
    Volume,
    VolumePerLength,
)
from cisterna.verdict import Verdict

DOSES = st.floats(20, 900).map(DailyDose)
STRENGTHS = st.sampled_from([50.0, 500.0, 1000.0, 2000.0]).map(Concentration)
DEAD = st.floats(0.05, 1).map(Volume)
FACTORS = st.floats(0.5, 2)


@given(st.floats(1, 1000).map(Mass), STRENGTHS)
def test_volume_and_concentration_invert_each_other(dose: Mass, strength: Concentration) -> None:
    """The volume of a dose, taken as an ampoule, has the concentration again."""
    volume = Volume(volume_of(dose, strength).value.volume_ml)
    assert concentration_of(dose, volume).value.concentration_mcg_per_ml == pytest.approx(strength, rel=1e-12)


@given(DOSES, STRENGTHS, FACTORS)
def test_flow_scales_with_the_dose(dose: DailyDose, strength: Concentration, factor: float) -> None:
    """Twice the dose is twice the flow, and flow times concentration is the dose again."""
    one = flow_of_dose(dose, strength).value
    other = flow_of_dose(DailyDose(dose * factor), strength).value
    assert other.flow_ml_per_day == pytest.approx(factor * one.flow_ml_per_day, rel=1e-12)
    assert one.flow_ml_per_day * strength == pytest.approx(dose, rel=1e-12)
    assert 24 * one.dose_mcg_per_h == pytest.approx(dose, rel=1e-12)


@given(DEAD, STRENGTHS, STRENGTHS, DOSES)
def test_a_bridge_gives_the_old_dose_and_all_the_old_drug(
    dead: Volume, old: Concentration, new: Concentration, dose: DailyDose
) -> None:
    """Drug over duration is the dose; the fluid takes as long to the tip at the flow of the bridge."""
    value = bridge(dead, old, new, dose).value
    assert value.bridge_drug_mcg / value.bridge_duration_h * 24 == pytest.approx(dose, rel=1e-9)
    days = time_to_tip(dead, Flow(value.bridge_flow_ml_per_day)).value.days
    assert 24 * days == pytest.approx(value.bridge_duration_h, rel=1e-9)
    assert value.unbridged_dose_mcg_per_day / dose == pytest.approx(old / new, rel=1e-9)


@given(st.floats(10, 40).map(Volume), DOSES, STRENGTHS, st.floats(1, 5).map(Volume))
def test_an_interval_ends_with_the_alarm_volume_left(
    fill: Volume, dose: DailyDose, strength: Concentration, alarm: Volume
) -> None:
    """What is expected after the interval to the alarm is the alarm volume, and the worst case is earlier."""
    rules = RefillRules(alarm_volume=alarm, stability=Duration(24 * 10_000))
    value = refill_interval(fill, dose, strength, rules).value
    assert value.limited_by == "alarm-volume"
    left = residual_expected(fill, dose, strength, Duration(24 * value.interval_days)).value.expected_ml
    assert left == pytest.approx(alarm, rel=1e-9, abs=1e-9)
    assert value.earliest_interval_days == pytest.approx(value.interval_days / 1.145, rel=1e-12)


@given(st.floats(10, 40).map(Volume), DOSES, STRENGTHS, st.integers(0, 2000), st.integers(1, 30))
def test_refill_days_come_in_order(
    fill: Volume, dose: DailyDose, strength: Concentration, later: int, lead: int
) -> None:
    """From, by and the limiting day follow each other by the leads, whatever the day of the fill.

    A whole number of days that rounding left below itself is that number.
    """
    filled = date(2026, 1, 1) + timedelta(days=later)
    rules = RefillRules(lead=(Duration(24 * lead), Duration(24 * (lead + 3))))
    value = refill_interval(fill, dose, strength, rules, filled).value
    first, last = (date.fromisoformat(str(day)) for day in (value.book_from, value.refill_by_date))
    assert last - first == timedelta(days=3)
    limit = last + timedelta(days=lead)
    assert -1e-9 <= value.interval_days - (limit - filled).days < 1 + 1e-6


@given(st.integers(0, 23), st.floats(100, 600), st.sampled_from([500.0, 2000.0]), st.floats(2, 6))
def test_no_date_is_later_than_that_of_the_pump(
    hour: int, dose: float, strength: float, alarm: float
) -> None:
    """Alarm and refill days are never later than those of the simulated pump, and at most a day before."""
    at = datetime.fromisoformat(f"2026-03-02T{hour:02d}:00:00+00:00")
    implant = Implant(
        at=at, pump="synchromed-ii-20", catheter="ascenda-8780", catheter_trimmed=Length(52), tip="T10",
        alarm_volume=Volume(alarm),
    )  # fmt: skip
    fill = Fill(at=at, injected=Volume(20), concentration=Concentration(strength))
    program = Program(at=at, mode="simple-continuous", daily_dose=DailyDose(dose))
    patient = Patient(label="invented", born=date(2018, 2, 11), timezone="UTC")
    run = run_pump(
        Therapy(patient=patient, events=(implant, fill, program)), instant_us(at) + US_PER_DAY // 24
    )
    assert run is not None
    value = refill_interval(
        Volume(20),
        DailyDose(dose),
        Concentration(strength),
        RefillRules(alarm_volume=Volume(alarm)),
        at.date(),
    ).value
    for told, dated in (
        (value.low_reservoir_alarm_date, run.dates.low_reservoir_alarm_date),
        (value.refill_by_date, run.dates.refill_by_date),
        (value.book_from, run.dates.book_from),
    ):
        assert dated.date is not None
        assert timedelta(0) <= dated.date - date.fromisoformat(str(told)) <= timedelta(days=1)


@given(st.floats(1, 40).map(Volume), st.floats(0, 45).map(Volume))
def test_the_error_of_delivery_is_the_ratio_less_one(programmed: Volume, delivered: Volume) -> None:
    """Above 14.5 % it is a caution, and where less than 0.8 of the programmed volume came; between never."""
    result = delivery_error(programmed, delivered)
    assert result.value.error_percent == pytest.approx(100 * (delivered / programmed - 1), abs=1e-9)
    error = result.value.error_percent
    if min(abs(error - 14.5), abs(error + 20)) > 1e-6:
        assert (result.verdict is Verdict.CAUTION) == (not -20 <= error <= 14.5)


@given(st.floats(0, 20), st.sampled_from([20.0, 40.0]))
def test_a_shortfall_above_the_threshold_is_flagged(missing: float, reservoir: float) -> None:
    """1 mL for 20 mL, 2 mL for 40 mL."""
    result = pocket_fill(Volume(20), Volume(20 - missing), reservoir=Volume(reservoir))
    threshold = reservoir / 20
    if abs(missing - threshold) > 1e-6:
        assert (result.verdict is Verdict.CAUTION) == (missing > threshold)


@given(st.floats(30, 140), st.floats(0, 29), st.floats(0.001, 0.01))
def test_the_volume_of_a_catheter_is_that_of_its_parts(length: float, trimmed: float, per_cm: float) -> None:
    """What is implanted and what was cut off make the whole; the bore that fits has no mismatch."""
    record = CatheterRecord(
        trimmed=Length(trimmed), length=Length(length), volume_per_cm=VolumePerLength(per_cm)
    )
    volume = catheter_volume(record).value.volume_ml
    assert volume + trimmed * per_cm == pytest.approx(length * per_cm, rel=1e-9)
    bore_cm = (4 * per_cm / 3.141592653589793) ** 0.5
    fitting = catheter_volume(replace(record, inner_diameter=Length(bore_cm)))
    assert fitting.value.mismatch_ratio == pytest.approx(0, abs=1e-9)
    assert fitting.verdict is not Verdict.STOP


@given(DEAD, DEAD, STRENGTHS)
def test_a_prime_loses_less_than_it_holds(tubing: Volume, catheter: Volume, strength: Concentration) -> None:
    """What leaves early is a part of the drug; the parts of a prime add up."""
    both = prime("pump+catheter", catheter, strength, tubing).value
    alone = prime("catheter", catheter, strength).value
    assert both.volume_ml == pytest.approx(tubing + catheter, rel=1e-12)
    assert both.nominal_drug_mcg - alone.nominal_drug_mcg == pytest.approx(tubing * strength, rel=1e-9)
    assert 0 <= both.early_drug_mcg < both.nominal_drug_mcg


@given(DEAD, DEAD, STRENGTHS, st.floats(0, 3).map(Volume))
def test_an_injection_is_refused_until_all_is_drawn(
    port: Volume, catheter: Volume, strength: Concentration, drawn: Volume
) -> None:
    """The hidden bolus is what was not drawn; it is 0 exactly where injecting is allowed."""
    result = access_port(port, catheter, strength, drawn)
    left_ml = max(0.0, port + catheter - drawn)
    assert result.value.hidden_bolus_mcg == pytest.approx(left_ml * strength, rel=1e-6, abs=1e-6)
    assert (result.verdict is Verdict.STOP) == (drawn < result.value.needed_ml * (1 - 1e-9))


@given(st.floats(10, 40).map(Volume), st.floats(0.2, 2).map(Flow), st.floats(10, 100).map(DailyDose))
def test_a_mixture_gives_its_dose(reservoir: Volume, flow: Flow, dose: DailyDose) -> None:
    """Stock and saline fill the reservoir; its drug over the running time is the dose."""
    value = constant_flow_fill(reservoir, flow, dose, Concentration(2000)).value
    assert value.stock_ml + value.saline_ml == pytest.approx(reservoir, rel=1e-9)
    assert value.drug_mcg / value.running_days == pytest.approx(dose, rel=1e-9)
    assert value.prepare_ml == pytest.approx(reservoir + 3, rel=1e-12)


@given(DOSES, st.sampled_from(["cerebral", "spinal"]), st.sampled_from(["titration", "maintenance"]), FACTORS)
def test_a_step_within_the_published_one_is_ok(
    dose: DailyDose, origin: str, phase: str, factor: float
) -> None:
    """Published steps scale with the dose; any rise up to the highest and to 20 % is ok to 1000 mcg/day."""
    step = DoseStep(origin=origin, phase=phase, since_change=Duration(48), since_start=Duration(480))
    value = titration_step(dose, step).value
    scaled = titration_step(DailyDose(factor * dose), step).value
    assert scaled.highest_next_mcg_per_day == pytest.approx(factor * value.highest_next_mcg_per_day, rel=1e-9)
    highest = min(value.highest_next_mcg_per_day, 1.2 * dose)
    proposed = DailyDose(dose + (highest - dose) * (factor - 0.5) / 1.5)
    assert (titration_step(dose, step, proposed).verdict is Verdict.OK) == (proposed <= 1000)
    beyond = DailyDose(1.001 * highest)
    assert titration_step(dose, step, beyond).verdict is Verdict.CAUTION


@given(st.floats(1000, 80_000).map(DailyDose), st.floats(1, 60), st.floats(0, 40))
def test_weaning_lowers_the_dose(dose: DailyDose, low: float, more: float) -> None:
    """The next dose is lower than this one by the step, at either end."""
    step = (Fraction(low), Fraction(min(100.0, low + more)))
    value = weaning_step("baclofen", dose, step).value
    mg = dose / 1000
    assert value.next_lowest_mg_per_day <= value.next_highest_mg_per_day < mg
    assert value.next_highest_mg_per_day == pytest.approx(mg * (1 - low / 100), rel=1e-9)


@given(st.floats(0.1, 48), st.floats(1, 100))
def test_doses_a_day_invert_the_interval(hours: float, dose: float) -> None:
    """Doses a day times the interval is a day; below an hour it is refused."""
    result = bolus_interval(Interval(hours), Mass(dose))
    assert result.value.doses_per_day * hours == pytest.approx(24, rel=1e-9)
    assert result.value.dose_mcg_per_day == pytest.approx(24 / hours * dose, rel=1e-9)
    assert (result.verdict is Verdict.STOP) == (hours < 1 - 1e-9)


@given(
    st.floats(0.1, 5),
    st.floats(0.5, 24),
    st.floats(0, 1),
    st.lists(st.floats(0, 1), max_size=4),
    st.floats(0, 1),
)
def test_a_bolus_is_allowed_only_beside_a_whole_window(
    limit: float, hours: float, flow: float, given_ml: list[float], request: float
) -> None:
    """Where it is allowed, a window of background, the boluses and the request stay within the limit."""
    result = rolling_window(
        Volume(limit), Duration(hours), Flow(flow), [Volume(bolus) for bolus in given_ml], Volume(request)
    )
    together = flow / 24 * hours + sum(given_ml) + request
    if abs(together - limit) > 1e-6:
        assert result.value.allowed == (together < limit)
    assert (result.verdict is Verdict.STOP) != result.value.allowed


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 4000))
def test_a_pump_is_planned_before_it_stops(implanted: date, days: int) -> None:
    """The stop is the end of life or 90 days after the indicator; it is planned before either."""
    eri = implanted + timedelta(days=days)
    value = replacement(implanted, eri).value
    stop, planned = date.fromisoformat(value.stop_by), date.fromisoformat(value.schedule_by)
    assert planned <= min(stop, eri)
    assert stop <= eri + timedelta(days=90)
    assert stop <= date.fromisoformat(replacement(implanted).value.stop_by)
