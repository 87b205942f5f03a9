"""Logging in: limited attempts, then the password, then the second factor where it is on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, insert, select

from cisterna.clinic.accounts.accounts import Account, account_by_login
from cisterna.clinic.accounts.passwords import is_right
from cisterna.clinic.accounts.sessions import OpenSession, begin_session, pass_second_factor
from cisterna.clinic.accounts.totp import is_right_code
from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import account as account_table
from cisterna.clinic.database.tables import login_attempt
from cisterna.clinic.settings.site import SiteChoices
from cisterna.errors import Fault
from cisterna.instants import us_of_hours

__all__ = ["LogIn", "Refused", "log_in", "own_password", "second_factor", "too_many", "wait", "write_attempt"]

_WRONG = Fault(
    where="password",
    found="a name and a password that do not belong together",
    allowed="those of an open account",
    remedy="type both again, or ask the administrator",
)
_WRONG_CODE = Fault(
    where="code",
    found="a code that is not right, or was used",
    allowed="the six digits that the authenticator shows now, each once",
    remedy="wait for the next code",
)


@dataclass(frozen=True, kw_only=True)
class LogIn:
    """A log-in that was begun: the token of its session."""

    token: str
    account: Account
    second_factor_due: bool


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Why nobody was logged in, told so that nobody learns who has an account."""

    fault: Fault


def log_in(unit: Unit, login: str, password: str, address: str, choices: SiteChoices) -> LogIn | Refused:
    """Log in from ``address``; every try is written down, right or wrong.

    Where a code is still due the right password is no success yet: it would forgive the wrong codes before
    it, and whoever has the password could try codes for ever.
    """
    login = login.strip().lower()[:64]
    if too_many(unit, login, address, choices):
        unit.audit("log-in-refused", {"why": "too many attempts", "address": address}, subject=login)
        return Refused(fault=wait(choices, "password"))
    row = unit.connection.execute(select(account_table).where(account_table.c.login == login)).one_or_none()
    right = is_right(password, row.password_hash if row is not None and row.active else None)
    known = account_by_login(unit.connection, login)
    if not (right and known is not None and known.totp_on):  # else only the code makes it a success
        write_attempt(unit, login, address, succeeded=right)
    if not right or known is None:
        unit.audit("log-in-refused", {"why": "wrong name or password", "address": address}, subject=login)
        return Refused(fault=_WRONG)
    token = begin_session(unit, known, second_factor_due=known.totp_on)
    told = {"account": known.name, "second_factor_due": known.totp_on, "address": address}
    unit.audit("log-in", told, subject=known.id)
    return LogIn(token=token, account=known, second_factor_due=known.totp_on)


def second_factor(
    unit: Unit, held: OpenSession, code: str, address: str, choices: SiteChoices
) -> LogIn | Refused:
    """Finish a log-in with the code of the second factor."""
    login = held.account.login
    if too_many(unit, login, address, choices):
        unit.audit("log-in-refused", {"why": "too many codes", "address": address}, subject=login)
        return Refused(fault=wait(choices, "code"))
    right = is_right_code(unit, held.account.id, code)
    write_attempt(unit, login, address, succeeded=right)
    if not right:
        unit.audit("log-in-refused", {"why": "wrong code", "address": address}, subject=login)
        return Refused(fault=_WRONG_CODE)
    unit.audit("second-factor", subject=held.account.id)
    return LogIn(token=pass_second_factor(unit, held), account=held.account, second_factor_due=False)


def wait(choices: SiteChoices, where: str) -> Fault:
    """That too many attempts failed, told at a field."""
    minutes = round(choices.settings.value("log_in_window", "min"))
    return Fault(
        where=where,
        found="too many failed attempts",
        allowed=f"another try in {minutes} min",
        remedy="wait, or ask the administrator",
    )


def write_attempt(unit: Unit, login: str, address: str, *, succeeded: bool) -> None:
    """Keep that somebody tried, right or wrong."""
    unit.connection.execute(
        insert(login_attempt).values(login=login, address=address, at_us=unit.at_us, succeeded=int(succeeded))
    )


def too_many(unit: Unit, login: str, address: str, choices: SiteChoices) -> bool:
    """Whether the account, or the address, failed too often within the window.

    A success forgives the failures of its account. Of an address it forgives those under the same name
    alone: else whoever has one account could try the passwords of all others from there for ever.
    """
    unit.alone_with(f"log-in of {login}", f"log-in from {address}")  # tries at once count one after another
    since_us = unit.at_us - us_of_hours(choices.settings.value("log_in_window", "h"))
    of_account = choices.settings.value("log_in_attempts", "count")
    of_address = choices.settings.value("log_in_attempts_of_an_address", "count")
    return (
        _failures(unit, since_us, login_attempt.c.login == login) >= of_account
        or _failures(unit, since_us, login_attempt.c.address == address, forgiven_at=address) >= of_address
    )


def _failures(
    unit: Unit, since_us: int, whose: ColumnElement[bool], *, forgiven_at: str | None = None
) -> int:
    """Failures since ``since_us`` after which their name had no success (at the address ``forgiven_at``)."""
    later = login_attempt.alias("later")
    forgiven = select(later.c.id).where(
        later.c.succeeded == 1, later.c.login == login_attempt.c.login, later.c.id > login_attempt.c.id
    )
    if forgiven_at is not None:
        forgiven = forgiven.where(later.c.address == forgiven_at)
    wanted = select(func.count()).where(
        whose, login_attempt.c.succeeded == 0, login_attempt.c.at_us > since_us, ~forgiven.exists()
    )
    return int(unit.connection.execute(wanted).scalar_one())


def own_password(
    unit: Unit, account: Account, typed: str, address: str, choices: SiteChoices, *, where: str
) -> Fault | None:
    """What is wrong with the password that somebody who is logged in types again; a wrong one is an attempt.

    Whoever sits at an open screen must know the password to change how the account is guarded. A right one
    is written down as no success: it must not forgive the wrong codes of a second factor.
    """
    if too_many(unit, account.login, address, choices):
        unit.audit("password-refused", {"why": "too many attempts", "address": address}, subject=account.id)
        return wait(choices, where)
    kept = select(account_table.c.password_hash).where(account_table.c.id == account.id)
    if is_right(typed, unit.connection.execute(kept).scalar()):
        return None
    write_attempt(unit, account.login, address, succeeded=False)
    unit.audit("password-refused", {"why": "wrong password", "address": address}, subject=account.id)
    return Fault(
        where=where,
        found="a password that is not yours",
        allowed="your password of now",
        remedy="type it again, or ask the administrator for a new one",
    )
