"""What all kinds of event share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cisterna.errors import Fault, TherapyError
from cisterna.therapy.wording import blank, instant_faults

__all__ = ["Event"]


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that was done or seen at one instant.

    ``at`` keeps the offset from UTC that was written. ``id`` is what corrections name, unique in a
    therapy; ``by`` says who, ``reason`` why, ``note`` what else there is to say. An event that
    cannot be is refused when it is made, by a :class:`~cisterna.errors.TherapyError` whose faults
    name the keys of the event.
    """

    kind: ClassVar[str]
    at: datetime
    id: str | None = None
    by: str | None = None
    reason: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        faults = tuple(self._faults())
        if faults:
            raise TherapyError(*faults)

    def _faults(self) -> Iterator[Fault]:
        """Everything that is wrong with this event by itself; ``where`` is a key of the event."""
        yield from instant_faults("at", self.at)
        yield from blank("id", self.id, "give the event an id, or leave the key out")
