"""One ladder as a network: the way of those that the compiled kernel leaves, and the oracle of all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cisterna.kernel.in_order import in_order
from cisterna.kernel.network import Network, NetworkRun
from cisterna.kernel.propagation import propagate, transition

if TYPE_CHECKING:
    from cisterna.kernel.ladders import LadderRuns, Ladders, LadderValues

__all__ = ["by_network", "network_of"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]
Places = int | NDArray[np.intp]
Rates = float | Floats


def network_of(ladders: Ladders, ladder: int, read: Floats) -> Network:
    """Nodes, leaves, hub, side, gut (2), skin, and the integral of each row of ``read`` (outputs, states)."""
    n, leaves = ladders.nodes, np.flatnonzero(ladders.to_leaf[ladder])
    hub = n + len(leaves)
    side, first_gut, second_gut, skin = range(hub + 1, hub + 5)
    states = skin + 1 + len(read)
    matrix = np.zeros((states, states))

    def flow(source: Places, target: Places, rate: Rates) -> None:
        matrix[target, source] += rate

    node, line = np.arange(n), np.arange(n - 1)
    leaf = n + np.arange(len(leaves))
    flow(line, line + 1, ladders.up[ladder])
    flow(line + 1, line, ladders.down[ladder])
    flow(leaves, leaf, ladders.to_leaf[ladder, leaves])
    flow(leaf, leaves, ladders.leaf_back[ladder])
    flow(node, np.full(n, hub), ladders.to_hub[ladder])
    flow(np.full(n, hub), node, ladders.from_hub[ladder])
    flow(hub, side, ladders.hub_to_side[ladder])
    flow(side, hub, ladders.side_to_hub[ladder])
    flow(first_gut, second_gut, ladders.gut[ladder])
    flow(second_gut, hub, ladders.gut[ladder])
    flow(skin, hub, ladders.skin[ladder])
    matrix -= np.diag(matrix.sum(axis=0))  # what arrives has left
    matrix[hub, hub] -= ladders.hub_out[ladder]
    matrix[skin + 1 :, : skin + 1] = read[:, : skin + 1]
    chains = ((first_gut, second_gut), (skin,))
    return Network(matrix, side + 1, hub, chains, tuple(range(skin + 1, states)))


def by_network(ladder: int, runs: LadderRuns, values: LadderValues, *, reference: bool = False) -> None:
    """Write what is wanted of one ladder into ``values``; by matrix exponentials where ``reference``."""
    one = _One.of(ladder, runs, reference=reference)
    made, _ = one.follow(one.returning() if runs.repeats else one.run.initial)
    _write(made.T, one.run.instants, runs, ladder, values)


@dataclass(frozen=True, eq=False)
class _One:
    """One ladder with all that happens to it, at the instants at which anything does or is read."""

    network: Network
    run: NetworkRun
    shown: Floats
    reference: bool

    @classmethod
    def of(cls, ladder: int, runs: LadderRuns, *, reference: bool) -> _One:
        read = _read(ladder, runs)
        network = network_of(runs.ladders, ladder, read)
        states, outputs = len(network.rate_matrix), len(read)
        ways = _ways_in(ladder, runs, states)
        with_rates = [*range(len(ways) - 2), len(ways) - 1]  # the gut takes amounts alone
        on_grid = np.arange(runs.grid.steps + 1) * runs.grid.ticks
        instants = in_order(on_grid, runs.at_ticks, runs.changes.of(ladder)[0], runs.doses.of(ladder)[0])
        ticks, kinds, amounts = runs.doses.of(ladder)
        return cls(
            network=network,
            run=NetworkRun(
                input_matrix=ways[with_rates].T,
                initial=np.zeros(states),
                instants=instants,
                ticks_per_hour=1 / runs.grid.tick_h,
                inputs=_inputs(ladder, runs, instants, with_rates),
                places=np.searchsorted(instants, ticks),
                added=amounts[:, np.newaxis] * ways[kinds],
            ),
            shown=np.vstack([read, np.eye(states)[states - outputs :]]),
            reference=reference,
        )

    def follow(self, start: Floats) -> tuple[Floats, Floats]:
        """Outputs and their integrals at all instants, and the last states."""
        run = replace(self.run, initial=start)
        if not self.reference:
            return self.network.follow(run, read=self.shown, rows=np.arange(len(run.instants)))
        every = propagate(
            self.network.rate_matrix, run.input_matrix, initial=start, durations_h=run.durations_h,
            inputs=run.inputs, additions=run.additions(),
        )  # fmt: skip
        return every @ self.shown.T, every[-1]

    def returning(self) -> Floats:
        """The states with which a day begins that ends with them; the integrals begin at 0."""
        held = len(self.run.initial) - len(self.shown) // 2
        own = self.network.rate_matrix[:held, :held]
        day, _ = transition(own, np.zeros((held, 1)), float(self.run.durations_h.sum()))
        begin = np.zeros(len(self.run.initial))
        begin[:held] = np.linalg.solve(np.eye(held) - day, self.follow(begin)[1][:held])
        return begin


def _read(ladder: int, runs: LadderRuns) -> Floats:
    n, leaves = runs.ladders.nodes, np.flatnonzero(runs.ladders.to_leaf[ladder])
    hub = n + len(leaves)
    place = np.full(2 * n + 2, -1)
    place[:n] = np.arange(n)
    place[n + leaves] = n + np.arange(len(leaves))
    place[2 * n :] = (hub, hub + 1)
    reading = runs.reading
    read = np.zeros((reading.count, hub + 5 + reading.count))
    np.add.at(read, (reading.outputs, place[reading.states]), reading.weights[ladder])
    return read


def _ways_in(ladder: int, runs: LadderRuns, states: int) -> Floats:
    """Shares of the states in what comes in: a row for each kind."""
    own, nodes = runs.entries[ladder], runs.ladders.nodes
    first_gut = nodes + int(np.count_nonzero(runs.ladders.to_leaf[ladder])) + 2
    ways = np.zeros((len(own) + 2, states))
    ways[:-2, :nodes] = own
    ways[-2, first_gut] = ways[-1, first_gut + 2] = 1.0
    return ways


def _inputs(ladder: int, runs: LadderRuns, instants: Ticks, kinds: list[int]) -> Floats:
    inputs = np.zeros((len(instants), len(kinds)))
    ticks, own_kinds, rates = runs.changes.of(ladder)
    for column, kind in enumerate(kinds):
        own = own_kinds == kind
        if own.any():
            before = np.concatenate([[rates[own][-1] if runs.repeats else 0.0], rates[own]])
            inputs[:, column] = before[np.searchsorted(ticks[own], instants, side="right")]
    return inputs[:-1]


def _write(made: Floats, instants: Ticks, runs: LadderRuns, ladder: int, values: LadderValues) -> None:
    """``made`` (2 outputs, instants): the outputs, then their integrals from the begin on."""
    outputs, grid = len(made) // 2, runs.grid
    rows = np.searchsorted(instants, np.arange(grid.steps + 1) * grid.ticks)
    whole = made[:outputs, rows]
    if len(values.grid):
        values.grid[ladder] = whole
    if len(values.at):
        values.at[ladder] = made[:outputs, np.searchsorted(instants, runs.at_ticks)]
    if len(values.integrals):
        values.integrals[ladder] = made[outputs:, rows][list(runs.integrated)]
    if len(values.means):
        ends = np.arange(grid.days + 1) * grid.day
        integrals = made[outputs:, rows[ends]]
        values.means[ladder] = np.diff(integrals, axis=1) / (grid.day * grid.ticks * grid.tick_h)
        by_day = whole[:, : grid.days * grid.day].reshape(outputs, grid.days, grid.day)
        values.peaks[ladder], values.troughs[ladder] = by_day.max(axis=2), by_day.min(axis=2)
