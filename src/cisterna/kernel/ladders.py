"""Many ladders at once, each with rates and happenings of its own, on one even grid.

A ladder is a line of nodes that exchange with their neighbours, a leaf beside some of them, and a hub that
takes from every node and gives to it, with one state beside it; two equal steps of the gut and one of the
skin lead to the hub. The compiled kernel finds its modes from the line alone; what it cannot answer for, and
everything where it is not built, goes to :class:`~cisterna.kernel.Network`, one ladder after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cisterna.kernel.network import compiled_module
from cisterna.kernel.one_ladder import by_network

__all__ = [
    "EvenGrid",
    "Happenings",
    "LadderRuns",
    "LadderValues",
    "Ladders",
    "Reading",
    "empty_values",
    "follow_ladders",
]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]
_ROUNDING = 1e-10  # of the largest value of each output
_LONGEST_BLOCK = 32


@dataclass(frozen=True, eq=False)
class Ladders:
    """Rates in 1/h of p ladders with n nodes.

    ``up`` from each node to the next and ``down`` back (p, n - 1); ``to_leaf``, 0 where a node has none,
    ``to_hub`` and ``from_hub`` (p, n); the others (p): ``leaf_back`` from every leaf to its node, ``hub_out``
    for good, ``hub_to_side`` and ``side_to_hub``, ``gut`` of each of its two steps, ``skin``.
    """

    up: Floats = field(repr=False)
    down: Floats = field(repr=False)
    to_leaf: Floats = field(repr=False)
    to_hub: Floats = field(repr=False)
    from_hub: Floats = field(repr=False)
    leaf_back: Floats = field(repr=False)
    hub_out: Floats = field(repr=False)
    hub_to_side: Floats = field(repr=False)
    side_to_hub: Floats = field(repr=False)
    gut: Floats = field(repr=False)
    skin: Floats = field(repr=False)

    @property
    def count(self) -> int:
        """Number of ladders."""
        return len(self.up)

    @property
    def nodes(self) -> int:
        """Number of nodes of each."""
        return int(self.to_hub.shape[1])

    def packed(self) -> Floats:
        """All rates as the kernel takes them, (p, 5 n + 4)."""
        lines = (self.up, self.down, self.to_leaf, self.to_hub, self.from_hub)
        single = (self.leaf_back, self.hub_out, self.hub_to_side, self.side_to_hub, self.gut, self.skin)
        return np.hstack([*lines, np.column_stack(single)])


@dataclass(frozen=True, eq=False)
class Reading:
    """What is read: term t adds ``weights[:, t]`` times state ``states[t]`` to output ``outputs[t]``.

    States are the nodes, the leaf of each node from n on, then the hub, 2 n, and the state beside it.
    """

    count: int
    outputs: NDArray[np.intc] = field(repr=False)
    states: NDArray[np.intc] = field(repr=False)
    weights: Floats = field(repr=False)


@dataclass(frozen=True, eq=False)
class Happenings:
    """What happens to each of p ladders: those of ladder i lie from ``offsets[i]`` to ``offsets[i + 1]``.

    Each has a tick, ascending within a ladder, a way in (kind) and a size: a rate that begins there, per
    hour, or an amount. The kinds are those of the entries, then the gut, then the skin.
    """

    offsets: Ticks = field(repr=False)
    ticks: Ticks = field(repr=False)
    kinds: Ticks = field(repr=False)
    sizes: Floats = field(repr=False)

    @classmethod
    def none(cls, ladders: int) -> Happenings:
        """Nothing, to so many ladders."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(np.zeros(ladders + 1, dtype=np.int64), nothing, nothing, np.zeros(0))

    def of(self, ladder: int) -> tuple[Ticks, Ticks, Floats]:
        """Ticks, kinds and sizes of one ladder."""
        own = slice(int(self.offsets[ladder]), int(self.offsets[ladder + 1]))
        return self.ticks[own], self.kinds[own], self.sizes[own]


@dataclass(frozen=True)
class EvenGrid:
    """``steps`` steps of ``ticks`` ticks of ``tick_h`` hours; everything happens at a tick.

    ``day`` is the number of steps of a day, where means, peaks and troughs of days are wanted.

    >>> EvenGrid(steps=96, ticks=15, tick_h=1 / 60, day=96).block
    32
    """

    steps: int
    ticks: int
    tick_h: float
    day: int = 0

    @property
    def block(self) -> int:
        """Steps that the kernel takes together: the most that divide a day."""
        if not self.day:
            return _LONGEST_BLOCK
        return next(block for block in range(_LONGEST_BLOCK, 0, -1) if self.day % block == 0)

    @property
    def days(self) -> int:
        """Whole days on the grid."""
        return self.steps // self.day if self.day else 0


