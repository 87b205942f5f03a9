"""Writing invented patients into a database that holds nothing else and says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from sqlalchemy import Connection, func, insert, select

from cisterna.clinic.database import Actor, Database, Unit
from cisterna.clinic.database.hashing import FIRST
from cisterna.clinic.database.tables import account, instance, patient
from cisterna.clinic.demo.beside import identity_of, write_beside
from cisterna.clinic.demo.demonstration_accounts import add_demonstration_accounts
from cisterna.clinic.demo.invention import demonstration_day, invented_patients
from cisterna.clinic.demo.patient import InventedPatient
from cisterna.clinic.demo.plain_history import invented_history
from cisterna.clinic.demo.recalled import IS_RECALLED, open_invented_recall
from cisterna.clinic.demo.stories import STORIES
from cisterna.clinic.demo.story import ZONE
from cisterna.clinic.projection import project
from cisterna.clinic.record import add_patient, confirmed_ids, record_of, repository
from cisterna.clinic.record.entries import chained, event_link, header_link
from cisterna.clinic.record.service import new_id
from cisterna.clinic.settings.site import change_setting, site_choices
from cisterna.errors import Fault, InputError
from cisterna.instants import utc
from cisterna.therapy import Therapy

__all__ = ["SEED", "is_demonstration", "load_demonstration", "load_histories"]

SEED = 7
"""The seed of the demonstration that ``cisterna serve --demo`` shows."""

_ACTOR = Actor(name="Demonstration (invented)")
_MARK = "demonstration"
_AT_ONCE = 50


def is_demonstration(connection: Connection) -> bool:
    """Whether a database was made as a demonstration, so that every page of it says so."""
    return connection.execute(select(instance.c.value).where(instance.c.name == _MARK)).scalar() is not None


def load_demonstration(
    database: Database, *, seed: int = SEED, count: int = len(STORIES), at_home: bool = False
) -> int:
    """Make an empty database a demonstration: accounts of each role and ``count`` invented patients.

    ``at_home`` sets the time zone of the site to that of the patients; without it the site keeps UTC.
    What is a demonstration already is left as it is. Returns how many patients were written, in one
    transaction: all or none. Raises :class:`~cisterna.errors.InputError` for a database of a real clinic.
    """
    with database.unit(_ACTOR) as unit:
        if is_demonstration(unit.connection):
            return 0
        accounts = _marked(unit)
        if at_home:
            change_setting(unit, "zone", ZONE)
        today = demonstration_day(utc(unit.at_us))
        recalled: dict[str, InventedPatient] = {}
        for invented in invented_patients(seed, count, today):
            patient_id = _kept(unit, accounts, invented)
            if IS_RECALLED in invented.kinds:
                recalled[patient_id] = invented
        if recalled:
            open_invented_recall(unit, recalled, accounts, site_choices(unit.connection), today)
        return count


def load_histories(
    database: Database, count: int, *, seed: int = SEED, first: int = 0, today: date | None = None
) -> int:
    """Write ``count`` plain histories from index ``first`` on, some dozens in a transaction.

    For load tests and benchmarks. The accounts are those of a demonstration; the database is marked as one.
    """
    with database.unit(_ACTOR) as unit:
        accounts = _accounts(unit) if is_demonstration(unit.connection) else _marked(unit)
        day = today or demonstration_day(utc(unit.at_us))
    for begin in range(first, first + count, _AT_ONCE):
        with database.unit(_ACTOR) as unit:
            for index in range(begin, min(begin + _AT_ONCE, first + count)):
                _kept_at_once(unit, accounts, invented_history(seed, index, day))
    return count


# ------------------------------------------------------------------------------- the database


def _marked(unit: Unit) -> dict[str, str]:
    """Mark the database as a demonstration and make its accounts; refused where a clinic works in it."""
    held = {
        table.name: unit.connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (patient, account)
    }
    if any(held.values()):
        raise InputError(
            Fault(
                where="--db",
                found=f"a database with {held['patient']} patients and {held['account']} accounts",
                allowed="an empty database, or one that was made as a demonstration",
                remedy="leave --db out: a demonstration makes a database of its own",
            )
        )
    made = utc(unit.at_us).isoformat()
    unit.connection.execute(insert(instance).values(name=_MARK, value=made))
    unit.audit("make-demonstration", {"new": made})
    return add_demonstration_accounts(unit)


def _accounts(unit: Unit) -> dict[str, str]:
    return {row.name: row.id for row in unit.connection.execute(select(account.c.name, account.c.id))}


# -------------------------------------------------------------------------------- one patient


def _kept(unit: Unit, accounts: Mapping[str, str], invented: InventedPatient) -> str:
    """The record by the service that everybody uses, and beside it what stands in no therapy; the id."""
    patient_id = add_patient(unit, identity_of(invented), invented.therapy)
    write_beside(unit, patient_id, invented, accounts)
    _, record = record_of(unit, patient_id)
    _projected(unit, patient_id, record.therapy)
    return patient_id


def _kept_at_once(unit: Unit, accounts: Mapping[str, str], invented: InventedPatient) -> None:
    """The same rows, hashes and projection, without reading back and checking what was just invented."""
    patient_id, identity = new_id(), identity_of(invented)
    repository.insert_patient(unit.connection, patient_id, identity.columns(), FIRST, unit.at_us)
    unit.audit("add-patient", {"new": asdict(identity)}, patient_id=patient_id)
    therapy = invented.therapy
    links = (header_link(therapy, unit.at_us), *(event_link(event) for event in therapy.events))
    entries = chained(patient_id, FIRST, 1, links, recorded_us=unit.at_us, recorded_by=unit.actor.name)
    repository.insert_entries(unit.connection, entries)
    repository.set_head(unit.connection, patient_id, entries[-1].seq, entries[-1].hash)
    unit.audit_all("record", [entry.audited() for entry in entries], patient_id=patient_id)
    write_beside(unit, patient_id, invented, accounts)
    _projected(unit, patient_id, therapy)


def _projected(unit: Unit, patient_id: str, therapy: Therapy) -> None:
    """What follows from the record, now that its confirmations and visits are there."""
    choices = site_choices(unit.connection)
    project(unit, patient_id, therapy, confirmed_ids(unit, patient_id), choices)
