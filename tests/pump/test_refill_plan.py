"""When to refill: which limit decides, what a plan must keep, and what another alarm volume costs."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.errors import PumpError
from cisterna.evidence import Settings
from cisterna.instants import US_PER_DAY, instant_us
from cisterna.pump import Dates, Limit, alarm_moved_days, appointment, limiting, plan_verdict, run_pump
from cisterna.therapy.events import Fill, Program
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]

names = st.sampled_from(["alarm-volume", "stability", "cap"])


@pytest.mark.requirement("D2")
@given(limits=st.lists(st.builds(Limit, st.integers(0, 400), names)), worst=st.integers(0, 400))
def test_the_earliest_limit_decides(limits: list[Limit], worst: int) -> None:
    """No limit is earlier than the one that decides; the worst case counts only where the site says so."""
    worst_case = Limit(worst, "accuracy")
    first = limiting(limits, worst_case)
    assert first is None if not limits else first == min(limits, key=lambda limit: limit.at_us)
    driven = limiting(limits, worst_case, worst_case_drives=True)
    assert driven is not None
    assert driven.at_us == min([worst, *(limit.at_us for limit in limits)])


def dates(
    therapy_of: TherapyOf, at: At, *, drives: bool, dose: float = 300.0, cap: float | None = None
) -> Dates:
    """The dates of 20 mL of 500 mcg/mL."""
    fill = Fill(at=at(1), injected=Volume(20), concentration=Concentration(500), rinsed=True)
    program = Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(dose))
    run = run_pump(
        therapy_of(fill, program), instant_us(at(1)), refill_cap_days=cap, worst_case_drives=drives
    )
    assert run is not None
    return run.dates


@pytest.mark.requirement("D2")
def test_the_worst_case_is_shown_and_drives_only_where_set(therapy_of: TherapyOf, at: At) -> None:
    """WE22: 30 days to the alarm; the worst case of 26.2 days is always shown and decides on request."""
    start_us = instant_us(at(1))
    for drives in (False, True):
        found = dates(therapy_of, at, drives=drives)
        assert found.worst_case_date.at_us == pytest.approx(start_us + 30 / 1.145 * US_PER_DAY, abs=2)
        expected, name = (30 / 1.145, "accuracy") if drives else (30, "alarm-volume")
        assert found.refill_by_date.decided_by == found.book_from.decided_by == name
        assert found.refill_by_date.at_us == pytest.approx(start_us + (expected - 7) * US_PER_DAY, abs=2)
        assert found.book_from.at_us == pytest.approx(start_us + (expected - 10) * US_PER_DAY, abs=2)


@pytest.mark.requirement("D2")
@pytest.mark.parametrize(
    ("dose", "cap", "name"), [(300.0, None, "alarm-volume"), (40.0, None, "stability"), (300.0, 20.0, "cap")]
)
def test_what_decides_is_named(
    therapy_of: TherapyOf, at: At, dose: float, cap: float | None, name: str
) -> None:
    """A slow pump is limited by the stability of the drug, a site by its cap, and the date says by which."""
    assert dates(therapy_of, at, drives=False, dose=dose, cap=cap).refill_by_date.decided_by == name


@pytest.mark.requirement("D4")
def test_appointment_three_to_five_days_before() -> None:
    """WE27: the alarm on day D, a refill from D - 5 to D - 3; part of a day of lead counts as a day."""
    alarm = date(2026, 4, 1)
    assert appointment(alarm, 3, 5) == (date(2026, 3, 27), date(2026, 3, 29))
    assert appointment(alarm, 2.5, 4.1) == (date(2026, 3, 27), date(2026, 3, 29))


@pytest.mark.requirement("D4")
@pytest.mark.parametrize(
    ("planned", "verdict"),
    [
        (date(2026, 3, 25), "ok"),
        (date(2026, 3, 26), "caution"),
        (date(2026, 3, 31), "caution"),
        (date(2026, 4, 1), "stop"),
        (date(2026, 4, 9), "stop"),
    ],
)
def test_a_plan_keeps_its_lead_and_never_the_alarm_day(planned: date, verdict: str) -> None:
    """Seven days before an alarm on 1 April is fine, later needs a reason, the alarm's day is refused."""
    assert plan_verdict(planned, date(2026, 4, 1), date(2026, 4, 1), 7).verdict == verdict


@pytest.mark.requirement("D4")
def test_the_alarm_may_come_after_another_limit() -> None:
    """Limited by stability before the alarm: after it a plan needs a reason, at the alarm it is refused."""
    stable, alarm = date(2026, 4, 1), date(2026, 5, 1)
    assert plan_verdict(date(2026, 4, 15), stable, alarm, 7).verdict == "caution"
    assert plan_verdict(date(2026, 5, 1), stable, alarm, 7).verdict == "stop"
    assert plan_verdict(date(2026, 4, 1), stable, None, 7).verdict == "stop"


@pytest.mark.requirement("D5")
def test_what_another_alarm_volume_costs() -> None:
    """WE25: from 2 to 4 mL at 0.6 mL/day the alarm comes 3.33 days earlier, back again as much later."""
    assert alarm_moved_days(0.6, 2.0, 4.0, Settings()) == pytest.approx(10 / 3)
    assert alarm_moved_days(0.6, 4.0, 2.0, Settings()) == pytest.approx(-10 / 3)


@pytest.mark.requirement("D5")
def test_an_alarm_below_two_millilitres_is_refused() -> None:
    """2 mL is taken, less is refused with its source."""
    assert alarm_moved_days(0.5, 3.0, 2.0, Settings()) == -2.0
    with pytest.raises(PumpError, match=r"found 1\.99 mL; allowed: at least 2 mL"):
        alarm_moved_days(0.5, 3.0, 1.99, Settings())
