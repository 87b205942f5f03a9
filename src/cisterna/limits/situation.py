"""What a program meets: the pump and its last fill, the dose before, the times, the patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cisterna.errors import Fault, InputError, TherapyError
from cisterna.instants import elapsed_h, instant_us, us_of_hours, utc
from cisterna.limits.guardrail import Origin, Phase, Subject
from cisterna.pump import ImplantedSystem, PumpState, Status, Visit, daily_dose_of, implanted_system
from cisterna.pump.program import RunningProgram, running_program
from cisterna.pump.visits import visit
from cisterna.pump.walk import walk
from cisterna.therapy import (
    BridgeBolus,
    Event,
    Explant,
    Fill,
    Implant,
    LumbarBolus,
    Patient,
    Program,
    Resume,
    Revise,
    SingleBolus,
    Stop,
    Therapy,
)

__all__ = ["Met", "Situation", "met_at", "origin_of", "program_to_judge", "situation_of"]

_SPINAL = {"spinal cord injury", "multiple sclerosis"}
_WITHOUT_DOSE = {"minimum-rate"}  # a mode that keeps the catheter open and is no dose to compare with


def origin_of(patient: Patient) -> Origin:
    """Whether the spasticity is of spinal or of cerebral origin."""
    return "spinal" if patient.condition in _SPINAL else "cerebral"


@dataclass(frozen=True, kw_only=True)
class Situation:
    """One program in its therapy.

    A pump that is implanted within ``stop_limit`` of an explant goes on where the old one ended, as one
    that is replaced by ``revise`` does; after a longer gap the therapy begins anew, and no dose before it
    counts. ``previous`` is the last program before it that states a dose, ``previous_mcg_per_day`` its daily
    dose, ``None`` where there is none or it cannot be computed; ``start_us`` the first such program;
    ``screening`` the last lumbar bolus before the start; ``stopped_us`` since when the pump stands still
    or is out. ``running`` is the program as the pump would run it, ``None`` where it refuses with
    ``refused``; ``refused_earlier`` is what it refuses of the events before. ``refill`` is what the last
    refill found; it is known only where the pump was walked.
    """

    therapy: Therapy
    program: Program
    at_us: int
    subject: Subject
    fill: Fill | None
    system: ImplantedSystem | None
    running: RunningProgram | None
    refused: tuple[Fault, ...]
    refused_earlier: tuple[Fault, ...]
    refill: Visit | None
    previous: Program | None
    previous_mcg_per_day: float | None
    start_us: int | None
    screening: LumbarBolus | None
    stopped_us: int | None

    @property
    def hours_since_change(self) -> float | None:
        """Hours since the program before."""
        return None if self.previous is None else elapsed_h(instant_us(self.previous.at), self.at_us)

    @property
    def hours_since_start(self) -> float | None:
        """Hours since the first program."""
        return None if self.start_us is None else elapsed_h(self.start_us, self.at_us)

    @property
    def states_dose(self) -> bool:
        """Whether the mode is one in which somebody types a dose."""
        return self.program.mode not in _WITHOUT_DOSE

    @property
    def asks_bolus(self) -> bool:
        """Whether the program gives boluses, or allots them to the patient."""
        return self.program.bolus is not None or self.program.patient_bolus is not None

    @property
    def label_mcg_per_ml(self) -> float | None:
        """The concentration on the label of the last fill."""
        return None if self.fill is None else float(self.fill.concentration)


def program_to_judge(therapy: Therapy, program: Program | None, at: datetime | None) -> Program:
    """The given program, or the last one of the therapy not after ``at``.

    A given program is taken to be set at ``at`` where that is given. Raises
    :class:`~cisterna.errors.TherapyError` where there is none, and for an instant without a zone or before
    the patient was born.
    """
    if at is not None and at.tzinfo is None:
        raise TherapyError(_wrong("at", at.isoformat(), "an instant with its zone", "add the zone"))
    if program is None:
        held = [
            event
            for event in therapy.valid_events
            if isinstance(event, Program) and (at is None or event.at <= at)
        ]
        if not held:
            raise TherapyError(
                _wrong("program", "no program", "a therapy with a program, or a program to judge", "give one")
            )
        return held[-1]
    chosen = program if at is None else replace(program, at=at)
    if chosen.at.astimezone(therapy.zone).date() < therapy.patient.born:
        born = therapy.patient.born.isoformat()
        raise TherapyError(_wrong("at", chosen.at.isoformat(), f"a day from {born} on", "correct the day"))
    return chosen


def _wrong(where: str, found: str, allowed: str, remedy: str) -> Fault:
    return Fault(where=where, found=found, allowed=allowed, remedy=remedy)


def situation_of(
    therapy: Therapy,
    program: Program,
    phase: Phase | None = None,
    *,
    walks_pump: bool = True,
    met: Met | None = None,
) -> Situation:
    """What ``program`` meets at its instant; the phase is maintenance from the first refill on.

    Other programs at the same instant are taken to be replaced by it; a fill at the same instant is
    taken to come with it. ``walks_pump`` runs the pump up to the program, so that a revision, its clock,
    the end of its service and what a refill found count; without it only doses can be judged. ``met`` is
    what :func:`met_at` found at this instant, where several programs are judged at one.
    """
    at_us = instant_us(program.at)
    earlier = [event for event in therapy.valid_events if instant_us(event.at) < at_us]
    held = _since_it_began(earlier, us_of_hours(therapy.settings.value("stop_limit", "h")))
    session = _session(therapy, at_us)
    implant, fill, refilled = _pump_in_place((*held, *session))
    met = met or (met_at(therapy, at_us) if walks_pump else Met())
    system, running, refused = _run(therapy, program, implant, fill, met)
    stated = [event for event in held if isinstance(event, Program) and event.mode not in _WITHOUT_DOSE]
    start_us = instant_us(stated[0].at) if stated else None
    return Situation(
        therapy=therapy, program=program, at_us=at_us, fill=fill, system=system, running=running,
        refused=refused, refused_earlier=met.faults, refill=met.refill_of(fill),
        previous=stated[-1] if stated else None,
        previous_mcg_per_day=_daily_dose(stated[-1], therapy) if stated else None, start_us=start_us,
        screening=_screening(earlier, at_us if start_us is None else start_us),
        stopped_us=_stopped_us(held),
        subject=Subject(
            drug=fill.drug if fill else "baclofen",
            concentration_mcg_per_ml=float(fill.concentration) if fill else None,
            origin=origin_of(therapy.patient), age_y=_age_y(therapy, at_us),
            phase=phase or ("maintenance" if refilled else "titration"),
        ),
    )  # fmt: skip


def _since_it_began(earlier: Sequence[Event], longest_gap_us: int) -> Sequence[Event]:
    """The events since the therapy began, or began anew with an implant after a longer gap without a pump."""
    began, out_us = 0, None
    for place, event in enumerate(earlier):
        if isinstance(event, Explant):
            out_us = instant_us(event.at)
        elif isinstance(event, Implant) and out_us is not None:
            began = place if instant_us(event.at) - out_us > longest_gap_us else began
            out_us = None
    return earlier[began:]


def _age_y(therapy: Therapy, at_us: int) -> float:
    return therapy.patient.age_at(utc(at_us).astimezone(therapy.zone).date())


def _screening(earlier: Sequence[Event], until_us: int) -> LumbarBolus | None:
    """The last lumbar bolus before the start."""
    boluses = [
        event for event in earlier if isinstance(event, LumbarBolus) and instant_us(event.at) < until_us
    ]
    return boluses[-1] if boluses else None


def _session(therapy: Therapy, at_us: int) -> list[Event]:
    """What else is recorded at the instant of a program."""
    return [
        event
        for event in therapy.valid_events
        if instant_us(event.at) == at_us and not isinstance(event, Program)
    ]


@dataclass(frozen=True)
class Met:
    """The pump just before a program; ``state`` is ``None`` where it was not walked or is not in."""

    state: PumpState | None = None
    visits: tuple[Visit, ...] = ()
    faults: tuple[Fault, ...] = ()

    def refill_of(self, fill: Fill | None) -> Visit | None:
        """What the fill in force found, where it was a refill."""
        if fill is None:
            return None
        filled_us = instant_us(fill.at)
        return next((found for found in self.visits if abs(found.at_us - filled_us) <= 1), None)


def met_at(therapy: Therapy, at_us: int) -> Met:
    """What a program at ``at_us`` meets: the pump walked up to just before it."""
    walked, session = walk(therapy, at_us - 1), _session(therapy, at_us)
    state = walked.state
    changed = any(isinstance(event, (Implant, Explant, Revise)) for event in session)
    if state is None or changed or state.status is Status.EXPLANTED:
        return Met(faults=walked.faults)
    visits = [found for event in session if isinstance(event, Fill) and (found := visit(state, event))]
    return Met(state, (*walked.visits, *visits), walked.faults)


def _pump_in_place(events: Sequence[Event]) -> tuple[Implant | None, Fill | None, bool]:
    """The implant in place and its last fill, and whether this or an earlier pump was ever refilled."""
    implant: Implant | None = None
    fill: Fill | None = None
    refilled = False
    for event in events:
        if isinstance(event, Implant):
            implant, fill = event, None
        elif isinstance(event, Explant):
            implant, fill = None, None
        elif isinstance(event, Fill):
            refilled = refilled or fill is not None
            fill = event
    return implant, fill, refilled


def _run(
    therapy: Therapy, program: Program, implant: Implant | None, fill: Fill | None, met: Met
) -> tuple[ImplantedSystem | None, RunningProgram | None, tuple[Fault, ...]]:
    """The system, the program as it runs there, and why it does not."""
    if implant is None or fill is None:
        what = "no pump in place" if implant is None else "a reservoir that was never filled"
        allowed, remedy = "a pump that was implanted and filled", "write the implant and the fill before it"
        return None, None, (_wrong("program", what, allowed, remedy),)
    if met.state is not None and met.state.status is Status.END_OF_SERVICE:
        ended = _wrong("program", "a pump at the end of its service", "no delivery after it", "replace it")
        return met.state.system, None, (ended,)
    system: ImplantedSystem | None = None
    try:
        system = (
            met.state.system if met.state else implanted_system(implant, therapy.catalogue, therapy.settings)
        )
        clock = met.state.clock if met.state else system.clock
        running = running_program(program, system, float(fill.concentration), instant_us(program.at), clock)
    except InputError as error:  # refused, or a device of which a needed number is not known
        return system, None, error.faults
    return system, running, ()


def _daily_dose(previous: Program | None, therapy: Therapy) -> float | None:
    if previous is None:
        return None
    try:
        return daily_dose_of(previous, therapy)
    except InputError:
        return None


def _stopped_us(earlier: Sequence[Event]) -> int | None:
    """Since when nothing was programmed to flow, seen from the last of the earlier events."""
    stopped_us: int | None = None
    for event in earlier:
        at_us = instant_us(event.at)
        if isinstance(event, (Program, Resume, BridgeBolus)):
            stopped_us = None
        elif isinstance(event, SingleBolus):
            stopped_us = at_us + us_of_hours(event.over) if event.then == "stop" else None
        elif isinstance(event, (Stop, Explant)) and stopped_us is None:
            stopped_us = at_us
    return stopped_us
