"""Points for, against and missing: each from what the file states, cited, never a yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.therapy.strategies import therapies_of_every_kind

from cisterna.care import Candidacy, candidacy, read_sentences
from cisterna.errors import EvidenceError, InputError
from cisterna.therapy import Assess, Event, History, LumbarBolus, Patient, Therapy, Tone
from cisterna.units import BodyWeight, FiltrationRate, Mass

AT = datetime.fromisoformat("2026-01-20T09:00:00+00:00")
ON = date(2026, 2, 1)


def evaluated(
    *events: Event,
    patient: Mapping[str, Any] | None = None,
    parameters: Mapping[str, str] | None = None,
    **history: Any,
) -> Candidacy:
    """The evaluation of a child of 8 with this patient, history and these events."""
    who = {"label": "girl, 8 years (invented)", "born": date(2018, 1, 20), **(patient or {})}
    therapy = Therapy(
        patient=Patient(**who), history=History(**history), events=events, parameters=parameters or {}
    )
    return candidacy(therapy, ON)


def ids(found: Candidacy, side: str) -> set[str]:
    """The points of a side by id."""
    return {point.id for point in found.side(side)}


def text(found: Candidacy, ident: str) -> str:
    """What a point says."""
    return next(point.said.text for point in found.points if point.id == ident)


def tone(value: float | str, site: str, scale: str = "ashworth-1-5", hours: float = 0) -> Assess:
    """A score of tone."""
    return Assess(at=AT + timedelta(hours=hours), scale=scale, value=value, site=site)


def bolus(dose: float, hours: float = 0) -> LumbarBolus:
    """A screening bolus."""
    return LumbarBolus(at=AT + timedelta(hours=hours), dose=Mass(dose), level="L3")


def test_an_empty_file_has_what_is_missing_and_nothing_else_but_the_age() -> None:
    """What is left out is unknown: it is listed as missing, never taken as no."""
    found = evaluated()
    assert ids(found, "for") == {"age-label"}
    assert ids(found, "against") == set()
    assert {
        "allergy-missing", "infection-missing", "weight-missing", "room-for-pump", "tone-missing",
        "penn-missing", "gmfcs-missing",
        "both-sides-missing", "problems-missing", "goals-missing", "oral-missing",
        "botulinum-missing", "relative-missing", "fusion-missing", "shunt-missing", "walks-missing",
        "commitment-missing", "carers", "other-disease", "screening-missing",
    } == ids(found, "missing")  # fmt: skip
    assert found.contraindicated is None


def test_there_is_no_yes_or_no() -> None:
    """The answer has no verdict, only what is to be weighed and whether a contraindication is recorded."""
    told = evaluated(active_infection=False, allergies="none").facts()
    assert set(told) == {
        "patient", "age", "on", "for", "against", "missing", "contraindicated", "contraindications",
        "regimens",
    }  # fmt: skip
    assert told["contraindicated"] is False


@pytest.mark.parametrize(
    ("allergies", "ident", "contraindicated"),
    [
        ("baclofen: rash", "allergy", True),
        ("Lioresal", "allergy", True),
        ("penicillin", "no-allergy", False),
        ("none known", "no-allergy", False),
        ("no allergy to baclofen", "allergy-unclear", None),
        ("tolerates baclofen", "allergy-unclear", None),
        (" ", "allergy-missing", None),
        (None, "allergy-missing", None),
    ],
)
def test_only_an_allergy_that_names_baclofen_contraindicates(
    allergies: str | None,
    ident: str,
    contraindicated: bool | None,  # noqa: FBT001
) -> None:
    """What can be read both ways is asked for, not decided."""
    found = evaluated(allergies=allergies, active_infection=False)
    assert ident in {point.id for point in found.points}
    assert found.contraindicated is contraindicated


def test_an_infection_postpones_and_stands_first_against() -> None:
    """An active infection is a contraindication of guideline and panel; it is told as postpone."""
    found = evaluated(active_infection=True, allergies="none", shunt=True)
    assert found.contraindicated is True
    assert [point.id for point in found.side("against")] == ["infection", "shunt"]
    assert [point.id for point in found.side("contraindication")] == ["infection"]
    assert "Postpone" in text(found, "infection")


@pytest.mark.parametrize(
    ("born", "ident"), [(date(2022, 2, 1), "age-label"), (date(2022, 2, 2), "age-below-label")]
)
def test_the_label_begins_on_the_fourth_birthday(born: date, ident: str) -> None:
    """A day before it the age speaks against, for a specialist to decide."""
    assert ident in {point.id for point in evaluated(patient={"born": born}).points}


@pytest.mark.parametrize(("weight", "side"), [(15, "for"), (14.9, "against")])
def test_weight_is_a_prompt_and_never_a_block(weight: float, side: str) -> None:
    """Under 15 kg, recalled, is to be weighed; it contraindicates nothing."""
    found = evaluated(patient={"weight": BodyWeight(weight)}, allergies="none", active_infection=False)
    assert ids(found, side) & {"weight", "weight-low"}
    assert "[recalled]" in text(found, "weight" if side == "for" else "weight-low")
    assert found.contraindicated is False


@pytest.mark.parametrize(
    ("scores", "meets"),
    [
        ([(4, "left adductors", "ashworth-1-5"), (4, "right adductors", "ashworth-1-5")], True),
        ([(3, "left adductors", "ashworth-1-5"), (4, "right adductors", "ashworth-1-5")], False),
        ([(3, "left adductors", "ashworth-0-4"), ("3", "right adductors", "mas")], True),
        ([("1+", "left adductors", "mas"), ("4", "right adductors", "mas")], False),
        ([("not-assessed", "left adductors", "mas"), ("4", "right adductors", "mas")], False),
        ([(4, "left adductors", "ashworth-1-5"), (5, "left adductors", "ashworth-1-5")], False),
    ],
)
def test_two_muscle_groups_of_4_on_the_scale_of_the_trials(
    scores: list[tuple[Any, str, str]],
    meets: bool,  # noqa: FBT001
) -> None:
    """3 on 0 to 4 is 4 on 1 to 5; a group counts once, with its last score; not assessed is no score."""
    found = evaluated(*(tone(value, site, scale, hours=n) for n, (value, site, scale) in enumerate(scores)))
    assert ("access-ashworth" in ids(found, "for")) is meets
    assert ("access-tone" in ids(found, "against")) is not meets


@pytest.mark.parametrize(("penn", "side"), [(3, "for"), (2, "against")])
def test_spasms_are_the_other_criterion(penn: float, side: str) -> None:
    """Penn 3 meets the text by itself; 2 alone does not."""
    found = evaluated(Assess(at=AT, scale="penn", value=penn))
    assert ids(found, side) & {"access-penn", "access-tone"}
    assert "penn-missing" not in ids(found, "missing")


def test_a_score_under_a_bolus_is_not_the_tone_of_the_patient() -> None:
    """Scores of the day after a screening bolus are its effect; tone is what was scored before."""
    sites = ("left adductors", "right adductors")
    found = evaluated(
        *(tone(4, site) for site in sites), bolus(50, 1), *(tone(1, site, hours=4) for site in sites)
    )
    assert "access-ashworth" in ids(found, "for")


@pytest.mark.parametrize(
    ("after", "dose", "ident"),
    [
        (3.0, 50, "screening-response"),
        (3.1, 50, "screening-no-response"),
        (3.1, 100, "screening-failed"),
        (4.0, 75, "screening-no-response"),
    ],
)
def test_a_fall_of_the_threshold_is_a_response(after: float, dose: float, ident: str) -> None:
    """A fall of 1 responds; less does not, and after 100 mcg the label has no pump."""
    found = evaluated(tone(4, "legs"), bolus(dose, 1), tone(after, "legs", hours=5))
    assert ident in {point.id for point in found.points}
    assert f"{dose} mcg" in text(found, ident)


def test_the_lowest_leg_score_while_a_bolus_acts_counts() -> None:
    """Arms are left out, and so is what was scored after 8 h."""
    found = evaluated(
        tone(4, "left adductors"), tone(4, "left elbow flexors"), bolus(50, 1),
        tone(3.5, "left adductors", hours=3), tone(2.5, "left adductors", hours=5),
        tone(1, "left elbow flexors", hours=5), tone(1, "left adductors", hours=10),
    )  # fmt: skip
    assert "fell by 1.5 over 1 site (" in text(found, "screening-response")


def test_a_bolus_without_scores_asks_for_them() -> None:
    """A bolus alone is no response."""
    assert "screening-scores-missing" in ids(evaluated(bolus(50)), "missing")


def test_the_threshold_is_a_setting() -> None:
    """A site that asks for 2 points does not call a fall of 1.5 a response, and both numbers are shown."""
    events = (tone(4, "legs"), bolus(50, 1), tone(2.5, "legs", hours=5))
    found = evaluated(*events, parameters={"responder_threshold_gilmartin": "2 score"})
    assert "less than 2 (set here; published 1)" in text(found, "screening-no-response")


def test_what_comes_later_is_not_known_on_the_day() -> None:
    """An evaluation looks back: scores after its day do not count."""
    later = Assess(at=AT + timedelta(days=30), scale="penn", value=4)
    assert "penn-missing" in ids(evaluated(later), "missing")


@pytest.mark.parametrize(
    ("history", "side", "ident", "words"),
    [
        ({"shunt": True}, "against", "shunt", "no contraindication"),
        ({"fusion": "planned"}, "for", "fusion-planned", "implant before it"),
        ({"fusion": "done"}, "against", "fusion-done", "to be weighed"),
        ({"walks_on_spasticity": True}, "against", "walks", "3 of 19"),
        ({"uncontrolled_epilepsy": True}, "against", "relative", "Uncontrolled epilepsy"),
        ({"malnutrition": False}, "for", "relative-absent", "malnutrition"),
        ({"oral_tried": False}, "against", "oral-not-tried", "not only a last resort"),
        ({"botulinum_tried": True}, "for", "botulinum-tried", "tried"),
        ({"refill_commitment": False}, "against", "no-commitment", "withdrawal"),
        ({"goals": "less pain at night"}, "for", "pain-in-goals", "non-invasive care"),
        ({"goals": "sits in the chair"}, "for", "goals", "sits in the chair"),
    ],
)
def test_what_the_history_states_is_a_point(
    history: dict[str, Any], side: str, ident: str, words: str
) -> None:
    """Each entry of the history stands on its side with its source."""
    found = evaluated(**history)
    assert ident in ids(found, side)
    assert words in text(found, ident)


def test_goals_without_pain_leave_the_question_open() -> None:
    """Whether a problem remains despite care is asked for where neither score nor goal tells."""
    assert "problems-missing" in ids(evaluated(goals="sits in the chair"), "missing")
    scored = evaluated(Assess(at=AT, scale="r-flacc", value=6))
    assert "r-FLACC 6" in text(scored, "pain")


@pytest.mark.parametrize(("level", "side"), [("III", "for"), ("V", "for"), ("II", "against")])
def test_gmfcs_as_nice_has_it(level: Any, side: str) -> None:
    """III to V are typical; an assessment is newer than what the patient's line says."""
    assert ids(evaluated(patient={"gmfcs": level}), side) & {"gmfcs-typical", "gmfcs-other"}
    newer = evaluated(Assess(at=AT, scale="gmfcs", value="IV"), patient={"gmfcs": "II"})
    assert "gmfcs-typical" in ids(newer, "for")


