"""The migrations make the tables that the program works with, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import IntegrityError

from cisterna.clinic.database import Actor, Database, open_database
from cisterna.clinic.database.tables import APPEND_ONLY, metadata

_SCHEMA = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')"


def test_the_migrated_tables_are_those_of_the_program(database: Database) -> None:
    """Alembic finds no difference in tables, columns, types, keys and indexes, on both databases."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_checks_and_strictness_are_migrated_too(tmp_path: Path) -> None:
    """What Alembic does not compare: on SQLite both make tables of the same words."""
    migrated = open_database(f"sqlite:///{tmp_path / 'clinic.db'}")
    with migrated.reading() as connection:
        made = _statements(connection)
    migrated.close()
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        wanted = _statements(connection)
    engine.dispose()
    assert any("CHECK" in line for line in wanted["account"])
    assert {name: made.get(name) for name in wanted} == wanted


def test_flags_are_checked_on_both_databases(database: Database) -> None:
    """A flag that is neither 0 nor 1 is refused."""
    row = "INSERT INTO login_attempt (login, address, at_us, succeeded) VALUES ('x', 'x', 1, 2)"
    with pytest.raises(IntegrityError, match="succeeded"), database.unit(Actor(name="a")) as unit:
        unit.connection.exec_driver_sql(row)


def test_every_append_only_table_is_guarded(database: Database) -> None:
    """Each has the triggers that refuse changes."""
    name, kept = ("name", "sqlite_master") if database.is_sqlite else ("tgname", "pg_trigger")
    ends = ("no_update", "no_delete") if database.is_sqlite else ("append_only", "no_truncate")
    with database.reading() as connection:
        guards = set(connection.execute(text(f"SELECT {name} FROM {kept}")).scalars())  # noqa: S608  own words
    assert {f"{table}_{end}" for table in APPEND_ONLY for end in ends} <= guards


def _statements(connection: Connection) -> dict[str, list[str]]:
    """The lines of each statement in one order: constraints may stand in any."""
    return {
        row.name: sorted(line.strip(" ,\t") for line in row.sql.splitlines())
        for row in connection.execute(text(_SCHEMA))
    }
