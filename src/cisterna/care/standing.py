"""Where a therapy stands: everything that a banner and a row of a worklist show of it.

Computed by the pump from the events, once, and true until the next event: what changes by itself in
between (the volume, the day on which it is empty, the end of a battery) is held as a course and as dates,
so that nobody needs to run the pump again to know it on another day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from cisterna.care.devices import Device, devices_of
from cisterna.care.in_force import (
    LastAssessment,
    LastVisit,
    OralInForce,
    ProgramInForce,
    ReservoirInForce,
    last_assessment,
    last_visit,
    oral_in_force,
    program_in_force,
    reservoir_in_force,
)
from cisterna.errors import InputError
from cisterna.instants import instant_us
from cisterna.pump import AlarmRecord, Dates, PumpRun, PumpState, Status, run_pump
from cisterna.therapy import Event, Mri, Therapy

__all__ = ["Standing", "StandingStatus", "settled_at", "standing_of"]


class StandingStatus(StrEnum):
    """What the pump is doing, in a word; a bolus that runs does not change it."""

    NO_PUMP = "no-pump"
    NOT_FILLED = "not-filled"
    NOT_PROGRAMMED = "not-programmed"
    RUNNING = "running"
    STOPPED = "stopped"
    EMPTY = "empty"  # nothing is left to deliver, by the count or by what is recorded to have gone wrong
    NOT_DELIVERING = "not-delivering"  # it runs, and a recorded fault keeps the drug from the patient
    SAFE_STATE = "safe-state"  # after a reset, at its lowest rate
    UNCERTAIN = "uncertain"  # nobody knows what it does until it is read
    END_OF_SERVICE = "end-of-service"
    EXPLANTED = "explanted"
    REFUSED = "record-refused"  # the events cannot have happened as they are written


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One therapy at the instant ``until_us``, and until its next event.

    ``since_us`` and ``why`` tell since when and why the status is as it is, where that is known.
    ``refusals`` list what the pump refuses of the events; what only it could tell is then ``None``.
    ``pump`` and ``catheter`` are those in place. ``program`` is what runs, or will when the pump goes on;
    ``stop_alarm_us`` is when a pump that is stopped sounds its critical alarm. ``alarms`` have not ended.
    """

    until_us: int
    status: StandingStatus
    since_us: int | None = None
    why: str | None = None
    refusals: tuple[str, ...] = ()
    pump: Device | None = None
    catheter: Device | None = None
    tip: str | None = None
    dead_volume_ml: float | None = None
    program: ProgramInForce | None = None
    bolus: str | None = None
    bolus_end_us: int | None = None
    reservoir: ReservoirInForce | None = None
    stop_alarm_us: int | None = None
    dates: Dates | None = None
    alarms: tuple[AlarmRecord, ...] = ()
    last_visit: LastVisit | None = None
    oral: OralInForce | None = None
    last_assessment: LastAssessment | None = None

    def status_at(self, at_us: int) -> StandingStatus:
        """The status at a later instant if nothing is done: a reservoir runs empty, a battery ends."""
        if self.status in _SETTLED or self.dates is None:
            return self.status
        end_us = self.dates.replace_by_date.at_us
        if end_us is not None and at_us >= end_us:
            return StandingStatus.END_OF_SERVICE
        empty_us = self.reservoir.course.empty_us if self.reservoir else None
        if empty_us is not None and at_us >= empty_us and self.status is not StandingStatus.UNCERTAIN:
            return StandingStatus.EMPTY
        return self.status


def settled_at(therapy: Therapy) -> datetime | None:
    """The instant at which the last of what was recorded is over; ``None`` for a therapy without events.

    A scan lasts to its ``until``: a pump that is asked in the midst of it would be in the field for ever.

    >>> from datetime import date
    >>> from cisterna.therapy import Mri, Patient
    >>> at, end = (datetime.fromisoformat(f"2026-03-02T{hour}:00:00+01:00") for hour in ("09", "10"))
    >>> girl = Patient(label="invented", born=date(2018, 2, 11))
    >>> settled_at(Therapy(patient=girl, events=(Mri(at=at, until=end),))) == end
    True
    """
    ends = (event.until or event.at if isinstance(event, Mri) else event.at for event in therapy.valid_events)
    return max(ends, key=instant_us, default=None)


_SETTLED = {StandingStatus.NO_PUMP, StandingStatus.EXPLANTED, StandingStatus.REFUSED}


