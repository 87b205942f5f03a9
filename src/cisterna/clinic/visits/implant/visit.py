"""The implant visit: what each step asks and holds against its rules, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, get_args

from cisterna.care.check import Check
from cisterna.care.guides import visit_steps
from cisterna.clinic.database.hashing import canonical
from cisterna.clinic.dose.comparison import rows_of
from cisterna.clinic.permissions import Action
from cisterna.clinic.visits.case import Case, Confirming
from cisterna.clinic.visits.fields import Field, Value
from cisterna.clinic.visits.implant.checks import checks_of
from cisterna.clinic.visits.implant.faults import faults_of
from cisterna.clinic.visits.implant.proposal import ImplantProposal
from cisterna.clinic.visits.implant.steps import fields_of
from cisterna.clinic.visits.kind import OpenVisit, VisitKind
from cisterna.errors import Fault
from cisterna.report.wording import UNKNOWN, significant
from cisterna.therapy import Event, Note, ProgramMode, event_text

__all__ = ["IMPLANT", "ImplantVisit"]


class ImplantVisit(OpenVisit):
    """An implant from the pause before the incision to the hand-over; ``done`` is what the note calls it."""

    done: ClassVar[str] = "implant"
    records_at: ClassVar[str] = "summary"
    wide: ClassVar[frozenset[str]] = frozenset({"program", "summary"})
    beside: ClassVar[str] = "visits/implant/beside.html"
    top: ClassVar[dict[str, str]] = {"summary": "visits/implant/summary.html"}

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.proposal = ImplantProposal(case, self.value)

    def fields_at(self, step: str) -> tuple[Field, ...]:
        """What a step asks; a program only has the modes of the pump that was chosen."""
        return fields_of(step, self.case.before.catalogue, self._modes() if step == "program" else ())

    def _modes(self) -> tuple[str, ...]:
        name: Value = self.value("pump", "model")
        return self.case.before.catalogue.pump(str(name)).modes if name else get_args(ProgramMode)

    def checks_at(self, step: str) -> tuple[Check, ...]:
        """What is held against a rule at a step."""
        return checks_of(step, self.proposal)

    def faults(self, step: str) -> Iterator[Fault]:
        """What is wrong with a step besides its fields."""
        return faults_of(step, self)

    def second_of(self, step: str) -> tuple[str, bool] | None:
        """The drug is checked by two, always; the program by two where a published limit is passed."""
        if step == "fill":
            return canonical({name: self.case.typed(step).get(name, "") for name in _OF_THE_DRUG}), True
        if step == "summary" and self.proposal.program is not None:
            judgement = self.proposal.judgement
            passes = judgement is not None and any(entry.limit is not None for entry in judgement.guardrails)
            return canonical([event_text(event) for event in self.proposal.done()]), passes
        return None

    def second_action(self, step: str) -> Action:
        """Whoever may confirm a program may check a drug: the nurse beside the physician."""
        _ = step
        return Action.CONFIRM_PROGRAM

    def confirming(self) -> Confirming:
        """Who checked the program beside the one who records it."""
        asked = self.second_of("summary")
        return Confirming(second=self.second("summary"), is_asked=asked is not None and asked[1])

    def events(self) -> tuple[Event, ...]:
        """Implant, fill, prime, program, session, reading and note, in order of time."""
        return self.proposal.recorded()

    def after(self, step: str) -> tuple[Event, ...]:
        """At the last step: where the patient is observed and who was told what."""
        if step != self.step_ids[-1]:
            return ()
        where, whom, what = (self.value("after", name) for name in ("where", "whom", "what"))
        text = (
            f"After the {self.done}: observed {where}; signs of too little and too much drug told to {whom}; "
            "card and telephone numbers handed out."
        )
        return (Note(at=self.case.now, note=f"{text} {what}" if what else text),)

    def abandoned(self, reason: str) -> Event | None:
        """That nothing was implanted, and why."""
        return Note(at=self.case.now, note=f"Implant visit ended without an implant: {reason.strip()}.")

    def words(self, step: str) -> dict[str, Any]:
        """What was put in so far, and at the summary everything side by side."""
        outcome = self.proposal.outcome
        rows = rows_of(outcome) if step == "summary" and outcome is not None else ()
        return {"put_in": self._put_in(), "rows_side_by_side": rows}

    def _put_in(self) -> list[tuple[str, str]]:
        """Pump, catheter, tip, dead volume, drug and prime, as far as they are known."""
        found, catalogue = self.proposal, self.case.before.catalogue
        rows = []
        pump, catheter = self.value("pump", "model"), self.value("catheter", "model")
        if pump:
            model = catalogue.pump(str(pump))
            rows.append(("Pump", f"{model.maker} {model.model}"))
            rows.append(("Serial", str(self.value("pump", "serial") or UNKNOWN)))
        if catheter:
            held = catalogue.catheter(str(catheter))
            rows.append(("Catheter", f"{held.maker} {held.model}"))
            rows.append(("Tip", str(self.value("catheter", "tip") or UNKNOWN)))
        if found.system is not None:
            rows.append(("Tubing and catheter", f"{significant(found.system.dead_volume_ml, 3)} mL"))
        if found.fill is not None:
            rows.append(
                ("First fill", f"{found.fill.injected.shown()} of {found.fill.concentration.shown()}")
            )
        if found.primed is not None:
            rows.append(("Prime", f"{significant(found.primed.value.volume_ml, 3)} mL"))
        return rows


_OF_THE_DRUG = ("concentration", "lot", "expiry", "injected")

IMPLANT = VisitKind(
    name="implant",
    title="Implant",
    guide="implant",
    content=visit_steps,
    action=Action.RECORD_IMPLANT,
    tab="Implant",
    below="/implant",
    purpose="an implant",
    makes=ImplantVisit,
)
"""The implant of a pump."""

ImplantVisit.kind = IMPLANT
