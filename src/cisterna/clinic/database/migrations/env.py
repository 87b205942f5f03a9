"""What Alembic runs: the migrations on the connection that it is given."""

from __future__ import annotations

from alembic import context

from cisterna.clinic.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
