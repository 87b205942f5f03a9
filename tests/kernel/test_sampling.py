"""Random numbers by place, and quantiles by counting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.kernel import RELATIVE_ERROR, Counts, normals, sampling, truncated_normals, uniforms


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((2**32 - 1,) * 4, (2**32 - 1,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    ],
)
def test_the_generator_gives_the_published_words(
    counter: tuple[int, ...], key: tuple[int, int], expected: tuple[int, ...]
) -> None:
    """Philox 4x32-10 gives the known answers of its authors."""
    one, two, three, four = (np.array([[word]], dtype=np.uint64) for word in counter)
    found = sampling._philox((one, two, three, four), key)
    assert tuple(int(words[0, 0]) for words in found) == expected


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**63), st.integers(1, 20), st.integers(0, 19))
def test_a_number_depends_on_its_place_alone(seed: int, first: int, count: int, skipped: int) -> None:
    """However a draw is cut, the same seed, index and column give the same number."""
    whole = uniforms(seed, first, count + skipped, 5)
    np.testing.assert_array_equal(whole[skipped:], uniforms(seed, first + skipped, count, 5))
    np.testing.assert_array_equal(whole[:, :4], uniforms(seed, first, count + skipped, 4))


def test_numbers_are_even_normal_and_of_one_seed() -> None:
    """Means, spreads and the lack of correlation are within four standard errors; another seed differs."""
    drawn = normals(3, 0, 40_000, 4)
    assert np.abs(drawn.mean(axis=0)).max() < 4 / 200
    assert np.abs(drawn.std(axis=0) - 1).max() < 4 / np.sqrt(2 * 40_000)
    assert np.abs(np.corrcoef(drawn.T) - np.eye(4)).max() < 4 / 200
    assert abs(np.corrcoef(drawn[:-1, 0], drawn[1:, 0])[0, 1]) < 4 / 200
    assert not (normals(4, 0, 10, 1) == drawn[:10, :1]).any()


def test_a_cut_distribution_stays_within_its_ends() -> None:
    """Nothing lies beyond the ends, and the share of the median is one half."""
    drawn = truncated_normals(uniforms(1, 0, 1000, 1)[:, 0], -0.5, 0.2)
    assert drawn.min() >= -0.5
    assert drawn.max() <= 0.2
    assert abs(np.mean(drawn < truncated_normals(np.array([0.5]), -0.5, 0.2)[0]) - 0.5) < 0.07


@pytest.mark.parametrize(("seed", "first"), [(-1, 0), (2**64, 0), (0, -1)])
def test_a_place_that_is_none_is_refused(seed: int, first: int) -> None:
    """Seed and index are 64 bits without a sign."""
    with pytest.raises(ValueError, match="2\\^64"):
        uniforms(seed, first, 1, 1)


@given(st.integers(0, 1000), st.integers(1, 300), st.sampled_from([0.0, 0.05, 0.5, 0.95, 1.0]))
def test_a_counted_quantile_is_that_of_the_values(seed: int, count: int, share: float) -> None:
    """It lies within the stated error of the value that stands at its place in the order."""
    values = np.exp(np.random.default_rng(seed).normal(0, 2, (count, 3)))
    counts = Counts(3, low=1e-6, high=1e6)
    counts.add(values)
    exact = np.sort(values, axis=0)[int(share * (count - 1))]
    np.testing.assert_allclose(counts.quantiles(share)[0], exact, rtol=RELATIVE_ERROR)
    assert counts.total == count


def test_counts_add_up_in_any_order() -> None:
    """Split, joined and counted in another order, the quantiles are the same to the last digit."""
    values = np.random.default_rng(1).lognormal(0, 1, (200, 2))
    one, other, whole = (Counts(2, low=1e-3, high=1e3) for _ in range(3))
    one.add(values[150:])
    other.add(values[:150])
    other.join(one)
    whole.add(values[::-1])
    np.testing.assert_array_equal(other.quantiles([0.1, 0.9]), whole.quantiles([0.1, 0.9]))
    with pytest.raises(ValueError, match="bounds"):
        one.join(Counts(2, low=1e-4, high=1e3))


def test_values_beyond_the_ends_are_told_as_such() -> None:
    """Below the lowest it is 0; above the highest no less than that."""
    counts = Counts(1, low=1.0, high=8.0)
    counts.add(np.array([[0.0], [0.5], [100.0]]))
    assert counts.quantiles([0.0, 0.5])[:, 0].tolist() == [0.0, 0.0]
    assert counts.quantiles(1.0)[0, 0] == pytest.approx(8.0, rel=2 * RELATIVE_ERROR)
