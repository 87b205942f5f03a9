"""The last step of a form that was reviewed: record it as one whole, or say why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cisterna.clinic.database import Unit
from cisterna.clinic.record import append
from cisterna.clinic.web.desk import Desk
from cisterna.clinic.web.patient_frame import PatientFrame
from cisterna.clinic.web.typed import whole_typed
from cisterna.errors import Fault, InputError, StaleRecordError
from cisterna.therapy import Event

__all__ = ["NotRecorded", "record_reviewed"]


@dataclass(frozen=True, kw_only=True)
class NotRecorded:
    """Why nothing was recorded: 422 with ``faults``, or 409 where the record had ``seen`` entries then."""

    status: int
    faults: tuple[Fault, ...] = ()
    seen: int | None = None


def record_reviewed(
    desk: Desk,
    frame: PatientFrame,
    seen_entries: str | None,
    faults: Callable[[], tuple[Fault, ...]],
    events: Callable[[], Sequence[Event]],
    *,
    where: str,
    also: Callable[[Unit], None] | None = None,
) -> NotRecorded | None:
    """Append ``events`` to the record of ``frame``, which had ``seen_entries`` when the user decided.

    Returns ``None`` once it is done; ``also`` is done in the same transaction. What the record or the pump
    refuses stands at the field ``where``.
    """
    seen = whole_typed(seen_entries)
    if seen != frame.row.entries:
        return NotRecorded(status=409, seen=seen)
    found = faults()
    if found:
        return NotRecorded(status=422, faults=found)
    try:
        with desk.unit() as unit:
            append(unit, frame.row.id, events(), seen_entries=seen)
            if also is not None:
                also(unit)
    except StaleRecordError:
        return NotRecorded(status=409, seen=seen)
    except InputError as error:
        return NotRecorded(status=422, faults=tuple(fault.at(where) for fault in error.faults))
    return None
