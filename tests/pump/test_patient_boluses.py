"""Patient boluses: what grants and what denies one, at which rate it runs, and what it does to the dates."""

from collections.abc import Callable
from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pump.known import known
from tests.pump.own_devices import own_pump

from cisterna.errors import PumpError
from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us
from cisterna.pump import PumpRun, bolus_verdict, implanted, run_pump, step, window_verdict
from cisterna.therapy.events import (
    Fill,
    FlexStep,
    Implant,
    PatientBolus,
    PatientBolusAllowance,
    Program,
    SingleBolus,
    Stop,
)
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Duration, HourlyRate, Mass, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]


def fill(at: At) -> Fill:
    """20 mL of 500 mcg/mL."""
    return Fill(at=at(1), injected=Volume(20), concentration=Concentration(500), rinsed=True)


def program(at: At, *, dose: float = 20.0, lockout: float = 4.0, per_day: int = 3) -> Program:
    """0.2 mL/day with an allowance."""
    allowance = PatientBolusAllowance(dose=Mass(dose), lockout=Duration(lockout), per_day=per_day)
    return Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(100), patient_bolus=allowance)


def ran(therapy: Therapy, until: datetime) -> PumpRun:
    """The run of a therapy that has a pump."""
    run = run_pump(therapy, instant_us(until))
    assert run is not None
    return run


def answers(run: PumpRun) -> list[str]:
    """What the pump said to the patient, one word a request."""
    told = [entry.text for entry in run.happenings if entry.text.startswith("patient bolus ")]
    return [text.split()[2].strip(":") for text in told if "completed" not in text]


@pytest.mark.requirement("C4")
@pytest.mark.parametrize(
    ("now", "given", "allowed", "next_us"),
    [
        pytest.param(39, 1, False, 40, id="one microsecond inside the lockout"),
        pytest.param(40, 1, True, 40, id="at its end"),
        pytest.param(40, 2, False, 100, id="all of the day given"),
        pytest.param(99, 2, False, 100, id="the last microsecond of the day"),
    ],
)
def test_lockout_and_daily_count(now: int, given: int, allowed: bool, next_us: int) -> None:  # noqa: FBT001
    """Denied inside the lockout and over the daily count; the answer says from when on it is not."""
    verdict = bolus_verdict(
        now_us=now, last_us=10, lockout_us=30, given_today=given, allotted=2, next_day_us=100
    )
    assert verdict[:2] == (allowed, next_us)
    assert bool(verdict.why) is not allowed


def test_the_first_bolus_waits_for_nothing() -> None:
    """Without a bolus before it there is no lockout."""
    verdict = bolus_verdict(now_us=5, last_us=None, lockout_us=30, given_today=0, allotted=1, next_day_us=9)
    assert verdict.allowed


@pytest.mark.requirement("C4")
def test_the_pump_grants_and_denies(therapy_of: TherapyOf, at: At) -> None:
    """Inside the lockout and over the day's count it denies, never silently, and says when next."""
    asked = [PatientBolus(at=at(hour)) for hour in (2, 5.9, 6.1, 10.2, 14.4, 15.01)]
    run = ran(therapy_of(fill(at), program(at), *asked), at(30))
    assert answers(run) == ["granted", "denied", "granted", "granted", "denied", "granted"]
    denials = [entry.text for entry in run.happenings if "denied" in entry.text]
    assert "the lockout since the last one" in denials[0]
    assert "2026-03-02 15:00:00 by the pump's clock" in denials[0]
    assert "all 3 boluses of the day" in denials[1]
    assert "2026-03-03 00:00:00 by the pump's clock" in denials[1]


@pytest.mark.requirement("C4")
def test_a_pump_that_cannot_give_denies(therapy_of: TherapyOf, at: At) -> None:
    """A stopped pump and one with another bolus in hand deny, and nothing is delivered for it."""
    bolus = SingleBolus(at=at(3), dose=Mass(10), over=Duration(1), then="resume")
    events = (fill(at), program(at), bolus, PatientBolus(at=at(3.5)), Stop(at=at(5)), PatientBolus(at=at(6)))
    run = ran(therapy_of(*events), at(7))
    assert answers(run) == ["denied", "denied"]
    denials = [entry.text for entry in run.happenings if "denied" in entry.text]
    assert "a single-bolus is running" in denials[0]
    assert "the pump is stopped" in denials[1]
    assert run.last.delivered.value == pytest.approx(0.0)  # 0.1 mL has not reached the tip


@pytest.mark.requirement("C5")
def test_it_runs_on_top_of_the_program_at_the_pumps_maximum(therapy_of: TherapyOf, at: At) -> None:
    """20 mcg are 0.04 mL: they run at 24 mL/day less the program, so both together are the maximum."""
    run = ran(therapy_of(fill(at), program(at), PatientBolus(at=at(10))), at(12))
    start_us = instant_us(at(10))
    length_us = round(0.04 / (1.0 - 0.2 / 24) * US_PER_HOUR)
    held = run.readings([start_us - 1, start_us, start_us + length_us - 10, start_us + length_us + 10])
    assert [24 * flow for flow in known(held.flow_ml_per_h)] == pytest.approx([0.2, 24, 24, 0.2], rel=1e-7)
    assert known(held.flow_ml_per_h)[1] <= run.last.system.flows.maximum_ml_per_h
    before, after = known(run.readings([start_us, start_us + US_PER_HOUR]).reservoir_ml)
    assert before - after == pytest.approx(0.04 + 0.2 / 24, rel=1e-9)


