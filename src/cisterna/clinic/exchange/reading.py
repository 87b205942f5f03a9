"""Reading an archive into a clinic that holds nobody yet; one that is damaged is refused whole."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy.exc import CompileError, DataError, IntegrityError

from cisterna.clinic.audit import head
from cisterna.clinic.database import Actor, Database, Unit
from cisterna.clinic.database.tables import account, document, patient
from cisterna.clinic.exchange.archive import (
    CONTENT,
    FORMAT,
    MANIFEST,
    archived_columns,
    archived_tables,
    document_file,
    put_in,
    table_file,
    therapy_file,
)
from cisterna.clinic.keeping import Report, check_whole, replacing
from cisterna.clinic.projection import rebuild
from cisterna.clinic.record import record_of
from cisterna.errors import Fault, InputError
from cisterna.therapy import dumps

__all__ = ["import_everything"]

_CHUNK = 1_000
_PIECE = 1 << 20
_OF_A_DAMAGED_FILE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What reading says of bytes that are no archive, one with a password, or packed in an unknown way."""
_OF_ANOTHER_CONTENT = (KeyError, ValueError, TypeError, AttributeError)
"""What reading says of a manifest or a row that is not built as an export builds it."""


def import_everything(database: Database, source: Path, actor: Actor) -> Report:
    """Put everything of the archive at ``source`` into a clinic without patients, in one transaction.

    Who could log in before still can; the accounts of the archive have no password until an administrator
    gives them one. Raises :class:`~cisterna.errors.InputError` where the clinic has patients, or where the
    archive is damaged, of another version, or not whole; then nothing is changed.
    """
    with _opened(source) as archive:
        manifest = _manifest(archive, source)
        _check_files(archive, manifest, source)
        with database.alone(actor) as unit:
            _check_nobody_is_here(unit.connection)
            before, known = head(unit.connection), _accounts(unit.connection)
            with replacing(unit.connection):
                for table in archived_tables():
                    _put(unit.connection, archive, table, source)
                _keep_accounts(unit.connection, known)
                list(rebuild(unit))
            _check_told(unit, archive, manifest, source)
            told = {"patients": manifest["patients"], "before": {"entries": before.seq, "hash": before.hash}}
            unit.audit("import-everything", told, subject=source.name)
    with database.reading() as connection:
        return check_whole(connection)


# ---------------------------------------------------------------------------- the archive itself


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except (*_OF_A_DAMAGED_FILE, *_OF_ANOTHER_CONTENT) as error:
        raise _damaged(
            source, f"a file that is no archive, or a damaged one ({type(error).__name__})"
        ) from None
    except (IntegrityError, DataError, CompileError) as error:
        raise _damaged(source, f"rows that the database refuses ({type(error).__name__})") from None
    except OSError as error:
        raise _damaged(source, f"a file that cannot be read: {error.strerror or 'damaged'}") from None


def _damaged(source: Path, found: str) -> InputError:
    return InputError(
        Fault(
            where=source.name,
            found=found,
            allowed="an archive as 'cisterna export --everything' writes it, unchanged",
            remedy="export again, or take another copy; nothing was imported",
        )
    )


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    manifest = json.loads(archive.read(MANIFEST))
    ours = {table.name: list(archived_columns(table)) for table in archived_tables()}
    if manifest["format"] != FORMAT or manifest["columns"] != ours:
        raise _damaged(source, f"an archive of another version (Cisterna {manifest['cisterna']})")
    return dict(manifest)


def _check_files(archive: zipfile.ZipFile, manifest: dict[str, Any], source: Path) -> None:
    """Every file is there, of its size, with its hash; and no other."""
    there = {info.filename for info in archive.infolist()} - {MANIFEST}
    if there != set(manifest["files"]) or len(archive.infolist()) != len(there) + 1:
        raise _damaged(source, "files missing or added")
    for name, told in manifest["files"].items():
        if archive.getinfo(name).file_size != told["bytes"] or _hash(archive, name) != told["sha256"]:
            raise _damaged(source, f"{name}, which is not as it was written")


def _hash(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


# ------------------------------------------------------------------------------------- the rows


def _check_nobody_is_here(connection: Connection) -> None:
    patients = connection.execute(select(func.count()).select_from(patient)).scalar_one()
    if patients:
        raise InputError(
            Fault(
                where="the clinic",
                found=f"{patients} patients",
                allowed="a clinic without patients: an archive brings a whole one",
                remedy="name a new database with --db, or import single therapies",
            )
        )


def _put(connection: Connection, archive: zipfile.ZipFile, table: Table, source: Path) -> None:
    rows: list[dict[str, Any]] = []
    with archive.open(table_file(table)) as file:
        for line in file:
            row = {**json.loads(line), **put_in(table)}
            if table is document:
                row[CONTENT] = _content(archive, row, source)
            rows.append(row)
            if len(rows) == _CHUNK:
                connection.execute(insert(table), rows)
                rows = []
    if rows:
        connection.execute(insert(table), rows)


def _content(archive: zipfile.ZipFile, row: dict[str, Any], source: Path) -> bytes:
    name = document_file(row["id"])
    try:
        return archive.read(name)
    except KeyError:
        raise _damaged(source, f"a document whose content ({name}) is not there") from None


def _accounts(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(account)).mappings()]


def _keep_accounts(connection: Connection, known: list[dict[str, Any]]) -> None:
    """Accounts that were here keep password and second factor, also where the archive has the same."""
    for row in known:
        same = select(account.c.id).where(account.c.login == row["login"])
        found = connection.execute(same).scalar()
        if found is None:
            connection.execute(insert(account).values(**row))
        else:
            kept = {key: value for key, value in row.items() if key != "id"}
            connection.execute(update(account).where(account.c.id == found).values(**kept))


def _check_told(unit: Unit, archive: zipfile.ZipFile, manifest: dict[str, Any], source: Path) -> None:
    """The chains are whole, end where the manifest says, and make the therapies that lie beside them."""
    report = check_whole(unit.connection)
    if report.findings:
        raise _damaged(source, f"an archive that is not whole: {report.findings[0]}")
    if manifest["audit_head"] != {"seq": report.head.seq, "hash": report.head.hash}:
        raise _damaged(source, "an audit that does not end where the manifest says")
    if manifest["patients"] != report.patients:
        raise _damaged(source, f"{report.patients} patients where the manifest says {manifest['patients']}")
    for patient_id in unit.connection.execute(select(patient.c.id)).scalars().all():
        _, record = record_of(unit, patient_id)
        if archive.read(therapy_file(patient_id)) != dumps(record.therapy).encode("utf-8"):
            raise _damaged(source, f"{therapy_file(patient_id)}, which is not the therapy of the record")
