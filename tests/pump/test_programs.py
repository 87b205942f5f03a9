"""Modes and boluses: what the pump runs, and when it changes."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pump.known import known

from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us
from cisterna.pump import PumpRun, daily_dose_of, run_pump
from cisterna.therapy.events import (
    WEEKDAYS,
    Fill,
    FlexStep,
    PatientBolusAllowance,
    PrimingBolus,
    Program,
    Resume,
    SingleBolus,
    Stop,
)
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Duration, HourlyRate, Mass, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]


def filled(at: datetime, concentration: float = 500.0) -> Fill:
    """A first fill that leaves the label true."""
    return Fill(at=at, injected=Volume(20), concentration=Concentration(concentration), rinsed=True)


def ran(therapy: Therapy, until: datetime) -> PumpRun:
    """The run of a therapy that has a pump."""
    run = run_pump(therapy, instant_us(until))
    assert run is not None
    return run


def daily(at: datetime, dose: float) -> Program:
    """A constant flow."""
    return Program(at=at, mode="simple-continuous", daily_dose=DailyDose(dose))


@st.composite
def flex_days(draw: st.DrawFn) -> tuple[FlexStep, ...]:
    """A day of up to 13 steps within the pump's range at 500 mcg/mL."""
    minutes = draw(st.lists(st.integers(1, 1439), max_size=12, unique=True))
    rates = st.floats(1.0, 60.0)
    return tuple(
        FlexStep(from_=time(minute // 60, minute % 60), rate=HourlyRate(draw(rates)))
        for minute in sorted({0, *minutes})
    )


@given(steps=flex_days(), day=st.integers(2, 9))
@pytest.mark.requirement("C9")
def test_a_flex_day_delivers_its_daily_dose(
    therapy_of: TherapyOf, at: At, steps: tuple[FlexStep, ...], day: int
) -> None:
    """Any 24 h of a flex day sum to the daily dose shown, once the drug has reached the tip."""
    program = Program(at=at(1), mode="flex", steps=steps)
    therapy = therapy_of(filled(at(1)), program, PrimingBolus(at=at(1), parts="pump+catheter"))
    run = ran(therapy, at(24 * 11))
    start_us = instant_us(at(24 * day))
    before, after = known(run.readings([start_us, start_us + US_PER_DAY]).delivered_mcg)
    shown = daily_dose_of(program, therapy)
    assert shown is not None
    if run.readings([start_us + US_PER_DAY]).state[0] == "running":
        assert after - before == pytest.approx(shown, rel=1e-11)


@pytest.mark.requirement("H1")
def test_flex_times_are_pump_time(therapy_of: TherapyOf, at: At) -> None:
    """The pump's clock keeps the offset of the implant: in summer a 06:30 step comes at 07:30 local time."""
    steps = (
        FlexStep(from_=time(0), rate=HourlyRate(4)),
        FlexStep(from_=time(6, 30), rate=HourlyRate(8)),
    )
    therapy = therapy_of(filled(at(1)), daily(at(1), 100), Program(at=at(24 * 40), mode="flex", steps=steps))
    run = ran(therapy, at(24 * 60))
    summer = instant_us(datetime.fromisoformat("2026-04-20T07:30:00+02:00"))
    held = run.readings([summer - 1, summer])
    assert held.programmed_mcg_per_h == (4.0, 8.0)


@pytest.mark.requirement("C8")
def test_days_of_the_week_may_differ(therapy_of: TherapyOf, at: At) -> None:
    """A step that names its days holds on these alone, by the pump's calendar."""
    weekend = tuple(day for day in WEEKDAYS if day in ("sat", "sun"))
    week = tuple(day for day in WEEKDAYS if day not in weekend)
    steps = (
        FlexStep(from_=time(0), rate=HourlyRate(4), days=week),
        FlexStep(from_=time(0), rate=HourlyRate(6), days=weekend),
        FlexStep(from_=time(12), rate=HourlyRate(8)),
    )
    program = Program(at=at(77), mode="flex", steps=steps)  # on a Thursday
    therapy = therapy_of(filled(at(1)), daily(at(1), 96), program)
    run = ran(therapy, at(24 * 15))
    first = datetime.fromisoformat("2026-03-03T00:00:00+01:00")  # a Tuesday, still at 96 mcg/day
    days = [instant_us(first + timedelta(days=day, hours=1)) for day in range(10)]
    assert run.readings(days).programmed_mcg_per_h == (4, 4, 4, 4, 6, 6, 4, 4, 4, 4)
    assert daily_dose_of(program, therapy) == pytest.approx((5 * 144 + 2 * 168) / 7)


def test_a_new_rate_acts_at_the_tip_at_once(therapy_of: TherapyOf, at: At) -> None:
    """A rate change moves the whole column: the tip follows in the same microsecond."""
    run = ran(
        therapy_of(
            filled(at(1)),
            PrimingBolus(at=at(1), parts="pump+catheter"),
            daily(at(1), 100),
            daily(at(100), 200),
        ),
        at(200),
    )
    change = instant_us(at(100))
    assert run.readings([change - 1, change]).tip_mcg_per_h == pytest.approx((100 / 24, 200 / 24))


@pytest.mark.requirement("C10")
def test_a_shared_instant_is_delivered_once(therapy_of: TherapyOf, at: At) -> None:
    """At a change the old infusion ends where the new one begins: no instant has two, none is missing."""
    run = ran(
        therapy_of(
            filled(at(1)),
            PrimingBolus(at=at(1), parts="pump+catheter"),
            daily(at(1), 100),
            daily(at(50), 200),
            SingleBolus(at=at(60), dose=Mass(50), over=Duration(1), then="resume"),
        ),
        at(100),
    )
    infusions = run.delivery.infusions
    assert [one.start_us for one in infusions[1:]] == [one.end_us for one in infusions[:-1]]
    assert run.delivery.amount_mcg == pytest.approx(
        run.readings([instant_us(at(100))]).delivered_mcg[0], rel=1e-13
    )


@pytest.mark.parametrize(("then", "dose_after"), [("resume", 100.0), ("stop", 0.0)])
@pytest.mark.requirement("C11")
def test_a_single_bolus_replaces_the_program(
    therapy_of: TherapyOf, at: At, then: str, dose_after: float
) -> None:
    """The bolus gives its dose over its time in place of the program; what follows is what was chosen."""
    bolus = SingleBolus(at=at(60), dose=Mass(50), over=Duration(2), then=then)  # type: ignore[arg-type]
    events = (filled(at(1)), PrimingBolus(at=at(1), parts="pump+catheter"), daily(at(1), 100), bolus)
    run = ran(therapy_of(*events), at(100))
    held = run.readings([instant_us(at(60)), instant_us(at(62)), instant_us(at(86))])
    assert known(held.delivered_mcg)[1] - known(held.delivered_mcg)[0] == pytest.approx(50.0, rel=1e-11)
    assert known(held.delivered_mcg)[2] - known(held.delivered_mcg)[1] == pytest.approx(dose_after, rel=1e-11)


def test_a_periodic_bolus_lies_on_its_background(therapy_of: TherapyOf, at: At) -> None:
    """The first bolus starts with the program, the next after the interval, each on top of the background."""
    program = Program(
        at=at(2), mode="periodic-bolus", bolus=Mass(30), over=Duration(0.5), every=Duration(6),
        background=HourlyRate(2)
    )  # fmt: skip
    therapy = therapy_of(filled(at(1)), PrimingBolus(at=at(1), parts="pump+catheter"), program)
    run = ran(therapy, at(100))
    held = run.readings([instant_us(at(hours)) for hours in (2, 2.5, 8, 8.5, 26)])
    assert held.programmed_mcg_per_h == pytest.approx((62, 2, 62, 2, 62))
    assert known(held.delivered_mcg)[4] - known(held.delivered_mcg)[0] == pytest.approx(
        4 * 30 + 24 * 2, rel=1e-11
    )
    assert daily_dose_of(program, therapy) == pytest.approx(168)


def test_between_boluses_without_background_the_minimum_rate_runs(therapy_of: TherapyOf, at: At) -> None:
    """No background asked for is the pump's minimum rate, 0.006 mL/day, and the run says so."""
    program = Program(
        at=at(2), mode="periodic-bolus", bolus=Mass(30), over=Duration(0.5), every=Duration(6),
        background=HourlyRate(0)
    )  # fmt: skip
    run = ran(therapy_of(filled(at(1)), program), at(100))
    assert known(run.readings([instant_us(at(4))]).flow_ml_per_h)[0] * 24 == pytest.approx(0.006)
    assert any("its minimum rate, 0.006 mL/day (3 mcg/day)" in entry.text for entry in run.happenings)


def test_the_minimum_rate_mode_lies_below_the_range_and_is_taken(therapy_of: TherapyOf, at: At) -> None:
    """The minimum-rate mode has a flow of its own, below the lowest that a dose may ask for."""
    program = Program(at=at(2), mode="minimum-rate")
    therapy = therapy_of(filled(at(1)), program)
    assert known(ran(therapy, at(9)).readings([instant_us(at(4))]).flow_ml_per_h)[0] * 24 == pytest.approx(
        0.006
    )
    assert daily_dose_of(program, therapy) == pytest.approx(3.0)


def test_a_pump_may_run_its_minimum_before_the_first_fill(therapy_of: TherapyOf, at: At) -> None:
    """Before a fill nothing is known of a concentration and nothing is delivered; the fill starts it."""
    run = ran(therapy_of(Program(at=at(1), mode="minimum-rate"), filled(at(5))), at(9))
    held = run.readings([instant_us(at(2)), instant_us(at(6))])
    assert held.flow_ml_per_h == pytest.approx((0.0, 0.006 / 24))
    assert held.programmed_mcg_per_h == pytest.approx((0.0, 3 / 24))


def test_stopped_means_stopped(therapy_of: TherapyOf, at: At) -> None:
    """Between stop and resume nothing leaves and nothing is programmed; flex goes on by the clock."""
    steps = (FlexStep(from_=time(0), rate=HourlyRate(4)), FlexStep(from_=time(12), rate=HourlyRate(8)))
    events = (
        filled(at(1)),
        PrimingBolus(at=at(1), parts="pump+catheter"),
        Program(at=at(1), mode="flex", steps=steps),
        Stop(at=at(48)),
        Resume(at=at(52)),
    )
    run = ran(therapy_of(*events), at(100))
    held = run.readings([instant_us(at(hours)) for hours in (48, 50, 52)])
    assert held.state == ("stopped", "stopped", "running")
    assert held.tip_mcg_per_h == (0.0, 0.0, 8.0)
    assert held.programmed_mcg_per_h == (0.0, 0.0, 8.0)
    assert held.delivered_mcg[0] == held.delivered_mcg[2]


@pytest.mark.requirement("C7")
def test_a_stop_ends_a_bolus_and_tells_what_is_missing(therapy_of: TherapyOf, at: At) -> None:
    """What a stopped bolus has not delivered is told and never made up."""
    events = (
        filled(at(1)),
        PrimingBolus(at=at(1), parts="pump+catheter"),
        daily(at(1), 100),
        SingleBolus(at=at(60), dose=Mass(50), over=Duration(2), then="resume"),
        Stop(at=at(61)),
        Resume(at=at(62)),
    )
    run = ran(therapy_of(*events), at(100))
    told = [entry.text for entry in run.happenings if entry.at_us == instant_us(at(61))]
    assert told == ["single-bolus ended early, 0.05 mL of it not delivered: the pump was stopped"]
    held = run.readings([instant_us(at(60)), instant_us(at(62)), instant_us(at(64))])
    assert known(held.delivered_mcg)[1] - known(held.delivered_mcg)[0] == pytest.approx(25.0, rel=1e-11)
    assert known(held.delivered_mcg)[2] - known(held.delivered_mcg)[1] == pytest.approx(200 / 24, rel=1e-11)


def test_a_program_written_during_a_prime_follows_it(therapy_of: TherapyOf, at: At) -> None:
    """The prime runs to its end at the pump's highest flow, then the program that came meanwhile."""
    prime = PrimingBolus(at=at(2), parts="pump+catheter")
    run = ran(therapy_of(filled(at(1)), prime, daily(at(2.1), 100)), at(50))
    end_us = instant_us(at(2)) + round(0.34 * US_PER_HOUR)
    held = run.readings([end_us - 1000, end_us + 1000])
    assert held.state == ("priming-bolus", "running")
    assert held.flow_ml_per_h == pytest.approx((1.0, 0.2 / 24), rel=1e-9)
    assert held.programmed_mcg_per_h == pytest.approx((0.0, 100 / 24))


def test_a_new_label_changes_the_flow_of_the_program(therapy_of: TherapyOf, at: At) -> None:
    """After a fill of another concentration the programmer computes the flow anew; the dose shown stays."""
    refill = Fill(
        at=at(240), injected=Volume(20), concentration=Concentration(1000), withdrawn=Volume(18), rinsed=True
    )
    run = ran(therapy_of(filled(at(1)), daily(at(1), 200), refill), at(300))
    held = run.readings([instant_us(at(239)), instant_us(at(240))])
    assert [24 * flow for flow in known(held.flow_ml_per_h)] == pytest.approx([0.4, 0.2])
    assert held.programmed_mcg_per_h == pytest.approx((200 / 24, 200 / 24))


@pytest.mark.requirement("D3")
def test_allotted_patient_boluses_count_in_the_dates(therapy_of: TherapyOf, at: At) -> None:
    """Dates assume that every allotted bolus is used: 4 x 25 mcg a day double 0.2 mL/day."""
    allowance = PatientBolusAllowance(dose=Mass(25), lockout=Duration(2), per_day=4)
    program = Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(100), patient_bolus=allowance)
    dates = ran(therapy_of(filled(at(1)), program), at(1)).dates
    assert dates.low_reservoir_alarm_date.at_us == instant_us(at(1)) + 45 * US_PER_DAY


def test_the_daily_dose_of_a_program_is_known_only_with_a_fill(therapy_of: TherapyOf, at: At) -> None:
    """Without a fill there is no concentration, so no dose can be told from a flow."""
    program = Program(at=at(1), mode="minimum-rate")
    assert daily_dose_of(program, therapy_of(program)) is None
