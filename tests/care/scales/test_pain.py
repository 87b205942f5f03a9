"""Pain: items add up to totals, cut-offs are inclusive, and a missing item is not 0."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.care import Pain, Score, faces_pain, nccpc_pv, nccpc_r, numeric_rating, r_flacc
from cisterna.errors import InputError

SCALES = [(r_flacc, 5, 2, None), (nccpc_r, 30, 3, 7), (nccpc_pv, 27, 3, 11)]
Observed = Callable[..., Score[Pain]]


@pytest.mark.parametrize(("observed", "count", "most", "cut_off"), SCALES)
@given(data=st.data())
def test_items_and_total_agree(
    observed: Observed, count: int, most: int, cut_off: int | None, data: st.DataObject
) -> None:
    """The total of items is their sum, and entering the total gives the same answer."""
    items = data.draw(st.lists(st.integers(0, most), min_size=count, max_size=count))
    by_items = observed(items).value
    assert by_items.total == sum(items)
    assert by_items == observed(total=sum(items)).value
    assert by_items.above_cut_off == (None if cut_off is None else sum(items) >= cut_off)


@pytest.mark.parametrize(("observed", "cut_off"), [(nccpc_r, 7), (nccpc_pv, 11)])
def test_a_total_at_the_cut_off_is_above_it(observed: Observed, cut_off: int) -> None:
    """The published cut-offs are reached by the total that they name."""
    assert observed(total=cut_off).value.above_cut_off is True
    assert observed(total=cut_off - 1).value.above_cut_off is False


def test_no_cut_off_is_made_up() -> None:
    """None is published for r-FLACC: the answer is null and says so."""
    score = r_flacc(total=10)
    assert score.value.above_cut_off is None
    assert any("No cut-off" in reason.text for reason in score.reasons)


@pytest.mark.parametrize(("observed", "count", "most"), [scale[:3] for scale in SCALES])
def test_a_missing_item_leaves_no_total(observed: Observed, count: int, most: int) -> None:
    """One item that was not assessed makes total and cut-off unknown."""
    score = observed([most] * (count - 1) + [None])
    assert (score.value.total, score.value.above_cut_off) == (None, None)
    assert {"total", "above_cut_off"} <= {reason.about for reason in score.reasons}


@pytest.mark.parametrize(("observed", "count", "most"), [scale[:3] for scale in SCALES])
def test_what_no_observer_can_score_is_refused(observed: Observed, count: int, most: int) -> None:
    """Another number of items, an item or a total off its scale, both or neither."""
    for items, total in (
        ([0] * (count + 1), None),
        ([0] * (count - 1) + [most + 1], None),
        ([0] * (count - 1) + [-1], None),
        (None, count * most + 1),
        (None, -1),
        ([0] * count, 0),
        (None, None),
    ):
        with pytest.raises(InputError):
            observed(items, total)


@pytest.mark.parametrize("rated", [numeric_rating, faces_pain])
@pytest.mark.parametrize("total", [-1, 11])
def test_a_rating_is_0_to_10(rated: Callable[[int], object], total: int) -> None:
    """Another number is refused; the range is only recalled, and the message says from where it is."""
    with pytest.raises(InputError, match=r"0 to 10 .*general knowledge"):
        rated(total)


def test_what_is_recalled_is_marked() -> None:
    """The ratings rest on general knowledge, and their sources say so."""
    assert all("[recalled]" in source for source in numeric_rating(3).sources)
