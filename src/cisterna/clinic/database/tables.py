"""Every table of the clinic.

Instants are whole microseconds of UTC, so that both databases give back what was written. The record and the
audit are append-only: triggers refuse any change (:mod:`cisterna.clinic.database.triggers`). ``standing``,
``need`` and ``device`` are computed from the record and can be made again from it at any time.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "APPEND_ONLY",
    "PROJECTED",
    "account",
    "appointment",
    "audit",
    "break_glass",
    "calendar_link",
    "chain",
    "confirmation",
    "course",
    "device",
    "document",
    "draft",
    "instance",
    "login_attempt",
    "mail_outbox",
    "metadata",
    "need",
    "patient",
    "recall",
    "recall_patient",
    "record",
    "session",
    "setting",
    "standing",
    "team",
    "visit",
    "visit_step",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Whole = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits on both databases."""


def _text(name: str, **options: object) -> Column[str]:
    return Column(name, Text(), nullable=False, **options)  # type: ignore[arg-type]


def _whole(name: str, **options: object) -> Column[int]:
    return Column(name, Whole, nullable=False, **options)  # type: ignore[arg-type]


def _maybe_text(name: str) -> Column[str]:
    return Column(name, Text(), nullable=True)


def _maybe_whole(name: str) -> Column[int]:
    return Column(name, Whole, nullable=True)


def _flag(name: str) -> Column[int]:
    """0 or 1."""
    return Column(name, Integer(), CheckConstraint(f"{name} IN (0, 1)", name=name), nullable=False)


def _id(name: str = "id") -> Column[str]:
    return Column(name, Text(), primary_key=True, nullable=False)


def _of(table: str, name: str = "", *, primary_key: bool = False) -> Column[str]:
    return Column(
        name or f"{table}_id", Text(), ForeignKey(f"{table}.id"), nullable=False, primary_key=primary_key
    )


def _place(name: str = "place") -> Column[int]:
    return Column(name, Whole, primary_key=True, nullable=False, autoincrement=False)


def _table(name: str, *parts: Column[str] | Column[int] | Column[bytes] | Index | UniqueConstraint) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


# ------------------------------------------------------------------------------- people

account = _table(
    "account",
    _id(),
    _text("login", unique=True),
    _text("name"),
    _text("role"),
    _text("password_hash"),
    _flag("must_change"),
    _maybe_text("totp_secret"),
    _maybe_whole("totp_last_step"),
    _flag("totp_on"),
    _flag("active"),
    _whole("created_us"),
)
"""Who may log in; ``totp_last_step`` is the last time step whose code was used: none is used twice."""

session = _table(
    "session",
    _id("token_hash"),
    _of("account"),
    _whole("created_us"),
    _whole("seen_us"),
    _flag("second_factor_due"),
    _maybe_whole("revoked_us"),
    Index("ix_session_account_id", "account_id"),
)
"""A log-in that lasts; its token is kept as a hash."""

login_attempt = _table(
    "login_attempt",
    Column("id", Whole, primary_key=True, autoincrement=True),
    _text("login"),
    _text("address"),
    _whole("at_us"),
    _flag("succeeded"),
    Index("ix_login_attempt_login_at", "login", "at_us"),
    Index("ix_login_attempt_address_at", "address", "at_us"),
)

break_glass = _table(
    "break_glass",
    _id(),
    _of("account"),
    _of("patient"),
    _text("reason"),
    _whole("at_us"),
    _whole("until_us"),
    Index("ix_break_glass_account_patient", "account_id", "patient_id"),
)
"""Access that somebody took in an emergency, with the reason that was given."""

# -------------------------------------------------------------------------------- audit

chain = _table("chain", _id("name"), _whole("seq"), _text("hash"))
"""The head of each chain; a writer locks the row, so that entries follow each other."""

audit = _table(
    "audit",
    _place("seq"),
    _whole("at_us"),
    _maybe_text("account_id"),
    _text("account_name"),
    _text("action"),
    _maybe_text("patient_id"),
    _text("subject"),
    _text("detail"),
    _text("previous_hash"),
    _text("hash"),
    Index("ix_audit_patient_id", "patient_id", "seq"),
    Index("ix_audit_account_id", "account_id", "seq"),
    Index("ix_audit_action", "action", "seq"),
)

# ------------------------------------------------------------------------------- record

patient = _table(
    "patient",
    _id(),
    _text("number", unique=True),
    _text("family_name"),
    _text("given_name"),
    _text("search_key"),
    _text("contacts"),
    _text("alerts"),
    _whole("version"),
    _whole("entries"),
    _text("head_hash"),
    _whole("created_us"),
)
"""Who the patient is, apart from the therapy; ``entries`` and ``head_hash`` are the head of the chain."""

record = _table(
    "record",
    _of("patient", primary_key=True),
    _place("seq"),
    _text("type"),
    _text("event_id"),
    _text("kind"),
    _whole("at_us"),
    _text("text"),
    _whole("recorded_us"),
    _text("recorded_by"),
    _text("previous_hash"),
    _text("hash"),
    UniqueConstraint("patient_id", "event_id"),
)
"""The therapy record: headers and events as the text of a therapy file."""

confirmation = _table(
    "confirmation",
    _of("patient", primary_key=True),
    Column("event_id", Text(), primary_key=True, nullable=False),
    _of("account"),
    _text("name"),
    _whole("at_us"),
)
"""That a second person checked what was recorded."""

document = _table(
    "document",
    _id(),
    _of("patient"),
    _text("title"),
    _text("media_type"),
    Column("content", LargeBinary(), nullable=False),
    _text("sha256"),
    _whole("added_us"),
    _text("added_by"),
    Index("ix_document_patient_id", "patient_id"),
)

