"""The places of the application that a role may go to, with how many wait there."""

from __future__ import annotations

from sqlalchemy import Connection

from cisterna.clinic.due.counting import waiting
from cisterna.clinic.permissions import Action, Role, may
from cisterna.clinic.settings.site import SiteChoices
from cisterna.clinic.web.shell import NavItem

__all__ = ["navigation", "user_menu"]

_PLACES = (
    ("Due", "/due", Action.SEE_DUE),
    ("Patients", "/patients", Action.SEE_PATIENT),
    ("Trials", "/trials", Action.SEE_THERAPY),
    ("Implants", "/implants", Action.SEE_LEDGER),
    ("Sheets", "/sheets", Action.SEE_SHEETS),
    ("Administration", "/administration", Action.ADMINISTER_SETTINGS),
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
        NavItem(words="Password", href="/account/password"),
        NavItem(words="Second factor", href="/account/second-factor"),
        NavItem(words="Calendar feed", href="/account/calendar"),
    )
