"""Instants: whole microseconds of UTC, exact both ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.instants import US_PER_DAY, US_PER_HOUR, elapsed_h, instant_us, us_of_hours, utc

ZONES = st.sampled_from(["UTC", "Europe/Madrid", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"])


@given(
    at=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES.map(ZoneInfo))  # noqa: DTZ001
)
def test_an_instant_goes_there_and_back(at: datetime) -> None:
    """Reading a date in any zone and writing it in UTC is the same instant to the microsecond."""
    assert utc(instant_us(at)) == at.astimezone(UTC)


@given(offset=st.integers(-14 * 60, 14 * 60))
def test_equal_instants_are_equal_numbers(offset: int) -> None:
    """The same instant written with different offsets is one number."""
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert instant_us(at.astimezone(timezone(timedelta(minutes=offset)))) == instant_us(at)


def test_an_instant_without_zone_is_refused() -> None:
    """A local time without its zone names no instant."""
    with pytest.raises(ValueError, match="zone"):
        instant_us(datetime(2026, 3, 2, 10))  # noqa: DTZ001  the very thing refused


def test_a_day_of_daylight_saving_has_the_hours_that_passed() -> None:
    """From noon to noon over the change of clocks in Madrid 23 h pass in spring and 25 h in autumn."""
    madrid = ZoneInfo("Europe/Madrid")
    for month, day, hours in ((3, 28, 23), (10, 24, 25)):
        start = instant_us(datetime(2026, month, day, 12, tzinfo=madrid))
        end = instant_us(datetime(2026, month, day + 1, 12, tzinfo=madrid))
        assert elapsed_h(start, end) == hours


@given(at_us=st.integers(-(10**15), 10**16), step_us=st.integers(0, 10**12))
def test_a_step_is_as_long_wherever_it_lies(at_us: int, step_us: int) -> None:
    """The length of a step does not depend on the date, to the last bit."""
    assert elapsed_h(at_us, at_us + step_us) == elapsed_h(0, step_us)


@given(us=st.integers(0, 10**15))
def test_hours_and_microseconds_agree(us: int) -> None:
    """Hours of whole microseconds give these back, up to thirty years."""
    assert us_of_hours(us / US_PER_HOUR) == us


def test_constants() -> None:
    """An hour has 3600 million microseconds and a day 24 hours."""
    assert timedelta(hours=1) // timedelta(microseconds=1) == US_PER_HOUR
    assert timedelta(days=1) // timedelta(microseconds=1) == US_PER_DAY
