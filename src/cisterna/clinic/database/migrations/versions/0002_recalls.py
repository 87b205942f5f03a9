"""Recalls: the notices of makers, and what was done for each patient whom they touch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cisterna.clinic.database import triggers

revision = "0002"
down_revision = "0001"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GUARDED = ("recall", "recall_patient")


def upgrade() -> None:
    """Make both tables and guard them: what was answered is never changed."""
    op.create_table(
        "recall",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("opened_us", _WHOLE, nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["opened_by"], ["account.id"], name=op.f("fk_recall_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
        sqlite_strict=True,
    )
    op.create_table(
        "recall_patient",
        sa.Column("recall_id", sa.Text(), nullable=False),
        sa.Column("place", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at_us", _WHOLE, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recall_patient_account_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_recall_patient_patient_id")),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name=op.f("fk_recall_patient_recall_id")),
        sa.PrimaryKeyConstraint("recall_id", "place", name=op.f("pk_recall_patient")),
        sqlite_strict=True,
    )
    op.create_index("ix_recall_patient_patient_id", "recall_patient", ["patient_id"], unique=False)
    for table in _GUARDED:
        for statement in triggers.statements(op.get_bind().dialect.name, table):
            op.execute(statement)
