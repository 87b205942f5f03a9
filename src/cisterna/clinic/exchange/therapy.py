"""One therapy as a file, without who the patient is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import patient
from cisterna.clinic.record import Identity, PatientRow, add_patient, record_of
from cisterna.clinic.record.entries import Entry
from cisterna.errors import NotFoundError
from cisterna.therapy import Therapy, dumps

__all__ = ["TherapyFile", "export_therapy", "import_therapy", "patient_called"]


@dataclass(frozen=True, kw_only=True)
class TherapyFile:
    """The ``text`` of a therapy file; ``naming`` are the entries into whose free text a name was written."""

    text: str
    naming: tuple[str, ...]


def export_therapy(unit: Unit, patient_id: str) -> TherapyFile:
    """All events of a patient as a therapy file, corrected ones too; no name, number, contact or alert.

    The names of who recorded what stand in it, as ``by`` of each event. The export is audited.
    """
    row, record = record_of(unit, patient_id)
    unit.audit("export-patient", {"entries": row.entries, "hash": row.head_hash}, patient_id=patient_id)
    return TherapyFile(text=dumps(record.therapy), naming=tuple(_naming(row, record.entries)))


def _naming(row: PatientRow, entries: tuple[Entry, ...]) -> Iterator[str]:
    """The entries whose text holds a name or the number of the patient, as whole words."""
    identity = row.identity
    words = (identity.family_name, identity.given_name, identity.number)
    named = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.IGNORECASE)
    for entry in entries:
        if named.search(entry.text):
            yield entry.event_id


def import_therapy(unit: Unit, identity: Identity, therapy: Therapy) -> str:
    """A new patient with the therapy of a file; the id of the patient.

    What the pump refuses is taken all the same: the file tells what was done. Raises
    :class:`~cisterna.errors.InputError` where the number is taken.
    """
    patient_id = add_patient(unit, identity, therapy, keep_ids=True)
    unit.audit("import-patient", {"events": len(therapy.events)}, patient_id=patient_id)
    return patient_id


def patient_called(unit: Unit, text: str) -> str:
    """The id of the patient with this number or id.

    Raises :class:`~cisterna.errors.NotFoundError` where there is none.
    """
    wanted = select(patient.c.id).where((patient.c.number == text.strip()) | (patient.c.id == text.strip()))
    found = unit.connection.execute(wanted).scalars().first()
    if found is None:
        raise NotFoundError("There is no patient with this number or id. Look it up on the page of patients.")
    return str(found)
