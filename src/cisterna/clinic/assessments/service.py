"""Recording an assessment: every score of one visit in one go."""

from __future__ import annotations

import re

from cisterna.clinic.assessments.forms import Assessed
from cisterna.clinic.database import Unit
from cisterna.clinic.record import append, record_of
from cisterna.errors import Fault, InputError, StaleRecordError
from cisterna.therapy import Event

__all__ = ["record_assessment"]

_EVENT = re.compile(r"event\[([0-9]+)\]")


def record_assessment(
    unit: Unit, patient_id: str, scored: Assessed, *, seen_entries: int
) -> tuple[Event, ...]:
    """Append the events of a form to a record that had ``seen_entries`` when the user looked.

    Raises :class:`~cisterna.errors.StaleRecordError` where somebody else changed it meanwhile, and
    :class:`~cisterna.errors.InputError` with each fault at its field where the scores cannot stand beside
    what the record holds, such as a second score of the same scale at the same instant.
    """
    _, record = record_of(unit, patient_id)
    before = len(record.therapy.events)
    try:
        return append(unit, patient_id, scored.events, seen_entries=seen_entries)
    except StaleRecordError:
        raise
    except InputError as error:
        raise InputError(*(_at_field(fault, scored.fields, before) for fault in error.faults)) from None


def _at_field(fault: Fault, fields: tuple[str, ...], before: int) -> Fault:
    """A fault of an event of the therapy, at the field of the form that the event came from."""
    match = _EVENT.match(fault.where)
    place = int(match[1]) - before if match else -1
    return fault.at(fields[place]) if 0 <= place < len(fields) else fault.at("at")
