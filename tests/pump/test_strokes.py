"""Delivery in whole strokes: what a valve pump can really deliver, and what it says about the rest."""

from collections.abc import Callable
from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pump.known import known
from tests.pump.own_devices import own_pump

from cisterna.errors import PumpError
from cisterna.evidence import Catalogue
from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us
from cisterna.pump import PumpRun, deliverable_dose, run_pump
from cisterna.pump.schedule import Schedule, Stage
from cisterna.pump.strokes import in_strokes, whole_strokes
from cisterna.therapy.events import (
    Event,
    Fill,
    FlexStep,
    PatientBolus,
    PatientBolusAllowance,
    PrimingBolus,
    Program,
    SingleBolus,
)
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Duration, HourlyRate, Mass, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]

STROKE_ML = 0.0025


@pytest.fixture(scope="module")
def valve() -> tuple[Catalogue, str]:
    """A pump that delivers in strokes of 2.5 microlitres, as a user would describe it."""
    return own_pump("valve", stroke_volume=(STROKE_ML, "mL"), minimum_flow=(0, "mL/day"))


def ran(valve: tuple[Catalogue, str], therapy_of: TherapyOf, until: datetime, *events: Event) -> PumpRun:
    """The run of a valve pump."""
    catalogue, name = valve
    run = run_pump(therapy_of(*events, pump=name, catalogue=catalogue), instant_us(until))
    assert run is not None
    return run


def fill(at: At, concentration: float = 1000.0) -> Fill:
    """20 mL, 2.5 mcg a stroke."""
    return Fill(at=at(1), injected=Volume(20), concentration=Concentration(concentration), rinsed=True)


def daily(at: At, dose: float) -> Program:
    """A constant rate."""
    return Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(dose))


@pytest.mark.requirement("A3")
def test_a_dose_is_a_whole_number_of_strokes() -> None:
    """WE65: 0.49 mg a day in 50 deliveries of 10 microlitre strokes at 1 mg/mL is 0.50 mg in 50 strokes."""
    delivered = deliverable_dose(490.0, 1000.0, 0.010, deliveries_per_day=50)
    assert delivered.deliverable_mcg_per_day == pytest.approx(500.0)
    assert delivered.difference_mcg_per_day == pytest.approx(10.0)
    assert delivered.difference_percent == pytest.approx(2.0408, abs=1e-4)
    assert whole_strokes(490.0 / 50 / 1000.0, 0.010) * 50 == 50


@pytest.mark.requirement("A3")
def test_the_pump_runs_what_is_deliverable_and_shows_the_difference(
    therapy_of: TherapyOf, at: At, valve: tuple[Catalogue, str]
) -> None:
    """101 mcg/day at 1000 mcg/mL are 40.4 strokes: the pump gives 40 and says by how much that is off."""
    run = ran(valve, therapy_of, at(400), fill(at), daily(at, 101))
    held = run.readings([instant_us(at(300))])
    assert 24 * known(held.tip_mcg_per_h)[0] == pytest.approx(100.0)
    assert 24 * known(held.programmed_mcg_per_h)[0] == pytest.approx(101.0)
    (told,) = (told for told in run.happenings if "strokes of" in told.text)
    assert "asked 101 mcg/day, deliverable 100 mcg/day (-0.99 %, -1 mcg/day)" in told.text
    assert "0.0025 mL, 2.5 mcg each" in told.text


@pytest.mark.requirement("A3")
def test_where_no_stroke_is_known_nothing_is_rounded_and_it_is_said(therapy_of: TherapyOf, at: At) -> None:
    """No resolution of the SynchroMed II is known: it delivers what is asked, and says so once."""
    again = Program(at=at(5), mode="simple-continuous", daily_dose=DailyDose(101.234))
    run = run_pump(therapy_of(fill(at), daily(at, 50), again), instant_us(at(400)))
    assert run is not None
    held = run.readings([instant_us(at(300))])
    assert 24 * known(held.tip_mcg_per_h)[0] == pytest.approx(101.234, rel=1e-12)
    told = [told for told in run.happenings if "delivery is not rounded" in told.text]
    assert [entry.source for entry in told] == ["not published"]
    assert deliverable_dose(101.234, 1000.0, None).deliverable_mcg_per_day == 101.234


@pytest.mark.requirement("C9")
@given(
    rates=st.lists(st.floats(0, 200), min_size=1, max_size=13),
    stroke_ml=st.sampled_from([0.0025, 0.01]),
    concentration=st.sampled_from([500.0, 2000.0]),
)
def test_a_flex_day_in_strokes_sums_to_its_dose(
    rates: list[float], stroke_ml: float, concentration: float
) -> None:
    """However its steps are rounded, the day is whole strokes within one stroke of the daily dose."""
    hours = 24 * US_PER_HOUR // len(rates)
    stages = [Stage(place * hours, rate / concentration, rate) for place, rate in enumerate(rates)]
    asked = Schedule(0, US_PER_DAY, tuple(stages))
    given_ml = in_strokes(asked, stroke_ml).volume_ml(0, US_PER_DAY)
    assert abs(given_ml - asked.volume_ml(0, US_PER_DAY)) <= stroke_ml * (0.5 + 1e-6)
    assert given_ml / stroke_ml == pytest.approx(round(given_ml / stroke_ml), abs=1e-6)


