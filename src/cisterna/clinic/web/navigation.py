"""The places of the application that a role may go to, with how many wait there."""

from __future__ import annotations

from sqlalchemy import Connection

from cisterna.clinic.due.counting import waiting
from cisterna.clinic.permissions import Action, Role, may
from cisterna.clinic.settings.site import SiteChoices
from cisterna.clinic.web.messages import marked
from cisterna.clinic.web.shell import NavItem

__all__ = ["navigation", "user_menu"]

_PLACES = (
    (marked("Due"), "/due", Action.SEE_DUE),
    (marked("Patients"), "/patients", Action.SEE_PATIENT),
    (marked("Trials"), "/trials", Action.SEE_THERAPY),
    (marked("Implants"), "/implants", Action.SEE_LEDGER),
    (marked("Sheets"), "/sheets", Action.SEE_SHEETS),
    (marked("Administration"), "/administration", Action.ADMINISTER_SETTINGS),
)


def navigation(
    connection: Connection, role: Role, choices: SiteChoices, now_us: int, here: str = ""
) -> tuple[NavItem, ...]:
    """The places that ``role`` may go to."""
    return tuple(
        NavItem(
            words=words,
            href=href,
            count=waiting(connection, choices, now_us) if href == "/due" else None,
            here=href == here,
        )
        for words, href, action in _PLACES
        if may(role, action)
    )


def user_menu() -> tuple[NavItem, ...]:
    """What a person changes about the own account."""
    return (
        NavItem(words=marked("Password"), href="/account/password"),
        NavItem(words=marked("Second factor"), href="/account/second-factor"),
        NavItem(words=marked("Calendar feed"), href="/account/calendar"),
    )
