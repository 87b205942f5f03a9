"""The column of fluid between reservoir and tip."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.instants import US_PER_HOUR
from cisterna.pump import FluidColumn, Plug

volumes = st.floats(1e-6, 2.0)
concentrations = st.sampled_from([0.0, 50.0, 500.0, 1902.0, 2000.0])


@given(st.lists(st.tuples(volumes, concentrations), max_size=20))
def test_what_goes_in_stays_or_comes_out(pushes: list[tuple[float, float]]) -> None:
    """Drug pushed in is in the column or has left the tip, whatever was pushed and how often."""
    column, entered, left = FluidColumn.uniform(0.34, 500.0), 0.34 * 500.0, 0.0
    for volume_ml, concentration in pushes:
        column, out = column.push(volume_ml, concentration)
        entered += volume_ml * concentration
        left += out
    assert left + column.mass_mcg == pytest.approx(entered, rel=1e-13, abs=1e-12)


@given(st.lists(st.tuples(volumes, concentrations), max_size=20))
def test_the_column_keeps_its_volume(pushes: list[tuple[float, float]]) -> None:
    """As much fluid leaves as enters, and neighbours always differ in concentration."""
    column = FluidColumn.uniform(0.34, 0.0)
    for volume_ml, concentration in pushes:
        column, _ = column.push(volume_ml, concentration)
        joined = [plug.concentration_mcg_per_ml for plug in column.plugs]
        assert all(one != other for one, other in pairwise(joined))
    assert column.volume_ml == pytest.approx(0.34, rel=1e-12)


def test_the_old_fluid_leaves_before_the_new() -> None:
    """Plug flow: the old column leaves whole, then the new fluid with its own concentration."""
    column = FluidColumn.uniform(0.34, 500.0)
    column, first = column.push(0.34, 2000.0)
    _, second = column.push(0.1, 2000.0)
    assert first == pytest.approx(170.0, rel=1e-14)
    assert second == pytest.approx(200.0, rel=1e-14)


def test_the_front_arrives_when_the_column_is_gone() -> None:
    """At 0.4 mL/day a column of 0.34 mL is gone after 20.4 h, and no front comes after the last one."""
    column = FluidColumn.uniform(0.34, 500.0)
    assert column.next_front(0.4 / 24, 2000.0) == (round(20.4 * US_PER_HOUR), 0.34)
    assert column.next_front(0.4 / 24, 500.0) is None


def test_two_fronts_come_one_after_the_other() -> None:
    """A second change of concentration lies behind the first: the column remembers both."""
    column = FluidColumn((Plug(0.1, 500.0), Plug(0.24, 2000.0)))
    assert column.next_front(0.1, 1000.0) == (US_PER_HOUR, 0.1)
    column, _ = column.push(0.1, 1000.0)
    assert column.tip_concentration_mcg_per_ml == 2000.0
    assert column.next_front(0.1, 1000.0) == (round(2.4 * US_PER_HOUR), 0.24)


@pytest.mark.requirement("C3")
def test_nothing_flows_back() -> None:
    """A negative volume is no push."""
    with pytest.raises(ValueError, match="cannot push"):
        FluidColumn.uniform(0.34, 500.0).push(-0.1, 500.0)
