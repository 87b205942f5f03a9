"""Putting other rows in place of everything, in one transaction."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from cisterna.clinic.database import triggers
from cisterna.clinic.database.tables import APPEND_ONLY, metadata
from cisterna.errors import StorageError

__all__ = ["replacing"]

_LOCK_TRY_MS, _LOCK_PATIENCE_S = 400, 60
_LOCK_NOT_AVAILABLE = "55P03"


@contextmanager
def replacing(connection: Connection) -> Iterator[None]:
    """Empty tables without guards, to be filled; the guards stand again at the end.

    Needs a unit beside which there is no other (:meth:`~cisterna.clinic.database.Database.alone`). Where
    anything fails the transaction is undone, and everything is as it was.
    """
    _lock_every_table(connection)
    dialect = connection.dialect.name
    for table in APPEND_ONLY:
        for statement in triggers.removal(dialect, table):
            connection.exec_driver_sql(statement)
    for each in reversed(metadata.sorted_tables):
        connection.execute(each.delete())
    yield
    for table in APPEND_ONLY:
        for statement in triggers.statements(dialect, table):
            connection.exec_driver_sql(statement)
    _renumber(connection)


def _lock_every_table(connection: Connection) -> None:
    """Wait until nobody reads: units stand still already, and what only reads is short.

    Each try waits less than PostgreSQL takes to see a deadlock with somebody who reads table by table.
    """
    if connection.dialect.name == "sqlite":
        return
    last_try = time.monotonic() + _LOCK_PATIENCE_S
    while not _locked(connection):
        if time.monotonic() > last_try:
            raise StorageError("Others read all the time, so nothing was changed. Try again.")


def _locked(connection: Connection) -> bool:
    """Whether every table could be locked."""
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_LOCK_TRY_MS}")
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


def _renumber(connection: Connection) -> None:
    """PostgreSQL counts ids by a sequence, which must go on behind the rows that were copied."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "SELECT setval(pg_get_serial_sequence('login_attempt', 'id'), "
                "(SELECT coalesce(max(id), 0) + 1 FROM login_attempt), false)"
            )
        )
