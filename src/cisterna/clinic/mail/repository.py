"""The outbox: one mail for each day and addressee, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from cisterna.clinic.database.tables import mail_outbox

__all__ = ["Mail", "MailState", "claimed", "has_mail", "insert_mail", "mails", "next_waiting", "set_mail"]


class MailState(StrEnum):
    """What became of a mail."""

    WAITING = "waiting"
    SENDING = "sending"  # handed to a server whose answer is not known: never sent again by itself
    SENT = "sent"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail; ``fault`` is what the mail server said last, ``next_us`` when it is tried again."""

    day: str
    addressee: str
    subject: str
    body: str
    state: str
    tries: int
    next_us: int
    fault: str
    made_us: int
    sent_us: int | None


def has_mail(connection: Connection, day: str, addressee: str) -> bool:
    """Whether the mail of a day was made for an addressee."""
    wanted = select(mail_outbox.c.day).where(mail_outbox.c.day == day, mail_outbox.c.addressee == addressee)
    return connection.execute(wanted).first() is not None


def insert_mail(connection: Connection, mail: Mail) -> bool:
    """Keep a mail; false where another server made it at the same moment."""
    try:
        with connection.begin_nested():
            connection.execute(insert(mail_outbox).values(**vars(mail)))
    except IntegrityError:
        return False
    return True


def mails(connection: Connection, most: int) -> tuple[Mail, ...]:
    """The last mails, the newest day first."""
    rows = connection.execute(
        select(mail_outbox).order_by(mail_outbox.c.day.desc(), mail_outbox.c.addressee).limit(most)
    )
    return tuple(Mail(**row._mapping) for row in rows)  # noqa: SLF001  the documented way to the names of a row


def next_waiting(connection: Connection, now_us: int) -> Mail | None:
    """The first mail whose time has come."""
    row = connection.execute(
        select(mail_outbox)
        .where(mail_outbox.c.state == MailState.WAITING.value, mail_outbox.c.next_us <= now_us)
        .order_by(mail_outbox.c.day, mail_outbox.c.addressee)
        .limit(1)
    ).one_or_none()
    return None if row is None else Mail(**row._mapping)  # noqa: SLF001


def claimed(connection: Connection, mail: Mail) -> bool:
    """Take a mail for sending; false where another server took it first."""
    done = connection.execute(
        update(mail_outbox)
        .where(*_one(mail), mail_outbox.c.state == MailState.WAITING.value, mail_outbox.c.tries == mail.tries)
        .values(state=MailState.SENDING.value, tries=mail.tries + 1)
    )
    return done.rowcount == 1


def set_mail(connection: Connection, mail: Mail, **values: Any) -> None:
    """What became of a mail."""
    connection.execute(update(mail_outbox).where(*_one(mail)).values(**values))


def _one(mail: Mail) -> tuple[Any, ...]:
    return (mail_outbox.c.day == mail.day, mail_outbox.c.addressee == mail.addressee)
