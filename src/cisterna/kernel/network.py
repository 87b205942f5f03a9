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

__all__ = ["Network", "compiled_module", "compiled_width"]

Floats = NDArray[np.float64]
Instants = NDArray[np.int64]
_INTERFACE = 7  # of the compiled module; one of another number is out of date
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


@dataclass(frozen=True, eq=False)
class Network:
    """A rate matrix (n, n) in 1/h, and how its states hang together.

    The first ``core`` states exchange with one another: a tree of exchanges in both directions, and one
    state of it, ``hub``, that may exchange with any. ``chains`` feed the core and are fed by nothing: one
    or two steps of one rate, named by their states. ``observers`` follow the others and feed nothing.

    >>> pair = Network(np.array([[-2.0, 1.0], [2.0, -1.5]]), core=2, hub=1, chains=(), observers=())
    >>> values, last = pair.follow(
    ...     np.eye(2),
    ...     initial=np.array([1.0, 0.0]),
    ...     durations_h=np.array([0.5]),
    ...     inputs=np.zeros((1, 2)),
    ...     places=np.array([], dtype=np.int64),
    ...     added=np.zeros((0, 2)),
    ...     read=np.array([[1.0, 1.0]]),
    ...     rows=np.array([0, 1]),
    ... )
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

    def follow(
        self,
        input_matrix: Floats,
        *,
        initial: Floats,
        durations_h: Floats,
        inputs: Floats,
        places: Instants,
        added: Floats,
        read: Floats,
        rows: Instants,
    ) -> tuple[Floats, Floats]:
        """Outputs (w, p) at the instants ``rows`` (w), which ascend, and the states (n) at the last instant.

        An output is a sum of states with the weights of a row of ``read`` (p, n). ``added`` (a, n) comes
        in at the instants ``places`` (a), which ascend; the other arguments are those of ``propagate``.
        Instants that nothing is read at cost next to nothing, and so do outputs that are not asked for.
        """
        found = self._by_modes(
            input_matrix,
            initial=initial,
            durations_h=durations_h,
            inputs=inputs,
            places=places,
            added=added,
            read=read,
            rows=rows,
        )
        if found is not None:
            return found
        states = propagate(
            self.rate_matrix,
            input_matrix,
            initial=initial,
            durations_h=durations_h,
            inputs=inputs,
            additions=_by_instant(places, added),
        )
        return states[rows] @ read.T, states[-1]

    def _by_modes(
        self,
        input_matrix: Floats,
        *,
        initial: Floats,
        durations_h: Floats,
        inputs: Floats,
        places: Instants,
        added: Floats,
        read: Floats,
        rows: Instants,
    ) -> tuple[Floats, Floats] | None:
        module, modes = compiled_module(), self.modes
        if module is None or modes is None:
            return None
        values = np.empty((len(rows), len(read)))
        last = np.empty(len(initial))
        whole = np.ascontiguousarray
        holds = module.follow(
            modes,
            whole(input_matrix),
            whole(initial),
            whole(durations_h),
            whole(inputs),
            whole(places),
            whole(added),
            whole(read),
            whole(rows),
            _ROUNDING,
            values,
            last,
        )
        return (values, last) if holds else None


def _by_instant(places: Instants, added: Floats) -> dict[int, Floats]:
    additions: dict[int, Floats] = {}
    for place, amounts in zip(places.tolist(), added, strict=True):
        additions[place] = additions[place] + amounts if place in additions else amounts
    return additions
