"""Fewer samples for the eye that keep what a curve shows: extremes, jumps and gaps.

All curves of a report share one time axis, so one choice of samples serves them all. Time is cut
into equal bins, and in each bin the samples at which any curve is lowest or highest are kept
(the min-max decimation of waveform viewers), with both sides of every jump of a stepped curve and of
every gap. The full resolution is in the data files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt

from cisterna.report.source import Column

__all__ = ["JUMP", "kept_samples"]

JUMP = 0.01
"""A change between neighbours above this part of a stepped curve's range counts as a jump."""

_Index = npt.NDArray[np.int64]


def kept_samples(
    times_us: npt.NDArray[np.int64], columns: Mapping[str, Column], stepped: Collection[str], most: int
) -> _Index:
    """Indices to keep, ascending: first and last, jumps, gaps, and extremes in as many bins as fit.

    ``stepped`` names the columns that change by jumps. There are at most ``most`` indices, but for
    a course whose jumps and gaps alone are more: these are kept whatever their number.

    >>> times = np.arange(1000)
    >>> curve = np.zeros(1000); curve[437] = 1.0
    >>> 437 in kept_samples(times, {"curve": curve}, (), most=50)
    True
    """
    count = len(times_us)
    if count <= most or count < 2:
        return np.arange(count, dtype=np.int64)
    required = _required(columns, stepped, count)
    varying = [
        values
        for values in columns.values()
        if np.nanmax(values, initial=-np.inf) > np.nanmin(values, initial=np.inf)
    ]
    fewest, bins = 2, most
    kept = np.union1d(required, _extremes(times_us, varying, 1))
    while fewest <= bins:
        middle = (fewest + bins) // 2
        candidate = np.union1d(required, _extremes(times_us, varying, middle))
        if len(candidate) <= most:
            kept, fewest = candidate, middle + 1
        else:
            bins = middle - 1
    return kept


def _required(columns: Mapping[str, Column], stepped: Collection[str], count: int) -> _Index:
    """Ends, both sides of every gap, and both sides of every jump of a stepped column."""
    edges = np.zeros(count - 1, dtype=bool)
    for name, values in columns.items():
        unknown = np.isnan(values)
        edges |= unknown[1:] != unknown[:-1]
        if name in stepped and not unknown.all():
            span = float(np.nanmax(values) - np.nanmin(values))
            with np.errstate(invalid="ignore"):
                edges |= (np.abs(np.diff(values)) > JUMP * span) if span > 0 else False
    before = np.flatnonzero(edges)
    return np.unique(np.concatenate([[0, count - 1], before, before + 1])).astype(np.int64)


def _extremes(times_us: npt.NDArray[np.int64], columns: list[Column], bins: int) -> _Index:
    """Where each column is lowest and highest within each of ``bins`` equal stretches of time."""
    elapsed = (times_us - times_us[0]).astype(np.float64)
    bin_of = np.minimum((elapsed / elapsed[-1] * bins).astype(np.int64), bins - 1)
    starts = np.flatnonzero(np.r_[True, np.diff(bin_of) > 0])
    lengths = np.diff(np.r_[starts, len(times_us)])
    ordinal = np.repeat(np.arange(len(starts)), lengths)
    found = []
    for values in columns:
        low = np.where(np.isnan(values), np.inf, values)
        high = np.where(np.isnan(values), -np.inf, values)
        found.append(_first_where(low == np.repeat(np.minimum.reduceat(low, starts), lengths), ordinal))
        found.append(_first_where(high == np.repeat(np.maximum.reduceat(high, starts), lengths), ordinal))
    return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)


def _first_where(hit: npt.NDArray[np.bool_], ordinal: _Index) -> _Index:
    """The first hit within each bin."""
    places = np.flatnonzero(hit)
    first = np.r_[True, np.diff(ordinal[places]) > 0] if len(places) else np.empty(0, dtype=bool)
    return places[first]
