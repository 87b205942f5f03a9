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
from cisterna.instants import US_PER_HOUR
from cisterna.kernel import NetworkRun, compiled_width, one_thread, propagate
from cisterna.therapy import LEVELS

Floats = NDArray[np.float64]
Instants = NDArray[np.int64]

compiled = pytest.mark.skipif(
    compiled_width() is None and not os.environ.get("CI"), reason="the compiled kernel is not built here"
)
"""In CI nothing may be left out: without the compiled kernel these tests fail there."""

PROGRAMS = 1000
STEPS = 96
BETWEEN = 3  # steps from one row to the next


def drawn(stream: np.random.Generator) -> Parameters:
    """A random patient of any age; dispersion from a tenth of the published to ten times it."""
    ages = (Ages.ADULTS, Ages.CHILDREN)[int(stream.integers(2))]
    own = draw_patient(Settings(), ages, stream).parameters
    return replace(own, dispersion_cm2_per_h=own.dispersion_cm2_per_h * 10 ** stream.uniform(-1, 1))


def random_run(model: Model, stream: np.random.Generator, durations_h: Floats) -> NetworkRun:
    """Random rates at a random tip and through the skin, and random boluses, punctures and tablets."""
    steps = len(durations_h)
    tip = Site(Route.CATHETER, LEVELS[int(stream.integers(len(LEVELS)))])
    rates = np.column_stack([stream.uniform(0, 40, steps), stream.uniform(0, 300, steps)])
    rates *= stream.random((steps, 2)) < 0.8
    sites = (tip, Site(Route.PUNCTURE, "L3"), Site(Route.MOUTH))
    places = np.sort(np.append(stream.integers(0, steps + 1, 5), [0, 0]))
    added = [
        float(stream.uniform(10, 5000)) * model.entry(sites[int(stream.integers(3))], 0.74)
        for _ in places[2:]
    ]
    return NetworkRun(
        input_matrix=np.column_stack([model.entry(tip), model.entry(Site(Route.SKIN))]),
        initial=np.zeros(model.compartments.count),
        instants=np.append(0, np.cumsum(np.rint(durations_h * US_PER_HOUR))).astype(np.int64),
        ticks_per_hour=US_PER_HOUR,
        inputs=rates,
        places=places,
        added=np.array([20.0 * model.entry(tip), 5000.0 * model.entry(Site(Route.MOUTH), 0.74), *added]),
    )


def expected_of(model: Model, run: NetworkRun) -> Floats:
    """All states at all instants by the reference."""
    return propagate(
        model.rate_matrix,
        run.input_matrix,
        initial=run.initial,
        durations_h=run.durations_h,
        inputs=run.inputs,
        additions=run.additions(),
    )


def drawn_run(seed: int, durations_h: Floats) -> tuple[Model, NetworkRun]:
    """One random patient under a random program."""
    stream = np.random.default_rng([20261129, seed])
    model = model_of(drawn(stream), 2)
    return model, random_run(model, stream, durations_h)


def by_modes(model: Model, run: NetworkRun, rows: Instants) -> Floats | None:
    """All states at some instants by the compiled kernel; ``None`` where it leaves them to the reference."""
    found = model.network.by_modes(run, read=np.eye(model.compartments.count), rows=rows)
    if found is None:
        return None
    states, last = found
    if rows[-1] == len(run.inputs):
        np.testing.assert_allclose(last, states[-1], rtol=0, atol=1e-12 * np.abs(states[-1]).max())
    return states


def outputs_of(model: Model) -> Floats:
    """Rows of what is read of a patient, sums over time among them."""
    out = model.read_outs
    return np.vstack([out.csf, out.legs, out.arms, out.plasma, out.deep_brain, out.legs_integral])


def worst(found: Floats, expected: Floats) -> float:
    """Largest error of any state as a share of that state's largest value."""
    return float((np.abs(found - expected).max(axis=0) / np.abs(expected).max(axis=0)).max())


@compiled
@one_thread
def test_a_thousand_patients_and_programs_agree_with_the_reference() -> None:
    """All routes, adults and children, wide and narrow dispersion: no state is off by 1e-9 of its largest.

    Rows that lie evenly, with changes between them, and rows that do not go different ways in the kernel.
    """
    evenly = np.arange(0, STEPS + 1, BETWEEN)
    rows_of_each = (evenly, np.insert(evenly, 1, 1))
    errors: list[list[float]] = [[], []]
    for seed in range(PROGRAMS):
        step_h = float(np.random.default_rng(seed).uniform(0.1, 0.6))
        model, run = drawn_run(seed, np.full(STEPS, step_h))
        expected = expected_of(model, run)
        for rows, own in zip(rows_of_each, errors, strict=True):
            found = by_modes(model, run, rows)
            if found is not None:
                own.append(worst(found, expected[rows]))
    for own in errors:
        assert max(own) <= 1e-9
        assert len(own) >= 0.95 * PROGRAMS