team = _table(
    "team",
    _of("patient", primary_key=True),
    Column("part", Text(), primary_key=True, nullable=False),
    _text("name"),
    _maybe_text("account_id"),
)
"""Who looks after a patient: physician, nurse, therapist, surgeon."""

# ------------------------------------------------------------------------------- visits

appointment = _table(
    "appointment",
    _id(),
    _of("patient"),
    _text("kind"),
    _whole("at_us"),
    _text("with_whom"),
    _text("state"),
    _text("reason", default="", server_default=""),
    _whole("version"),
    Index("ix_appointment_patient_id", "patient_id", "at_us"),
    Index("ix_appointment_at", "state", "at_us"),
)
"""A visit that is booked (``booked``), was kept (``kept``) or called off (``called-off``).

``reason`` is why it lies on a day that needed one, or why it was called off.
"""

visit = _table(
    "visit",
    _id(),
    _of("patient"),
    _text("kind"),
    _text("state"),
    _whole("opened_us"),
    _text("opened_by"),
    _whole("seen_entries"),
    _maybe_whole("closed_us"),
    Index("ix_visit_patient_id", "patient_id", "opened_us"),
)
"""A visit that is being filled in (``open``), was ``recorded`` or ``abandoned``."""

visit_step = _table(
    "visit_step",
    _of("visit", primary_key=True),
    _place(),
    _text("step"),
    _text("data"),
    _whole("saved_us"),
    _of("account"),
    _text("saved_by"),
)
"""What was saved of a step, each time; the last one holds."""

draft = _table(
    "draft",
    _id(),
    _of("patient"),
    _text("letter"),
    _text("name"),
    _text("program"),
    _text("goals"),
    _text("state"),
    _whole("seen_entries"),
    _whole("saved_us"),
    _of("account"),
    _text("saved_by"),
    _maybe_whole("checked_us"),
    Column("checked_account_id", Text(), ForeignKey("account.id"), nullable=True),
    _maybe_text("checked_by"),
    _maybe_whole("closed_us"),
    _maybe_text("closed_by"),
    _maybe_text("event_id"),
    Index("ix_draft_patient_id", "patient_id", "saved_us"),
)
"""A program that is planned: a ``draft``, ``checked`` by a second person, then ``recorded`` as an event of
the record, or ``discarded``. ``program`` and ``goals`` are the texts of the editor's fields."""

# --------------------------------------------------------------------------- projection

standing = _table("standing", _of("patient", primary_key=True), _whole("computed_us"), _text("facts"))
need = _table(
    "need",
    _of("patient", primary_key=True),
    _place(),
    _text("kind"),
    _text("due_on"),
    _text("shown_from"),
    _text("facts"),
    Index("ix_need_due_on", "due_on", "kind", "shown_from", "patient_id", "place"),
    Index("ix_need_kind_due_on", "kind", "due_on"),
)
"""What a patient needs: days are local ones as ``YYYY-MM-DD``.

The first index holds all that the list of what is due counts and orders by, so that no row is read for it.
"""

device = _table(
    "device",
    _of("patient", primary_key=True),
    _place(),
    _text("role"),
    _text("model"),
    _text("serial"),
    _text("lot"),
    _whole("since_us"),
    _maybe_whole("until_us"),
    _text("facts"),
    Index("ix_device_serial", "serial"),
    Index("ix_device_lot", "lot"),
    Index("ix_device_model", "model"),
)

course = _table(
    "course",
    _of("patient", primary_key=True),
    Column("span", Text(), primary_key=True, nullable=False),
    _text("of_hash"),
    _text("data"),
)
"""The chart of a simulated course; kept while ``of_hash`` is that of what it was made of."""

# ------------------------------------------------------------------------------ recalls

recall = _table(
    "recall",
    _id(),
    _text("title"),
    _text("notice"),
    _text("criteria"),
    _text("until"),
    _whole("opened_us"),
    Column("opened_by", Text(), ForeignKey("account.id"), nullable=False),
    _text("name"),
)
"""A maker's notice: ``criteria`` says which devices it touches, ``until`` the day to answer by."""

recall_patient = _table(
    "recall_patient",
    _of("recall", primary_key=True),
    _place(),
    Column("patient_id", Text(), ForeignKey("patient.id"), nullable=True),
    _text("outcome"),
    _text("words"),
    _whole("at_us"),
    _of("account"),
    _text("name"),
    Index("ix_recall_patient_patient_id", "patient_id"),
)
"""What was done for a patient whom a recall touches; without a patient: the recall was withdrawn."""

# ------------------------------------------------------------------------ administration

setting = _table("setting", _id("name"), _text("value"), _whole("set_us"), _text("set_by"))
calendar_link = _table(
    "calendar_link",
    _id("token_hash"),
    _of("account"),
    _text("label"),
    _whole("created_us"),
    _maybe_whole("revoked_us"),
)
mail_outbox = _table(
    "mail_outbox",
    _id("day"),
    _id("addressee"),
    _text("subject"),
    _text("body"),
    _text("state"),
    _whole("tries"),
    _whole("next_us"),
    _text("fault"),
    _whole("made_us"),
    _maybe_whole("sent_us"),
    Index("ix_mail_outbox_state", "state", "next_us"),
)
"""The daily mail: one for each day and addressee, and what became of it."""

instance = _table("instance", _id("name"), _text("value"))
"""What this database is: ``demonstration``, when it was made."""

APPEND_ONLY = ("record", "confirmation", "audit", "visit_step", "break_glass", "recall", "recall_patient")
"""Tables whose rows are never changed or deleted."""

PROJECTED = ("standing", "need", "device")
"""Tables that ``cisterna clinic rebuild`` makes again from the record."""
