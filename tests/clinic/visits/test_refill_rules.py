"""Each rule of the refill visit at its edge, who may do what, and what two people at once are told."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from tests.clinic.served import PASSWORD, RECORDER
from tests.clinic.visits.conftest import NOW, Team, Visit, at, told

from cisterna.care.need import NeedKind
from cisterna.care.standing import StandingStatus
from cisterna.clinic.database.tables import appointment, audit, login_attempt, session, visit_step
from cisterna.clinic.permissions import Action, Role, may
from cisterna.clinic.projection import needs_row, standing_row
from cisterna.clinic.record import append, record_of
from cisterna.therapy import Fill, Note
from cisterna.units import Volume


def kinds(clinic: Team) -> list[str]:
    """The kinds of every event of the record."""
    return [event.kind for event in clinic.therapy().events]


def page_of(visit: Visit, step: str) -> str:
    """The text of a step's page."""
    return visit.client.get(f"{visit.address}/{step}").text


def test_the_withdrawn_volume_is_judged_at_its_limits(clinic: Team) -> None:
    """Up to 2 mL more than expected is routine; more asks for a reason."""
    going = Visit.begun(clinic)
    going.until("port")
    assert "Within" in page_of(going, "aspirate") or "Not yet" in page_of(going, "aspirate")
    assert going.post("aspirate", withdrawn="7.56").status_code == 303
    refused = going.post("aspirate", withdrawn="7.6")
    assert refused.status_code == 422
    assert any("no reason" in text for text in told(refused))
    assert "possible stall, occlusion or disconnection" in refused.text
    assert going.post("aspirate", withdrawn="7.6", reason="air in the line").status_code == 303
    too_much = going.post("aspirate", withdrawn="20.1", reason="x")
    assert too_much.status_code == 422
    assert any("0 to 20 mL" in text for text in told(too_much))
    assert 'value="20.1"' in too_much.text


def test_more_fluid_than_expected_blocks_a_rise(clinic: Team) -> None:
    """After 12 mL where 5.6 mL was expected a higher dose is refused with any reason; the same is not."""
    going = Visit.begun(clinic)
    going.until("fill", aspirate={"withdrawn": "12", "reason": "to be looked into"})
    raised = going.post(
        "bridge", program="new", mode="simple-continuous", daily_dose="190", reason="still stiff"
    )
    assert raised.status_code == 422
    assert any("Until it is looked into" in text for text in told(raised))
    assert going.post("bridge", program="unchanged").status_code == 303


def test_the_fill_keeps_to_the_capacity_and_looks_for_a_pocket_fill(clinic: Team) -> None:
    """20 mL goes in, 20.1 mL is refused; 1 mL missing is within, 1.1 mL needs a plan of observation."""
    going = Visit.begun(clinic)
    going.until("doubt", drug={"prepared": "25"})
    over = going.post("fill", injected="20.1", reason="x")
    assert over.status_code == 422
    assert any("above the capacity" in text for text in told(over))
    assert going.post("fill", injected="20", measured="19").status_code == 303
    short = going.post("fill", injected="20", measured="18.9", reason="drawn back twice")
    assert short.status_code == 422
    assert any("pocket fill is possible" in text for text in told(short))
    kept = going.post("fill", measured="18.9", reason="drawn back twice", observation="ward, until 16:00")
    assert kept.status_code == 303
    more = going.post("fill", injected="25.1")
    assert any("at most what was in the syringe, 25 mL" in text for text in told(more))


def test_nothing_is_injected_while_the_needle_is_in_doubt(clinic: Team) -> None:
    """The stop button leads to the stop; the fill is refused until somebody calls the needle certain."""
    going = Visit.begun(clinic)
    going.until("port")
    stopped = going.post("aspirate", "stop")
    assert stopped.headers["location"] == f"{going.address}/doubt"
    assert "Do not inject" in page_of(going, "doubt")
    assert going.post("doubt", sure="no").status_code == 422
    refused = going.post("fill")
    assert any("nobody called certain" in text for text in told(refused))
    assert going.post("doubt", sure="yes").status_code == 303
    assert going.post("fill").status_code == 303


