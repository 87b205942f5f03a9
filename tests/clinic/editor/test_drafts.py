"""Drafts of a program: kept, checked by a second person, recorded as they were checked, or given up."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from tests.clinic.dose.typed import dosed
from tests.clinic.served import PASSWORD

from cisterna.clinic.accounts import Account, add_account
from cisterna.clinic.database import Actor, Database, tables
from cisterna.clinic.editor import service
from cisterna.clinic.editor.repository import Draft, draft_row, drafts_of
from cisterna.clinic.permissions import Role
from cisterna.clinic.record import Identity, add_patient
from cisterna.errors import InputError, NotFoundError

FLEX = {"mode": "flex", "from_1": "00:00", "rate_1": "4", "from_2": "06:30", "rate_2": "4.5"}
GOALS = {"goal_1_name": "dressing", "goal_1_from": "07:00", "goal_1_to": "08:30", "goal_1_tone": "2"}


@pytest.fixture
def people(database: Database) -> tuple[Account, Account]:
    """A nurse who plans and a physician who checks."""
    with database.unit(Actor(name="Set-up")) as unit:
        return (
            add_account(
                unit, login="heron", name="R. Heron", role=Role.NURSE, password=PASSWORD, must_change=False
            ),
            add_account(
                unit,
                login="crane",
                name="Dr Crane",
                role=Role.PHYSICIAN,
                password=PASSWORD,
                must_change=False,
            ),
        )


def saved(database: Database, by: Account) -> tuple[str, str]:
    """A patient with a draft; both ids."""
    with database.unit(by.actor) as unit:
        who = Identity(number="DEMO 1", family_name="INVENTED", given_name="Ina")
        patient_id = add_patient(unit, who, dosed())
        draft_id = service.save(
            unit, patient_id, letter="B", name="step before waking", program=FLEX, goals=GOALS, seen_entries=5
        )
    return patient_id, draft_id


def held(database: Database, patient_id: str, draft_id: str) -> Draft:
    """The draft as it is kept."""
    with database.reading() as connection:
        return draft_row(connection, patient_id, draft_id)


def test_a_draft_keeps_every_text_and_who_saved_it(
    database: Database, people: tuple[Account, Account]
) -> None:
    """Program and goals come back word for word; the audit holds them too."""
    patient_id, draft_id = saved(database, people[0])
    found = held(database, patient_id, draft_id)
    assert (found.program, found.goals, found.letter, found.name) == (FLEX, GOALS, "B", "step before waking")
    assert (found.state, found.saved_by, found.account_id) == ("draft", "R. Heron", people[0].id)
    with database.reading() as connection:
        wanted = select(tables.audit.c.detail).where(tables.audit.c.action == "save-draft")
        detail = json.loads(connection.execute(wanted).scalar_one())
        assert [each.id for each in drafts_of(connection, patient_id)] == [draft_id]
    assert detail["new"]["program"] == FLEX


def test_only_another_person_checks_a_draft_and_only_once(
    database: Database, people: tuple[Account, Account]
) -> None:
    """Who saved it is refused with the remedy; the second person is written down; a second check refused."""
    nurse, physician = people
    patient_id, draft_id = saved(database, nurse)
    with pytest.raises(InputError, match="another person"), database.unit(nurse.actor) as unit:
        service.check(unit, patient_id, draft_id)
    with database.unit(physician.actor) as unit:
        service.check(unit, patient_id, draft_id)
    assert held(database, patient_id, draft_id).checked_by == "Dr Crane"
    with pytest.raises(InputError, match="checked"), database.unit(physician.actor) as unit:
        service.check(unit, patient_id, draft_id)


def test_what_nobody_checked_or_was_changed_is_not_recorded(
    database: Database, people: tuple[Account, Account]
) -> None:
    """A draft without a check, and one that is not the program any more, are refused; then it closes."""
    nurse, physician = people
    patient_id, draft_id = saved(database, nurse)
    with pytest.raises(InputError, match="not checked"), database.unit(nurse.actor) as unit:
        service.recorded(unit, patient_id, draft_id, FLEX)
    with database.unit(physician.actor) as unit:
        service.check(unit, patient_id, draft_id)
    with pytest.raises(InputError, match="not the one that was checked"), database.unit(nurse.actor) as unit:
        service.recorded(unit, patient_id, draft_id, FLEX | {"rate_2": "5"})
    with database.unit(nurse.actor) as unit:
        service.recorded(unit, patient_id, draft_id, FLEX)
    found = held(database, patient_id, draft_id)
    assert (found.state, found.closed_by, found.event_id) == ("recorded", "R. Heron", "p")
    with pytest.raises(InputError, match="recorded"), database.unit(nurse.actor) as unit:
        service.recorded(unit, patient_id, draft_id, FLEX)


def test_a_draft_that_was_given_up_stays_readable(
    database: Database, people: tuple[Account, Account]
) -> None:
    """It can neither be checked nor given up again, and its texts are still there."""
    nurse, physician = people
    patient_id, draft_id = saved(database, nurse)
    with database.unit(nurse.actor) as unit:
        service.discard(unit, patient_id, draft_id)
    assert held(database, patient_id, draft_id).program == FLEX
    for act in (service.check, service.discard):
        with pytest.raises(InputError, match="discarded"), database.unit(physician.actor) as unit:
            act(unit, patient_id, draft_id)


def test_a_draft_is_found_with_its_own_patient_alone(
    database: Database, people: tuple[Account, Account]
) -> None:
    """The id of a draft below another patient leads nowhere; a name that is too long is refused."""
    patient_id, draft_id = saved(database, people[0])
    with pytest.raises(NotFoundError):
        held(database, "0" * 16, draft_id)
    with pytest.raises(InputError, match="characters"), database.unit(people[0].actor) as unit:
        service.save(unit, patient_id, letter="A", name="x" * 81, program=FLEX, goals={}, seen_entries=5)
