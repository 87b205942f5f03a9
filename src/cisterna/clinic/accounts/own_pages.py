"""The pages of one's own account: password, second factor."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response
from markupsafe import Markup

from cisterna.clinic.accounts.accounts import set_password
from cisterna.clinic.accounts.log_in import own_password
from cisterna.clinic.accounts.passwords import SHORTEST
from cisterna.clinic.accounts.sessions import end_sessions_of
from cisterna.clinic.accounts.totp import begin_totp, drawing, finish_totp, stop_totp
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.errors import Fault, InputError

__all__ = ["router"]

router = APIRouter(prefix="/account")
Text = Annotated[str, Form(max_length=1000)]
Owner = Annotated[Desk, desk_for(Action.OWN_ACCOUNT)]


@router.get("/password")
def password_page(desk: Owner) -> Response:
    """The form for another password."""
    return _password(desk, EMPTY)


@router.post("/password")
def change_password(desk: Owner, now: Text = "", password: Text = "", again: Text = "") -> Response:
    """Change one's own password; every other log-in of the account ends."""
    try:
        _check_password(desk, now, "now")
        if password != again:
            raise InputError(
                Fault(
                    where="again",
                    found="another password",
                    allowed="the same password twice",
                    remedy="type both again",
                )
            )
        with desk.unit() as unit:
            set_password(unit, desk.account.id, password, must_change=False)
            end_sessions_of(unit, desk.account.id, but=desk.session.token_hash if desk.session else "")
    except InputError as error:
        return _password(desk, FormState({}, error.faults), status=422)
    return desk.go("/", "password")


def _password(desk: Desk, form: FormState, status: int = 200) -> Response:
    return desk.page(
        "accounts/password.html",
        title="Password",
        form=form,
        login=desk.account.login,
        must_change=desk.account.must_change,
        least=SHORTEST,
        status=status,
    )


def _check_password(desk: Desk, typed: str, where: str) -> None:
    """Refuse a wrong password; the try is written in a unit of its own, so that it stays written."""
    with desk.unit() as unit:
        refused = own_password(unit, desk.account, typed, desk.address, desk.choices, where=where)
    if refused is not None:
        raise InputError(refused)


@router.get("/second-factor")
def factor_page(desk: Owner) -> Response:
    """What the second factor is, and switching it on or off."""
    return _factor(desk, EMPTY)


@router.post("/second-factor/on")
def factor_on(desk: Owner, code: Text = "") -> Response:
    """Switch the second factor on by its first code."""
    try:
        with desk.unit() as unit:
            finish_totp(unit, desk.account.id, code)
            end_sessions_of(unit, desk.account.id, but=desk.session.token_hash if desk.session else "")
    except InputError as error:
        return _factor(desk, FormState({}, error.faults), status=422)
    return desk.go("/account/second-factor", "second-factor-on")


@router.post("/second-factor/off")
def factor_off(desk: Owner, password: Text = "") -> Response:
    """Switch the second factor off; the password is asked for."""
    try:
        _check_password(desk, password, "password")
        with desk.unit() as unit:
            stop_totp(unit, desk.account.id)
    except InputError as error:
        return _factor(desk, FormState({}, error.faults), status=422)
    return desk.go("/account/second-factor", "second-factor-off")


def _factor(desk: Desk, form: FormState, status: int = 200) -> Response:
    secret, code = "", Markup()
    if not desk.account.totp_on:
        with desk.unit() as unit:
            secret = begin_totp(unit, desk.account.id)
        code = Markup(drawing(secret, desk.account.login))  # noqa: S704  drawn by segno from our own text
    return desk.page(
        "accounts/second_factor.html",
        title="Second factor",
        form=form,
        login=desk.account.login,
        is_on=desk.account.totp_on,
        secret=secret,
        code=code,
        status=status,
    )
