"""Secret links: the secret is told once and kept as a hash; a revoked one opens nothing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from cisterna.clinic.accounts.accounts import Account, account_of
from cisterna.clinic.accounts.sessions import hash_of
from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import calendar_link
from cisterna.clinic.permissions import Action, may
from cisterna.errors import Fault, InputError, NotFoundError

__all__ = ["Link", "links_of", "make_link", "owner_of", "revoke_link"]

_SECRET_BYTES = 32
_LONGEST_LABEL = 100
_HASH_SHOWN = 12
"""So many digits of a hash name a link in the audit; nobody can make the secret of them."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link, never with its secret; ``revoked_us`` is ``None`` while it opens."""

    token_hash: str
    account_id: str
    label: str
    created_us: int
    revoked_us: int | None


def links_of(connection: Connection, account_id: str) -> tuple[Link, ...]:
    """The links of an account, the newest first."""
    rows = connection.execute(
        select(calendar_link)
        .where(calendar_link.c.account_id == account_id)
        .order_by(calendar_link.c.created_us.desc(), calendar_link.c.token_hash)
    )
    return tuple(Link(**row._mapping) for row in rows)  # noqa: SLF001  the documented way to the names of a row


def make_link(unit: Unit, label: str) -> str:
    """A new link of who acts; its secret, which is told once.

    Raises :class:`~cisterna.errors.InputError` for a label that is blank or too long.
    """
    label = label.strip()
    if not label or len(label) > _LONGEST_LABEL:
        raise InputError(
            Fault(
                where="label",
                found="nothing" if not label else f"{len(label)} characters",
                allowed=f"1 to {_LONGEST_LABEL} characters",
                remedy="name the phone or calendar, so that you know which link to revoke",
            )
        )
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    unit.connection.execute(
        insert(calendar_link).values(
            token_hash=hash_of(secret),
            account_id=unit.actor.account_id,
            label=label,
            created_us=unit.at_us,
        )
    )
    unit.audit("make-calendar-link", {"new": label}, subject=hash_of(secret)[:_HASH_SHOWN])
    return secret


def revoke_link(unit: Unit, token_hash: str) -> None:
    """Revoke a link of who acts; :class:`~cisterna.errors.NotFoundError` where it is not one's own."""
    done = unit.connection.execute(
        update(calendar_link)
        .where(
            calendar_link.c.token_hash == token_hash,
            calendar_link.c.account_id == unit.actor.account_id,
            calendar_link.c.revoked_us.is_(None),
        )
        .values(revoked_us=unit.at_us)
    )
    if not done.rowcount:
        raise NotFoundError("There is no such link of yours that could be revoked.")
    unit.audit("revoke-calendar-link", subject=token_hash[:_HASH_SHOWN])


def owner_of(connection: Connection, secret: str) -> Account | None:
    """Whose link a secret opens; ``None`` once it is revoked, or the account closed or no longer allowed."""
    wanted = select(calendar_link.c.account_id).where(
        calendar_link.c.token_hash == hash_of(secret), calendar_link.c.revoked_us.is_(None)
    )
    account_id = connection.execute(wanted).scalar()
    if account_id is None:
        return None
    owner = account_of(connection, account_id)
    return owner if owner.active and may(owner.role, Action.SUBSCRIBE_CALENDAR) else None
