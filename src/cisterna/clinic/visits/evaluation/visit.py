"""The evaluation as a visit: what its steps ask, what stands against a decision, and what is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, cast

from cisterna.care.check import Check
from cisterna.care.evaluation.regimens import NOT_HELD
from cisterna.care.guides import visit_steps
from cisterna.clinic.patients.forms import QUESTIONS
from cisterna.clinic.permissions import Action
from cisterna.clinic.visits.case import Case
from cisterna.clinic.visits.evaluation.checks import checks_of
from cisterna.clinic.visits.evaluation.proposal import EvaluationProposal
from cisterna.clinic.visits.evaluation.steps import fields_of
from cisterna.clinic.visits.fields import Field, Value
from cisterna.clinic.visits.kind import OpenVisit, VisitKind
from cisterna.errors import Fault
from cisterna.therapy import Decision, DecisionKind, Event, Note, Therapy

__all__ = ["EVALUATION", "EvaluationVisit"]

_TEXTS = {True: "yes", False: "no", None: "unknown"}


class EvaluationVisit(OpenVisit):
    """From what is known to a decision; the last step records everything as one whole."""

    records_at: ClassVar[str] = "decision"
    wide: ClassVar[frozenset[str]] = frozenset({"points", "regimens", "goals"})
    beside: ClassVar[str] = "visits/evaluation/beside.html"
    top: ClassVar[Mapping[str, str]] = {
        "points": "visits/evaluation/points.html",
        "regimens": "visits/evaluation/regimens.html",
    }
    own: ClassVar[Mapping[str, str]] = {"goals": "visits/evaluation/goals.html"}

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.proposal = EvaluationProposal(case, self.value)

    def fields_at(self, step: str) -> tuple[Field, ...]:
        """What a step asks."""
        return fields_of(step)

    def checks_at(self, step: str) -> tuple[Check, ...]:
        """What is held against a rule at a step."""
        return checks_of(step, self.proposal, self.guide.step(step))

    def faults(self, step: str) -> Iterator[Fault]:
        """What is wrong with goals and decision besides their fields."""
        if step == "goals":
            yield from self.proposal.goal_faults()
        if step == "decision":
            yield from self._faults_of_decision()

    def _faults_of_decision(self) -> Iterator[Fault]:
        is_other, regimen = self.value("decision", "decision") == "other", self.value("decision", "regimen")
        if is_other != (regimen is not None):
            yield Fault(
                where="regimen", found="nothing" if is_other else "a regimen beside another decision",
                allowed="a regimen where the decision is another one, and only then",
                remedy="choose it" if is_other else "correct the decision, or choose no regimen",
            )  # fmt: skip

    def second_of(self, step: str) -> tuple[str, bool] | None:
        """Nothing is confirmed by a second person: who decided is asked for."""
        _ = step
        return None

    def header(self) -> Therapy | None:
        """What is known of the time before, with the goals; ``None`` where nothing changed."""
        held = self.case.therapy
        return None if self.proposal.history == held.history else replace(held, history=self.proposal.history)

    def events(self) -> tuple[Event, ...]:
        """The scores of the goals, the decision with who took it, and a note of what led to it."""
        return (*self.proposal.scores(), self._decided(), Note(at=self.case.now, note=" ".join(self._told())))

    def _decided(self) -> Decision:
        regimen = self.value("decision", "regimen")
        return Decision(
            at=self.case.now,
            decided=cast("DecisionKind", self.value("decision", "decision")),
            decided_by=str(self.value("decision", "decided_by")),
            decided_with=_text(self.value("decision", "decided_with")),
            regimen=self.field("decision", "regimen").words_of(str(regimen)) if regimen else None,
            reason=_text(self.value("decision", "why")),
        )

    def _told(self) -> Iterator[str]:
        found, ask = self.proposal.found, self.value
        yield "Evaluation."
        counts = (f"{len(found.side(side))} {side}" for side in ("for", "against", "missing"))
        yield f"Points: {', '.join(counts)}."
        for step, name, words in _SAID:
            if ask(step, name):
                yield f"{words}: {str(ask(step, name)).strip().rstrip('.')}."
        if self.proposal.goals:
            yield f"Goals: {self.proposal.told_goals}. Agreed with {ask('goals', 'agreed_with')}."

    @property
    def outcome(self) -> str:
        """What was decided."""
        return self.decision

    @property
    def decision(self) -> str:
        """What was decided in words; empty before."""
        chosen = self.field("decision", "decision").words_of(str(self.value("decision", "decision") or ""))
        regimen = self.value("decision", "regimen")
        return f"{chosen}: {self.field('decision', 'regimen').words_of(str(regimen))}" if regimen else chosen

    def abandoned(self, reason: str) -> Event | None:
        """That nothing was decided, and why."""
        return Note(at=self.case.now, note=f"Evaluation ended without a decision: {reason.strip()}.")

    def sentence(self, step: str) -> str:
        """What the record will say."""
        if step == "decision" and self.decision:
            return f"Decision: {self.decision}."
        return ""

    def defaults(self, step: str) -> Mapping[str, str]:
        """What the record says already; never a decision."""
        held = self.case.before.history
        if step == "facts":
            known = {key: _TEXTS[getattr(held, key)] for key, _ in QUESTIONS}
            return known | {"fusion": held.fusion or "unknown", "allergies": held.allergies or ""}
        return {"goal_1": held.goals} if step == "goals" and held.goals else {}

    def words(self, step: str) -> dict[str, Any]:
        """The points, the regimens and the goals, for the tables."""
        _ = step
        return {"evaluation": self.proposal, "found": self.proposal.found, "NOT_HELD": NOT_HELD}


def _text(value: Value) -> str | None:
    return None if value is None else str(value).strip() or None


_SAID = (
    ("points", "weighed", "Weighed"),
    ("regimens", "preferred", "Patient and family prefer"),
    ("decision", "following", "What follows"),
    ("decision", "reason", "Reason"),
)

EVALUATION = VisitKind(
    name="evaluation",
    title="Evaluation",
    guide="evaluation",
    content=visit_steps,
    action=Action.RECORD_ASSESSMENT,
    tab="Evaluation",
    below="/trial",
    purpose="a decision",
    makes=EvaluationVisit,
)
"""Whether intrathecal baclofen is worth a trial."""

EvaluationVisit.kind = EVALUATION
