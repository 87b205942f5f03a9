"""Saving a draft, checking it as a second person, discarding it, and that it was recorded; never commits."""

from __future__ import annotations

from collections.abc import Mapping

from cisterna.clinic.database import Unit
from cisterna.clinic.editor import repository
from cisterna.clinic.editor.repository import CHECKED, DISCARDED, DRAFT, RECORDED, Draft
from cisterna.clinic.record import record_of
from cisterna.clinic.record.service import new_id
from cisterna.errors import Fault, InputError
from cisterna.therapy import Program

__all__ = ["LONGEST_NAME", "check", "checked_draft", "discard", "recorded", "save"]

LONGEST_NAME = 80
"""Characters in the name of a candidate."""


def save(
    unit: Unit,
    patient_id: str,
    *,
    letter: str,
    name: str,
    program: Mapping[str, str],
    goals: Mapping[str, str],
    seen_entries: int,
) -> str:
    """Keep a program as a draft; its id. It is for the caller to have judged it.

    Raises :class:`~cisterna.errors.InputError` where the name is too long.
    """
    if len(name) > LONGEST_NAME:
        raise InputError(
            Fault(
                where="name",
                found=f"{len(name)} characters",
                allowed=f"at most {LONGEST_NAME} characters",
                remedy="write less here",
            )
        )
    made = Draft(
        id=new_id(),
        patient_id=patient_id,
        letter=letter,
        name=name,
        program=program,
        goals=goals,
        state=DRAFT,
        seen_entries=seen_entries,
        saved_us=unit.at_us,
        account_id=unit.actor.account_id or "",
        saved_by=unit.actor.name,
    )
    repository.insert_draft(unit.connection, made)
    detail = {"name": name, "program": dict(program), "goals": dict(goals)}
    unit.audit("save-draft", {"new": detail}, patient_id=patient_id, subject=made.id)
    return made.id


def check(unit: Unit, patient_id: str, draft_id: str) -> None:
    """A second person finds a draft right; the one who saved it cannot.

    Raises :class:`~cisterna.errors.InputError` where it is no open draft, was checked, or is one's own.
    """
    held = repository.draft_row(unit.connection, patient_id, draft_id, for_change=True)
    if held.state != DRAFT:
        raise _refusal(f"a program that is {held.state}", "a draft that nobody checked", "look at it again")
    if held.account_id == unit.actor.account_id:
        raise _refusal("your own draft", "a draft of somebody else", "ask another person to check it")
    repository.set_draft(
        unit.connection,
        draft_id,
        state=CHECKED,
        checked_us=unit.at_us,
        checked_account_id=unit.actor.account_id,
        checked_by=unit.actor.name,
    )
    unit.audit("check-draft", patient_id=patient_id, subject=draft_id)


def discard(unit: Unit, patient_id: str, draft_id: str) -> None:
    """Give a draft up; it stays readable.

    Raises :class:`~cisterna.errors.InputError` where it was recorded or discarded before.
    """
    held = repository.draft_row(unit.connection, patient_id, draft_id, for_change=True)
    if not held.is_open:
        raise _refusal(f"a program that is {held.state}", "an open draft", "leave it as it is")
    _close(unit, held, DISCARDED, None)


def checked_draft(
    unit: Unit, patient_id: str, draft_id: str, program: Mapping[str, str], *, for_change: bool = False
) -> Draft:
    """The draft that is to be recorded as ``program``.

    Raises :class:`~cisterna.errors.InputError` where no second person checked it, it was closed, or it holds
    another program.
    """
    held = repository.draft_row(unit.connection, patient_id, draft_id, for_change=for_change)
    if held.state != CHECKED:
        raise _refusal(
            f"a draft that is {'not checked' if held.state == DRAFT else held.state}",
            "a draft that a second person checked",
            "ask another person to check it, or record the program without the draft",
        )
    if dict(held.program) != dict(program):
        raise _refusal(
            "a program that is not the one that was checked",
            "the program of the draft, word for word",
            "save what you changed as a new draft, and let it be checked",
        )
    return held


def recorded(unit: Unit, patient_id: str, draft_id: str, program: Mapping[str, str]) -> None:
    """That a checked draft stands in the record now, in the transaction that recorded it."""
    held = checked_draft(unit, patient_id, draft_id, program, for_change=True)
    _, record = record_of(unit, patient_id)
    programs = [event for event in record.therapy.valid_events if isinstance(event, Program)]
    _close(unit, held, RECORDED, programs[-1].id)


def _close(unit: Unit, held: Draft, state: str, event_id: str | None) -> None:
    repository.set_draft(
        unit.connection,
        held.id,
        state=state,
        closed_us=unit.at_us,
        closed_by=unit.actor.name,
        event_id=event_id,
    )
    action = "record-draft" if state == RECORDED else "discard-draft"
    detail = {"event": event_id} if event_id else {}
    unit.audit(action, detail, patient_id=held.patient_id, subject=held.id)


def _refusal(found: str, allowed: str, remedy: str) -> InputError:
    return InputError(Fault(where="draft", found=found, allowed=allowed, remedy=remedy))