def test_what_is_published_on_cerebral_palsy_is_not_asked_of_others() -> None:
    """GMFCS and both sides belong to cerebral palsy; after a spinal cord injury none is missing."""
    found = evaluated(patient={"condition": "spinal cord injury"})
    assert not {"gmfcs-missing", "both-sides-missing"} & {point.id for point in found.points}
    rhizotomy = next(regimen for regimen in found.regimens if regimen.id == "sdr")
    assert rhizotomy.for_patient[0].text.startswith("Outside the research profile")


def test_both_sides_need_left_and_right() -> None:
    """Raised tone left and right is bilateral; a normal side is not, means of legs and arms will do."""
    both = evaluated(tone(3, "left knee"), tone(2, "right knee"))
    assert "both-sides" in ids(both, "for")
    assert "both-sides-missing" in ids(evaluated(tone(3, "left knee"), tone(1, "right knee")), "missing")
    means = evaluated(patient={"tone": Tone(legs=3.6, arms=3.0, scale="ashworth-1-5")})
    assert "legs (3.6) and arms (3)" in text(means, "arms-and-legs")
    assert "only means are known" in text(means, "tone-missing")


def test_condition_and_kidney() -> None:
    """A brain injury asks how long ago; spinal origin names the label; a weak kidney counts against."""
    assert "at least 1 y" in text(evaluated(patient={"condition": "brain injury"}), "injury-date")
    spinal = evaluated(patient={"condition": "spinal cord injury"}, oral_tried=False)
    assert "spinal origin" in text(spinal, "oral-not-tried")
    assert "kidney" in ids(evaluated(patient={"egfr": FiltrationRate(40)}), "against")
    assert "kidney" not in ids(evaluated(patient={"egfr": FiltrationRate(90)}), "against")


