"""The first tables: people, record, visits, projection, administration."""

from __future__ import annotations

from alembic import op

from cisterna.clinic.database import triggers
from cisterna.clinic.database.hashing import FIRST
from cisterna.clinic.database.tables import APPEND_ONLY, metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table, guard the append-only ones, begin the audit's chain."""
    connection = op.get_bind()
    metadata.create_all(connection)
    for table in APPEND_ONLY:
        for statement in triggers.statements(connection.dialect.name, table):
            op.execute(statement)
    op.execute(f"INSERT INTO chain (name, seq, hash) VALUES ('audit', 0, '{FIRST}')")  # noqa: S608  own words
