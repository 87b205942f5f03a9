"""The time courses behind the targets: what the model gives between the published points.

Each is drawn with one population, the first draw of a run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cisterna.kernel import h_reflex_ratio
from cisterna.validation.bench import Bench, untreated
from cisterna.validation.cohort import PUNCTURE, catheter
from cisterna.validation.dosing import daily_doses, per_hour, reference_dose
from cisterna.validation.readings.timing import removed_after_bolus, removed_from_start, stopped_pump
from cisterna.validation.readings.tone import observed
from cisterna.validation.scenario import Scenario
from cisterna.validation.scoring import Verdicts
from cisterna.validation.target import Target

__all__ = ["Mark", "TimeCourse", "time_courses"]

Floats = NDArray[np.float64]
Extent = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A published value on a figure: its place, or the stretch that its range takes, on each axis.

    An axis on which nothing is published is left out: a time is a stretch over the whole height.
    """

    id: str
    x: float | None = None
    y: float | None = None
    x_range: Extent | None = None
    y_range: Extent | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class TimeCourse:
    """One figure: a simulated curve with its spread between patients, and the published values.

    ``x``, ``middle``, ``low`` and ``high`` (5th and 95th percentile, absent for a typical patient)
    have one shape. Axis titles carry their unit; the axis of values reaches down to ``floor``.
    """

    title: str
    x_title: str
    y_title: str
    x: Floats
    middle: Floats
    marks: tuple[Mark, ...]
    low: Floats | None = None
    high: Floats | None = None
    floor: float = 0.0


def time_courses(verdicts: Verdicts, bench: Bench) -> tuple[TimeCourse, ...]:
    """The figures of the studies in ``verdicts``; one is there when one of its targets was run."""
    rows = {row.target.id: row.target for row in verdicts.rows}
    drawn = []
    for ids, draw in _FIGURES:
        own = [rows[name] for name in ids if name in rows]
        if own:
            drawn.append(draw(bench, own))
    return tuple(drawn)


def _scenario(target: Target) -> Scenario:
    assert target.scenario is not None  # noqa: S101  # figures name rows that are simulated
    return target.scenario


def _score_marks(targets: Sequence[Target], places: Sequence[float]) -> tuple[Mark, ...]:
    marks = []
    for target, place in zip(targets, places, strict=True):
        extent = (target.published.low, target.published.high)
        marks.append(Mark(id=target.id, x=place, y=target.published.value, y_range=extent))
    return tuple(marks)


def _time_marks(targets: Sequence[Target]) -> tuple[Mark, ...]:
    return tuple(
        Mark(id=each.id, x=each.published.value, x_range=(each.published.low, each.published.high))
        for each in targets
    )


