"""The record: append-only, whole, in step with what is computed from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.clinic.conftest import Clock

from cisterna.care.need import NeedKind
from cisterna.clinic.audit import Query, search
from cisterna.clinic.database import Actor, Database
from cisterna.clinic.database.tables import need, record, standing
from cisterna.clinic.projection import needs_row, project, rebuild, renewal, standing_row
from cisterna.clinic.projection import service as projection_service
from cisterna.clinic.record import (
    Identity,
    add_patient,
    append,
    change_header,
    change_identity,
    confirm,
    record_of,
    verify_records,
)
from cisterna.errors import InputError, NotFoundError, PumpError, StaleRecordError, TherapyError
from cisterna.instants import utc
from cisterna.therapy import Correct, Fill, Mri, Note, Program, Stop, Therapy, event_table, read_therapy
from cisterna.units import Concentration, DailyDose, Volume

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
CHILD = Path(__file__).parents[2] / "examples" / "child-start-and-titration.toml"
WHO = Identity(number="DEMO 1", family_name="INVENTED", given_name="Ina", contacts=("mother, 555 0100",))
DOCTOR = Actor(name="Dr Invented", account_id=None, role="physician")


@pytest.fixture
def child(database: Database, nurse: Actor) -> str:
    """The patient of the child example."""
    with database.unit(nurse) as unit:
        return add_patient(unit, WHO, read_therapy(CHILD))


def held(database: Database, patient_id: str) -> Therapy:
    """The therapy of a record."""
    with database.unit(Actor(name="reader")) as unit:
        return record_of(unit, patient_id)[1].therapy


def entries(database: Database, patient_id: str) -> int:
    """The length of a record."""
    with database.unit(Actor(name="reader")) as unit:
        return record_of(unit, patient_id)[0].entries


def later(therapy: Therapy, days: float = 1) -> datetime:
    """An instant after the last event."""
    return therapy.valid_events[-1].at + timedelta(days=days)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_is_kept_is_what_was_given(database: Database, nurse: Actor, clock: Clock, path: Path) -> None:
    """Each example comes back from the record as the same therapy; only ids were added."""
    clock.move(days=365)  # one of them ends in 2027
    therapy = read_therapy(path)
    with database.unit(nurse) as unit:
        patient_id = add_patient(unit, WHO, therapy, keep_ids=True)
    kept = held(database, patient_id)
    assert replace(kept, events=()) == replace(therapy, events=())
    assert len(kept.events) == len(therapy.events)
    for now, before in zip(kept.events, therapy.events, strict=True):
        assert replace(now, id=before.id) == before
        assert now.id


def test_an_event_is_appended_signed_and_audited(database: Database, child: str, nurse: Actor) -> None:
    """The new event stands last, with an id and who wrote it; the audit holds its text and its hash."""
    before = held(database, child)
    note = Note(at=later(before), note="slept well")
    with database.unit(nurse) as unit:
        (written,) = append(unit, child, [note], seen_entries=len(before.events) + 1)
    after = held(database, child)
    assert after.events[-1] == written == replace(note, id=written.id, by=nurse.name)
    with database.reading() as connection:
        (entry,) = search(connection, Query(action="record", words="slept"))
        stored = connection.execute(select(record.c.hash).where(record.c.event_id == written.id)).scalar()
    assert (entry.patient_id, entry.subject, entry.detail["hash"]) == (child, written.id, stored)


def test_the_second_of_two_who_change_one_record_is_told(
    database: Database, child: str, nurse: Actor
) -> None:
    """Whoever decided on an older record is refused and told how much is new; the first one's entry stays."""
    seen = entries(database, child)
    at = later(held(database, child))
    with database.unit(nurse) as unit:
        append(unit, child, [Note(at=at, note="first")], seen_entries=seen)
    with pytest.raises(StaleRecordError) as told, database.unit(DOCTOR) as unit:
        append(unit, child, [Note(at=at, note="second")], seen_entries=seen)
    assert (told.value.seen, told.value.now) == (seen, seen + 1)
    assert [event.note for event in held(database, child).events if event.kind == "note"][-1] == "first"


def test_what_cannot_be_is_refused_and_nothing_of_it_is_kept(
    database: Database, child: str, nurse: Actor
) -> None:
    """A fill above the capacity and an event before birth are refused with their faults, whole."""
    before = held(database, child)
    seen = entries(database, child)
    at = later(before)
    good = Note(at=at, note="this one is right")
    too_much = Fill(at=at, injected=Volume(60), withdrawn=Volume(2), concentration=Concentration(500))
    unborn = Note(at=datetime(1990, 1, 1, tzinfo=UTC), note="x")
    for wrong in (too_much, unborn):
        with pytest.raises((TherapyError, PumpError)), database.unit(nurse) as unit:
            append(unit, child, [good, wrong], seen_entries=seen)
    assert held(database, child) == before
    with database.reading() as connection:
        assert verify_records(connection) == ()


