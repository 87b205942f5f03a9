"""Networks of compartments, followed by the compiled kernel where it is there and right.

Elsewhere the reference computes.

The compiled kernel splits a network into modes, each of which decays by itself, so that an instant costs
no matrix exponential. It takes networks of one kind alone (:class:`Network` says which). Where it finds
none, where two rates lie too close together, or where rounding, as it bounds it from the sizes of the
modes, may reach 1e-10 of the largest value of any output, it says so and the reference computes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cisterna.kernel.propagation import propagate

if TYPE_CHECKING:
    from cisterna.kernel import _compiled

__all__ = ["Network", "NetworkRun", "compiled_module", "compiled_width"]

Floats = NDArray[np.float64]
Instants = NDArray[np.int64]
_INTERFACE = 8  # of the compiled module; one of another number is out of date
_ROUNDING = 1e-10  # of the largest value of each output


@cache
def compiled_module() -> ModuleType | None:
    """The compiled module; ``None`` where it is not there or out of date."""
    try:
        module = import_module("cisterna.kernel._compiled")
    except ImportError:
        return None
    return module if module.interface == _INTERFACE else None


def compiled_width() -> str | None:
    """Vectors that the compiled kernel uses here: ``plain``, ``avx2`` or ``avx512``; ``None`` without it."""
    module = compiled_module()
    return None if module is None else str(module.width)


@dataclass(frozen=True, kw_only=True, eq=False)
class NetworkRun:
    """What a network of n states is taken through.

    ``instants`` (k + 1) are whole ticks, ascending, of which an hour has ``ticks_per_hour``; ``initial`` (n)
    is the state just before the first. Between them ``inputs`` (k, m), distributed over the states by
    ``input_matrix`` (n, m), are constant. ``added`` (a, n) comes in at the instants ``places`` (a), which
    ascend.
    """

    input_matrix: Floats = field(repr=False)
    initial: Floats = field(repr=False)
    instants: Instants = field(repr=False)
    ticks_per_hour: float
    inputs: Floats = field(repr=False)
    places: Instants = field(repr=False)
    added: Floats = field(repr=False)

    @property
    def durations_h(self) -> Floats:
        """Hours between the instants, (k)."""
        return np.diff(self.instants) / self.ticks_per_hour

    def additions(self) -> dict[int, Floats]:
        """What is added at each instant, as :func:`~cisterna.kernel.propagate` takes it."""
        additions: dict[int, Floats] = {}
        for place, amounts in zip(self.places.tolist(), self.added, strict=True):
            additions[place] = additions[place] + amounts if place in additions else amounts
        return additions


@dataclass(frozen=True, eq=False)
class Network:
    """A rate matrix (n, n) in 1/h, and how its states hang together.

    The first ``core`` states exchange with one another: a tree of exchanges in both directions, and one
    state of it, ``hub``, that may exchange with any. ``chains`` feed the core and are fed by nothing: one
    or two steps of one rate, named by their states. ``observers`` follow the others and feed nothing.

    >>> pair = Network(np.array([[-2.0, 1.0], [2.0, -1.5]]), core=2, hub=1, chains=(), observers=())
    >>> half_an_hour = NetworkRun(
    ...     input_matrix=np.eye(2),
    ...     initial=np.array([1.0, 0.0]),
    ...     instants=np.array([0, 30]),
    ...     ticks_per_hour=60,
    ...     inputs=np.zeros((1, 2)),
    ...     places=np.array([], dtype=np.int64),
    ...     added=np.zeros((0, 2)),
    ... )
    >>> values, last = pair.follow(half_an_hour, read=np.array([[1.0, 1.0]]), rows=np.array([0, 1]))
    >>> values[:, 0].round(4), last.round(4)
    (array([1.   , 0.926]), array([0.4723, 0.4536]))
    """

    rate_matrix: Floats = field(repr=False)
    core: int
    hub: int
    chains: tuple[tuple[int, ...], ...]
    observers: tuple[int, ...]

    @cached_property
    def modes(self) -> _compiled.Modes | None:
        """The modes of the compiled kernel; ``None`` where it is not there or cannot take this network."""
        module = compiled_module()
        if module is None:
            return None
        matrix = np.ascontiguousarray(self.rate_matrix)
        modes: _compiled.Modes | None = module.modes_of(
            matrix, self.core, self.hub, self.chains, self.observers
        )
        return modes

    def follow(self, run: NetworkRun, *, read: Floats, rows: Instants) -> tuple[Floats, Floats]:
        """Outputs (w, p) at the instants ``rows`` (w), which ascend, and the states (n) at the last instant.

        An output is a sum of states with the weights of a row of ``read`` (p, n). Instants that nothing is
        read at cost next to nothing, and so do outputs that are not asked for. Rows that lie evenly are read
        fastest.
        """
        found = self.by_modes(run, read=read, rows=rows)
        if found is not None:
            return found
        states = propagate(
            self.rate_matrix,
            run.input_matrix,
            initial=run.initial,
            durations_h=run.durations_h,
            inputs=run.inputs,
            additions=run.additions(),
        )
        return states[rows] @ read.T, states[-1]

    def by_modes(self, run: NetworkRun, *, read: Floats, rows: Instants) -> tuple[Floats, Floats] | None:
        """The same by the compiled kernel alone; ``None`` where it leaves it to the reference."""
        module, modes = compiled_module(), self.modes
        if module is None or modes is None:
            return None
        values = np.empty((len(rows), len(read)))
        last = np.empty(len(run.initial))
        whole = np.ascontiguousarray
        holds = module.follow(
            modes,
            whole(run.input_matrix),
            whole(run.initial),
            whole(run.instants),
            run.ticks_per_hour,
            whole(run.inputs),
            whole(run.places),
            whole(run.added),
            whole(read),
            whole(rows),
            _ROUNDING,
            values,
            last,
        )
        return (values, last) if holds else None
