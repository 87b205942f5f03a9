"""No window of any length ever holds more than its limit, whatever the patient asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.errors import InputError
from cisterna.instants import US_PER_HOUR
from cisterna.limits import GivenBolus, given_in_window_ml, window_limit

REQUESTS = st.lists(
    st.tuples(st.integers(0, 90 * 60), st.floats(0.001, 0.3), st.integers(0, 90)), max_size=40
)


def infused_ml(trace: list[tuple[float, float, float]], start_h: float, end_h: float) -> float:
    """What square boluses of (start, end, volume) deliver between two hours; one without length at once."""
    total = 0.0
    for begin, end, volume in trace:
        if end == begin:
            total += volume if start_h <= begin <= end_h else 0.0
        else:
            total += volume * max(0.0, min(end, end_h) - max(begin, start_h)) / (end - begin)
    return total


@pytest.mark.requirement("A9", "C4")
@given(
    requests=REQUESTS, window_h=st.floats(0.5, 12), background=st.floats(0, 0.05), limit=st.floats(0.05, 1)
)
def test_no_window_of_a_random_day_passes_its_limit(
    requests: list[tuple[int, float, int]], window_h: float, background: float, limit: float
) -> None:
    """Boluses that the check allows, begun when asked for, leave every rolling window within the limit."""
    given, trace = list[GivenBolus](), list[tuple[float, float, float]]()
    for minute, volume, minutes in sorted(requests):
        at_us = minute * US_PER_HOUR // 60
        check = window_limit(
            limit_ml=limit, window_h=window_h, background_ml_per_h=background,
            given_ml=given_in_window_ml(given, at_us, window_h), request_ml=volume,
        )  # fmt: skip
        if check.allowed:
            end = minute + minutes
            given.append(GivenBolus(end_us=end * US_PER_HOUR // 60, volume_ml=volume))
            trace.append((minute / 60, end / 60, volume))
    edges = {edge for begin, end, _ in trace for edge in (begin, end)}
    for start in {*edges, *(edge - window_h for edge in edges)}:
        boluses = infused_ml(trace, start, start + window_h)
        assert boluses == 0 or boluses + background * window_h <= limit * (1 + 1e-6)


@pytest.mark.requirement("A9")
def test_background_that_is_still_to_come_is_reserved() -> None:
    """Straight after the start nothing of the background has flowed, and yet a whole window of it counts."""
    check = window_limit(limit_ml=1, window_h=4, background_ml_per_h=0.2, given_ml=0, request_ml=0.5)
    assert check.committed_ml == pytest.approx(0.8)
    assert not check.allowed
    assert check.room_ml == pytest.approx(0.2)


@pytest.mark.requirement("A9")
def test_a_request_that_just_fits_is_allowed() -> None:
    """The limit itself belongs to what is allowed; a thousandth more does not."""
    asked = {"limit_ml": 1.0, "window_h": 4.0, "background_ml_per_h": 0.1, "given_ml": 0.4}
    assert window_limit(**asked, request_ml=0.2).allowed
    assert not window_limit(**asked, request_ml=0.201).allowed


def test_background_alone_above_the_limit_leaves_no_room() -> None:
    """Where the background fills the window by itself, no bolus is allowed and the room is nothing."""
    check = window_limit(limit_ml=1, window_h=4, background_ml_per_h=0.5, given_ml=0, request_ml=0)
    assert (check.allowed, check.room_ml) == (False, 0.0)


@pytest.mark.parametrize("key", ["limit_ml", "background_ml_per_h", "given_ml", "request_ml", "window_h"])
def test_a_negative_amount_is_refused(key: str) -> None:
    """A negative volume, flow or window is an error that names it."""
    amounts = {
        "limit_ml": 1.0,
        "window_h": 4.0,
        "background_ml_per_h": 0.1,
        "given_ml": 0.0,
        "request_ml": 0.1,
    }
    with pytest.raises(InputError, match=key):
        window_limit(**{**amounts, key: -1.0})
