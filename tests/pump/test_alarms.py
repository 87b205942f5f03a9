"""Alarms: one test for each condition, its priority, and from its cause to its end."""

from collections.abc import Callable
from datetime import datetime

import pytest
from tests.pump.known import known

from cisterna.evidence import Settings
from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us
from cisterna.pump import AlarmRecord, Condition, Priority, PumpRun, repeat_h, run_pump
from cisterna.pump.alarms import cleared, raised
from cisterna.therapy.events import Alarm, Fill, Interrogate, Program, Resume, Stop
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Duration, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]


def fill(at: datetime, volume: float = 20.0, *, again: bool = False) -> Fill:
    """A fill of 500 mcg/mL."""
    return Fill(
        at=at,
        injected=Volume(volume),
        concentration=Concentration(500),
        withdrawn=Volume(0) if again else None,
    )


def daily(at: datetime, dose: float = 300.0) -> Program:
    """0.6 mL/day of 500 mcg/mL."""
    return Program(at=at, mode="simple-continuous", daily_dose=DailyDose(dose))


def ran(therapy: Therapy, until: datetime) -> PumpRun:
    """The run of a therapy that has a pump."""
    run = run_pump(therapy, instant_us(until))
    assert run is not None
    return run


def of(run: PumpRun, condition: Condition) -> AlarmRecord:
    """The only alarm of this condition."""
    (alarm,) = (entry for entry in run.alarms if entry.condition is condition)
    return alarm


@pytest.mark.parametrize(
    ("condition", "priority"),
    [
        (Condition.LOW_RESERVOIR, Priority.NON_CRITICAL),
        (Condition.ELECTIVE_REPLACEMENT_INDICATOR, Priority.NON_CRITICAL),
        (Condition.MINOR_MEMORY_ERROR, Priority.NON_CRITICAL),
        (Condition.MOTOR_STALL, Priority.CRITICAL),
        (Condition.CRITICAL_MEMORY_ERROR, Priority.CRITICAL),
        (Condition.EMPTY_RESERVOIR, Priority.CRITICAL),
        (Condition.STOPPED, Priority.CRITICAL),
        (Condition.END_OF_SERVICE, Priority.CRITICAL),
    ],
)
@pytest.mark.requirement("F1", "F2")
def test_priorities(condition: Condition, priority: Priority) -> None:
    """F2: empty, end of service and a long stop are critical; low and the indicator are not."""
    assert AlarmRecord(at_us=0, condition=condition).priority is priority


@pytest.mark.requirement("D10", "F2", "F3")
def test_low_then_empty_then_filled(therapy_of: TherapyOf, at: At) -> None:
    """The low alarm comes at the alarm volume, the empty one at the counted zero; the fill clears both."""
    run = ran(therapy_of(fill(at(1)), daily(at(1)), fill(at(900), again=True)), at(1000))
    low, empty = of(run, Condition.LOW_RESERVOIR), of(run, Condition.EMPTY_RESERVOIR)
    start_us = instant_us(at(1))
    assert low.at_us == start_us + 30 * US_PER_DAY
    assert empty.at_us == start_us + round(100 / 3 * US_PER_DAY)
    assert low.cleared_us == empty.cleared_us == instant_us(at(900))


def test_a_small_fill_is_low_at_once(therapy_of: TherapyOf, at: At) -> None:
    """A fill that leaves less than the alarm volume raises the low alarm in the same instant."""
    run = ran(therapy_of(fill(at(1), 1.5)), at(2))
    assert of(run, Condition.LOW_RESERVOIR).at_us == instant_us(at(1))


def test_a_new_pump_does_not_sound(therapy_of: TherapyOf, at: At) -> None:
    """Empty at implant and never filled is no alarm, and a pump never programmed is no stopped pump."""
    assert ran(therapy_of(fill(at(100))), at(400)).alarms == ()


@pytest.mark.parametrize(("hours", "sounds"), [(47.9, False), (48.0, True), (60.0, True)])
@pytest.mark.requirement("F2", "F4")
def test_a_stop_over_48_hours_is_critical(
    therapy_of: TherapyOf,
    at: At,
    hours: float,
    sounds: bool,  # noqa: FBT001 - parametrised
) -> None:
    """F4: at 48 h of stop, and not before, the critical alarm comes and accuracy is not assured."""
    run = ran(therapy_of(fill(at(1)), daily(at(1)), Stop(at=at(10))), at(10 + hours))
    assert [alarm.condition for alarm in run.alarms] == ([Condition.STOPPED] if sounds else [])
    told = [entry for entry in run.happenings if "accuracy not assured" in entry.text]
    assert [entry.at_us for entry in told] == ([instant_us(at(58))] if sounds else [])
    assert all("[" in entry.source for entry in told)


