"""A second person beside the one who is logged in: known by their own name and password, with no session."""

from __future__ import annotations

from sqlalchemy import select

from cisterna.clinic.accounts.accounts import Account, account_by_login
from cisterna.clinic.accounts.log_in import Refused, too_many, wait, write_attempt
from cisterna.clinic.accounts.passwords import is_right
from cisterna.clinic.accounts.totp import is_right_code
from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import account as account_table
from cisterna.clinic.permissions import Action, may, roles_of
from cisterna.clinic.settings.site import SiteChoices
from cisterna.errors import Fault

__all__ = ["known_second_person"]

_WRONG = Fault(
    where="second_password",
    found="a name, password and code that do not belong together",
    allowed="those of an open account; the code where that account has a second factor",
    remedy="type all of them again",
)


def known_second_person(
    unit: Unit,
    *,
    login: str,
    password: str,
    code: str,
    address: str,
    action: Action,
    not_these: frozenset[str],
    choices: SiteChoices,
) -> Account | Refused:
    """Who confirms beside the one who acts; every try counts as an attempt to log in and is audited.

    It must be somebody who may do ``action`` and is none of the accounts ``not_these``. The session of the
    one who is logged in stays as it is.
    """
    login = login.strip().lower()[:64]
    if too_many(unit, login, address, choices):
        unit.audit("second-person-refused", {"why": "too many attempts", "address": address}, subject=login)
        return Refused(fault=wait(choices, "second_password"))
    row = unit.connection.execute(select(account_table).where(account_table.c.login == login)).one_or_none()
    right = is_right(password, row.password_hash if row is not None and row.active else None)
    known = account_by_login(unit.connection, login)
    if right and known is not None and known.totp_on:
        right = is_right_code(unit, known.id, code)
    write_attempt(unit, login, address, succeeded=right)
    if not right or known is None:
        unit.audit("second-person-refused", {"why": "wrong name, password or code"}, subject=login)
        return Refused(fault=_WRONG)
    problem = _problem(known, action, not_these)
    if problem is not None:
        unit.audit("second-person-refused", {"why": problem.found}, subject=known.id)
        return Refused(fault=problem)
    unit.audit("second-person", {"name": known.name, "action": action.value}, subject=known.id)
    return known


def _problem(known: Account, action: Action, not_these: frozenset[str]) -> Fault | None:
    if known.id in not_these:
        return Fault(
            where="second_login",
            found="the one who typed it",
            allowed="another person",
            remedy="let somebody else look at it and confirm",
        )
    if not may(known.role, action):
        return Fault(
            where="second_login",
            found=f"an account that may not confirm this ({known.role.value})",
            allowed=" or ".join(role.value for role in roles_of(action)),
            remedy="ask a colleague who may",
        )
    if known.must_change:
        return Fault(
            where="second_login",
            found="an account whose password was given by somebody else",
            allowed="an account with a password of its own",
            remedy="let them log in once and choose a password",
        )
    return None
