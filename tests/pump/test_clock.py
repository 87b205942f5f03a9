"""The pump's own clock: what never moves it, and what setting it does to the steps of a day."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pump.known import known

from cisterna.errors import PumpError, TherapyError
from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us
from cisterna.pump import PumpClock, PumpRun, run_pump
from cisterna.therapy.events import Clock, Fill, FlexStep, Interrogate, Program, Stop
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, Duration, HourlyRate, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]


def fill(at: At) -> Fill:
    """20 mL of 500 mcg/mL."""
    return Fill(at=at(1), injected=Volume(20), concentration=Concentration(500), rinsed=True)


def day(at: At) -> Program:
    """4.5 mcg/h, 8 from 06:30, 5 from 09:00; the pump is implanted at 09:00 on its clock."""
    rates = ((time(0), 4.5), (time(6, 30), 8), (time(9), 5))
    steps = tuple(FlexStep(from_=start, rate=HourlyRate(rate)) for start, rate in rates)
    return Program(at=at(1), mode="flex", steps=steps)


def clock(
    at: datetime, offset: str, minutes: float | None = None, found: str | None = None, why: str | None = None
) -> Clock:
    """The clock set to an offset, after it was found wrong by so many minutes."""
    drift = None if minutes is None else Duration(minutes / 60)
    return Clock(at=at, offset=offset, drift=drift, found=found, why=why)  # type: ignore[arg-type]


def ran(therapy: Therapy, until: datetime) -> PumpRun:
    """The run of a therapy that has a pump."""
    run = run_pump(therapy, instant_us(until))
    assert run is not None
    return run


def programmed(run: PumpRun, *instants: datetime) -> list[float]:
    """What the program asks for at instants, in mcg/h."""
    return known(run.readings([instant_us(instant) for instant in instants]).programmed_mcg_per_h)


@pytest.mark.requirement("H1")
def test_travel_and_summer_time_move_nothing(therapy_of: TherapyOf, at: At) -> None:
    """Madrid goes over to summer time, the patient to New York: the steps keep their elapsed time of day."""
    new_york = timezone(timedelta(hours=-4))
    visit = Interrogate(at=at(24 * 40).astimezone(new_york), reservoir=Volume(15))
    run = ran(therapy_of(fill(at), day(at), visit), at(24 * 60))
    for days in (2, 26, 27, 28, 50):  # 29 March 2026 is the 27th day
        hours = 24 * days - 9
        around = (at(hours + 6.499), at(hours + 6.5), at(hours + 8.999), at(hours + 9))
        assert programmed(run, *around) == [4.5, 8, 8, 5]
    assert not any("clock" in told.text for told in run.happenings)


@pytest.mark.requirement("H1")
def test_setting_the_clock_forward_says_what_it_skips(therapy_of: TherapyOf, at: At) -> None:
    """At 06:00 set to 07:00: half an hour at 4.5 and one at 8 mcg/h are skipped, and it is told."""
    morning = at(24 * 10 + 21)  # 06:00 on the pump's clock
    run = ran(therapy_of(fill(at), day(at), clock(morning, "+02:00", why="summer")), at(24 * 20))
    (told,) = (told.text for told in run.happenings if "clock was set" in told.text)
    assert "forward by 60 min, from 06:00 to 07:00" in told
    assert "skipped are 06:00 to 06:30 at 4.5 mcg/h, 06:30 to 07:00 at 8 mcg/h; 6.25 mcg in all" in told
    assert "summer" in told
    assert programmed(run, morning - timedelta(seconds=1), morning) == [4.5, 8]
    assert programmed(run, at(24 * 11 + 20.499), at(24 * 11 + 20.5)) == pytest.approx([4.5, 8])  # 05:30 UTC+1


@pytest.mark.requirement("H1")
def test_setting_the_clock_back_says_what_it_gives_again(therapy_of: TherapyOf, at: At) -> None:
    """At 09:30 set to 08:30: half an hour at 8 mcg/h comes a second time, and it is told."""
    late = at(24 * 10 + 0.5)  # 09:30 on the pump's clock
    run = ran(therapy_of(fill(at), day(at), clock(late, "+00:00")), at(24 * 20))
    (told,) = (told.text for told in run.happenings if "clock was set" in told.text)
    assert "back by 60 min, from 09:30 to 08:30" in told
    assert "given again are 08:30 to 09:00 at 8 mcg/h, 09:00 to 09:30 at 5 mcg/h; 6.5 mcg in all" in told
    assert programmed(run, late, late + timedelta(minutes=29), late + timedelta(minutes=31)) == [8, 8, 5]


@pytest.mark.requirement("H1")
def test_a_program_without_steps_does_not_depend_on_the_clock(therapy_of: TherapyOf, at: At) -> None:
    """A stopped pump loses nothing by its clock, and is told so; the same offset tells nothing."""
    run = ran(therapy_of(fill(at), day(at), Stop(at=at(5)), clock(at(10), "+03:00")), at(20))
    assert any("no step of the program depends on it" in told.text for told in run.happenings)
    same = ran(therapy_of(fill(at), day(at), clock(at(10), "+01:00")), at(20))
    assert not any("clock" in told.text for told in same.happenings)


@given(hours=st.integers(-11, 13), moment=st.floats(30, 600))
@pytest.mark.requirement("H1")
def test_delivery_loses_exactly_what_is_told(
    hours: int, moment: float, at: At, therapy_of: TherapyOf
) -> None:
    """Until the same time of the clock, it and one left alone differ by the dose that was told."""
    sign = "+" if hours + 1 >= 0 else "-"
    instant = at(round(moment * 4) / 4)
    events = (fill(at), day(at), clock(instant, f"{sign}{abs(hours + 1):02}:00"))
    run = ran(therapy_of(*events), at(800))
    left_alone = ran(therapy_of(*events[:2]), at(800))
    end = instant_us(instant) + 5 * US_PER_DAY
    given, usual = (
        sum(
            stretch_dose(segment.start_us, segment.end_us, segment.dose_mcg_per_h, until)
            for stretch in one.stretches
            for segment in stretch.segments
        )
        for one, until in ((run, end), (left_alone, end + hours * US_PER_HOUR))
    )
    told = [entry.text for entry in run.happenings if "clock was set" in entry.text]
    lost = float(told[0].split("; ")[1].split(" mcg in all")[0]) if told else 0.0
    assert usual - given == pytest.approx(lost if hours > 0 else -lost, abs=0.006)


def stretch_dose(start_us: int, end_us: int, dose_mcg_per_h: float, until_us: int) -> float:
    """What a segment asks for up to an instant."""
    return dose_mcg_per_h * max(0, min(end_us, until_us) - start_us) / US_PER_HOUR


@pytest.mark.requirement("H2")
@pytest.mark.parametrize(("minutes", "is_shown"), [(1.0, False), (1.1, True), (6.0, True)])
def test_an_error_over_a_minute_is_shown(
    therapy_of: TherapyOf,
    at: At,
    minutes: float,
    is_shown: bool,  # noqa: FBT001 - parametrised
) -> None:
    """More than one minute of error is shown, with its way and the number that decides."""
    run = ran(therapy_of(fill(at), day(at), clock(at(240), "+01:00", minutes, "ahead")), at(250))
    shown = [told for told in run.happenings if "min ahead (more than 1 min is shown)" in told.text]
    assert bool(shown) is is_shown
    assert all("[assumed]" in told.source for told in shown)


def test_a_clock_found_ahead_ran_ahead_all_along(therapy_of: TherapyOf, at: At) -> None:
    """Found 24 min ahead after ten days, it was 12 min ahead after five: steps came that much early."""
    found = clock(at(240), "+01:00", 24, "ahead")
    run = ran(therapy_of(fill(at), day(at), found), at(300))
    half = at(120 - 2.5)  # 06:30 on the fifth day by a right clock, 117.5 of 240 h
    early = timedelta(minutes=24 * 117.5 / 240)
    second = timedelta(seconds=2)
    assert programmed(run, half - early - second, half - early + second) == [4.5, 8]
    assert programmed(run, at(240 + 21.499), at(240 + 21.501)) == [4.5, 8]
    assert any("set back by 24 min" in told.text for told in run.happenings)


def test_an_error_of_unknown_sign_is_told_and_not_guessed(therapy_of: TherapyOf, at: At) -> None:
    """Where nobody says which way the clock was wrong, the day is simulated as if it had been right."""
    run = ran(therapy_of(fill(at), day(at), clock(at(240), "+01:00", 24)), at(300))
    assert any("which way is not said" in told.text for told in run.happenings)
    assert programmed(run, at(117.499), at(117.501)) == [4.5, 8]
    with pytest.raises(TherapyError, match="found together with drift"):
        clock(at(240), "+01:00", None, "ahead")


@pytest.mark.requirement("H3")
def test_an_implausible_clock_is_refused(therapy_of: TherapyOf, at: At) -> None:
    """A clock hours wrong is on another zone, which is an offset; an offset that exists nowhere is a slip."""
    with pytest.raises(PumpError, match="at most 1 h either way"):
        ran(therapy_of(fill(at), day(at), clock(at(240), "+01:00", 61, "behind")), at(241))
    with pytest.raises(TherapyError, match="plausible_clock_offset"):
        therapy_of(fill(at), day(at), clock(at(240), "+15:00"))
    allowed = therapy_of(
        fill(at), day(at), clock(at(240), "+01:00", 61, "behind"), parameters={"plausible_clock_error": "2 h"}
    )
    assert any("61 min behind" in told.text for told in ran(allowed, at(241)).happenings)


@given(gain=st.floats(-1e-3, 1e-3), days=st.integers(0, 3000))
def test_a_day_of_the_clock_begins_when_it_shows_midnight(gain: float, days: int) -> None:
    """The instants at which a drifting clock begins its day are those at which it shows 00:00."""
    start_us = instant_us(datetime(2026, 3, 2, 8, tzinfo=UTC))
    drifting = PumpClock(set_us=start_us, offset_us=US_PER_HOUR, gain=gain)
    at_us = start_us + days * US_PER_DAY
    begins_us = drifting.next_day_us(at_us)
    assert drifting.day(begins_us + 2) == drifting.day(at_us) + 1
    assert abs((drifting.shown_us(begins_us) + US_PER_DAY // 2) % US_PER_DAY - US_PER_DAY // 2) <= 2
