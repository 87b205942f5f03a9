"""A backup is one file of SQLite that holds every row, whichever database it was taken from.

It is taken in one consistent state while the clinic works, checked before it gets its name, and restored into
either database in one transaction.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Table, insert, select

from cisterna.clinic.audit import head
from cisterna.clinic.database import Actor, Database, open_database
from cisterna.clinic.database.tables import metadata
from cisterna.clinic.keeping.draft import draft_of
from cisterna.clinic.keeping.replacing import replacing
from cisterna.clinic.keeping.whole import Report, check_whole
from cisterna.errors import StorageError

__all__ = ["back_up", "restore"]

_CHUNK = 2_000
_PROGRAM = Actor(name="the program")


def back_up(database: Database, target: Path, actor: Actor) -> Report:
    """Write a backup to ``target`` and check the copy; what was found in it.

    The backup is audited after it is made. Raises :class:`~cisterna.errors.OutputError` where the file is
    there already or cannot be written, and :class:`~cisterna.errors.StorageError` where the copy is not
    whole.
    """
    with draft_of(target) as draft:
        with database.reading() as connection:
            expected = head(connection)
            _copy_to_file(connection, draft)
        report = _checked(draft)
        if report.head != expected:
            raise StorageError("The copy is not that of the database; nothing was kept. Try again.")
        _finish(draft)
    with database.unit(actor) as unit:
        unit.audit("backup", {"entries": report.head.seq, "hash": report.head.hash}, subject=target.name)
    return report


def restore(database: Database, source: Path, actor: Actor) -> Report:
    """Put the backup at ``source`` in place of everything in the database, in one transaction.

    The backup is checked first; one that is not whole is refused and nothing is changed. It is read in a
    copy, so that it may lie on a medium that cannot be written, and be of an older version. Others who work
    at the time wait and then see the restored state. The restore is the first entry of the audit that
    follows.
    """
    with _copy_of(source) as file, _opened(file) as kept, kept.reading() as rows:
        _check(rows)
        with database.alone(actor) as unit:
            before = head(unit.connection)
            with replacing(unit.connection):
                _copy(rows, unit.connection)
            told = {"before": {"entries": before.seq, "hash": before.hash}}
            unit.audit("restore", told, subject=source.name)
    with database.reading() as connection:
        return check_whole(connection)


def _checked(file: Path) -> Report:
    with _opened(file) as copy, copy.reading() as connection:
        return _check(connection)


def _check(connection: Connection) -> Report:
    report = check_whole(connection)
    if not report.is_whole:
        raise StorageError(f"The backup is not whole and was not used: {report.findings[0]}.")
    return report


@contextmanager
def _copy_of(source: Path) -> Iterator[Path]:
    """The file ``source`` in a folder of its own, gone afterwards."""
    if not source.is_file():
        raise StorageError(f"There is no backup at {source}. Check the name.")
    with tempfile.TemporaryDirectory(prefix="cisterna-restore-") as folder:
        copy = Path(folder) / "backup"
        try:
            shutil.copyfile(source, copy)
        except OSError as error:
            raise StorageError(f"{source}: the backup cannot be read: {error.strerror}.") from None
        yield copy


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    """The database in a file that is a backup; one of an older version is brought up to date."""
    if not _is_of_a_clinic(file):
        raise StorageError("The file is not a backup of a clinic, or it is damaged. Nothing was changed.")
    database = open_database(f"sqlite:///{file}")
    try:
        yield database
    finally:
        database.close()


def _is_of_a_clinic(file: Path) -> bool:
    """Whether the file is a database that can be read to its end and tells its version.

    Any other would become an empty clinic, or be taken for a fault of the database in use.
    """
    try:
        with closing(sqlite3.connect(file)) as raw:
            versions = raw.execute("SELECT version_num FROM alembic_version").fetchall()
            return len(versions) == 1 and _reads_to_the_end(raw)
    except sqlite3.DatabaseError:
        return False


def _reads_to_the_end(raw: sqlite3.Connection) -> bool:
    """Whether structure and rows are sound; a text that cannot be decoded raises."""
    if raw.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
        return False
    names = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (name,) in names:
        quoted = name.replace('"', '""')
        deque(raw.execute(f'SELECT * FROM "{quoted}"'), maxlen=0)  # noqa: S608  a name of the file's own
    return True


def _copy_to_file(source: Connection, file: Path) -> None:
    database = open_database(f"sqlite:///{file}")
    try:
        with database.unit(_PROGRAM) as unit, replacing(unit.connection):
            _copy(source, unit.connection)
    finally:
        database.close()


def _finish(file: Path) -> None:
    """One file without a log beside it."""
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")


def _copy(source: Connection, target: Connection) -> None:
    for table in metadata.sorted_tables:
        _copy_table(source, target, table)


def _copy_table(source: Connection, target: Connection, table: Table) -> None:
    rows = source.execute(select(table), execution_options={"yield_per": _CHUNK})
    for chunk in rows.mappings().partitions(_CHUNK):
        target.execute(insert(table), [dict(row) for row in chunk])
