"""What the demonstration writes is a clinic like any other: whole, projected, and marked as invented."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from cisterna.clinic.accounts import LogIn, add_account, log_in
from cisterna.clinic.database import Actor, Database, open_database
from cisterna.clinic.database.tables import (
    account,
    appointment,
    confirmation,
    document,
    need,
    patient,
    record,
    team,
    visit,
)
from cisterna.clinic.demo import invented_patients
from cisterna.clinic.demo.demonstration_accounts import demonstration_accounts
from cisterna.clinic.demo.invention import demonstration_day
from cisterna.clinic.demo.loading import SEED, is_demonstration, load_demonstration, load_histories
from cisterna.clinic.demo.stories import STORIES
from cisterna.clinic.keeping import check_whole
from cisterna.clinic.oral.proposal import taken_now
from cisterna.clinic.permissions import Role
from cisterna.clinic.projection import rebuild
from cisterna.clinic.recalls.repository import recalls
from cisterna.clinic.recalls.service import state_of
from cisterna.clinic.record import record_of
from cisterna.clinic.settings.site import site_choices
from cisterna.clinic.visits.repository import steps_of
from cisterna.errors import InputError
from cisterna.instants import utc

FEW = 8
SOMEBODY = Actor(name="a test")


def count_of(database: Database, table: object) -> int:
    """How many rows a table has."""
    with database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_a_few_are_written_whole(database: Database) -> None:
    """On both databases: chains whole, projection equal to its rebuild, therapies as they were invented."""
    assert load_demonstration(database, count=FEW) == FEW
    with database.reading() as connection:
        assert check_whole(connection).is_whole
    with database.unit(SOMEBODY) as unit:
        assert list(rebuild(unit)) == []
        numbers = {
            row.number: row.id for row in unit.connection.execute(select(patient.c.number, patient.c.id))
        }
        for invented in invented_patients(SEED, FEW, demonstration_day(utc(unit.at_us))):
            _, kept = record_of(unit, numbers[invented.identity.number])
            assert kept.therapy == invented.therapy


def test_demonstration_is_complete(tmp_path: Path) -> None:
    """All patients with visits, team, letters, confirmations and needs; a second start changes nothing."""
    database = open_database(f"sqlite:///{tmp_path / 'demonstration.db'}")
    assert load_demonstration(database) == len(STORIES)
    assert count_of(database, patient) == len(STORIES)
    for table in (appointment, team, document, confirmation, need):
        assert count_of(database, table) > 20, table.name
    with database.reading() as connection:
        assert is_demonstration(connection)
        kinds = set(connection.execute(select(need.c.kind)).scalars())
    assert {"alarm", "check-after-mri", "refill", "low-reservoir", "unconfirmed-program"} <= kinds
    assert {"replacement", "screening", "assessment", "implant", "trial-to-book"} <= kinds
    with database.reading() as connection:
        under_way = connection.execute(
            select(visit.c.kind, visit.c.state).where(visit.c.closed_us.is_(None))
        ).all()
        whole = check_whole(connection)
    assert {("evaluation", "open"), ("screening", "recorded"), ("loss-of-effect", "open")} <= {
        tuple(row) for row in under_way
    }
    assert whole.is_whole
    with database.unit(SOMEBODY) as unit:
        assert list(rebuild(unit)) == []
    assert load_demonstration(database) == 0
    assert count_of(database, patient) == len(STORIES)
    database.close()


def test_the_site_of_a_demonstration_is_at_home_where_its_patients_are(tmp_path: Path) -> None:
    """Site and patients have one time zone, so that no entry stands at two times of the day."""
    database = open_database(f"sqlite:///{tmp_path / 'demonstration.db'}")
    load_demonstration(database, count=3, at_home=True)
    with database.unit(SOMEBODY) as unit:
        site = site_choices(unit.connection).zone
        ids = unit.connection.execute(select(patient.c.id)).scalars().all()
        assert {record_of(unit, one)[1].therapy.zone for one in ids} == {site}
    database.close()


def test_what_is_under_way_has_an_example(tmp_path: Path) -> None:
    """A weaning with steps to come, a search with findings, coded events, a recall answered for one."""
    database = open_database(f"sqlite:///{tmp_path / 'demonstration.db'}")
    load_demonstration(database)
    with database.unit(SOMEBODY) as unit:
        choices = site_choices(unit.connection)
        booked = unit.connection.execute(
            select(appointment.c.patient_id, appointment.c.at_us).where(appointment.c.kind == "oral-step")
        ).all()
        assert len(booked) == 3
        (weaned,) = {row.patient_id for row in booked}
        assert min(row.at_us for row in booked) > unit.at_us
        taken = taken_now(record_of(unit, weaned)[1].therapy, unit.at_us)
        assert taken is not None
        assert taken.daily_mcg > 0
        (held,) = recalls(unit.connection)
        state = state_of(unit, held, choices)
        assert (len(state.touched), len(state.answers), len(state.waiting)) == (2, 1, 1)
        searched = unit.connection.execute(select(visit).where(visit.c.kind == "loss-of-effect")).one()
        found = steps_of(unit.connection, searched.id)
        ids = {event.id for event in record_of(unit, searched.patient_id)[1].therapy.valid_events}
        assert len(found) == 4
        assert {step.values["event"] for step in found.values()} <= ids
        texts = unit.connection.execute(select(record.c.text).where(record.c.kind == "adverse-event"))
        coded = [text for text in texts.scalars() if "category" in text and "grade" in text]
        assert len(coded) >= 3
    database.close()


def test_every_role_can_log_in(database: Database) -> None:
    """Each demonstration account logs in with the phrase that is shown, and every role has one."""
    load_demonstration(database, count=1)
    for one in demonstration_accounts():
        with database.unit(SOMEBODY) as unit:
            choices = site_choices(unit.connection)
            assert isinstance(log_in(unit, one.login, one.password, "127.0.0.1", choices), LogIn)
    assert {one.role for one in demonstration_accounts()} == {role.value for role in Role}


def test_a_clinic_is_never_made_a_demonstration(database: Database) -> None:
    """A database in which somebody has an account is refused, and nothing is written."""
    with database.unit(SOMEBODY) as unit:
        add_account(
            unit,
            login="somebody",
            name="Some Body",
            role=Role.ADMINISTRATOR,
            password="a long pass phrase",
            must_change=False,
        )
    for load in (load_demonstration, lambda opened: load_histories(opened, 1)):
        with pytest.raises(InputError, match="0 patients and 1 accounts"):
            load(database)
    assert count_of(database, patient) == 0
    assert count_of(database, account) == 1


def test_plain_histories_are_written_whole(database: Database) -> None:
    """Plain histories are chained, audited and projected as if the service had recorded them one by one."""
    assert load_histories(database, 5) == 5
    assert load_histories(database, 4, first=5) == 4
    assert count_of(database, patient) == 9
    with database.reading() as connection:
        assert check_whole(connection).is_whole
    with database.unit(SOMEBODY) as unit:
        assert list(rebuild(unit)) == []