@pytest.mark.requirement("F3")
def test_a_resume_clears_the_stop(therapy_of: TherapyOf, at: At) -> None:
    """The alarm of a long stop lasts until the pump runs again."""
    events = (fill(at(1)), daily(at(1)), Stop(at=at(10)), Resume(at=at(100)))
    assert of(ran(therapy_of(*events), at(200)), Condition.STOPPED).cleared_us == instant_us(at(100))


@pytest.mark.requirement("F2", "G7")
def test_the_pump_stops_at_the_end_of_its_service(therapy_of: TherapyOf, at: At) -> None:
    """Seven years after the implant delivery ends by itself, announced 90 days before."""
    years = 24 * 365 * 7
    events = (fill(at(1)), fill(at(years), again=True), daily(at(years)))
    run = ran(therapy_of(*events), at(years + 100))
    end, indicator = of(run, Condition.END_OF_SERVICE), of(run, Condition.ELECTIVE_REPLACEMENT_INDICATOR)
    assert end.at_us == run.dates.end_of_service_date.at_us
    assert end.at_us - indicator.at_us == 90 * US_PER_DAY
    held = run.readings([end.at_us - 1, end.at_us])
    assert held.state == ("running", "end-of-service")
    assert known(held.tip_mcg_per_h)[0] > 0
    assert held.tip_mcg_per_h[1] == 0
    assert held.programmed_mcg_per_h == (12.5, 12.5)


@pytest.mark.requirement("G7")
def test_a_recorded_indicator_stops_the_pump_after_90_days(therapy_of: TherapyOf, at: At) -> None:
    """G7: an indicator that comes early brings the stop with it, whatever the longest life is."""
    seen = Alarm(at=at(240), condition="elective-replacement-indicator", acknowledged=True)
    events = (fill(at(1)), daily(at(1), 40), seen)
    run = ran(therapy_of(*events), at(24 * 120))
    assert of(run, Condition.ELECTIVE_REPLACEMENT_INDICATOR).acknowledged_us == instant_us(at(240))
    assert of(run, Condition.END_OF_SERVICE).at_us == instant_us(at(240)) + 90 * US_PER_DAY
    assert run.last.mode == "end-of-service"


@pytest.mark.requirement("F3")
def test_acknowledging_does_not_clear(therapy_of: TherapyOf, at: At) -> None:
    """F3: an acknowledged, muted alarm goes on until its cause is gone; the mute has an end."""
    heard = Alarm(at=at(730), condition="low-reservoir", acknowledged=True, mute=Duration(1 / 6))
    run = ran(therapy_of(fill(at(1)), daily(at(1)), heard), at(740))
    low = of(run, Condition.LOW_RESERVOIR)
    assert low.acknowledged_us == instant_us(at(730))
    assert low.muted_until_us == instant_us(at(730)) + US_PER_HOUR // 6
    assert low.cleared_us is None


@pytest.mark.requirement("F5")
def test_reading_the_pump_makes_no_alarm(therapy_of: TherapyOf, at: At) -> None:
    """F5: interrogations change nothing, however often."""
    reads = [Interrogate(at=at(2 + hour), reservoir=Volume(19)) for hour in range(5)]
    assert ran(therapy_of(fill(at(1)), daily(at(1)), *reads), at(9)).alarms == ()


def test_an_alarm_is_raised_once_until_it_is_cleared() -> None:
    """A cause that is there already raises no second alarm; after it went, it may come again."""
    once = raised((), Condition.LOW_RESERVOIR, 5)
    assert raised(once, Condition.LOW_RESERVOIR, 9) == once
    again = raised(cleared(once, 12, Condition.LOW_RESERVOIR), Condition.LOW_RESERVOIR, 20)
    assert [(alarm.at_us, alarm.cleared_us) for alarm in again] == [(5, 12), (20, None)]


@pytest.mark.requirement("F1")
def test_how_often_alarms_sound_is_a_setting() -> None:
    """F1: a critical alarm repeats more often than one that is not; both are settable."""
    settings = Settings()
    assert repeat_h(Priority.CRITICAL, settings) == pytest.approx(1 / 6)
    assert repeat_h(Priority.NON_CRITICAL, settings) == 1
    assert repeat_h(Priority.CRITICAL, Settings.of({"alarm_repeat_critical": "5 min"})) == pytest.approx(
        1 / 12
    )
