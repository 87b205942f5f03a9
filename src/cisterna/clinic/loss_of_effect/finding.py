"""One finding of the search as it was typed, and the event that it is; what the search came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from cisterna.care.guides import Step
from cisterna.clinic.record.service import new_id
from cisterna.clinic.visits.fields import Field
from cisterna.clinic.visits.proposed import Proposed
from cisterna.therapy import Event, Interrogate, Note, Port
from cisterna.units import DailyDose, Volume

__all__ = ["CAUSES", "FOUND", "Conclusion", "Finding"]

FOUND = (
    ("cause", "a cause"),
    ("nothing", "nothing"),
    ("unclear", "not clear"),
    ("left-out", "not done"),
)
"""What a step can have found."""

CAUSES = (
    ("patient", "in the patient"),
    ("catheter", "the catheter"),
    ("pump", "the pump"),
    ("drug", "the drug or its concentration"),
    ("program", "the program"),
    ("none", "none was found"),
)
"""What the search can have come to."""

_AT = Field(name="at", label="Done at", form="instant")
_FOUND = Field(name="found", label="It found", form="choice", options=FOUND)
_WORDS = Field(
    name="words", label="Finding", form="area", range="what was seen, or why it was not done; it is recorded"
)
_OWN: Mapping[str, tuple[Field, ...]] = {
    "interrogate": (
        Field(name="reservoir", label="Volume that the programmer showed", form="quantity", quantity=Volume,
              unit="mL", required=False),
        Field(name="daily_dose", label="Daily dose that it showed", form="quantity", quantity=DailyDose,
              unit="mcg/day", required=False),
    ),
    "residual": (
        Field(name="withdrawn", label="Withdrawn", form="quantity", quantity=Volume, unit="mL",
              required=False, range="what the reservoir then holds is recorded by the refill visit"),
    ),
    "aspirate": (
        Field(name="aspirated", label="Aspirated through the access port", form="quantity", quantity=Volume,
              unit="mL", required=False, range="0 where nothing came: then nothing may be injected"),
    ),
}  # fmt: skip
_CONCLUDED = (
    _AT,
    Field(name="cause", label="The cause", form="select", options=CAUSES),
    Field(
        name="words", label="What was found, and what follows", form="area", range="who does what, and when"
    ),
)


@dataclass(frozen=True, kw_only=True)
class Finding(Proposed):
    """The finding of one step of the guide."""

    step: Step

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the step asks."""
        return (_AT, _FOUND, *_OWN.get(self.step.id, ()), _WORDS)

    @cached_property
    def event(self) -> Event:
        """A reading, an aspiration, or else a note; what was not done is a note."""
        reason, words = f"Loss of effect: {self.step.title}", dict(FOUND)[self.text("found")]
        withdrawn = f" {self.text('withdrawn')} mL withdrawn." if self.text("withdrawn") else ""
        note = f"Found: {words}.{withdrawn} {self.text('words')}"
        at, ident = self.at(), new_id()
        if self.text("found") == "left-out":
            return Note(at=at, id=ident, reason=reason, note=f"Not done. {self.text('words')}")
        if self.step.id == "interrogate":
            return Interrogate(
                at=at, id=ident, reason=reason, note=note,
                reservoir=cast("Volume | None", self.ask("reservoir")),
                daily_dose=cast("DailyDose | None", self.ask("daily_dose")),
            )  # fmt: skip
        if self.step.id == "aspirate" and self.text("aspirated"):
            aspirated = cast("Volume", self.ask("aspirated"))
            return Port(at=at, id=ident, reason=reason, note=note, aspirated=aspirated)
        return Note(at=at, id=ident, reason=reason, note=note)

    def events(self) -> tuple[Event, ...]:
        """The one event."""
        return (self.event,)

    def kept(self) -> dict[str, str]:
        """What the search keeps of it beside the record: what was typed, and the id of the event."""
        typed = {name: self.text(name) for one in self.fields for name in one.names}
        return {**typed, "event": self.event.id or ""}


@dataclass(frozen=True, kw_only=True)
class Conclusion(Proposed):
    """What the search came to; it ends with that."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is asked at the end."""
        return _CONCLUDED

    def events(self) -> tuple[Event, ...]:
        """A note."""
        cause = dict(CAUSES)[self.text("cause")]
        note = f"The cause: {cause}. {self.text('words')}"
        return (Note(at=self.at(), reason="Loss of effect: what the search came to", note=note),)
