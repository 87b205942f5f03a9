"""The kernel against an independent solver of differential equations."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from cisterna.body.parameters import Covariates, parameters_of
from cisterna.body.rates import Model, model_of
from cisterna.delivery import Route, Site
from cisterna.evidence import Settings
from cisterna.kernel import one_thread, propagate

Floats = NDArray[np.float64]

ADULT = Covariates(age_y=35)
CHILD = Covariates(age_y=8, weight_kg=21, height_cm=118)
TIP, SKIN = Site(Route.CATHETER, "T10"), Site(Route.SKIN)
PUNCTURE, MOUTH = Site(Route.PUNCTURE, "L3"), Site(Route.MOUTH)
DURATIONS_H = np.array([0.25, 0.5, 1.0, 4.0])
RATES = np.array([[4.0, 0.0], [4.0, 120.0], [0.0, 120.0], [9.0, 0.0]])
"""Rates of tip and skin in mcg/h, step by step."""


def doses_of(model: Model) -> dict[int, Floats]:
    """A puncture and a tablet at the start, a tip bolus and a tablet later, in mcg."""
    return {
        0: 50.0 * model.entry(PUNCTURE) + 5000.0 * model.entry(MOUTH, 0.74),
        2: 10.0 * model.entry(TIP) + 2500.0 * model.entry(MOUTH, 0.74),
    }


@one_thread
def solved_by_radau(model: Model, columns: Floats, additions: dict[int, Floats]) -> Floats:
    """The same course by an implicit Runge-Kutta method at a tight tolerance."""
    state = np.zeros(model.compartments.count)
    states = []
    for step, (rates, duration_h) in enumerate(zip(RATES, DURATIONS_H, strict=True)):
        state = state + additions.get(step, 0.0)
        states.append(state)

        def slope(_: float, amounts: Floats, source: Floats = columns @ rates) -> Floats:
            return model.rate_matrix @ amounts + source

        solution = solve_ivp(
            slope,
            (0.0, float(duration_h)),
            state,
            method="Radau",
            jac=model.rate_matrix,
            rtol=1e-11,
            atol=1e-12,
        )
        assert solution.success
        state = solution.y[:, -1]
    return np.array([*states, state])


@pytest.mark.parametrize("dispersion", ["110 cm2/h", "330 cm2/h", "990 cm2/h"])
@pytest.mark.parametrize("patient", [ADULT, CHILD], ids=["adult", "child"])
@one_thread
def test_every_output_agrees_with_radau(patient: Covariates, dispersion: str) -> None:
    """Tip, puncture, mouth and skin together: no output is off by 1e-9 of its largest value."""
    model = model_of(parameters_of(Settings.of({"csf_dispersion": dispersion}), patient), 2)
    columns = np.column_stack([model.entry(TIP), model.entry(SKIN)])
    additions = doses_of(model)
    exact = propagate(
        model.rate_matrix,
        columns,
        initial=np.zeros(model.compartments.count),
        durations_h=DURATIONS_H,
        inputs=RATES,
        additions=additions,
    )
    solved = solved_by_radau(model, columns, additions)
    read = model.read_outs
    rows = np.vstack(
        [
            np.eye(model.compartments.count),
            read.csf,
            read.cord,
            read.cistern,
            read.legs,
            read.arms,
            read.plasma,
        ]
    )
    outputs, expected = exact @ rows.T, solved @ rows.T
    largest = np.abs(expected).max(axis=0)
    assert largest.min() > 0
    assert (np.abs(outputs - expected).max(axis=0) / largest).max() < 1e-9
