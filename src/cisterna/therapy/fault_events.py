"""What can go wrong with the device or in its handling, and how much of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from cisterna.errors import Fault
from cisterna.therapy.event import Event
from cisterna.therapy.levels import LEVELS
from cisterna.therapy.wording import not_later, not_positive, quoted, unknown_level
from cisterna.units import Concentration, Fraction, Quantity, Volume

__all__ = ["RESETS", "FaultEvent", "FaultKind"]

FaultKind = Literal[
    "over-delivery",
    "under-delivery",
    "catheter-leak",
    "motor-stall",
    "occlusion",
    "disconnection",
    "tip-migration",
    "wrong-concentration",
    "pocket-fill",
    "port-injection",
    "reset",
]

RESETS: tuple[str, ...] = ("safe-state", "none")
"""What a reset can leave the pump in: its safe state, or no delivery at all."""

_QUANTITY_OF: dict[FaultKind, type[Quantity]] = {
    "over-delivery": Fraction,
    "under-delivery": Fraction,
    "catheter-leak": Fraction,
    "wrong-concentration": Concentration,
    "pocket-fill": Volume,
    "port-injection": Volume,
}
_WITHOUT_AMOUNT: tuple[FaultKind, ...] = ("motor-stall", "occlusion", "disconnection")
_SHARES_OF_WHAT_IS_THERE: tuple[FaultKind, ...] = ("under-delivery", "catheter-leak")


@dataclass(frozen=True, kw_only=True)
class FaultEvent(Event):
    """Something went wrong with the device or in its handling, up to ``until`` where it ended.

    What ``amount`` means goes with ``what``: the per cent of the programmed flow by which
    ``over-delivery`` and ``under-delivery`` are off, the per cent of the flow that a
    ``catheter-leak`` loses, the level to which a ``tip-migration`` led, the true concentration of a
    ``wrong-concentration``, the volume of a ``pocket-fill`` or ``port-injection``, and what a
    ``reset`` left (``safe-state`` or ``none``). The others take none.
    """

    kind: ClassVar[str] = "fault"
    what: FaultKind
    amount: Fraction | Volume | Concentration | str | None = None
    until: datetime | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from not_later("until", self.until, self.at)
        if self.what in _WITHOUT_AMOUNT:
            yield from self._faults_of_none()
        elif self.what == "tip-migration":
            yield from self._faults_of_word(LEVELS, "a vertebral level", "'T12'")
        elif self.what == "reset":
            yield from self._faults_of_word(RESETS, "'safe-state' or 'none'", "'safe-state'")
        else:
            yield from self._faults_of_quantity(_QUANTITY_OF[self.what])

    def _faults_of_none(self) -> Iterator[Fault]:
        if self.amount is not None:
            yield Fault(
                where="amount",
                found=quoted(self.amount),
                allowed=f"{self.what} without an amount",
                remedy="remove it",
            )

    def _faults_of_word(self, known: tuple[str, ...], allowed: str, example: str) -> Iterator[Fault]:
        if self.what == "tip-migration" and type(self.amount) is str:
            yield from unknown_level("amount", self.amount)
        elif self.amount not in known:
            yield self._wrong_amount(allowed, example)

    def _faults_of_quantity(self, quantity: type[Quantity]) -> Iterator[Fault]:
        if not isinstance(self.amount, quantity):
            yield self._wrong_amount(
                f"{quantity.what} in {', '.join(quantity.accepts)}", f"'{quantity.example}'"
            )
            return
        if self.what != "wrong-concentration":  # the true one may be 0: saline by mistake
            yield from not_positive("amount", self.amount, "correct it, or leave the event out")
        if self.what in _SHARES_OF_WHAT_IS_THERE and self.amount > 100:  # per cent of a whole
            yield Fault(
                where="amount",
                found=quoted(self.amount),
                allowed="at most 100 %, all of the flow",
                remedy="correct the share",
            )

    def _wrong_amount(self, allowed: str, example: str) -> Fault:
        return Fault(
            where="amount",
            found="nothing" if self.amount is None else quoted(self.amount),
            allowed=f"for {self.what} {allowed}",
            remedy=f"write for example {example}",
        )
