"""What the pump refuses, where, and what it offers instead."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time

import pytest

from cisterna.errors import Fault, PumpError
from cisterna.instants import instant_us
from cisterna.pump import Demand, FlowRange, implanted, refusals, run_pump, step
from cisterna.therapy.events import (
    BridgeBolus,
    Clock,
    Event,
    Explant,
    Fill,
    FlexStep,
    Implant,
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


@pytest.fixture
def fill(at: At) -> Fill:
    """20 mL of 500 mcg/mL."""
    return Fill(at=at(1), injected=Volume(20), concentration=Concentration(500))


def daily(at: datetime, dose: float) -> Program:
    """A constant flow."""
    return Program(at=at, mode="simple-continuous", daily_dose=DailyDose(dose))


def only(therapy: Therapy) -> Fault:
    """The one fault of a therapy, which a run raises too."""
    (fault,) = refusals(therapy)
    with pytest.raises(PumpError) as refused:
        run_pump(therapy, instant_us(therapy.valid_events[-1].at))
    assert refused.value.faults == (fault,)
    return fault


@pytest.mark.requirement("A2")
def test_every_step_of_a_flex_day_must_be_in_range(therapy_of: TherapyOf, at: At, fill: Fill) -> None:
    """Each step outside 0.048 to 24 mL/day is named by its place; a step at the bound is taken."""
    steps = (
        FlexStep(from_=time(0), rate=HourlyRate(1)),
        FlexStep(from_=time(6), rate=HourlyRate(0.9)),
        FlexStep(from_=time(12), rate=HourlyRate(501)),
        FlexStep(from_=time(18), rate=HourlyRate(500)),
    )
    faults = refusals(therapy_of(fill, Program(at=at(2), mode="flex", steps=steps)))
    assert [fault.where for fault in faults] == ["event[2].steps[1].rate", "event[2].steps[2].rate"]
    assert "1 to 500 mcg/h" in faults[0].remedy


@pytest.mark.requirement("A2")
def test_a_bolus_too_fast_is_offered_a_longer_time(therapy_of: TherapyOf, at: At, fill: Fill) -> None:
    """50 mcg of 500 mcg/mL need 6 min at the highest flow; in 1 min they are refused."""
    bolus = SingleBolus(at=at(3), dose=Mass(50), over=Duration(1 / 60), then="resume")
    fault = only(therapy_of(fill, daily(at(2), 100), bolus))
    assert fault.where == "event[3].dose"
    assert "give it over 6 to 3000 min" in fault.remedy
    offered = replace(bolus, over=Duration(0.1))
    assert refusals(therapy_of(fill, daily(at(2), 100), offered)) == ()


@pytest.mark.requirement("A2")
def test_a_periodic_bolus_counts_with_its_background(therapy_of: TherapyOf, at: At, fill: Fill) -> None:
    """Bolus and background flow together must not pass the pump's maximum."""
    program = Program(
        at=at(2), mode="periodic-bolus", bolus=Mass(249), over=Duration(0.5), every=Duration(6),
        background=HourlyRate(2.5)
    )  # fmt: skip
    assert only(therapy_of(fill, program)).where == "event[2].bolus"
    assert refusals(therapy_of(fill, replace(program, bolus=Mass(248)))) == ()


@pytest.mark.requirement("A2")
def test_a_bridge_has_the_flow_of_the_old_concentration(therapy_of: TherapyOf, at: At, fill: Fill) -> None:
    """A bridge below the minimum flow is refused at its own key."""
    bridge = BridgeBolus(
        at=at(100), volume=Volume(0.34), old_concentration=Concentration(500), daily_dose=DailyDose(20)
    )
    assert only(therapy_of(fill, daily(at(2), 100), bridge)).where == "event[3].daily_dose"


@pytest.mark.requirement("A2")
def test_a_fill_may_not_leave_the_running_program_below_the_range(
    therapy_of: TherapyOf, at: At, fill: Fill
) -> None:
    """A stronger fill that brings the running program below the minimum is refused at the fill."""
    stronger = replace(fill, at=at(100), concentration=Concentration(2000), withdrawn=Volume(19))
    fault = only(therapy_of(fill, daily(at(2), 50), stronger))
    assert fault.where == "event[3].concentration"
    assert "same instant" in fault.remedy


def test_fill_and_program_of_one_instant_are_one_session(therapy_of: TherapyOf, at: At, fill: Fill) -> None:
    """Only what runs after the session must be in range: the program for the new fill comes with it."""
    stronger = replace(fill, at=at(100), concentration=Concentration(2000), withdrawn=Volume(19))
    assert refusals(therapy_of(fill, daily(at(2), 50), stronger, daily(at(100), 150))) == ()


def test_a_stopped_pump_is_judged_when_it_resumes(therapy_of: TherapyOf, at: At, fill: Fill) -> None:
    """A program that the new fill put out of range is refused at the resume, or at a bolus before it."""
    stronger = replace(fill, at=at(100), concentration=Concentration(2000), withdrawn=Volume(19))
    stopped = (fill, daily(at(2), 50), Stop(at=at(99)), stronger)
    assert refusals(therapy_of(*stopped)) == ()
    assert only(therapy_of(*stopped, Resume(at=at(101)))).where == "event[5].kind"
    bolus = SingleBolus(at=at(101), dose=Mass(50), over=Duration(1), then="resume")
    assert only(therapy_of(*stopped, bolus)).where == "event[5].kind"