def _around(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, 5th and 95th percentile over the patients of values (n, k)."""
    low, high = np.percentile(values, (5, 95), axis=0)
    return values.mean(axis=0), low, high


def _bolus_tone(title: str) -> Callable[[Bench, Sequence[Target]], TimeCourse]:
    def draw(bench: Bench, targets: Sequence[Target]) -> TimeCourse:
        scenario = _scenario(targets[0])
        cohort = bench.cohort(scenario)
        stream = bench.stream(targets[0].number)
        before = untreated(scenario, cohort.size, stream)
        dose = stream.choice(scenario.doses_mcg, cohort.size)
        hours = np.arange(0.0, 12.5, 0.5)
        levels = cohort.after_bolus(PUNCTURE).limb(scenario.limb)
        scores = [
            observed(
                bench,
                cohort,
                scenario,
                stream,
                before=before,
                cord_ng_per_ml=dose * levels[:, cohort.grid.at(hour)],
                tolerance=1.0,
            )
            for hour in hours.tolist()
        ]
        middle, low, high = _around(np.stack(scores, axis=1))
        places = [float(np.mean(_scenario(target).hours)) for target in targets]
        return TimeCourse(
            title=title,
            x_title="hours after the bolus",
            y_title=f"score of the {scenario.limb}, Ashworth 1 to 5",
            floor=1.0,
            x=hours,
            middle=middle,
            low=low,
            high=high,
            marks=_score_marks(targets, places),
        )

    return draw


def _left(scenario: Scenario, published: float) -> float:
    """What is left of the H-reflex in per cent: from its published fall, or from a share of ``before``."""
    return 100.0 - published if scenario.before == 0 else 100.0 * published / scenario.before


def _bolus_reflex(bench: Bench, targets: Sequence[Target]) -> TimeCourse:
    cohort = bench.cohort(_scenario(targets[0]))
    hours = np.arange(0.0, 12.5, 0.5)
    places = [cohort.grid.at(hour) for hour in hours.tolist()]
    cord = 50.0 * cohort.after_bolus(PUNCTURE).legs[:, places]
    half = bench.value("h_reflex_ec50", "ng/mL") * cohort.sensitivity[:, np.newaxis]
    left = 100.0 * h_reflex_ratio(cord, half, bench.value("h_reflex_hill", "ratio"))
    middle, low, high = _around(left)
    marks = []
    for target in targets:
        published, own = target.published, _scenario(target)
        assert published.value is not None  # noqa: S101  # the three rows state a value
        ends = sorted((_left(own, published.low), _left(own, published.high)))
        stretch = (own.hours[0], own.hours[-1]) if len(own.hours) > 1 else None
        place = float(np.mean(own.hours))
        marks.append(
            Mark(
                id=target.id,
                x=place,
                y=_left(own, published.value),
                y_range=(ends[0], ends[1]),
                x_range=stretch,
            )
        )
    return TimeCourse(
        title="H-reflex after 50 mcg by lumbar puncture",
        x_title="hours after the bolus",
        y_title="H-reflex left, % of that before",
        x=hours,
        middle=middle,
        low=low,
        high=high,
        marks=tuple(marks),
    )


def _dose_reflex(bench: Bench, targets: Sequence[Target]) -> TimeCourse:
    scenario = _scenario(targets[0])
    cohort = bench.cohort(scenario)
    doses = np.linspace(0.0, 200.0, 41)
    unit = per_hour(np.ones(1)) * cohort.under_infusion(catheter(scenario.tip)).legs
    half = bench.value("h_reflex_ec50", "ng/mL") * cohort.sensitivity * cohort.tolerance(scenario.months)
    left = h_reflex_ratio(
        unit[:, np.newaxis] * doses, half[:, np.newaxis], bench.value("h_reflex_hill", "ratio")
    )
    middle, low, high = _around(100.0 * left)
    marks = []
    for target in targets:
        own, extent = _scenario(target), (target.published.low, target.published.high)
        if own.reading == "dose for reflex":
            marks.append(Mark(id=target.id, x=target.published.value, y=own.level, x_range=extent))
        else:
            marks.append(Mark(id=target.id, x=own.daily_dose_mcg, y_range=extent))
    return TimeCourse(
        title="H-reflex under a pump for 1.7 years",
        x_title="daily dose, mcg/day",
        y_title="H-reflex left, % of the untreated",
        x=doses,
        middle=middle,
        low=low,
        high=high,
        marks=tuple(marks),
    )


def _doses_over_months(bench: Bench, targets: Sequence[Target]) -> TimeCourse:
    cohort = bench.cohort(_scenario(targets[0]))
    months = np.linspace(0.0, 40.0, 81)
    doses = np.stack([reference_dose(bench, cohort.tolerance(month)) for month in months.tolist()], axis=1)
    middle, low, high = _around(doses)
    return TimeCourse(
        title="Daily dose that keeps the effect",
        x_title="months after the implant",
        y_title="daily dose, mcg/day",
        x=months,
        middle=middle,
        low=low,
        high=high,
        marks=_score_marks(targets, [_scenario(target).months for target in targets]),
    )


def _pump_tone(title: str) -> Callable[[Bench, Sequence[Target]], TimeCourse]:
    def draw(bench: Bench, targets: Sequence[Target]) -> TimeCourse:
        scenario = _scenario(targets[0])
        cohort = bench.cohort(scenario)
        stream = bench.stream(targets[0].number)
        before = untreated(scenario, cohort.size, stream)
        share = daily_doses(replace(scenario, daily_dose_mcg=1.0), cohort.size, stream)
        months = np.linspace(0.1, 42.0, 43)
        unit = per_hour(share) * cohort.under_infusion(catheter(scenario.tip)).limb(scenario.limb)
        typical = bench.typical_adult()
        scores = []
        for month in months.tolist():
            dose_mcg = float(reference_dose(bench, typical.tolerance(month))[0])
            scores.append(
                observed(
                    bench,
                    cohort,
                    scenario,
                    stream,
                    before=before,
                    cord_ng_per_ml=dose_mcg * unit,
                    tolerance=cohort.tolerance(month),
                )
            )
        middle, low, high = _around(np.stack(scores, axis=1))
        return TimeCourse(
            title=title,
            x_title="months under the pump, dose raised with the mean tolerance",
            y_title=f"score of the {scenario.limb}, Ashworth 1 to 5",
            floor=1.0,
            x=months,
            middle=middle,
            low=low,
            high=high,
            marks=_score_marks(targets, [_scenario(target).months for target in targets]),
        )

    return draw


def _bolus_effect(bench: Bench, targets: Sequence[Target]) -> TimeCourse:
    removed, hours = removed_after_bolus(bench, replace(_scenario(targets[0]), doses_mcg=(75.0,)))
    shown = hours <= 24
    return TimeCourse(
        title="Effect of 75 mcg by lumbar puncture, typical patient",
        x_title="hours after the bolus; published: onset, peak, end of the effect",
        y_title="share of the raised tone that is gone, %",
        x=hours[shown],
        middle=100.0 * removed[shown],
        marks=_time_marks(targets),
    )


def _infusion_effect(bench: Bench, targets: Sequence[Target]) -> TimeCourse:
    removed, hours = removed_from_start(bench, _scenario(targets[0]))
    every = slice(None, None, 15)
    return TimeCourse(
        title="Effect of 100 mcg/day at T11 from its start, typical patient",
        x_title="hours after the start; published: first effect, maximum",
        y_title="share of the raised tone that is gone, %",
        x=hours[every],
        middle=100.0 * removed[every],
        marks=_time_marks(targets),
    )


def _withdrawal(bench: Bench, targets: Sequence[Target]) -> TimeCourse:
    hours, response = stopped_pump(bench, _scenario(targets[0]))
    shown = hours >= -6
    return TimeCourse(
        title="Withdrawal after the stop of 300 mcg/day, typical patient",
        x_title="hours after the stop; published: onset, severe",
        y_title="withdrawal index (mild above 0.2)",
        x=hours[shown],
        middle=response.withdrawal_index[shown],
        marks=_time_marks(targets),
    )


_FIGURES: tuple[tuple[tuple[str, ...], Callable[[Bench, Sequence[Target]], TimeCourse]], ...] = (
    (("T61", "T62", "T65"), _bolus_reflex),
    (("T57", "T58", "T59", "T60"), _dose_reflex),
    (("T68",), _bolus_tone("Legs after 50 mcg by lumbar puncture, stroke")),
    (("T70", "T71"), _bolus_tone("Legs after 50 mcg by lumbar puncture, brain injury")),
    (("T72",), _bolus_tone("Legs after 25 to 100 mcg by lumbar puncture, children with cerebral palsy")),
    (("T52", "T53", "T54"), _bolus_effect),
    (("T55", "T56"), _infusion_effect),
    (("T98", "T96", "T99", "T97"), _doses_over_months),
    (("T78", "T79"), _pump_tone("Legs under a pump, cerebral palsy")),
    (("T83", "T84"), _pump_tone("Legs under a pump, spinal patients")),
    (("T120", "T121"), _withdrawal),
)
