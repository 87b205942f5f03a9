"""The rows of drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from cisterna.clinic.database.hashing import canonical
from cisterna.clinic.database.tables import draft
from cisterna.errors import NotFoundError

__all__ = [
    "CHECKED",
    "DISCARDED",
    "DRAFT",
    "RECORDED",
    "Draft",
    "draft_row",
    "drafts_of",
    "insert_draft",
    "set_draft",
]

DRAFT, CHECKED, RECORDED, DISCARDED = "draft", "checked", "recorded", "discarded"
"""What becomes of a draft."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A program that is planned: the texts of its fields and of its goals, who saved and who checked it."""

    id: str
    patient_id: str
    letter: str
    name: str
    program: Mapping[str, str]
    goals: Mapping[str, str]
    state: str
    seen_entries: int
    saved_us: int
    account_id: str
    saved_by: str
    checked_us: int | None = None
    checked_account_id: str | None = None
    checked_by: str | None = None
    closed_us: int | None = None
    closed_by: str | None = None
    event_id: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it was neither recorded nor discarded."""
        return self.state in {DRAFT, CHECKED}


def draft_row(connection: Connection, patient_id: str, draft_id: str, *, for_change: bool = False) -> Draft:
    """The draft with this id, locked where it will be changed.

    Raises :class:`~cisterna.errors.NotFoundError` where the patient has none with this id.
    """
    wanted = select(draft).where(draft.c.id == draft_id, draft.c.patient_id == patient_id)
    row = connection.execute(wanted.with_for_update() if for_change else wanted).one_or_none()
    if row is None:
        raise NotFoundError("There is no such draft. Open it from the patient's program.")
    return _draft(row)


def drafts_of(connection: Connection, patient_id: str) -> tuple[Draft, ...]:
    """Every draft of a patient, the last saved first."""
    wanted = (
        select(draft).where(draft.c.patient_id == patient_id).order_by(draft.c.saved_us.desc(), draft.c.id)
    )
    return tuple(_draft(row) for row in connection.execute(wanted))


def insert_draft(connection: Connection, made: Draft) -> None:
    """Keep a new draft."""
    connection.execute(insert(draft).values(**_columns(made)))


def set_draft(connection: Connection, draft_id: str, **values: Any) -> None:
    """What became of a draft."""
    connection.execute(update(draft).where(draft.c.id == draft_id).values(**values))


def _columns(made: Draft) -> dict[str, Any]:
    return {
        **{name: getattr(made, name) for name in Draft.__dataclass_fields__},
        "program": canonical(dict(made.program)),
        "goals": canonical(dict(made.goals)),
    }


def _draft(row: Row[Any]) -> Draft:
    held = dict(row._mapping)  # noqa: SLF001  the documented way to the names of a row
    return Draft(**held | {"program": json.loads(row.program), "goals": json.loads(row.goals)})
