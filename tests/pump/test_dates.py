"""The coming dates: exact by the program, never later than the physics, and told with what decides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cisterna.evidence import Settings
from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us
from cisterna.pump import Condition, PumpRun, run_pump
from cisterna.pump.lifetime import months_after
from cisterna.therapy.events import (
    BridgeBolus,
    Event,
    Explant,
    Fill,
    FlexStep,
    PrimingBolus,
    Program,
    SingleBolus,
    Stop,
)
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Duration, HourlyRate, Mass, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]


def fill(at: datetime, volume: float = 20.0) -> Fill:
    """A fill of 500 mcg/mL."""
    return Fill(at=at, injected=Volume(volume), concentration=Concentration(500))


def daily(at: datetime, dose: float) -> Program:
    """A constant flow."""
    return Program(at=at, mode="simple-continuous", daily_dose=DailyDose(dose))


def ran(therapy: Therapy, until: datetime) -> PumpRun:
    """The run of a therapy that has a pump."""
    run = run_pump(therapy, instant_us(until))
    assert run is not None
    return run


@st.composite
def programs(draw: st.DrawFn) -> Callable[[datetime], Program]:
    """A constant flow, a flex day or a periodic bolus."""
    dose = draw(st.floats(60, 900))
    rate = HourlyRate(dose / 24)
    mode = draw(st.sampled_from(["simple-continuous", "flex", "periodic-bolus"]))
    steps = tuple(FlexStep(from_=time(hour), rate=HourlyRate(rate * (1 + hour / 12))) for hour in (0, 7, 22))

    def make(at: datetime) -> Program:
        if mode == "flex":
            return Program(at=at, mode="flex", steps=steps)
        if mode == "periodic-bolus":
            return Program(
                at=at,
                mode="periodic-bolus",
                bolus=Mass(dose / 4),
                over=Duration(1),
                every=Duration(7),
                background=rate,
            )
        return Program(at=at, mode="simple-continuous", daily_dose=DailyDose(dose))

    return make


@settings(max_examples=60, deadline=None)
@given(
    first=programs(), second=programs(), change=st.floats(2, 100), look=st.floats(0, 1), bolus=st.booleans()
)
@pytest.mark.requirement("D2")
def test_dates_are_what_the_pump_then_does(  # noqa: PLR0917 - Hypothesis names them
    first: Callable[[datetime], Program],
    second: Callable[[datetime], Program],
    change: float,
    look: float,
    bolus: bool,  # noqa: FBT001 - Hypothesis names it
    therapy_of: TherapyOf,
    at: At,
) -> None:
    """Run on past the dates and see: the alarm comes at its instant, empty lies between the two bounds.

    The dates are the same whenever they are looked at, before the alarm or years after it.
    """
    events: list[Event] = [
        fill(at(1)),
        PrimingBolus(at=at(1), parts="catheter"),
        first(at(1)),
        second(at(change)),
    ]
    if bolus:
        events.append(SingleBolus(at=at(change + 3), dose=Mass(40), over=Duration(0.5), then="resume"))
    therapy = therapy_of(*events)
    done = ran(therapy, at(24 * 500))
    low_us, empty_us = (
        next(alarm.at_us for alarm in done.alarms if alarm.condition is condition)
        for condition in (Condition.LOW_RESERVOIR, Condition.EMPTY_RESERVOIR)
    )
    looked = ran(therapy, at(change + 3 + look * 24 * 400)).dates
    for dates in (looked, done.dates):
        low, worst = dates.low_reservoir_alarm_date.at_us, dates.worst_case_date.at_us
        early, late = dates.earliest_empty_date.at_us, dates.latest_empty_date.at_us
        assert low is not None
        assert worst is not None
        assert early is not None
        assert late is not None
        assert -1 <= low_us - low <= 100  # never later; a front that rounds up costs a microsecond
        assert worst <= low_us
        assert early <= empty_us <= late
        assert dates.refill_by_date.at_us is not None
        assert dates.refill_by_date.at_us <= low_us - 7 * US_PER_DAY + 1


@pytest.mark.requirement("D2")
def test_the_worst_case_counts_since_the_fill(therapy_of: TherapyOf, at: At) -> None:
    """1.145 times what left since the fill reaches fill less alarm: 18 mL / 1.145 / 0.6 mL/day after it."""
    dates = ran(therapy_of(fill(at(1)), daily(at(1), 300)), at(400)).dates
    start_us = instant_us(at(1))
    expected = {
        dates.worst_case_date.at_us: 18 / 1.145 / 0.6,
        dates.earliest_empty_date.at_us: 20 / 1.145 / 0.6,
        dates.latest_empty_date.at_us: 20 / 0.855 / 0.6,
    }
    for at_us, days in expected.items():
        assert at_us is not None
        assert (at_us - start_us) / US_PER_DAY == pytest.approx(days, abs=1e-9)


@pytest.mark.requirement("D2", "D4")
def test_refill_by_is_the_limiting_date_less_the_lead(therapy_of: TherapyOf, at: At) -> None:
    """The alarm on 1 April limits: refill by 25 March, book from 22 March."""
    dates = ran(therapy_of(fill(at(1)), daily(at(1), 300)), at(2)).dates
    assert (dates.refill_by_date.date, dates.refill_by_date.decided_by) == (date(2026, 3, 25), "alarm-volume")
    assert (dates.book_from.date, dates.book_from.decided_by) == (date(2026, 3, 22), "alarm-volume")


@pytest.mark.requirement("D2")
def test_stability_limits_a_slow_pump(therapy_of: TherapyOf, at: At) -> None:
    """At 50 mcg/day the reservoir lasts 180 days exactly as the drug does; slower, the drug limits."""
    dates = ran(therapy_of(fill(at(1)), daily(at(1), 40)), at(2)).dates
    assert dates.stability_date.at_us == instant_us(at(1)) + 180 * US_PER_DAY
    assert (dates.refill_by_date.date, dates.refill_by_date.decided_by) == (date(2026, 8, 22), "stability")


@pytest.mark.requirement("D2")
def test_a_site_may_cap_the_interval(therapy_of: TherapyOf, at: At) -> None:
    """A site's longest interval limits where it is the shortest of the three."""
    therapy = therapy_of(fill(at(1)), daily(at(1), 300))
    run = run_pump(therapy, instant_us(at(2)), refill_cap_days=20)
    assert run is not None
    assert (run.dates.refill_by_date.date, run.dates.refill_by_date.decided_by) == (date(2026, 3, 15), "cap")


