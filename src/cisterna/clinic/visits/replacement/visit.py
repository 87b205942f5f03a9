"""The revision visit: what each step asks and holds against its rules, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cisterna.care.check import Check
from cisterna.care.guides import visit_steps
from cisterna.clinic.permissions import Action
from cisterna.clinic.visits.case import Case
from cisterna.clinic.visits.fields import Field
from cisterna.clinic.visits.implant.visit import ImplantVisit
from cisterna.clinic.visits.kind import VisitKind
from cisterna.clinic.visits.replacement.proposal import ReplacementProposal
from cisterna.clinic.visits.replacement.steps import asked_at
from cisterna.errors import Fault
from cisterna.therapy import Event, Note

__all__ = ["REPLACEMENT", "ReplacementVisit"]

_OF_THE_FILL = ("concentration", "injected", "lot", "expiry")


class ReplacementVisit(ImplantVisit):
    """A pump or catheter replaced: the steps of an implant, of which what stays is left empty.

    A pump that was put in without a fill, by an import or an earlier revision, is filled and programmed
    here too.
    """

    done: ClassVar[str] = "revision"
    proposal: ReplacementProposal

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.proposal = ReplacementProposal(case, self.value)

    def fields_at(self, step: str) -> tuple[Field, ...]:
        """What a step asks; fill and program must be told of a pump that is new, empty or not programmed."""
        needed = {"fill": "must_fill", "program": "must_program"}
        return asked_at(
            step, self.case.before.catalogue, self._modes() if step == "program" else (),
            is_needed=step in needed and bool(getattr(self.proposal, needed[step])),
        )  # fmt: skip

    def _modes(self) -> tuple[str, ...]:
        held = self.proposal.in_place
        if self.proposal.replaces_pump or held is None:
            return super()._modes()
        return self.case.before.catalogue.pump(held.pump).modes

    def checks_at(self, step: str) -> tuple[Check, ...]:
        """What is held against a rule at a step; of a fill that was left out nothing is."""
        if step == "fill" and not self.proposal.must_fill and not self._is_fill_begun:
            return ()
        return super().checks_at(step)

    @property
    def _is_fill_begun(self) -> bool:
        return any(self.case.typed("fill").get(name, "").strip() for name in _OF_THE_FILL)

    def faults(self, step: str) -> Iterator[Fault]:
        """What is wrong with a step besides its fields."""
        yield from super().faults(step)
        if step == "pump" and self.proposal.replaces_pump and not self.value("pump", "serial"):
            yield Fault(
                where="serial", found="nothing", allowed="the serial number of the new pump",
                remedy="read it from the label",
            )  # fmt: skip
        if step == "fill" and self._is_fill_begun:
            yield from self._half_filled()

    def _half_filled(self) -> Iterator[Fault]:
        for name in _OF_THE_FILL:
            if self.value("fill", name) is None:
                yield Fault(
                    where=name, found="nothing", allowed="all of the fill, or none of it",
                    remedy="fill it in, or empty the other fields where the drug stays in the pump",
                )  # fmt: skip

    def second_of(self, step: str) -> tuple[str, bool] | None:
        """The drug is checked by two, where some is filled; the program where a published limit is passed."""
        if step == "fill" and self.proposal.fill is None and not self.proposal.must_fill:
            return None
        return super().second_of(step)

    def abandoned(self, reason: str) -> Event | None:
        """That nothing was revised, and why."""
        return Note(at=self.case.now, note=f"Revision visit ended without a revision: {reason.strip()}.")


REPLACEMENT = VisitKind(
    name="replacement",
    title="Revision",
    guide="implant",
    content=visit_steps,
    action=Action.RECORD_IMPLANT,
    tab="Implant",
    below="/implant",
    purpose="a revision",
    makes=ReplacementVisit,
)
"""Pump or catheter replaced, filled, primed and programmed."""

ReplacementVisit.kind = REPLACEMENT
