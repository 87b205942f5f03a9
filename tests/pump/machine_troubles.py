"""What befalls the driven pump: faults, clocks, the access port, sessions, scans, revisions, alarms heard."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from tests.pump.machine_choosing import Chooser, is_alive, now
from tests.pump.machine_devices import SYSTEMS
from tests.pump.machine_programs import CONCENTRATIONS

from cisterna.instants import US_PER_HOUR, instant_us
from cisterna.pump import PumpState, Status
from cisterna.pump.session import OpensSession
from cisterna.therapy.events import (
    Alarm,
    Clock,
    Event,
    FaultEvent,
    Interrogate,
    Mri,
    Port,
    Revise,
    Session,
)
from cisterna.therapy.record_events import AlarmCondition
from cisterna.units import Concentration, DailyDose, Duration, Fraction, Length, Volume

_SHARES = (5.0, 14.5, 50.0, 100.0)
_LASTING = ("over-delivery", "under-delivery", "catheter-leak", "motor-stall", "occlusion", "disconnection")
_TIPS = ("C5", "T4", "T10", "L1")
_HOURS = (0.02, 1.0, 30.0, 300.0)


# --- faults ---------------------------------------------------------------------------------------------


def fault(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """Something lasting goes wrong, mostly until a stated instant."""
    what = choose.among(_LASTING)
    amount = Fraction(choose.among(_SHARES)) if what in _LASTING[:3] else None
    until = now(state) + timedelta(hours=choose.among(_HOURS)) if choose.among((True, True, False)) else None
    return (FaultEvent(at=now(state), what=what, amount=amount, until=until),)  # type: ignore[arg-type]


def reset(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A reset, into the safe state or into none."""
    return (FaultEvent(at=now(state), what="reset", amount=choose.among(("safe-state", "none"))),)


def tip_moves(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """The tip wanders to another level."""
    return (FaultEvent(at=now(state), what="tip-migration", amount=choose.among(_TIPS)),)


def is_impaired(state: PumpState) -> bool:
    """Whether something lasting is wrong."""
    return is_alive(state) and bool(state.impairments)


def revise_catheter(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A new catheter, a shorter one, or the tip at another level."""
    length = Length(choose.between(20.0, 60.0))
    return (
        choose.among(
            (
                Revise(
                    at=now(state),
                    catheter="ascenda-8780",
                    catheter_implanted=length,
                    why="replaced",
                    tip="T8",
                ),
                Revise(at=now(state), catheter_implanted=Length(length / 2), why="shortened"),
                Revise(at=now(state), tip=choose.among(_TIPS)),
                Revise(at=now(state), alarm_volume=Volume(choose.among((2.0, 3.0)))),
            )
        ),
    )


def revise_pump(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A new pump on the old catheter."""
    return (Revise(at=now(state), pump=choose.among([pump for pump, _ in SYSTEMS])),)


# --- clock and port -------------------------------------------------------------------------------------


def set_clock(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """The clock is set for another zone, or found wrong."""
    drift = choose.among((None, None, Duration(1 / 120), Duration(0.2)))
    found = choose.among(("ahead", "behind", None)) if drift else None
    offset = choose.among(("+00:00", "+01:00", "+02:00", "-09:30", "+12:45"))
    return (Clock(at=now(state), offset=offset, drift=drift, found=found, why="chosen"),)  # type: ignore[arg-type]


def port(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """Aspiration through the access port and an injection, of dye or of drug, or one of the two."""
    aspirated = choose.among((None, Volume(0.0), Volume(0.1), Volume(0.5), Volume(2.0)))
    injected = choose.among((None, Volume(0.3), Volume(1.0)))
    if aspirated is None and injected is None:
        aspirated = Volume(0.5)
    drug = Concentration(choose.among(CONCENTRATIONS)) if injected and choose.among((False, True)) else None
    return (Port(at=now(state), aspirated=aspirated, injected=injected, injected_concentration=drug),)


# --- programming sessions and readings ------------------------------------------------------------------


def can_open_session(state: PumpState) -> bool:
    """Whether no session is open."""
    return is_alive(state) and state.session is None


def open_session(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A session that will end at a stated instant, and how."""
    ends = now(state) + timedelta(hours=choose.among((0.1, 1.0, 60.0)))
    how = choose.among(("running", "stopped-on-purpose", "not-completed", "uncertain"))
    by, reason = choose.among((("nurse", "filter"), (None, None)))
    session = Session(at=ends, opened=now(state), ended=how, by=by, reason=reason)  # type: ignore[arg-type]
    return (OpensSession(at=now(state), session=session),)


def is_in_session(state: PumpState) -> bool:
    """Whether a session is open."""
    return state.session is not None and is_in_place(state)


def is_in_place(state: PumpState) -> bool:
    """Whether the pump is in, at its end or not."""
    return state.status is not Status.EXPLANTED


def end_session(state: PumpState, choose: Chooser) -> int | tuple[Event, ...]:  # noqa: ARG001
    """Up to the end of the session that is open, and then that end."""
    assert state.session is not None
    left_us = instant_us(state.session.event.at) - state.at_us
    return left_us if left_us > 0 else (state.session.event,)


def interrogate(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A reading of the pump, with what it showed or without."""
    shown = choose.among((None, Volume(state.reservoir.counted_ml)))
    dose = None
    if state.program is not None and choose.among((False, True)):
        dose = DailyDose(choose.among((0.0, 1.0, 1.5)) * state.program.daily_dose_mcg())
    return (Interrogate(at=now(state), reservoir=shown, daily_dose=dose),)


# --- scans and alarms -----------------------------------------------------------------------------------


def scan(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A magnetic field, after which the pump is recorded to have resumed, or not, or nobody looked."""
    until = choose.among((None, now(state) + timedelta(hours=choose.between(0.1, 2.0))))
    resumed = choose.among((None, True, False))
    return (Mri(at=now(state), field="1.5 T", until=until, resumed=resumed),)


def sounds(state: PumpState) -> bool:
    """Whether an alarm is active."""
    return any(alarm.cleared_us is None for alarm in state.alarms)


def acknowledge(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """Somebody acknowledges or mutes one of the active alarms."""
    active = [alarm.condition.value for alarm in state.alarms if alarm.cleared_us is None]
    condition = cast("AlarmCondition", choose.among(active))
    mute = choose.among((None, Duration(1 / 6), Duration(1000 / US_PER_HOUR), Duration(9)))  # 9 h is refused
    acknowledged = choose.among((True, False)) if mute else True
    return (Alarm(at=now(state), condition=condition, acknowledged=acknowledged, mute=mute),)


def indicator(state: PumpState, choose: Chooser) -> tuple[Event, ...]:  # noqa: ARG001
    """The replacement indicator is seen, mostly earlier than was computed."""
    return (Alarm(at=now(state), condition="elective-replacement-indicator"),)
