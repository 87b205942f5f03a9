"""Random patients on ladders, with programs by all routes: shared by the tests and the matrix of builds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cisterna.body.population import VARYING, Ages, Population
from cisterna.body.population.rates import OUTPUTS, entries_of, ladders_of, reading_of
from cisterna.delivery import Route, Site
from cisterna.evidence import Settings
from cisterna.kernel import EvenGrid, Happenings, LadderRuns, LadderValues
from cisterna.kernel.ladders import empty_values
from cisterna.kernel.one_ladder import by_network
from cisterna.therapy import LEVELS

Floats = NDArray[np.float64]
MOUTH, SKIN = 2, 3  # the kinds after a catheter and a puncture


def reference_of(runs: LadderRuns, *, reference: bool = True) -> LadderValues:
    """The values one patient after the other: by matrix exponentials, or by the kernel's general way."""
    values = empty_values(runs, ("grid", "days"))
    for ladder in range(runs.ladders.count):
        by_network(ladder, runs, values, reference=reference)
    return values


def random_runs(
    patients: int, seed: int, grid: EvenGrid, *, wide: float = 1.0, repeats: bool = False
) -> LadderRuns:
    """Patients of all ages; dispersion up to ``10 ** wide`` times more or less; programs by all routes."""
    stream = np.random.default_rng([20261129, seed])
    population = Population.of(Settings(), Ages.ALL)
    drawn = population.draw(seed, 0, patients)
    factors = drawn.factors.copy()
    factors[:, VARYING.index("csf_dispersion")] *= 10 ** stream.uniform(-wide, wide, patients)
    drawn = replace(drawn, factors=factors)
    tips = [Site(Route.CATHETER, LEVELS[own]) for own in stream.integers(4, 16, patients).tolist()]
    end = grid.steps * grid.ticks
    changes = [[(0, 0, 6.0), *_random(stream, end, (0, SKIN), 12, 12)] for _ in range(patients)]
    doses = [
        _random(stream, end, (0, 1), 50, 3) + _random(stream, end, (MOUTH, SKIN), 5000, 4)
        for _ in range(patients)
    ]
    return LadderRuns(
        ladders_of(population, drawn, 2),
        entries_of(population, drawn, (tips, Site(Route.PUNCTURE, "L3")), 2),
        reading_of(population, drawn, tuple(OUTPUTS), 2),
        happenings(changes),
        happenings(doses),
        grid,
        np.unique(stream.integers(0, end + 1, 5)),
        repeats,
        integrated=(2, 0),
    )


def _random(
    stream: np.random.Generator, end: int, kinds: tuple[int, int], most: float, count: int
) -> list[tuple[int, int, float]]:
    ticks, chosen = stream.integers(0, end, count), stream.choice(kinds, count)
    return list(zip(ticks.tolist(), chosen.tolist(), stream.uniform(0, most, count).tolist(), strict=True))


def happenings(each: list[list[tuple[int, int, float]]]) -> Happenings:
    """What happens to each patient: tick, kind and size."""
    rows = [row for own in each for row in sorted(own)]
    return Happenings(
        np.cumsum([0, *(len(own) for own in each)], dtype=np.int64),
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype=np.float64),
    )


def worst_error(found: LadderValues, expected: LadderValues) -> float:
    """Largest error of anything that was read as a share of the largest value of its output or integral."""
    largest = np.abs(expected.grid).max(axis=2, keepdims=True)
    total = np.abs(expected.integrals).max(axis=2, keepdims=True)
    return max(
        *(
            float((np.abs(getattr(found, name) - getattr(expected, name)) / largest).max())
            for name in ("grid", "means", "peaks", "troughs", "at")
        ),
        float((np.abs(found.integrals - expected.integrals) / total).max()),
    )
