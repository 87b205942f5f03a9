"""A whole screening trial, on both databases: the bolus when it is given, the rest when it is closed."""

from __future__ import annotations

from tests.clinic.conftest import Clock
from tests.clinic.trials.conftest import TRIED, Screening
from tests.clinic.visits.conftest import Team, told

from cisterna.care.evaluation.recorded import Recorded
from cisterna.care.evaluation.screening_result import result_of
from cisterna.clinic.permissions import Role
from cisterna.clinic.record import verify_records
from cisterna.clinic.settings.site import change_setting
from cisterna.therapy import Assess, LumbarBolus, Note
from cisterna.units import Mass

_TO_THE_END_S = 7 * 3600


def test_the_bolus_is_recorded_when_it_is_given_and_the_rest_when_it_is_closed(
    clinic: Team, clock: Clock
) -> None:
    """Scores before and bolus at once; looks, response and plan with the last step; nothing twice."""
    going = Screening.begun(clinic)
    going.until("bolus")
    first = clinic.therapy().events
    assert [type(event) for event in first] == [Assess, Assess, LumbarBolus, Note]
    bolus = first[2]
    assert isinstance(bolus, LumbarBolus)
    assert (bolus.dose, bolus.level, bolus.by) == (Mass(50), "L3", "Dr Tess Crane")
    assert "checked by Dr Ana Second" in (first[3].note or "")
    clock.move(seconds=_TO_THE_END_S)
    again = Screening(clinic, clinic.client(Role.NURSE), going.address)
    for step in ("observe", "response", "next"):
        answer = again.post(step)
        assert answer.status_code == 303, (step, told(answer))
    therapy = clinic.therapy()
    added = therapy.events[4:]
    legs = [event.value for event in added if isinstance(event, Assess) and event.site == "legs"]
    assert legs == [2.2, 2.0, 2.4]
    assert "a response, judged by Mina Finch" in (added[-1].note or "")
    assert any("blood pressure 104/62 mmHg" in (event.note or "") for event in added)
    found = result_of(Recorded(therapy, bolus.at.date()), bolus)
    assert found is not None
    assert (found.drop, found.responds) == (1.6, True)
    with clinic.database.reading() as connection:
        assert verify_records(connection) == ()
    page = again.client.get(f"/patients/{clinic.patient_id}/trial").text
    assert "50 mcg: a response" in page


def test_nobody_goes_on_while_the_observation_runs(clinic: Team, clock: Clock) -> None:
    """Half an hour after the bolus the step of the observation stays open; with a reason it goes on."""
    going = Screening.begun(clinic)
    going.until("bolus")
    early = {name: text for name, text in TRIED["observe"].items() if name.endswith("_1")}
    fields = {**early, "do": "next", "place": going.place("observe")}
    answer = going.client.post(f"{going.address}/observe", data=fields)
    assert answer.status_code == 422
    assert any("since the bolus" in fault for fault in told(answer))
    clock.move(seconds=_TO_THE_END_S)
    late = Screening(clinic, clinic.client(Role.NURSE), going.address)
    page = late.client.get(f"{late.address}/observe").text
    assert "as late as the shortest published observation" in page
    assert late.post("observe").status_code == 303


def test_the_response_follows_the_threshold_of_the_site(clinic: Team, clock: Clock) -> None:
    """With a threshold of 2 a fall of 1.6 is none: to call it a response needs a reason."""
    with clinic.database.unit(clinic.accounts[Role.ADMINISTRATOR].actor) as unit:
        change_setting(unit, "responder_threshold_gilmartin", "2 score")
    going = Screening.begun(clinic)
    going.until("bolus")
    clock.move(seconds=_TO_THE_END_S)
    late = Screening(clinic, clinic.client(Role.NURSE), going.address)
    late.post("observe")
    answer = late.post("response")
    assert answer.status_code == 422
    assert "does not reach it" in answer.text
    assert late.post("response", responded="no", reason="").status_code == 303
    page = late.client.get(f"{late.address}/next").text
    assert "the next published dose is 75 mcg" in page
    refused = late.post("next")
    assert refused.status_code == 422
    assert late.post("next", plan="next").status_code == 303


def test_what_passes_the_ladder_or_lacks_something_is_told(clinic: Team) -> None:
    """Too much at once, no second person, an expired ampoule, a score off the scale, a pressure in words."""
    going = Screening.begun(clinic)
    for changed, where in (({"legs": "6"}, "legs"), ({"pressure": "normal"}, "pressure"),
                           ({"function": ""}, "function"), ({"illness": "yes"}, "reason")):  # fmt: skip
        answer = going.post("prepare", **changed)
        assert answer.status_code == 422, where
        assert f'href="#field-{where}"' in answer.text, where
    going.post("prepare")
    alone = going.post("bolus")
    assert any("nobody beside you" in fault for fault in told(alone))
    for changed in ({"dose": "500"}, {"expiry": "2026-09-01"}, {"dose": "75"}):
        assert going.post("bolus", **changed).status_code == 422, changed
    assert "above the first published screening dose" in going.client.get(f"{going.address}/bolus").text


def test_a_therapist_scores_and_does_not_record_the_bolus(clinic: Team) -> None:
    """The scores are the therapist's; the step of the bolus is for who records events."""
    going = Screening.begun(clinic, Role.THERAPIST)
    assert going.post("prepare").status_code == 303
    assert going.post("bolus").status_code == 403
    assert "may read this step and not change it" in going.client.get(f"{going.address}/bolus").text
    assert clinic.client(Role.SCHEDULER).post(
        f"/patients/{clinic.patient_id}/trial/screening"
    ).status_code == 403  # fmt: skip
