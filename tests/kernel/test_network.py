"""The compiled kernel against the reference."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from cisterna.body.parameters import Covariates, Parameters, parameters_of
from cisterna.body.population import Ages, draw_patient
from cisterna.body.rates import Model, model_of
from cisterna.delivery import Route, Site
from cisterna.evidence import Settings
from cisterna.kernel import compiled_width, one_thread, propagate
from cisterna.therapy import LEVELS

Floats = NDArray[np.float64]

compiled = pytest.mark.skipif(
    compiled_width() is None and not os.environ.get("CI"), reason="the compiled kernel is not built here"
)
"""In CI nothing may be left out: without the compiled kernel these tests fail there."""

PROGRAMS = 1000
STEPS = 24


def drawn(stream: np.random.Generator) -> Parameters:
    """A random patient of any age; dispersion from a tenth of the published to ten times it."""
    ages = (Ages.ADULTS, Ages.CHILDREN)[int(stream.integers(2))]
    own = draw_patient(Settings(), ages, stream).parameters
    return replace(own, dispersion_cm2_per_h=own.dispersion_cm2_per_h * 10 ** stream.uniform(-1, 1))


def random_program(
    model: Model, stream: np.random.Generator, steps: int
) -> tuple[Floats, Floats, dict[int, Floats]]:
    """Random rates at a random tip and through the skin, and random boluses, punctures and tablets."""
    tip = Site(Route.CATHETER, LEVELS[int(stream.integers(len(LEVELS)))])
    columns = np.column_stack([model.entry(tip), model.entry(Site(Route.SKIN))])
    rates = np.column_stack([stream.uniform(0, 40, steps), stream.uniform(0, 300, steps)])
    rates *= stream.random((steps, 2)) < 0.8
    sites = (tip, Site(Route.PUNCTURE, "L3"), Site(Route.MOUTH))
    additions = {
        int(place): float(stream.uniform(10, 5000)) * model.entry(sites[int(stream.integers(3))], 0.74)
        for place in stream.integers(0, steps + 1, 5)
    }
    additions[0] = 20.0 * model.entry(tip) + 5000.0 * model.entry(Site(Route.MOUTH), 0.74)
    return columns, rates, additions


def as_arrays(additions: dict[int, Floats], states: int) -> tuple[NDArray[np.int64], Floats]:
    """What is added, as the network takes it: instants, and the amounts at each."""
    places = np.array(sorted(additions), dtype=np.int64)
    return places, np.array([additions[place] for place in places.tolist()]).reshape(len(places), states)


def by_modes(
    model: Model, columns: Floats, durations_h: Floats, rates: Floats, *, start: Floats,
    additions: dict[int, Floats],
) -> Floats | None:  # fmt: skip
    """All states at all instants by the compiled kernel; ``None`` where it leaves them to the reference."""
    count = model.compartments.count
    places, added = as_arrays(additions, count)
    found = model.network._by_modes(
        columns,
        initial=start,
        durations_h=durations_h,
        inputs=rates,
        places=places,
        added=added,
        read=np.eye(count),
        rows=np.arange(len(durations_h) + 1),
    )
    if found is None:
        return None
    states, last = found
    np.testing.assert_allclose(last, states[-1], rtol=0, atol=1e-12 * np.abs(states[-1]).max())
    return states


def both(seed: int, durations_h: Floats) -> tuple[Floats | None, Floats]:
    """States of one random patient under a random program: by the compiled kernel, and by the reference."""
    stream = np.random.default_rng([20261129, seed])
    model = model_of(drawn(stream), 2)
    columns, rates, additions = random_program(model, stream, len(durations_h))
    start = np.zeros(model.compartments.count)
    found = by_modes(model, columns, durations_h, rates, start=start, additions=additions)
    expected = propagate(
        model.rate_matrix,
        columns,
        initial=start,
        durations_h=durations_h,
        inputs=rates,
        additions=additions,
    )
    return found, expected


def worst(found: Floats, expected: Floats) -> float:
    """Largest error of any state as a share of that state's largest value."""
    return float((np.abs(found - expected).max(axis=0) / np.abs(expected).max(axis=0)).max())


@compiled
@one_thread
def test_a_thousand_patients_and_programs_agree_with_the_reference() -> None:
    """All routes, adults and children, wide and narrow dispersion: no state is off by 1e-9 of its largest."""
    errors = []
    for seed in range(PROGRAMS):
        step_h = float(np.random.default_rng(seed).uniform(1, 6))
        found, expected = both(seed, np.full(STEPS, step_h))
        if found is not None:
            errors.append(worst(found, expected))
    assert max(errors) <= 1e-9
    assert len(errors) >= 0.95 * PROGRAMS


