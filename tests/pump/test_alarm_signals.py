"""What is heard: the worst alarm that is not muted, for as long as its cause is there."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pump.faulty import At, TherapyOf, begun, conditions, daily, fault, fill, ran, texts

from cisterna.errors import PumpError
from cisterna.instants import instant_us
from cisterna.pump import AlarmRecord, Condition, Priority, refusals, run_pump, sounding_at
from cisterna.therapy.events import Alarm, Interrogate, Resume, Stop
from cisterna.therapy.record_events import AlarmCondition
from cisterna.units import Duration

LOW, EMPTY, STALL = Condition.LOW_RESERVOIR, Condition.EMPTY_RESERVOIR, Condition.MOTOR_STALL

records = st.lists(
    st.builds(
        AlarmRecord,
        at_us=st.integers(0, 50),
        condition=st.sampled_from(Condition),
        muted_us=st.none() | st.integers(0, 100),
        muted_until_us=st.none() | st.integers(0, 100),
        cleared_us=st.none() | st.integers(50, 100),
        delay_us=st.integers(0, 5),
    ),
    max_size=6,
)


@pytest.mark.requirement("F1")
@given(alarms=records, at_us=st.integers(0, 110))
def test_critical_overrides_and_nothing_is_invented(alarms: list[AlarmRecord], at_us: int) -> None:
    """What is heard asks to be heard, nothing that asks is worse, and silence means that nothing asks."""
    heard = sounding_at(alarms, at_us)
    asking = [alarm for alarm in alarms if alarm.sounds_at(at_us)]
    assert (heard is None) == (not asking)
    if heard is not None:
        assert heard in asking
        if any(alarm.priority is Priority.CRITICAL for alarm in asking):
            assert heard.priority is Priority.CRITICAL


@pytest.mark.requirement("F1", "F3")
def test_a_mute_silences_its_own_condition_only() -> None:
    """Muted low: silence; then empty comes and is heard; the mute of the low one ends by itself."""
    low = AlarmRecord(at_us=0, condition=LOW, muted_us=10, muted_until_us=20)
    empty = AlarmRecord(at_us=15, condition=EMPTY)
    assert [sounding_at([low], at_us) for at_us in (9, 10, 19, 20)] == [low, None, None, low]
    assert [sounding_at([low, empty], at_us) for at_us in (14, 15, 30)] == [None, empty, empty]
    muted = replace(empty, muted_us=16, muted_until_us=40)
    assert sounding_at([low, muted], 25) == low


def test_an_alarm_sounds_from_its_delay_to_its_end() -> None:
    """From the cause and the delay on, up to the instant at which it ended."""
    alarm = AlarmRecord(at_us=10, condition=STALL, delay_us=5, cleared_us=30)
    assert [alarm.sounds_at(at_us) for at_us in (14, 15, 29, 30)] == [False, True, True, False]


def test_the_delay_is_a_setting(therapy_of: TherapyOf, at: At) -> None:
    """The cause is recorded at its instant, the sound comes as much later as the setting says."""
    events = (*begun(at), fault(at(50), "motor-stall"))
    run = ran(therapy_of(*events, parameters={"alarm_delay": "30 min"}), at(60))
    (stall,) = run.alarms
    assert stall.at_us == instant_us(at(50))
    assert sounding_at(run.alarms, instant_us(at(50.4))) is None
    assert sounding_at(run.alarms, instant_us(at(50.5))) == stall


@pytest.mark.requirement("F3")
def test_a_mute_is_limited(therapy_of: TherapyOf, at: At) -> None:
    """Ten minutes and not one more, unless the setting says so; then the alarm is heard again."""
    mute = Alarm(at=at(730), condition="low-reservoir", mute=Duration(1 / 6))
    run = ran(therapy_of(*begun(at), mute), at(740))
    (low,) = run.alarms
    instants = [instant_us(at(hour)) for hour in (729.9, 730, 730.16, 730.17)]
    assert [sounding_at(run.alarms, instant) for instant in instants] == [low, None, None, low]
    assert low.acknowledged_us is None
    longer = replace(mute, mute=Duration(0.25))
    (refused,) = refusals(therapy_of(*begun(at), longer))
    assert refused.where == "event[4].mute"
    assert "at most 10 min (alarm_mute_limit, assumed)" in refused.allowed
    assert refusals(therapy_of(*begun(at), longer, parameters={"alarm_mute_limit": "15 min"})) == ()


@pytest.mark.requirement("F3")
def test_acknowledging_neither_silences_nor_clears(therapy_of: TherapyOf, at: At) -> None:
    """Somebody saw it, and it goes on; only the fill ends it."""
    seen = Alarm(at=at(730), condition="low-reservoir", acknowledged=True)
    run = ran(therapy_of(*begun(at), seen, fill(at(740), 2)), at(750))
    (low,) = run.alarms
    assert low.acknowledged_us == instant_us(at(730))
    assert sounding_at(run.alarms, instant_us(at(739))) == low
    assert low.cleared_us == instant_us(at(740))


def test_what_only_the_pump_can_know_is_taken_from_the_record(therapy_of: TherapyOf, at: At) -> None:
    """A memory error and a stall that somebody read are alarms from then on, with their priority."""
    known: tuple[AlarmCondition, ...] = ("minor-memory-error", "critical-memory-error", "motor-stall")
    read = [Alarm(at=at(50), condition=name) for name in known]
    run = ran(therapy_of(*begun(at), *read), at(60))
    assert [(alarm.condition.value, alarm.priority.value, alarm.latched) for alarm in run.alarms] == [
        ("minor-memory-error", "non-critical", True),
        ("critical-memory-error", "critical", True),
        ("motor-stall", "critical", True),
    ]
    ended = ran(therapy_of(*begun(at), *read, Interrogate(at=at(70)), daily(at(71))), at(80))
    assert [alarm.cleared_us for alarm in ended.alarms] == [instant_us(at(hour)) for hour in (71, 71, 70)]


@pytest.mark.requirement("F5")
def test_an_alarm_that_nothing_computed_gives_is_told_and_not_made(therapy_of: TherapyOf, at: At) -> None:
    """A low alarm recorded with 19 mL counted is a contradiction, not an alarm of the model."""
    run = ran(therapy_of(*begun(at), Alarm(at=at(40), condition="low-reservoir")), at(60))
    assert conditions(run) == []
    assert "the low reservoir alarm is recorded, but nothing computed here gives it" in texts(run, at(40))[0]


@pytest.mark.requirement("F4")
def test_accuracy_lost_by_a_stop_stays_lost(therapy_of: TherapyOf, at: At) -> None:
    """After 48 h of stop the mark stays although the pump runs again and the alarm is over."""
    run = ran(therapy_of(*begun(at), Stop(at=at(50)), Resume(at=at(100))), at(200))
    assert run.last.accuracy_lost_us == instant_us(at(98))
    assert run.alarms[0].cleared_us == instant_us(at(100))
    short = ran(therapy_of(*begun(at), Stop(at=at(50)), Resume(at=at(97))), at(200))
    assert short.last.accuracy_lost_us is None


@pytest.mark.requirement("F2")
def test_every_cause_of_the_list_has_its_alarm(therapy_of: TherapyOf, at: At) -> None:
    """Critical and not critical as published; each cause that can be simulated raises its own."""
    critical = {condition for condition in Condition if condition.priority is Priority.CRITICAL}
    assert {condition.value for condition in critical} == {
        "empty-reservoir", "end-of-service", "motor-stall", "stopped", "critical-memory-error", "flow-off",
    }  # fmt: skip
    assert {condition.value for condition in set(Condition) - critical} == {
        "low-reservoir", "elective-replacement-indicator", "minor-memory-error",
    }  # fmt: skip
    raised = {
        "motor-stall": (fault(at(50), "motor-stall"),),
        "critical-memory-error": (fault(at(50), "reset", "safe-state"),),
        "stopped": (Stop(at=at(50)),),
    }
    for condition, events in raised.items():
        assert conditions(ran(therapy_of(*begun(at), *events), at(120))) == [condition]


def test_a_mute_that_is_refused_leaves_the_rest(therapy_of: TherapyOf, at: At) -> None:
    """The refusal is an error of the run, with its place."""
    mute = Alarm(at=at(730), condition="low-reservoir", mute=Duration(2))
    with pytest.raises(PumpError, match="mute it again"):
        run_pump(therapy_of(*begun(at), mute), instant_us(at(740)))
