"""What levels do to many patients at once: the laws of response, with arrays for what differs between them.

The course of tolerance and adaptation has a value at every hour, as that of one patient: tolerance rises or
falls for an hour by the exact mean level of the day before it, and the daily mean of occupancy is that of the
straight lines between hours. Within an hour tolerance is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from cisterna.kernel.laws import h_reflex_ratio, hill, tolerance_step, tone_score, withdrawal_index
from cisterna.kernel.network import compiled_module
from cisterna.kernel.windows import largest_of_last, mean_of_last

__all__ = [
    "RESPONSES",
    "HourlyLevels",
    "Levels",
    "ResponseLaws",
    "Sensitivities",
    "by_numpy",
    "respond_to_levels",
]

Floats = NDArray[np.float64]

RESPONSES: dict[str, str] = {
    "tone_legs": "score",
    "tone_arms": "score",
    "h_reflex_ratio": "ratio",
    "sedation_index": "ratio",
    "withdrawal_index": "ratio",
    "tolerance": "ratio",
}
"""What is made of levels, with units; the names are those of the response of one patient."""


@dataclass(frozen=True, kw_only=True)
class ResponseLaws:
    """The numbers that are the same for all: exponents of Hill, times, windows, weights, end of the scale."""

    tone_hill: float
    h_reflex_hill: float
    rise_h: float
    fall_h: float
    switch_ng_per_ml: float
    window_h: int
    adaptation_window_h: int
    memory_h: int
    withdrawal_tone: float
    sedation_tolerance: float
    highest_tone: float

    def numbers(self) -> Floats:
        """What the compiled kernel takes, windows apart."""
        return np.array(
            [
                self.tone_hill, self.h_reflex_hill, self.rise_h, self.fall_h, self.switch_ng_per_ml,
                self.withdrawal_tone, self.sedation_tolerance, self.highest_tone,
            ]
        )  # fmt: skip

    def windows(self) -> NDArray[np.intc]:
        """The windows in hours: of tolerance, of adaptation, of memory."""
        return np.array([self.window_h, self.adaptation_window_h, self.memory_h], dtype=np.intc)


@dataclass(frozen=True, kw_only=True, eq=False)
class Sensitivities:
    """The numbers that differ, each (p): concentrations of half the effect, threshold, gain, untreated tone.

    ``irreducible_share`` is the share of the raised tone that no drug removes.
    """

    tone_ec50_ng_per_ml: Floats = field(repr=False)
    h_reflex_ec50_ng_per_ml: Floats = field(repr=False)
    sedation_threshold_mcg_per_ml: Floats = field(repr=False)
    tolerance_gain: Floats = field(repr=False)
    untreated_tone_legs: Floats = field(repr=False)
    untreated_tone_arms: Floats = field(repr=False)
    irreducible_share: Floats = field(repr=False)

    def packed(self) -> Floats:
        """All of them (p, 7) as the compiled kernel takes them."""
        return np.column_stack([getattr(self, entry.name) for entry in fields(self)])


@dataclass(frozen=True, eq=False)
class HourlyLevels:
    """Cord level of the legs in ng/mL and its integral in ng h/mL at every hour from the start (p, hours)."""

    legs: Floats = field(repr=False)
    integral: Floats = field(repr=False)


@dataclass(frozen=True, eq=False)
class Levels:
    """Levels (p, k) at the instants at which the response is wanted.

    ``legs`` and ``arms`` of the cord are in ng/mL; ``cistern`` in mcg/mL is what the drug given into the
    spinal fluid makes by itself. Each instant lies ``since_hour_h`` hours after ``hour`` begins.
    """

    legs: Floats = field(repr=False)
    arms: Floats = field(repr=False)
    cistern: Floats = field(repr=False)
    hour: NDArray[np.int64] = field(repr=False)
    since_hour_h: Floats = field(repr=False)


def respond_to_levels(
    wanted: Sequence[str], hourly: HourlyLevels, levels: Levels, own: Sensitivities, laws: ResponseLaws
) -> Floats:
    """Responses (p, wanted, k); ``wanted`` are names of ``RESPONSES``.

    Levels that rounding left below 0 are 0. At the start nothing was given and tolerance is 1. The compiled
    kernel computes where it is there.
    """
    module = compiled_module()
    if module is None:
        return by_numpy(wanted, hourly, levels, own, laws)
    names = list(dict.fromkeys(wanted))
    made = np.empty((len(levels.legs), len(names), levels.legs.shape[1]))
    module.respond(
        laws.numbers(), laws.windows(), own.packed(), hourly.legs, hourly.integral,
        levels.legs, levels.arms, levels.cistern, levels.hour, levels.since_hour_h,
        np.array([list(RESPONSES).index(name) for name in names], dtype=np.intc), made,
    )  # fmt: skip
    return made if len(names) == len(wanted) else made[:, [names.index(name) for name in wanted]]


def by_numpy(
    wanted: Sequence[str], hourly: HourlyLevels, levels: Levels, own: Sensitivities, laws: ResponseLaws
) -> Floats:
    """The same by NumPy: the oracle of the compiled kernel, and what computes where that is not there."""
    course = _Course.of(np.maximum(hourly.legs, 0.0), hourly.integral, own, laws)
    legs, arms = np.maximum(levels.legs, 0.0), np.maximum(levels.arms, 0.0)
    hour = levels.hour
    tolerance = tolerance_step(
        course.tolerance[:, hour],
        course.target[:, hour],
        np.broadcast_to(levels.since_hour_h, legs.shape),
        course.constant_h[:, hour],
    )
    half = _column(own.tone_ec50_ng_per_ml) * tolerance
    occupancy = hill(legs, half, laws.tone_hill)
    withdrawal = withdrawal_index(
        np.maximum(course.largest_tolerance[:, hour], tolerance),
        _column(own.tolerance_gain),
        course.adapted_occupancy[:, hour],
        occupancy,
    )

    def tone(untreated: Floats, taken: Floats) -> Floats:
        score = tone_score(_column(untreated), _column(own.irreducible_share), taken)
        return np.minimum(score + laws.withdrawal_tone * withdrawal, laws.highest_tone)

    def sedation() -> Floats:
        factor = 1.0 + laws.sedation_tolerance * (tolerance - 1.0)
        threshold: Floats = _column(own.sedation_threshold_mcg_per_ml) * factor
        return np.maximum(levels.cistern, 0.0) / threshold

    made: dict[str, Callable[[], Floats]] = {
        "tone_legs": lambda: tone(own.untreated_tone_legs, occupancy),
        "tone_arms": lambda: tone(own.untreated_tone_arms, hill(arms, half, laws.tone_hill)),
        "h_reflex_ratio": lambda: h_reflex_ratio(
            legs, _column(own.h_reflex_ec50_ng_per_ml) * tolerance, laws.h_reflex_hill
        ),
        "sedation_index": sedation,
        "withdrawal_index": lambda: withdrawal,
        "tolerance": lambda: tolerance,
    }
    return np.stack([made[name]() for name in wanted], axis=1)


@dataclass(frozen=True, eq=False)
class _Course:
    """By hour (p, hours): tolerance, where it goes and how fast, and what withdrawal is measured against."""

    tolerance: Floats
    target: Floats
    constant_h: Floats
    largest_tolerance: Floats
    adapted_occupancy: Floats

    @classmethod
    def of(cls, legs: Floats, integral: Floats, own: Sensitivities, laws: ResponseLaws) -> _Course:
        treated = mean_of_last(laws.window_h, integral) > laws.switch_ng_per_ml
        target = 1.0 + np.where(treated, _column(own.tolerance_gain), 0.0)
        constant_h = np.where(treated, laws.rise_h, laws.fall_h)
        tolerance = np.ones(legs.shape)
        for hour in range(legs.shape[1] - 1):
            tolerance[:, hour + 1] = tolerance_step(
                tolerance[:, hour], target[:, hour], np.ones(len(legs)), constant_h[:, hour]
            )
        occupancy = hill(legs, _column(own.tone_ec50_ng_per_ml) * tolerance, laws.tone_hill)
        held = np.zeros(legs.shape)
        np.cumsum((occupancy[:, 1:] + occupancy[:, :-1]) / 2, axis=1, out=held[:, 1:])
        return cls(
            tolerance=tolerance,
            target=target,
            constant_h=constant_h,
            largest_tolerance=largest_of_last(laws.memory_h, tolerance),
            adapted_occupancy=largest_of_last(laws.memory_h, mean_of_last(laws.adaptation_window_h, held)),
        )


def _column(values: Floats) -> Floats:
    return values[:, np.newaxis]
