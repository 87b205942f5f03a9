"""The database: what is kept is kept, what is append-only is, and failures are told in plain words."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from cisterna.clinic.database import Actor, Database, open_database
from cisterna.clinic.database.tables import APPEND_ONLY, audit, instance, metadata
from cisterna.errors import InputError, StorageError


def test_every_table_is_there_and_opening_again_changes_nothing(
    database: Database, database_address: str, opened: Callable[[str], Database]
) -> None:
    """A database is made once; opening it a second time finds what was written."""
    assert set(metadata.tables) <= set(inspect(database.engine).get_table_names())
    with database.unit(Actor(name="a")) as unit:
        unit.audit("test")
    again = opened(database_address)
    with again.reading() as connection:
        assert connection.execute(select(func.count()).select_from(audit)).scalar_one() == 1


def test_a_new_file_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    """Neither the file nor its write-ahead log can be read by others, whatever the umask."""
    before = os.umask(0)
    try:
        held = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    finally:
        os.umask(before)
    with held.unit(Actor(name="a")) as unit:
        unit.audit("test")
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.glob("a.db*")}
    held.close()
    assert {"a.db", "a.db-wal"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_tables_of_sqlite_are_strict_and_its_writes_are_synced(tmp_path: Path) -> None:
    """SQLite keeps types, foreign keys, a write-ahead log and full syncs."""
    held = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    with held.reading() as connection:
        pragmas = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in
                   ("journal_mode", "synchronous", "foreign_keys")}  # fmt: skip
        made = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
    held.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    ours = {name: sql for name, sql in made if name in metadata.tables}
    assert len(ours) == len(metadata.tables)
    assert all(sql.rstrip().endswith("STRICT") for sql in ours.values())


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_append_only_tables_refuse_changes(database: Database, table: str, verb: str) -> None:
    """Nobody can change or delete a row of the record or the audit, not even by SQL."""
    if table != "audit":  # a trigger on each row needs a row
        with database.reading() as connection:
            triggers = "sqlite_master WHERE type = 'trigger'" if database.is_sqlite else "pg_trigger"
            column = "name" if database.is_sqlite else "tgname"
            named = connection.execute(text(f"SELECT {column} FROM {triggers}")).scalars().all()  # noqa: S608
        assert any(str(name).startswith(f"{table}_") for name in named)
        return
    with database.unit(Actor(name="a")) as unit:
        unit.audit("test")
    change = "UPDATE audit SET action = 'x'" if verb == "UPDATE" else "DELETE FROM audit"
    with database.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(change))


def test_a_unit_that_fails_leaves_nothing(database: Database) -> None:
    """What was written before a failure is undone with it."""

    class WentWrongError(Exception):
        pass

    def write() -> None:
        with database.unit(Actor(name="a")) as unit:
            unit.audit("test")
            raise WentWrongError

    with pytest.raises(WentWrongError):
        write()
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(audit)).scalar_one() == 0


def test_writers_at_once_all_succeed_and_the_audit_has_no_gap(database: Database) -> None:
    """Eight writers of twenty entries each leave 160 entries, numbered without a gap."""
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for place in range(20):
                with database.unit(Actor(name="a")) as unit:
                    unit.audit("test", {"place": place})
        except BaseException as error:  # noqa: BLE001  told by the test
            failures.append(error)

    writers = [Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with database.reading() as connection:
        seqs = connection.execute(select(audit.c.seq).order_by(audit.c.seq)).scalars().all()
    assert not failures
    assert list(seqs) == list(range(1, 161))


def test_a_newer_database_is_refused_and_untouched(
    database: Database, database_address: str, opened: Callable[[str], Database]
) -> None:
    """A program that is older than the database says so and changes nothing."""
    with database.unit(Actor(name="a")) as unit:
        unit.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer version"):
        opened(database_address)
    with database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_what_is_no_database_is_refused_in_plain_words(tmp_path: Path) -> None:
    """A file of something else, a folder that cannot be, and an address that is none are told apart."""
    other = tmp_path / "letter.db"
    other.write_bytes(b"Dear colleague, " * 500)
    with pytest.raises(StorageError, match="not a database"):
        open_database(f"sqlite:///{other}")
    assert other.read_bytes() == b"Dear colleague, " * 500
    with pytest.raises(StorageError, match="folder cannot be made"):
        open_database(f"sqlite:///{other}/below/clinic.db")
    with pytest.raises(InputError, match="--db"):
        open_database("mysql://somewhere/clinic")
    with pytest.raises(StorageError, match="connection to the database"):
        open_database("postgresql://cisterna@127.0.0.1:1/none")


def test_a_database_that_is_not_there_is_made_only_where_that_is_wanted(tmp_path: Path) -> None:
    """A command that looks after a database does not make an empty one by a slip of the name."""
    with pytest.raises(StorageError, match="no database at"):
        open_database(f"sqlite:///{tmp_path / 'none.db'}", create=False)
    assert not (tmp_path / "none.db").exists()


def test_text_comes_back_as_it_was_written(database: Database) -> None:
    """Letters of every script, quotes and line breaks survive both databases."""
    written = "Anežka Nováková \"quoted\" 'single' \\ \n\t λ 漢 🙂"
    with database.unit(Actor(name="a")) as unit:
        unit.connection.execute(instance.insert().values(name="probe", value=written))
    with database.reading() as connection:
        assert (
            connection.execute(select(instance.c.value).where(instance.c.name == "probe")).scalar() == written
        )
