"""Log-ins that last: a token in the browser, its hash in the database, revocable, ended when idle."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from cisterna.clinic.accounts.accounts import Account, account_of
from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import session
from cisterna.clinic.settings.site import SiteChoices
from cisterna.instants import us_of_hours

__all__ = [
    "OpenSession",
    "begin_session",
    "end_session",
    "end_sessions_of",
    "pass_second_factor",
    "session_of",
    "touch",
]

_TOKEN_BYTES = 32
_TOUCHED_EVERY_US = 20_000_000
"""A session's last use is written at most this often, to the benefit of the disk."""


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """A log-in that holds; ``second_factor_due`` while the code was not given yet."""

    token_hash: str
    account: Account
    seen_us: int
    second_factor_due: bool


def hash_of(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def begin_session(unit: Unit, account: Account, *, second_factor_due: bool) -> str:
    """A new log-in; its token, which is told once and kept as a hash."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    unit.connection.execute(
        insert(session).values(
            token_hash=hash_of(token),
            account_id=account.id,
            created_us=unit.at_us,
            seen_us=unit.at_us,
            second_factor_due=int(second_factor_due),
        )
    )
    return token


def session_of(connection: Connection, token: str, now_us: int, choices: SiteChoices) -> OpenSession | None:
    """The log-in of a token, where it holds: not revoked, not idle, not too long, of an open account."""
    row = connection.execute(select(session).where(session.c.token_hash == hash_of(token))).one_or_none()
    if row is None or row.revoked_us is not None:
        return None
    idle_us = us_of_hours(choices.settings.value("idle_log_off", "h"))
    longest_us = us_of_hours(choices.settings.value("longest_log_in", "h"))
    if now_us - row.seen_us > idle_us or now_us - row.created_us > longest_us:
        return None
    known = account_of(connection, row.account_id)
    if not known.active:
        return None
    return OpenSession(
        token_hash=row.token_hash,
        account=known,
        seen_us=row.seen_us,
        second_factor_due=bool(row.second_factor_due),
    )


def touch(unit: Unit, held: OpenSession) -> None:
    """Note that a log-in was used."""
    if unit.at_us - held.seen_us > _TOUCHED_EVERY_US:
        unit.connection.execute(
            update(session).where(session.c.token_hash == held.token_hash).values(seen_us=unit.at_us)
        )


def pass_second_factor(unit: Unit, held: OpenSession) -> str:
    """The log-in holds now, under a new token: the one before it ends."""
    end_session(unit, held.token_hash)
    return begin_session(unit, held.account, second_factor_due=False)


def end_session(unit: Unit, token_hash: str) -> None:
    """Revoke one log-in."""
    unit.connection.execute(
        update(session)
        .where(session.c.token_hash == token_hash, session.c.revoked_us.is_(None))
        .values(revoked_us=unit.at_us)
    )


def end_sessions_of(unit: Unit, account_id: str, *, but: str = "") -> None:
    """Revoke every log-in of an account, but for the one of the hash ``but``."""
    unit.connection.execute(
        update(session)
        .where(
            session.c.account_id == account_id, session.c.revoked_us.is_(None), session.c.token_hash != but
        )
        .values(revoked_us=unit.at_us)
    )
    unit.audit("end-log-ins", subject=account_id)
