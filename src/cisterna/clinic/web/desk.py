"""What a route has at hand: who asks, from where, the database, and how to answer with a page.

A route names its action once, in :func:`desk_for`; whoever may not do it never reaches the route.

::

    @router.get("/due")
    def due(desk: Annotated[Desk, desk_for(Action.SEE_DUE)]) -> Response:
        with desk.unit() as unit:
            ...
        return desk.page("due/list.html", title="Due", ...)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cisterna.clinic.accounts.accounts import Account, no_account_yet
from cisterna.clinic.accounts.sessions import OpenSession, session_of, touch
from cisterna.clinic.database import Actor, Database, Unit
from cisterna.clinic.database.unit import NOBODY
from cisterna.clinic.permissions import Action, may
from cisterna.clinic.settings.site import SiteChoices, site_choices
from cisterna.clinic.web.form_text import Sent
from cisterna.clinic.web.languages import chosen
from cisterna.clinic.web.messages import catalogue, marked
from cisterna.clinic.web.navigation import navigation, user_menu
from cisterna.clinic.web.shell import Message, Shell
from cisterna.clinic.web.templates import render
from cisterna.errors import ForbiddenError

__all__ = ["COOKIE", "Anybody", "Desk", "Elsewhere", "desk_for", "open_desk"]

COOKIE = "cisterna_session"
_MESSAGE_COOKIE = "cisterna_said"


class Elsewhere(Exception):  # noqa: N818  a visitor is sent on, which is no error
    """The visitor must first go to ``address``."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One request: ``session`` is ``None`` where nobody is logged in."""

    request: Request
    database: Database
    choices: SiteChoices
    session: OpenSession | None = None

    @property
    def account(self) -> Account:
        """Who is logged in."""
        if self.session is None:
            raise Elsewhere("/log-in")
        return self.session.account

    @property
    def actor(self) -> Actor:
        """Who acts, for the audit."""
        return NOBODY if self.session is None else self.session.account.actor

    @property
    def now_us(self) -> int:
        """The instant of this request."""
        return self.database.clock_us()

    @property
    def address(self) -> str:
        """Where the request came from."""
        return self.request.client.host if self.request.client else "unknown"

    @property
    def is_demonstration(self) -> bool:
        """Whether every patient of this database is invented."""
        return bool(self.request.app.state.demonstration)

    @property
    def language(self) -> str:
        """The language of the answer."""
        return chosen(self.choices.word("language"), self.request.headers.get("accept-language", ""))

    def may(self, action: Action) -> bool:
        """Whether who is logged in may do ``action``."""
        return self.session is not None and may(self.account.role, action)

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """A unit of work of who is logged in."""
        with self.database.unit(self.actor) as unit:
            if self.session is not None:
                touch(unit, self.session)
            yield unit

    def shell(self, title: str, *, place: str = "") -> Shell:
        """The frame of a page; ``place`` is the address of its place in the navigation."""
        title = catalogue(self.language).gettext(title)
        if self.session is None or self.session.second_factor_due:
            return Shell(title=title, demonstration=self.is_demonstration)
        with self.database.reading() as connection:
            items = navigation(connection, self.account.role, self.choices, self.now_us, place)
        return Shell(
            title=title,
            user=self.account.name,
            role=self.account.role.value.replace("-", " "),
            navigation=items,
            account=user_menu(),
            search="/patients/find" if self.may(Action.FIND_PATIENT) else "",
            demonstration=self.is_demonstration,
            messages=self._said(),
        )

    def page(
        self, template: str, *, title: str, place: str = "", status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page as the answer; nothing of it may be kept by a cache."""
        shell = self.shell(title, place=place)
        answer = HTMLResponse(render(template, language=self.language, shell=shell, **values), status)
        if self.request.cookies.get(_MESSAGE_COOKIE):
            answer.delete_cookie(_MESSAGE_COOKIE)
        return answer

    def fragment(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A part of a page, for htmx."""
        return HTMLResponse(render(template, language=self.language, **values), status)

    def go(self, address: str, said: str = "") -> RedirectResponse:
        """Send the browser on after something was done; ``said`` names a sentence of :data:`SAID`."""
        answer = RedirectResponse(address, 303)
        if said:
            answer.set_cookie(_MESSAGE_COOKIE, said, max_age=60, httponly=True, samesite="lax")
        return answer

    def _said(self) -> tuple[Message, ...]:
        words = SAID.get(self.request.cookies.get(_MESSAGE_COOKIE, ""))
        return () if words is None else (Message(words=catalogue(self.language).gettext(words)),)


SAID = {
    "saved": marked("Saved."),
    "recorded": marked("Recorded."),
    "corrected": marked("Corrected. What was corrected stays readable."),
    "confirmed": marked("Confirmed by a second person."),
    "draft": marked("Saved as a draft. A second person checks it before it is recorded."),
    "checked": marked("Checked by a second person. It can be recorded once the pump was set."),
    "discarded": marked("Discarded. It stays readable."),
    "booked": marked("Booked."),
    "moved": marked("Moved."),
    "called-off": marked("Called off. The visit stays readable."),
    "kept": marked("Kept. It counts no more as a visit to come."),
    "password": marked("The password was changed."),
    "second-factor-on": marked("The second factor is on."),
    "second-factor-off": marked("The second factor is off."),
    "imported": marked("Imported."),
    "added": marked("Added."),
    "revoked": marked("Revoked."),
    "patient-added": marked("The patient was added. Implant, trial or tablets are recorded from here."),
}
"""The sentences that a page says once after what was done; a cookie carries the name only, never data."""


def open_desk(request: Request) -> Desk:
    """The desk of whoever asks, logged in or not."""
    database: Database = request.app.state.database
    token = request.cookies.get(COOKIE, "")
    with database.reading() as connection:
        choices = site_choices(connection)
        held = session_of(connection, token, database.clock_us(), choices) if token else None
    return Desk(request=request, database=database, choices=choices, session=held)


def desk_for(action: Action) -> Any:
    """The dependency of a route whose users must be allowed ``action``; what its form holds can be kept."""

    def checked(request: Request, sent: Sent) -> Desk:
        desk = open_desk(request)
        _check_log_in(desk)
        if not may(desk.account.role, action):
            with desk.unit() as unit:
                unit.audit("refused", {"action": action.value}, subject=_template_of(request))
            raise ForbiddenError(
                f"Your role ({desk.account.role.value}) does not allow this. "
                "Ask a colleague who may, or the administrator."
            )
        sent.check()
        return desk

    checked.action = action  # type: ignore[attr-defined]  # what the test of every route reads
    return Depends(checked)


def _visitors_desk(request: Request, sent: Sent) -> Desk:
    sent.check()
    return open_desk(request)


Anybody = Annotated[Desk, Depends(_visitors_desk)]
"""The desk of a route that needs no log-in."""


def _check_log_in(desk: Desk) -> None:
    path = desk.request.url.path
    if desk.session is None:
        with desk.database.reading() as connection:
            if no_account_yet(connection):
                raise Elsewhere("/first-start")
        raise Elsewhere("/log-in")
    if desk.session.second_factor_due:
        raise Elsewhere("/second-factor")
    if desk.account.must_change and path not in {"/account/password", "/log-out"}:
        raise Elsewhere("/account/password")
    wants = desk.choices.word("second_factor") == "yes" and not desk.account.totp_on
    if wants and not path.startswith("/account"):
        raise Elsewhere("/account/second-factor")


def _template_of(request: Request) -> str:
    """The path of the route with its places unfilled, so that no id stands where none belongs."""
    route = request.scope.get("route")
    return str(getattr(route, "path", ""))
