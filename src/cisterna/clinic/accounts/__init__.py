"""People: accounts, passwords, log-ins that last and can be revoked, a second factor, limited attempts."""

from cisterna.clinic.accounts.accounts import (
    Account,
    account_by_login,
    account_of,
    add_account,
    all_accounts,
    change_account,
    no_account_yet,
    set_password,
)
from cisterna.clinic.accounts.glass import break_the_glass, has_broken_glass
from cisterna.clinic.accounts.log_in import LogIn, Refused, log_in, second_factor
from cisterna.clinic.accounts.sessions import OpenSession, end_session, end_sessions_of, session_of
from cisterna.clinic.accounts.totp import begin_totp, finish_totp, stop_totp

__all__ = [
    "Account",
    "LogIn",
    "OpenSession",
    "Refused",
    "account_by_login",
    "account_of",
    "add_account",
    "all_accounts",
    "begin_totp",
    "break_the_glass",
    "change_account",
    "end_session",
    "end_sessions_of",
    "finish_totp",
    "has_broken_glass",
    "log_in",
    "no_account_yet",
    "second_factor",
    "session_of",
    "set_password",
    "stop_totp",
]
