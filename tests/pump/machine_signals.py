"""What the driven pump says: alarms that have their cause, mutes that hide nothing worse, dates that hold."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tests.pump.machine_move import VOLUME_ML, Move

from cisterna.instants import US_PER_HOUR
from cisterna.pump import Condition, Priority, PumpState, Status
from cisterna.pump.alarms import sounding_at
from cisterna.pump.dates import dates_of

ROUNDING_US = 1000  # every change of flow may round by a microsecond

__all__ = ["alarms_have_their_cause", "dates_are_not_later_than_the_pump", "no_mute_hides_a_worse_alarm"]


def alarms_have_their_cause(move: Move) -> None:
    """An alarm is active if, and only if, its cause is there; none is there twice."""
    after = move.after
    active = [alarm.condition for alarm in after.alarms if alarm.cleared_us is None]
    assert len(active) == len(set(active))
    assert all(alarm.cleared_us is None or alarm.cleared_us >= alarm.at_us for alarm in after.alarms)
    if after.status is Status.EXPLANTED:
        assert active == []
        return
    _reservoir_alarms(after, active)
    _stop_alarms(after, active)
    if after.lifetime.eri_us is not None:
        is_due = after.at_us >= after.lifetime.eri_us
        assert (Condition.ELECTIVE_REPLACEMENT_INDICATOR in active) == is_due
    if after.lifetime.stop_us is not None:
        assert (Condition.END_OF_SERVICE in active) == (after.at_us >= after.lifetime.stop_us)
    assert (Condition.END_OF_SERVICE in active) == (after.status is Status.END_OF_SERVICE)
    stalls = any(one.what == "motor-stall" for one in after.impairments)
    assert (Condition.MOTOR_STALL in active) == stalls
    assert (Condition.CRITICAL_MEMORY_ERROR in active) or not after.must_be_read


def _reservoir_alarms(after: PumpState, active: list[Condition]) -> None:
    """Low and empty follow the count, which is calculated and not measured."""
    if after.system.alarm_ml is not None:
        above_ml = after.reservoir.counted_ml - after.system.alarm_ml
        if abs(above_ml) > VOLUME_ML:  # an instant is whole microseconds, in which a little flows
            assert (Condition.LOW_RESERVOIR in active) == (after.filled_us is not None and above_ml <= 0)
    if Condition.EMPTY_RESERVOIR in active:
        assert after.is_empty
    elif after.is_empty and after.filled_us is not None and not after.system.is_constant_flow:
        assert after.schedule is None


def _stop_alarms(after: PumpState, active: list[Condition]) -> None:
    stopped_us = after.stopped_us
    assert (stopped_us is not None) == (after.status is Status.STOPPED and after.activity is None)
    is_long = stopped_us is not None and after.at_us - stopped_us >= 48 * US_PER_HOUR
    if after.status is not Status.END_OF_SERVICE:  # a long stop goes on at the end of the service
        assert (Condition.STOPPED in active) == is_long
    assert not is_long or after.accuracy_lost_us is not None


def no_mute_hides_a_worse_alarm(move: Move) -> None:
    """What is heard is the worst alarm that is not muted; a mute ends by itself."""
    after = move.after
    asking = [alarm for alarm in after.alarms if alarm.sounds_at(after.at_us)]
    heard = sounding_at(after.alarms, after.at_us)
    assert (heard is None) == (not asking)
    if any(alarm.priority is Priority.CRITICAL for alarm in asking):
        assert heard is not None
        assert heard.priority is Priority.CRITICAL
    for alarm in after.alarms:
        if alarm.cleared_us is None and alarm.muted_until_us is not None:
            assert alarm.sounds_at(max(alarm.muted_until_us, alarm.at_us + alarm.delay_us))


def dates_are_not_later_than_the_pump(move: Move) -> None:
    """The low and the empty alarm never come before the date that was told for them."""
    raised = {
        alarm.condition: alarm.at_us
        for alarm in move.after.alarms
        if alarm.at_us > move.before.at_us and isinstance(move.action, int)
    }
    if not {Condition.LOW_RESERVOIR, Condition.EMPTY_RESERVOIR} & set(raised):
        return
    dates = dates_of(move.since_fill, move.before, ZoneInfo("UTC"))
    told = {
        Condition.LOW_RESERVOIR: dates.low_reservoir_alarm_date.at_us,
        Condition.EMPTY_RESERVOIR: dates.earliest_empty_date.at_us,
    }
    for condition, told_us in told.items():
        if condition in raised and told_us is not None:
            assert told_us <= raised[condition] + ROUNDING_US
    _assert_in_order(dates.worst_case_date.at_us, dates.low_reservoir_alarm_date.at_us)
    _assert_in_order(dates.earliest_empty_date.at_us, dates.latest_empty_date.at_us)


def _assert_in_order(first_us: int | None, second_us: int | None) -> None:
    """Of two dates within the accuracy the worse comes first."""
    assert first_us is None or second_us is None or first_us <= second_us