@pytest.mark.requirement("C9")
def test_the_integral_of_a_flex_day_is_the_dose_shown(
    therapy_of: TherapyOf, at: At, valve: tuple[Catalogue, str]
) -> None:
    """A day of a valve pump gives the deliverable dose that was told, within a stroke of the asked."""
    steps = tuple(FlexStep(from_=time(hour), rate=HourlyRate(3.3 + hour / 7)) for hour in (0, 7, 13, 22))
    flex = Program(at=at(1), mode="flex", steps=steps)
    run = ran(valve, therapy_of, at(500), fill(at), flex)
    before, after = known(run.readings([instant_us(at(300)), instant_us(at(324))]).delivered_mcg)
    assert run.last.program is not None
    told = run.last.program.deliverable()
    assert after - before == pytest.approx(told.deliverable_mcg_per_day, rel=1e-9)
    assert abs(told.difference_mcg_per_day) <= 0.5 * STROKE_ML * 1000.0 + 1e-9


def test_boluses_are_whole_strokes(therapy_of: TherapyOf, at: At, valve: tuple[Catalogue, str]) -> None:
    """A single bolus of 11 mcg is four strokes, a patient's of 14 mcg six; the difference is told."""
    allowance = PatientBolusAllowance(dose=Mass(14), lockout=Duration(1), per_day=2)
    program = Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(100), patient_bolus=allowance)
    single = SingleBolus(at=at(5), dose=Mass(11), over=Duration(0.5), then="resume")
    run = ran(valve, therapy_of, at(10), fill(at), program, single, PatientBolus(at=at(8)))
    assert [bolus.volume_ml for bolus in run.last.boluses] == pytest.approx([4 * STROKE_ML, 6 * STROKE_ML])
    assert any("asked 11 mcg, deliverable 10 mcg (-1 mcg, -9.09 %)" in told.text for told in run.happenings)


def test_periodic_boluses_are_whole_strokes_on_a_background_of_a_whole_day(
    therapy_of: TherapyOf, at: At, valve: tuple[Catalogue, str]
) -> None:
    """A bolus of 9.8 mcg is four strokes; a background of 0.1 mcg/h is one stroke a day."""
    program = Program(
        at=at(1), mode="periodic-bolus", bolus=Mass(9.8), over=Duration(0.5), every=Duration(6),
        background=HourlyRate(0.1),
    )  # fmt: skip
    run = ran(valve, therapy_of, at(300), fill(at), program)
    assert run.last.program is not None
    assert run.last.program.deliverable().deliverable_mcg_per_day == pytest.approx(4 * 10.0 + 2.5)
    before, after = known(run.readings([instant_us(at(241)), instant_us(at(265))]).reservoir_ml)
    assert before - after == pytest.approx(17 * STROKE_ML, rel=1e-9)


@pytest.mark.parametrize("event", ["daily", "single", "allowance"])
def test_less_than_half_a_stroke_is_refused(
    therapy_of: TherapyOf, at: At, valve: tuple[Catalogue, str], event: str
) -> None:
    """What would be no stroke at all is refused with the stroke's dose, never rounded to nothing."""
    allowance = PatientBolusAllowance(dose=Mass(1), lockout=Duration(1), per_day=2)
    events: dict[str, list[Event]] = {
        "daily": [daily(at, 1.2)],
        "single": [
            daily(at, 100),
            SingleBolus(at=at(5), dose=Mass(1), over=Duration(0.5), then="resume"),
        ],
        "allowance": [
            Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(100), patient_bolus=allowance)
        ],
    }
    with pytest.raises(PumpError, match=r"allowed: at least one stroke, 2\.5 mcg"):
        ran(valve, therapy_of, at(10), fill(at), *events[event])


def test_a_prime_is_whole_strokes_and_never_short(
    therapy_of: TherapyOf, at: At, valve: tuple[Catalogue, str]
) -> None:
    """A catheter of 0.2 mL and a tubing of 0.1411 mL are primed with 137 strokes, 0.3425 mL."""
    own, name = own_pump("valve", stroke_volume=(STROKE_ML, "mL"), tubing_volume=(0.1411, "mL"))
    events = (fill(at), daily(at, 100), PrimingBolus(at=at(1), parts="pump+catheter"))
    run = ran((own, name), therapy_of, at(3), *events)
    assert any(told.text == "prime: 0.3425 mL" for told in run.happenings)
    even = ran(valve, therapy_of, at(3), *events)
    assert any(told.text == "prime: 0.34 mL" for told in even.happenings)
