"""The first tables: people, record, visits, projection, administration.

Written out, so that it makes the same whatever the tables became since: a change of
:mod:`cisterna.clinic.database.tables` is a further migration, and a test compares.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cisterna.clinic.database import triggers

revision = "0001"
down_revision = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GUARDED = ("record", "confirmation", "audit", "visit_step", "break_glass")
_FIRST = "0" * 64


def upgrade() -> None:
    """Make every table, guard the append-only ones, begin the audit's chain."""
    _first_tables()
    _second_tables()
    _third_tables()
    for table in _GUARDED:
        for statement in triggers.statements(op.get_bind().dialect.name, table):
            op.execute(statement)
    op.execute(f"INSERT INTO chain (name, seq, hash) VALUES ('audit', 0, '{_FIRST}')")  # noqa: S608  own words


def _first_tables() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column(
            "must_change",
            sa.Integer(),
            sa.CheckConstraint("must_change IN (0, 1)", name=op.f("ck_account_must_change")),
            nullable=False,
        ),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_last_step", _WHOLE, nullable=True),
        sa.Column(
            "totp_on",
            sa.Integer(),
            sa.CheckConstraint("totp_on IN (0, 1)", name=op.f("ck_account_totp_on")),
            nullable=False,
        ),
        sa.Column(
            "active",
            sa.Integer(),
            sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_account_active")),
            nullable=False,
        ),
        sa.Column("created_us", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit",
        sa.Column("seq", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("at_us", _WHOLE, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sqlite_strict=True,
    )
    op.create_index("ix_audit_account_id", "audit", ["account_id", "seq"], unique=False)
    op.create_index("ix_audit_action", "audit", ["action", "seq"], unique=False)
    op.create_index("ix_audit_patient_id", "audit", ["patient_id", "seq"], unique=False)
    op.create_table(
        "chain",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seq", _WHOLE, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chain")),
        sqlite_strict=True,
    )
    op.create_table(
        "instance",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_instance")),
        sqlite_strict=True,
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", _WHOLE, autoincrement=True, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at_us", _WHOLE, nullable=False),
        sa.Column(
            "succeeded",
            sa.Integer(),
            sa.CheckConstraint("succeeded IN (0, 1)", name=op.f("ck_login_attempt_succeeded")),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
        sqlite_strict=True,
    )
    op.create_index("ix_login_attempt_address_at", "login_attempt", ["address", "at_us"], unique=False)
    op.create_index("ix_login_attempt_login_at", "login_attempt", ["login", "at_us"], unique=False)
    op.create_table(
        "patient",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.Column("alerts", sa.Text(), nullable=False),
        sa.Column("version", _WHOLE, nullable=False),
        sa.Column("entries", _WHOLE, nullable=False),
        sa.Column("head_hash", sa.Text(), nullable=False),
        sa.Column("created_us", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("number", name=op.f("uq_patient_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("set_us", _WHOLE, nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
        sqlite_strict=True,
    )


def _second_tables() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at_us", _WHOLE, nullable=False),
        sa.Column("with_whom", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("version", _WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_appointment_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sqlite_strict=True,
    )
    op.create_index("ix_appointment_at", "appointment", ["state", "at_us"], unique=False)
    op.create_index("ix_appointment_patient_id", "appointment", ["patient_id", "at_us"], unique=False)
    op.create_table(
        "break_glass",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at_us", _WHOLE, nullable=False),
        sa.Column("until_us", _WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_break_glass_account_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_break_glass_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_break_glass_account_patient", "break_glass", ["account_id", "patient_id"], unique=False
    )
    op.create_table(
        "calendar_link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_us", _WHOLE, nullable=False),
        sa.Column("revoked_us", _WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_calendar_link_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_calendar_link")),
        sqlite_strict=True,
    )
    op.create_table(
        "confirmation",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at_us", _WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_confirmation_account_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_confirmation_patient_id")),
        sa.PrimaryKeyConstraint("patient_id", "event_id", name=op.f("pk_confirmation")),
        sqlite_strict=True,
    )
    op.create_table(
        "course",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("of_hash", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_course_patient_id")),
        sa.PrimaryKeyConstraint("patient_id", "span", name=op.f("pk_course")),
        sqlite_strict=True,
    )
    op.create_table(
        "device",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("place", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("since_us", _WHOLE, nullable=False),
        sa.Column("until_us", _WHOLE, nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_device_patient_id")),
        sa.PrimaryKeyConstraint("patient_id", "place", name=op.f("pk_device")),
        sqlite_strict=True,
    )
    op.create_index("ix_device_lot", "device", ["lot"], unique=False)
    op.create_index("ix_device_model", "device", ["model"], unique=False)
    op.create_index("ix_device_serial", "device", ["serial"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("added_us", _WHOLE, nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_document_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sqlite_strict=True,
    )
    op.create_index("ix_document_patient_id", "document", ["patient_id"], unique=False)


def _third_tables() -> None:
    op.create_table(
        "need",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("place", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("shown_from", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_need_patient_id")),
        sa.PrimaryKeyConstraint("patient_id", "place", name=op.f("pk_need")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_need_due_on", "need", ["due_on", "kind", "shown_from", "patient_id", "place"], unique=False
    )
    op.create_index("ix_need_kind_due_on", "need", ["kind", "due_on"], unique=False)
    op.create_table(
        "record",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("seq", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at_us", _WHOLE, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_us", _WHOLE, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_record_patient_id")),
        sa.PrimaryKeyConstraint("patient_id", "seq", name=op.f("pk_record")),
        sa.UniqueConstraint("patient_id", "event_id", name=op.f("uq_record_patient_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("created_us", _WHOLE, nullable=False),
        sa.Column("seen_us", _WHOLE, nullable=False),
        sa.Column(
            "second_factor_due",
            sa.Integer(),
            sa.CheckConstraint("second_factor_due IN (0, 1)", name=op.f("ck_session_second_factor_due")),
            nullable=False,
        ),
        sa.Column("revoked_us", _WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
        sqlite_strict=True,
    )
    op.create_index("ix_session_account_id", "session", ["account_id"], unique=False)
    op.create_table(
        "standing",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("computed_us", _WHOLE, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_standing_patient_id")),
        sa.PrimaryKeyConstraint("patient_id", name=op.f("pk_standing")),
        sqlite_strict=True,
    )
    op.create_table(
        "team",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_team_patient_id")),
        sa.PrimaryKeyConstraint("patient_id", "part", name=op.f("pk_team")),
        sqlite_strict=True,
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_us", _WHOLE, nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("seen_entries", _WHOLE, nullable=False),
        sa.Column("closed_us", _WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_visit_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sqlite_strict=True,
    )
    op.create_index("ix_visit_patient_id", "visit", ["patient_id", "opened_us"], unique=False)
    op.create_table(
        "visit_step",
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("place", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("saved_us", _WHOLE, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_visit_step_account_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_step_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "place", name=op.f("pk_visit_step")),
        sqlite_strict=True,
    )
