"""What a refill visit finds: the volume expected, the volume measured, and how they compare."""

from __future__ import annotations

from dataclasses import dataclass

from cisterna.pump.state import PumpState
from cisterna.therapy.events import Fill

__all__ = ["Visit", "visit"]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One refill.

    ``expected_ml`` is what the programmer has calculated, ``would_measure_ml`` what the reservoir of
    the model holds, ``withdrawn_ml`` what was measured. ``delivered_ratio`` is (filled - withdrawn)
    over (filled - expected), ``None`` where nothing was measured or nothing should have left;
    ``difference_ml`` is withdrawn less expected.
    """

    at_us: int
    filled_ml: float
    expected_ml: float
    would_measure_ml: float
    withdrawn_ml: float | None

    @property
    def delivered_ratio(self) -> float | None:
        """What left the reservoir over what should have.

        >>> Visit(at_us=0, filled_ml=20, expected_ml=5, would_measure_ml=5, withdrawn_ml=3).delivered_ratio
        1.1333333333333333
        """
        should_ml = self.filled_ml - self.expected_ml
        if self.withdrawn_ml is None or should_ml <= 0:
            return None
        return (self.filled_ml - self.withdrawn_ml) / should_ml

    @property
    def difference_ml(self) -> float | None:
        """How much more was withdrawn than expected; negative where less."""
        return None if self.withdrawn_ml is None else self.withdrawn_ml - self.expected_ml


def visit(state: PumpState, event: Fill) -> Visit | None:
    """The visit at which ``event`` refills the pump; ``None`` for its first fill."""
    if state.filled_ml is None:
        return None
    held_ml = state.reservoir.counted_ml
    return Visit(
        at_us=state.at_us,
        filled_ml=state.filled_ml,
        expected_ml=held_ml,
        would_measure_ml=held_ml,
        withdrawn_ml=None if event.withdrawn is None else float(event.withdrawn),
    )
