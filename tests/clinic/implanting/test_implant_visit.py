"""A whole implant visit, on both databases: what was put in, filled, primed and programmed is recorded."""

from __future__ import annotations

import pytest
from tests.clinic.implanting.conftest import STEPS, Implanting
from tests.clinic.visits.conftest import Team, told

from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.projection import standing_row
from cisterna.clinic.record import verify_records
from cisterna.therapy import Fill, Implant, Interrogate, Note, PrimingBolus, Program, Session
from cisterna.units import Concentration, DailyDose, Length, Volume


def test_an_implant_is_recorded_as_one_whole(clinic: Team) -> None:
    """Implant, fill, prime, program, session, reading and note: nothing before the recording."""
    going = Implanting.begun(clinic)
    going.until("program")
    assert clinic.new_events(1) == []
    going.until("summary")
    added = clinic.new_events(1)
    assert [type(event) for event in added if not isinstance(event, Session)] == [
        Implant, Fill, PrimingBolus, Program, Interrogate, Note,
    ]  # fmt: skip
    implant, fill, prime, program = added[:4]
    assert isinstance(implant, Implant)
    assert (implant.pump, implant.pump_serial, implant.pump_lot) == ("synchromed-ii-20", "INV-1", "L-9")
    assert (implant.catheter_trimmed, implant.tip, implant.catheter_lot) == (Length(52), "T10", "L-C")
    assert isinstance(fill, Fill)
    assert (fill.injected, fill.concentration, fill.lot) == (Volume(18), Concentration(500), "B7702")
    assert isinstance(prime, PrimingBolus)
    assert prime.parts == "pump+catheter"
    assert isinstance(program, Program)
    assert (program.daily_dose, program.reason) == (DailyDose(100), "start after the trial")
    note = added[-1].note or ""
    assert "Pocket: left, subfascial" in note
    assert "checked by Dr Ana Second" in note
    with clinic.database.reading() as connection:
        assert verify_records(connection) == ()
        stands = standing_row(connection, clinic.patient_id)
    assert stands is not None
    assert stands.status.value == "running"
    assert stands.tip == "T10"


def test_the_last_step_adds_what_was_told_and_closes(clinic: Team) -> None:
    """After the recording the hand-over is added as a note."""
    going = Implanting.begun(clinic)
    going.until("after")
    last = clinic.therapy().events[-1]
    assert isinstance(last, Note)
    assert "told to the mother" in (last.note or "")


def test_a_pump_that_cannot_be_run_is_named_at_once_with_what_is_missing(clinic: Team) -> None:
    """At the step of the pump, before a catheter is chosen, and it does not go on."""
    going = Implanting.begun(clinic)
    going.post("identity")
    answer = going.post("pump", model="codman-3000")
    assert answer.status_code == 422
    assert "cannot be run" in answer.text
    assert "residual volume" in answer.text or "reservoir volume" in answer.text


def test_the_dead_volume_is_shown_with_formula_and_source(clinic: Team) -> None:
    """Tubing and catheter to the tip, by the length that was left."""
    going = Implanting.begun(clinic)
    going.until("catheter")
    page = going.client.get(f"{going.address}/catheter").text
    assert "Tubing and catheter to the tip" in page
    assert "62 cm x" in page
    assert "0.276 mL" in page


@pytest.mark.parametrize(
    ("step", "changed", "fields"),
    [
        ("catheter", {"trimmed": "114"}, "could be longer"),
        ("catheter", {"trimmed": "", "implanted": ""}, "length"),
        ("catheter", {"implanted": "60"}, "both"),
        ("pump", {"at_time": "12:00"}, "not after now"),
    ],
)
def test_a_length_that_cannot_be_and_a_time_to_come_are_refused(
    step: str, changed: dict[str, str], fields: str, clinic: Team
) -> None:
    """Nothing implanted, no length at all, a length told twice, an hour that lies ahead."""
    going = Implanting.begun(clinic)
    order = list(STEPS)
    if order.index(step):
        going.until(order[order.index(step) - 1])
    answer = going.post(step, **changed)
    assert answer.status_code == 422, fields
    assert told(answer)


