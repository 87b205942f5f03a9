"""Networks of compartments, followed by the compiled kernel where it is there and right.

Elsewhere the reference computes.

The compiled kernel splits a network into modes, each of which decays by itself, so that an instant costs
no matrix exponential. It takes networks of one kind alone (:class:`Network` says which). Where it finds
none, where two rates lie too close together, or where rounding, as it bounds it from the sizes of the
modes, may reach 1e-10 of the largest value of any state, it says so and the reference computes.
"""

from __future__ import annotations

from collections.abc import Mapping
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

__all__ = ["Network", "compiled_width"]

Floats = NDArray[np.float64]
_INTERFACE = 1  # of the compiled module; one of another number is out of date
_ROUNDING = 1e-10  # of the largest value of each state


@cache
def _module() -> ModuleType | None:
    try:
        module = import_module("cisterna.kernel._compiled")
    except ImportError:
        return None
    return module if module.interface == _INTERFACE else None


def compiled_width() -> str | None:
    """Vectors that the compiled kernel uses here: ``plain``, ``avx2`` or ``avx512``; ``None`` without it."""
    module = _module()
    return None if module is None else str(module.width)


@dataclass(frozen=True, eq=False)
class Network:
    """A rate matrix (n, n) in 1/h, and how its states hang together.

    The first ``core`` states exchange with one another: a tree of exchanges in both directions, and one
    state of it, ``hub``, that may exchange with any. ``chains`` feed the core and are fed by nothing: one
    or two steps of one rate, named by their states. ``observers`` follow the others and feed nothing.

    >>> pair = Network(np.array([[-2.0, 1.0], [2.0, -1.5]]), core=2, hub=1, chains=(), observers=())
    >>> pair.follow(
    ...     np.eye(2),
    ...     initial=np.array([1.0, 0.0]),
    ...     durations_h=np.array([0.5]),
    ...     inputs=np.zeros((1, 2)),
    ...     additions={},
    ... ).round(4)
    array([[1.    , 0.    ],
           [0.4723, 0.4536]])
    """

    rate_matrix: Floats = field(repr=False)
    core: int
    hub: int
    chains: tuple[tuple[int, ...], ...]
    observers: tuple[int, ...]

    @cached_property
    def modes(self) -> _compiled.Modes | None:
        """The modes of the compiled kernel; ``None`` where it is not there or cannot take this network."""
        module = _module()
        if module is None:
            return None
        matrix = np.ascontiguousarray(self.rate_matrix)
        modes: _compiled.Modes = module.modes_of(matrix, self.core, self.hub, self.chains, self.observers)
        return modes if modes.found else None

    def follow(
        self,
        input_matrix: Floats,
        *,
        initial: Floats,
        durations_h: Floats,
        inputs: Floats,
        additions: Mapping[int, Floats],
    ) -> Floats:
        """States (k + 1, n[, r]) at all instants; arguments and answer are those of ``propagate``."""
        states = self._by_modes(input_matrix, initial, durations_h, inputs, additions)
        if states is not None:
            return states
        return propagate(
            self.rate_matrix,
            input_matrix,
            initial=initial,
            durations_h=durations_h,
            inputs=inputs,
            additions=additions,
        )

    def _by_modes(
        self,
        input_matrix: Floats,
        initial: Floats,
        durations_h: Floats,
        inputs: Floats,
        additions: Mapping[int, Floats],
    ) -> Floats | None:
        module, modes = _module(), self.modes
        if module is None or modes is None:
            return None
        places = np.array(sorted(additions), dtype=np.int64)
        added = np.zeros((len(places), *initial.shape))
        for row, place in enumerate(places.tolist()):
            added[row] = additions[place]
        runs = 1 if initial.ndim == 1 else initial.shape[1]
        states = np.empty((runs, len(durations_h) + 1, len(initial)))
        for run in range(runs):
            own = (..., run) if initial.ndim > 1 else ...
            if not module.follow(
                modes,
                np.ascontiguousarray(input_matrix),
                np.ascontiguousarray(initial[own]),
                np.ascontiguousarray(durations_h),
                np.ascontiguousarray(inputs[own]),
                places,
                np.ascontiguousarray(added[own]),
                _ROUNDING,
                states[run],
            ):
                return None
        return states[0] if initial.ndim == 1 else np.moveaxis(states, 0, -1)
