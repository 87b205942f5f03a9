"""Which published values share a figure, and who draws it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cisterna.validation.bench import Bench
from cisterna.validation.courses.figure import TimeCourse
from cisterna.validation.courses.levels import fluid_after_bolus, overdose, plasma_by_mouth
from cisterna.validation.courses.reflex import reflex_after_bolus, reflex_over_dose
from cisterna.validation.courses.timing import (
    bolus_duration,
    bolus_effect,
    dose_over_months,
    infusion_effect,
    withdrawal,
)
from cisterna.validation.courses.tone import tone_after_bolus, tone_after_screening, tone_under_pump
from cisterna.validation.scoring import Row, Verdicts

__all__ = ["time_courses"]

_FIGURES: tuple[tuple[tuple[str, ...], Callable[[Bench, Sequence[Row]], TimeCourse]], ...] = (
    (("T2", "T1"), fluid_after_bolus),
    (("T61", "T62", "T65"), reflex_after_bolus),
    (("T57", "T58", "T59", "T60"), reflex_over_dose),
    (("T68",), tone_after_bolus("Legs after 50 mcg by lumbar puncture, stroke")),
    (("T70", "T71"), tone_after_bolus("Legs after 50 mcg by lumbar puncture, brain injury")),
    (("T74",), tone_after_screening("Legs after the first of 50, 75, 100 mcg that works, spinal patients")),
    (("T72",), tone_after_bolus("Legs after 25 to 100 mcg by lumbar puncture, children with cerebral palsy")),
    (("T73",), tone_after_bolus("Arms after 25 to 100 mcg by lumbar puncture, children with cerebral palsy")),
    (("T52", "T53"), bolus_effect),
    (("T54",), bolus_duration),
    (("T55", "T56"), infusion_effect),
    (("T98", "T96", "T99", "T97", "T102"), dose_over_months),
    (("T78",), tone_under_pump("Legs under a pump for 39 months, cerebral palsy", 42.0)),
    (("T79",), tone_under_pump("Legs under a pump for a year, cerebral palsy", 15.0)),
    (("T80",), tone_under_pump("Arms under a pump for a year, cerebral palsy", 15.0)),
    (("T83", "T84"), tone_under_pump("Legs under a pump, spinal patients", 24.0)),
    (("T86",), tone_under_pump("Legs with the tip at T6, children", 15.0)),
    (("T89",), tone_under_pump("Legs with the tip at T11, children", 15.0)),
    (("T87",), tone_under_pump("Arms with the tip at T6, children", 15.0)),
    (("T90",), tone_under_pump("Arms with the tip at T11, children", 15.0)),
    (("T120", "T121"), withdrawal),
    (("T124",), overdose),
    (("T44", "T38", "T37"), plasma_by_mouth("Plasma after a dose by mouth, typical adult")),
    (("T33",), plasma_by_mouth("Plasma after a dose by mouth, typical child")),
)


def time_courses(verdicts: Verdicts, bench: Bench) -> tuple[TimeCourse, ...]:
    """The figures of the studies in ``verdicts``; one is there when one of its targets was run."""
    rows = {row.target.id: row for row in verdicts.rows}
    drawn = []
    for ids, draw in _FIGURES:
        own = [rows[name] for name in ids if name in rows]
        if own:
            drawn.append(draw(bench, own))
    return tuple(drawn)
