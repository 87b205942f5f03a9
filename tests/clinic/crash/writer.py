"""One writer: a process that records refills one after another and notes each that was acknowledged."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from cisterna.clinic.database import Actor, Database, Unit, open_database
from cisterna.clinic.database.tables import patient
from cisterna.clinic.record import Identity, add_patient, append, record_of
from cisterna.errors import StorageError
from cisterna.therapy import Event, Fill, Note, loads
from cisterna.units import Concentration, Volume

__all__ = ["write"]

_LONGEST = 40
"""Entries of a record after which a writer takes a new patient: a long record makes each entry dear."""
_PAUSE_S = 0.05
_THERAPY = """
schema = 1
[patient]
label = "girl, 8 years (invented)"
born = 2018-02-11
weight = "21 kg"
[[event]]
at = 2026-03-02T09:00:00Z
kind = "implant"
pump = "synchromed-ii-20"
catheter = "ascenda-8780"
catheter_trimmed = "52 cm"
tip = "T10"
[[event]]
at = 2026-03-02T10:00:00Z
kind = "fill"
injected = "20 mL"
concentration = "500 mcg/mL"
[[event]]
at = 2026-03-02T10:05:00Z
kind = "program"
mode = "simple-continuous"
daily_dose = "100 mcg/day"
"""


def write(address: str, writer: int, noted: Path) -> None:
    """Record refills until killed; a line of ``noted`` is written after each commit and never before."""
    actor = Actor(name=f"writer {writer}", role="nurse")
    line = os.open(noted, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    database: Database | None = None
    while True:
        try:
            if database is None:
                database = open_database(address)
            os.write(line, json.dumps(_visit(database, actor, writer)).encode() + b"\n")
        except StorageError:  # the database is down: nothing was acknowledged; try again
            time.sleep(_PAUSE_S)


def _visit(database: Database, actor: Actor, writer: int) -> list[str]:
    """One refill visit, of two events; their ids."""
    with database.unit(actor) as unit:
        row, held = record_of(unit, _patient(unit, writer))
        at = held.therapy.valid_events[-1].at + timedelta(hours=1)
        events: list[Event] = [
            Fill(at=at, withdrawn=Volume(19), injected=Volume(20), concentration=Concentration(500)),
            Note(at=at + timedelta(minutes=5), note=f"recorded at {datetime.now(UTC).isoformat()}"),
        ]
        written = append(unit, row.id, events, seen_entries=row.entries)
    return [event.id or "" for event in written]


def _patient(unit: Unit, writer: int) -> str:
    """The writer's newest patient, or one more where that one's record is long."""
    wanted = select(patient).where(patient.c.family_name == f"WRITER {writer}")
    rows = unit.connection.execute(wanted.order_by(patient.c.number)).all()
    if rows and rows[-1].entries < _LONGEST:
        return str(rows[-1].id)
    who = Identity(
        number=f"CRASH {writer}-{len(rows):04d}", family_name=f"WRITER {writer}", given_name="Ina (invented)"
    )
    return add_patient(unit, who, loads(_THERAPY))