@dataclass(frozen=True, eq=False)
class LadderRuns:
    """What p ladders are followed through, each empty at first.

    ``entries`` (p, kinds, n) are the shares of the nodes in what comes in by each kind; ``at_ticks`` are
    times beside the grid. Where it ``repeats``, the grid is one day that was before and comes again for ever,
    and the day is followed that returns to where it began. ``integrated`` are the outputs whose integrals are
    wanted, too.
    """

    ladders: Ladders
    entries: Floats = field(repr=False)
    reading: Reading
    changes: Happenings
    doses: Happenings
    grid: EvenGrid
    at_ticks: Ticks = field(default_factory=lambda: np.zeros(0, dtype=np.int64), repr=False)
    repeats: bool = False
    integrated: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        last = max(self.changes.ticks.max(initial=0), self.doses.ticks.max(initial=0))
        if self.repeats and last >= self.grid.steps * self.grid.ticks:
            raise ValueError("what happens in a day that repeats begins before the end of the day")


@dataclass(frozen=True, eq=False)
class LadderValues:
    """What was read of p ladders in o outputs; what was not wanted is empty.

    ``grid`` (p, o, steps + 1); ``means``, ``peaks`` and ``troughs`` (p, o, days): the exact mean of each day,
    and the largest and least value at its steps; ``at`` (p, o, given ticks); ``integrals`` (p, integrated,
    steps + 1): those over the hours from the begin of the grid on. ``left`` (p): the ladders that the
    compiled kernel left to the general one.
    """

    grid: Floats = field(repr=False)
    means: Floats = field(repr=False)
    peaks: Floats = field(repr=False)
    troughs: Floats = field(repr=False)
    at: Floats = field(repr=False)
    integrals: Floats = field(repr=False)
    left: NDArray[np.bool_] = field(repr=False)


def follow_ladders(runs: LadderRuns, wanted: Sequence[str]) -> LadderValues:
    """Follow every ladder; ``wanted`` names ``grid`` and ``days``, and the given times come too."""
    values = empty_values(runs, wanted)
    module = compiled_module()
    if module is None:
        values.left[:] = True
    else:
        _by_kernel(module, runs, values)
    for own in np.flatnonzero(values.left).tolist():
        by_network(own, runs, values)
    return values


def empty_values(runs: LadderRuns, wanted: Sequence[str]) -> LadderValues:
    """Room in the shape of what is wanted; whoever follows a ladder fills all of its own."""
    grid, times = runs.grid, len(runs.at_ticks)

    def made(length: int, *, needed: bool) -> Floats:
        return np.empty((runs.ladders.count if needed else 0, runs.reading.count, length))

    by_day = "days" in wanted and grid.days > 0
    return LadderValues(
        grid=made(grid.steps + 1, needed="grid" in wanted),
        means=made(grid.days, needed=by_day),
        peaks=made(grid.days, needed=by_day),
        troughs=made(grid.days, needed=by_day),
        at=made(times, needed=times > 0),
        integrals=np.empty(
            (runs.ladders.count if runs.integrated else 0, len(runs.integrated), grid.steps + 1)
        ),
        left=np.zeros(runs.ladders.count, dtype=bool),
    )


def _by_kernel(module: Any, runs: LadderRuns, values: LadderValues) -> None:
    ladders, reading, changes, doses, grid = runs.ladders, runs.reading, runs.changes, runs.doses, runs.grid
    module.follow_cohort(
        ladders.packed(), int(np.count_nonzero(ladders.to_leaf[0])), np.ascontiguousarray(runs.entries),
        reading.outputs, reading.states, np.ascontiguousarray(reading.weights), reading.count,
        np.array(runs.integrated, dtype=np.intc),
        changes.offsets, changes.ticks, changes.kinds, changes.sizes,
        doses.offsets, doses.ticks, doses.kinds, doses.sizes,
        grid.steps, grid.ticks, grid.block, grid.day // grid.block, grid.tick_h,
        runs.repeats, runs.at_ticks, _ROUNDING,
        values.grid, values.means, values.peaks, values.troughs, values.at, values.integrals,
        values.left.view(np.uint8),
    )  # fmt: skip
