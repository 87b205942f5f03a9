"""Many ladders at once against matrix exponentials of each."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, replace

import numpy as np
import pytest
from tests.kernel.ladder_cases import random_runs, reference_of, worst_error

from cisterna.kernel import (
    EvenGrid,
    Happenings,
    LadderRuns,
    LadderValues,
    compiled_width,
    follow_ladders,
    one_thread,
)

compiled = pytest.mark.skipif(
    compiled_width() is None and not os.environ.get("CI"), reason="the compiled kernel is not built here"
)
QUARTERS = EvenGrid(steps=96, ticks=15, tick_h=1 / 60, day=96)


def followed(runs: LadderRuns) -> LadderValues:
    """What the kernel makes of them."""
    return follow_ladders(runs, ("grid", "days"))


@compiled
@one_thread
def test_a_thousand_patients_and_programs_agree() -> None:
    """All routes and ages, wide and narrow dispersion: nothing is off by 1e-9 of its output's largest.

    100 are held to matrix exponentials, 900 to the general way, which ``test_network`` holds to these.
    """
    errors, left = [], 0
    for seed in range(10):
        step_h = float(np.random.default_rng(seed).uniform(0.25, 6))
        runs = random_runs(100, seed, EvenGrid(steps=24, ticks=1, tick_h=step_h, day=8))
        found = followed(runs)
        left += int(found.left.sum())
        errors.append(worst_error(found, reference_of(runs, reference=seed == 0)))
    assert max(errors) <= 1e-9
    assert left <= 5


@compiled
@one_thread
@pytest.mark.parametrize("wide", [0.0, 1.0])
def test_changes_between_the_steps_of_the_grid_are_exact(wide: float) -> None:
    """What begins at any minute of a quarter of an hour shows at the next one as the reference has it."""
    runs = random_runs(6, 11, QUARTERS, wide=wide)
    assert worst_error(followed(runs), reference_of(runs)) <= 1e-9


@compiled
@one_thread
def test_a_day_that_repeats_is_the_day_of_the_plateau() -> None:
    """It ends where it begins, and agrees with the fixed point of the reference."""
    runs = random_runs(4, 12, QUARTERS, repeats=True)
    found = followed(runs)
    assert worst_error(found, reference_of(runs)) <= 1e-9
    largest = np.abs(found.grid).max(axis=2)
    before = found.grid[:, :, 0] - found.grid[:, :, -1]
    given_at_once = np.array([np.isin(0, runs.doses.of(own)[0]) for own in range(4)])
    assert np.abs(before[~given_at_once] / largest[~given_at_once]).max() <= 1e-9


@compiled
def test_a_patient_does_not_depend_on_the_others() -> None:
    """A batch and each of its patients alone give the same values to the last digit."""
    runs = random_runs(5, 13, QUARTERS)
    together = followed(runs)
    for own in (0, 4):
        alone = followed(one_of(runs, own))
        np.testing.assert_array_equal(alone.grid[0], together.grid[own])
        np.testing.assert_array_equal(alone.means[0], together.means[own])


def one_of(runs: LadderRuns, own: int) -> LadderRuns:
    """One patient of a runs by itself."""

    def alone(all_of: Happenings) -> Happenings:
        ticks, kinds, sizes = all_of.of(own)
        return Happenings(np.array([0, len(ticks)]), ticks, kinds, sizes)

    ladders = runs.ladders
    return replace(
        runs,
        ladders=replace(
            ladders, **{entry.name: getattr(ladders, entry.name)[own : own + 1] for entry in fields(ladders)}
        ),
        entries=runs.entries[own : own + 1],
        reading=replace(runs.reading, weights=runs.reading.weights[own : own + 1]),
        changes=alone(runs.changes),
        doses=alone(runs.doses),
    )


@one_thread
def test_without_the_compiled_kernel_every_ladder_is_followed() -> None:
    """The general way gives what matrix exponentials give, steady days included."""
    script = (
        "import sys; sys.modules['cisterna.kernel._compiled'] = None\n"
        "from tests.kernel.ladder_cases import random_runs, reference_of, worst_error\n"
        "from cisterna.kernel import EvenGrid, follow_ladders\n"
        "for repeats in (False, True):\n"
        "    grid = EvenGrid(steps=8, ticks=1, tick_h=3.0, day=8)\n"
        "    runs = random_runs(2, 1, grid, repeats=repeats)\n"
        "    found = follow_ladders(runs, ('grid', 'days'))\n"
        "    print(all(found.left), worst_error(found, reference_of(runs)) < 1e-9)\n"
    )
    answer = subprocess.run(  # noqa: S603  # the script is the one above
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["True"] * 4


def test_what_does_not_lie_on_the_grid_is_refused() -> None:
    """A happening at the end of a day that repeats belongs to the next day, and is refused."""
    grid = EvenGrid(steps=4, ticks=1, tick_h=6.0, day=4)
    runs = random_runs(1, 3, grid)
    runs.doses.ticks[-1] = 4
    with pytest.raises(ValueError, match="before the end"):
        replace(runs, repeats=True)
