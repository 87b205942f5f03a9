"""Tolerance and withdrawal over time, on the hourly grid of an exposure.

Tolerance rises while the mean cord level of the legs over the last day lies above a switch, and
falls while it does not. Withdrawal compares the occupancy of now with the largest daily mean of the
last two weeks. Before the start there was no drug: means over a window that reaches back beyond it
count nothing there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cisterna.body.parameters import positive, whole
from cisterna.evidence import Settings
from cisterna.kernel import hill, largest_of_last, mean_of_last, tolerance_step

__all__ = ["HourlyCourse", "ToleranceLaw", "hourly_course"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class ToleranceLaw:
    """The numbers of tolerance and of the adaptation behind withdrawal, by name from the settings."""

    gain: float
    rise_h: float
    fall_h: float
    switch_ng_per_ml: float
    window_h: int
    adaptation_window_h: int
    memory_h: int

    @classmethod
    def of(cls, settings: Settings) -> ToleranceLaw:
        """Law with the settings of one therapy."""
        return cls(
            gain=positive(settings, "tolerance_gain", "ratio"),
            rise_h=positive(settings, "tolerance_time", "h"),
            fall_h=positive(settings, "tolerance_recovery_time", "h"),
            switch_ng_per_ml=settings.value("tolerance_switch", "ng/mL"),
            window_h=whole(settings, "tolerance_window", "h"),
            adaptation_window_h=whole(settings, "withdrawal_window", "h"),
            memory_h=whole(settings, "withdrawal_memory", "h"),
        )

    @property
    def reach_h(self) -> int:
        """How far back the course of an hour reaches beyond tolerance itself: memory and windows."""
        return self.memory_h + max(self.window_h, self.adaptation_window_h) + 1

    def step(self, tolerance: Floats, treated: NDArray[np.bool_], elapsed_h: Floats) -> Floats:
        """Tolerance ``elapsed_h`` later, where ``treated`` says whether it rises or falls."""
        target = np.where(treated, 1.0 + self.gain, 1.0)
        return tolerance_step(tolerance, target, elapsed_h, np.where(treated, self.rise_h, self.fall_h))


@dataclass(frozen=True, eq=False)
class HourlyCourse:
    """By hour from the start: tolerance, whether it rises, and what withdrawal is measured against."""

    tolerance: Floats
    treated: NDArray[np.bool_]
    largest_tolerance: Floats
    adapted_occupancy: Floats


def hourly_course(
    legs_ng_per_ml: Floats, legs_integral_ng_h_per_ml: Floats, ec50_ng_per_ml: float, exponent: float,
    law: ToleranceLaw, *, known_tolerance: Floats | None = None,
) -> HourlyCourse:  # fmt: skip
    """Tolerance and adaptation at every hour, from the cord level of the legs and its integral there.

    The mean that switches tolerance is exact, from the integral; tolerance is exact within an hour.
    The daily mean of occupancy, which depends on tolerance, is that of the straight lines between
    hourly values (trapezoids).

    ``known_tolerance`` is that of the first hours where the grid begins in the midst of a course; what
    follows is right from its last hour on if these hours reach back over every window of the law
    (:attr:`ToleranceLaw.reach_h`). Left out, the grid begins with the first drug, without tolerance.
    """
    daily_mean = mean_of_last(law.window_h, legs_integral_ng_h_per_ml)
    treated = daily_mean > law.switch_ng_per_ml
    tolerance = _hourly_tolerance(treated, law, np.ones(1) if known_tolerance is None else known_tolerance)
    occupancy = hill(legs_ng_per_ml, ec50_ng_per_ml * tolerance, exponent)
    integral = np.concatenate([[0.0], np.cumsum((occupancy[1:] + occupancy[:-1]) / 2)])
    return HourlyCourse(
        tolerance=tolerance,
        treated=treated,
        largest_tolerance=largest_of_last(law.memory_h, tolerance),
        adapted_occupancy=largest_of_last(law.memory_h, mean_of_last(law.adaptation_window_h, integral)),
    )


def _hourly_tolerance(treated: NDArray[np.bool_], law: ToleranceLaw, known: Floats) -> Floats:
    """Tolerance at every hour, from the known on; ``treated`` at an hour holds for the one that follows."""
    hour = np.ones(1)
    kept = {state: float(law.step(hour * 0, np.array([state]), hour)[0]) for state in (True, False)}
    decay = {state: float(law.step(hour, np.array([state]), hour)[0]) - kept[state] for state in kept}
    tolerance: list[float] = known.tolist()
    for state in treated[len(known) - 1 : -1].tolist():
        tolerance.append(kept[state] + decay[state] * tolerance[-1])
    return np.array(tolerance)