def test_what_is_still_to_come_was_not_done(
    database: Database, child: str, nurse: Actor, clock: Clock
) -> None:
    """A refill or the end of a scan to come is refused, typed, corrected or imported: the refill stays due.

    Taken for done, a refill of next month would move the day by which the pump must be filled, and a scan
    that ends in ten years would show the pump as it is then.
    """
    seen = entries(database, child)
    now = utc(clock.now_us)
    last = next(event for event in reversed(held(database, child).valid_events) if isinstance(event, Fill))
    coming = replace(last, at=now + timedelta(days=30), id=None, by=None)
    wrong = Correct(at=now, event=last.id or "", why="a slip", new=event_table(coming))
    scan = Mri(at=now - timedelta(hours=1), until=now + timedelta(days=3650))
    with database.reading() as connection:
        needed = needs_row(connection, child)
    for event, place in ((coming, ".at"), (wrong, ".new.at"), (scan, ".until")):
        with (
            pytest.raises(TherapyError, match=rf"{place}: found .* still to come"),
            database.unit(nurse) as unit,
        ):
            append(unit, child, [event], seen_entries=seen)
    planned = replace(read_therapy(CHILD), events=(*read_therapy(CHILD).events, coming))
    with pytest.raises(TherapyError, match="still to come"), database.unit(nurse) as unit:
        add_patient(unit, replace(WHO, number="DEMO 2"), planned, keep_ids=True)
    with database.reading() as connection:
        assert needs_row(connection, child) == needed


def test_a_correction_keeps_what_it_corrects(database: Database, child: str, nurse: Actor) -> None:
    """The corrected event stays in the record; what holds is the corrected one."""
    before = held(database, child)
    wrong = next(event for event in reversed(before.valid_events) if isinstance(event, Program))
    right = event_table(replace(wrong, id=None, daily_dose=DailyDose(111)))
    fix = Correct(at=later(before), event=wrong.id or "", why="a slip", new=right)
    seen = entries(database, child)
    with database.unit(nurse) as unit:
        append(unit, child, [fix], seen_entries=seen)
    after = held(database, child)
    assert wrong in after.events
    assert wrong not in after.valid_events
    assert any(
        isinstance(event, Program) and event.daily_dose == DailyDose(111) for event in after.valid_events
    )


def test_the_projection_is_that_of_the_record_and_can_be_made_again(
    database: Database, child: str, nurse: Actor
) -> None:
    """After any append the rebuilt projection is the one that stands; a changed one is found and mended."""
    therapy = held(database, child)
    seen = entries(database, child)
    with database.unit(nurse) as unit:
        append(unit, child, [Note(at=later(therapy), note="x")], seen_entries=seen)
    with database.unit(nurse) as unit:
        assert list(rebuild(unit)) == []
        stands, needed = standing_row(unit.connection, child), needs_row(unit.connection, child)
    assert stands is not None
    assert stands.program is not None
    assert NeedKind.REFILL in {each.kind for each in needed}
    with database.unit(nurse) as unit:
        unit.connection.execute(need.delete())
        unit.connection.execute(standing.update().values(facts="{}"))
    with database.unit(nurse) as unit:
        assert list(rebuild(unit)) == [child]
        assert (standing_row(unit.connection, child), needs_row(unit.connection, child)) == (stands, needed)


def test_where_nothing_was_done_the_projection_is_the_same_on_any_day(
    database: Database, nurse: Actor, clock: Clock
) -> None:
    """A patient without events is projected as of the day of the record, not of the day of a rebuild."""
    with database.unit(nurse) as unit:
        add_patient(unit, WHO, replace(read_therapy(CHILD), events=()))
    clock.move(days=3)
    with database.unit(nurse) as unit:
        assert list(rebuild(unit)) == []


