"""Scores over time as places in a drawing: measured points at their days, joined where a line helps the eye.

Places across are per cent of the width, places up are pixels of :data:`HEIGHT`, so that the drawing keeps its
height on every screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil, floor
from zoneinfo import ZoneInfo

from cisterna.instants import US_PER_DAY, utc
from cisterna.units import decimal_text

__all__ = ["DOSE_HEIGHT", "HEIGHT", "Drawing", "Line", "Spot"]

HEIGHT = 150
DOSE_HEIGHT = 62
_DOSE_TOP, _DOSE_BOTTOM = 18.0, 52.0
_TOP, _BOTTOM, _LEFT, _RIGHT = 12.0, 124.0, 7.0, 97.0
_SHORTEST_DAYS = 30
_TICKS = 3


@dataclass(frozen=True, kw_only=True)
class Spot:
    """One measured value."""

    at_us: int
    value: float


@dataclass(frozen=True, kw_only=True)
class Line:
    """The values of one site in order of time."""

    name: str
    spots: tuple[Spot, ...]

    @property
    def last(self) -> str:
        """The last value in words."""
        return decimal_text(self.spots[-1].value, 2)


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The lines of one scale on a common axis of time; ``low`` to ``high`` is the axis of values.

    ``doses`` are the daily doses in mcg/day, each from its instant on, drawn below on the same axis of time.
    """

    title: str
    lines: tuple[Line, ...]
    low: float
    high: float
    start_us: int
    end_us: int
    implants: tuple[int, ...]
    zone: ZoneInfo
    doses: tuple[Spot, ...] = ()

    @classmethod
    def of(
        cls, *, title: str, lines: tuple[Line, ...], ends: tuple[float, float] | None,
        implants: tuple[int, ...], zone: ZoneInfo, doses: tuple[Spot, ...] = (),
    ) -> Drawing:  # fmt: skip
        """A drawing that spans its values and the scale, and at least a month.

        >>> spots = (Spot(at_us=0, value=3.5), Spot(at_us=90 * US_PER_DAY, value=2.0))
        >>> drawn = Drawing.of(title="Ashworth", lines=(Line(name="legs", spots=spots),), ends=(1.0, 5.0),
        ...                    implants=(), zone=ZoneInfo("UTC"))
        >>> drawn.across(0), drawn.up(5.0), drawn.up(1.0)
        (7.0, 12.0, 124.0)
        """
        every = [spot for line in lines for spot in line.spots]
        values = [spot.value for spot in every]
        low, high = ends or (floor(min(values)), ceil(max(values)))
        start_us, end_us = min(spot.at_us for spot in every), max(spot.at_us for spot in every)
        end_us = max(end_us, start_us + _SHORTEST_DAYS * US_PER_DAY)
        return cls(
            title=title, lines=lines, low=low, high=high if high > low else low + 1.0,
            start_us=start_us, end_us=end_us, zone=zone, doses=tuple(d for d in doses if d.at_us < end_us),
            implants=tuple(at for at in implants if start_us <= at <= end_us),
        )  # fmt: skip

    def across(self, at_us: int) -> float:
        """Where an instant stands, in per cent from the left."""
        part = (at_us - self.start_us) / (self.end_us - self.start_us)
        return round(_LEFT + (_RIGHT - _LEFT) * part, 2)

    def up(self, value: float) -> float:
        """Where a value stands, in pixels from the top."""
        return round(_BOTTOM - (_BOTTOM - _TOP) * (value - self.low) / (self.high - self.low), 1)

    def pieces(self, line: Line) -> tuple[tuple[float, float, float, float], ...]:
        """The pieces of a line: from across, from up, to across, to up."""
        places = [(self.across(spot.at_us), self.up(spot.value)) for spot in line.spots]
        return tuple((*one, *other) for one, other in pairwise(places))

    def dose_steps(self) -> tuple[tuple[float, float, float, float], ...]:
        """The pieces of the daily dose within the axis: from and to across, up, and the dose in mcg/day.

        >>> steps = (Spot(at_us=0, value=100.0), Spot(at_us=45 * US_PER_DAY, value=200.0))
        >>> line = Line(name="", spots=(Spot(at_us=0, value=3.0), Spot(at_us=90 * US_PER_DAY, value=2.0)))
        >>> drawn = Drawing.of(title="Ashworth", lines=(line,), ends=(1.0, 5.0), implants=(),
        ...                    zone=ZoneInfo("UTC"), doses=steps)
        >>> drawn.dose_steps()
        ((7.0, 52.0, 35.0, 100.0), (52.0, 97.0, 18.0, 200.0))
        """
        if not self.doses:
            return ()
        ends = [*(dose.at_us for dose in self.doses[1:]), self.end_us]
        shown = [
            (max(dose.at_us, self.start_us), end_us, dose.value)
            for dose, end_us in zip(self.doses, ends, strict=True)
            if end_us > self.start_us
        ]
        top = max((mcg for _, _, mcg in shown), default=0.0) or 1.0
        return tuple(
            (self.across(from_us), self.across(to_us), self._dose_up(mcg / top), mcg)
            for from_us, to_us, mcg in shown
        )

    @staticmethod
    def _dose_up(share: float) -> float:
        return round(_DOSE_BOTTOM - (_DOSE_BOTTOM - _DOSE_TOP) * share, 1)

    @property
    def levels(self) -> tuple[tuple[str, float], ...]:
        """The lowest, the middle and the highest value of the axis with their places."""
        step = (self.high - self.low) / (_TICKS - 1)
        values = [self.low + place * step for place in range(_TICKS)]
        return tuple((decimal_text(value, 1), self.up(value)) for value in values)

    def day(self, at_us: int) -> date:
        """The day of an instant for people."""
        return utc(at_us).astimezone(self.zone).date()

    @property
    def words(self) -> str:
        """What the drawing shows, for who cannot see it."""
        told = "; ".join(
            f"{line.name or 'score'} {len(line.spots)} values, first {decimal_text(line.spots[0].value, 2)}, "
            f"last {line.last}"
            for line in self.lines
        )
        steps = self.dose_steps()
        if not steps:
            return f"{self.title}: {told}"
        first, last = (decimal_text(step[3], 1) for step in (steps[0], steps[-1]))
        return f"{self.title}: {told}; daily dose first {first}, last {last} mcg/day"
