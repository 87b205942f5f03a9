"""A change of dose in the record, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
from tests.clinic.dose.typed import change, dosed, simple
from tests.clinic.served import PASSWORD

from cisterna.care.need import NeedKind
from cisterna.clinic.accounts import add_account
from cisterna.clinic.database import Actor, Database
from cisterna.clinic.permissions import Role
from cisterna.clinic.projection import needs_row, standing_row
from cisterna.clinic.record import Identity, add_patient, append, confirm, record_of
from cisterna.errors import InputError, StaleRecordError

DOCTOR = Actor(name="D. Invented, physician", role="physician")


def added(database: Database, who: Actor) -> str:
    """A patient with a pump that runs."""
    with database.unit(who) as unit:
        return add_patient(unit, Identity(number="D-1", family_name="Invented", given_name="One"), dosed())


def recorded(database: Database, who: Actor, patient_id: str, seen: int = 5) -> None:
    """Twenty per cent up."""
    with database.unit(who) as unit:
        append(unit, patient_id, change(simple("120")).events(), seen_entries=seen)


def test_the_new_program_runs_and_stands_as_not_confirmed(database: Database, nurse: Actor) -> None:
    """Banner and worklist follow in the same transaction; the second person is then asked for."""
    patient_id = added(database, nurse)
    recorded(database, nurse, patient_id)
    with database.unit(nurse) as unit:
        stands = standing_row(unit.connection, patient_id)
        needs = needs_row(unit.connection, patient_id)
    assert stands is not None
    assert stands.program is not None
    assert stands.program.daily_dose_mcg == pytest.approx(120)
    assert NeedKind.UNCONFIRMED_PROGRAM in {need.kind for need in needs}


def test_only_another_person_confirms_and_then_nothing_waits(database: Database, nurse: Actor) -> None:
    """The one who recorded it is refused; another one closes the need."""
    patient_id = added(database, nurse)
    recorded(database, nurse, patient_id)
    with database.unit(nurse) as unit:
        program = record_of(unit, patient_id)[1].therapy.events[-3]
        with pytest.raises(InputError, match="your own"):
            confirm(unit, patient_id, program.id or "")
    with database.unit(DOCTOR) as unit:
        other = add_account(
            unit, login="other", name="Other Invented", role=Role.PHYSICIAN, password=PASSWORD,
            must_change=False,
        )  # fmt: skip
    with database.unit(other.actor) as unit:
        confirm(unit, patient_id, program.id or "")
    with database.unit(nurse) as unit:
        kinds = {need.kind for need in needs_row(unit.connection, patient_id)}
    assert NeedKind.UNCONFIRMED_PROGRAM not in kinds


def test_the_second_of_two_at_once_is_refused(database: Database, nurse: Actor) -> None:
    """A record that grew since it was looked at is not written to."""
    patient_id = added(database, nurse)
    recorded(database, nurse, patient_id)
    with pytest.raises(StaleRecordError):
        recorded(database, DOCTOR, patient_id)
