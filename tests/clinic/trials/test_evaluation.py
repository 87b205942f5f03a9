"""A whole evaluation, on both databases: facts, points, regimens, goals and the decision are recorded."""

from __future__ import annotations

from tests.clinic.trials.conftest import Evaluating
from tests.clinic.visits.conftest import Team, told

from cisterna.care import goal_attainment
from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.record import verify_records
from cisterna.therapy import Assess, Decision, Note


def test_an_evaluation_is_recorded_as_one_whole(clinic: Team) -> None:
    """Scores, decision and facts reach the record with the decision, and the visit is closed by it."""
    going = Evaluating.begun(clinic)
    going.until("goals")
    assert clinic.therapy().events == ()
    assert going.post("decision").headers["location"] == f"/patients/{clinic.patient_id}/trial"
    therapy = clinic.therapy()
    scores = [event for event in therapy.events if isinstance(event, Assess)]
    expected = goal_attainment([6, 1], [-2, -1]).value.t_score
    assert [(event.scale, event.site, event.value) for event in scores] == [
        ("gas", None, round(expected, 1)), ("copm", "performance", 3.2), ("copm", "satisfaction", 2.5),
    ]  # fmt: skip
    note = therapy.events[-1]
    assert isinstance(note, Note)
    decision = therapy.events[-2]
    assert isinstance(decision, Decision)
    taken = (decision.decided, decision.decided_by, decision.decided_with)
    assert taken == ("trial", "Dr Tess Crane", "both parents")
    for words in ("is dressed by one person (weight 1, today -1)", "Agreed with both parents"):  # fmt: skip
        assert words in (note.note or "")
    history = therapy.history
    assert (history.oral_tried, history.botulinum_tried, history.fusion) == (True, None, "planned")
    assert history.goals == "sits for a meal; is dressed by one person"
    with clinic.database.reading() as connection:
        assert verify_records(connection) == ()
    page = going.client.get(f"/patients/{clinic.patient_id}/trial").text
    assert "a screening trial" in page
    assert "Go on with the evaluation" not in page


def test_the_points_follow_what_is_typed(clinic: Team) -> None:
    """An answer moves its point from missing to where it belongs, before anything is recorded."""
    going = Evaluating.begun(clinic)
    before = going.client.get(f"{going.address}/points").text
    assert "before fusion" not in before
    going.post("facts", coagulopathy="yes")
    after = going.client.get(f"{going.address}/points").text
    assert after != before
    assert after.count("Agreed goals") == before.count("Agreed goals")
    assert "oagul" in after.partition('id="points-against"')[2].partition('id="points-missing"')[0]
    assert clinic.therapy().history.coagulopathy is None


def test_a_contraindication_bars_a_trial_and_nothing_else(clinic: Team) -> None:
    """With an active infection the decision for a trial is refused; to wait is not."""
    going = Evaluating.begun(clinic)
    going.until("goals", facts={"active_infection": "yes"})
    refused = going.post("decision")
    assert refused.status_code == 422
    assert any("active infection" in fault for fault in told(refused))
    assert going.post("decision", decision="wait").status_code == 303


def test_a_contraindication_that_nobody_asked_for_needs_a_reason(clinic: Team) -> None:
    """A trial on an unknown allergy goes on with a reason alone, and the record keeps it."""
    going = Evaluating.begun(clinic)
    going.until("goals", facts={"allergies": ""})
    assert going.post("decision").status_code == 422
    assert going.post("decision", reason="asked by telephone tomorrow").status_code == 303
    assert "Reason: asked by telephone tomorrow" in (clinic.therapy().events[-1].note or "")


def test_what_is_wrong_is_told_at_its_field(clinic: Team) -> None:
    """A total off the scale, a score without its goal, weights of nothing, nobody who decided."""
    going = Evaluating.begun(clinic)
    going.until("regimens")
    for changed, where in (
        ({"copm_performance": "11"}, "copm_performance"),
        ({"goal_2": ""}, "goal_2"),
        ({"importance_1": "0", "goal_2": "", "level_2": ""}, "importance_1"),
        ({"agreed_with": ""}, "agreed_with"),
    ):
        answer = going.post("goals", **changed)
        assert answer.status_code == 422, where
        assert f'href="#field-{where}"' in answer.text, where
    going.post("goals")
    for changed, where in (({"decision": "other"}, "regimen"), ({"decided_by": ""}, "decided_by")):
        answer = going.post("decision", **changed)
        assert answer.status_code == 422, where
        assert f'href="#field-{where}"' in answer.text, where


def test_roles_that_may_not_assess_cannot_begin(clinic: Team) -> None:
    """The whole clinical team evaluates; nobody else does."""
    for role in Role:
        answer = clinic.client(role).post(f"/patients/{clinic.patient_id}/trial/evaluation")
        assert (answer.status_code == 303) == (role in roles_of(Action.RECORD_ASSESSMENT)), role
