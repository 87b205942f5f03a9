"""Dates of one patient on a time axis that all rows of a list share, as places in per cent of its width.

The axis runs from ``start`` to ``end``. What lies before or behind it is drawn at its edge as an arrow, so
that nothing that is due goes unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["Axis", "Strip"]

_MARGIN = 1.0  # per cent, so that a mark at the edge is not cut


@dataclass(frozen=True, kw_only=True)
class Axis:
    """The days that are drawn; ``today`` lies among them."""

    start: date
    end: date
    today: date

    @classmethod
    def around(cls, today: date, *, weeks_before: int = 1, weeks_after: int = 6) -> Axis:
        """Whole weeks around today, so that a weekday is where it was yesterday.

        >>> Axis.around(date(2026, 11, 23)).start
        datetime.date(2026, 11, 16)
        """
        return cls(
            start=today - timedelta(weeks=weeks_before),
            end=today + timedelta(weeks=weeks_after),
            today=today,
        )

    def place(self, on: date) -> float:
        """Where a day stands in per cent; beyond the axis its nearer edge.

        >>> Axis.around(date(2026, 11, 23)).place(date(2026, 11, 23))
        15.0
        """
        part = (on - self.start).days / max((self.end - self.start).days, 1)
        return round(_MARGIN + (100 - 2 * _MARGIN) * min(max(part, 0.0), 1.0), 2)

    def within(self, on: date) -> bool:
        """Whether a day is drawn where it is, not at an edge."""
        return self.start <= on <= self.end

    @property
    def ticks(self) -> tuple[tuple[date, float], ...]:
        """Every seventh day from the start with its place."""
        return tuple((on, self.place(on)) for on in self._weeks())

    def _weeks(self) -> Iterator[date]:
        on = self.start
        while on < self.end:
            yield on
            on += timedelta(weeks=1)


@dataclass(frozen=True, kw_only=True)
class Strip:
    """What one row shows on the axis; each date may be absent.

    ``refill_by`` to ``alarm`` is the lead time; ``fast`` is the day on which a pump at the end of its
    labelled accuracy would reach the alarm volume; ``empty`` the day on which it is empty; ``booked`` the
    visit; ``due`` the date of anything that is not a refill.
    """

    axis: Axis
    refill_by: date | None = None
    alarm: date | None = None
    fast: date | None = None
    empty: date | None = None
    booked: date | None = None
    due: date | None = None

    def place(self, on: date) -> float:
        """Where a day stands in per cent."""
        return self.axis.place(on)

    @property
    def reach(self) -> date | None:
        """How far the line runs from today: to the last date there is."""
        known = [on for on in (self.refill_by, self.due, self.booked) if on is not None]
        return max(known, default=self.alarm)

    @property
    def runs_on(self) -> bool:
        """Whether the pump lasts beyond the axis."""
        return self.alarm is not None and self.alarm > self.axis.end
