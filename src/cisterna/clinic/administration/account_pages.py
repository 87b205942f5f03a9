"""Accounts: who may log in, under which role; new passwords, lost telephones, log-ins to end."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from cisterna.clinic.accounts import (
    account_of,
    add_account,
    all_accounts,
    change_account,
    end_sessions_of,
    set_password,
    stop_totp,
)
from cisterna.clinic.permissions import Action as Doing
from cisterna.clinic.permissions import Role
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.errors import Fault, InputError

__all__ = ["MAY", "router"]

router = APIRouter(prefix="/administration/accounts")
Text = Annotated[str, Form(max_length=1000)]
Administrator = Annotated[Desk, desk_for(Doing.ADMINISTER_ACCOUNTS)]
_ROLES = tuple((role.value, role.value.replace("-", " ")) for role in Role)
_WORDS = 5
MAY = {
    Role.ADMINISTRATOR: "accounts, settings, audit, backup, export of everything; reads no therapy",
    Role.PHYSICIAN: "everything clinical, implants and the end of a therapy among it",
    Role.NURSE: "refills, changes of dose, events, corrections, assessments; confirms programs",
    Role.THERAPIST: "assessments and documents; reads the therapy",
    Role.SCHEDULER: "what is due, the diary, who a patient is; reads no therapy",
    Role.EMERGENCY_READER: "the sheets, and a patient's current therapy after giving a reason",
}
"""What a role is for, in a line; :mod:`cisterna.clinic.permissions` decides."""


@router.get("")
def accounts(desk: Administrator) -> Response:
    """Everybody who may log in, and the form for one more."""
    return _list(desk, EMPTY)


@router.post("")
def add(desk: Administrator, login: Text = "", name: Text = "", role: Text = "") -> Response:
    """A new account with a password that is shown once and must be changed at the first log-in."""
    password = _first_password()
    try:
        with desk.unit() as unit:
            made = add_account(
                unit, login=login, name=name, role=_role(role), password=password, must_change=True
            )
    except InputError as error:
        return _list(desk, FormState({"login": login, "name": name, "role": role}, error.faults), 422)
    return desk.page(
        "administration/password.html",
        title="New account",
        place="/administration",
        account=made,
        password=password,
        what="added",
    )


@router.get("/{account_id}")
def one(desk: Administrator, account_id: str) -> Response:
    """One account."""
    return _one(desk, account_id, EMPTY)


@router.post("/{account_id}")
def change(
    desk: Administrator, account_id: str, name: Text = "", role: Text = "", active: Text = ""
) -> Response:
    """Another name or role, or close or open the account; a closed one is logged out everywhere."""
    try:
        with desk.unit() as unit:
            change_account(unit, account_id, name=name, role=_role(role), active=active == "yes")
            if active != "yes":
                end_sessions_of(unit, account_id)
    except InputError as error:
        return _one(
            desk, account_id, FormState({"name": name, "role": role, "active": active}, error.faults), 422
        )
    return desk.go("/administration/accounts", "saved")


@router.post("/{account_id}/password")
def new_password(desk: Administrator, account_id: str) -> Response:
    """A new password, shown once; the account is logged out everywhere."""
    password = _first_password()
    with desk.unit() as unit:
        known = account_of(unit.connection, account_id)
        set_password(unit, account_id, password, must_change=True)
        end_sessions_of(unit, account_id)
    return desk.page(
        "administration/password.html",
        title="New password",
        place="/administration",
        account=known,
        password=password,
        what="given a new password",
    )


@router.post("/{account_id}/second-factor")
def lost_telephone(desk: Administrator, account_id: str) -> Response:
    """Take the second factor off, for a lost telephone."""
    with desk.unit() as unit:
        stop_totp(unit, account_id)
    return desk.go(f"/administration/accounts/{account_id}", "second-factor-off")


@router.post("/{account_id}/log-out")
def log_out_everywhere(desk: Administrator, account_id: str) -> Response:
    """End every log-in of an account."""
    with desk.unit() as unit:
        end_sessions_of(unit, account_id)
    return desk.go(f"/administration/accounts/{account_id}", "revoked")


def _list(desk: Desk, form: FormState, status: int = 200) -> Response:
    with desk.unit() as unit:
        everybody = all_accounts(unit.connection)
        unit.audit("read", {"page": "accounts"})
    return desk.page(
        "administration/accounts.html",
        title="Accounts",
        place="/administration",
        accounts=everybody,
        roles=_ROLES,
        roles_may=tuple((role.value.replace("-", " "), may) for role, may in MAY.items()),
        form=form,
        status=status,
    )


def _one(desk: Desk, account_id: str, form: FormState, status: int = 200) -> Response:
    with desk.unit() as unit:
        known = account_of(unit.connection, account_id)
        unit.audit("read", {"page": "account"}, subject=account_id)
    return desk.page(
        "administration/account.html",
        title=known.name,
        place="/administration",
        account=known,
        roles=_ROLES,
        form=form,
        status=status,
    )


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        allowed = ", ".join(words for _, words in _ROLES)
        raise InputError(
            Fault(where="role", found=f"'{text}'", allowed=allowed, remedy="choose one of them")
        ) from None


def _first_password() -> str:
    """A random password that can be read to somebody: five groups of four."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(_WORDS))
