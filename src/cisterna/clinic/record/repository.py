"""The rows of patients and their records."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, insert, select, update

from cisterna.clinic.database.tables import audit, confirmation, patient, record
from cisterna.clinic.record.entries import Entry
from cisterna.clinic.record.identity import PatientRow
from cisterna.errors import NotFoundError

__all__ = [
    "confirmations",
    "entries_of",
    "insert_confirmation",
    "insert_entries",
    "insert_patient",
    "patient_row",
    "recorders",
    "set_head",
    "set_identity",
]


def patient_row(connection: Connection, patient_id: str, *, for_change: bool = False) -> PatientRow:
    """The patient with this id, locked until the end of the transaction where it will be changed.

    The lock lets others refer to the patient meanwhile (a document that is added), or they and a writer of
    the record could wait for each other for ever: the one holds the audit, the other the patient.
    Raises :class:`~cisterna.errors.NotFoundError` where there is none.
    """
    wanted = select(patient).where(patient.c.id == patient_id)
    row = connection.execute(wanted.with_for_update(key_share=True) if for_change else wanted).one_or_none()
    if row is None:
        raise NotFoundError("There is no such patient. Search for the patient by name or number.")
    return PatientRow.of(row)


def insert_patient(
    connection: Connection, patient_id: str, columns: dict[str, Any], head_hash: str, at_us: int
) -> None:
    """A new patient without entries."""
    connection.execute(
        insert(patient).values(
            id=patient_id, version=1, entries=0, head_hash=head_hash, created_us=at_us, **columns
        )
    )


def set_identity(connection: Connection, patient_id: str, columns: dict[str, Any], version: int) -> None:
    """Another identity, with its new version."""
    connection.execute(update(patient).where(patient.c.id == patient_id).values(version=version, **columns))


def set_head(connection: Connection, patient_id: str, entries: int, head_hash: str) -> None:
    """The new head of a record's chain."""
    connection.execute(
        update(patient).where(patient.c.id == patient_id).values(entries=entries, head_hash=head_hash)
    )


def entries_of(connection: Connection, patient_id: str) -> tuple[Entry, ...]:
    """The entries of a record in their order."""
    rows = connection.execute(select(record).where(record.c.patient_id == patient_id).order_by(record.c.seq))
    return tuple(Entry(**row._mapping) for row in rows)  # noqa: SLF001  the documented way to the names of a row


def insert_entries(connection: Connection, entries: tuple[Entry, ...]) -> None:
    """Append entries."""
    connection.execute(insert(record), [asdict(entry) for entry in entries])


def confirmations(connection: Connection, patient_id: str) -> dict[str, str]:
    """Who confirmed which event, by the id of the event."""
    rows = connection.execute(
        select(confirmation.c.event_id, confirmation.c.name).where(confirmation.c.patient_id == patient_id)
    )
    return {row.event_id: row.name for row in rows}


def insert_confirmation(connection: Connection, **values: Any) -> None:
    """That a second person confirmed an event."""
    connection.execute(insert(confirmation).values(**values))


def recorders(connection: Connection, patient_id: str, event_id: str) -> frozenset[str]:
    """The ids of the accounts that recorded an event, as the audit tells: a name may change."""
    rows = connection.execute(
        select(audit.c.account_id).where(
            audit.c.action == "record", audit.c.patient_id == patient_id, audit.c.subject == event_id
        )
    )
    return frozenset(found for found in rows.scalars() if found is not None)
