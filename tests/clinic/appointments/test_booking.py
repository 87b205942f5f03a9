"""Booking, moving and calling off visits: what the rules refuse, what they move, what stays readable."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from tests.clinic.conftest import Clock
from tests.clinic.due.laid_out import CHOICES, decided, patient, today

from cisterna.care.need import NeedKind
from cisterna.care.standing import Standing
from cisterna.clinic.appointments import Booking, book, call_off, keep, move
from cisterna.clinic.appointments.repository import visit_of
from cisterna.clinic.database import Actor, Database, Unit
from cisterna.clinic.database.tables import audit
from cisterna.clinic.due.chosen import Chosen
from cisterna.clinic.due.service import gathered
from cisterna.clinic.projection import needs_row, rebuild, standing_row
from cisterna.clinic.record import record_of
from cisterna.clinic.settings import change_setting
from cisterna.errors import InputError, NotFoundError, StaleRecordError
from cisterna.instants import instant_us, utc
from cisterna.therapy import DecisionKind


def on(unit: Unit, patient_id: str, day: date, kind: str = "refill", reason: str = "") -> Booking:
    """A booking at noon of a day where the patient lives."""
    zone = record_of(unit, patient_id)[1].therapy.zone
    return Booking(kind=kind, at=datetime.combine(day, time(12), zone), with_whom="R. Heron", reason=reason)


def standing(unit: Unit, patient_id: str) -> Standing:
    """Where the therapy stands."""
    stands = standing_row(unit.connection, patient_id)
    assert stands is not None
    return stands


def alarm_and_refill(unit: Unit, patient_id: str) -> tuple[date, date]:
    """The day of the low-reservoir alarm and the last day of refill."""
    dates = standing(unit, patient_id).dates
    assert dates is not None
    assert dates.low_reservoir_alarm_date.date is not None
    assert dates.refill_by_date.date is not None
    return dates.low_reservoir_alarm_date.date, dates.refill_by_date.date


@pytest.fixture
def held(database: Database, nurse: Actor, clock: Clock) -> str:
    """A patient whose alarm lies forty days ahead."""
    with database.unit(nurse) as unit:
        patient_id = patient(unit, "1")
        alarm, _ = alarm_and_refill(unit, patient_id)
    clock.now_us = instant_us(datetime.combine(alarm - timedelta(days=40), time(6), CHOICES.zone))
    return patient_id


def test_a_refill_on_the_day_of_the_alarm_is_refused_and_the_day_before_needs_a_reason(
    database: Database, nurse: Actor, held: str
) -> None:
    """Refused from the alarm on, whatever the reason; within the lead with a reason; before it without."""
    with database.unit(nurse) as unit:
        alarm, last = alarm_and_refill(unit, held)
        for day in (alarm, alarm + timedelta(days=5)):
            with pytest.raises(InputError) as refused:
                book(unit, held, on(unit, held, day, reason="she asked for it"))
            (fault,) = refused.value.faults
            assert fault.where == "at"
            assert "on or after the day of the alarm" in fault.found
            assert "Gillette" in fault.found
        for day in (alarm - timedelta(days=1), last + timedelta(days=1)):
            with pytest.raises(InputError) as asked:
                book(unit, held, on(unit, held, day, reason="  "))
            assert [fault.where for fault in asked.value.faults] == ["reason"]
        book(unit, held, on(unit, held, alarm - timedelta(days=1), reason="theatre that day"))
        book(unit, held, on(unit, held, last))
        other = book(unit, held, on(unit, held, alarm, kind="assessment"))
        assert visit_of(unit.connection, held, other).state == "booked"


def test_once_the_alarm_day_has_come_the_first_possible_day_can_be_booked(
    database: Database, nurse: Actor, held: str, clock: Clock
) -> None:
    """Nobody is left without a visit because the right days have passed; it needs a reason."""
    clock.move(days=41)
    with database.unit(nurse) as unit:
        with pytest.raises(InputError, match="No day before it is left"):
            book(unit, held, on(unit, held, today(unit)))
        book(unit, held, on(unit, held, today(unit), reason="first possible"))


def test_every_fault_of_a_booking_is_told_at_once(database: Database, nurse: Actor, held: str) -> None:
    """A day that has passed, no kind and a name too long are three faults; nothing is written."""
    with database.unit(nurse) as unit:
        wrong = Booking(
            kind="", at=datetime.combine(today(unit) - timedelta(days=1), time(9), CHOICES.zone),
            with_whom="x" * 201,
        )  # fmt: skip
        with pytest.raises(InputError) as refused:
            book(unit, held, wrong)
        assert [fault.where for fault in refused.value.faults] == ["kind", "at", "with_whom"]
        found = gathered(unit, CHOICES, Chosen(booked="yes", ahead="all"), "")
        assert found.total == 0


def test_a_planned_replacement_and_trial_move_what_is_due(
    database: Database, nurse: Actor, held: str
) -> None:
    """Booked, the need is due on the day of the visit; moved, it moves; called off, it is as before."""
    with database.unit(nurse) as unit:
        before = needs_row(unit.connection, held)
        first, second = today(unit) + timedelta(days=20), today(unit) + timedelta(days=25)
        visit_id = book(unit, held, on(unit, held, first, kind="screening"))
        assert [n.due_on for n in needs_row(unit.connection, held) if n.kind is NeedKind.SCREENING] == [first]
        move(unit, held, visit_id, on(unit, held, second, kind="screening"), seen_version=1)
        assert [n.due_on for n in needs_row(unit.connection, held) if n.kind is NeedKind.SCREENING] == [
            second
        ]
        assert list(rebuild(unit)) == []
        call_off(unit, held, visit_id, "ill", seen_version=2)
        assert needs_row(unit.connection, held) == before
        replaced = book(unit, held, on(unit, held, first, kind="replacement"))
        need = next(n for n in needs_row(unit.connection, held) if n.kind is NeedKind.REPLACEMENT)
        assert need.due_on == first
        keep(unit, held, replaced, seen_version=1)
        assert needs_row(unit.connection, held) == before


def test_a_booked_trial_and_implant_take_the_place_of_the_decision(database: Database, nurse: Actor) -> None:
    """Decided, it is to be booked; booked, it is due on its day; called off or kept, it is to book again."""
    ways: tuple[tuple[DecisionKind, NeedKind, NeedKind], ...] = (
        ("trial", NeedKind.TRIAL_TO_BOOK, NeedKind.SCREENING),
        ("implant", NeedKind.IMPLANT_TO_BOOK, NeedKind.IMPLANT),
    )
    with database.unit(nurse) as unit:
        for what, to_book, visit in ways:
            held = decided(unit, what)
            day = today(unit) + timedelta(days=12)
            before = needs_row(unit.connection, held)
            assert [need.kind for need in before] == [to_book]
            visit_id = book(unit, held, on(unit, held, day, kind=visit.value))
            assert [(n.kind, n.due_on) for n in needs_row(unit.connection, held)] == [(visit, day)]
            assert list(rebuild(unit)) == []
            call_off(unit, held, visit_id, "ill", seen_version=1)
            assert needs_row(unit.connection, held) == before
            kept = book(unit, held, on(unit, held, day, kind=visit.value))
            keep(unit, held, kept, seen_version=1)
            assert needs_row(unit.connection, held) == before


def test_the_second_who_changes_a_visit_is_told(database: Database, nurse: Actor, held: str) -> None:
    """Whoever saw an older version changes nothing; neither does whoever acts on one called off."""
    with database.unit(nurse) as unit:
        day = today(unit) + timedelta(days=2)
        visit_id = book(unit, held, on(unit, held, day))
        move(unit, held, visit_id, on(unit, held, day + timedelta(days=1)), seen_version=1)
        with pytest.raises(StaleRecordError):
            move(unit, held, visit_id, on(unit, held, day), seen_version=1)
        with pytest.raises(InputError, match="reason"):
            call_off(unit, held, visit_id, " ", seen_version=2)
        call_off(unit, held, visit_id, "the family is away", seen_version=2)
        with pytest.raises(StaleRecordError):
            keep(unit, held, visit_id, seen_version=3)
        kept = visit_of(unit.connection, held, visit_id)
        assert (kept.state, kept.reason, kept.version) == ("called-off", "the family is away", 3)


def test_a_visit_of_another_patient_is_not_found(database: Database, nurse: Actor, held: str) -> None:
    """The address of one patient opens no visit of another."""
    with database.unit(nurse) as unit:
        visit_id = book(unit, held, on(unit, held, today(unit) + timedelta(days=2)))
        other = patient(unit, "2")
        with pytest.raises(NotFoundError):
            move(unit, other, visit_id, on(unit, other, today(unit)), seen_version=1)


def test_old_and_new_stand_in_the_audit(database: Database, nurse: Actor, held: str) -> None:
    """Booking, moving and calling off each leave an entry with what changed."""
    with database.unit(nurse) as unit:
        day = today(unit) + timedelta(days=2)
        visit_id = book(unit, held, on(unit, held, day))
        move(unit, held, visit_id, on(unit, held, day + timedelta(days=1)), seen_version=1)
        call_off(unit, held, visit_id, "the family is away", seen_version=2)
        told = unit.connection.execute(
            select(audit.c.action, audit.c.detail).where(audit.c.subject == visit_id).order_by(audit.c.seq)
        ).all()
    assert [row.action for row in told] == ["book", "move-visit", "call-off-visit"]
    assert '"at_us":{"new":' in told[1].detail
    assert "the family is away" in told[2].detail


def test_a_visit_is_held_against_the_settings_of_now(
    database: Database, nurse: Actor, held: str, clock: Clock
) -> None:
    """The zone that the site chose meanwhile decides what has passed, whatever the form showed."""
    morning = Booking(kind="assessment", at=utc(clock.now_us) + timedelta(minutes=30), with_whom="")
    clock.move(seconds=16 * 3600)
    with database.unit(nurse) as unit:
        book(unit, held, morning)
        change_setting(unit, "zone", "Pacific/Kiritimati")
        with pytest.raises(InputError, match="which has passed"):
            book(unit, held, morning)