def test_settings_of_the_therapy_decide(therapy_of: TherapyOf, at: At) -> None:
    """Leads and stability are settings: another site's values give other days."""
    therapy = therapy_of(fill(at(1)), daily(at(1), 40))
    parameters = {"refill_lead_short": "3 days", "stability_in_pump": "11 weeks"}
    site = replace(therapy, parameters=parameters, settings=Settings.of(parameters))
    dates = ran(site, at(2)).dates
    assert dates.stability_date.date == date(2026, 5, 18)
    assert dates.refill_by_date.date == date(2026, 5, 15)


def test_days_are_those_of_the_patient(at: At, therapy_of: TherapyOf) -> None:
    """The same instant is another day in another zone, and always the day that holds it."""
    events = (fill(at(15.5)), daily(at(15.5), 300))  # 23:30 UTC
    madrid, lima = (
        ran(therapy_of(*events, timezone=zone), at(16)).dates.low_reservoir_alarm_date
        for zone in ("Europe/Madrid", "America/Lima")
    )
    assert madrid.at_us == lima.at_us
    assert (madrid.date, lima.date) == (date(2026, 4, 2), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ("nothing", "the reservoir was never filled"),
        ("fill", "no program"),
        ("stop", "the pump is stopped"),
        ("bolus", "the pump stops after the bolus"),
        ("explant", "the pump was taken out"),
    ],
)
def test_where_nothing_can_be_said_the_reason_stands(
    therapy_of: TherapyOf, at: At, events: str, why: str
) -> None:
    """A date that cannot be computed is none, never a guess, and says why."""
    running = (fill(at(1)), daily(at(1), 300))
    cases: dict[str, tuple[Event, ...]] = {
        "nothing": (),
        "fill": running[:1],
        "stop": (*running, Stop(at=at(9))),
        "bolus": (*running, SingleBolus(at=at(9), dose=Mass(50), over=Duration(5), then="stop")),
        "explant": (*running, Explant(at=at(9))),
    }
    dated = ran(therapy_of(*cases[events]), at(10)).dates.low_reservoir_alarm_date
    assert (dated.date, dated.at_us, dated.decided_by) == (None, None, why)