def standing_of(
    therapy: Therapy,
    until: datetime,
    *,
    refill_cap_days: float | None = None,
    worst_case_drives: bool = False,
) -> Standing:
    """Where a therapy stands at an instant, by what was done up to then.

    ``refill_cap_days`` and ``worst_case_drives`` are as for :func:`~cisterna.pump.run_pump`. A record that
    the pump refuses is told in ``refusals``, not raised: such a patient must be seen too.

    >>> from datetime import date
    >>> from cisterna.therapy import Patient
    >>> girl = Therapy(patient=Patient(label="invented", born=date(2018, 2, 11)))
    >>> standing_of(girl, datetime.fromisoformat("2026-03-02T09:00:00+01:00")).status.value
    'no-pump'
    """
    until_us = instant_us(until)
    events = [event for event in therapy.valid_events if instant_us(event.at) <= until_us]
    in_place = {one.role: one for one in devices_of(therapy, until_us) if one.until_us is None}
    before = Standing(
        until_us=until_us,
        status=StandingStatus.NO_PUMP,
        pump=in_place.get("pump"),
        catheter=in_place.get("catheter"),
        oral=oral_in_force(events, until_us),
        last_assessment=last_assessment(events, therapy.zone),
    )
    try:
        run = run_pump(
            therapy, until_us, refill_cap_days=refill_cap_days, worst_case_drives=worst_case_drives
        )
    except InputError as error:
        refusals = tuple(str(fault) for fault in error.faults)
        return replace(before, status=StandingStatus.REFUSED, why=refusals[0], refusals=refusals)
    return before if run is None else _with_pump(before, run, therapy, events)


def _with_pump(before: Standing, run: PumpRun, therapy: Therapy, events: Sequence[Event]) -> Standing:
    state = run.last
    found = _found(state)
    is_out = state.status is Status.EXPLANTED
    return replace(
        before,
        status=found.status,
        since_us=found.since_us,
        why=found.why,
        tip=None if is_out else state.system.site.level,
        dead_volume_ml=None if is_out else run.dead_volume_ml,
        program=None if is_out else program_in_force(state),
        bolus=state.activity.kind if state.activity else None,
        bolus_end_us=state.activity.end_us if state.activity else None,
        reservoir=reservoir_in_force(state, events),
        stop_alarm_us=_stop_alarm_us(state, found),
        dates=run.dates,
        alarms=tuple(alarm for alarm in state.alarms if alarm.cleared_us is None),
        last_visit=last_visit(run.visits, therapy.settings),
    )


class _Found(NamedTuple):
    status: StandingStatus
    since_us: int | None = None
    why: str | None = None


def _found(state: PumpState) -> _Found:
    """The status of an implanted pump, the gravest first."""
    if state.status is Status.EXPLANTED:
        return _Found(StandingStatus.EXPLANTED)
    if state.status is Status.END_OF_SERVICE:
        return _Found(StandingStatus.END_OF_SERVICE, state.lifetime.stop_us)
    if state.uncertain is not None:
        return _Found(StandingStatus.UNCERTAIN, state.uncertain.since_us, state.uncertain.why)
    if state.filled_us is None:
        return _Found(StandingStatus.NOT_FILLED, state.system.implanted_us, "the reservoir was never filled")
    if state.is_empty or state.is_dry:
        why = None if state.ran_dry_us is None else "it ran dry while the count went on"
        return _Found(StandingStatus.EMPTY, state.ran_dry_us, why)
    return _filled(state)


def _filled(state: PumpState) -> _Found:
    """The status of a pump with something in it, by what follows a bolus that runs."""
    follows = state.activity.then if state.activity else state.status
    if follows is Status.NOT_PROGRAMMED:
        return _Found(StandingStatus.NOT_PROGRAMMED, state.filled_us, "no program was written")
    if follows is Status.STOPPED:
        since_us = state.activity.end_us if state.activity else state.stopped_us
        why = "it was reset and not read since" if state.must_be_read else None
        return _Found(StandingStatus.STOPPED, since_us, why)
    if state.passage.by:
        since_us = min(one.since_us for one in state.impairments)
        return _Found(StandingStatus.NOT_DELIVERING, since_us, f"{state.passage.by.replace('-', ' ')}")
    if state.is_in_safe_state:
        since_us = state.program.start_us if state.program else None
        return _Found(StandingStatus.SAFE_STATE, since_us, "it was reset and runs at its lowest rate")
    return _Found(StandingStatus.RUNNING, state.program.start_us if state.program else None)


def _stop_alarm_us(state: PumpState, found: _Found) -> int | None:
    """When the stop is long enough for the critical alarm; ``None`` where the pump is not stopped."""
    if found.status is not StandingStatus.STOPPED or found.since_us is None:
        return None
    return found.since_us + state.system.stop_limit_us
