"""A command that the pump refuses; it is never clamped and never ignored."""

from __future__ import annotations

from cisterna.errors import Fault, PumpError
from cisterna.therapy.events import Event

__all__ = ["RefusalError", "out_of_turn"]


class RefusalError(PumpError):
    """The pump refuses ``event``; the place of each fault is a key of that event.

    ``is_out_of_turn`` tells that the command itself is sound but does not fit what the pump is doing;
    such a refusal may follow from an earlier one.
    """

    def __init__(self, event: Event, *faults: Fault, is_out_of_turn: bool = False) -> None:
        self.event = event
        self.is_out_of_turn = is_out_of_turn
        super().__init__(*faults)

    def placed(self, path: str) -> tuple[Fault, ...]:
        """The faults as seen from a therapy in which the event lies at ``path``."""
        return tuple(fault.at(f"{path}.{fault.where}" if fault.where else path) for fault in self.faults)


def out_of_turn(event: Event, found: str, allowed: str, remedy: str, key: str = "kind") -> RefusalError:
    """The refusal of a command that does not fit what the pump is doing."""
    return RefusalError(
        event, Fault(where=key, found=found, allowed=allowed, remedy=remedy), is_out_of_turn=True
    )
