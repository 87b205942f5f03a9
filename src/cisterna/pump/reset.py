"""A reset of the pump: what it is left in, and what must be done before an old program may run again.

"Stop" is no safe state for baclofen, because withdrawal can kill; the safe state is the lowest rate
with a critical alarm. Neither ever goes on with the old program unless the pump was read.
"""

from __future__ import annotations

from dataclasses import replace

from cisterna.errors import Fault
from cisterna.instants import utc
from cisterna.pump.alarms import Condition, cleared
from cisterna.pump.changes import Outcome, alarmed, without_activity
from cisterna.pump.program import running_program
from cisterna.pump.refusal import RefusalError, out_of_turn
from cisterna.pump.state import PumpState, Status
from cisterna.therapy.events import Event, FaultEvent, Program
from cisterna.units import decimal_text

__all__ = ["check_read", "reset", "set_right"]


def reset(state: PumpState, event: FaultEvent) -> Outcome:
    """The pump after a reset, in its safe state or without delivery, as the event says."""
    if state.status in (Status.END_OF_SERVICE, Status.NOT_PROGRAMMED):
        raise out_of_turn(
            event, f"a reset of a pump that is {state.status.value}", "a reset of a pump that delivers",
            "leave the event out, it changes nothing", "what",
        )  # fmt: skip
    ended, lost = without_activity(state, "the pump was reset")
    after, said = (_safe_state if event.amount == "safe-state" else _stopped)(ended, event)
    return after, (*said, *lost)


def _safe_state(state: PumpState, event: FaultEvent) -> Outcome:
    if "minimum-rate" not in state.system.model.modes:
        raise RefusalError(
            event,
            Fault(
                where="amount",
                found=f"'safe-state' of a {state.system.model.model}",
                allowed="'none': no lowest rate is known for this pump",
                remedy="write amount = 'none', or describe the pump with a minimum-rate mode",
            ),
        )
    lowest = running_program(
        Program(at=utc(state.at_us), mode="minimum-rate"),
        state.system,
        state.label_mcg_per_ml or 0.0,
        state.at_us,
        state.clock,
    )
    flow = 24 * state.system.minimum_rate_ml_per_h
    safe = replace(
        state,
        status=Status.RUNNING,
        program=lowest,
        stopped_us=None,
        must_be_read=True,
        is_in_safe_state=True,
        alarms=cleared(state.alarms, state.at_us, Condition.STOPPED),
    )
    text = (
        f"reset into the safe state: the pump runs its lowest rate, {decimal_text(flow, 4)} mL/day "
        f"({decimal_text(lowest.daily_dose_mcg(), 2)} mcg/day); the old program does not come back by itself"
    )
    return alarmed(safe, Condition.CRITICAL_MEMORY_ERROR, text, latched=True)


def _stopped(state: PumpState, event: FaultEvent) -> Outcome:  # noqa: ARG001 - stands beside the safe state
    stopped_us = state.at_us if state.stopped_us is None else state.stopped_us
    after = replace(state, status=Status.STOPPED, stopped_us=stopped_us, must_be_read=True)
    text = (
        "reset without a safe state: the pump stopped. A stop is no safe state for baclofen, withdrawal can "
        "kill; read the pump and program it"
    )
    return alarmed(after, Condition.CRITICAL_MEMORY_ERROR, text, latched=True)


def check_read(state: PumpState, event: Event) -> None:
    """Refuse to go on with what ran before a reset while nobody has read the pump."""
    if state.must_be_read:
        raise out_of_turn(
            event,
            "a pump that was reset and not read since",
            "an interrogate before it, or a new program",
            "write the interrogate; a reset pump never goes on with an old program by itself",
        )


def set_right(state: PumpState) -> PumpState:
    """The pump after it was programmed, or told to go on once it was read: its memory alarms end."""
    memory = (Condition.CRITICAL_MEMORY_ERROR, Condition.MINOR_MEMORY_ERROR)
    alarms = cleared(state.alarms, state.at_us, *memory)
    return replace(state, must_be_read=False, is_in_safe_state=False, alarms=alarms)
