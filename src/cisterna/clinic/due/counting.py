"""How many things are due now or soon: the count in the navigation."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from cisterna.care.need import UNDATED
from cisterna.clinic.database.tables import need
from cisterna.clinic.settings.site import SiteChoices
from cisterna.instants import utc

__all__ = ["soon_until", "today_of", "waiting"]


def today_of(choices: SiteChoices, now_us: int) -> date:
    """The day at the site."""
    return utc(now_us).astimezone(choices.zone).date()


def soon_until(choices: SiteChoices, today: date) -> date:
    """The last day that counts as soon."""
    return today + timedelta(days=choices.settings.value("due_soon", "days"))


def waiting(connection: Connection, choices: SiteChoices, now_us: int) -> int:
    """How many needs are due by the last day that counts as soon, and are to be shown today.

    What has no day by which is not among them.
    """
    today = today_of(choices, now_us)
    wanted = select(func.count()).where(
        need.c.due_on <= soon_until(choices, today).isoformat(),
        need.c.shown_from <= today.isoformat(),
        need.c.kind.not_in(UNDATED),
    )
    return int(connection.execute(wanted).scalar_one())
