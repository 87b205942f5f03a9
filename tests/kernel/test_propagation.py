"""The reference kernel against solutions known by hand."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cisterna.kernel import propagate, transition

Floats = NDArray[np.float64]


def chain(rate_per_h: float) -> Floats:
    """Two equal steps and an end: a defective matrix, which has too few eigenvectors."""
    return np.array([[-rate_per_h, 0, 0], [rate_per_h, -rate_per_h, 0], [0, rate_per_h, 0]])


def test_two_equal_steps_follow_the_gamma_law() -> None:
    """A dose through two equal steps is t e^(-t) in the second, though the matrix is defective."""
    times_h = np.array([0.0, 0.1, 1.0, 5.0])
    states = propagate(
        chain(1.0),
        np.zeros((3, 1)),
        initial=np.zeros(3),
        durations_h=np.diff(times_h),
        inputs=np.zeros((3, 1)),
        additions={0: np.array([1.0, 0, 0])},
    )
    np.testing.assert_allclose(states[:, 1], times_h * np.exp(-times_h), rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(states.sum(axis=1), 1.0, rtol=1e-14)


def test_a_constant_input_fills_towards_its_plateau() -> None:
    """One compartment under a constant input holds u/k (1 - e^(-k t)) and loses the rest after it."""
    states = propagate(
        np.array([[-0.5]]),
        np.array([[2.0]]),
        initial=np.zeros(1),
        durations_h=np.array([3.0, 4.0]),
        inputs=np.array([[1.5], [0.0]]),
        additions={},
    )
    full = 2.0 * 1.5 / 0.5 * (1 - math.exp(-1.5))
    np.testing.assert_allclose(states[:, 0], [0.0, full, full * math.exp(-2.0)], rtol=1e-14)


def test_an_addition_counts_at_its_own_instant() -> None:
    """A state at an instant is the one after what was added there, the first and the last included."""
    ones = np.ones(1)
    states = propagate(
        np.zeros((1, 1)),
        np.zeros((1, 1)),
        initial=np.zeros(1),
        durations_h=np.ones(2),
        inputs=np.zeros((2, 1)),
        additions={0: ones, 2: 3 * ones},
    )
    assert states[:, 0].tolist() == [1.0, 1.0, 4.0]


def test_a_rate_matrix_without_input_needs_none() -> None:
    """No input column at all is allowed: drug that was given once only decays."""
    states = propagate(
        np.array([[-1.0]]),
        np.zeros((1, 0)),
        initial=np.ones(1),
        durations_h=np.array([1.0]),
        inputs=np.zeros((1, 0)),
        additions={},
    )
    assert states[1, 0] == np.exp(-1.0)


@given(
    durations=st.lists(st.floats(0.001, 30), min_size=1, max_size=6),
    inputs=st.lists(st.floats(0, 100), min_size=6, max_size=6),
    dose=st.floats(0, 1000),
)
@settings(max_examples=50, deadline=None)
def test_there_is_no_time_step(durations: list[float], inputs: list[float], dose: float) -> None:
    """Each duration cut in three gives the same states at the same instants, to rounding."""
    matrix, entry = chain(0.7), np.array([[1.0], [0.0], [0.0]])
    rates = np.array(inputs[: len(durations)])[:, None]
    added = {0: np.array([dose, 0.0, 0.0])}
    whole = propagate(
        matrix, entry, initial=np.zeros(3), durations_h=np.array(durations), inputs=rates, additions=added
    )
    thirds = propagate(
        matrix,
        entry,
        initial=np.zeros(3),
        durations_h=np.repeat(np.array(durations) / 3, 3),
        inputs=np.repeat(rates, 3, axis=0),
        additions=added,
    )
    np.testing.assert_allclose(thirds[::3], whole, rtol=1e-12, atol=1e-12 * max(float(whole.max()), 1e-300))


def test_runs_side_by_side_are_the_runs_by_themselves() -> None:
    """Two runs of one model at once equal each run alone."""
    matrix, entry = chain(0.4), np.array([[1.0], [0.0], [0.0]])
    durations, rates = np.array([1.0, 0.5]), np.array([[2.0, 0.0], [1.0, 5.0]])
    both = propagate(
        matrix,
        entry,
        initial=np.zeros((3, 2)),
        durations_h=durations,
        inputs=rates[:, None, :],
        additions={1: np.array([[0.0, 3.0], [0.0, 0.0], [0.0, 0.0]])},
    )
    for run, added in enumerate((0.0, 3.0)):
        alone = propagate(
            matrix,
            entry,
            initial=np.zeros(3),
            durations_h=durations,
            inputs=rates[:, [run]],
            additions={1: np.array([added, 0.0, 0.0])},
        )
        np.testing.assert_allclose(both[:, :, run], alone, rtol=1e-14)


def test_a_transition_of_nothing_changes_nothing() -> None:
    """Over no time the state stays and the input adds nothing."""
    decay, filling = transition(chain(1.0), np.ones((3, 2)), 0.0)
    assert np.array_equal(decay, np.eye(3))
    assert not filling.any()
