"""The archive: a zip file of a manifest, tables as JSON lines, a therapy file for each patient, documents.

Left out is what must not leave the database (passwords, second factors, log-ins, secret links, mails that
wait: another clinic must not send them again) and what is computed from the rest (worklist, banners, ledger,
charts), which an import computes again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table

from cisterna.clinic.database.tables import PROJECTED, metadata

__all__ = [
    "CONTENT",
    "FORMAT",
    "MANIFEST",
    "archived_columns",
    "archived_tables",
    "document_file",
    "put_in",
    "table_file",
    "therapy_file",
]

FORMAT = 1
"""The version of the archive that is written and read."""
MANIFEST = "manifest.json"
CONTENT = "content"
"""The column of a document that lies in a file of its own."""

_LEFT_OUT = frozenset({"session", "login_attempt", "calendar_link", "course", "mail_outbox", *PROJECTED})
_SECRET: Mapping[str, Mapping[str, Any]] = {
    "account": {"password_hash": "", "totp_secret": None, "totp_last_step": None, "totp_on": 0},
}
"""Columns that are left out, and what an import puts there."""


def archived_tables() -> Iterator[Table]:
    """The tables that are archived, each after those that it refers to."""
    return (table for table in metadata.sorted_tables if table.name not in _LEFT_OUT)


def archived_columns(table: Table) -> tuple[str, ...]:
    """The columns of a table that are archived."""
    secret = _SECRET.get(table.name, {})
    return tuple(column.name for column in table.c if column.name not in secret)


def put_in(table: Table) -> Mapping[str, Any]:
    """What stands in the columns that are not archived."""
    return _SECRET.get(table.name, {})


def table_file(table: Table) -> str:
    """Where the rows of a table lie."""
    return f"tables/{table.name}.jsonl"


def therapy_file(patient_id: str) -> str:
    """Where the therapy of a patient lies."""
    return f"therapies/{patient_id}.toml"


def document_file(document_id: str) -> str:
    """Where the content of a document lies."""
    return f"documents/{document_id}"
