"""A patient at a glance: what stands there for whom, and the data of the charts."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, date, datetime
from threading import Thread

import numpy as np
import pytest
from sqlalchemy import select
from tests.clinic.conftest import NOW_US, Clock
from tests.clinic.keeping.filled import fill
from tests.clinic.served import Served

from cisterna.care.in_force import DayStep, ProgramInForce
from cisterna.clinic.database import Actor, Database
from cisterna.clinic.database.tables import course as kept
from cisterna.clinic.patients.course import SPANS, chart_text, content_hash, keep_chart
from cisterna.clinic.patients.drawings import day_profile
from cisterna.clinic.permissions import Role
from cisterna.clinic.record import append, record_of
from cisterna.instants import US_PER_DAY, utc
from cisterna.therapy import Fill, Note, Patient, Therapy
from cisterna.units import BodyWeight


def chart(served: Served, patient_id: str, span: str = "1y") -> str:
    """The data of the charts, as the page asks for them."""
    answer = served.client(Role.NURSE).get(f"/patients/{patient_id}/course.json?span={span}")
    assert answer.status_code == 200
    return answer.text


def test_the_overview_shows_therapy_to_those_who_see_it(served: Served) -> None:
    """A nurse sees dose, pump and needs; a scheduler what is due and booked, and no dose at all."""
    patient_id = served.patients["DEMO-1003"]
    nurse = served.client(Role.NURSE).get(f"/patients/{patient_id}").text
    assert "mcg/day" in nurse
    assert "Pump and catheter" in nurse
    scheduler = served.client(Role.SCHEDULER).get(f"/patients/{patient_id}").text
    assert "What is due" in scheduler
    assert "mcg/day" not in scheduler
    assert "Pump and catheter" not in scheduler


@pytest.mark.parametrize("span", SPANS)
def test_a_chart_holds_the_part_of_time_that_was_asked_for(served: Served, span: str) -> None:
    """Tone, daily dose and reservoir from the beginning of the part to some time ahead; now stands in it."""
    data = json.loads(chart(served, served.patients["DEMO-1003"], span))
    assert [panel["id"] for panel in data["panels"]] == ["tone", "daily-dose", "reservoir"]
    assert data["now"] == utc(NOW_US).isoformat()
    back = SPANS[span].back_days
    first = min(datetime.fromisoformat(event["at"]) for event in data["events"])
    assert back is None or (utc(NOW_US) - first).days <= back
    assert data["for"] == "typical patient"


def test_a_chart_is_kept_until_the_record_changes(served: Served) -> None:
    """The second asking gets the same text from the database; one more event makes another."""
    patient_id = served.patients["DEMO-1004"]
    first = chart(served, patient_id)
    with served.database.reading() as connection:
        rows = connection.execute(select(kept.c.span, kept.c.of_hash, kept.c.data)).all()
    assert [row.data for row in rows if row.data == first]
    assert chart(served, patient_id) == first
    actor = served.accounts[Role.NURSE].actor
    with served.database.unit(actor) as unit:
        row, record = record_of(unit, patient_id)
        event = Note(at=record.therapy.valid_events[-1].at, note="one more")
        append(unit, patient_id, [event], seen_entries=row.entries)
    assert "one more" in chart(served, patient_id)


def test_a_record_that_cannot_be_simulated_says_why(module_clock: Clock) -> None:
    """No event, or a patient too young for the model: the reason in words, never a fault of the program."""
    empty = Therapy(patient=Patient(label="invented", born=date(2018, 2, 11)))
    assert json.loads(chart_text(empty, "1y", module_clock()))["refused"]
    note = Note(at=datetime(2026, 3, 1, tzinfo=UTC), note="x")
    newborn = Patient(label="invented", born=date(2026, 2, 11), weight=BodyWeight(4))
    refused = json.loads(chart_text(Therapy(patient=newborn, events=(note,)), "1y", module_clock()))
    assert "refused" in refused or refused["panels"]


def test_an_unknown_part_of_time_is_refused(served: Served) -> None:
    """Only the parts that the page offers are computed."""
    answer = served.client(Role.NURSE).get(f"/patients/{served.patients['DEMO-1003']}/course.json?span=9y")
    assert answer.status_code == 404


def test_the_day_of_a_program_fills_the_width() -> None:
    """The bars of a day touch each other, cover 24 hours, and the highest rate has the full height."""
    steps = (DayStep(0.0, 4.0), DayStep(6.5, 8.0), DayStep(9.0, 4.0))
    program = ProgramInForce(
        event_id=None, since_us=0, mode="flex", daily_dose_mcg=106.0, flow_ml_per_day=0.2,
        days=(steps,), repeats_daily=True,
    )  # fmt: skip
    profile = day_profile(program, 3)
    assert sum(width for _, width, _ in profile.bars) == pytest.approx(100, abs=0.01)
    assert [height for _, _, height in profile.bars] == [50, 100, 50]


def test_the_program_page_tells_every_program(served: Served) -> None:
    """In force in full, and each program before it with its change."""
    number = next(
        each for each, told in served.told.items()
        if sum(event.kind == "program" for event in told.therapy.valid_events) > 2
    )  # fmt: skip
    text = served.client(Role.THERAPIST).get(f"/patients/{served.patients[number]}/programs").text
    programs = [event for event in served.told[number].therapy.valid_events if event.kind == "program"]
    assert all(f"/events/{event.id}" in text for event in programs)
    assert "From, pump clock" in text


def test_two_who_open_a_patient_at_once_both_get_the_chart(database: Database, nurse: Actor) -> None:
    """The chart that two made at the same moment is kept once, and neither is told of a fault."""
    (patient_id,) = fill(database, patients=1)
    other = Thread(target=lambda: _kept(database, nurse, patient_id))
    with database.unit(nurse) as unit:
        keep_chart(unit.connection, patient_id, "1y", "the same", "{}")
        other.start()
        other.join(1)
    other.join()
    with database.reading() as connection:
        held = connection.execute(select(kept.c.data).where(kept.c.of_hash == "the same")).scalars().all()
    assert held == ["{}"]


def _kept(database: Database, nurse: Actor, patient_id: str) -> None:
    with database.unit(nurse) as unit:
        keep_chart(unit.connection, patient_id, "1y", "the same", "{}")


def test_a_booked_refill_is_drawn_as_filled_like_the_last_time(served: Served) -> None:
    """From its instant on the line stands at what was injected last; without a booking there is no line."""
    told = served.told["DEMO-1003"].therapy
    booked_us = NOW_US + 10 * US_PER_DAY
    columns = json.loads(chart_text(told, "1y", NOW_US, booked_us))["columns"]
    column = np.frombuffer(b64decode(columns["reservoir_booked_ml"]), "<f4")
    drawn = column[np.isfinite(column)]
    last = next(event for event in reversed(told.valid_events) if isinstance(event, Fill))
    before, after = drawn[:2]
    assert before < after
    assert after == pytest.approx(float(last.injected), rel=1e-6)
    assert drawn[-1] < after
    assert "reservoir_booked_ml" not in json.loads(chart_text(told, "1y", NOW_US))["columns"]
    late_us = NOW_US + 400 * US_PER_DAY
    assert "reservoir_booked_ml" not in json.loads(chart_text(told, "1y", NOW_US, late_us))["columns"]


def test_a_chart_is_made_anew_when_a_refill_is_booked() -> None:
    """Booking, moving and calling off a refill change what the chart is made of."""
    made = {content_hash("head", {}, "1y", "2026-11-29", at) for at in (None, 1, 2)}
    assert len(made) == 3