def test_the_prime_tells_volume_and_early_drug(clinic: Team) -> None:
    """What the prime holds, and that some drug leaves the tip before it ends."""
    going = Implanting.begun(clinic)
    going.until("prime")
    page = going.client.get(f"{going.address}/prime").text
    assert "Volume of the prime" in page
    assert "Drug that leaves the tip" in page


def test_the_start_dose_of_the_trial_stands_beside_the_one_that_is_typed(clinic: Team) -> None:
    """Twice the screening bolus of 50 mcg after a short effect; once after a long one."""
    going = Implanting.begun(clinic)
    going.until("prime")
    going.post("program", "save")
    page = going.client.get(f"{going.address}/program").text
    assert "Start dose from the screening trial" in page
    assert "published: 100 mcg/day" in page
    going.post("program", "save", lasted="12")
    assert "published: 50 mcg/day" in going.client.get(f"{going.address}/program").text


def test_the_drug_is_checked_by_two(clinic: Team) -> None:
    """Without a second person the fill does not go on."""
    going = Implanting.begun(clinic)
    going.until("catheter")
    answer = going.post("fill")
    assert answer.status_code == 422
    assert "second" in " ".join(told(answer))


def test_an_overfull_reservoir_and_an_expired_vial_are_refused(clinic: Team) -> None:
    """More than the pump holds and a drug past its day cannot be overridden."""
    going = Implanting.begun(clinic)
    going.until("catheter")
    for changed in ({"injected": "20.1"}, {"expiry": "2026-09-07"}):
        answer = going.post("fill", reason="because", **changed)
        assert answer.status_code == 422, changed


def test_a_first_dose_that_passes_a_limit_needs_a_reason_or_is_refused(clinic: Team) -> None:
    """The limits of the site are not set, so that even the published dose asks for a reason."""
    going = Implanting.begun(clinic)
    going.until("prime")
    assert going.post("program", reason="").status_code == 422
    assert going.post("program", mode="flex", reason="r").status_code == 422


def test_what_is_read_back_is_held_against_what_was_set(clinic: Team) -> None:
    """Another dose on the pump's screen asks for a reason; what is its rounding does not."""
    going = Implanting.begun(clinic)
    going.until("program")
    assert going.post("summary", daily_dose="90").status_code == 422
    assert going.post("summary", daily_dose="98.9").status_code == 422
    assert going.post("summary", daily_dose="99.9").status_code == 303


def test_a_visit_that_ends_without_an_implant_says_so_in_the_record(clinic: Team) -> None:
    """The reason stands as a note, and nothing was put in."""
    going = Implanting.begun(clinic)
    going.until("catheter")
    assert "End this visit without an implant" in going.client.get(f"{going.address}/fill").text
    answer = going.client.post(f"{going.address}/abandon", data={"reason": "fever", "step": "fill"})
    assert answer.status_code == 303
    (note,) = clinic.new_events(1)
    assert note.note == "Implant visit ended without an implant: fever."


def test_a_second_implant_is_refused_and_an_unfinished_visit_is_gone_on_with(clinic: Team) -> None:
    """The visit that was begun is opened again; with a pump in place there is none to begin."""
    first = Implanting.begun(clinic)
    assert Implanting.begun(clinic).address == first.address
    first.until("after")
    answer = clinic.client(Role.PHYSICIAN).post(f"/patients/{clinic.patient_id}/implant")
    assert answer.status_code == 400
    assert "one pump at a time" in answer.text


def test_nobody_else_begins_one(clinic: Team) -> None:
    """An implant is recorded by a physician."""
    others = [role for role in Role if role not in roles_of(Action.RECORD_IMPLANT)]
    assert len(others) == len(Role) - 1
    for role in others:
        assert clinic.client(role).post(f"/patients/{clinic.patient_id}/implant").status_code == 403
