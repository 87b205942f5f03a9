"""Everything that a patient needs: the rows of a worklist, from the events and where the therapy stands.

Needs hold from the last event until the next one, whatever the day: each carries its day, and
:func:`~cisterna.care.need.urgency` says how urgent that is today. They may be stored beside the record.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from cisterna.care.need import Need, NeedKind
from cisterna.care.need_case import Case, OpenRecall
from cisterna.care.pump_needs import pump_needs
from cisterna.care.record_needs import record_needs
from cisterna.care.standing import Standing
from cisterna.care.trial_needs import trial_needs
from cisterna.therapy import Therapy

__all__ = ["needs_of"]

_ORDER = {kind: place for place, kind in enumerate(NeedKind)}


def needs_of(
    therapy: Therapy,
    standing: Standing,
    *,
    confirmed: Collection[str] = (),
    booked_screenings: Collection[date] = (),
    booked_implants: Collection[date] = (),
    planned_replacement: date | None = None,
    planned_oral_step: date | None = None,
    recalls: tuple[OpenRecall, ...] = (),
) -> tuple[Need, ...]:
    """What is due, the first day first.

    ``standing`` is that of the same therapy; ``confirmed`` are the ids of the programs that a second person
    confirmed; the booked and planned days are those of the clinic's appointments, the recalls those that are
    open. Every threshold is a number of ``therapy.settings``. A pump in place that was filled always has a
    need of kind ``refill``; a record that the pump refuses has one of kind ``record-refused`` instead, due on
    the day of its last event.

    >>> from datetime import datetime
    >>> from cisterna.care.standing import standing_of
    >>> from cisterna.therapy import Implant, Patient
    >>> from cisterna.units import Length
    >>> at = datetime.fromisoformat("2026-03-02T09:00:00+01:00")
    >>> implant = Implant(at=at, pump="synchromed-ii-20", catheter="ascenda-8780", tip="T10",
    ...                   catheter_trimmed=Length(52))
    >>> girl = Patient(label="invented", born=date(2018, 2, 11), timezone="Europe/Madrid")
    >>> therapy = Therapy(patient=girl, events=(implant,))
    >>> [(need.kind.value, need.due_on.isoformat()) for need in needs_of(therapy, standing_of(therapy, at))]
    [('refill', '2026-03-02'), ('assessment', '2026-04-02'), ('replacement', '2032-09-02')]
    """
    case = Case(
        therapy=therapy,
        standing=standing,
        confirmed=frozenset(confirmed),
        booked_screenings=tuple(sorted(booked_screenings)),
        booked_implants=tuple(sorted(booked_implants)),
        planned_replacement=planned_replacement,
        planned_oral_step=planned_oral_step,
        recalls=recalls,
    )
    found = (*record_needs(case), *trial_needs(case), *pump_needs(case))
    return tuple(sorted(found, key=lambda need: (need.due_on, _ORDER[need.kind])))
