"""What is typed on one page and recorded at once: its fields, its faults, the events that it states."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from cisterna.clinic.settings.site import SiteChoices
from cisterna.clinic.visits.fields import Field, Value
from cisterna.errors import Fault, InputError
from cisterna.instants import instant_us
from cisterna.therapy import Event, Therapy

__all__ = ["Proposed"]


@dataclass(frozen=True, kw_only=True)
class Proposed(ABC):
    """A form about one therapy as it was typed."""

    therapy: Therapy
    choices: SiteChoices
    now_us: int
    typed: Mapping[str, str]

    @property
    @abstractmethod
    def fields(self) -> tuple[Field, ...]:
        """What the form asks."""

    @abstractmethod
    def events(self) -> tuple[Event, ...]:
        """What will be recorded; asked only where there is no fault."""

    def own_faults(self) -> Iterator[Fault]:
        """What is wrong besides the single fields."""
        yield from ()

    def ask(self, name: str) -> Value:
        """The value of a field, ``None`` where nothing or nothing right stands in it."""
        wanted = next(one for one in self.fields if one.name == name)
        try:
            return wanted.value(self.typed, self.choices.zone)
        except InputError:
            return None

    def at(self, name: str = "at") -> datetime:
        """An instant of a form without faults."""
        found = self.ask(name)
        assert isinstance(found, datetime)  # noqa: S101  checked by its faults
        return found

    def text(self, name: str) -> str:
        """What was typed in a field of text."""
        return self.typed.get(name, "").strip()

    def faults(self) -> tuple[Fault, ...]:
        """What keeps it from being recorded, each at its field."""
        wrong = tuple(self._field_faults())
        return wrong or (*self._still_to_come(), *self.own_faults())

    def _field_faults(self) -> Iterator[Fault]:
        for one in self.fields:
            try:
                one.value(self.typed, self.choices.zone)
            except InputError as error:
                yield from error.faults

    def _still_to_come(self) -> Iterator[Fault]:
        """What lies ahead was not done."""
        for one in self.fields:
            at = self.ask(one.name) if one.form == "instant" else None
            if isinstance(at, datetime) and instant_us(at) > self.now_us:
                yield Fault(
                    where=one.name,
                    found=f"{at:%d %b %Y, %H:%M}, which is still to come",
                    allowed="an instant that has passed",
                    remedy="write when it was done, or book a visit",
                )
