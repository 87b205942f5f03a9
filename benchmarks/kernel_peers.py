"""Tools of the field on the very same model and inputs, each started anew where the input changes.

Those that are not installed are left out; ``pip install 'cisterna[benchmark]'`` brings them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

import numpy as np
from scipy.integrate import solve_ivp

from benchmarks.kernel_case import Case, Floats

__all__ = ["peers"]

TOLERANCES = (1e-6, 1e-9)
_SMALL = 1e-3  # absolute tolerance as a share of the relative one: amounts are micrograms


def peers(case: Case) -> Iterator[tuple[str, Callable[[], Floats]]]:
    """Name and run of each peer that is here, at each tolerance."""
    for tolerance in TOLERANCES:
        for method in ("LSODA", "Radau"):
            yield f"scipy {method}, {tolerance:g}", _by_scipy(case, method, tolerance)
        if find_spec("roadrunner") is not None:
            yield f"libroadrunner CVODE, {tolerance:g}", _by_roadrunner(case, tolerance)
        if find_spec("pydiffsol") is not None:
            yield f"pydiffsol BDF, {tolerance:g}", _by_pydiffsol(case, tolerance)


def _by_scipy(case: Case, method: str, tolerance: float) -> Callable[[], Floats]:
    model = case.model
    matrix, entry, read = model.rate_matrix, case.entry(model)[:, 0], case.read(model)
    stretches, solve = tuple(case.stretches()), cast("Any", solve_ivp)

    def run() -> Floats:
        values = np.zeros((len(case.rows), len(read)))
        state = np.zeros(len(entry))
        for part in stretches:
            if part.added is not None:
                state = state + part.added
            inflow = entry * part.rate_mcg_per_h
            found = solve(
                lambda _, amounts, inflow=inflow: matrix @ amounts + inflow,
                (part.begin_h, part.end_h),
                state,
                method=method,
                t_eval=np.append(part.times_h[part.times_h < part.end_h], part.end_h),
                rtol=tolerance,
                atol=tolerance * _SMALL,
                jac=matrix if method == "Radau" else lambda *_: matrix,
            )
            values[part.rows] = found.y[:, : len(part.rows)].T @ read.T
            state = found.y[:, -1]
        return values

    return run


def _by_roadrunner(case: Case, tolerance: float) -> Callable[[], Floats]:
    roadrunner: Any = import_module("roadrunner")
    model = case.model
    runner = roadrunner.RoadRunner(_sbml(model.rate_matrix, case.entry(model)[:, 0]))
    runner.integrator.relative_tolerance = tolerance
    runner.integrator.absolute_tolerance = tolerance * _SMALL
    names = [f"x{state}" for state in range(len(model.rate_matrix))]
    runner.timeCourseSelections = names
    read, stretches = case.read(model), tuple(case.stretches())

    def run() -> Floats:
        values = np.zeros((len(case.rows), len(read)))
        runner.resetAll()
        for part in stretches:
            if part.added is not None:
                for state in np.flatnonzero(part.added).tolist():
                    runner[names[state]] = runner[names[state]] + part.added[state]
            runner["rate"] = part.rate_mcg_per_h
            times = np.unique(np.concatenate([[part.begin_h], part.times_h, [part.end_h]]))
            # The model knows no time of day: from 0, or a first small step is lost in a late hour.
            found = np.asarray(runner.simulate(times=(times - part.begin_h).tolist()))
            values[part.rows] = found[np.searchsorted(times, part.times_h)] @ read.T
        return values

    return run


def _by_pydiffsol(case: Case, tolerance: float) -> Callable[[], Floats]:
    diffsol: Any = import_module("pydiffsol")
    model = case.model
    solver = diffsol.Ode(_diffsl(model.rate_matrix, case.entry(model)[:, 0]), matrix_type=diffsol.faer_sparse)
    solver.rtol, solver.atol = tolerance, tolerance * _SMALL
    read, stretches = case.read(model), tuple(case.stretches())

    def run() -> Floats:
        values = np.zeros((len(case.rows), len(read)))
        state = np.zeros(len(model.rate_matrix) + 1)
        for part in stretches:
            if part.added is not None:
                state[:-1] += part.added
            state[-1] = part.rate_mcg_per_h
            times = np.unique(np.append(part.times_h, part.end_h)) - part.begin_h
            found = np.asarray(solver.solve_dense(state, times[times > 0]).ys)
            whole = np.column_stack([state, found]) if times[0] == 0 else found
            values[part.rows] = whole[:-1, : len(part.rows)].T @ read.T
            state = found[:, -1].copy()
        return values

    return run


def _diffsl(matrix: Floats, entry: Floats) -> str:
    """The model in the language of diffsol, compiled once: what each state is at first is a parameter.

    The rate of the pump is one more state, which stays.
    """
    states = len(matrix) + 1
    last = states - 1
    terms = [f"({row}, {column}): {float(matrix[row, column])!r}" for row, column in np.argwhere(matrix)]
    terms += [f"({row}, {last}): {float(entry[row])!r}" for row in np.flatnonzero(entry)]
    names = [f"s{state}" for state in range(states)]
    return (
        f"in_i {{ {', '.join(f'{name} = 0.0' for name in names)} }}\n"
        f"A_ij {{ {', '.join(sorted(terms, key=_place))}, ({last}, {last}): 0.0 }}\n"
        f"u_i {{ {', '.join(names)} }}\n"
        f"none_i {{ (0:{states}): 0.0 }}\n"
        "F_i { A_ij * u_j + none_i }\n"
    )


def _place(term: str) -> tuple[int, int]:
    row, column = term[1 : term.index(")")].split(",")
    return int(row), int(column)


def _sbml(matrix: Floats, entry: Floats) -> str:
    """The model as SBML of level 3: a parameter with a rate rule for each state, and the rate of the pump."""
    states = range(len(matrix))
    parameters = "".join(f'<parameter id="x{state}" value="0" constant="false"/>' for state in states)
    rules = "".join(_rule(state, matrix[state], float(entry[state])) for state in states)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="body">'
        f'<listOfParameters><parameter id="rate" value="0" constant="false"/>{parameters}</listOfParameters>'
        f"<listOfRules>{rules}</listOfRules></model></sbml>"
    )


def _rule(state: int, row: Floats, entry: float) -> str:
    terms = [(float(row[other]), f"x{other}") for other in np.flatnonzero(row).tolist()]
    terms += [(entry, "rate")] if entry else []
    products = "".join(f"<apply><times/><cn>{factor!r}</cn><ci>{name}</ci></apply>" for factor, name in terms)
    total = f"<apply><plus/>{products}</apply>" if products else "<cn>0</cn>"
    return (
        f'<rateRule variable="x{state}"><math xmlns="http://www.w3.org/1998/Math/MathML">{total}</math>'
        "</rateRule>"
    )
