"""Correcting an entry of a record, in a unit of work that is given."""

from __future__ import annotations

from dataclasses import dataclass

from cisterna.clinic.database import Unit
from cisterna.clinic.events.forms import replacement_table
from cisterna.clinic.record import append
from cisterna.errors import Fault, InputError
from cisterna.instants import utc
from cisterna.therapy import Correct, Event

__all__ = ["Wrong", "correct"]


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """The entry that is wrong: its id, and the event that holds of it now."""

    name: str
    holds: Event


def correct(
    unit: Unit,
    patient_id: str,
    wrong: Wrong,
    *,
    why: str,
    new: Event | None,
    seen_entries: int,
) -> Event:
    """Put ``new`` in the place of what is wrong, or nothing; the correction.

    Raises :class:`~cisterna.errors.InputError` where nothing would change, and what
    :func:`~cisterna.clinic.record.append` raises.
    """
    table = None if new is None else replacement_table(new, wrong.holds)
    if table is not None and table == replacement_table(wrong.holds, wrong.holds):
        raise InputError(
            Fault(
                where="",
                found="the same values as before",
                allowed="a correction that changes something",
                remedy="change what was wrong, or go back",
            )
        )
    fix = Correct(at=utc(unit.at_us), event=wrong.name, why=why, new=table)
    return append(unit, patient_id, [fix], seen_entries=seen_entries)[0]
