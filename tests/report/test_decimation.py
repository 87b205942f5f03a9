"""Decimation keeps what a reader would miss."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from cisterna.report.decimation import JUMP, kept_samples

Drawn = tuple[npt.NDArray[np.int64], dict[str, npt.NDArray[np.float64]]]


@st.composite
def curves(draw: st.DrawFn) -> Drawn:
    """Times at uneven distances, a curve with gaps and one of steps."""
    count = draw(st.integers(2, 400))
    source = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    times = np.cumsum(source.integers(1, 1000, count)).astype(np.int64)
    smooth = np.cumsum(source.normal(size=count))
    stepped = np.repeat(source.normal(size=count), source.integers(1, 9, count))[:count]
    smooth[source.random(count) < 0.05] = np.nan
    return times, {"smooth": smooth, "stepped": stepped}


@given(curves(), st.integers(8, 200))
def test_extremes_ends_gaps_and_jumps_are_kept(drawn: Drawn, most: int) -> None:
    """Whatever the curves, the first, the last, each extreme, both sides of a gap and of a jump are kept."""
    times, columns = drawn
    kept = kept_samples(times, columns, {"stepped"}, most)
    chosen = set(kept.tolist())
    assert kept.tolist() == sorted(chosen)
    assert {0, len(times) - 1} <= chosen
    for values in columns.values():
        if not np.isnan(values).all():
            assert np.nanmax(values[kept]) == np.nanmax(values)
            assert np.nanmin(values[kept]) == np.nanmin(values)
        gap = np.flatnonzero(np.diff(np.isnan(values).astype(int)))
        assert set(gap.tolist()) | set((gap + 1).tolist()) <= chosen
    stepped = columns["stepped"]
    jump = np.flatnonzero(np.abs(np.diff(stepped)) > JUMP * np.ptp(stepped))
    assert set(jump.tolist()) | set((jump + 1).tolist()) <= chosen


def test_each_bin_keeps_its_own_extremes() -> None:
    """A spike of one sample survives although a higher one lies elsewhere."""
    curve = np.zeros(10_000)
    curve[1234], curve[8000] = 1.0, 5.0
    kept = set(kept_samples(np.arange(10_000), {"curve": curve}, (), 100).tolist())
    assert {1234, 8000} <= kept
    assert len(kept) <= 100


def test_a_short_course_is_kept_whole() -> None:
    """No sample is dropped where all of them fit."""
    assert kept_samples(np.arange(50), {"curve": np.arange(50.0)}, (), 50).tolist() == list(range(50))
