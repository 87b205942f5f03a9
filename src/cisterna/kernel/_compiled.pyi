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
    durations: NDArray[np.float64],
    inputs: NDArray[np.float64],
    places: NDArray[np.int64],
    added: NDArray[np.float64],
    read: NDArray[np.float64],
    rows: NDArray[np.int64],
    tolerance: float,
    values: NDArray[np.float64],
    last: NDArray[np.float64],
) -> bool: ...
