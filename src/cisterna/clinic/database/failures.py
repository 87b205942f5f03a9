"""What a database says when it fails, told in words that help; nothing of its data is repeated."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from cisterna.errors import Fault, InputError, StorageError

__all__ = ["plain_words"]


@contextmanager
def plain_words() -> Iterator[None]:
    """What a database says, told in words that help; nothing of its data is repeated."""
    try:
        yield
    except OperationalError as error:
        raise StorageError(_told(error)) from error
    except DBAPIError as error:
        if "NUL (0x00)" in str(error.orig):
            raise InputError(_NUL) from None
        if isinstance(error.orig, sqlite3.DatabaseError) and "malformed" in str(error.orig):
            raise StorageError(_told(error)) from error
        if isinstance(error.orig, sqlite3.DatabaseError) and "not a database" in str(error.orig):
            raise StorageError(_told(error)) from error
        if error.connection_invalidated:
            raise StorageError(_told(error)) from error
        raise
    except SQLAlchemyError as error:
        if "QueuePool limit" in str(error):
            raise StorageError(
                "The server is busy: no connection to the database was free. Try again."
            ) from error
        raise


_NUL = Fault(
    where="text",
    found="a sign that no keyboard has (NUL)",
    allowed="letters, digits and other signs that can be read",
    remedy="type the text again instead of copying it",
)
_LOST = (
    "The connection to the database was lost, so nothing was saved. "
    "Try again; if it stays so, tell the administrator."
)
_FULL = "The disk is full, so nothing was saved. Free some space, then save again; what you typed is kept."
_SAID = (
    ("is full", _FULL),
    ("no space left", _FULL),
    (
        "deadlock",
        "Somebody else was changing the same at the same moment, so nothing was saved. Save again.",
    ),
    ("locked", "The database was busy for too long, so nothing was saved. Save again."),
    ("readonly", "The database may not be written to. Check the permissions of its file and folder."),
    (
        "malformed",
        "The database file is damaged. Restore the last backup (cisterna clinic restore).",
    ),
    (
        "not a database",
        "The file is not a database of SQLite, or it is damaged. Choose another file, or restore a backup.",
    ),
    ("unable to open", "The database file cannot be opened. Check its name, folder and permissions."),
    ("disk i/o", "The disk failed while the database was written, so nothing was saved. Check the disk."),
)


def _told(error: DBAPIError) -> str:
    text = str(error.orig).lower()
    for sign, words in _SAID:
        if sign in text:
            return words
    return _LOST
