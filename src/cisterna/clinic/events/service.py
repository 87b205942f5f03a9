"""Correcting an entry of a record, in a unit of work that is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cisterna.care.check import Check, CheckVerdict, judgement_checks
from cisterna.care.refill_visit import concentration_check
from cisterna.clinic.database import Unit
from cisterna.clinic.events.forms import replacement_table
from cisterna.clinic.record import append
from cisterna.clinic.settings.site import SiteChoices
from cisterna.errors import Fault, InputError
from cisterna.instants import utc
from cisterna.limits import judge
from cisterna.therapy import Correct, Event, Fill, Program, Therapy

__all__ = ["LIMITS_READ", "Wrong", "correct", "limit_faults"]

LIMITS_READ = "limits_read"
"""The field in which a person says that a limit was passed in truth."""


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


def limit_faults(
    therapy: Therapy, wrong: Wrong, new: Event | None, choices: SiteChoices, now_us: int
) -> Iterator[Fault]:
    """Each limit that a corrected program or fill passes, until somebody says that it was so in truth.

    What was done is recorded as it was done; but a slip of the pen in a correction is seen here as it is seen
    before a program is set.
    """
    if not isinstance(new, (Program, Fill)):
        return
    table = replacement_table(new, wrong.holds)
    fix = Correct(at=utc(now_us), event=wrong.name, why="to be judged", new=table)
    corrected = replace(therapy, events=(*therapy.events, fix))
    for check in _passed(corrected, new, choices):
        yield Fault(
            where=LIMITS_READ,
            found=check.text.rstrip("."),
            allowed=f"{check.accepted} ({check.source})",
            remedy="correct the value; where it was so in truth, mark that below",
        )


def _passed(therapy: Therapy, new: Program | Fill, choices: SiteChoices) -> Iterator[Check]:
    if isinstance(new, Program):
        checks = judgement_checks(judge(therapy, new, site=choices.limits))
        yield from (check for check in checks if check.verdict is CheckVerdict.OVER)
        return
    check = concentration_check(new.concentration, therapy.settings)
    if check.verdict is not CheckVerdict.WITHIN:
        yield check
