# What the compiled kernel offers to cisterna.kernel.network; its source is in cpp.

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

interface: int
width: str

class Modes:
    @property
    def rates(self) -> list[float]: ...

def modes_of(
    rate_matrix: NDArray[np.float64],
    core: int,
    hub: int,
    chains: Sequence[Sequence[int]],
    observers: Sequence[int],
) -> Modes | None: ...
def follow(
    modes: Modes,
    input_matrix: NDArray[np.float64],
    initial: NDArray[np.float64],
    instants: NDArray[np.int64],
    ticks_per_hour: float,
    inputs: NDArray[np.float64],
    places: NDArray[np.int64],
    added: NDArray[np.float64],
    read: NDArray[np.float64],
    rows: NDArray[np.int64],
    tolerance: float,
    values: NDArray[np.float64],
    last: NDArray[np.float64],
) -> bool: ...
def follow_cohort(
    rates: NDArray[np.float64],
    leaves: int,
    entries: NDArray[np.float64],
    of_output: NDArray[np.intc],
    of_state: NDArray[np.intc],
    weights: NDArray[np.float64],
    outputs: int,
    integrated: NDArray[np.intc],
    change_offsets: NDArray[np.int64],
    change_ticks: NDArray[np.int64],
    change_kinds: NDArray[np.int64],
    change_rates: NDArray[np.float64],
    dose_offsets: NDArray[np.int64],
    dose_ticks: NDArray[np.int64],
    dose_kinds: NDArray[np.int64],
    dose_amounts: NDArray[np.float64],
    steps: int,
    ticks: int,
    block: int,
    blocks_a_day: int,
    tick_h: float,
    repeats: bool,
    at_ticks: NDArray[np.int64],
    tolerance: float,
    grid: NDArray[np.float64],
    means: NDArray[np.float64],
    peaks: NDArray[np.float64],
    troughs: NDArray[np.float64],
    at: NDArray[np.float64],
    integrals: NDArray[np.float64],
    left: NDArray[np.uint8],
) -> None: ...
def respond(
    laws: NDArray[np.float64],
    windows: NDArray[np.intc],
    own: NDArray[np.float64],
    hourly_legs: NDArray[np.float64],
    integral: NDArray[np.float64],
    legs: NDArray[np.float64],
    arms: NDArray[np.float64],
    cistern: NDArray[np.float64],
    hour: NDArray[np.int64],
    since: NDArray[np.float64],
    wanted: NDArray[np.intc],
    made: NDArray[np.float64],
) -> None: ...
def count(
    values: Sequence[NDArray[np.float64]],
    shift: int,
    first: int,
    low: float,
    per_unit: float,
    counts: NDArray[np.uint32],
    least: NDArray[np.float64],
    most: NDArray[np.float64],
) -> None: ...
