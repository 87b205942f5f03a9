"""Beginning a search, keeping what each step found, ending it; each in a unit of work that is given."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from cisterna.clinic.database import Unit
from cisterna.clinic.record.repository import patient_row
from cisterna.clinic.visits import repository
from cisterna.clinic.visits.case import SavedStep, VisitRow, VisitState
from cisterna.errors import Fault, InputError

__all__ = ["KIND", "begin", "going_on", "keep_finding", "searches", "set_ended"]

KIND = "loss-of-effect"
"""The kind under which a search stands among the visits."""


def searches(unit: Unit, patient_id: str) -> tuple[VisitRow, ...]:
    """Every search of a patient, the last begun first."""
    return repository.visits_of(unit.connection, patient_id, KIND)


def going_on(found: tuple[VisitRow, ...]) -> VisitRow | None:
    """The search that is not ended."""
    return next((one for one in found if one.is_going_on), None)


def begin(unit: Unit, patient_id: str) -> str:
    """The search that is going on, or a new one."""
    row = patient_row(unit.connection, patient_id, for_change=True)
    held = going_on(searches(unit, patient_id))
    if held is not None:
        return held.id
    opened = VisitRow(
        id=secrets.token_hex(8), patient_id=patient_id, kind=KIND, state=VisitState.OPEN,
        opened_us=unit.at_us, opened_by=unit.actor.name, seen_entries=row.entries,
    )  # fmt: skip
    repository.insert_visit(unit.connection, opened)
    unit.audit("open-visit", {"kind": KIND}, patient_id=patient_id, subject=opened.id)
    return opened.id


def keep_finding(unit: Unit, search: VisitRow, step: str, values: Mapping[str, str]) -> None:
    """What a step found, with the id of its event; a later finding of the same step stands after it.

    Raises :class:`~cisterna.errors.InputError` where the search was ended meanwhile.
    """
    _check_open(unit, search)
    kept = {name: text for name, text in values.items() if text}
    repository.insert_step(
        unit.connection,
        search.id,
        SavedStep(
            step=step, place=0, values=kept, done=True, saved_us=unit.at_us,
            account_id=unit.actor.account_id or "", saved_by=unit.actor.name,
        ),
    )  # fmt: skip
    unit.audit("finish-step", {"step": step, "new": kept}, patient_id=search.patient_id, subject=search.id)


def set_ended(unit: Unit, search: VisitRow) -> None:
    """The search ends."""
    _check_open(unit, search)
    repository.set_visit(unit.connection, search.id, state=VisitState.RECORDED, closed_us=unit.at_us)
    unit.audit("close-visit", patient_id=search.patient_id, subject=search.id)


def _check_open(unit: Unit, search: VisitRow) -> None:
    if not repository.visit_row(unit.connection, search.id, for_change=True).is_going_on:
        raise InputError(
            Fault(where="", found="a search that was ended", allowed="one that is going on",
                  remedy="begin another search")
        )  # fmt: skip
