"""Three courses of one invented patient, each read over three days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cisterna.course.course import Course
from cisterna.course.simulate import simulate
from cisterna.errors import DefectError
from cisterna.therapy import Oral, Program, read_therapy

__all__ = ["DAYS", "PANELS", "WAYS", "Panel", "ThreeWays", "three_ways"]

DAYS = 3
_EVERY = timedelta(minutes=15)
_ENDS = {
    "tablets": datetime(2026, 6, 29, tzinfo=UTC),
    "pump": datetime(2026, 10, 12, tzinfo=UTC),
    "cream": datetime(2026, 6, 29, tzinfo=UTC),
}
"""The midnight at which the three days end: four weeks after the last change by mouth, nine months after the
implant."""
WAYS = tuple(_ENDS)
"""The three ways, in the order in which they are shown."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One quantity over the three days: its column of the course times ``factor``, in ``unit``."""

    id: str
    column: str
    factor: float
    unit: str
    places: int


PANELS = (
    Panel(id="fluid", column="csf_L4_mcg_per_ml", factor=1000, unit="ng/mL", places=0),
    Panel(id="blood", column="plasma_ng_per_ml", factor=1, unit="ng/mL", places=0),
    Panel(id="reflex", column="h_reflex_ratio", factor=100, unit="%", places=0),
    Panel(id="legs", column="tone_legs", factor=1, unit="Ashworth", places=1),
)
"""Lumbar fluid, plasma, H-reflex in per cent of the untreated one, tone of the legs (Ashworth 1 to 5)."""


@dataclass(frozen=True, kw_only=True)
class ThreeWays:
    """The courses by way, read every 15 minutes from midnight on; ``hours`` (k) are those since then."""

    hours: NDArray[np.float64]
    courses: Mapping[str, Course]

    def values(self, panel: Panel, way: str) -> NDArray[np.float64]:
        """A quantity (k) over the three days."""
        return self.courses[way].columns()[panel.column] * panel.factor

    def ends(self, panel: Panel, way: str) -> tuple[float, float]:
        """The least and the greatest value of a quantity in the three days."""
        values = self.values(panel, way)
        return float(values.min()), float(values.max())

    @property
    def untreated(self) -> float:
        """Tone of the legs without drug."""
        tone = self.courses["pump"].therapy.patient.tone
        if tone is None or tone.legs is None:
            raise DefectError("the invented patient lacks a tone")
        return float(tone.legs)

    def daily_mcg(self, way: str) -> float:
        """The dose of a day that the last event gives, in mcg; of tablets and pump."""
        for event in reversed(self.courses[way].events):
            if isinstance(event, Oral):
                return float(event.dose) * len(event.times)
            if isinstance(event, Program) and event.daily_dose is not None:
                return float(event.daily_dose)
        raise DefectError(f"no daily dose in {way}")


@cache
def three_ways() -> ThreeWays:
    """Simulate the invented patient by mouth, by pump and through the skin; kept once it was done.

    >>> ways = three_ways()
    >>> round(ways.daily_mcg("tablets")), round(ways.daily_mcg("pump"))
    (40000, 200)
    >>> low, high = ways.ends(PANELS[0], "pump")
    >>> bool(high - low < 1)
    True
    """
    steps = DAYS * timedelta(days=1) // _EVERY
    courses = {}
    for way, end in _ENDS.items():
        at = [end - (steps - step) * _EVERY for step in range(steps + 1)]
        therapy = read_therapy(Path(__file__).parent / f"{way}.toml")
        courses[way] = simulate(therapy, until=end, at=at)
    return ThreeWays(
        hours=np.arange(steps + 1, dtype=np.float64) * (_EVERY / timedelta(hours=1)), courses=courses
    )
