"""Random levels of many patients and what the laws of response need, for tests and the matrix of builds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cisterna.kernel import RESPONSES, HourlyLevels, Levels, ResponseLaws, Sensitivities

Floats = NDArray[np.float64]
LAWS = ResponseLaws(
    tone_hill=3.0, h_reflex_hill=1.8, rise_h=5844.0, fall_h=504.0, switch_ng_per_ml=10.0, window_h=24,
    adaptation_window_h=24, memory_h=336, withdrawal_tone=0.5, sedation_tolerance=0.5, highest_tone=5.0,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ResponseCase:
    """What one call is given."""

    wanted: tuple[str, ...]
    hourly: HourlyLevels
    levels: Levels
    own: Sensitivities
    laws: ResponseLaws


def random_responses(patients: int, hours: int, seed: int, *, every: int = 1) -> ResponseCase:
    """Levels that rise, fall to nothing and are a rounding below it, with ``every`` instants to an hour."""
    stream = np.random.default_rng([20261129, seed])
    count = (hours - 1) * every + 1
    hour, rest = np.divmod(np.arange(count), every)
    since_h = rest / every
    legs, arms, cistern = (_levels(stream, patients, count, most) for most in (200.0, 80.0, 0.8))
    on_hours = legs[:, ::every]
    integral = np.zeros(on_hours.shape)
    np.cumsum((on_hours[:, 1:] + on_hours[:, :-1]) / 2, axis=1, out=integral[:, 1:])
    own = Sensitivities(
        tone_ec50_ng_per_ml=68 * stream.lognormal(0, 0.5, patients),
        h_reflex_ec50_ng_per_ml=28.5 * stream.lognormal(0, 0.5, patients),
        sedation_threshold_mcg_per_ml=0.16 * stream.lognormal(0, 0.5, patients),
        tolerance_gain=2.2 * stream.lognormal(0, 0.5, patients),
        untreated_tone_legs=stream.uniform(1, 5, patients),
        untreated_tone_arms=stream.uniform(1, 5, patients),
        irreducible_share=stream.choice([0.0, 0.15], patients),
    )
    levels = Levels(legs, arms, cistern, hour, since_h)
    return ResponseCase(tuple(RESPONSES), HourlyLevels(on_hours, integral), levels, own, LAWS)


def _levels(stream: np.random.Generator, patients: int, count: int, most: float) -> Floats:
    """Daily waves that stop for some time, with zeros, what is next to nothing, and rounding below zero."""
    place = np.arange(count)
    wave = 1 + 0.6 * np.sin(2 * np.pi * (place / 24 + stream.uniform(0, 1, (patients, 1))))
    levels: Floats = most * stream.uniform(0, 1, (patients, 1)) * wave
    stop = stream.integers(0, count, (patients, 1))
    levels *= np.where((place > stop) & (place < stop + count // 4), np.exp((stop - place) / 5.0), 1.0)
    levels[:, 0] = 0.0
    levels[:, 1:3] *= 1e-290
    levels[:, 3] *= -1e-13
    return levels
