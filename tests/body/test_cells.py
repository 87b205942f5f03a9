"""Cutting the levels into more cells changes next to nothing."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from cisterna.body import CORD_LEVELS, expose
from cisterna.body.anatomy import Cells
from cisterna.delivery import Delivery, Dose, Infusion, Route, Site
from cisterna.instants import US_PER_HOUR
from cisterna.therapy import LEVELS, Patient, Therapy
from cisterna.units import BodyWeight, Length

START_US = 1_772_000_000 * 1_000_000
RUN_H = 12
DISPERSIONS = ("110 cm2/h", "330 cm2/h", "990 cm2/h")
PATIENTS = {
    "adult": Patient(label="adult", born=date(1985, 1, 1)),
    "child": Patient(label="child", born=date(2018, 1, 1), weight=BodyWeight(21), height=Length(118)),
    "small child": Patient(label="small", born=date(2024, 1, 1), weight=BodyWeight(10), height=Length(80)),
}


def infused(level: str, mcg: float, hours: float) -> Delivery:
    """``mcg`` through the catheter over ``hours``."""
    end_us = START_US + round(hours * US_PER_HOUR)
    return Delivery(infusions=(Infusion(Site(Route.CATHETER, level), START_US, end_us, mcg / hours),))


def punctured(level: str) -> Delivery:
    """50 mcg by lumbar puncture."""
    return Delivery(doses=(Dose(Site(Route.PUNCTURE, level), START_US, 50.0),))


@cache
def outputs(
    delivery: Delivery, patient: str, dispersion: str, cells: int, every_min: int
) -> dict[str, NDArray[np.float64]]:
    """Every output over time by its name."""
    therapy = Therapy(patient=PATIENTS[patient], parameters={"csf_dispersion": dispersion})
    times_us = range(START_US, START_US + RUN_H * US_PER_HOUR + 1, every_min * US_PER_HOUR // 60)
    exposure = expose(delivery, therapy, START_US, times_us, cells_per_level=cells)
    named = {f"fluid {level}": exposure.csf_mcg_per_ml[:, place] for place, level in enumerate(LEVELS)}
    named |= {f"cord {level}": exposure.cord_ng_per_ml[:, place] for place, level in enumerate(CORD_LEVELS)}
    for name in (
        "cistern_mcg_per_ml",
        "cranial_mcg_per_ml",
        "cord_legs_ng_per_ml",
        "cord_arms_ng_per_ml",
        "plasma_ng_per_ml",
        "deep_brain_ng_per_ml",
    ):
        named[name] = getattr(exposure, name)
    return named


def changes(delivery: Delivery, patient: str, dispersion: str, every_min: int = 15) -> dict[str, float]:
    """Change of every output between 2 and 4 cells a level, as a share of its largest value."""
    coarse, fine = (outputs(delivery, patient, dispersion, cells, every_min) for cells in (2, 4))
    return {name: float(np.abs(coarse[name] - fine[name]).max() / fine[name].max()) for name in fine}


@pytest.mark.parametrize("dispersion", DISPERSIONS)
@pytest.mark.parametrize("patient", PATIENTS)
@pytest.mark.parametrize("level", ["S2", "L5", "L1", "T11", "C5"])
def test_infusions_at_the_tip(level: str, patient: str, dispersion: str) -> None:
    """A bolus of a minute, one of an hour and a long infusion: no output changes by 1 %."""
    for hours in (1 / 60, 1, RUN_H):
        assert max(changes(infused(level, 50, hours), patient, dispersion).values()) < 0.01


@pytest.mark.parametrize("dispersion", DISPERSIONS)
@pytest.mark.parametrize("patient", PATIENTS)
@pytest.mark.parametrize("level", ["L5", "L3", "L1"])
def test_lumbar_punctures(level: str, patient: str, dispersion: str) -> None:
    """A dose by puncture: no output changes by 1 %."""
    assert max(changes(punctured(level), patient, dispersion).values()) < 0.01


def test_the_first_minutes_of_a_bolus_are_the_hardest() -> None:
    """Seen every five minutes, what lies near a bolus changes by at most 2.5 % at the least dispersion.

    It is the adult with the longest cells: a front that crosses a few cells is not yet smooth.
    """
    for delivery in (punctured("L3"), infused("L3", 50, 1 / 60), infused("L1", 50, 1 / 12)):
        found = changes(delivery, "adult", "110 cm2/h", every_min=5)
        assert max(found.values()) < 0.025
        assert max(value for name, value in found.items() if not name.startswith("fluid")) < 0.01


@pytest.mark.parametrize("per_level", [1, 2, 3, 4, 5])
def test_a_tip_lies_at_the_middle_of_its_level(per_level: int) -> None:
    """Weights of an entry add up to 1 and their centre is the middle of the level, for any cells."""
    cells = Cells(per_level)
    for place, level in enumerate(LEVELS):
        shares = cells.entry_at(level)
        assert shares.sum() == 1
        centre = shares @ (np.arange(cells.count) + 0.5) / per_level
        assert centre == pytest.approx(place + 0.5)


def test_two_cells_share_a_tip_by_halves() -> None:
    """With two cells to a level the rate of an infusion is split equally between them."""
    shares = Cells(2).entry_at("T10")
    first = 2 * LEVELS.index("T10")
    assert shares[first : first + 2].tolist() == [0.5, 0.5]


def test_a_puncture_at_the_end_reaches_the_levels_there_are() -> None:
    """A puncture goes by volume into its level and the neighbours that exist."""
    volumes = np.arange(1.0, 53.0)
    shares = Cells(2).entry_around("S2", volumes)
    np.testing.assert_allclose(shares[:4], volumes[:4] / volumes[:4].sum())
    assert not shares[4:].any()
    middle = Cells(2).entry_around("L3", volumes)
    assert np.flatnonzero(middle).tolist() == [6, 7, 8, 9, 10, 11]
    assert middle.sum() == pytest.approx(1)
