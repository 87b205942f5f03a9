"""Deliveries: what they hold, what they refuse, and that they add up."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.delivery import Delivery, Dose, Infusion, Route, Site, Unknown
from cisterna.errors import InputError
from cisterna.instants import US_PER_HOUR

TIP = Site(Route.CATHETER, "T10")
LUMBAR = Site(Route.PUNCTURE, "L3")
MOUTH = Site(Route.MOUTH)
SKIN = Site(Route.SKIN)
SITES = st.sampled_from([TIP, LUMBAR, MOUTH, SKIN])
INFUSIONS = st.builds(
    lambda site, start, hours, rate: Infusion(site, start, start + hours * US_PER_HOUR, rate),
    SITES,
    st.integers(0, 10**12),
    st.integers(1, 1000),
    st.floats(0, 1000),
)
DOSES = st.builds(Dose, SITES, st.integers(0, 10**12), st.floats(0, 1e5), st.floats(0, 1))
UNKNOWNS = st.builds(
    lambda site, start: Unknown(site, start, start + 1, "no reading"), SITES, st.integers(0, 9)
)
DELIVERIES = st.builds(
    Delivery,
    infusions=st.lists(INFUSIONS, max_size=4).map(tuple),
    doses=st.lists(DOSES, max_size=4).map(tuple),
    unknown=st.lists(UNKNOWNS, max_size=2).map(tuple),
)


@pytest.mark.parametrize("route", [Route.CATHETER, Route.PUNCTURE])
def test_a_spinal_route_needs_a_level(route: Route) -> None:
    """Into the spinal fluid means at a level."""
    assert Site(route, "L3").is_intrathecal
    with pytest.raises(InputError, match="a level for the spinal routes"):
        Site(route)


@pytest.mark.parametrize("route", [Route.MOUTH, Route.SKIN])
def test_mouth_and_skin_have_no_level(route: Route) -> None:
    """A tablet is not given at a vertebra."""
    assert not Site(route).is_intrathecal
    with pytest.raises(InputError, match="none for mouth and skin"):
        Site(route, "L3")


@pytest.mark.parametrize(
    ("start", "end", "rate"), [(5, 5, 1), (6, 5, 1), (0, 1, -1), (0, 1, math.inf), (0, 1, math.nan)]
)
def test_an_infusion_lasts_and_is_finite(start: int, end: int, rate: float) -> None:
    """No infusion is empty in time, negative, infinite or not a number."""
    with pytest.raises(ValueError, match="not an infusion"):
        Infusion(TIP, start, end, rate)


@pytest.mark.parametrize(
    ("amount", "fraction"), [(-1, 1), (math.inf, 1), (math.nan, 1), (1, -0.1), (1, 1.1), (1, math.nan)]
)
def test_a_dose_is_finite_and_its_absorbed_part_a_share(amount: float, fraction: float) -> None:
    """No dose is negative, infinite or absorbed by more than all of it."""
    with pytest.raises(ValueError, match="not a dose"):
        Dose(MOUTH, 0, amount, fraction)


def test_the_amount_of_an_infusion_is_rate_times_time() -> None:
    """4.5 mcg/h over 6.5 h is 29.25 mcg."""
    assert Infusion(TIP, 0, int(6.5 * US_PER_HOUR), 4.5).amount_mcg == 29.25


def test_what_is_given_by_mouth_counts_in_full() -> None:
    """The amount of a dose is what was given, whatever part of it is absorbed."""
    assert Delivery(doses=(Dose(MOUTH, 0, 5000.0, 0.74),)).amount_mcg == 5000


@given(st.lists(DELIVERIES, max_size=5))
def test_joined_deliveries_add_up_and_keep_what_is_unknown(parts: list[Delivery]) -> None:
    """Joining loses no entry, in order, and the amounts add up."""
    joined = Delivery.joined(parts)
    assert joined.amount_mcg == pytest.approx(math.fsum(part.amount_mcg for part in parts))
    assert joined.unknown == tuple(entry for part in parts for entry in part.unknown)
    assert len(joined.infusions) == sum(len(part.infusions) for part in parts)
    assert len(joined.doses) == sum(len(part.doses) for part in parts)


@given(DELIVERIES)
def test_the_intrathecal_part_is_all_that_enters_spinal_fluid(delivery: Delivery) -> None:
    """Only catheter and puncture remain, and all of them."""
    part = delivery.intrathecal()
    everything: tuple[Infusion | Dose | Unknown, ...] = (
        *delivery.infusions,
        *delivery.doses,
        *delivery.unknown,
    )
    kept = (*part.infusions, *part.doses, *part.unknown)
    assert kept == tuple(
        entry for entry in everything if entry.site.route in (Route.CATHETER, Route.PUNCTURE)
    )


def test_a_delivery_is_a_value() -> None:
    """Nothing in a delivery can be changed after it is made."""
    for entry in (TIP, Infusion(TIP, 0, 1, 1.0), Dose(TIP, 0, 1.0), Unknown(TIP, 0, 1, "?"), Delivery()):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(entry, dataclasses.fields(entry)[0].name, None)
