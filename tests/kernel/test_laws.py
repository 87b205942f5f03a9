"""The laws of response and tolerance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.kernel import h_reflex_ratio, hill, tolerance_step, tone_score, withdrawal_index

concentrations = st.one_of(st.just(0.0), st.floats(1e-9, 1e6))


@given(concentration=concentrations, half=st.floats(0.1, 1e4), exponent=st.floats(0.5, 6))
def test_hill_is_its_equation(concentration: float, half: float, exponent: float) -> None:
    """Occupancy is C^h / (C^h + EC50^h), and never leaves 0 to 1."""
    expected = concentration**exponent / (concentration**exponent + half**exponent)
    assert hill(concentration, half, exponent) == pytest.approx(expected, rel=1e-12, abs=1e-300)
    assert 0 <= hill(concentration, half, exponent) <= 1


@given(untreated=st.floats(1, 5), share=st.floats(0, 1), occupancy=st.floats(0, 1))
def test_tone_stays_between_untreated_and_what_no_drug_removes(
    untreated: float, share: float, occupancy: float
) -> None:
    """Tone lies between A0 and 1 + nu (A0 - 1): the irreducible share stays at any dose."""
    least = 1 + share * (untreated - 1)
    assert least - 1e-12 <= tone_score(untreated, share, occupancy) <= untreated


@given(concentration=concentrations)
def test_what_remains_of_the_reflex_and_what_falls_make_one(concentration: float) -> None:
    """The H-reflex ratio is one less the occupancy of its own law."""
    assert h_reflex_ratio(concentration, 28.5, 1.8) + hill(concentration, 28.5, 1.8) == pytest.approx(1)


@given(value=st.floats(1, 4), target=st.floats(1, 4), first=st.floats(0, 5000), second=st.floats(0, 5000))
def test_tolerance_steps_join_without_error(value: float, target: float, first: float, second: float) -> None:
    """Two steps towards one target are one step of their whole time: the step is exact."""
    joined = tolerance_step(value, target, first + second, 5844.0)
    stepped = tolerance_step(tolerance_step(value, target, first, 5844.0), target, second, 5844.0)
    assert stepped == pytest.approx(joined, rel=1e-12)


def test_tolerance_solves_its_equation() -> None:
    """The slope at the start is (target - T) / tau."""
    slope = (tolerance_step(1.0, 3.2, 1e-3, 100.0) - 1.0) / 1e-3
    assert slope == pytest.approx(2.2 / 100.0, rel=1e-4)
    assert tolerance_step(1.0, 3.2, 100.0, 100.0) == pytest.approx(3.2 - 2.2 / math.e)


def test_withdrawal_needs_tolerance_and_a_loss_of_occupancy() -> None:
    """The index is 0 without tolerance and where occupancy did not fall, and grows with the fall."""
    adapted, now = np.array([0.9, 0.5, 0.9]), np.array([0.1, 0.6, 0.0])
    assert withdrawal_index(np.ones(3), 2.2, adapted, now).tolist() == [0, 0, 0]
    index = withdrawal_index(np.full(3, 3.2), 2.2, adapted, now)
    np.testing.assert_allclose(index, [0.8, 0.0, 0.9])
