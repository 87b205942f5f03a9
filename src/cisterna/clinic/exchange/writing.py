"""Writing everything to one archive."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select

from cisterna import __version__
from cisterna.clinic.audit import head
from cisterna.clinic.audit.search import Head
from cisterna.clinic.database import Actor, Database, Unit
from cisterna.clinic.database.hashing import canonical
from cisterna.clinic.database.tables import document, patient
from cisterna.clinic.exchange.archive import (
    CONTENT,
    FORMAT,
    MANIFEST,
    archived_columns,
    archived_tables,
    document_file,
    table_file,
    therapy_file,
)
from cisterna.clinic.keeping import draft_of
from cisterna.clinic.record import record_of
from cisterna.therapy import dumps

__all__ = ["Exported", "export_everything"]

_CHUNK = 1_000


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was written: how many ``patients`` and ``files``, and the ``head`` of the audit that is in it."""

    patients: int
    files: int
    head: Head


@dataclass
class _Archive:
    """A zip file that notes size and hash of what is put into it."""

    zip: zipfile.ZipFile
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, name: str, parts: Iterable[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        with self.zip.open(name, "w", force_zip64=True) as file:
            for part in parts:
                file.write(part)
                digest.update(part)
                size += len(part)
        self.files[name] = {"bytes": size, "sha256": digest.hexdigest()}


def export_everything(database: Database, target: Path, actor: Actor) -> Exported:
    """Write everything to ``target`` as it stands at one moment, while the clinic works.

    Audited after it is written. Raises :class:`~cisterna.errors.OutputError` where the file is there already
    or cannot be written.
    """
    with draft_of(target) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as made:
        archive = _Archive(made)
        with database.reading() as connection:
            last = head(connection)
            _put_tables(archive, connection)
            patients = _put_therapies(archive, connection, database.clock_us())
        manifest = _manifest(archive, last, patients, database.clock_us())
        made.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
    told = {"patients": patients, "entries": last.seq, "hash": last.hash}
    with database.unit(actor) as unit:
        unit.audit("export-everything", told, subject=target.name)
    return Exported(patients=patients, files=len(archive.files), head=last)


def _manifest(archive: _Archive, last: Head, patients: int, now_us: int) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "cisterna": __version__,
        "made_us": now_us,
        "patients": patients,
        "audit_head": {"seq": last.seq, "hash": last.hash},
        "columns": {table.name: list(archived_columns(table)) for table in archived_tables()},
        "files": archive.files,
    }


def _put_tables(archive: _Archive, connection: Connection) -> None:
    for table in archived_tables():
        archive.put(table_file(table), _lines(connection, table))
    for document_id in connection.execute(select(document.c.id).order_by(document.c.id)).scalars().all():
        content = select(document.c.content).where(document.c.id == document_id)
        archive.put(document_file(document_id), [connection.execute(content).scalar_one()])


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    names = [name for name in archived_columns(table) if name != CONTENT or table is not document]
    wanted = select(*(table.c[name] for name in names)).order_by(*table.primary_key.columns)
    for row in connection.execute(wanted, execution_options={"yield_per": _CHUNK}).mappings():
        yield (canonical(dict(row)) + "\n").encode("utf-8")


def _put_therapies(archive: _Archive, connection: Connection, now_us: int) -> int:
    ids = connection.execute(select(patient.c.id).order_by(patient.c.id)).scalars().all()
    unit = Unit(connection=connection, actor=Actor(name="export"), at_us=now_us)
    for patient_id in ids:
        _, record = record_of(unit, patient_id)
        archive.put(therapy_file(patient_id), [dumps(record.therapy).encode("utf-8")])
    return len(ids)
