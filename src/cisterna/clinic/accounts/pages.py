"""The pages by which people come in: first start, log-in and log-out, the code of the second factor."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from cisterna.clinic.accounts.accounts import Account, add_account, no_account_yet
from cisterna.clinic.accounts.log_in import LogIn, Refused, log_in, second_factor
from cisterna.clinic.accounts.passwords import SHORTEST
from cisterna.clinic.accounts.sessions import OpenSession, end_session
from cisterna.clinic.database import Unit
from cisterna.clinic.permissions import Action, Role
from cisterna.clinic.settings.site import change_setting, zone_names
from cisterna.clinic.web.desk import COOKIE, Anybody, Desk, Elsewhere, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.errors import Fault, InputError

__all__ = ["router"]

router = APIRouter()
Text = Annotated[str, Form(max_length=1000)]
Owner = Annotated[Desk, desk_for(Action.OWN_ACCOUNT)]


# -------------------------------------------------------------------------------- first start


@router.get("/first-start")
def first_start(desk: Anybody) -> Response:
    """The form that makes the first administrator; there is none once somebody can log in."""
    _check_nobody_is_here(desk)
    return _first_start(desk, EMPTY)


@router.post("/first-start")
def make_first_administrator(
    desk: Anybody,
    account: Text = "",
    full_name: Text = "",
    password: Text = "",
    password_again: Text = "",
    code: Text = "",
    zone: Text = "",
) -> Response:
    """Make the first administrator, choose the time zone, and log in."""
    _check_nobody_is_here(desk)
    try:
        faults = (*_code_faults(desk, code), *_again_faults(password, password_again))
        with desk.database.unit(desk.actor) as unit:
            unit.audit("first-start")  # holds the audit's head, so that only one of two at once is the first
            if not no_account_yet(unit.connection):
                raise Elsewhere("/log-in")
            made = _first(unit, account, full_name, password, faults)
            if zone:
                change_setting(unit, "zone", zone)
            begun = log_in(unit, made.login, password, desk.address, desk.choices)
    except InputError as error:
        told = tuple(fault.at(_FIELDS.get(fault.where, fault.where)) for fault in error.faults)
        typed = {"account": account, "full_name": full_name, "code": code, "zone": zone}
        return _first_start(desk, FormState(typed, told, _LABELS), status=422)
    return _begun(desk, begun, "/administration/accounts") if isinstance(begun, LogIn) else desk.go("/log-in")


_FIELDS = {"login": "account", "name": "full_name"}
"""The fields of the form that stand for the parts of an account."""

_LABELS = {
    "account": "Account",
    "full_name": "Your name",
    "password": "Password",
    "password_again": "Password once more",
    "code": "Code",
    "zone": "Time zone of the clinic",
}
"""What the fields of the first start are called in the list of its faults."""


def _first(unit: Unit, login: str, name: str, password: str, faults: tuple[Fault, ...]) -> Account:
    """The first administrator, or every fault of the form."""
    try:
        made = add_account(
            unit, login=login, name=name, role=Role.ADMINISTRATOR, password=password, must_change=False
        )
    except InputError as error:
        raise InputError(*error.faults, *faults) from None
    if faults:
        raise InputError(*faults)
    return made


def _first_start(desk: Desk, form: FormState, status: int = 200) -> Response:
    return desk.page(
        "first_start.html",
        title="First start",
        form=form,
        action="/first-start",
        least=SHORTEST,
        zones=[(name, name) for name in zone_names()],
        needs_code=desk.request.app.state.setup_code is not None,
        status=status,
    )


def _check_nobody_is_here(desk: Desk) -> None:
    with desk.database.reading() as connection:
        if not no_account_yet(connection):
            raise Elsewhere("/log-in")


def _code_faults(desk: Desk, code: str) -> tuple[Fault, ...]:
    wanted = desk.request.app.state.setup_code
    typed = "".join(code.split()).replace("-", "").lower()
    if wanted is None or secrets.compare_digest(typed.encode(), wanted.replace("-", "").encode()):
        return ()
    return (
        Fault(
            where="code",
            found="a code that is not right",
            allowed="the code that the server printed when it started",
            remedy="look at the terminal in which 'cisterna serve' runs",
        ),
    )


def _again_faults(password: str, again: str) -> tuple[Fault, ...]:
    if password == again:
        return ()
    return (
        Fault(
            where="password_again",
            found="another password",
            allowed="the same password twice",
            remedy="type both again",
        ),
    )


# ------------------------------------------------------------------------------ log-in, log-out


@router.get("/")
def home(desk: Owner) -> Response:
    """The first place that the role may go to."""
    return desk.go(desk.shell("").navigation[0].href)


@router.get("/log-in")
def log_in_page(desk: Anybody) -> Response:
    """The log-in form."""
    with desk.database.reading() as connection:
        if no_account_yet(connection):
            raise Elsewhere("/first-start")
    return _log_in(desk, EMPTY)


@router.post("/log-in")
def begin(desk: Anybody, account: Text = "", password: Text = "") -> Response:
    """Log in."""
    with desk.database.unit(desk.actor) as unit:
        begun = log_in(unit, account, password, desk.address, desk.choices)
    if isinstance(begun, Refused):
        return _log_in(desk, FormState({"account": account}, (begun.fault,)), status=422)
    return _begun(desk, begun)


def _log_in(desk: Desk, form: FormState, status: int = 200) -> Response:
    return desk.page(
        "login.html",
        title="Log in",
        form=form,
        action="/log-in",
        next="",
        site=desk.choices.word("site_name"),
        demo=desk.request.app.state.demonstration_accounts,
        status=status,
    )


def _begun(desk: Desk, begun: LogIn, first: str = "/") -> Response:
    answer = desk.go("/second-factor" if begun.second_factor_due else first)
    secure = desk.request.url.scheme == "https"
    answer.set_cookie(COOKIE, begun.token, httponly=True, samesite="lax", secure=secure, path="/")
    return answer


@router.post("/log-out")
def log_out(desk: Owner) -> Response:
    """End this log-in."""
    with desk.unit() as unit:
        end_session(unit, desk.session.token_hash if desk.session else "")
        unit.audit("log-out", subject=desk.account.id)
    answer = desk.go("/log-in")
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/second-factor")
def second_factor_page(desk: Anybody) -> Response:
    """The form for the code of the second factor."""
    _held(desk)
    return _second_factor(desk, EMPTY)


@router.post("/second-factor")
def give_code(desk: Anybody, code: Text = "") -> Response:
    """Finish a log-in by its code."""
    held = _held(desk)
    with desk.database.unit(desk.actor) as unit:
        begun = second_factor(unit, held, code, desk.address, desk.choices)
    if isinstance(begun, Refused):
        return _second_factor(desk, FormState({}, (begun.fault,)), status=422)
    return _begun(desk, begun)


def _second_factor(desk: Desk, form: FormState, status: int = 200) -> Response:
    return desk.page(
        "second_factor.html",
        title="Second factor",
        form=form,
        action="/second-factor",
        log_in="/log-in",
        status=status,
    )


def _held(desk: Desk) -> OpenSession:
    """The log-in that waits for its code."""
    if desk.session is None or not desk.session.second_factor_due:
        raise Elsewhere("/log-in")
    return desk.session
