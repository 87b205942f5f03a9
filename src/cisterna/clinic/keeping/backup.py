"""A backup is one file of SQLite that holds every row, whichever database it was taken from.

It is taken in one consistent state while the clinic works, checked before it gets its name, and restored into
either database in one transaction.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Table, insert, select, text

from cisterna.clinic.audit import head
from cisterna.clinic.database import Actor, Database, open_database, triggers
from cisterna.clinic.database.tables import APPEND_ONLY, metadata
from cisterna.clinic.keeping.whole import Report, check_whole
from cisterna.errors import OutputError, StorageError

__all__ = ["back_up", "restore"]

_CHUNK = 2_000
_PROGRAM = Actor(name="the program")


def back_up(database: Database, target: Path, actor: Actor) -> Report:
    """Write a backup to ``target`` and check the copy; what was found in it.

    The backup is audited after it is made. Raises :class:`~cisterna.errors.OutputError` where the file is
    there already or cannot be written, and :class:`~cisterna.errors.StorageError` where the copy is not
    whole.
    """
    if target.exists():
        raise OutputError(f"{target} is there already. Choose another name: a backup never replaces a file.")
    with _beside(target) as draft:
        with database.reading() as connection:
            expected = head(connection)
            _copy_to_file(connection, draft)
        report = _checked(draft)
        if report.head != expected:
            raise StorageError("The copy is not that of the database; nothing was kept. Try again.")
        draft.replace(target)
    with database.unit(actor) as unit:
        unit.audit("backup", {"entries": report.head.seq, "hash": report.head.hash}, subject=target.name)
    return report


def restore(database: Database, source: Path, actor: Actor) -> Report:
    """Put the backup at ``source`` in place of everything in the database, in one transaction.

    The backup is checked first; one that is not whole is refused and nothing is changed. Others who work at
    the time wait and then see the restored state. The restore is the first entry of the audit that follows.
    """
    _checked(source)
    with _opened(source) as kept, kept.reading() as rows, database.unit(actor) as unit:
        before = head(unit.connection)
        with _without_triggers(unit.connection):
            _empty(unit.connection)
            _copy(rows, unit.connection)
        unit.audit("restore", {"before": {"entries": before.seq, "hash": before.hash}}, subject=source.name)
    with database.reading() as connection:
        return check_whole(connection)


def _checked(file: Path) -> Report:
    if not file.is_file():
        raise StorageError(f"There is no backup at {file}. Check the name.")
    with _opened(file) as copy, copy.reading() as connection:
        report = check_whole(connection)
    if not report.is_whole:
        raise StorageError(f"The backup is not whole and was not used: {report.findings[0]}.")
    return report


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{file}", create=False)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A draft in the folder of ``target``, taken away unless it was renamed."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror}. Choose another place.") from None
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
    finally:
        for left in (draft, Path(f"{name}-wal"), Path(f"{name}-shm")):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def _copy_to_file(source: Connection, file: Path) -> None:
    database = open_database(f"sqlite:///{file}")
    try:
        with database.unit(_PROGRAM) as unit, _without_triggers(unit.connection):
            _empty(unit.connection)
            _copy(source, unit.connection)
        with database.engine.connect() as connection:  # one file, without a log beside it
            raw = connection.connection.driver_connection
            assert raw is not None  # noqa: S101  it was just opened
            raw.execute("PRAGMA journal_mode = DELETE")
    finally:
        database.close()


def _copy(source: Connection, target: Connection) -> None:
    for table in metadata.sorted_tables:
        _copy_table(source, target, table)
    _renumber(target)


def _copy_table(source: Connection, target: Connection, table: Table) -> None:
    rows = source.execution_options(yield_per=_CHUNK).execute(select(table))
    for chunk in rows.mappings().partitions(_CHUNK):
        target.execute(insert(table), [dict(row) for row in chunk])


def _empty(connection: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())


def _renumber(connection: Connection) -> None:
    """PostgreSQL counts ids by a sequence, which must go on behind the rows that were copied."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "SELECT setval(pg_get_serial_sequence('login_attempt', 'id'), "
                "(SELECT coalesce(max(id), 0) + 1 FROM login_attempt), false)"
            )
        )


@contextmanager
def _without_triggers(connection: Connection) -> Iterator[None]:
    """The append-only tables without their guards, within this transaction alone."""
    dialect = connection.dialect.name
    for table in APPEND_ONLY:
        for statement in triggers.removal(dialect, table):
            connection.exec_driver_sql(statement)
    yield
    for table in APPEND_ONLY:
        for statement in triggers.statements(dialect, table):
            connection.exec_driver_sql(statement)
