"""What somebody told by telephone of an alarm, and the event that it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from cisterna.clinic.visits.fields import Field
from cisterna.clinic.visits.proposed import Proposed
from cisterna.therapy import Alarm, Event
from cisterna.therapy.record_events import HEARD, AlarmCondition

__all__ = ["REPORT", "ReportedAlarm"]

_ASKED = (("yes", "yes"), ("no", "no"), ("unknown", "not known"))
_UNSURE = "unsure"
REPORT = (
    Field(name="at", label="Heard first at", form="instant"),
    Field(
        name="sound",
        label="Which sound",
        form="choice",
        options=(("single-tone", "single tone"), ("two-tone", "two-tone"), (_UNSURE, "not sure")),
        range="not sure is taken as the two-tone, the more urgent one, until the pump is read",
    ),
    Field(
        name="told",
        label="What it told",
        form="select",
        required=False,
        options=tuple((one, one.replace("-", " ")) for one in get_args(AlarmCondition) if one not in HEARD),
        range="only where somebody read it from the pump",
    ),
    Field(
        name="little",
        label="Signs of too little drug",
        form="choice",
        options=_ASKED,
        range="itch without rash, rising tone, fever, altered mind, seizures, labile blood pressure",
    ),
    Field(
        name="much",
        label="Signs of too much drug",
        form="choice",
        options=_ASKED,
        range="drowsy, weakness that rises, slow or shallow breathing, slow pulse, low blood pressure",
    ),
    Field(
        name="magnet",
        label="A scan or a strong magnet since the pump was last read",
        form="choice",
        options=_ASKED,
    ),
    Field(name="again", label="How often it comes back", required=False),
    Field(name="who", label="Who called, and where to call back", range="as you would write it in a note"),
    Field(
        name="words", label="What else was said, and what you told them to do", form="area", required=False
    ),
)
"""What is asked, in the order in which it is asked."""

_WORDS = {"little": "Signs of too little drug", "much": "Signs of too much drug", "magnet": "Scan or magnet"}


@dataclass(frozen=True, kw_only=True)
class ReportedAlarm(Proposed):
    """An alarm as it was told."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the form asks."""
        return REPORT

    def events(self) -> tuple[Event, ...]:
        """The alarm with everything that was asked."""
        sound = self.text("sound")
        condition: Any = self.text("told") or ("two-tone" if sound == _UNSURE else sound)
        return (Alarm(at=self.at(), condition=condition, note=" ".join(self._told())),)

    def _told(self) -> Iterator[str]:
        sound = self.text("sound")
        heard = "not sure which sound, taken as the two-tone" if sound == _UNSURE else sound.replace("-", " ")
        yield f"Reported by telephone: {heard}."
        if self.text("again"):
            yield f"Comes back: {self.text('again')}."
        for name, words in _WORDS.items():
            yield f"{words}: {dict(_ASKED)[self.text(name)]}."
        yield f"Called: {self.text('who')}."
        if self.text("words"):
            yield self.text("words")
