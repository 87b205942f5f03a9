"""The fields of a visit: an hour that is no instant, or two, is asked about and not guessed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from cisterna.clinic.visits.fields import Field
from cisterna.errors import InputError

AT = Field(name="at", label="Withdrawn at", form="instant")
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("day", "clock", "words"),
    [
        ("2026-10-25", "01:30", "which the clocks of the place show twice on that day"),
        ("2026-03-29", "01:30", "which the clocks of the place skip on that day"),
    ],
)
def test_an_hour_that_the_clocks_skip_or_show_twice_is_refused(day: str, clock: str, words: str) -> None:
    """On the nights of the change a typed hour can be no instant, or two an hour apart."""
    with pytest.raises(InputError, match=words) as told:
        AT.value({"at_day": day, "at_time": clock}, LONDON)
    assert [fault.where for fault in told.value.faults] == ["at"]


def test_the_hours_around_a_change_are_instants() -> None:
    """The last minute before the clocks go back, and the first after the hour that comes twice."""
    typed = [AT.value({"at_day": "2026-10-25", "at_time": clock}, LONDON) for clock in ("00:59", "02:00")]
    assert [one.utcoffset().total_seconds() for one in typed] == [3600, 0]  # type: ignore[union-attr]