def test_a_visit_ends_without_a_refill_with_a_reason(clinic: Team) -> None:
    """With a reason it ends; a reservoir that was emptied and not filled is empty, and due now."""
    going = Visit.begun(clinic)
    going.until("aspirate")
    before = kinds(clinic)
    address = f"{going.address}/abandon"
    assert going.client.post(address, data={"reason": " ", "step": "doubt"}).status_code == 422
    ended = going.client.post(address, data={"reason": "no certain place", "step": "doubt"})
    assert ended.status_code == 303
    assert kinds(clinic) == [*before, "fill"]
    emptied = clinic.therapy().events[-1]
    assert isinstance(emptied, Fill)
    assert (emptied.injected, emptied.withdrawn) == (Volume(0), Volume(5.9))
    with clinic.database.reading() as connection:
        stands = standing_row(connection, clinic.patient_id)
        needed = {each.kind for each in needs_row(connection, clinic.patient_id)}
    assert stands is not None
    assert stands.status is StandingStatus.EMPTY
    assert {NeedKind.LOW_RESERVOIR, NeedKind.REFILL} <= needed
    assert emptied.note == (
        "Refill visit ended without a refill: no certain place. Nothing was injected; 5.9 mL was withdrawn."
    )
    assert going.post("fill").status_code == 400
    assert "Prepare the refill" in going.client.get(f"/patients/{clinic.patient_id}/refills").text


def test_an_expired_vial_is_refused(clinic: Team) -> None:
    """The day of the visit is good enough, the day before it is not, whatever the reason."""
    going = Visit.begun(clinic)
    going.until("interrogate")
    expired = going.post("drug", expiry="2026-09-07", reason="nothing else here")
    assert any("has expired" in text for text in told(expired))
    going.post("drug", "save", expiry="2026-09-08")
    assert going.second("drug").status_code == 303
    assert going.post("drug", expiry="2026-09-08").status_code == 303


@pytest.mark.parametrize(
    ("login", "password", "said"),
    [
        ("physician", "not the password", "do not belong together"),
        ("nobody", PASSWORD, "do not belong together"),
        ("nurse", PASSWORD, "another person"),
        ("therapist", PASSWORD, "may not confirm this"),
    ],
)
def test_the_second_person_is_somebody_else_who_may(
    clinic: Team, login: str, password: str, said: str
) -> None:
    """A wrong password, an unknown name, oneself, another role: refused and audited; nobody logs out."""
    going = Visit.begun(clinic)
    going.until("interrogate")
    going.post("drug", "save")
    answer = going.second("drug", login, password)
    assert answer.status_code == 422
    assert said in answer.text
    assert PASSWORD not in answer.text
    assert going.post("drug").status_code == 422
    with clinic.database.reading() as connection:
        refused = connection.execute(select(audit).where(audit.c.action == "second-person-refused")).all()
        assert connection.execute(select(session).where(session.c.revoked_us.is_not(None))).all() == []
    assert len(refused) == 1
    assert going.client.get(f"{going.address}/drug").status_code == 200


def test_the_second_person_has_limited_attempts(clinic: Team) -> None:
    """After as many wrong passwords as a log-in allows, the right one is refused too."""
    going = Visit.begun(clinic)
    going.until("interrogate")
    going.post("drug", "save")
    for _ in range(12):
        going.second("drug", "physician", "wrong")
    answer = going.second("drug")
    assert "too many failed attempts" in answer.text
    with clinic.database.reading() as connection:
        tried = connection.execute(select(login_attempt).where(login_attempt.c.login == "physician")).all()
    assert {row.succeeded for row in tried} == {0}


def test_a_check_by_two_lapses_with_what_was_checked(clinic: Team) -> None:
    """Another lot after the check: the step is not done until a second person has seen it again."""
    going = Visit.begun(clinic)
    going.until("drug")
    assert going.post("drug", lot="ANOTHER").status_code == 422
    assert going.second("drug").status_code == 303
    assert going.post("drug", lot="ANOTHER").status_code == 303