def test_all_faults_are_listed_and_none_that_follows_from_another(
    therapy_of: TherapyOf, at: At, fill: Fill
) -> None:
    """A refused program makes no fault of the resume after it; a second wrong value is still found."""
    events = (fill, daily(at(2), 5), Stop(at=at(3)), Resume(at=at(4)), daily(at(5), 6))
    assert [fault.where for fault in refusals(therapy_of(*events))] == [
        "event[2].daily_dose",
        "event[5].daily_dose",
    ]


def test_a_session_tells_all_its_faults(therapy_of: TherapyOf, at: At, fill: Fill) -> None:
    """Two wrong values at one instant are two faults."""
    bolus = SingleBolus(at=at(2), dose=Mass(50), over=Duration(1 / 60), then="stop")
    faults = refusals(therapy_of(fill, daily(at(2), 5), bolus))
    assert [fault.where for fault in faults] == ["event[2].daily_dose", "event[3].dose"]


def test_a_clock_that_stays_as_it_is_passes(therapy_of: TherapyOf, at: At, fill: Fill) -> None:
    """Setting the clock to the offset that it has changes nothing."""
    assert refusals(therapy_of(fill, Clock(at=at(9), offset="+01:00"))) == ()


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("bolus", "priming-bolus that is still running"),
        ("bridge", "bridge without a program"),
        ("resume", "no program to go on with"),
        ("then", "'resume' without a program"),
    ],
)
def test_commands_out_of_turn_are_refused(
    therapy_of: TherapyOf, at: At, fill: Fill, kind: str, found: str
) -> None:
    """What does not fit what the pump is doing is refused with what is in the way."""
    prime = PrimingBolus(at=at(2), parts="pump+catheter")
    bridge = BridgeBolus(
        at=at(2), volume=Volume(0.34), old_concentration=Concentration(500), daily_dose=DailyDose(100)
    )
    events: dict[str, tuple[Event, ...]] = {
        "bolus": (prime, SingleBolus(at=at(2.1), dose=Mass(5), over=Duration(1), then="stop")),
        "bridge": (bridge,),
        "resume": (Resume(at=at(2)),),
        "then": (SingleBolus(at=at(2), dose=Mass(5), over=Duration(1), then="resume"),),
    }
    assert found in only(therapy_of(fill, *events[kind])).found


def test_a_pump_that_is_out_or_at_its_end_takes_no_command(
    at: At, implant: Implant, therapy_of: TherapyOf, fill: Fill
) -> None:
    """After the explant there is no pump, after the end of its service no delivery."""
    therapy = therapy_of(fill)
    state = implanted(implant, therapy.catalogue, therapy.settings)
    state = step(state, 3_600_000_000).state
    state = step(state, [fill]).state
    gone = step(state, [Explant(at=at(1))]).state
    with pytest.raises(PumpError, match="it was taken out"):
        step(gone, [Stop(at=at(1))])
    years = 24 * 365.25 * 7 + 24
    late = daily(at(years), 100)
    with pytest.raises(PumpError, match="end of its service"):
        run_pump(therapy_of(fill, late), instant_us(late.at))


@pytest.mark.requirement("D9")
def test_a_fill_beyond_the_reservoir_is_refused(at: At, implant: Implant, therapy_of: TherapyOf) -> None:
    """More than the capacity, alone or onto what is there, never fits; the state before still holds."""
    therapy = therapy_of()
    state = implanted(implant, therapy.catalogue, therapy.settings)
    half = Fill(at=at(0), injected=Volume(12), concentration=Concentration(500))
    with pytest.raises(PumpError, match=r"at most 20 mL in the reservoir"):
        step(state, [replace(half, injected=Volume(20.1))])
    filled = step(state, [half]).state
    with pytest.raises(PumpError, match=r"12 mL onto 12 mL that is still there"):
        step(filled, [half])
    assert filled.reservoir.counted_ml == 12


@pytest.mark.requirement("B7", "B8")
def test_the_session_is_taken_whole_or_not_at_all(at: At, implant: Implant, therapy_of: TherapyOf) -> None:
    """A refused program leaves the fill of the same session undone: a partial one never runs."""
    therapy = therapy_of()
    state = implanted(implant, therapy.catalogue, therapy.settings)
    fill = Fill(at=at(0), injected=Volume(20), concentration=Concentration(2000))
    with pytest.raises(PumpError):
        step(state, [fill, daily(at(0), 80)])
    assert state.is_empty
    assert state.injected_mcg == 0


def test_no_dose_at_all_is_told_how_to_stop() -> None:
    """A rate of nothing is no program; the remedy names the stop."""
    flows = FlowRange(minimum_ml_per_h=0.002, maximum_ml_per_h=1.0)
    nothing = Demand(
        key="steps[0].rate", shown="0 mcg/h", dose_mcg_per_h=0.0, concentration_mcg_per_ml=500.0, per="h"
    )
    fault = flows.fault(nothing)
    assert fault is not None
    assert "use a stop" in fault.remedy


@pytest.mark.requirement("A2")
def test_too_strong_a_flow_is_offered_a_stronger_drug() -> None:
    """Above the maximum the remedy is a higher concentration, rounded to the side that works."""
    flows = FlowRange(minimum_ml_per_h=0.002, maximum_ml_per_h=1.0)
    fault = flows.fault(
        Demand(
            key="daily_dose", shown="1300 mcg/day", dose_mcg_per_h=1300 / 24, concentration_mcg_per_ml=50.0
        )
    )
    assert fault is not None
    assert "at least 54.2 mcg/mL, or 2.4 to 1200 mcg/day" in fault.remedy


def test_time_does_not_run_back(implant: Implant, therapy_of: TherapyOf) -> None:
    """A negative step is an error of the caller."""
    therapy = therapy_of()
    with pytest.raises(ValueError, match="run back"):
        step(implanted(implant, therapy.catalogue, therapy.settings), -1)
