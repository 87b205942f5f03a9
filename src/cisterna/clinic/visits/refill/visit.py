"""The refill visit: what each step asks and holds against its rules, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

from cisterna.care.check import Check
from cisterna.care.devices import devices_of
from cisterna.care.standing import standing_of
from cisterna.care.visit_outcome import NextRefill, next_refill
from cisterna.clinic.database.hashing import canonical
from cisterna.clinic.permissions import Action
from cisterna.clinic.visits.case import Case, Confirming, VisitState
from cisterna.clinic.visits.fields import Field
from cisterna.clinic.visits.kind import OpenVisit, VisitKind
from cisterna.clinic.visits.refill import faults as rules
from cisterna.clinic.visits.refill.checks import checks_of
from cisterna.clinic.visits.refill.events import abandoned_event, after_note, recorded_events
from cisterna.clinic.visits.refill.proposal import Proposal
from cisterna.clinic.visits.refill.settings import changed_settings
from cisterna.clinic.visits.refill.steps import fields_of
from cisterna.clinic.visits.refill.words import beside, sentence_of
from cisterna.errors import Fault, InputError
from cisterna.therapy import Event, Program, event_text

__all__ = ["REFILL", "RefillVisit"]


class RefillVisit(OpenVisit):
    """A refill from the door to the letter; the pump is asked for everything that is computed."""

    records_at: ClassVar[str] = "dates"
    books: ClassVar[str] = "book"
    stops: ClassVar[str] = "doubt"
    wide: ClassVar[frozenset[str]] = frozenset({"bridge", "compare"})
    may_stop: ClassVar[frozenset[str]] = frozenset({"port", "aspirate", "fill"})
    beside: ClassVar[str] = "visits/refill/beside.html"
    top: ClassVar[dict[str, str]] = {
        "interrogate": "visits/refill/interrogate.html",
        "aspirate": "visits/refill/aspirate.html",
        "doubt": "visits/refill/doubt.html",
        "bridge": "visits/refill/bridge.html",
        "compare": "visits/refill/compare.html",
        "dates": "visits/refill/dates.html",
        "book": "visits/refill/book.html",
    }

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.proposal = Proposal(case, self.value)

    def fields_at(self, step: str) -> tuple[Field, ...]:
        """What a step asks; the form of the program and of the comparison follows from the steps before."""
        return fields_of(
            step,
            capacity_ml=self._capacity_ml if step in {"interrogate", "aspirate", "dates"} else None,
            prepared_ml=None,
            programs=self._programs if step == "bridge" else (),
            is_new_concentration=step == "bridge" and self.proposal.is_new_concentration,
            changed=changed_settings(self.proposal) if step == "compare" else (),
        )

    @cached_property
    def _capacity_ml(self) -> float | None:
        pumps = [one for one in devices_of(self.case.before) if one.role == "pump" and one.until_us is None]
        return pumps[-1].volume_ml if pumps else None

    @property
    def _programs(self) -> tuple[tuple[str, str], ...]:
        if self.proposal.has_reset_program:
            return (("unchanged", "unchanged, sent anew"), ("new", "new"))
        resend = "unchanged, sent anew" if self.proposal.is_new_concentration else "unchanged"
        restart = (("resume", "restart as it was"),) if self.proposal.is_stopped else ()
        unchanged = "stays stopped" if self.proposal.is_stopped else resend
        return (("unchanged", unchanged), *restart, ("new", "new"))

    def checks_at(self, step: str) -> tuple[Check, ...]:
        """What is held against a rule at a step."""
        return checks_of(step, self.proposal, self.next_refill if step == "book" else None)

    @cached_property
    def next_refill(self) -> NextRefill | None:
        """The dates of the next refill: of what is proposed, or once it is recorded of the record."""
        if self.case.visit.state == VisitState.RECORDED:
            stands = standing_of(
                self.case.therapy, self.case.now, refill_cap_days=self.case.choices.refill_cap_days,
                worst_case_drives=self.case.choices.worst_case_drives,
            )  # fmt: skip
            return next_refill(stands, self.case.therapy)
        outcome = self.proposal.outcome
        return None if outcome is None else next_refill(outcome.after, self.case.therapy)

    def faults(self, step: str) -> Iterator[Fault]:
        """What is wrong with a step besides its fields."""
        return rules.faults_of(step, self)

    def second_of(self, step: str) -> tuple[str, bool] | None:
        """The drug is checked by two, always; the settings by two where a published limit is passed."""
        if step == "drug":
            asked = {name: self.case.typed(step).get(name, "") for name in _OF_THE_DRUG}
            return canonical(asked), True
        if step == "compare":
            return self._settings_to_confirm()
        return None

    def _settings_to_confirm(self) -> tuple[str, bool] | None:
        try:
            events = self.proposal.sent()
        except InputError:
            return None
        if not any(isinstance(event, Program) for event in events):
            return None
        judgement = self.proposal.judgement
        passes = judgement is not None and any(entry.limit is not None for entry in judgement.guardrails)
        return canonical([event_text(event) for event in events]), passes

    def confirming(self) -> Confirming:
        """Who confirmed the settings; asked for where they pass a published limit."""
        asked = self.second_of("compare")
        return Confirming(second=self.second("compare"), is_asked=asked is not None and asked[1])

    def events(self) -> tuple[Event, ...]:
        """Everything that was done, as events in order of time."""
        return recorded_events(self.case, self.value, self.proposal)

    def after(self, step: str) -> tuple[Event, ...]:
        """At the last step: what was taught, observed and handed out."""
        return (after_note(self.case, self.value),) if step == self.step_ids[-1] else ()

    def abandoned(self, reason: str) -> Event | None:
        """That the visit ended without a refill, and what was withdrawn until then."""
        return abandoned_event(self.case, self.value, self.proposal, reason)

    def sentence(self, step: str) -> str:
        """What is kept of the volumes, and what that does not prove."""
        return sentence_of(step, self)

    def defaults(self, step: str) -> Mapping[str, str]:
        """What the record says already; the day of the next refill where the pump tells it."""
        if step == "identity" and self.case.therapy.history.allergies:
            return {"allergies": self.case.therapy.history.allergies}
        if step == "drug":
            return {"drug": "baclofen"}
        if step == "book":
            plan = self.next_refill
            day = plan.book_from.isoformat() if plan and plan.book_from else ""
            return {"at_day": day, "at_time": ""}
        return {}

    def words(self, step: str) -> dict[str, Any]:
        """The proposal, for the drawings and tables beside the form."""
        plan = self.next_refill if step in _PLANNED else None
        return {"refill": self.proposal, "plan": plan, **beside(self)}


_OF_THE_DRUG = ("drug", "concentration", "prepared", "lot", "expiry")
_PLANNED = {"compare", "dates", "book", "teach", "observe"}

REFILL = VisitKind(
    name="refill",
    title="Refill",
    guide="refill",
    action=Action.RECORD_REFILL,
    tab="Refills",
    below="/refills",
    purpose="a refill",
    on_ending="Where a volume was withdrawn, the pump counts as empty from then on: if it was put back, "
    "record that as the fill instead.",
    makes=RefillVisit,
)
"""The refill of a pump."""

RefillVisit.kind = REFILL
