"""What went wrong in the hands that filled the pump: it befalls the fill of the same instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cisterna.errors import Fault
from cisterna.pump.faults import AT_A_FILL
from cisterna.pump.refusal import RefusalError
from cisterna.therapy.events import Event, FaultEvent, Fill
from cisterna.units import Volume

__all__ = ["Mishaps", "mishaps_of"]


@dataclass(frozen=True, kw_only=True)
class Mishaps:
    """What truly happened at a fill.

    ``true_mcg_per_ml`` is the concentration that was in the syringe, ``None`` where the label was right;
    ``pocket_ml`` and ``port_ml`` are what of the injected volume went beside the pump and through the
    access port into the catheter.
    """

    true_mcg_per_ml: float | None = None
    pocket_ml: float = 0.0
    port_ml: float = 0.0

    @property
    def shortfall_ml(self) -> float:
        """What of the injected volume did not reach the reservoir."""
        return self.pocket_ml + self.port_ml


def mishaps_of(events: Sequence[Event]) -> Mishaps:
    """The mishaps among the events of one instant, which are those of its fill.

    Raises :class:`RefusalError` for one without a fill, one of a kind that is there twice, and for more
    beside the pump than was injected.
    """
    found = {
        event.what: event for event in events if isinstance(event, FaultEvent) and event.what in AT_A_FILL
    }
    if not found:
        return Mishaps()
    fill = next((event for event in events if isinstance(event, Fill)), None)
    befell = [event for event in events if isinstance(event, FaultEvent) and event.what in AT_A_FILL]
    for place, event in enumerate(befell):
        _check(event, fill, befell[:place])
    pocket_ml, port_ml = (_amount(found.get(what)) or 0.0 for what in ("pocket-fill", "port-injection"))
    mishaps = Mishaps(
        true_mcg_per_ml=_amount(found.get("wrong-concentration")), pocket_ml=pocket_ml, port_ml=port_ml
    )
    if fill is not None and mishaps.shortfall_ml > fill.injected * (1 + 1e-9):
        culprit = found.get("pocket-fill") or found["port-injection"]
        raise RefusalError(culprit, _too_much(mishaps, fill))
    return mishaps


def _amount(event: FaultEvent | None) -> float | None:
    return float(event.amount) if event is not None and isinstance(event.amount, float) else None


def _check(event: FaultEvent, fill: Fill | None, earlier: Sequence[FaultEvent]) -> None:
    if fill is None:
        raise RefusalError(
            event,
            Fault(
                where="at",
                found=f"{event.what} without a fill at its instant",
                allowed=f"{event.what} at the instant of the fill that it befell",
                remedy="correct the time, or write the fill",
            ),
            is_out_of_turn=True,
        )
    if any(other.what == event.what for other in earlier):
        raise RefusalError(
            event,
            Fault(
                where="what",
                found=f"{event.what} twice at one fill",
                allowed="one of each kind at a fill",
                remedy="keep the right one",
            ),
        )


def _too_much(mishaps: Mishaps, fill: Fill) -> Fault:
    return Fault(
        where="amount",
        found=f"{Volume(mishaps.shortfall_ml).shown()} beside the reservoir",
        allowed=f"at most {fill.injected.shown()}, what was injected",
        remedy="correct the volume",
    )
