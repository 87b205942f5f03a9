"""What the simulated patient would suffer: too loose, too sleepy, too little drug."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cisterna.body import Response, WithdrawalGrade
from cisterna.course.warning import Warning  # noqa: A004
from cisterna.evidence import Number, Settings
from cisterna.instants import US_PER_HOUR
from cisterna.units import decimal_text

__all__ = ["response_warnings"]

Flags = NDArray[np.bool_]


def response_warnings(response: Response, settings: Settings) -> Iterator[Warning]:
    """One warning for each kind of trouble: when it first comes, how often, how long, how bad."""
    times_us = response.times_us
    yield from _too_loose(response, settings)
    if response.sedation_index is not None:
        highest = decimal_text(float(np.max(response.sedation_index)), 2)
        yield from _when(
            times_us,
            response.sedation_index > 1.0,
            f"The cistern is above the level at which half of patients are drowsy, up to {highest} times",
            settings.number("sedation_threshold"),
        )
    yield from _respiratory(response, settings)
    yield from _withdrawal(response, settings)
    yield from _when(
        times_us,
        response.tone_above_scale,
        "Tone would be above 5, the end of the scale; it is shown as 5",
        settings.number("withdrawal_tone"),
    )


def _episodes(times_us: NDArray[np.int64], flags: Flags) -> tuple[int, int, float]:
    """First row where ``flags`` hold, number of separate times, and hours in all."""
    starts = np.flatnonzero(flags & ~np.concatenate(([False], flags[:-1])))
    steps_us = np.diff(times_us, append=times_us[-1])
    return int(starts[0]), len(starts), float(np.sum(steps_us[flags])) / US_PER_HOUR


def _extent(episodes: int, hours: float) -> str:
    how_long = f"{decimal_text(hours, 1)} h" if hours < 72 else f"{decimal_text(hours / 24, 1)} days"
    return f"This lasts {how_long}." if episodes == 1 else f"This comes {episodes} times, {how_long} in all."


def _when(times_us: NDArray[np.int64], flags: Flags, text: str, limit: Number) -> Iterator[Warning]:
    if flags.any():
        first, episodes, hours = _episodes(times_us, flags)
        yield Warning.by(int(times_us[first]), f"{text}. {_extent(episodes, hours)}", limit)


def _too_loose(response: Response, settings: Settings) -> Iterator[Warning]:
    limit = settings.number("overdosing_tone")
    for site, flags in (
        ("legs", response.overdosing_legs),
        ("arms", response.overdosing_arms),
    ):
        yield from _when(
            response.times_us,
            flags,
            f"Too much drug for the {site}: weakness and loss of function are possible "
            f"(a tone below {decimal_text(limit.in_unit('score'))}, or more than "
            f"{decimal_text(settings.value('overdosing_multiple', 'ratio'))} times the half-effect level; "
            "a flag for the typical patient, not a rate)",
            limit,
        )


def _respiratory(response: Response, settings: Settings) -> Iterator[Warning]:
    low, high = (settings.number(f"respiratory_threshold_{side}") for side in ("low", "high"))
    yield from _when(
        response.times_us,
        response.in_respiratory_range,
        f"The brain reaches the level at which breathing may fail and coma begin, {low.shown()} to "
        f"{high.shown()} before tolerance",
        low,
    )


def _withdrawal(response: Response, settings: Settings) -> Iterator[Warning]:
    grades = response.withdrawal_grade
    worst = int(grades.max())
    if worst == WithdrawalGrade.NONE:
        return
    name = WithdrawalGrade(worst).name.lower()
    highest = decimal_text(float(np.max(response.withdrawal_index)), 2)
    why = "the drug falls faster than the body has unlearned it"
    texts = {
        "mild": f"Mild withdrawal is to be expected (index up to {highest}): {why}",
        "moderate": f"Moderate withdrawal is to be expected (index up to {highest}): {why}",
        "severe": f"Severe withdrawal is to be expected (index up to {highest}): {why}",
    }
    yield from _when(
        response.times_us,
        grades >= WithdrawalGrade.MILD,
        texts[name],
        settings.number(f"withdrawal_{name}"),
    )