@pytest.mark.parametrize("again", ["renewal", "rebuild"])
def test_who_computes_again_and_who_records_take_turns(
    database: Database, child: str, nurse: Actor, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    """What is recorded while everything is computed again is not covered by what followed from before."""
    at, seen = later(held(database, child)), entries(database, child)
    stop = Stop(at=at)

    def record_it() -> None:
        with database.unit(nurse) as unit:
            append(unit, child, [stop], seen_entries=seen)

    writer = Thread(target=record_it)

    def project_late(*given: Any) -> None:
        """The record was read; somebody records in this moment, and gets in if nothing holds him."""
        writer.start()
        writer.join(1)
        project(*given)

    module = {"renewal": renewal, "rebuild": projection_service}[again]
    monkeypatch.setattr(module, "project", project_late)
    with database.unit(nurse) as unit:
        if again == "rebuild":
            list(rebuild(unit))
        else:
            renewal.begin_renewal(unit)
    if again == "renewal":
        renewal.renew(database)
    monkeypatch.undo()
    writer.join()
    with database.unit(nurse) as unit:
        stands = standing_row(unit.connection, child)
        assert stands is not None
        assert stands.status.value == "stopped"
        assert list(rebuild(unit)) == []


def test_a_program_is_confirmed_by_a_second_person(database: Database, child: str, nurse: Actor) -> None:
    """Who recorded a program cannot confirm it; another person can, once; then it is no longer due."""
    therapy = held(database, child)
    last = next(event for event in reversed(therapy.valid_events) if isinstance(event, Program))
    program = replace(last, at=later(therapy), id=None, by=None)
    seen = entries(database, child)
    with database.unit(nurse) as unit:
        (written,) = append(unit, child, [program], seen_entries=seen)
    event_id = written.id or ""
    with database.reading() as connection:
        assert any(each.event_id == event_id for each in needs_row(connection, child))
    with database.unit(nurse) as unit, pytest.raises(InputError, match="your own"):
        confirm(unit, child, event_id)
    doctor = _physician(database)
    with database.unit(doctor) as unit:
        confirm(unit, child, event_id)
        with pytest.raises(InputError, match="already"):
            confirm(unit, child, event_id)
        assert not any(each.event_id == event_id for each in needs_row(unit.connection, child))
        with pytest.raises(InputError, match="no such program"):
            confirm(unit, child, "nothing")


def _physician(database: Database) -> Actor:
    from cisterna.clinic.accounts import add_account  # noqa: PLC0415
    from cisterna.clinic.permissions import Role  # noqa: PLC0415

    with database.unit(DOCTOR) as unit:
        return add_account(
            unit,
            login="doc",
            name="Dr Second",
            role=Role.PHYSICIAN,
            password="four words of mine",
            must_change=False,
        ).actor


def test_numbers_are_unique_and_identities_are_versioned(
    database: Database, child: str, nurse: Actor
) -> None:
    """A number belongs to one patient; a change of an old version is refused; both are audited."""
    with database.unit(nurse) as unit:
        with pytest.raises(InputError, match="another patient"):
            add_patient(unit, WHO, read_therapy(CHILD))
        change_identity(unit, child, replace(WHO, given_name="Ines"), seen_version=1)
        with pytest.raises(StaleRecordError):
            change_identity(unit, child, replace(WHO, given_name="Iris"), seen_version=1)
        row, _ = record_of(unit, child)
        (entry,) = search(unit.connection, Query(action="change-patient"))
    assert row.identity.given_name == "Ines"
    assert entry.detail == {"given_name": {"new": "Ines", "old": "Ina"}}
    with database.unit(nurse) as unit, pytest.raises(NotFoundError):
        record_of(unit, "0000")
    with pytest.raises(InputError, match="family_name"):
        Identity(number="1", family_name=" ", given_name="x")


def test_the_header_is_replaced_by_a_new_entry(database: Database, child: str, nurse: Actor) -> None:
    """Another history of the patient is one more entry of the chain; the events stay."""
    before = held(database, child)
    changed = replace(before, history=replace(before.history, shunt=True))
    seen = entries(database, child)
    with database.unit(nurse) as unit:
        change_header(unit, child, changed, seen_entries=seen)
    after = held(database, child)
    assert after.history.shunt is True
    assert after.events == before.events
    with database.reading() as connection:
        types = connection.execute(select(record.c.type, func.count()).group_by(record.c.type)).all()
        assert verify_records(connection) == ()
    assert dict(tuple(row) for row in types)["header"] == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE record SET text = replace(text, 'kind', 'kinds') WHERE seq = 2", "altered"),
        ("UPDATE record SET recorded_by = 'somebody' WHERE seq = 1", "altered"),
        ("DELETE FROM record WHERE seq = 2", "missing"),
        ("DELETE FROM record WHERE seq = (SELECT max(seq) FROM record)", "the head counts"),
        ("DELETE FROM record", "every entry is missing"),
    ],
)
@pytest.mark.usefixtures("child")
def test_whatever_was_done_to_a_record_is_found(database: Database, change: str, told: str) -> None:
    """An altered or missing entry is named, and so is a tail that is missing."""
    with database.unit(Actor(name="intruder")) as unit:
        if database.is_sqlite:
            for verb in ("update", "delete"):
                unit.connection.exec_driver_sql(f"DROP TRIGGER record_no_{verb}")
        else:
            unit.connection.exec_driver_sql("ALTER TABLE record DISABLE TRIGGER USER")
        unit.connection.exec_driver_sql(change)
    with database.reading() as connection:
        assert any(told in str(finding) for finding in verify_records(connection))
