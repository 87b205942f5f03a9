"""Changes of concentration and bridges, always computed from the true column of fluid."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pump.known import known

from cisterna.instants import US_PER_HOUR, instant_us
from cisterna.pump import FluidColumn, Mixing, Plug, PumpRun, bridge_legs, fluids, run_pump, unbridged_legs
from cisterna.therapy.events import BridgeBolus, Event, Fill, PrimingBolus, Program, Resume, Stop
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]


def fill(at: datetime, concentration: float, *, again: bool = True) -> Fill:
    """A fill whose rinse makes the label true."""
    return Fill(
        at=at,
        injected=Volume(20),
        concentration=Concentration(concentration),
        withdrawn=Volume(18) if again else None,
        rinsed=True,
    )


def started(at: At, concentration: float = 500.0) -> list[Event]:
    """A primed pump at 200 mcg/day."""
    return [
        fill(at(1), concentration, again=False),
        Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(200)),
        PrimingBolus(at=at(1), parts="pump+catheter"),
    ]


def bridge(at: datetime, volume: float = 0.34, old: float = 500.0) -> BridgeBolus:
    """The old drug at the old dose of 200 mcg/day."""
    return BridgeBolus(
        at=at, volume=Volume(volume), old_concentration=Concentration(old), daily_dose=DailyDose(200)
    )


def ran(therapy: Therapy, until: datetime) -> PumpRun:
    """The run of a therapy that has a pump."""
    run = run_pump(therapy, instant_us(until))
    assert run is not None
    return run


def told(run: PumpRun, text: str) -> str:
    """The one thing told that contains ``text``."""
    (found,) = (entry.text for entry in run.happenings if text in entry.text)
    return found


@pytest.mark.requirement("E7")
def test_a_bridge_keeps_the_dose() -> None:
    """WE42, WE48: 0.34 mL of 500 at 200 mcg/day take 0.4 mL/day for 20.4 h; 0.16 mL take 9.6 h, not 6."""
    (leg,) = bridge_legs(FluidColumn.uniform(0.34, 500.0), 200 / 24)
    assert [24 * leg.flow_ml_per_h, leg.hours] == pytest.approx([0.4, 20.4])
    assert leg.dose_mcg_per_h * leg.hours == pytest.approx(170)
    (short,) = bridge_legs(FluidColumn.uniform(0.16, 500.0), 200 / 24)
    assert short.hours == pytest.approx(9.6)


@pytest.mark.requirement("E6")
def test_without_a_bridge_the_dose_and_its_time_are_told(therapy_of: TherapyOf, at: At) -> None:
    """WE43: 500 to 2000 mcg/mL gives 50 of 200 mcg/day for 3.4 days; down again it gives 800 for 0.85."""
    up = ran(therapy_of(*started(at), fill(at(240), 2000)), at(241))
    text = told(up, "concentration changed from 500 mcg/mL to 2000 mcg/mL: without a bridge")
    assert "0.34 mL of 500 mcg/mL give 50 mcg/day in place of 200 mcg/day for 3.4 days" in text
    down = ran(therapy_of(*started(at, 2000), fill(at(240), 500)), at(241))
    text = told(down, "concentration changed from 2000 mcg/mL to 500 mcg/mL: without a bridge")
    assert "0.34 mL of 2000 mcg/mL give 800 mcg/day in place of 200 mcg/day for 0.85 days" in text


@pytest.mark.requirement("E6")
def test_a_bridge_decides(therapy_of: TherapyOf, at: At) -> None:
    """With its bridge a change is told, and nothing of a dose that would have been."""
    run = ran(therapy_of(*started(at), fill(at(240), 2000), bridge(at(240))), at(300))
    assert told(run, "concentration changed") == "concentration changed from 500 mcg/mL to 2000 mcg/mL"


@pytest.mark.requirement("E9")
def test_a_second_change_in_a_bridge_is_computed_from_the_true_column(therapy_of: TherapyOf, at: At) -> None:
    """Halfway through a bridge to 2000, a fill of 1000: half of the column is 500, half 2000."""
    events = (*started(at), fill(at(240), 2000), bridge(at(240)), fill(at(250.2), 1000))
    text = told(ran(therapy_of(*events), at(251)), "in the middle of a bridge")
    assert "concentration changed from 2000 mcg/mL to 1000 mcg/mL" in text
    assert "0.17 mL of 500 mcg/mL, then 0.17 mL of 2000 mcg/mL" in text
    assert "to keep 200 mcg/day bridge it with 0.4 mL/day for 10.2 h, then 0.1 mL/day for 40.8 h" in text
    second = replace(bridge(at(260.4), 0.17, 2000))
    run = ran(therapy_of(*events, second), at(400))
    instants = [instant_us(at(hours)) for hours in (245, 255, 262, 300, 350)]
    assert [24 * tip for tip in known(run.readings(instants).tip_mcg_per_h)] == pytest.approx([200.0] * 5)


@pytest.mark.requirement("E9", "C6")
def test_a_stop_in_a_bridge_leaves_the_true_column(therapy_of: TherapyOf, at: At) -> None:
    """Stopped halfway, half of the old fluid stays; resumed without a bridge it gives a quarter."""
    events = (*started(at), fill(at(240), 2000), bridge(at(240)), Stop(at=at(250.2)))
    run = ran(therapy_of(*events, Resume(at=at(260))), at(400))
    assert "0.17 mL of 500 mcg/mL, then 0.17 mL of 2000 mcg/mL" in told(run, "in the middle of a bridge")
    resumed = told(run, "the program begins to run: without a bridge")
    assert "0.17 mL of 500 mcg/mL give 50 mcg/day in place of 200 mcg/day for 1.7 days" in resumed
    assert "2000" not in resumed
    instants = [instant_us(at(hours)) for hours in (255, 261, 300.7, 300.9)]
    assert [24 * tip for tip in known(run.readings(instants).tip_mcg_per_h)] == pytest.approx(
        [0, 50, 50, 200]
    )


@pytest.mark.requirement("E9")
def test_a_refill_in_a_bridge_does_not_change_the_column(therapy_of: TherapyOf, at: At) -> None:
    """A refill of the same concentration in a bridge is told what is left of it, and it goes on."""
    events = (*started(at), fill(at(240), 2000), bridge(at(240)), fill(at(250.2), 2000))
    run = ran(therapy_of(*events), at(300))
    assert "0.17 mL of 500 mcg/mL, then 0.17 mL of 2000 mcg/mL" in told(run, "in the middle of a bridge")
    instants = [instant_us(at(hours)) for hours in (245, 255, 261, 290)]
    assert [24 * tip for tip in known(run.readings(instants).tip_mcg_per_h)] == pytest.approx([200.0] * 4)


@pytest.mark.requirement("E8")
def test_a_bridge_counts_drug_by_the_fluid_at_the_tip(therapy_of: TherapyOf, at: At) -> None:
    """WE44: the bridge delivers 170 mcg, counted with 500 mcg/mL; not 680 with 2000 of the reservoir."""
    run = ran(therapy_of(*started(at), fill(at(240), 2000), bridge(at(240))), at(300))
    end_us = instant_us(at(240)) + round(20.4 * US_PER_HOUR)
    before, after = known(run.readings([instant_us(at(240)), end_us]).delivered_mcg)
    assert after - before == pytest.approx(170.0, rel=1e-9)


def test_a_new_pump_without_prime_promises_nothing(therapy_of: TherapyOf, at: At) -> None:
    """Fluid without drug has no bridge: a first program on an unprimed catheter tells of none."""
    run = ran(therapy_of(*started(at)[:2]), at(10))
    assert not any("bridge" in entry.text for entry in run.happenings)
    assert bridge_legs(FluidColumn.uniform(0.34, 0.0), 5.0) == ()


@given(
    split=st.floats(0.1, 0.24), first=st.sampled_from([50.0, 500.0]), second=st.sampled_from([1000.0, 2000.0])
)
def test_mixed_fronts_count_half_to_either_fluid(split: float, first: float, second: float) -> None:
    """Fluids told of a mixed column hold its volume and its drug exactly, and legs deliver all of it."""
    column = FluidColumn((Plug(split, first), Plug(0.34 - split, second)), Mixing(plugs=4, plug_ml=0.005))
    column = column.settled(300.0)
    assert len(column.plugs) == 6
    found = fluids(column)
    assert [fluid.volume_ml for fluid in found] == pytest.approx([split, 0.34 - split])
    assert sum(fluid.volume_ml * fluid.concentration_mcg_per_ml for fluid in found) == pytest.approx(
        column.mass_mcg
    )
    for legs in (bridge_legs(column, 5.0), unbridged_legs(column, 0.01)):
        given_mcg = sum(leg.dose_mcg_per_h * leg.hours for leg in legs)
        assert given_mcg == pytest.approx(column.mass_mcg)
