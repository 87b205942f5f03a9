"""The drafts of the program editor that the spine offers beside the programs of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from cisterna.clinic.editor.forms import Sheet
from cisterna.clinic.editor.repository import Draft, drafts_of
from cisterna.therapy import Program

__all__ = ["OfferedDraft", "key_of", "offered_drafts"]


@dataclass(frozen=True, kw_only=True)
class OfferedDraft:
    """An open draft: its letter, what it is called, and the program that it would set."""

    letter: str
    name: str
    program: Program


def key_of(draft_id: str) -> str:
    """The word of the address for a draft.

    >>> key_of("77aa01")
    'draft-77aa01'
    """
    return f"draft-{draft_id}"


def offered_drafts(
    connection: Connection, patient_id: str, at: datetime, zone: ZoneInfo
) -> Mapping[str, OfferedDraft]:
    """The drafts that were neither recorded nor discarded, the last saved first, by :func:`key_of`."""
    return {
        key_of(held.id): _offered(held, at, zone)
        for held in drafts_of(connection, patient_id)
        if held.is_open
    }


def _offered(held: Draft, at: datetime, zone: ZoneInfo) -> OfferedDraft:
    program = Sheet(typed=held.program, at=at, zone=zone).program()
    return OfferedDraft(letter=held.letter, name=held.name, program=program)
