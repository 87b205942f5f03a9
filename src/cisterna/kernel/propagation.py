"""Linear kinetics solved exactly for input that is constant between instants.

Between two instants ``dx/dt = M x + B u`` with constant ``u`` has the solution
``x(d) = exp(M d) x(0) + (integral of exp(M s) from 0 to d) B u``, and both factors are blocks of one
matrix exponential, ``exp([[M, B], [0, 0]] d)`` (Van Loan 1978, IEEE Trans Automat Contr 23:395).
It needs no eigenvectors, which a chain of equal steps does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["propagate", "transition"]

Floats = NDArray[np.float64]
_KEPT_TRANSITIONS = 512  # bounds the memory where few durations repeat


def transition(rate_matrix: Floats, input_matrix: Floats, duration_h: float) -> tuple[Floats, Floats]:
    """Factors of a state (n, n) and of a constant input (n, m) over ``duration_h``.

    ``rate_matrix`` (n, n) is in 1/h, ``input_matrix`` (n, m) distributes m inputs over the states.

    >>> decay, filling = transition(np.array([[-0.5]]), np.array([[1.0]]), 2.0)
    >>> round(float(decay[0, 0]), 9), round(float(filling[0, 0]), 9)
    (0.367879441, 1.264241118)
    """
    from scipy.linalg import expm  # noqa: PLC0415  slow to import, and not needed with the compiled kernel

    states, inputs = input_matrix.shape
    augmented = np.zeros((states + inputs, states + inputs))
    augmented[:states, :states] = rate_matrix
    augmented[:states, states:] = input_matrix
    exponential = expm(augmented * duration_h)
    return (
        np.ascontiguousarray(exponential[:states, :states]),
        np.ascontiguousarray(exponential[:states, states:]),
    )


def propagate(
    rate_matrix: Floats,
    input_matrix: Floats,
    *,
    initial: Floats,
    durations_h: Floats,
    inputs: Floats,
    additions: Mapping[int, Floats],
) -> Floats:
    """Propagate amounts: the states at all k + 1 instants that bound k durations.

    ``initial`` (n) is the state just before the first instant. ``durations_h`` (k) are the times
    between the instants and ``inputs`` (k, m) the constant inputs during them. ``additions`` maps
    an instant, 0 to k, to what is added to the states there (n); a state at an instant is the one
    after the addition. Returns (k + 1, n). There is no error of a time step: a longer chain of
    shorter durations gives the same states to rounding. Several runs of one model go side by side
    with one more axis r at the end of ``initial``, ``inputs``, each addition and the result.

    >>> one = np.array([[1.0]])
    >>> propagate(
    ...     -one,
    ...     one,
    ...     initial=np.zeros(1),
    ...     durations_h=np.array([1.0, 1.0]),
    ...     inputs=np.zeros((2, 1)),
    ...     additions={1: np.ones(1)},
    ... )[:, 0].round(6)
    array([0.      , 1.      , 0.367879])
    """

    @lru_cache(maxsize=_KEPT_TRANSITIONS)
    def transition_of(duration_h: float) -> tuple[Floats, Floats]:
        return transition(rate_matrix, input_matrix, duration_h)

    states = np.empty((len(durations_h) + 1, *initial.shape))
    states[0] = initial
    if 0 in additions:
        states[0] += additions[0]
    for step, duration_h in enumerate(durations_h.tolist()):
        decay, filling = transition_of(duration_h)
        states[step + 1] = decay @ states[step] + filling @ inputs[step]
        if step + 1 in additions:
            states[step + 1] += additions[step + 1]
    return states
