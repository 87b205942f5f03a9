"""The picture of all rows as geometry: each published range equally wide, the simulated value as a disc."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from cisterna.validation.scoring import Row

__all__ = ["Track", "tracks_of"]

_TRACK_LOW, _TRACK_HIGH = -0.75, 1.75


@dataclass(frozen=True, kw_only=True)
class Track:
    """One row of the picture of all: where the simulated and the published value lie in the range.

    Places are shares of the width; the published range always takes ``low`` to ``high``. ``beyond``
    is -1 or 1 where the simulated value lies further out than the picture reaches.
    """

    row: Row
    low: float
    high: float
    simulated: float
    published: float | None
    beyond: int


def tracks_of(rows: Sequence[Row]) -> tuple[Track, ...]:
    """Rows that were simulated, as tracks."""
    return tuple(_track(row) for row in rows if row.simulated is not None)


def _track(row: Row) -> Track:
    published = row.target.published
    width = published.high - published.low or abs(published.high) or 1.0

    def place(value: float) -> float:
        return ((value - published.low) / width - _TRACK_LOW) / (_TRACK_HIGH - _TRACK_LOW)

    assert row.simulated is not None  # noqa: S101  # asked for above
    at = place(row.simulated) if isfinite(row.simulated) else 2.0
    beyond = -1 if at < 0 else int(at > 1)
    return Track(
        row=row,
        low=place(published.low),
        high=place(published.high),
        simulated=min(max(at, 0.0), 1.0),
        published=None if published.value is None else place(published.value),
        beyond=beyond,
    )