def test_dystonia_brings_its_trial() -> None:
    """HAT with dystonia, or a BADS above 0, is told with the published trial."""
    for event in (Assess(at=AT, scale="hat", value="mixed"), Assess(at=AT, scale="bads", value=8)):
        assert "38.9" in text(evaluated(event), "dystonia")


def test_a_day_before_birth_is_refused() -> None:
    """The message names the day and birth."""
    with pytest.raises(InputError) as caught:
        candidacy(Therapy(patient=Patient(label="girl", born=date(2020, 1, 1))), date(2019, 1, 1))
    assert "2020-01-01" in str(caught.value)


@given(therapy=therapies_of_every_kind(), days=st.integers(0, 30000))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_therapy_on_every_day_has_an_evaluation(therapy: Therapy, days: int) -> None:
    """Whatever a file holds, each point is cited, on one side, and comes once (NICE's list aside)."""
    day = min(therapy.patient.born + timedelta(days=days), date(2100, 1, 1))
    found = candidacy(therapy, day)
    for point in found.points:
        assert point.said.source
        assert point.said.text.strip()
    named = [point.id for point in found.points if point.id != "relative"]
    assert len(named) == len(set(named))
    sides = [found.side(side) for side in ("for", "against", "missing")]
    assert sum(map(len, sides)) == len(found.points)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"side": "for", "text": "It is.", "source": "label"}, "found no status"),
        ({"side": "maybe", "text": "It is.", "source": "label", "status": "confirmed"}, "side 'maybe'"),
        ({"side": "for", "source": "label", "status": "confirmed"}, "states its text"),
        ({"side": "for", "text": "It is.", "status": "confirmed"}, "states its source"),
        ("for", "a table"),
    ],
)
def test_a_sentence_that_lacks_something_is_refused(table: Any, words: str) -> None:
    """No point without source, status, text and side."""
    with pytest.raises(EvidenceError) as caught:
        read_sentences({"a-point": table})
    assert words in str(caught.value)
