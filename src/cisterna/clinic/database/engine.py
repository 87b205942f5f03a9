"""Opening a database: SQLite with a write-ahead log, or PostgreSQL; creating and checking its tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from cisterna.clinic.database.failures import plain_words
from cisterna.clinic.database.turns import Turns
from cisterna.clinic.database.unit import Actor, Unit
from cisterna.errors import Fault, InputError, StorageError

__all__ = ["Database", "open_database"]

_BUSY_S = 30
_POOL = 10
_GATE = 721635
"""The number of the lock of PostgreSQL that all units of work share and a restore holds alone."""
_MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One open database of a clinic.

    ``clock_us`` gives the instant of each unit of work; tests give their own.
    """

    def __init__(self, engine: Engine, clock_us: Callable[[], int] | None = None) -> None:
        self.engine = engine
        self.clock_us = clock_us or (lambda: time.time_ns() // 1000)
        self._turns = Turns(_BUSY_S)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is one file of SQLite."""
        return self.engine.dialect.name == "sqlite"

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(self.engine.url.database or "") if self.is_sqlite else None

    @contextmanager
    def unit(self, actor: Actor) -> Iterator[Unit]:
        """A unit of work that may write: committed when it ends well, undone when it does not.

        On SQLite it begins immediately, so that no writer finds its snapshot stale, and units come one after
        another. Raises :class:`~cisterna.errors.StorageError` in plain words where the database fails.
        """
        with self._begun("pg_advisory_xact_lock_shared") as connection:
            yield Unit(connection=connection, actor=actor, at_us=self.clock_us())

    @contextmanager
    def alone(self, actor: Actor) -> Iterator[Unit]:
        """A unit of work beside which there is no other, for what touches every table."""
        with self._begun("pg_advisory_xact_lock") as connection:
            yield Unit(connection=connection, actor=actor, at_us=self.clock_us())

    @contextmanager
    def _begun(self, lock: str) -> Iterator[Connection]:
        turn = self._turns.turn() if self.is_sqlite else nullcontext()
        with plain_words(), turn, self.engine.begin() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql(f"SELECT {lock}({_GATE})")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, of one consistent state."""
        with plain_words(), self.engine.connect() as connection:
            options = {"cisterna_reads": True} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
            yield connection.execution_options(**options)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def open_database(url: str, *, clock_us: Callable[[], int] | None = None, create: bool = True) -> Database:
    """The database at ``url``, its tables made or brought up to date.

    ``url`` is ``sqlite:///FILE`` or ``postgresql://...``. Raises
    :class:`~cisterna.errors.StorageError` where it cannot be reached, is damaged, or is of a newer version of
    Cisterna; :class:`~cisterna.errors.InputError` for an address that is none. With ``create`` false, a
    database that is not there is refused, and one of an older version too.
    """
    parsed = _parsed(url)
    if not create and parsed.drivername.startswith("sqlite") and not Path(parsed.database or "").is_file():
        raise StorageError(
            f"There is no database at {parsed.database}. Check the name, or start 'cisterna serve'."
        )
    engine = _sqlite(parsed) if parsed.drivername.startswith("sqlite") else _postgresql(parsed)
    try:
        with plain_words():
            _upgrade(engine, create=create)
    except BaseException:
        engine.dispose()
        raise
    return Database(engine, clock_us)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in {"sqlite", "postgresql", "postgresql+psycopg"}:
        shown = "an address of a database" if parsed is None else f"'{parsed.drivername}'"
        raise InputError(
            Fault(
                where="--db",
                found=shown if parsed is not None else "something else",
                allowed="sqlite:///FILE or postgresql://USER@HOST/NAME",
                remedy="write for example 'sqlite:///clinic.db'",
            )
        )
    return parsed


def _made_for_its_owner(file: Path) -> None:
    """A new file that only its owner reads, as what SQLite puts beside it then is too; it holds names."""
    if not file.exists():
        try:
            file.touch(mode=0o600)
        except OSError as error:
            raise StorageError(f"{file}: the file cannot be made: {error.strerror}.") from None


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{url.database}: the folder cannot be made: {error.strerror}.") from None
        _made_for_its_owner(Path(url.database))
    engine = create_engine(
        url,
        connect_args={"timeout": _BUSY_S, "check_same_thread": False},
        pool_size=_POOL,
        max_overflow=40,
        hide_parameters=True,  # they are data of patients
    )

    @event.listens_for(engine, "connect")
    def _connected(raw: Any, _record: object) -> None:
        raw.isolation_level = None  # the driver must not begin on its own
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"busy_timeout = {_BUSY_S * 1000}",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        reads = connection.get_execution_options().get("cisterna_reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=_POOL,
        max_overflow=40,
        pool_pre_ping=True,
        hide_parameters=True,  # they are data of patients
    )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(engine: Engine, *, create: bool) -> None:
    """Bring the tables to this version; one transaction, so that a half-made database is never seen."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # two servers that start at once take turns
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(721634)")
        config = _config(connection)
        scripts = ScriptDirectory.from_config(config)
        current = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in scripts.walk_revisions()}
        if current is not None and current not in known:
            raise StorageError(
                f"The database is of a newer version of Cisterna (revision {current}) than this program. "
                "Start the newer program; this one changed nothing."
            )
        if current == scripts.get_current_head():
            return
        if not create:
            raise StorageError(
                "The database is empty or of an older version of Cisterna. Start 'cisterna serve' once, "
                "which brings it up to date."
            )
        command.upgrade(config, "head")