@compiled
@one_thread
@pytest.mark.parametrize("seed", range(5))
def test_steps_of_many_lengths_agree_with_the_reference(seed: int) -> None:
    """Instants at odd distances, from a second to a day: no state is off by 1e-9 of its largest."""
    stream = np.random.default_rng(seed)
    model, run = drawn_run(seed, 10 ** stream.uniform(-3.5, 1.4, 20))
    found = by_modes(model, run, np.arange(21))
    assert found is not None
    assert worst(found, expected_of(model, run)) <= 1e-9


@compiled
@one_thread
@pytest.mark.parametrize("seed", range(8))
def test_even_rows_among_odd_instants_agree_with_the_reference(seed: int) -> None:
    """Rows begin after the first instant and end before the last; the state at first is not empty.

    What happens lies at odd instants between them, and the last instant is no time of the even grid.
    """
    stream = np.random.default_rng([seed, 9])
    model = model_of(drawn(stream), 2)
    step, first, count = int(stream.integers(200, 2000)), int(stream.integers(1, 3000)), 24 + 5 * seed
    evenly = first + step * np.arange(count)
    odd = np.unique(stream.integers(1, int(evenly[-1]), 20))
    instants = np.unique(np.concatenate([[0], evenly, odd, [evenly[-1] + 17 * (seed % 3)]]))
    changed = np.isin(instants[:-1], odd).cumsum()
    before = expected_of(model, random_run(model, stream, np.full(24, 2.0)))[-1]
    run = random_run(model, stream, np.diff(instants) / 60.0)
    run = replace(
        run,
        initial=before,
        instants=instants,
        ticks_per_hour=60.0,
        inputs=run.inputs[changed],
        places=np.sort(np.searchsorted(instants, stream.choice(odd, len(run.places)))),
    )
    rows = np.searchsorted(instants, evenly)
    expected = expected_of(model, run)
    read = outputs_of(model)
    found = model.network.by_modes(run, read=read, rows=rows)
    assert found is not None
    assert worst(found[0], expected[rows] @ read.T) <= 1e-9
    assert np.abs(found[1] - expected[-1]).max() <= 1e-9 * np.abs(expected).max()


@compiled
@one_thread
@pytest.mark.parametrize("seed", range(5))
def test_outputs_and_rows_are_those_of_all_states(seed: int) -> None:
    """Sums of states at a few instants, and the last state, are what all states at all instants give."""
    stream = np.random.default_rng([seed, 4])
    model = model_of(drawn(stream), 2)
    run = random_run(model, stream, 10 ** stream.uniform(-2.5, 1, 200))
    run = replace(
        run,
        initial=stream.uniform(0, 1, model.compartments.count),
        inputs=np.repeat(run.inputs[::5], 5, axis=0),
    )
    read = outputs_of(model)
    rows = np.unique(stream.integers(0, 201, 60))
    values, last = model.network.follow(run, read=read, rows=rows)
    states = expected_of(model, run)
    assert worst(values, states[rows] @ read.T) <= 1e-9
    assert np.abs(last - states[-1]).max() <= 1e-9 * np.abs(states).max()


def assert_left_to_the_reference(model: Model, start: Floats, step: int) -> None:
    """Hold that the modes refuse this start, and that what is followed is the reference to the last digit."""
    count = model.compartments.count
    run = NetworkRun(
        input_matrix=np.zeros((count, 1)),
        initial=start,
        instants=step * np.arange(3),
        ticks_per_hour=60,
        inputs=np.zeros((2, 1)),
        places=np.array([], dtype=np.int64),
        added=np.zeros((0, count)),
    )
    rows = np.arange(3)
    assert by_modes(model, run, rows) is None
    followed, last = model.network.follow(run, read=np.eye(count), rows=rows)
    expected = expected_of(model, run)
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
    assert_left_to_the_reference(model, model.entry(Site(Route.PUNCTURE, "L3")) * 50.0, 60)


@compiled
def test_a_state_that_drowns_in_rounding_is_left_to_the_reference() -> None:
    """A minute after a bolus the far end of the spine holds less than rounding: the modes are not used."""
    model = model_of(parameters_of(Settings(), Covariates(age_y=40)), 2)
    assert model.network.modes is not None
    assert_left_to_the_reference(model, model.entry(Site(Route.CATHETER, "L3")) * 50.0, 1)


WITHOUT = """
import sys
sys.modules["cisterna.kernel._compiled"] = None
import numpy as np
from cisterna.kernel import Network, NetworkRun, compiled_width
network = Network(-np.eye(1), core=1, hub=0, chains=(), observers=())
run = NetworkRun(
    input_matrix=np.eye(1), initial=np.ones(1), instants=np.array([0, 1]), ticks_per_hour=1,
    inputs=np.zeros((1, 1)), places=np.array([], dtype=np.int64), added=np.zeros((0, 1)),
)
values, last = network.follow(run, read=2 * np.eye(1), rows=np.array([1]))
print(compiled_width(), values[0, 0].round(6), last[0].round(6))
"""


def test_without_the_compiled_kernel_the_reference_computes() -> None:
    """Where the module is not there, the same call gives the same states."""
    answer = subprocess.run(  # noqa: S603  # the script is the one above
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["None", "0.735759", "0.367879"]
