"""Axial mixing: a front is a row of well-stirred plugs, and drug stays exact through it."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.pump.known import known
from tests.pump.test_run import Action, actions, driven, instants

from cisterna.evidence import Settings, number
from cisterna.instants import US_PER_HOUR, instant_us
from cisterna.pump import NO_MIXING, FluidColumn, Mixing, early_drug_mcg, run_pump
from cisterna.therapy.events import Fill, Implant, PrimingBolus, Program
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]

MIXING = Mixing(plugs=4, plug_ml=0.005)
mixings = st.builds(Mixing, plugs=st.integers(0, 7), plug_ml=st.floats(0, 0.1))
volumes = st.floats(1e-6, 2.0)
pushes = st.lists(st.tuples(volumes, st.sampled_from([0.0, 50.0, 500.0, 1902.0, 2000.0])), max_size=20)


@given(mixings, pushes)
def test_mixing_neither_makes_nor_loses_drug(mixing: Mixing, pushed: list[tuple[float, float]]) -> None:
    """Drug pushed in is in the column or has left it, and the volume stays, however fronts are stirred."""
    column, entered, left = FluidColumn.uniform(0.34, 500.0, mixing), 0.34 * 500.0, 0.0
    for volume_ml, concentration in pushed:
        column, out = column.push(volume_ml, concentration)
        entered += volume_ml * concentration
        left += out
        assert column.volume_ml == pytest.approx(0.34, rel=1e-11)
    assert left + column.mass_mcg == pytest.approx(entered, rel=1e-12, abs=1e-12)


@given(mixings, volumes, st.lists(st.floats(0.01, 0.99), max_size=8))
def test_a_push_may_be_cut_anywhere(mixing: Mixing, volume_ml: float, cuts: list[float]) -> None:
    """What leaves, and what stays, does not depend on how a push is divided."""
    whole, left = FluidColumn.uniform(0.34, 500.0, mixing).push(volume_ml, 2000.0)
    column, in_parts = FluidColumn.uniform(0.34, 500.0, mixing), 0.0
    edges = [0.0, *sorted(cut * volume_ml for cut in cuts), volume_ml]
    for start, end in pairwise(edges):
        column, out = column.push(end - start, 2000.0)
        in_parts += out
    assert in_parts == pytest.approx(left, rel=1e-9, abs=1e-9)
    assert column.mass_mcg == pytest.approx(whole.mass_mcg, rel=1e-9)


def test_a_front_is_a_row_of_plugs() -> None:
    """Of 0.02 mL around a front half is old and half is new fluid, in four even steps between them."""
    column, _ = FluidColumn.uniform(0.34, 500.0, MIXING).push(0.1, 2000.0)
    assert [plug.concentration_mcg_per_ml for plug in column.plugs] == [
        500,
        687.5,
        1062.5,
        1437.5,
        1812.5,
        2000,
    ]
    assert [plug.volume_ml for plug in column.plugs] == pytest.approx(
        [0.23, 0.005, 0.005, 0.005, 0.005, 0.09]
    )


def test_a_front_is_stirred_once() -> None:
    """A front that moved on keeps its steps: later pushes of the same fluid stir nothing again."""
    column, _ = FluidColumn.uniform(0.34, 500.0, MIXING).push(0.1, 2000.0)
    later, _ = column.push(0.1, 2000.0)
    assert later.plugs[1:5] == column.plugs[1:5]


def test_equal_fluids_are_one_plug() -> None:
    """Once the front has left, the column is one plug again, so that delivery has few steps."""
    column, _ = FluidColumn.uniform(0.34, 500.0, MIXING).push(0.36, 2000.0)
    (plug,) = column.plugs
    assert [*plug] == [pytest.approx(0.34), 2000.0, False]


@pytest.mark.parametrize("mixing", [NO_MIXING, Mixing(plugs=0, plug_ml=0.01), Mixing(plugs=4, plug_ml=0.0)])
def test_at_zero_it_is_exact_plug_flow(mixing: Mixing) -> None:
    """Without plugs, or with plugs of nothing, a front is a wall."""
    column, left = FluidColumn.uniform(0.34, 500.0, mixing).push(0.2, 2000.0)
    assert left == 100.0
    assert [plug.concentration_mcg_per_ml for plug in column.plugs] == [500.0, 2000.0]


def test_how_much_mixes_is_an_assumed_setting() -> None:
    """Number and volume of the plugs are marked assumed, and a therapy can set them."""
    for name in ("front_mixing_plugs", "front_mixing_plug_volume"):
        assert number(name).status.must_be_marked
        assert number(name).settable
    changed = Settings.of({"front_mixing_plugs": "6 count", "front_mixing_plug_volume": "10 uL"})
    assert Mixing.of(changed) == Mixing(plugs=6, plug_ml=0.01)
    with pytest.raises(ValueError, match="not a mixing"):
        Mixing(plugs=-1, plug_ml=0.01)


def primed(therapy_of: TherapyOf, at: At, *, mixed: bool) -> Therapy:
    """A filled pump that is primed and runs 0.2 mL/day of 500 mcg/mL."""
    fill = Fill(at=at(1), injected=Volume(20), concentration=Concentration(500), rinsed=True)
    program = Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(100))
    return therapy_of(fill, program, PrimingBolus(at=at(1), parts="pump+catheter"), mixed=mixed)


@pytest.mark.requirement("E5")
def test_a_prime_is_not_free_of_drug(therapy_of: TherapyOf, at: At) -> None:
    """Drug arrives before a mixed prime ends, as was told at its beginning, and is weak for a while after."""
    run = run_pump(primed(therapy_of, at, mixed=True), instant_us(at(10)))
    assert run is not None
    end_us = next(told.at_us for told in run.happenings if told.text.startswith("prime: "))
    held = run.readings([end_us - 1, end_us, end_us + US_PER_HOUR, end_us + 4 * US_PER_HOUR])
    early = known(held.delivered_mcg)[1]
    assert early == pytest.approx(early_drug_mcg(0.14, 0.2, 500.0, "pump+catheter", MIXING))
    assert early == pytest.approx(0.005 * (62.5 + 187.5))
    assert [24 * tip for tip in known(held.tip_mcg_per_h)[1:]] == pytest.approx([62.5, 87.5, 100.0])
    (told,) = (told for told in run.happenings if told.text.startswith("prime of"))
    assert "mcg of drug leave the tip before it ends" in told.text
    assert "4 to 8 h" in told.text


@pytest.mark.requirement("E5")
def test_in_plug_flow_a_prime_is_free_of_drug(therapy_of: TherapyOf, at: At) -> None:
    """The same prime without mixing gives nothing early and the whole concentration at its end."""
    run = run_pump(primed(therapy_of, at, mixed=False), instant_us(at(10)))
    assert run is not None
    end_us = next(told.at_us for told in run.happenings if told.text.startswith("prime: "))
    held = run.readings([end_us, end_us + 1])
    assert known(held.delivered_mcg)[0] == pytest.approx(0.0, abs=1e-9)
    assert 24 * known(held.tip_mcg_per_h)[1] == pytest.approx(100.0)


def test_a_catheter_prime_mixes_at_the_port() -> None:
    """Where the tubing holds drug already, the front lies at the port, and mixes there too."""
    assert early_drug_mcg(0.14, 0.1518, 500.0, "catheter", NO_MIXING) == 0.0
    assert early_drug_mcg(0.14, 0.1518, 500.0, "catheter", MIXING) == pytest.approx(1.25)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chosen=actions)
def test_drug_is_accounted_for_while_fronts_mix(
    chosen: list[Action], at: At, implant: Implant, therapy_of: TherapyOf
) -> None:
    """The account closes to 1e-12 over random commands, and no concentration leaves that never was filled."""

    def mixed(*events: object) -> Therapy:
        return therapy_of(*events, mixed=True)

    pump = driven(chosen, at, implant, mixed)
    run = run_pump(mixed(*pump.events), pump.state.at_us + 40 * 24 * US_PER_HOUR)
    assert run is not None
    held = run.readings(instants(run, instant_us(implant.at)))
    for error, injected in zip(known(held.account_error_mcg()), held.injected_mcg, strict=True):
        assert abs(error) <= 1e-12 * (injected or 0.0)
    strongest = 2000.0
    for flow, tip in zip(known(held.flow_ml_per_h), known(held.tip_mcg_per_h), strict=True):
        assert tip <= flow * strongest * (1 + 1e-9)
