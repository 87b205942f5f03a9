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


def both(seed: int, durations_h: Floats) -> tuple[Floats | None, Floats]:
    """States of one random patient under a random program: by the compiled kernel, and by the reference."""
    stream = np.random.default_rng([20261129, seed])
    model = model_of(drawn(stream), 2)
    columns, rates, additions = random_program(model, stream, len(durations_h))
    start = np.zeros(model.compartments.count)
    found = model.network._by_modes(columns, start, durations_h, rates, additions)
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
def test_runs_side_by_side_are_each_as_alone() -> None:
    """Two runs of one model in one call have the states of two calls, to the last digit."""
    stream = np.random.default_rng(3)
    model = model_of(drawn(stream), 2)
    columns, rates, additions = random_program(model, stream, STEPS)
    start = stream.uniform(0, 1, (model.compartments.count, 2))
    durations_h = np.full(STEPS, 2.0)
    side_by_side = model.network.follow(
        columns,
        initial=start,
        durations_h=durations_h,
        inputs=np.stack([rates, rates / 3], axis=-1),
        additions={place: np.stack([amounts, 0 * amounts], axis=-1) for place, amounts in additions.items()},
    )
    alone = (
        model.network.follow(
            columns, initial=start[:, 0], durations_h=durations_h, inputs=rates, additions=additions
        ),
        model.network.follow(
            columns, initial=start[:, 1], durations_h=durations_h, inputs=rates / 3, additions={}
        ),
    )
    np.testing.assert_array_equal(side_by_side, np.stack(alone, axis=-1))


def assert_left_to_the_reference(model: Model, start: Floats, step_h: float) -> None:
    """Hold that the modes refuse this start, and that what is followed is the reference to the last digit."""
    columns, durations_h, rates = (
        np.zeros((model.compartments.count, 1)),
        np.full(2, step_h),
        np.zeros((2, 1)),
    )
    assert model.network._by_modes(columns, start, durations_h, rates, {}) is None
    followed = model.network.follow(
        columns, initial=start, durations_h=durations_h, inputs=rates, additions={}
    )
    expected = propagate(
        model.rate_matrix, columns, initial=start, durations_h=durations_h, inputs=rates, additions={}
    )
    np.testing.assert_array_equal(followed, expected)


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
states = network.follow(np.eye(1), initial=one, durations_h=one, inputs=np.zeros((1, 1)), additions={})
print(compiled_width(), states[1, 0].round(6))
"""


def test_without_the_compiled_kernel_the_reference_computes() -> None:
    """Where the module is not there, the same call gives the same states."""
    answer = subprocess.run(  # noqa: S603  # the script is the one above
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["None", "0.367879"]