def test_a_stopped_pump_keeps_the_dates_of_the_drug(therapy_of: TherapyOf, at: At) -> None:
    """Stopped, no alarm date can be told, but the drug grows old: stability limits."""
    dates = ran(therapy_of(fill(at(1)), daily(at(1), 300), Stop(at=at(9))), at(10)).dates
    assert dates.refill_by_date.decided_by == "stability"


def test_a_date_behind_the_end_of_the_pump_is_none(therapy_of: TherapyOf, at: At) -> None:
    """A pump that stops by itself before the reservoir is low has no alarm date."""
    late = 24 * (7 * 365 + 1)
    events = (fill(at(1)), replace(fill(at(late)), withdrawn=Volume(0)), daily(at(late), 100))
    dates = ran(therapy_of(*events), at(late + 1)).dates
    assert dates.low_reservoir_alarm_date.date is None
    assert "end of its service" in dates.low_reservoir_alarm_date.decided_by


def test_a_bridge_counts_with_its_own_flow(therapy_of: TherapyOf, at: At) -> None:
    """After a stronger fill the bridge runs fast for a day; the alarm comes that much earlier."""
    refill = Fill(
        at=at(241), injected=Volume(20), concentration=Concentration(2000), withdrawn=Volume(10), rinsed=True
    )
    bridge = BridgeBolus(
        at=at(241), volume=Volume(0.34), old_concentration=Concentration(500), daily_dose=DailyDose(200)
    )
    events = (fill(at(1)), daily(at(1), 200), refill)
    with_bridge = ran(therapy_of(*events, bridge), at(242)).dates.low_reservoir_alarm_date.at_us
    without = ran(therapy_of(*events), at(242)).dates.low_reservoir_alarm_date.at_us
    assert with_bridge is not None
    assert without is not None
    # 0.34 mL in 20.4 h in place of 0.085 mL: 0.255 mL at 0.1 mL/day
    assert (without - with_bridge) / US_PER_DAY == pytest.approx(2.55, abs=1e-9)


@pytest.mark.requirement("B13", "G7")
def test_replacement_dates(therapy_of: TherapyOf, at: At) -> None:
    """Seven years after the implant the pump stops; 90 days before the indicator, planning before it."""
    dates = ran(therapy_of(fill(at(1))), at(2)).dates
    assert dates.end_of_service_date.date == date(2033, 3, 2)
    assert dates.eri_date.date == date(2032, 12, 2)
    assert (dates.replace_by_date.date, dates.replace_by_date.decided_by) == (date(2033, 3, 2), "life")
    assert (dates.schedule_by_date.date, dates.schedule_by_date.decided_by) == (date(2032, 9, 2), "life")


@given(years=st.integers(0, 30), month=st.integers(1, 12), day=st.integers(1, 31))
def test_months_are_calendar_months(years: int, month: int, day: int) -> None:
    """A year is twelve months, a month later has the same day or is the last of a shorter month."""
    try:
        start = datetime.fromisoformat(f"2024-{month:02}-{day:02}T12:00:00+00:00")
    except ValueError:
        return
    later_us = months_after(instant_us(start), 12 * years)
    years_us = later_us - instant_us(start)
    assert years * 365 <= years_us / US_PER_DAY <= years * 365.25 + 1
    assert years_us % US_PER_DAY == 0
    half = months_after(instant_us(start), 0.5) - instant_us(start)
    assert half == round(365.25 / 24 * 24 * US_PER_HOUR)
