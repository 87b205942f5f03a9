"""Accounts: who may log in, under which role."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from cisterna.clinic.accounts.passwords import hashed, password_faults
from cisterna.clinic.database import Actor, Unit
from cisterna.clinic.database.tables import account
from cisterna.clinic.permissions import Role
from cisterna.errors import Fault, InputError, NotFoundError

__all__ = [
    "Account",
    "account_by_login",
    "account_of",
    "add_account",
    "all_accounts",
    "change_account",
    "no_account_yet",
    "set_password",
]

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who may log in; never with the password."""

    id: str
    login: str
    name: str
    role: Role
    active: bool
    must_change: bool
    totp_on: bool

    @property
    def actor(self) -> Actor:
        """The account as one who acts."""
        return Actor(name=self.name, account_id=self.id, role=self.role)

    @classmethod
    def of(cls, row: Any) -> Account:
        """The account of a row of the table."""
        return cls(
            id=row.id,
            login=row.login,
            name=row.name,
            role=Role(row.role),
            active=bool(row.active),
            must_change=bool(row.must_change),
            totp_on=bool(row.totp_on),
        )


def no_account_yet(connection: Connection) -> bool:
    """Whether nobody can log in yet, so that the first administrator may be made.

    Accounts that an archive brought have no password until an administrator gives them one.
    """
    wanted = select(func.count()).where(account.c.password_hash != "")
    return connection.execute(wanted).scalar_one() == 0


def all_accounts(connection: Connection) -> tuple[Account, ...]:
    """Every account, by name."""
    return tuple(Account.of(row) for row in connection.execute(select(account).order_by(account.c.name)))


def account_of(connection: Connection, account_id: str) -> Account:
    """The account with this id; :class:`~cisterna.errors.NotFoundError` where there is none."""
    row = connection.execute(select(account).where(account.c.id == account_id)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such account.")
    return Account.of(row)


def account_by_login(connection: Connection, login: str) -> Account | None:
    """The account that logs in under ``login``."""
    row = connection.execute(select(account).where(account.c.login == login.strip().lower())).one_or_none()
    return None if row is None else Account.of(row)


def add_account(
    unit: Unit, *, login: str, name: str, role: Role, password: str, must_change: bool
) -> Account:
    """A new account; its id.

    Raises :class:`~cisterna.errors.InputError` that lists every fault of login, name and password.
    """
    login = login.strip().lower()
    faults = (*_faults(login, name), *password_faults(password, (login, name)))
    if faults:
        raise InputError(*faults)
    account_id = secrets.token_hex(8)
    try:
        with unit.connection.begin_nested():
            unit.connection.execute(
                insert(account).values(
                    id=account_id,
                    login=login,
                    name=name.strip(),
                    role=role.value,
                    password_hash=hashed(password),
                    must_change=int(must_change),
                    totp_on=0,
                    active=1,
                    created_us=unit.at_us,
                )
            )
    except IntegrityError:
        raise InputError(
            Fault(
                where="login",
                found=f"'{login}', the log-in name of another account",
                allowed="a name that nobody has",
                remedy="choose another",
            )
        ) from None
    told = {"login": login, "name": name.strip(), "role": role.value}
    unit.audit("add-account", {"new": told}, subject=account_id)
    return account_of(unit.connection, account_id)


def _faults(login: str, name: str) -> Iterator[Fault]:
    if not _LOGIN.fullmatch(login):
        yield Fault(
            where="login",
            found=f"'{login}'",
            allowed="2 to 64 letters, digits, and . _ @ -",
            remedy="write for example 'r.kaur'",
        )
    if not name.strip() or len(name) > _LONGEST_NAME:
        yield Fault(
            where="name",
            found="nothing" if not name.strip() else "too many characters",
            allowed=f"1 to {_LONGEST_NAME} characters",
            remedy="write the name as colleagues know it",
        )


def change_account(unit: Unit, account_id: str, *, name: str, role: Role, active: bool) -> None:
    """Another name or role, or close or open an account; the last open administrator stays one."""
    before = account_of(unit.connection, account_id)
    faults = tuple(_faults(before.login, name))
    if faults:
        raise InputError(*faults)
    stays = role is Role.ADMINISTRATOR and active
    if before.role is Role.ADMINISTRATOR and before.active and not stays and _is_last(unit, account_id):
        raise InputError(
            Fault(
                where="role",
                found="the last administrator",
                allowed="at least one open account of an administrator",
                remedy="make another account an administrator first",
            )
        )
    unit.connection.execute(
        update(account)
        .where(account.c.id == account_id)
        .values(name=name.strip(), role=role.value, active=int(active))
    )
    old = {"name": before.name, "role": before.role.value, "active": before.active}
    new = {"name": name.strip(), "role": role.value, "active": active}
    unit.audit("change-account", unit.detail_of(old, new), subject=account_id)


def _is_last(unit: Unit, account_id: str) -> bool:
    """Whether nobody else could administer; the rows are locked, so that two do not leave at once.

    Accounts that an archive brought have no password: they administer nothing.
    """
    wanted = select(account.c.id).where(
        account.c.role == Role.ADMINISTRATOR.value, account.c.active == 1, account.c.password_hash != ""
    )
    able = unit.connection.execute(wanted.order_by(account.c.id).with_for_update(key_share=True)).scalars()
    return set(able) <= {account_id}


def set_password(unit: Unit, account_id: str, password: str, *, must_change: bool) -> None:
    """Another password; the audit tells that, never which."""
    known = account_of(unit.connection, account_id)
    faults = tuple(password_faults(password, (known.login, known.name)))
    if faults:
        raise InputError(*faults)
    unit.connection.execute(
        update(account)
        .where(account.c.id == account_id)
        .values(password_hash=hashed(password), must_change=int(must_change))
    )
    unit.audit("change-password", subject=account_id)