@pytest.mark.requirement("C5")
@given(dose=st.floats(1, 200), low=st.floats(1, 50), high=st.floats(1, 300), hour=st.floats(5, 29))
def test_it_never_passes_the_maximum(  # noqa: PLR0917 - Hypothesis names them
    dose: float, low: float, high: float, hour: float, at: At, therapy_of: TherapyOf
) -> None:
    """Whatever step of a flex day a bolus meets, program and bolus stay within the pump's maximum."""
    steps = (FlexStep(from_=time(0), rate=HourlyRate(low)), FlexStep(from_=time(12), rate=HourlyRate(high)))
    allowance = PatientBolusAllowance(dose=Mass(dose), lockout=Duration(1), per_day=9)
    flex = Program(at=at(1), mode="flex", steps=steps, patient_bolus=allowance)
    run = ran(therapy_of(fill(at), flex, PatientBolus(at=at(hour))), at(hour + 2))
    most = run.last.system.flows.maximum_ml_per_h * (1 + 1e-9)
    segments = [segment for stretch in run.stretches for segment in stretch.segments]
    assert all(segment.flow_ml_per_h <= most for segment in segments)
    assert sum(bolus.volume_ml for bolus in run.last.boluses) == pytest.approx(dose / 500)


@pytest.mark.requirement("C6")
def test_a_bolus_cut_short_is_told_and_not_made_up(therapy_of: TherapyOf, at: At) -> None:
    """A stop in the middle of it tells only what is missing of the bolus, not of the program below it."""
    start = at(10)
    half_us = round(0.5 * 0.04 / (1.0 - 0.2 / 24) * US_PER_HOUR)
    stop = Stop(at=at(10 + half_us / US_PER_HOUR))
    run = ran(therapy_of(fill(at), program(at), PatientBolus(at=start), stop), at(12))
    assert any(
        entry.text.startswith("patient-bolus ended early, 0.02 mL of it not") for entry in run.happenings
    )


def test_a_request_that_no_program_allows_is_refused(therapy_of: TherapyOf, at: At, implant: Implant) -> None:
    """Without an allowance there is nothing to grant or deny."""
    therapy = therapy_of()
    state = implanted(implant, therapy.catalogue, therapy.settings)
    with pytest.raises(PumpError, match="a patient bolus that the program does not allow"):
        step(state, [PatientBolus(at=at(0))])


@pytest.mark.requirement("D3")
def test_the_alarm_date_counts_what_is_allotted_and_what_was_used(therapy_of: TherapyOf, at: At) -> None:
    """Every bolus to come counts as used; at each request the date is computed anew from what was."""
    planned = 0.2 + 3 * 0.04
    start_us = instant_us(at(1))
    first = ran(therapy_of(fill(at), program(at)), at(1)).dates.low_reservoir_alarm_date
    assert first.at_us == pytest.approx(start_us + 18 / planned * US_PER_DAY, abs=2)
    nothing_used = ran(therapy_of(fill(at), program(at)), at(241)).dates.low_reservoir_alarm_date
    assert nothing_used.at_us == pytest.approx(
        start_us + (10 + (18 - 10 * 0.2) / planned) * US_PER_DAY, abs=2
    )
    one_used = ran(therapy_of(fill(at), program(at), PatientBolus(at=at(240))), at(241)).dates
    assert one_used.low_reservoir_alarm_date.at_us == pytest.approx(
        start_us + (10 + (18 - 10 * 0.2 - 0.04) / planned) * US_PER_DAY, abs=2
    )


@pytest.mark.requirement("A9")
@given(
    limit=st.floats(0.1, 2.0),
    background=st.floats(0.0, 1.0),
    requests=st.lists(st.tuples(st.integers(0, 40), st.floats(0.01, 0.5)), max_size=30),
)
def test_no_window_ever_passes_its_limit(
    limit: float, background: float, requests: list[tuple[int, float]]
) -> None:
    """Random requests, granted where the rule says so: no rolling window holds more than its limit.

    The rule reserves a whole window of background, so that what is still to come is counted as well.
    """
    window = 24
    given: list[tuple[int, float]] = []
    now = 0
    for pause, volume in requests:
        now += pause
        inside = [amount for at_hour, amount in given if at_hour > now - window]
        verdict = window_verdict(limit, background, inside, volume)
        assert verdict.committed_ml == pytest.approx(background + sum(inside) + volume)
        if verdict.allowed:
            given.append((now, volume))
    for end, _ in given:
        total = sum(amount for at_hour, amount in given if end - window < at_hour <= end)
        assert background + total <= limit * (1 + 1e-12)


@pytest.mark.requirement("A9", "C4")
def test_the_pump_reserves_its_background(therapy_of: TherapyOf, at: At) -> None:
    """With a limit of 0.3 mL in 24 h and 0.2 mL/day below, two boluses of 0.04 mL are granted, not three."""
    catalogue, name = own_pump(window_limit=(0.3, "mL"), window_length=(24, "h"))
    asked = [PatientBolus(at=at(hour)) for hour in (2, 6.1, 10.2, 26.1)]
    therapy = therapy_of(fill(at), program(at, per_day=9), *asked, pump=name, catalogue=catalogue)
    run = ran(therapy, at(30))
    assert answers(run) == ["granted", "granted", "denied", "granted"]
    assert any("0.32 mL would be above the limit of the window" in told.text for told in run.happenings)
