"""What a refill visit proposes: the events that were typed, what the judge says of them, what they leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from cisterna.care.check import Check, judgement_checks
from cisterna.care.refill_visit import PumpAtVisit, pump_at_visit
from cisterna.care.standing import Standing, standing_of
from cisterna.care.visit_outcome import BridgeChoice, Outcome, bridge_choice, outcome_of
from cisterna.clinic.visits.case import Case
from cisterna.clinic.visits.program_form import typed_program
from cisterna.errors import InputError
from cisterna.instants import instant_us, utc
from cisterna.limits import Judgement, judge
from cisterna.pump import Status, refusals
from cisterna.therapy import BridgeBolus, Event, FaultEvent, Fill, Program, Resume, Therapy
from cisterna.therapy.fault_events import RESETS
from cisterna.units import Concentration, DailyDose, Volume

__all__ = ["Proposal"]

Ask = Callable[[str, str], Any]


class Proposal:
    """Fill and program of a visit as they stand in its steps; ``ask`` gives a value by step and field.

    What is not typed yet is ``None``. The pump is asked at the instants that were typed, else now.
    """

    def __init__(self, case: Case, ask: Ask) -> None:
        self.case, self.ask = case, ask

    @cached_property
    def reset(self) -> FaultEvent | None:
        """The reset that the pump's memory shows, where there is one and it is told when."""
        left, at = self.ask("interrogate", "reset"), self.ask("interrogate", "reset_at")
        if left not in RESETS or at is None:
            return None
        return FaultEvent(at=at, what="reset", amount=left, note="found when the pump was read")

    @cached_property
    def therapy(self) -> Therapy:
        """The record without this visit, and with a reset that the visit found."""
        before = self.case.before
        if self.reset is None:
            return before
        try:
            return replace(before, events=(*before.events, self.reset))
        except InputError:  # told at its field
            return before

    def refused_reset(self) -> Iterator[str]:
        """Why the pump of the record cannot have had the reset."""
        if self.reset is None:
            return
        try:
            therapy = replace(self.case.before, events=(*self.case.before.events, self.reset))
        except InputError as error:
            yield from (f"{fault.found}; allowed: {fault.allowed}" for fault in error.faults)
            return
        known = {str(fault) for fault in refusals(self.case.before)}
        yield from (fault.found for fault in refusals(therapy) if str(fault) not in known)

    @property
    def has_reset_program(self) -> bool:
        """Whether a reset took the program away, so that one is to be sent anew."""
        return self.reset is not None

    def pump_at(self, step: str) -> PumpAtVisit | None:
        """The pump at the instant of a step."""
        at: datetime | None = self.ask(step, "at")
        us = self.case.now_us if at is None else instant_us(at)
        if us not in self._pumps:
            self._pumps[us] = pump_at_visit(self.therapy, us)
        return self._pumps[us]

    @cached_property
    def _pumps(self) -> dict[int, PumpAtVisit | None]:
        return {}

    @property
    def now(self) -> PumpAtVisit | None:
        """The pump before the fill."""
        return self.pump_at("aspirate")

    @property
    def concentration(self) -> float | None:
        """The concentration in hand."""
        found = self.ask("drug", "concentration")
        return None if not found else float(found)

    @property
    def is_new_concentration(self) -> bool:
        """Whether it is another one than that of the last fill."""
        pump = self.now
        return self.concentration is not None and pump is not None and (
            self.concentration != pump.label_mcg_per_ml
        )  # fmt: skip

    @property
    def is_stopped(self) -> bool:
        """Whether the pump stands still before the visit."""
        return self.now is not None and self.now.state.status is Status.STOPPED

    @cached_property
    def last_program(self) -> Program | None:
        """The last program of the record."""
        held = [event for event in self.therapy.valid_events if isinstance(event, Program)]
        return held[-1] if held else None

    def program(self) -> Program | None:
        """The program that is sent: the typed one, or at a new concentration the old one anew.

        Raises :class:`~cisterna.errors.InputError` where it cannot be read.
        """
        chosen, at = self.ask("bridge", "program"), self.ask("bridge", "at")
        if chosen is None or at is None:
            return None
        reason = self.ask("bridge", "reason")
        if chosen == "new":
            return typed_program(lambda name: self.ask("bridge", name), at, reason)
        is_sent_anew = self.has_reset_program or (self.is_new_concentration and not self.is_stopped)
        if self.last_program is None or not is_sent_anew:
            return None
        return replace(self.last_program, at=at, id=None, by=None, note=None, reason=reason)

    def readable_program(self) -> Program | None:
        """The program, ``None`` where it cannot be read yet."""
        try:
            return self.program()
        except InputError:
            return None

    def fill(self) -> Fill | None:
        """The fill. At a new concentration it counts from the update of the pump, one session with it."""
        injected, at = self.ask("fill", "injected"), self.ask("fill", "at")
        if not injected or at is None or not self.concentration:
            return None
        updated = self.ask("bridge", "at")
        reasons = (self.ask("aspirate", "reason"), self.ask("fill", "reason"))
        return Fill(
            at=updated if self.is_new_concentration and updated is not None else at,
            injected=Volume(injected),
            concentration=Concentration(self.concentration),
            withdrawn=self.ask("aspirate", "withdrawn"),
            rinsed=self.ask("fill", "rinsed") == "yes",
            lot=self.ask("drug", "lot"),
            reason="; ".join(reason for reason in reasons if reason) or None,
        )

    @cached_property
    def bridge(self) -> BridgeChoice | None:
        """The bridge that a new concentration asks for."""
        pump, program = self.now, self.readable_program()
        if not self.is_new_concentration or pump is None or pump.daily_dose_mcg is None:
            return None
        if not pump.state.is_running or self.concentration is None:
            return None
        new_dose = self._dose_of(program)
        return bridge_choice(
            pump.state, self.concentration, pump.daily_dose_mcg, new_dose or pump.daily_dose_mcg
        )

    def _dose_of(self, program: Program | None) -> float | None:
        """The daily dose of a program at this visit, as the judge computes it."""
        if program is None:
            return None
        found = self._judged(program)
        dose = None if found is None else found.inputs["daily_dose_mcg_per_day"]
        return None if dose is None else float(dose)

    def bridge_bolus(self) -> BridgeBolus | None:
        """The bridge that was decided for."""
        choice, at = self.bridge, self.ask("bridge", "at")
        if choice is None or at is None or self.ask("bridge", "bridge") != "yes":
            return None
        return BridgeBolus(
            at=at,
            volume=Volume(choice.volume_ml),
            old_concentration=Concentration(choice.old_mcg_per_ml),
            daily_dose=DailyDose(choice.daily_dose_mcg),
        )

    def sent(self) -> tuple[Event, ...]:
        """Fill, program and bridge in the order in which they happen; raises where one cannot be read."""
        fill, program, bridge = self.fill(), self.program(), self.bridge_bolus()
        return tuple(one for one in (fill, program, self._resume(), bridge) if one is not None)

    def _resume(self) -> Resume | None:
        at = self.ask("bridge", "at")
        if at is None or self.ask("bridge", "program") != "resume":
            return None
        return Resume(at=at, reason=self.ask("bridge", "reason") or None)

    @cached_property
    def judgement(self) -> Judgement | None:
        """What the judge says of the program that is sent or that goes on; ``None`` where nothing changes."""
        program = self.readable_program()
        if program is None and self._resume() is not None and self.last_program is not None:
            program = replace(self.last_program, at=self.ask("bridge", "at"), id=None)
        return None if program is None else self._judged(program)

    def _judged(self, program: Program) -> Judgement | None:
        fill = self.fill()
        events = (*self.therapy.events, *((fill,) if fill else ()))
        try:
            return judge(replace(self.therapy, events=events), program, site=self.case.choices.limits)
        except InputError:
            return None

    def judged_checks(self) -> tuple[Check, ...]:
        """The judgement as checks."""
        return () if self.judgement is None else judgement_checks(self.judgement)

    @cached_property
    def outcome(self) -> Outcome | None:
        """Current and new; ``None`` until fill and program can be read."""
        pump = self.now
        try:
            events = self.sent()
            if pump is None or not events:
                return None
            return outcome_of(
                self.therapy, events, pump.at_us, refill_cap_days=self.case.choices.refill_cap_days,
                worst_case_drives=self.case.choices.worst_case_drives,
            )  # fmt: skip
        except InputError:
            return None

    @cached_property
    def stands(self) -> Standing:
        """Where the therapy stands before the visit."""
        return standing_of(
            self.therapy, utc(self.now.at_us if self.now else self.case.now_us),
            refill_cap_days=self.case.choices.refill_cap_days,
            worst_case_drives=self.case.choices.worst_case_drives,
        )  # fmt: skip

    def after_at(self, step: str) -> PumpAtVisit | None:
        """The pump at the instant of a step, with what is proposed done."""
        at: datetime | None = self.ask(step, "at")
        try:
            events = (*self.therapy.events, *self.sent())
            us = self.case.now_us if at is None else instant_us(at)
            return pump_at_visit(replace(self.therapy, events=events), us)
        except InputError:
            return None

    def refused(self) -> Iterator[str]:
        """What the pump refuses of it that it did not refuse before."""
        if self.outcome is not None:
            known = set(self.outcome.before.refusals)
            yield from (text for text in self.outcome.after.refusals if text not in known)
