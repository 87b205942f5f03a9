"""What the levels of a cohort do: tone, reflex, sedation, withdrawal and tolerance of every patient.

The laws are those of one patient (:mod:`cisterna.body.response`). Each patient's own are the sensitivity, one
factor for tone of legs and arms and the H-reflex, the gain of tolerance, the threshold of somnolence and the
untreated tone. Everything else (exponents of Hill, times, switch and windows of tolerance, the share of tone
that no drug removes, the weight of withdrawal) has no published spread and is the typical value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cisterna.body.parameters import positive, share_of
from cisterna.body.population.spreads import Patients, Population
from cisterna.body.response import HIGHEST_TONE
from cisterna.body.tolerance import ToleranceLaw
from cisterna.errors import BodyError, Fault
from cisterna.evidence import Settings
from cisterna.kernel import (
    RESPONSES,
    EvenGrid,
    HourlyLevels,
    LadderValues,
    Levels,
    ResponseLaws,
    Sensitivities,
    respond_to_levels,
)
from cisterna.units import decimal_text

__all__ = ["ReadLevels", "ResponseValues", "check_responses", "levels_read", "responses_of"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]
_NEEDED = ("legs", "arms", "cistern")  # levels that the response is made of
_WHOLE = 1e-9  # of an hour: how far steps that make one may be from it by rounding


@dataclass(frozen=True, eq=False)
class ResponseValues:
    """Responses of p patients: ``grid`` (p, responses, steps + 1), ``at`` (p, responses, given ticks).

    What was not wanted is empty.
    """

    grid: Floats = field(repr=False)
    at: Floats = field(repr=False)

    @classmethod
    def none(cls) -> ResponseValues:
        """Where no response is wanted."""
        return cls(np.zeros((0, 0, 0)), np.zeros((0, 0, 0)))


def levels_read(outputs: Sequence[str], responses: Sequence[str]) -> tuple[str, ...]:
    """What the kernel has to read: the outputs, then what the responses need beside them."""
    beside = _NEEDED if responses else ()
    return (*outputs, *(name for name in beside if name not in outputs))


def check_responses(responses: Sequence[str], grid: EvenGrid, *, repeats: bool) -> None:
    """Refuse with :class:`~cisterna.errors.BodyError` what no response can be told of."""
    if not responses:
        return
    unknown = [name for name in responses if name not in RESPONSES]
    if unknown:
        raise _refused("cohort.responses", ", ".join(unknown), ", ".join(RESPONSES), "name what is wanted")
    step_h = grid.ticks * grid.tick_h
    steps = round(1 / step_h)
    if steps < 1 or abs(steps * step_h - 1) > _WHOLE:
        raise _refused(
            "cohort.grid",
            f"a step of {decimal_text(step_h)} h",
            "an hour or a whole part of it, for tolerance has a value at every hour",
            "choose such a step; bands can be told at every so many steps",
        )
    if repeats:
        raise _refused(
            "cohort.responses",
            "responses to a day that repeats for ever",
            "responses to days from the first one on, for tolerance takes months to settle",
            "follow the days one after the other",
        )


@dataclass(frozen=True, eq=False)
class ReadLevels:
    """What was read: ``values`` of the outputs ``names``, and the integral of the level of the legs alone.

    ``cistern`` has as its first output the level of the cistern that the drug given into the spinal fluid
    makes by itself.
    """

    names: tuple[str, ...]
    values: LadderValues
    cistern: LadderValues


def responses_of(
    population: Population, patients: Patients, responses: Sequence[str], read: ReadLevels,
    *, grid: EvenGrid, at_ticks: Ticks,
) -> ResponseValues:  # fmt: skip
    """Responses to the levels ``read`` on their grid and at the given ticks."""
    own, laws = _sensitivities(population, patients), _laws(population.settings)
    legs, arms, values = read.names.index("legs"), read.names.index("arms"), read.values
    every = round(1 / (grid.ticks * grid.tick_h))
    hourly = HourlyLevels(values.grid[:, legs, ::every], values.integrals[:, 0, ::every])

    def told(rows: Floats, brain: Floats, ticks: Ticks) -> Floats:
        hour, rest = np.divmod(ticks, every * grid.ticks)
        levels = Levels(rows[:, legs], rows[:, arms], brain, hour, rest * grid.tick_h)
        return respond_to_levels(responses, hourly, levels, own, laws)

    on_grid = told(values.grid, read.cistern.grid[:, 0], np.arange(grid.steps + 1) * grid.ticks)
    at = (
        told(values.at, read.cistern.at[:, 0], at_ticks)
        if len(at_ticks)
        else np.zeros((0, len(responses), 0))
    )
    return ResponseValues(on_grid, at)


def _sensitivities(population: Population, patients: Patients) -> Sensitivities:
    settings = population.settings
    sensitivity = patients.factor("tone_ec50")
    palsy, other = (share_of(settings, f"irreducible_tone_{of}") for of in ("cerebral_palsy", "acquired"))
    return Sensitivities(
        tone_ec50_ng_per_ml=positive(settings, "tone_ec50", "ng/mL") * sensitivity,
        h_reflex_ec50_ng_per_ml=positive(settings, "h_reflex_ec50", "ng/mL") * sensitivity,
        sedation_threshold_mcg_per_ml=positive(settings, "sedation_threshold", "mcg/mL")
        * patients.factor("sedation_threshold"),
        tolerance_gain=positive(settings, "tolerance_gain", "ratio") * patients.factor("tolerance_gain"),
        untreated_tone_legs=patients.untreated_tone_legs,
        untreated_tone_arms=patients.untreated_tone_arms,
        irreducible_share=np.where(patients.palsy, palsy, other),
    )


def _laws(settings: Settings) -> ResponseLaws:
    tolerance = ToleranceLaw.of(settings)
    return ResponseLaws(
        tone_hill=positive(settings, "tone_hill", "ratio"),
        h_reflex_hill=positive(settings, "h_reflex_hill", "ratio"),
        rise_h=tolerance.rise_h,
        fall_h=tolerance.fall_h,
        switch_ng_per_ml=tolerance.switch_ng_per_ml,
        window_h=tolerance.window_h,
        adaptation_window_h=tolerance.adaptation_window_h,
        memory_h=tolerance.memory_h,
        withdrawal_tone=settings.value("withdrawal_tone", "score"),
        sedation_tolerance=settings.value("sedation_tolerance", "ratio"),
        highest_tone=HIGHEST_TONE,
    )


def _refused(where: str, found: str, allowed: str, remedy: str) -> BodyError:
    return BodyError(Fault(where=where, found=found, allowed=allowed, remedy=remedy))
