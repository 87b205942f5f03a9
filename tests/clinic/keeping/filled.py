"""A clinic with something in every table, and everything of it as plain rows."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from cisterna.clinic.accounts import add_account
from cisterna.clinic.database import Actor, Database, Unit, tables
from cisterna.clinic.demo import invented_patients
from cisterna.clinic.permissions import Role
from cisterna.clinic.projection.codec import to_text
from cisterna.clinic.recalls.criteria import Criteria
from cisterna.clinic.record import Identity, add_patient, append, confirm, record_of
from cisterna.clinic.settings.site import change_setting
from cisterna.therapy import Note, Program, read_therapy

CHILD = Path(__file__).parents[3] / "examples" / "child-start-and-titration.toml"
NURSE = Actor(name="R. Invented, nurse", role="nurse")
DAY = date(2026, 11, 1)
CRITERIA = to_text(Criteria(models=("no such model",)))
PAPER = bytes(range(256))
OF_PAPER = sha256(PAPER).hexdigest()


def fill(database: Database, patients: int = 3) -> list[str]:
    """Put something into every table; the ids of the patients."""
    with database.unit(NURSE) as unit:
        who = Identity(number="DEMO 1", family_name="INVENTED", given_name="Ina", alerts=("allergy: x",))
        ids = [add_patient(unit, who, read_therapy(CHILD))]
        for each in invented_patients(7, patients - 1, DAY):
            named = Identity(
                number=each.identity.number,
                family_name=each.identity.family_name,
                given_name=each.identity.given_name,
            )
            ids.append(add_patient(unit, named, each.therapy, keep_ids=True))
        change_setting(unit, "zone", "Europe/Madrid")
        _fill_beside(unit, ids[0])
    with database.unit(NURSE) as unit:
        doctor = add_account(
            unit, login="doc", name="Dr Second", role=Role.PHYSICIAN, password="four words of mine",
            must_change=False,
        )  # fmt: skip
    with database.unit(doctor.actor) as unit:
        _, held = record_of(unit, ids[0])
        program = next(event for event in held.therapy.valid_events if isinstance(event, Program))
        confirm(unit, ids[0], program.id or "")
        _fill_of_account(unit, ids[0], doctor.id)
    return ids


def _fill_beside(unit: Unit, patient_id: str) -> None:
    rows: dict[str, dict[str, Any]] = {
        "appointment": {"id": "a1", "patient_id": patient_id, "kind": "refill", "at_us": 1, "with_whom": "x",
                        "state": "booked", "version": 1},
        "document": {"id": "d1", "patient_id": patient_id, "title": "letter", "media_type": "text/plain",
                     "content": PAPER, "sha256": OF_PAPER, "added_us": 1, "added_by": "x"},
        "team": {"patient_id": patient_id, "part": "nurse", "name": "R. Invented"},
        "course": {"patient_id": patient_id, "of_hash": "0", "span": "y", "data": "{}"},
        "login_attempt": {"login": "doc", "address": "127.0.0.1", "at_us": 1, "succeeded": 0},
        "instance": {"name": "made", "value": "today"},
        "mail_outbox": {"day": "2026-11-01", "addressee": "nurse@example.org", "subject": "x", "body": "x",
                        "state": "waiting", "tries": 0, "next_us": 1, "fault": "", "made_us": 1},
    }  # fmt: skip
    _insert(unit, rows)
    unit.audit("add-document", {"sha256": OF_PAPER}, patient_id=patient_id, subject="d1")


def _fill_of_account(unit: Unit, patient_id: str, account_id: str) -> None:
    rows: dict[str, dict[str, Any]] = {
        "session": {"token_hash": "h", "account_id": account_id, "created_us": 1, "seen_us": 1,
                    "second_factor_due": 0},
        "break_glass": {"id": "b1", "account_id": account_id, "patient_id": patient_id, "reason": "x",
                        "at_us": 1, "until_us": 2},
        "visit": {"id": "v1", "patient_id": patient_id, "kind": "refill", "state": "open", "opened_us": 1,
                  "opened_by": "x", "seen_entries": 3},
        "visit_step": {"visit_id": "v1", "place": 1, "step": "s", "data": "{}", "saved_us": 1,
                       "account_id": account_id, "saved_by": "x"},
        "draft": {"id": "p1", "patient_id": patient_id, "letter": "A", "name": "x", "program": "{}",
                  "goals": "{}", "state": "draft", "seen_entries": 3, "saved_us": 1, "account_id": account_id,
                  "saved_by": "x"},
        "calendar_link": {"token_hash": "c", "account_id": account_id, "label": "phone", "created_us": 1},
        "recall": {"id": "r1", "title": "x", "notice": "x", "criteria": CRITERIA, "until": "2026-12-01",
                   "opened_us": 1, "opened_by": account_id, "name": "x"},
        "recall_patient": {"recall_id": "r1", "place": 1, "patient_id": patient_id, "outcome": "done",
                           "words": "x", "at_us": 1, "account_id": account_id, "name": "x"},
    }  # fmt: skip
    _insert(unit, rows)
    unit.audit("break-glass", {"reason": "x", "until_us": 2}, patient_id=patient_id)
    unit.audit("open-recall", subject="r1")
    unit.audit("answer-recall", {"outcome": "done"}, patient_id=patient_id, subject="r1")
    unit.audit("save-step", {"step": "s"}, patient_id=patient_id, subject="v1")


def _insert(unit: Unit, rows: dict[str, dict[str, Any]]) -> None:
    for name, row in rows.items():
        unit.connection.execute(insert(tables.metadata.tables[name]).values(**row))


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in the order of the keys."""
    with database.reading() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables.metadata.sorted_tables
        }


def add_note(database: Database, patient_id: str, text: str) -> None:
    """Append a note to a record, on top of whatever it holds now."""
    with database.unit(NURSE) as unit:
        row, held = record_of(unit, patient_id)
        note = Note(at=held.therapy.valid_events[-1].at, note=text)
        append(unit, patient_id, [note], seen_entries=row.entries)