@compiled
@one_thread
@pytest.mark.parametrize("seed", range(5))
def test_steps_of_many_lengths_agree_with_the_reference(seed: int) -> None:
    """Instants at odd distances, from a second to a day: no state is off by 1e-9 of its largest."""
    stream = np.random.default_rng(seed)
    found, expected = both(seed, 10 ** stream.uniform(-3.5, 1.4, 20))
    assert found is not None
    assert worst(found, expected) <= 1e-9


@compiled
@one_thread
@pytest.mark.parametrize("seed", range(5))
def test_outputs_and_rows_are_those_of_all_states(seed: int) -> None:
    """Sums of states at a few instants, and the last state, are what all states at all instants give."""
    stream = np.random.default_rng([seed, 4])
    model = model_of(drawn(stream), 2)
    columns, rates, additions = random_program(model, stream, 200)
    rates = np.repeat(rates[::5], 5, axis=0)
    durations_h = 10 ** stream.uniform(-2.5, 1, 200)
    start, count = np.zeros(model.compartments.count), model.compartments.count
    out = model.read_outs
    read = np.vstack([out.csf, out.legs, out.arms, out.plasma])
    rows = np.unique(stream.integers(0, 201, 60))
    places, added = as_arrays(additions, count)
    values, last = model.network.follow(
        columns,
        initial=start,
        durations_h=durations_h,
        inputs=rates,
        places=places,
        added=added,
        read=read,
        rows=rows,
    )
    states = propagate(
        model.rate_matrix, columns, initial=start, durations_h=durations_h, inputs=rates, additions=additions
    )
    assert worst(values, states[rows] @ read.T) <= 1e-9
    assert np.abs(last - states[-1]).max() <= 1e-9 * np.abs(states).max()


def assert_left_to_the_reference(model: Model, start: Floats, step_h: float) -> None:
    """Hold that the modes refuse this start, and that what is followed is the reference to the last digit."""
    columns, durations_h, rates = (
        np.zeros((model.compartments.count, 1)),
        np.full(2, step_h),
        np.zeros((2, 1)),
    )
    assert by_modes(model, columns, durations_h, rates, start=start, additions={}) is None
    places, added = as_arrays({}, len(start))
    followed, last = model.network.follow(
        columns, initial=start, durations_h=durations_h, inputs=rates, places=places, added=added,
        read=np.eye(len(start)), rows=np.arange(3),
    )  # fmt: skip
    expected = propagate(
        model.rate_matrix, columns, initial=start, durations_h=durations_h, inputs=rates, additions={}
    )
    np.testing.assert_array_equal(followed, expected)
    np.testing.assert_array_equal(last, expected[-1])


@compiled
@pytest.mark.parametrize(
    "setting",
    [{"cistern_cranial_mixing": "0 mL/h"}, {"transit_steps": "3 count"}],
    ids=["one-way", "three steps of the gut"],
)
def test_a_network_of_another_kind_is_left_to_the_reference(setting: dict[str, str]) -> None:
    """Where the modes cannot be had, there are none, and the reference computes."""
    model = model_of(parameters_of(Settings.of(setting), Covariates(age_y=40)), 2)
    assert model.network.modes is None
    assert_left_to_the_reference(model, model.entry(Site(Route.PUNCTURE, "L3")) * 50.0, 1.0)


@compiled
def test_a_state_that_drowns_in_rounding_is_left_to_the_reference() -> None:
    """A minute after a bolus the far end of the spine holds less than rounding: the modes are not used."""
    model = model_of(parameters_of(Settings(), Covariates(age_y=40)), 2)
    assert model.network.modes is not None
    assert_left_to_the_reference(model, model.entry(Site(Route.CATHETER, "L3")) * 50.0, 1 / 60)


WITHOUT = """
import sys
sys.modules["cisterna.kernel._compiled"] = None
import numpy as np
from cisterna.kernel import Network, compiled_width
network = Network(-np.eye(1), core=1, hub=0, chains=(), observers=())
one = np.ones(1)
none, rows = np.array([], dtype=np.int64), np.array([1])
values, last = network.follow(
    np.eye(1), initial=one, durations_h=one, inputs=np.zeros((1, 1)), places=none, added=np.zeros((0, 1)),
    read=2 * np.eye(1), rows=rows,
)
print(compiled_width(), values[0, 0].round(6), last[0].round(6))
"""


def test_without_the_compiled_kernel_the_reference_computes() -> None:
    """Where the module is not there, the same call gives the same states."""
    answer = subprocess.run(  # noqa: S603  # the script is the one above
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["None", "0.735759", "0.367879"]
