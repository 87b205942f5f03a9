"""The calendar feed: what it tells, to whom, and for how long."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select
from tests.clinic.conftest import Clock
from tests.clinic.due.laid_out import CHOICES, booked, needs, of_team, patient, today

from cisterna.care.need import NeedKind
from cisterna.clinic.accounts import Account, add_account, change_account
from cisterna.clinic.appointments import Booking, move
from cisterna.clinic.calendar import links_of, make_link, owner_of, revoke_link
from cisterna.clinic.calendar.feed import as_calendar, entries
from cisterna.clinic.database import Actor, Database, Unit
from cisterna.clinic.database.tables import audit, calendar_link
from cisterna.clinic.due.repository import Span
from cisterna.clinic.due.service import start_of
from cisterna.clinic.permissions import Role
from cisterna.errors import InputError, NotFoundError

PASSWORD = "five invented words here"


@pytest.fixture
def owner(database: Database, nurse: Actor) -> Account:
    """A nurse with an account."""
    with database.unit(nurse) as unit:
        return add_account(
            unit, login="heron", name="Ruth Heron", role=Role.NURSE, password=PASSWORD, must_change=False
        )


def events(unit: Unit, shows: str = "number", mine: str | None = None) -> list[Any]:
    """The events of the feed, read back by the library that phones' programs resemble."""
    span = Span.of(CHOICES, today(unit), start_of(today(unit), CHOICES))
    read = Calendar.from_ical(as_calendar(entries(unit.connection, span, shows, mine), unit.at_us))
    return list(read.walk("VEVENT"))


def test_it_lists_what_is_due_and_what_is_booked(database: Database, nurse: Actor) -> None:
    """A need is a whole day, a visit an instant; not what is called off, past, without a day or far ahead."""
    with database.unit(nurse) as unit:
        held = patient(unit, "4471 0286", "Vidal")
        needs(unit, held, (NeedKind.REFILL, 3), (NeedKind.ASSESSMENT, 90), (NeedKind.TRIAL_TO_BOOK, -1))
        booked(unit, held, "refill", days=2)
        booked(unit, held, "refill", days=4, state="called-off")
        booked(unit, held, "assessment", days=-2)
        due, visit = events(unit)
        assert due["summary"] == "Refill due, 4471 0286"
        assert due["dtstart"].dt == today(unit) + timedelta(days=3)
        assert due["dtend"].dt == today(unit) + timedelta(days=4)
        assert visit["summary"] == "Refill, 4471 0286"
        assert isinstance(visit["dtstart"].dt, datetime)
        assert visit["dtstart"].dt.tzinfo is not None


@pytest.mark.parametrize(
    ("shows", "words"),
    [("number", "Refill due, 0286"), ("initials", "Refill due, I. V."), ("nobody", "Refill due")],
)  # fmt: skip
def test_no_name_is_ever_told(database: Database, nurse: Actor, shows: str, words: str) -> None:
    """Whatever the site chose, neither name stands anywhere in the file."""
    with database.unit(nurse) as unit:
        needs(unit, patient(unit, "0286", "Vidal"), (NeedKind.REFILL, 3))
        (found,) = events(unit, shows)
        assert found["summary"] == words
        text = found.to_ical().decode()
        assert "Vidal" not in text
        assert "Ina" not in text


def test_an_entry_keeps_its_name_when_it_moves(database: Database, nurse: Actor, clock: Clock) -> None:
    """A moved visit has its UID and a higher sequence; a need that is due later has its UID too."""
    with database.unit(nurse) as unit:
        held = patient(unit, "1")
        needs(unit, held, (NeedKind.REFILL, 3), (NeedKind.ALARM, 0), (NeedKind.ALARM, 1))
        visit_id = booked(unit, held, "assessment", days=2)
        before = {str(each["uid"]): each for each in events(unit)}
        assert len(before) == 4
        at = datetime.fromisoformat("2026-11-24T09:00:00+00:00")
        booking = Booking(kind="assessment", at=at, with_whom="")
        move(unit, held, visit_id, booking, seen_version=1)
        needs(unit, held, (NeedKind.REFILL, 5), (NeedKind.ALARM, 0), (NeedKind.ALARM, 1))
    clock.move(days=1)
    with database.unit(nurse) as unit:
        after = {str(each["uid"]): each for each in events(unit)}
    assert set(after) == set(before)
    (moved,) = [each for each in after.values() if each["sequence"] == 1]
    assert moved["dtstart"].dt == at


def test_mine_are_those_of_my_team(database: Database, nurse: Actor, owner: Account) -> None:
    """The address for one's own patients leaves the others out, needs and visits alike."""
    with database.unit(nurse) as unit:
        for number in ("1", "2"):
            held = patient(unit, number)
            needs(unit, held, (NeedKind.REFILL, 3))
            booked(unit, held, "refill", days=2)
            if number == "2":
                of_team(unit, held, "nurse", owner.name, owner.id)
        assert {str(each["summary"])[-1] for each in events(unit)} == {"1", "2"}
        assert {str(each["summary"])[-1] for each in events(unit, mine=owner.id)} == {"2"}


def test_a_link_opens_until_it_is_revoked_or_its_owner_may_no_more(
    database: Database, nurse: Actor, owner: Account
) -> None:
    """The secret is kept as a hash only; revoked, of a closed account or another role it opens nothing."""
    with database.unit(owner.actor) as unit:
        secret, second = make_link(unit, "my phone"), make_link(unit, "my tablet")
        assert owner_of(unit.connection, secret) == owner
        assert owner_of(unit.connection, secret + "x") is None
        kept = json.dumps([list(row) for row in unit.connection.execute(select(calendar_link))])
        told = json.dumps([list(row) for row in unit.connection.execute(select(audit))])
        assert secret not in kept + told
        hashed = next(
            each.token_hash for each in links_of(unit.connection, owner.id) if each.label == "my phone"
        )
        revoke_link(unit, hashed)
        assert owner_of(unit.connection, secret) is None
        with pytest.raises(NotFoundError):
            revoke_link(unit, hashed)
        assert owner_of(unit.connection, second) == owner
    with database.unit(nurse) as unit:
        change_account(unit, owner.id, name=owner.name, role=Role.EMERGENCY_READER, active=True)
        assert owner_of(unit.connection, second) is None
        change_account(unit, owner.id, name=owner.name, role=Role.NURSE, active=False)
        assert owner_of(unit.connection, second) is None


def test_nobody_revokes_the_link_of_another(database: Database, nurse: Actor, owner: Account) -> None:
    """A link belongs to one account; its hash in another's hands revokes nothing."""
    with database.unit(owner.actor) as unit:
        secret = make_link(unit, "my phone")
        hashed = links_of(unit.connection, owner.id)[0].token_hash
    with database.unit(nurse) as unit, pytest.raises(NotFoundError):
        revoke_link(unit, hashed)
    with database.unit(owner.actor) as unit:
        assert owner_of(unit.connection, secret) == owner
        for label in ("", " ", "x" * 101):
            with pytest.raises(InputError, match="label"):
                make_link(unit, label)


def test_days_are_days(database: Database, nurse: Actor) -> None:
    """What is due is no instant: it is on the same day in every zone of a phone."""
    with database.unit(nurse) as unit:
        needs(unit, patient(unit, "1"), (NeedKind.REPLACEMENT, 0))
        (found,) = events(unit)
    assert type(found["dtstart"].dt) is date
