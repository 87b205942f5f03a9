"""The refills of a patient: what was expected, withdrawn and filled each time, and how far they agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cisterna.errors import PumpError
from cisterna.instants import instant_us
from cisterna.pump import Visit, limit_left, run_pump
from cisterna.therapy import BridgeBolus, Fill, Revise, Therapy

__all__ = ["PastRefill", "past_refills"]


@dataclass(frozen=True, kw_only=True)
class PastRefill:
    """One fill of a pump; the first of a pump has no expected volume.

    ``difference_ml`` is withdrawn less expected, above zero where less was delivered than programmed;
    ``left`` says which limit the volume left, ``None`` where it is routine. ``pump`` counts the pumps from 1.
    """

    event_id: str | None
    at_us: int
    pump: int
    injected_ml: float
    concentration_mcg_per_ml: float
    lot: str | None
    rinsed: bool
    by: str | None
    reason: str | None
    expected_ml: float | None = None
    withdrawn_ml: float | None = None
    difference_ml: float | None = None
    delivered_ratio: float | None = None
    left: str | None = None
    bridge_mcg_per_day: float | None = None


def past_refills(therapy: Therapy, until_us: int) -> tuple[PastRefill, ...]:
    """The fills up to an instant, in order of time; without what the pump counts where the record is refused.

    >>> from datetime import date
    >>> from cisterna.therapy import Patient
    >>> past_refills(Therapy(patient=Patient(label="invented", born=date(2018, 2, 11))), 0)
    ()
    """
    try:
        run = run_pump(therapy, until_us)
    except PumpError:
        run = None
    found = {visit.at_us: visit for visit in run.visits} if run else {}
    return tuple(_rows(therapy, until_us, found))


def _rows(therapy: Therapy, until_us: int, found: dict[int, Visit]) -> Iterator[PastRefill]:
    bridges = {
        instant_us(event.at): float(event.daily_dose)
        for event in therapy.valid_events
        if isinstance(event, BridgeBolus)
    }
    pump = 0
    for event in therapy.valid_events:
        at_us = instant_us(event.at)
        if at_us > until_us:
            return
        if event.kind == "implant" or (isinstance(event, Revise) and event.pump is not None):
            pump += 1
        if isinstance(event, Fill):
            yield _row(event, therapy, pump, found.get(at_us), bridges.get(at_us))


def _row(
    event: Fill, therapy: Therapy, pump: int, visit: Visit | None, bridge_mcg_per_day: float | None
) -> PastRefill:
    limit = None if visit is None or visit.withdrawn_ml is None else limit_left(visit, therapy.settings)
    return PastRefill(
        event_id=event.id,
        at_us=instant_us(event.at),
        pump=pump,
        injected_ml=float(event.injected),
        concentration_mcg_per_ml=float(event.concentration),
        lot=event.lot,
        rinsed=event.rinsed,
        by=event.by,
        reason=event.reason,
        expected_ml=visit.expected_ml if visit else None,
        withdrawn_ml=None if event.withdrawn is None else float(event.withdrawn),
        difference_ml=visit.difference_ml if visit else None,
        delivered_ratio=visit.delivered_ratio if visit else None,
        left=None if limit is None else f"{limit.text}, {limit.shown()} ({limit.cited()})",
        bridge_mcg_per_day=bridge_mcg_per_day,
    )
