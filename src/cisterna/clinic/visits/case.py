"""One visit as a page or a rule sees it: the record, the site's choices, and what was saved of each step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from cisterna.clinic.database.hashing import canonical
from cisterna.clinic.settings.site import SiteChoices
from cisterna.clinic.visits.fields import Field, Value
from cisterna.errors import Fault, InputError
from cisterna.instants import instant_us, utc
from cisterna.therapy import Therapy

__all__ = ["Case", "Confirming", "SavedStep", "SecondPerson", "VisitRow", "VisitState"]


class VisitState:
    """What a visit can be; a recorded one is closed when its last step is done."""

    OPEN = "open"
    RECORDED = "recorded"
    ABANDONED = "abandoned"


@dataclass(frozen=True, kw_only=True)
class VisitRow:
    """A visit: ``seen_entries`` is the length of the record that it goes on from."""

    id: str
    patient_id: str
    kind: str
    state: str
    opened_us: int
    opened_by: str
    seen_entries: int
    closed_us: int | None = None

    @property
    def is_going_on(self) -> bool:
        """Whether something of it is still to be done."""
        return self.closed_us is None


@dataclass(frozen=True, kw_only=True)
class SecondPerson:
    """Who checked a step with an account of their own, when, and exactly what (``of``)."""

    account_id: str
    name: str
    at_us: int
    of: str


@dataclass(frozen=True, kw_only=True)
class Confirming:
    """Who confirms the program that a visit records, and whether the rule asks for it."""

    second: SecondPerson | None
    is_asked: bool


@dataclass(frozen=True, kw_only=True)
class SavedStep:
    """What was last saved of a step: the typed texts, whether it is done, who checked it beside."""

    step: str
    place: int
    values: Mapping[str, str]
    done: bool
    saved_us: int
    account_id: str
    saved_by: str
    second: SecondPerson | None = None

    def data(self) -> str:
        """The text that the database keeps."""
        second = None if self.second is None else self.second.__dict__
        return canonical({"values": dict(self.values), "done": self.done, "second": second})

    @classmethod
    def of(cls, row: object) -> SavedStep:
        """The step of a row of the table."""
        data = json.loads(row.data)  # type: ignore[attr-defined]
        second = data["second"]
        return cls(
            step=row.step,  # type: ignore[attr-defined]
            place=row.place,  # type: ignore[attr-defined]
            values=data["values"],
            done=data["done"],
            saved_us=row.saved_us,  # type: ignore[attr-defined]
            account_id=row.account_id,  # type: ignore[attr-defined]
            saved_by=row.saved_by,  # type: ignore[attr-defined]
            second=None if second is None else SecondPerson(**second),
        )


@dataclass(frozen=True, kw_only=True)
class Case:
    """A visit with everything that its rules ask for; ``therapy`` is the record as it stands now.

    ``before`` is the record that the visit went on from: without what the visit itself recorded.
    """

    visit: VisitRow
    therapy: Therapy
    before: Therapy
    entries: int
    choices: SiteChoices
    now_us: int
    saved: Mapping[str, SavedStep] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are typed and shown: the site's."""
        return self.choices.zone

    @property
    def is_stale(self) -> bool:
        """Whether somebody changed the record since the visit was opened, or last looked at."""
        return self.visit.state == VisitState.OPEN and self.entries != self.visit.seen_entries

    def typed(self, step: str) -> Mapping[str, str]:
        """The texts that stand in a step."""
        held = self.saved.get(step)
        return {} if held is None else held.values

    def done(self, step: str) -> bool:
        """Whether somebody went on from a step with everything in it right."""
        held = self.saved.get(step)
        return held is not None and held.done

    def value(self, step: str, wanted: Field) -> Value:
        """What a field means; ``None`` where nothing was typed, or nothing that can be meant."""
        try:
            return wanted.value(self.typed(step), self.zone)
        except InputError:
            return None

    @cached_property
    def now(self) -> datetime:
        """The instant of the request, in the zone of the site."""
        return utc(self.now_us).astimezone(self.zone)

    def not_yet(self, name: str, at: datetime) -> Fault | None:
        """The fault of an instant that lies ahead: only what was done is recorded."""
        if instant_us(at) <= self.now_us:
            return None
        return Fault(
            where=name,
            found=f"{at:%d %b %Y, %H:%M}",
            allowed=f"an instant not after now, {self.now:%d %b %Y, %H:%M}",
            remedy="write when it was done",
        )
