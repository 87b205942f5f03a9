"""A whole refill visit, on both databases: what is recorded is what was done, and nothing else is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from tests.clinic.visits.conftest import NOW, Team, Visit, told

from cisterna.care.need import NeedKind
from cisterna.clinic.database.tables import appointment, audit, confirmation, visit, visit_step
from cisterna.clinic.permissions import Role
from cisterna.clinic.projection import needs_row, standing_row
from cisterna.clinic.record import verify_records
from cisterna.therapy import Assess, Fill, Interrogate, Note, Session
from cisterna.units import Concentration, DailyDose, Volume


def when(clock: str) -> datetime:
    """An instant of the day of the visit."""
    return datetime.fromisoformat(f"2026-09-08T{clock}:00+02:00")


def test_a_routine_refill_is_recorded_as_it_was_done(clinic: Team) -> None:
    """Scores, reading, fill, reading back: exactly these events, signed, in order; nothing before step 12."""
    before = len(clinic.therapy().events)
    going = Visit.begun(clinic)
    going.until("compare")
    assert clinic.new_events(before) == []
    going.until("dates")
    added = clinic.new_events(before)
    assert [type(event) for event in added] == [Assess, Assess, Interrogate, Fill, Interrogate, Note]
    legs, arms, read, fill, back, note = added
    assert isinstance(legs, Assess)
    assert (legs.value, legs.site, legs.scale, legs.at) == (2.2, "legs", "ashworth-1-5", when("09:10"))
    assert isinstance(arms, Assess)
    assert arms.value == 2
    assert isinstance(read, Interrogate)
    assert (read.reservoir, read.daily_dose, read.at) == (Volume(5.6), DailyDose(185), when("09:10"))
    assert isinstance(fill, Fill)
    assert (fill.injected, fill.withdrawn, fill.concentration) == (
        Volume(20),
        Volume(5.9),
        Concentration(500),
    )
    assert (fill.lot, fill.rinsed, fill.at, fill.reason) == ("DEMO-B7702", False, when("09:36"), None)
    assert isinstance(back, Interrogate)
    assert (back.reservoir, back.at) == (Volume(20), when("09:50"))
    assert {event.by for event in added} == {"Ruth Heron"}
    assert "checked by Dr Tess Crane" in (note.note or "")
    with clinic.database.reading() as connection:
        assert verify_records(connection) == ()
        stands = standing_row(connection, clinic.patient_id)
    assert stands is not None
    assert stands.reservoir is not None
    assert stands.reservoir.filled_ml == 20


def test_the_steps_after_the_recording_book_teach_and_close(clinic: Team) -> None:
    """The booked visit of today is kept, the next one booked, the end noted, and the visit closed."""
    with clinic.database.unit(clinic.accounts[Role.NURSE].actor) as unit:
        unit.connection.execute(
            appointment.insert().values(
                id="a", patient_id=clinic.patient_id, kind="refill",
                at_us=round(NOW.timestamp() * 1_000_000), with_whom="", state="booked", reason="", version=1,
            )
        )  # fmt: skip
    going = Visit.begun(clinic)
    going.until("observe")
    with clinic.database.reading() as connection:
        booked = connection.execute(select(appointment).order_by(appointment.c.at_us)).all()
        (closed,) = connection.execute(select(visit)).all()
    assert [(row.kind, row.state) for row in booked] == [("refill", "kept"), ("refill", "booked")]
    assert booked[1].with_whom == "Ruth Heron"
    assert (closed.state, closed.closed_us is not None) == ("recorded", True)
    last = clinic.therapy().events[-1]
    assert isinstance(last, Note)
    assert "told to the mother; observed until 10:20, well when leaving" in (last.note or "")
    page = going.client.get(f"/patients/{clinic.patient_id}/refills").text
    assert "Prepare the refill" in page
    assert "+0.33 mL" in page


def test_a_new_dose_is_confirmed_by_the_second_person(clinic: Team) -> None:
    """The program stands in the record, in a session that ended running, confirmed by the one who looked."""
    before = len(clinic.therapy().events)
    going = Visit.begun(clinic)
    new = {
        "bridge": {"program": "new", "mode": "simple-continuous", "daily_dose": "200",
                   "reason": "stiff mornings"},
        "dates": {"daily_dose": "200"},
    }  # fmt: skip
    going.until("bridge", **new)
    going.post("compare", "save", read_dose="yes")
    assert going.second("compare").status_code == 303
    assert going.post("compare", read_dose="yes").status_code == 303
    assert going.post("dates", **new["dates"]).status_code == 303
    program = next(event for event in clinic.new_events(before) if event.kind == "program")
    session = next(event for event in clinic.new_events(before) if isinstance(event, Session))
    assert program.at == when("09:44")
    assert program.reason == "stiff mornings"
    assert (session.opened, session.at, session.ended) == (when("09:40"), when("09:44"), "running")
    with clinic.database.reading() as connection:
        (row,) = connection.execute(select(confirmation)).all()
        needed = needs_row(connection, clinic.patient_id)
    assert (row.event_id, row.name) == (program.id, "Dr Tess Crane")
    unconfirmed = [each for each in needed if each.kind is NeedKind.UNCONFIRMED_PROGRAM]
    assert program.id not in {each.event_id for each in unconfirmed}


def test_a_new_concentration_is_one_session_with_its_bridge(clinic: Team) -> None:
    """Fill, program and bridge stand at one instant in this order; the bridge is the old dose and fluid."""
    before = len(clinic.therapy().events)
    going = Visit.begun(clinic)
    going.until("fill", drug={"concentration": "2000"}, fill={"rinsed": "yes"})
    refused = going.post("bridge", program="unchanged", reason="weaker fills run out")
    assert refused.status_code == 422
    assert any("Bridge bolus" in text for text in told(refused))
    assert going.post("bridge", program="unchanged", bridge="yes", reason="fewer visits").status_code == 303
    page = going.client.get(f"{going.address}/compare").text
    read = {name: "yes" for name in ("read_concentration", "read_reservoir", "read_bridge", "read_mode",
                                     "read_dose") if f'name="{name}"' in page}  # fmt: skip
    going.post("compare", "save", **read)
    assert going.second("compare").status_code == 303
    assert going.post("compare", **read).status_code == 303
    assert going.post("dates").status_code == 303
    added = clinic.new_events(before)
    sent = [event for event in added if event.kind in {"fill", "program", "bridge-bolus"}]
    assert [event.kind for event in sent] == ["fill", "program", "bridge-bolus"]
    assert {event.at for event in sent} == {when("09:44")}
    bridge = sent[2]
    assert (bridge.old_concentration, bridge.daily_dose) == (Concentration(500), DailyDose(185))  # type: ignore[attr-defined]
    with clinic.database.reading() as connection:
        stands = standing_row(connection, clinic.patient_id)
    assert stands is not None
    assert stands.bolus == "bridge-bolus"


def test_no_bridge_is_a_decision_with_the_wrong_dose_in_writing(clinic: Team) -> None:
    """Without a bridge the page says which dose the old fluid gives, and asks for a reason."""
    going = Visit.begun(clinic)
    going.until("fill", drug={"concentration": "2000"})
    answer = going.post("bridge", program="unchanged", bridge="no", reason="")
    assert answer.status_code == 422
    assert any("Without a bridge the old fluid gives" in text or "no reason" in text for text in told(answer))
    assert "46.2 mcg/day" in answer.text  # 185 mcg/day / 2000 mcg/mL x 500 mcg/mL
    assert going.post("bridge", program="unchanged", bridge="no", reason="watched").status_code == 303


def test_it_goes_on_where_it_was_left_by_another_person(clinic: Team) -> None:
    """Typed text is on disk at every step; a colleague at another screen finds it and goes on."""
    first = Visit.begun(clinic)
    first.until("port")
    assert first.post("aspirate", "autosave", withdrawn="5.", fluid="").status_code == 200
    other = clinic.client(Role.PHYSICIAN)
    again = other.post(f"/patients/{clinic.patient_id}/refills")
    assert again.headers["location"] == first.address
    left = other.get(first.address)
    assert left.headers["location"] == f"{first.address}/aspirate"
    page = other.get(left.headers["location"]).text
    assert 'value="5."' in page
    assert "RH" in page
    with clinic.database.reading() as connection:
        rows = connection.execute(select(visit_step.c.place, visit_step.c.saved_by)).all()
    assert len({row.place for row in rows}) == len(rows)
    assert {row.saved_by for row in rows} == {"Ruth Heron"}


def test_the_audit_tells_of_every_step(clinic: Team) -> None:
    """Opening, each saved step with old and new, the second person, the recording: all in the audit."""
    going = Visit.begun(clinic)
    going.until("dates")
    with clinic.database.reading() as connection:
        rows = connection.execute(select(audit.c.action, audit.c.detail)).all()
    actions = [row.action for row in rows]
    assert {"open-visit", "save-step", "finish-step", "second-person", "second-check", "record-visit"} <= set(
        actions
    )
    assert any('"withdrawn":{"new":"5.9","old":null}' in row.detail for row in rows)
    assert not any("five invented words" in row.detail for row in rows)


def test_nothing_is_said_of_a_bridge_before_the_concentration_is_known(clinic: Team) -> None:
    """Whoever opens the step of the program first is told that the bridge is not known yet."""
    going = Visit.begun(clinic)
    page = going.client.get(f"{going.address}/bridge").text
    assert "whether a bridge is needed is not known" in page
    assert "no bridge is needed" not in page