def test_a_confirmation_of_what_was_not_shown_is_refused(clinic: Team) -> None:
    """Whoever confirms must have seen the last save."""
    going = Visit.begun(clinic)
    going.until("interrogate")
    going.post("drug", "save")
    data = {"second_login": "physician", "second_password": PASSWORD, "place": "1"}
    answer = going.client.post(f"{going.address}/drug/second", data=data)
    assert answer.status_code == 422
    assert "changed since it was shown" in answer.text


def test_a_record_that_changed_meanwhile_is_shown_before_it_goes_on(clinic: Team) -> None:
    """Recording is refused with what is new; once it was read the visit is recorded with everything typed."""
    going = Visit.begun(clinic)
    going.until("compare")
    with clinic.database.unit(RECORDER) as unit:
        seen = record_of(unit, clinic.patient_id)[0].entries
        append(unit, clinic.patient_id, [Note(at=NOW, note="mother phoned")], seen_entries=seen)
    stale = going.post("dates")
    assert stale.status_code == 409
    assert "mother phoned" in stale.text
    assert 'value="09:50"' in stale.text
    assert not any(isinstance(event, Fill) and event.lot for event in clinic.therapy().events)
    data = {"entries": str(seen + 1), "step": "dates"}
    assert going.client.post(f"{going.address}/seen", data=data).status_code == 303
    assert going.post("dates").status_code == 303
    assert any(isinstance(event, Fill) and event.lot == "DEMO-B7702" for event in clinic.therapy().events)


def test_two_people_at_one_step_lose_nothing(clinic: Team) -> None:
    """The second to save sees what the first saved, with their own text kept; both stay on disk."""
    first = Visit.begun(clinic)
    first.until("port")
    place = first.place("aspirate")
    second = Visit(clinic, clinic.client(Role.PHYSICIAN), first.address)
    first.post("aspirate", "autosave", withdrawn="5.1")
    late = {"withdrawn": "5.2", "do": "autosave", "place": place}
    by_itself = second.client.post(f"{first.address}/aspirate", data=late)
    assert "not saved: Ruth Heron" in by_itself.text
    told_both = second.client.post(f"{first.address}/aspirate", data={**late, "do": "next"})
    assert told_both.status_code == 409
    assert "Withdrawn volume: 5.1 mL" in told_both.text
    assert 'value="5.2"' in told_both.text
    second.post("aspirate", "save", withdrawn="5.2")
    with clinic.database.reading() as connection:
        texts = [row.data for row in connection.execute(select(visit_step).order_by(visit_step.c.place))]
    assert any('"withdrawn":"5.1"' in text for text in texts)
    assert '"withdrawn":"5.2"' in texts[-1]


def test_a_late_save_of_the_page_never_undoes_a_button(clinic: Team) -> None:
    """An autosave that arrives after the step was finished changes nothing."""
    going = Visit.begun(clinic)
    going.until("skin")
    place = going.place("port")
    assert going.post("port").status_code == 303
    late = {"reservoir_port": "yes", "do": "autosave", "place": place}
    going.client.post(f"{going.address}/port", data=late)
    page = page_of(going, "port")
    assert "6 of 15 done" in page


def test_nothing_is_recorded_while_a_step_is_open(clinic: Team) -> None:
    """The recording names every step that is not done; the record stays as it was."""
    going = Visit.begun(clinic)
    before = kinds(clinic)
    answer = going.post("dates")
    assert answer.status_code == 422
    assert any("Drug in hand" in text for text in told(answer))
    assert kinds(clinic) == before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (at("09:05"), "not before the step before it"),
        (at("23:59"), "not after now"),
        ({"at_day": "2026-09-08", "at_time": "9.31"}, "a time such as 06:30"),
        ({"withdrawn": "5,9"}, "decimal point"),
        ({"withdrawn": ""}, "found nothing"),
    ],
)
def test_wrong_input_is_told_at_its_field_and_kept(clinic: Team, changed: dict[str, str], said: str) -> None:
    """Times out of turn or ahead, a comma, an empty field: beside the field, with what was typed kept."""
    going = Visit.begun(clinic)
    going.until("port")
    answer = going.post("aspirate", **changed)
    assert answer.status_code == 422
    assert said in " ".join(told(answer)).replace("Found", "found")
    for text in changed.values():
        assert f'value="{text}"' in answer.text or not text


