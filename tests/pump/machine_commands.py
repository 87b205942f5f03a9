"""What the driven pump may accept, and what it must do with it: ranges, capacity, what follows a bolus."""

from __future__ import annotations

from tests.pump.machine_move import VOLUME_ML, Move

from cisterna.instants import US_PER_HOUR
from cisterna.pump import Condition, Priority, Status
from cisterna.therapy.events import BridgeBolus, Program, Resume, SingleBolus

__all__ = [
    "a_bolus_is_followed_by_what_was_chosen",
    "a_bridge_lasts_for_its_volume",
    "a_reset_pump_is_read_before_it_resumes",
    "nothing_is_overfilled",
    "priorities_are_those_of_the_sheet",
    "what_runs_is_in_range",
]

SLACK = 1e-9  # relative
CRITICAL = ("empty-reservoir", "end-of-service", "motor-stall", "stopped", "critical-memory-error")


def nothing_is_overfilled(move: Move) -> None:
    """The reservoir never holds more than its capacity."""
    after = move.after
    assert after.reservoir.volume_ml <= after.system.capacity_ml * (1 + SLACK)


def what_runs_is_in_range(move: Move) -> None:
    """A simple program that was accepted asks for a flow that the pump has."""
    if not any(isinstance(event, Program) for event in move.events) or not move.after.is_running:
        return
    program, label = move.after.program, move.after.label_mcg_per_ml
    if program is None or label is None or program.program.daily_dose is None:
        return
    flow_ml_per_h = program.program.daily_dose / label / 24
    flows = move.after.system.flows
    least, most = flows.minimum_ml_per_h * (1 - SLACK), flows.maximum_ml_per_h * (1 + SLACK)
    assert least <= flow_ml_per_h <= most


def a_bolus_is_followed_by_what_was_chosen(move: Move) -> None:
    """A single bolus that runs will be followed by what its event says."""
    activity = move.after.activity
    if (
        move.events
        and isinstance(move.events[-1], SingleBolus)
        and activity
        and activity.kind == "single-bolus"
    ):
        resumes = move.events[-1].then == "resume"
        assert activity.then is (Status.RUNNING if resumes else Status.STOPPED)


def a_bridge_lasts_for_its_volume(move: Move) -> None:
    """A bridge lasts for volume times old concentration over old dose, to a microsecond and a stroke."""
    activity = move.after.activity
    if not (move.events and isinstance(move.events[-1], BridgeBolus) and activity):
        return
    if activity.kind != "bridge-bolus":
        return
    bridge, stroke_ml = move.events[-1], move.after.system.stroke_ml or 0.0
    flow_ml_per_h = bridge.daily_dose / bridge.old_concentration / 24
    meant_us = bridge.volume / flow_ml_per_h * US_PER_HOUR
    slack_us = 2 + (stroke_ml + VOLUME_ML) / flow_ml_per_h * US_PER_HOUR
    assert abs(activity.end_us - activity.start_us - meant_us) <= slack_us


def a_reset_pump_is_read_before_it_resumes(move: Move) -> None:
    """No resume is accepted by a pump that was reset and not read since."""
    if len(move.events) == 1 and isinstance(move.events[0], Resume) and move.before.session is None:
        assert not move.before.must_be_read


def priorities_are_those_of_the_sheet(move: Move) -> None:
    """Every alarm that was ever raised has the priority that is published for its condition."""
    for alarm in move.after.alarms:
        is_critical = alarm.condition.value in CRITICAL
        assert (alarm.priority is Priority.CRITICAL) == is_critical
    assert set(CRITICAL) <= {condition.value for condition in Condition}
