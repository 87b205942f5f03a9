"""The volumes of one refill visit, and how they compare."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Visit"]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One refill.

    ``expected_ml`` is what the programmer has calculated, ``would_measure_ml`` what the reservoir of
    the model holds, ``withdrawn_ml`` what was measured. ``delivered_ratio`` is (filled - withdrawn)
    over (filled - expected), ``None`` where nothing was measured or nothing should have left;
    ``difference_ml`` is withdrawn less expected. ``shortfall_ml`` is what of the new fill would be
    missing, were it drawn back at once.
    """

    at_us: int
    filled_ml: float
    expected_ml: float
    would_measure_ml: float
    withdrawn_ml: float | None
    shortfall_ml: float = 0.0

    @property
    def delivered_ratio(self) -> float | None:
        """What left the reservoir over what should have.

        >>> Visit(at_us=0, filled_ml=20, expected_ml=5, would_measure_ml=5, withdrawn_ml=3).delivered_ratio
        1.1333333333333333
        """
        return None if self.withdrawn_ml is None else self._ratio(self.withdrawn_ml)

    def _ratio(self, measured_ml: float) -> float | None:
        should_ml = self.filled_ml - self.expected_ml
        return (self.filled_ml - measured_ml) / should_ml if should_ml > 0 else None

    @property
    def difference_ml(self) -> float | None:
        """How much more was withdrawn than expected; negative where less."""
        return None if self.withdrawn_ml is None else self.withdrawn_ml - self.expected_ml
