"""The outbox as the administrator sees it: what was sent, what waits and why, what nobody knows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from cisterna.clinic.mail import repository
from cisterna.clinic.mail.service import is_ready, send_again
from cisterna.clinic.mail.smtp import PASSWORD_VARIABLE
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk, desk_for

__all__ = ["router"]

router = APIRouter(prefix="/administration/mail")
Administrator = Annotated[Desk, desk_for(Action.ADMINISTER_SETTINGS)]
Text = Annotated[str, Form(max_length=400)]
_SHOWN = 200


@router.get("")
def outbox(desk: Administrator) -> Response:
    """The last mails, each with what became of it."""
    with desk.unit() as unit:
        found = repository.mails(unit.connection, _SHOWN)
        unit.audit("read", {"page": "mail"})
    return desk.page(
        "mail/outbox.html",
        title="Daily mail",
        place="/administration",
        found=found,
        ready=is_ready(desk.choices),
        choices=desk.choices,
        variable=PASSWORD_VARIABLE,
        zone=desk.choices.zone,
    )


@router.post("/again")
def again(desk: Administrator, day: Text = "", addressee: Text = "") -> Response:
    """Send a mail of which nobody knows whether it was sent once more."""
    with desk.unit() as unit:
        send_again(unit, day, addressee)
    return desk.go("/administration/mail", "saved")