def test_the_next_refill_is_refused_on_the_day_of_the_alarm(clinic: Team) -> None:
    """Planned on the alarm's day it is refused, within the lead it needs a reason, before it is booked."""
    going = Visit.begun(clinic)
    going.until("dates")
    on_alarm = going.post("book", at_day="2026-10-27", reason="holidays")
    assert on_alarm.status_code == 422
    assert any("on or after the day of the alarm" in text for text in told(on_alarm))
    late = going.post("book", at_day="2026-10-24")
    assert any("no reason" in text for text in told(late))
    assert going.post("book", at_day="2026-10-14").status_code == 303
    with clinic.database.reading() as connection:
        (row,) = connection.execute(select(appointment)).all()
    assert (row.kind, row.state) == ("refill", "booked")


def test_an_alarm_that_was_read_is_recorded(clinic: Team) -> None:
    """An alarm chosen at the interrogation becomes an event of its own, acknowledged."""
    going = Visit.begun(clinic)
    going.until("dates", interrogate={"alarm": "low-reservoir"})
    assert "alarm" in kinds(clinic)


def test_a_flex_program_is_typed_step_by_step(clinic: Team) -> None:
    """Steps of a day are read in their order; a gap at midnight is told at the field of the step."""
    going = Visit.begun(clinic)
    going.until("fill")
    flex = {"program": "new", "mode": "flex", "reason": "evenings"}
    gap = going.post("bridge", **flex, from_1="06:00", rate_1="7")
    assert any("cover the day from 00:00" in text for text in told(gap))
    going.post("bridge", **flex, from_1="00:00", rate_1="7", from_2="06:30", rate_2="8.1")
    going.post("compare", "save", read_dose="yes", read_mode="yes")
    assert going.second("compare").status_code == 303
    assert going.post("compare", read_dose="yes", read_mode="yes").status_code == 303
    assert going.post("dates", daily_dose="187.25").status_code == 303
    program = clinic.therapy().events[-4]
    assert (program.kind, program.mode) == ("program", "flex")  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", [role for role in Role if not may(role, Action.RECORD_REFILL)])
def test_other_roles_change_nothing(clinic: Team, role: Role) -> None:
    """Who may not record a refill gets 403 from every change; a therapist may read the visit."""
    going = Visit.begun(clinic)
    other = clinic.client(role)
    changes = (
        f"/patients/{clinic.patient_id}/refills", f"{going.address}/identity",
        f"{going.address}/drug/second", f"{going.address}/abandon", f"{going.address}/seen",
    )  # fmt: skip
    data = {"reason": "x", "step": "identity", "place": "0", "entries": "1", "do": "next"}
    for address in changes:
        assert other.post(address, data=data).status_code in {403, 422}, address
    reads = 200 if may(role, Action.SEE_THERAPY) else 403
    assert other.get(f"{going.address}/identity").status_code == reads
    assert other.get(f"/patients/{clinic.patient_id}/refills").status_code == reads
    with clinic.database.reading() as connection:
        assert connection.execute(select(visit_step)).all() == []


def test_an_unknown_visit_or_step_is_not_found(clinic: Team) -> None:
    """Neither says anything about a patient."""
    client = clinic.client(Role.NURSE)
    going = Visit.begun(clinic)
    assert client.get("/visits/0000/identity").status_code == 404
    assert client.get(f"{going.address}/nothing").status_code == 404
    assert client.post("/visits/0000/identity", data={}).status_code == 404
