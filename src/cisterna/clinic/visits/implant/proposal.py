"""What was put in, filled, primed and programmed, as far as it can be read; the pump computes the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar, Literal, cast

from cisterna.care import CatheterRecord, catheter_volume, prime, start_dose
from cisterna.care.calculators.prime import Prime
from cisterna.care.calculators.screening import StartDose
from cisterna.care.result import Reason, Result
from cisterna.care.visit_outcome import Outcome, outcome_of
from cisterna.clinic.visits.case import Case
from cisterna.clinic.visits.program_form import typed_program
from cisterna.errors import InputError
from cisterna.instants import instant_us
from cisterna.limits import Judgement, judge
from cisterna.pump import ImplantedSystem, implanted_system
from cisterna.therapy import (
    Event,
    Fill,
    Implant,
    Interrogate,
    LumbarBolus,
    Note,
    PrimingBolus,
    Program,
    Session,
    Therapy,
)
from cisterna.units import Concentration, Duration, Length, Mass, Volume

__all__ = ["ImplantProposal", "Missing"]

Ask = Callable[[str, str], Any]
Missing = str
"""What keeps a system from being run, as one sentence."""

_ENDS = Literal["running", "stopped-on-purpose", "not-completed", "uncertain"]


class ImplantProposal:
    """The events of an implant visit as they stand in its steps.

    ``ask`` gives the value of a field by step and name. A property is ``None`` where its step cannot be read
    yet.
    """

    called: ClassVar[str] = "Implant visit"

    def __init__(self, case: Case, ask: Ask) -> None:
        self.case, self.ask = case, ask

    @property
    def therapy(self) -> Therapy:
        """The record without this visit."""
        return self.case.before

    # -------------------------------------------------------------------------- what was put in

    def made_implant(self) -> Implant | None:
        """The implant, ``None`` where a part is missing; raises where the parts make none."""
        names = (("pump", "model"), ("pump", "at"), ("catheter", "model"), ("catheter", "tip"))
        pump, at, catheter, tip = (self.ask(step, name) for step, name in names)
        if None in {pump, catheter, tip} or at is None:
            return None
        return Implant(
            at=at, pump=pump, catheter=catheter, tip=tip,
            catheter_trimmed=self._length("trimmed"), catheter_implanted=self._length("implanted"),
            why=self.ask("catheter", "why"),
            alarm_volume=_volume(self.ask("pump", "alarm_volume")),
            pump_serial=self.ask("pump", "serial"), catheter_serial=self.ask("catheter", "serial"),
            pump_lot=self.ask("pump", "lot"), catheter_lot=self.ask("catheter", "lot"),
            pump_udi=self.ask("pump", "udi"), catheter_udi=self.ask("catheter", "udi"),
        )  # fmt: skip

    def _length(self, name: str) -> Length | None:
        found = self.ask("catheter", name)
        return None if found is None else Length(found)

    @cached_property
    def implant(self) -> Implant | None:
        """The implant, ``None`` where it cannot be read."""
        try:
            return self.made_implant()
        except InputError:
            return None

    @cached_property
    def system(self) -> ImplantedSystem | None:
        """Pump and catheter as one system; ``None`` before both are known and where something is missing."""
        return None if isinstance(self._built, str) else self._built

    @cached_property
    def missing(self) -> Missing | None:
        """Why the system cannot be run: a number that is not known, a length that cannot be."""
        return self._built if isinstance(self._built, str) else None

    @cached_property
    def _built(self) -> ImplantedSystem | Missing | None:
        if self.implant is None:
            return None
        try:
            return implanted_system(self.implant, self.therapy.catalogue, self.therapy.settings)
        except InputError as error:
            return " ".join(str(fault) for fault in error.faults)

    @cached_property
    def pump_alone(self) -> Missing | None:
        """What is not known of the pump, before a catheter is chosen; ``None`` where it can be run."""
        name, at = self.ask("pump", "model"), self.ask("pump", "at")
        if name is None or at is None:
            return None
        known = next(iter(self.therapy.catalogue.catheters))
        trial = Implant(
            at=at, pump=name, catheter=known, tip="T10", catheter_implanted=Length(1), why="trial"
        )
        try:
            implanted_system(trial, self.therapy.catalogue, self.therapy.settings)
        except InputError as error:
            told = [str(fault) for fault in error.faults if fault.where == f"device {name}"]
            return " ".join(told) or None
        return None

    @cached_property
    def catheter_reasons(self) -> tuple[Reason, ...]:
        """What the calculation of the catheter says, where it was cut from the model's length."""
        trimmed, model = self._length("trimmed"), self.ask("catheter", "model")
        if trimmed is None or model is None:
            return ()
        try:
            record = CatheterRecord(trimmed=trimmed, model=self.therapy.catalogue.catheter(model))
            return catheter_volume(record).reasons
        except InputError:
            return ()

    # ------------------------------------------------------------------------------------- drug

    @cached_property
    def fill(self) -> Fill | None:
        """The first fill."""
        concentration, injected, at = (self.ask("fill", name) for name in ("concentration", "injected", "at"))
        if not concentration or not injected or at is None:
            return None
        return Fill(
            at=at, injected=Volume(injected), concentration=Concentration(concentration),
            lot=self.ask("fill", "lot"), reason=self.ask("fill", "reason"),
        )  # fmt: skip

    @cached_property
    def priming(self) -> PrimingBolus | None:
        """The prime, ``None`` where there was none."""
        parts, at = self.ask("prime", "parts"), self.ask("prime", "at")
        if parts in {None, "none"} or at is None:
            return None
        return PrimingBolus(
            at=at,
            parts=cast("Literal['pump+catheter', 'catheter']", parts),
            reason=self.ask("prime", "reason"),
        )

    @cached_property
    def primed(self) -> Result[Prime] | None:
        """Volume of the prime, the drug in it, and what of it leaves the tip early."""
        if self.system is None or self.fill is None or self.ask("prime", "parts") in {None, "none"}:
            return None
        try:
            return prime(
                self.ask("prime", "parts"),
                Volume(self.system.catheter_ml),
                self.fill.concentration,
                Volume(self.system.tubing_ml),
            )
        except InputError:
            return None

    # ------------------------------------------------------------------------------------- start

    @cached_property
    def screening(self) -> LumbarBolus | None:
        """The last screening bolus."""
        held = [event for event in self.therapy.valid_events if isinstance(event, LumbarBolus)]
        return held[-1] if held else None

    @cached_property
    def published_start(self) -> Result[StartDose] | None:
        """The start dose that follows from the screening trial, by the published rule."""
        lasted = self.ask("program", "lasted")
        if self.screening is None or not lasted:
            return None
        try:
            return start_dose(
                Mass(self.screening.dose), Duration(lasted), adverse=self.ask("program", "adverse") == "yes"
            )
        except InputError:
            return None

    def made_program(self) -> Program | None:
        """The first program; raises where what is typed makes none."""
        at = self.ask("program", "at")
        if at is None:
            return None
        return typed_program(lambda name: self.ask("program", name), at, self.ask("program", "reason"))

    @cached_property
    def program(self) -> Program | None:
        """The first program, ``None`` where it cannot be read."""
        try:
            return self.made_program()
        except InputError:
            return None

    def done(self) -> tuple[Event, ...]:
        """Implant, fill, prime and program as far as they can be read, in the order they happened."""
        made = (self.implant, self.fill, self.priming, self.program)
        return tuple(one for one in made if one is not None)

    @cached_property
    def judgement(self) -> Judgement | None:
        """What the judge says of the first program."""
        if self.program is None or self.implant is None:
            return None
        events = tuple(event for event in self.done() if event is not self.program)
        try:
            therapy = replace(self.therapy, events=(*self.therapy.events, *events))
            return judge(therapy, self.program, site=self.case.choices.limits)
        except InputError:
            return None

    @cached_property
    def outcome(self) -> Outcome | None:
        """Where the therapy stands with everything done; ``None`` until that can be read."""
        if self.implant is None or not self.done():
            return None
        try:
            return outcome_of(
                self.therapy, self.done(), instant_us(self.implant.at),
                refill_cap_days=self.case.choices.refill_cap_days,
                worst_case_drives=self.case.choices.worst_case_drives,
            )  # fmt: skip
        except InputError:
            return None

    def refused(self) -> Iterator[str]:
        """What the pump refuses of it."""
        if self.outcome is not None:
            known = set(self.outcome.before.refusals)
            yield from (text for text in self.outcome.after.refusals if text not in known)

    # ------------------------------------------------------------------------- what is recorded

    def recorded(self) -> tuple[Event, ...]:
        """Everything that was done, in order of time."""
        at, program = self.ask("summary", "at"), self.program
        made: list[Event] = list(self.done())
        opened, ended = self.ask("program", "opened"), self.ask("summary", "ended")
        if program is not None and opened is not None and ended is not None and self._has_sessions:
            made.append(Session(at=program.at, opened=opened, ended=cast("_ENDS", ended)))
        made.append(
            Interrogate(
                at=at,
                daily_dose=self.ask("summary", "daily_dose"),
                reservoir=self.ask("summary", "reservoir"),
                reason=self.ask("summary", "reason"),
            )
        )
        made.append(self._note(at))
        return tuple(sorted(made, key=lambda event: instant_us(event.at)))

    @property
    def _has_sessions(self) -> bool:
        return self.system is not None and self.system.model.properties.get("while_programming") is not None

    def _note(self, at: Any) -> Note:
        """What has no event of its own: the pocket, the image, the antibiotic, who checked the drug."""
        pocket = [text for name in ("side", "plane") if (text := self.ask("pump", name))]
        parts = [f"Pocket: {', '.join(pocket)}"] if pocket else []
        for step, name, words in _SAID:
            text = self.ask(step, name)
            if text:
                parts.append(f"{words}: {text}")
        held = self.case.saved.get("fill")
        if held is not None and held.second is not None:
            parts.append(f"Drug prepared by {held.saved_by}, checked by {held.second.name}")
        return Note(at=at, note=". ".join((self.called, *parts)) + ".")


_SAID = (
    ("identity", "team", "Team"), ("identity", "antibiotic", "Antibiotic"),
    ("identity", "reason", "Infection"), ("catheter", "image", "Image"),
)  # fmt: skip


def _volume(found: Any) -> Volume | None:
    return None if found is None else Volume(found)
