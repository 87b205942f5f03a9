"""What the exposure does: tone, H-reflex, tolerance, withdrawal, sedation, and what to be warned of."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cisterna.body.exposure import Exposure
from cisterna.body.parameters import positive, share_of, whole
from cisterna.body.tolerance import ToleranceLaw, hourly_course
from cisterna.errors import BodyError, Fault
from cisterna.evidence import Settings
from cisterna.instants import US_PER_HOUR
from cisterna.kernel import h_reflex_ratio, hill, tone_score, withdrawal_index
from cisterna.therapy import Therapy
from cisterna.units import decimal_text

__all__ = ["HIGHEST_TONE", "LOWEST_TONE", "Response", "WithdrawalGrade", "respond"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LOWEST_TONE, HIGHEST_TONE = 1.0, 5.0
"""Ends of the Ashworth scale as it is used here."""


class WithdrawalGrade(IntEnum):
    """How bad a withdrawal is by its index; severe is a high index that was held."""

    NONE = 0
    MILD = 1
    MODERATE = 2
    SEVERE = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Response:
    """The response at ``times_us`` (k), which are those of the exposure.

    ``tone_legs`` and ``tone_arms`` are Ashworth scores from 1 to 5; what would lie above is 5 and
    ``tone_above_scale``. ``h_reflex_ratio`` is the share of the H-reflex that remains.
    ``sedation_index`` is the level of the basal cistern from intrathecal drug alone over the
    threshold of somnolence, ``None`` where no drug was given into the spinal fluid: there is no
    forecast for oral drug. ``withdrawal_index`` is 0 without withdrawal; ``withdrawal_grade`` holds
    values of :class:`WithdrawalGrade`. ``tolerance`` multiplies the half-effect concentrations.

    Flags: ``overdosing_legs`` and ``overdosing_arms`` where the cord level is far above what the
    effect needs or tone fell below the limp limit; ``in_respiratory_range`` and
    ``above_respiratory_range`` where the brain level reaches the lower and the upper threshold of
    respiratory depression and coma. An onset is judged by the cistern, an end by the deep brain,
    which lags behind: the higher of the two counts.

    ``notes`` say which values are published means in place of the patient's own. ``known`` is as
    in the exposure; where it is False the response is that to the drug known to have entered.
    """

    times_us: NDArray[np.int64] = field(repr=False)
    known: Flags = field(repr=False)
    tone_legs: Floats = field(repr=False)
    tone_arms: Floats = field(repr=False)
    h_reflex_ratio: Floats = field(repr=False)
    sedation_index: Floats | None = field(repr=False)
    withdrawal_index: Floats = field(repr=False)
    withdrawal_grade: NDArray[np.int8] = field(repr=False)
    tolerance: Floats = field(repr=False)
    tone_above_scale: Flags = field(repr=False)
    overdosing_legs: Flags = field(repr=False)
    overdosing_arms: Flags = field(repr=False)
    in_respiratory_range: Flags = field(repr=False)
    above_respiratory_range: Flags = field(repr=False)
    untreated_tone_legs: float
    untreated_tone_arms: float
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def since(self, at_us: int) -> Response:
        """The same from ``at_us`` on alone."""
        first = int(np.searchsorted(self.times_us, at_us))
        rows: dict[str, Any] = {
            entry.name: value[first:]
            for entry in fields(self)
            if isinstance(value := getattr(self, entry.name), np.ndarray)
        }
        return replace(self, **rows)


def respond(exposure: Exposure, therapy: Therapy, known_tolerance: Floats | None = None) -> Response:
    """Response of the patient to an exposure.

    ``known_tolerance`` is that of the first hours of an exposure that begins in the midst of a course, as
    :func:`~cisterna.body.tolerance.hourly_course` takes it; the response holds from the last of them on.

    Raises :class:`~cisterna.errors.BodyError` where a setting or the untreated tone is outside what
    the laws take.
    """
    settings = therapy.settings
    exponent = positive(settings, "tone_hill", "ratio")
    ec50 = positive(settings, "tone_ec50", "ng/mL")
    law = ToleranceLaw.of(settings)
    clock = _Clock.of(exposure)
    hourly = hourly_course(
        exposure.cord_legs_ng_per_ml[clock.grid],
        exposure.cord_legs_integral_ng_h_per_ml[clock.grid],
        ec50,
        exponent,
        law,
        known_tolerance=known_tolerance,
    )
    hour = clock.hour
    tolerance = law.step(hourly.tolerance[hour], hourly.treated[hour], clock.since_hour_h)
    occupancy = hill(exposure.cord_legs_ng_per_ml, ec50 * tolerance, exponent)
    withdrawal = withdrawal_index(
        np.maximum(hourly.largest_tolerance[hour], tolerance),
        law.gain,
        hourly.adapted_occupancy[hour],
        occupancy,
    )
    untreated_legs, untreated_arms, notes = _untreated_tone(therapy)
    limbs = _Limbs(settings, _irreducible_share(therapy), ec50 * tolerance, exponent, withdrawal)
    legs, legs_above, legs_over = limbs.judge(untreated_legs, exposure.cord_legs_ng_per_ml)
    arms, arms_above, arms_over = limbs.judge(untreated_arms, exposure.cord_arms_ng_per_ml)
    brain_factor = 1.0 + settings.value("sedation_tolerance", "ratio") * (tolerance - 1.0)
    brain_ng_per_ml = _brain_level(exposure) / brain_factor
    return Response(
        times_us=exposure.times_us,
        known=exposure.known,
        tone_legs=legs,
        tone_arms=arms,
        h_reflex_ratio=h_reflex_ratio(
            exposure.cord_legs_ng_per_ml,
            positive(settings, "h_reflex_ec50", "ng/mL") * tolerance,
            positive(settings, "h_reflex_hill", "ratio"),
        ),
        sedation_index=_sedation_index(exposure, brain_factor, settings),
        withdrawal_index=withdrawal,
        withdrawal_grade=_withdrawal_grade(withdrawal, clock, settings),
        tolerance=tolerance,
        tone_above_scale=legs_above | arms_above,
        overdosing_legs=legs_over,
        overdosing_arms=arms_over,
        in_respiratory_range=brain_ng_per_ml >= positive(settings, "respiratory_threshold_low", "ng/mL"),
        above_respiratory_range=brain_ng_per_ml >= positive(settings, "respiratory_threshold_high", "ng/mL"),
        untreated_tone_legs=untreated_legs,
        untreated_tone_arms=untreated_arms,
        notes=notes,
    )


@dataclass(frozen=True, eq=False)
class _Clock:
    """The hourly grid within the times of an exposure.

    ``grid`` are the rows on the hour, ``hour`` (k) the last of them at or before each row (as its
    number from the start), ``since_hour_h`` (k) the hours since then.
    """

    grid: NDArray[np.intp]
    hour: NDArray[np.int64]
    since_hour_h: Floats

    @classmethod
    def of(cls, exposure: Exposure) -> _Clock:
        elapsed_us = exposure.times_us - exposure.start_us
        hour, rest_us = np.divmod(elapsed_us, US_PER_HOUR)
        return cls(np.flatnonzero(rest_us == 0), hour, rest_us / US_PER_HOUR)


@dataclass(frozen=True, eq=False)
class _Limbs:
    """The law of tone as it holds for legs and arms alike."""

    settings: Settings
    irreducible_share: float
    half_effect_ng_per_ml: Floats
    exponent: float
    withdrawal: Floats

    def judge(self, untreated: float, cord_ng_per_ml: Floats) -> tuple[Floats, Flags, Flags]:
        """Tone, where it would lie above the scale, and where the drug is too much for the limb."""
        occupancy = hill(cord_ng_per_ml, self.half_effect_ng_per_ml, self.exponent)
        score = tone_score(untreated, self.irreducible_share, occupancy)
        limp = self.settings.value("overdosing_tone", "score")
        # A limb that is limp without treatment does not show by its tone that the drug is too much.
        too_limp = (score < limp) & (untreated >= limp)
        multiple = positive(self.settings, "overdosing_multiple", "ratio")
        overdosing = too_limp | (cord_ng_per_ml > multiple * self.half_effect_ng_per_ml)
        tone = score + self.settings.value("withdrawal_tone", "score") * self.withdrawal
        return np.minimum(tone, HIGHEST_TONE), tone > HIGHEST_TONE, overdosing


def _untreated_tone(therapy: Therapy) -> tuple[float, float, tuple[str, ...]]:
    """Untreated tone of legs and arms on the scale of 1 to 5, and a note where it is a published mean."""
    settings, tone = therapy.settings, therapy.patient.tone
    if tone is None:
        legs, arms = (settings.number(f"untreated_tone_{limb}") for limb in ("legs", "arms"))
        notes = tuple(
            f"untreated tone of the {limb} is not stated; the mean {entry.shown()} is used ({entry.cited()})"
            for limb, entry in (("legs", legs), ("arms", arms))
        )
        return _on_scale(legs.in_unit("score")), _on_scale(arms.in_unit("score")), notes
    raised = 1.0 if tone.scale == "ashworth-0-4" else 0.0
    return _on_scale(tone.legs + raised), _on_scale(tone.arms + raised), ()


def _on_scale(score: float) -> float:
    if LOWEST_TONE <= score <= HIGHEST_TONE:
        return score
    raise BodyError(
        Fault(
            where="patient.tone",
            found=decimal_text(score),
            allowed="an Ashworth score from 1 to 5",
            remedy="correct the score or name its scale",
        )
    )


def _irreducible_share(therapy: Therapy) -> float:
    palsy = therapy.patient.condition == "cerebral palsy"
    return share_of(therapy.settings, f"irreducible_tone_{'cerebral_palsy' if palsy else 'acquired'}")


def _brain_level(exposure: Exposure) -> Floats:
    """Level of intrathecal drug that acts on the brain: the higher of cistern and deep brain."""
    cistern, deep = exposure.cistern_intrathecal_ng_per_ml, exposure.deep_brain_intrathecal_ng_per_ml
    if cistern is None or deep is None:
        return np.zeros(len(exposure.times_us))
    return np.maximum(cistern, deep)


def _sedation_index(exposure: Exposure, brain_factor: Floats, settings: Settings) -> Floats | None:
    if exposure.cistern_intrathecal_ng_per_ml is None:
        return None
    threshold = positive(settings, "sedation_threshold", "ng/mL") * brain_factor
    index: Floats = exposure.cistern_intrathecal_ng_per_ml / threshold
    return index


def _withdrawal_grade(withdrawal: Floats, clock: _Clock, settings: Settings) -> NDArray[np.int8]:
    """Grade by the index times the individual susceptibility; severe where it was held by the hour."""
    index = withdrawal * settings.value("withdrawal_susceptibility", "ratio")
    severe = index > settings.value("withdrawal_severe", "ratio")
    held_h = whole(settings, "withdrawal_severe_held", "h")
    hourly = severe[clock.grid]
    begun = np.where(hourly, -1, np.arange(len(hourly)))  # the last hour that was not severe
    last_other = np.maximum.accumulate(begun)
    held = (np.arange(len(hourly)) - last_other > held_h)[clock.hour]
    grade = np.zeros(len(index), dtype=np.int8)
    grade[index > settings.value("withdrawal_mild", "ratio")] = WithdrawalGrade.MILD
    grade[index > settings.value("withdrawal_moderate", "ratio")] = WithdrawalGrade.MODERATE
    grade[severe & held] = WithdrawalGrade.SEVERE
    return grade
