"""The drug account of the body: nothing appears, nothing vanishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cisterna.body import Exposure, amounts, expose
from cisterna.body.entered import account_error, entered_mcg
from cisterna.body.parameters import Parameters
from cisterna.body.rates import Model, model_of
from cisterna.delivery import Delivery, Dose, Infusion, Route, Site
from cisterna.errors import DrugAccountError
from cisterna.instants import US_PER_DAY, US_PER_HOUR
from cisterna.therapy import LEVELS, Dated, Patient, Therapy
from cisterna.units import BodyWeight, Length

START_US = 1_772_000_000 * 1_000_000
RUN_H = 30
COMPARTMENTS = (
    "spinal_fluid_mcg", "cistern_mcg", "cranial_mcg", "cord_mcg", "plasma_mcg", "peripheral_mcg",
    "gut_mcg", "skin_mcg", "eliminated_mcg",
)  # fmt: skip

GROWING = Therapy(
    patient=Patient(
        label="child with a birthday, a new weight and a new height within the run",
        born=date(2018, 2, 26),
        weight=(
            Dated(at=date(2026, 1, 1), value=BodyWeight(20)),
            Dated(at=date(2026, 2, 27), value=BodyWeight(22)),
        ),
        height=Length(118),
        timezone="Pacific/Auckland",
    )
)
ADULT = Therapy(patient=Patient(label="adult", born=date(1985, 1, 1)))


def amounts_of(most: float) -> st.SearchStrategy[float]:
    """Nothing, or from a picogram up to ``most`` mcg."""
    return st.one_of(st.just(0.0), st.floats(1e-6, most))


instants_us = st.integers(START_US, START_US + RUN_H * US_PER_HOUR)
spinal_sites = st.builds(Site, st.sampled_from([Route.CATHETER, Route.PUNCTURE]), st.sampled_from(LEVELS))
other_sites = st.builds(Site, st.just(Route.SKIN))
infusions = st.builds(
    lambda site, start_us, lasts_us, rate: Infusion(site, start_us, start_us + lasts_us, rate),
    st.one_of(spinal_sites, other_sites),
    instants_us,
    st.integers(1, 2 * US_PER_DAY),
    amounts_of(5000),
)
doses = st.one_of(
    st.builds(Dose, st.one_of(spinal_sites, other_sites), instants_us, amounts_of(1e4)),
    st.builds(Dose, st.just(Site(Route.MOUTH)), instants_us, amounts_of(1e5), st.floats(0, 1)),
)
deliveries = st.builds(
    Delivery,
    infusions=st.lists(infusions, max_size=4).map(tuple),
    doses=st.lists(doses, max_size=4).map(tuple),
)


def held_mcg(exposure: Exposure) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Everything that the body holds or has eliminated, added up from the published amounts."""
    total: np.ndarray[tuple[int], np.dtype[np.float64]] = sum(
        (getattr(exposure, name) for name in COMPARTMENTS), np.zeros(len(exposure.times_us))
    )
    return total


@given(
    delivery=deliveries,
    outputs_us=st.lists(instants_us, max_size=3),
    therapy=st.sampled_from([ADULT, GROWING]),
)
@settings(max_examples=200, deadline=None)
def test_drug_is_accounted_for_at_every_output(
    delivery: Delivery, outputs_us: list[int], therapy: Therapy
) -> None:
    """For random deliveries the compartments add up to what entered, to 1e-9, growth or not."""
    end_us = START_US + RUN_H * US_PER_HOUR
    exposure = expose(delivery, therapy, START_US, [*outputs_us, end_us])
    entered = np.array([_entered_by(delivery, int(at_us)) for at_us in exposure.times_us])
    np.testing.assert_allclose(exposure.entered_mcg, entered, rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(held_mcg(exposure), entered, rtol=1e-9, atol=1e-300)
    assert exposure.account_error.max() <= 1e-9


def _entered_by(delivery: Delivery, at_us: int) -> float:
    """What entered by an instant, summed in the plainest way."""
    infused = sum(
        entry.rate_mcg_per_h * max(0, min(at_us, entry.end_us) - entry.start_us) / US_PER_HOUR
        for entry in delivery.infusions
    )
    return infused + sum(dose.amount_mcg for dose in delivery.doses if dose.at_us <= at_us)


FLOWS = {
    "fluid to plasma": (0, "plasma"),
    "fluid to fluid": (10, 11),
    "plasma to eliminated": ("plasma", "eliminated"),
    "gut to plasma": ("last transit", "plasma"),
    "skin to plasma": ("skin", "plasma"),
    "cord to fluid": ("cord", "beside"),
}


@pytest.mark.parametrize("flow", FLOWS)
def test_a_broken_flux_is_seen(flow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a flow takes drug from one compartment and gives it to none, the account fails."""

    def broken(parameters: Parameters, cells_per_level: int) -> Model:
        model = model_of(parameters, cells_per_level)
        at = model.compartments
        places = {
            "plasma": at.plasma,
            "eliminated": at.eliminated,
            "last transit": at.absorbed_transit.stop - 1,
            "skin": at.skin,
            "cord": at.cord.start,
            "beside": at.cells.cord_first,
        }
        source, target = (places.get(str(end), end) for end in FLOWS[flow])
        assert model.rate_matrix[target, source] > 0
        matrix = model.rate_matrix.copy()
        matrix[target, source] = 0.0
        return replace(model, rate_matrix=matrix)

    delivery = Delivery(
        infusions=(Infusion(Site(Route.SKIN), START_US, START_US + US_PER_DAY, 50.0),),
        doses=(
            Dose(Site(Route.PUNCTURE, "L3"), START_US, 50.0),
            Dose(Site(Route.MOUTH), START_US, 5000.0, 0.74),
        ),
    )
    expose(delivery, ADULT, START_US, [START_US + US_PER_DAY])
    monkeypatch.setattr(amounts, "model_of", broken)
    with pytest.raises(DrugAccountError, match="drug account of the body is wrong"):
        expose(delivery, ADULT, START_US, [START_US + US_PER_DAY])


def test_the_account_does_not_know_the_states() -> None:
    """What entered comes from the delivery: the same for any instants, before, within and after."""
    tip = Site(Route.CATHETER, "T10")
    delivery = Delivery(infusions=(Infusion(tip, 10, 30, 3.6e9),), doses=(Dose(tip, 20, 5.0),))
    assert entered_mcg(delivery, np.array([0, 10, 20, 25, 30, 99])).tolist() == [0, 0, 15, 20, 25, 25]


def test_drug_from_nothing_is_an_infinite_error() -> None:
    """Drug that is held though none had entered is never taken for a small error."""
    assert account_error(np.array([0.0, 0.0]), np.array([0.0, 1e-30])).tolist() == [0.0, np.inf]
