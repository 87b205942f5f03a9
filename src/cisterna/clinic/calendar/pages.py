"""One's own calendar links, and the feed that they open."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from cisterna.clinic.calendar.feed import as_calendar, entries
from cisterna.clinic.calendar.links import links_of, make_link, owner_of, revoke_link
from cisterna.clinic.due.counting import today_of
from cisterna.clinic.due.repository import Span
from cisterna.clinic.due.service import start_of
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Anybody, Desk, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.errors import InputError, NotFoundError

__all__ = ["router"]

router = APIRouter()
Subscriber = Annotated[Desk, desk_for(Action.SUBSCRIBE_CALENDAR)]
Text = Annotated[str, Form(max_length=1000)]


@router.get("/account/calendar")
def links(desk: Subscriber) -> Response:
    """One's links, and the form for another."""
    return _links(desk, EMPTY)


@router.post("/account/calendar")
def make(desk: Subscriber, label: Text = "") -> Response:
    """Make a link; its address is shown on this answer and never again."""
    try:
        with desk.unit() as unit:
            secret = make_link(unit, label)
    except InputError as error:
        return _links(desk, FormState({"label": label}, error.faults), status=422)
    return _links(desk, EMPTY, address=f"{desk.request.base_url}calendar/{secret}.ics")


@router.post("/account/calendar/revoke")
def revoke(desk: Subscriber, link: Text = "") -> Response:
    """Revoke a link; ``link`` is its hash."""
    with desk.unit() as unit:
        revoke_link(unit, link)
    return desk.go("/account/calendar", "revoked")


def _links(desk: Desk, form: FormState, *, address: str = "", status: int = 200) -> Response:
    with desk.unit() as unit:
        found = links_of(unit.connection, desk.account.id)
        unit.audit("read", {"page": "Calendar links"})
    return desk.page(
        "calendar/links.html",
        title="Calendar feed",
        form=form,
        links=found,
        address=address,
        shows=desk.choices.word("calendar_shows"),
        is_off=desk.choices.word("calendar_feed") == "no",
        zone=desk.choices.zone,
        status=status,
    )


@router.get("/calendar/{secret}.ics")
def feed(desk: Anybody, secret: str, mine: str = "") -> Response:
    """The calendar behind a secret link; nothing where it was revoked, as if it had never been."""
    with desk.database.reading() as connection:
        owner = owner_of(connection, secret)
    if owner is None or desk.choices.word("calendar_feed") == "no":
        with desk.database.unit(desk.actor) as unit:
            unit.audit(
                "refused", {"action": Action.SUBSCRIBE_CALENDAR.value}, subject="/calendar/{secret}.ics"
            )
        raise NotFoundError(
            "There is no calendar at this address. It may have been revoked; make a new link."
        )
    with desk.database.unit(owner.actor) as unit:
        today = today_of(desk.choices, unit.at_us)
        span = Span.of(desk.choices, today, start_of(today, desk.choices))
        shows = desk.choices.word("calendar_shows")
        told = entries(unit.connection, span, shows, owner.id if mine == "yes" else None)
        unit.audit("calendar-feed", {"entries": len(told), "mine": mine == "yes", "shows": shows})
    return Response(as_calendar(told, span.since_us), media_type="text/calendar; charset=utf-8")
