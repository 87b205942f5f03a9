"""Assessments in the record, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from cisterna.clinic.assessments.forms import Assessed, assessed
from cisterna.clinic.assessments.history import history_of
from cisterna.clinic.assessments.service import record_assessment
from cisterna.clinic.audit import Query, search
from cisterna.clinic.database import Actor, Database
from cisterna.clinic.record import Identity, add_patient, record_of
from cisterna.clinic.record.meanwhile import added_since
from cisterna.errors import InputError, StaleRecordError
from cisterna.therapy import Patient, Therapy

UTC = ZoneInfo("UTC")
GIRL = Therapy(patient=Patient(label="invented girl", born=date(2018, 2, 11)))


def added(database: Database, who: Actor) -> str:
    """A patient without any event."""
    with database.unit(who) as unit:
        return add_patient(unit, Identity(number="A-1", family_name="Invented", given_name="One"), GIRL)


def scored(database: Database, time: str = "09:30", **typed: str) -> Assessed:
    """A form of scores on 10 November 2026."""
    names = {name.replace("_", "-"): text for name, text in typed.items()}
    return assessed({"at_day": "2026-11-10", "at_time": time, **names}, UTC, database.clock_us())


def test_all_scores_of_a_visit_are_recorded_in_one_go(database: Database, nurse: Actor) -> None:
    """Two scores and a weight are in the record under who recorded them, and the audit tells of each."""
    patient_id = added(database, nurse)
    form = scored(database, penn="2", gmfcs="IV", weight="21")
    with database.unit(nurse) as unit:
        record_assessment(unit, patient_id, form, seen_entries=1)
    with database.unit(nurse) as unit:
        therapy = record_of(unit, patient_id)[1].therapy
        audited = search(unit.connection, Query(action="record"))
    assert [event.kind for event in therapy.events] == ["assess", "assess", "weigh"]
    assert {event.by for event in therapy.events} == {nurse.name}
    assert len(audited) == 4  # the header of the new patient before them
    day = history_of(therapy).days[0]
    assert (day.scores["penn"], day.scores["gmfcs"], day.measures) == (
        (("", "2"),),
        (("", "IV"),),
        ("21 kg",),
    )


def test_a_record_that_changed_meanwhile_is_not_written_to(database: Database, nurse: Actor) -> None:
    """The second of two is refused with nothing written, and is told what was added."""
    patient_id = added(database, nurse)
    with database.unit(nurse) as unit:
        record_assessment(unit, patient_id, scored(database, penn="2"), seen_entries=1)
    with pytest.raises(StaleRecordError), database.unit(nurse) as unit:
        record_assessment(unit, patient_id, scored(database, "10:00", nrs="3"), seen_entries=1)
    with database.unit(nurse) as unit:
        row, record = record_of(unit, patient_id)
    assert row.entries == 2
    assert [entry.kind for entry in added_since(record, 1)] == ["assess"]
    assert len(added_since(record, -1)) == 2


def test_a_second_score_of_one_scale_at_one_instant_is_a_fault_of_its_field(
    database: Database, nurse: Actor
) -> None:
    """What the therapy refuses is told beside the field that it came from, not by the place in a file."""
    patient_id = added(database, nurse)
    with database.unit(nurse) as unit:
        record_assessment(unit, patient_id, scored(database, penn="2"), seen_entries=1)
    with pytest.raises(InputError) as raised, database.unit(nurse) as unit:
        record_assessment(unit, patient_id, scored(database, nrs="1", penn="3"), seen_entries=2)
    assert [fault.where for fault in raised.value.faults] == ["penn"]
    with database.unit(nurse) as unit:
        assert record_of(unit, patient_id)[0].entries == 2
