"""The outbox of the daily mail: one row for each day and addressee."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table; its key is what keeps a mail from being made twice."""
    op.create_table(
        "mail_outbox",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("addressee", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", _WHOLE, nullable=False),
        sa.Column("next_us", _WHOLE, nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("made_us", _WHOLE, nullable=False),
        sa.Column("sent_us", _WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("day", "addressee", name=op.f("pk_mail_outbox")),
        sqlite_strict=True,
    )
    op.create_index("ix_mail_outbox_state", "mail_outbox", ["state", "next_us"], unique=False)
