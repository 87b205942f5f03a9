"""The therapy record of each patient: a header and events, append-only, chained by hash.

Its text is that of a therapy file, so that what is kept is what is exported.
"""

from cisterna.clinic.record.chain import verify_records
from cisterna.clinic.record.entries import Entry, Record
from cisterna.clinic.record.identity import Identity, PatientRow
from cisterna.clinic.record.service import (
    add_patient,
    append,
    change_header,
    change_identity,
    confirm,
    confirmed_ids,
    record_of,
)

__all__ = [
    "Entry",
    "Identity",
    "PatientRow",
    "Record",
    "add_patient",
    "append",
    "change_header",
    "change_identity",
    "confirm",
    "confirmed_ids",
    "record_of",
    "verify_records",
]
