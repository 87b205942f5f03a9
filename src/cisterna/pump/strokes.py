"""Delivery in whole strokes of a valve: what a pump can really deliver of what is asked for.

A pump that delivers in strokes gives stroke volume times concentration with each. A dose is therefore
a whole number of strokes: of a day for a constant rate, of a step for a flex day, of each bolus. Where
no stroke is known for a model, nothing is rounded and :func:`resolution_text` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil, floor

from cisterna.instants import US_PER_HOUR
from cisterna.pump.schedule import Schedule
from cisterna.units import decimal_text

__all__ = [
    "Deliverable",
    "deliverable_dose",
    "in_strokes",
    "resolution_text",
    "volume_in_strokes",
    "whole_strokes",
]

_ROUNDING = 1e-9  # of a stroke; a quotient that rounding left below a half is that half


@dataclass(frozen=True, kw_only=True)
class Deliverable:
    """A daily dose that is asked for, and the one that the pump can deliver of it, in mcg/day.

    >>> print(Deliverable(asked_mcg_per_day=490.0, deliverable_mcg_per_day=500.0).text())
    asked 490 mcg/day, deliverable 500 mcg/day (+2.04 %, +10 mcg/day)
    """

    asked_mcg_per_day: float
    deliverable_mcg_per_day: float

    @property
    def difference_mcg_per_day(self) -> float:
        """What is delivered more than asked for; negative where less."""
        return self.deliverable_mcg_per_day - self.asked_mcg_per_day

    @property
    def difference_percent(self) -> float:
        """The same in per cent of what was asked for; 0 where that is nothing."""
        if self.asked_mcg_per_day == 0:
            return 0.0
        return 100 * self.difference_mcg_per_day / self.asked_mcg_per_day

    def text(self) -> str:
        """Both doses and their difference, as people read them."""
        more = f"{_signed(self.difference_percent)} %, {_signed(self.difference_mcg_per_day)} mcg/day"
        return (
            f"asked {decimal_text(self.asked_mcg_per_day, 3)} mcg/day, "
            f"deliverable {decimal_text(self.deliverable_mcg_per_day, 3)} mcg/day ({more})"
        )


def _signed(value: float) -> str:
    text = decimal_text(value, 2)
    return text if text.startswith("-") or text == "0" else f"+{text}"


def whole_strokes(volume_ml: float, stroke_ml: float) -> int:
    """The whole number of strokes nearest to a volume, the larger one of two that are as near.

    >>> whole_strokes(0.0098, 0.01), whole_strokes(0.0049, 0.01)
    (1, 0)
    """
    return floor(volume_ml / stroke_ml + 0.5 + _ROUNDING)


def volume_in_strokes(volume_ml: float, stroke_ml: float | None) -> float:
    """A volume that is to be pumped through, in whole strokes and never less; as it is where none is known.

    >>> volume_in_strokes(0.34, 0.0025), round(volume_in_strokes(0.3411, 0.0025), 4)
    (0.34, 0.3425)
    """
    if stroke_ml is None:
        return volume_ml
    return max(volume_ml, ceil(volume_ml / stroke_ml - _ROUNDING) * stroke_ml)


def deliverable_dose(
    daily_dose_mcg: float,
    concentration_mcg_per_ml: float,
    stroke_ml: float | None,
    deliveries_per_day: float | None = None,
) -> Deliverable:
    """What a pump delivers of a daily dose: whole strokes a day, or in each of several deliveries.

    ``stroke_ml`` is ``None`` where the model's stroke is not known; then nothing is rounded.

    >>> deliverable_dose(490.0, 1000.0, 0.01, deliveries_per_day=50).deliverable_mcg_per_day
    500.0
    """
    if stroke_ml is None:
        return Deliverable(asked_mcg_per_day=daily_dose_mcg, deliverable_mcg_per_day=daily_dose_mcg)
    times = 1.0 if deliveries_per_day is None else deliveries_per_day
    strokes = whole_strokes(daily_dose_mcg / times / concentration_mcg_per_ml, stroke_ml)
    deliverable = strokes * times * stroke_ml * concentration_mcg_per_ml
    return Deliverable(asked_mcg_per_day=daily_dose_mcg, deliverable_mcg_per_day=deliverable)


def in_strokes(schedule: Schedule, stroke_ml: float) -> Schedule:
    """The schedule in whole strokes, never off by more than half a stroke from the beginning of its period.

    After every stage the strokes given are those nearest to what was asked for until then. The strokes
    of a stage are spread evenly over it: the mean flow of a train of strokes.
    """
    starts_us = [stage.start_us for stage in schedule.stages]
    hours = [(end - start) / US_PER_HOUR for start, end in pairwise((*starts_us, schedule.period_us))]
    asked_ml = (stage.flow_ml_per_h * span for stage, span in zip(schedule.stages, hours, strict=True))
    given = [whole_strokes(volume_ml, stroke_ml) for volume_ml in accumulate(asked_ml, initial=0.0)]
    stages = tuple(
        stage._replace(flow_ml_per_h=(after - before) * stroke_ml / span)
        for stage, span, (before, after) in zip(schedule.stages, hours, pairwise(given), strict=True)
    )
    return Schedule(schedule.anchor_us, schedule.period_us, stages)


def resolution_text(model: str, stroke_ml: float | None, label_mcg_per_ml: float) -> str:
    """How finely a model delivers, or that it is not published and nothing is rounded."""
    if stroke_ml is None:
        return f"no stroke volume or rate resolution is known for the {model}: delivery is not rounded"
    dose = decimal_text(stroke_ml * label_mcg_per_ml, 3)
    return f"the {model} delivers in strokes of {decimal_text(stroke_ml)} mL, {dose} mcg each"
