"""The screening trial as a visit: the bolus is recorded when it is given, the rest when it is closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

from cisterna.care.check import Check
from cisterna.care.guides import visit_steps
from cisterna.clinic.database.hashing import canonical
from cisterna.clinic.permissions import Action
from cisterna.clinic.visits.case import Case
from cisterna.clinic.visits.fields import Field
from cisterna.clinic.visits.kind import OpenVisit, VisitKind
from cisterna.clinic.visits.screening.checks import checks_of, hong_kong_hours
from cisterna.clinic.visits.screening.curve import Curve, curve_of
from cisterna.clinic.visits.screening.events import closing_events, first_events
from cisterna.clinic.visits.screening.faults import faults_of
from cisterna.clinic.visits.screening.proposal import ScreeningProposal
from cisterna.clinic.visits.screening.steps import HONG_KONG, LOOKS, VITALS, fields_of
from cisterna.errors import Fault
from cisterna.instants import instant_us, us_of_hours, utc
from cisterna.report.wording import significant
from cisterna.therapy import Event, Note

__all__ = ["SCREENING", "ScreeningVisit"]


class ScreeningVisit(OpenVisit):
    """One bolus, from the scores before it to what is next; whoever scores need not be who injects."""

    records_at: ClassVar[str] = "bolus"
    records: ClassVar[str] = "bolus"
    acts: ClassVar[Mapping[str, Action]] = {"bolus": Action.RECORD_EVENT}
    wide: ClassVar[frozenset[str]] = frozenset({"observe", "response", "next"})
    top: ClassVar[Mapping[str, str]] = {
        "observe": "visits/screening/curve.html",
        "response": "visits/screening/curve.html",
        "next": "visits/screening/next.html",
    }
    own: ClassVar[Mapping[str, str]] = {"observe": "visits/screening/looks.html"}
    beside: ClassVar[str] = "visits/screening/beside.html"

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.proposal = ScreeningProposal(case, self.value)

    def fields_at(self, step: str) -> tuple[Field, ...]:
        """What a step asks."""
        return fields_of(step)

    def checks_at(self, step: str) -> tuple[Check, ...]:
        """What is held against a rule at a step."""
        return checks_of(step, self.proposal)

    def faults(self, step: str) -> Iterator[Fault]:
        """What is wrong with a step besides its fields."""
        return faults_of(step, self)

    def second_of(self, step: str) -> tuple[str, bool] | None:
        """Drug and dose are checked by two, always."""
        if step != "bolus":
            return None
        return canonical({name: self.case.typed(step).get(name, "") for name in _OF_THE_DRUG}), True

    def events(self) -> tuple[Event, ...]:
        """What was done up to the bolus, as soon as it is given."""
        second = self.second("bolus")
        return first_events(self.proposal, second.name if second else "")

    def after(self, step: str) -> tuple[Event, ...]:
        """At the last step: every look, what went wrong, and what came of the bolus."""
        return closing_events(self.proposal) if step == self.step_ids[-1] else ()

    def abandoned(self, reason: str) -> Event | None:
        """That no bolus was given, and why."""
        return Note(at=self.case.now, note=f"Screening trial ended without a bolus: {reason.strip()}.")

    def sentence(self, step: str) -> str:
        """The bolus with its numbers before it is recorded."""
        bolus = self.proposal.bolus
        if step == "bolus" and bolus is not None:
            return f"{bolus.dose.shown()} at {bolus.level}, given at {bolus.at:%H:%M} by {bolus.by}."
        return ""

    def defaults(self, step: str) -> Mapping[str, str]:
        """The goal of the record; never a dose."""
        if step == "prepare":
            return {"goal": self.case.before.history.goals or ""}
        return {}

    @property
    def outcome(self) -> str:
        """The bolus and how it was answered."""
        bolus, judged = self.proposal.bolus, self.proposal.responded
        if bolus is None:
            return ""
        told = {True: "a response", False: "no response", None: "outcome not written yet"}[judged]
        return f"{bolus.dose.shown()}: {told}"

    @cached_property
    def curve(self) -> Curve | None:
        """Tone after the bolus, simulated and measured."""
        return curve_of(self.proposal)

    def due_hours(self) -> Iterator[tuple[str, str]]:
        """The hours of a protocol with fixed ones, each with its time on the clock."""
        bolus = self.proposal.bolus
        if bolus is None or self.value("prepare", "protocol") != HONG_KONG:
            return
        for hour in hong_kong_hours(self.proposal):
            at_us = instant_us(bolus.at) + us_of_hours(hour)
            yield significant(hour, 2), f"{utc(at_us).astimezone(self.case.zone):%H:%M}"

    def words(self, step: str) -> dict[str, Any]:
        """The trial, for the drawings and tables."""
        return {
            "trial": self.proposal,
            "curve": self.curve if step in {"observe", "response"} else None,
            "due_hours": tuple(self.due_hours()) if step == "observe" else (),
            "looks": LOOKS,
            "vitals": VITALS,
        }


_OF_THE_DRUG = ("concentration", "lot", "expiry", "dose")

SCREENING = VisitKind(
    name="screening",
    title="Screening trial",
    guide="screening-trial",
    content=visit_steps,
    action=Action.RECORD_ASSESSMENT,
    tab="Evaluation",
    below="/trial",
    purpose="a bolus",
    makes=ScreeningVisit,
)
"""One bolus of the screening trial."""

ScreeningVisit.kind = SCREENING
