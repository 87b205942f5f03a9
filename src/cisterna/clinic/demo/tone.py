"""Invented scores that follow the published course of treated tone.

Before, after and the spread around them are the means of published groups, asked for by name; what a
patient here scores is drawn around them and belongs to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from cisterna.evidence import number
from cisterna.therapy import Condition, Tone

__all__ = ["InventedTone"]

_LEGS: dict[Condition, tuple[str, str]] = {
    "cerebral palsy": ("ashworth_legs_before_gilmartin", "ashworth_legs_39_months_gilmartin"),
    "spinal cord injury": ("ashworth_before_spinal_1994", "ashworth_after_spinal_1994"),
    "multiple sclerosis": ("ashworth_before_spinal_1994", "ashworth_after_spinal_1994"),
    "brain injury": ("ashworth_legs_before_meythaler", "ashworth_legs_12_months_meythaler"),
    "stroke": ("ashworth_legs_before_stroke", "ashworth_legs_6_h_stroke"),
}
_ARMS = ("ashworth_arms_before_meythaler", "ashworth_arms_12_months_gilmartin")
_PATIENT_SD = 0.25  # between invented patients, and
_SCORE_SD = 0.15  # between two of their scores; both are scenery


@dataclass(frozen=True, kw_only=True)
class InventedTone:
    """Tone of one invented patient on the Ashworth scale from 1 to 5: untreated, and fully treated."""

    legs: tuple[float, float]
    arms: tuple[float, float]

    @classmethod
    def drawn(cls, random: Random, condition: Condition) -> InventedTone:
        """A patient around the published group of a condition."""
        legs, arms = (
            tuple(number(name).in_unit("score") for name in names) for names in (_LEGS[condition], _ARMS)
        )
        shift = random.gauss(0, _PATIENT_SD)
        return cls(
            legs=(_score(legs[0] + shift), _score(legs[1] + shift / 2)),
            arms=(_score(arms[0] + shift), _score(arms[1] + shift / 2)),
        )

    @property
    def untreated(self) -> Tone:
        """The untreated tone as a therapy states it."""
        return Tone(legs=self.legs[0], arms=self.arms[0], scale="ashworth-1-5")

    def scores(self, random: Random, share: float) -> tuple[float, float]:
        """A score of legs and of arms where ``share`` of the full effect is there (0 to 1)."""
        legs, arms = (
            _score(before + (after - before) * share + random.gauss(0, _SCORE_SD))
            for before, after in (self.legs, self.arms)
        )
        return legs, arms


def _score(value: float) -> float:
    """The score on the scale that is nearest to a drawn one, to a tenth."""
    low, high = number("ashworth_trial_range").low or 1.0, number("ashworth_trial_range").high or 5.0
    return round(min(high, max(low, value)), 1)
