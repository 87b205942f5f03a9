"""The list of patients, the search, and the form that adds and changes one."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from tests.clinic.served import Served

from cisterna.clinic.database.tables import audit, patient
from cisterna.clinic.permissions import Action, Role, may
from cisterna.clinic.record import record_of, verify_records
from cisterna.therapy import Therapy
from cisterna.units import BodyWeight

NEW = {
    "number": "N 100",
    "family_name": "Skua",
    "given_name": "Ina",
    "born": "2018-02-11",
    "sex": "female",
    "condition": "cerebral palsy",
    "timezone": "Europe/Madrid",
    "weight": "21",
    "tone_legs": "3.6",
    "tone_arms": "3",
    "tone_scale": "ashworth-1-5",
    "allergies_known": "some",
    "allergies": "latex",
    "shunt": "yes",
    "contacts": "mother, 555 0100\n",
    "team_nurse": "Ruth Heron",
}


def audited(served: Served, action: str) -> list[dict[str, object]]:
    """The details of every entry of an action."""
    with served.database.reading() as connection:
        rows = connection.execute(select(audit.c.detail).where(audit.c.action == action))
        return [json.loads(row.detail) for row in rows]


def therapy_of(served: Served, patient_id: str) -> Therapy:
    """What is kept of a patient."""
    with served.database.unit(served.accounts[Role.NURSE].actor) as unit:
        return record_of(unit, patient_id)[1].therapy


def added(served: Served, number: str) -> str:
    """The id of a new patient with a number."""
    answer = served.client(Role.NURSE).post("/patients/new", data=NEW | {"number": number})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).rpartition("/")[2]


@pytest.mark.parametrize("role", Role)
def test_who_may_see_patients_gets_the_list(served: Served, role: Role) -> None:
    """The team sees everybody by name; doses are shown to those who see therapies alone."""
    answer = served.client(role).get("/patients")
    if not may(role, Action.SEE_PATIENT):
        assert answer.status_code == 403
        return
    assert answer.status_code == 200
    assert "HEIN" in answer.text
    assert ("mcg/day" in answer.text) == may(role, Action.SEE_THERAPY)
    assert ("/patients/new" in answer.text) == may(role, Action.ADD_PATIENT)


def test_the_list_is_in_pages(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more than fit on a page, the next page goes on where the first ended."""
    monkeypatch.setattr("cisterna.clinic.patients.repository.AT_ONCE", 5)
    client = served.client(Role.NURSE)
    pages = [client.get(f"/patients?page={page}").text for page in (1, 2)]
    ids = [[each for each in served.patients.values() if each in text] for text in pages]
    assert [len(each) for each in ids] == [5, 5]
    assert not set(ids[0]) & set(ids[1])
    assert client.get(f"/patients?page={10**30}").status_code == 200


@pytest.mark.parametrize("role", Role)
def test_a_search_finds_by_name_number_and_serial(served: Served, role: Role) -> None:
    """Every role finds a patient; who sees no therapy is led on to the emergency view alone."""
    number, patient_id = next(iter(served.patients.items()))
    told = served.told[number]
    serial = next(event.pump_serial for event in told.therapy.events if event.kind == "implant")  # type: ignore[attr-defined]
    client = served.client(role)
    for words in (told.identity.family_name, number, serial or ""):
        text = client.post("/patients/find", data={"words": words}).text
        assert f"/patients/{patient_id}" in text, words
        assert (f"/patients/{patient_id}/emergency" in text) != may(role, Action.SEE_PATIENT)
    assert "Nobody matches" in client.post("/patients/find", data={"words": "%_%"}).text


def test_a_search_leaves_no_words_behind(served: Served) -> None:
    """Words, which may be a name, stand in no address and no audit; who was found does."""
    number, patient_id = next(iter(served.patients.items()))
    name = served.told[number].identity.family_name
    served.client(Role.NURSE).post("/patients/find", data={"words": name})
    last = audited(served, "find")[-1]
    assert patient_id in str(last["found"])
    assert name not in json.dumps(last, ensure_ascii=False)


def test_a_patient_is_added_whole(served: Served) -> None:
    """What the form states is in the record: identity, header, history, team; the chain is whole."""
    patient_id = added(served, "N 101")
    therapy = therapy_of(served, patient_id)
    assert therapy.patient.weight == BodyWeight(21)
    assert therapy.patient.tone is not None
    assert (therapy.history.allergies, therapy.history.shunt, therapy.history.malnutrition) == (
        "latex", True, None,
    )  # fmt: skip
    text = served.client(Role.NURSE).get(f"/patients/{patient_id}").text
    assert "SKUA, Ina" in text
    assert "Allergy: latex" in text
    assert "Ruth Heron" in text
    assert "Skua" not in therapy.patient.label
    with served.database.reading() as connection:
        assert verify_records(connection) == ()


def test_a_number_that_is_taken_leads_to_its_patient(served: Served) -> None:
    """Nothing is added twice: the answer names the fault, keeps what was typed and links the patient."""
    number, patient_id = next(iter(served.patients.items()))
    answer = served.client(Role.NURSE).post("/patients/new", data=NEW | {"number": number})
    assert answer.status_code == 422
    assert f"/patients/{patient_id}" in answer.text
    assert 'value="Skua"' in answer.text


@pytest.mark.parametrize(
    ("field", "text", "where"),
    [
        ("family_name", " ", "family_name"),
        ("born", "", "born"),
        ("born", "2090-01-01", "born"),
        ("born", "1800-01-01", "born"),
        ("weight", "21,5", "weight"),
        ("weight", "0.5", "weight"),
        ("height", "1.18", "height"),
        ("tone_legs", "3e0", "tone_legs"),
        ("weight", "21 kg", "weight"),
        ("tone_arms", "", "tone_arms"),
        ("tone_legs", "9", "tone_legs"),
        ("allergies", "", "allergies"),
        ("timezone", "Europe/Nowhere", "timezone"),
        ("gmfcs", "VI", "gmfcs"),
        ("condition", "gout", "condition"),
    ],
)
def test_each_fault_stands_beside_its_field(served: Served, field: str, text: str, where: str) -> None:
    """A wrong field is refused at that field; the others come back as they were typed."""
    answer = served.client(Role.NURSE).post("/patients/new", data=NEW | {"number": "N 102", field: text})
    assert answer.status_code == 422
    assert f'id="fault-{where}"' in answer.text
    assert "mother, 555 0100" in answer.text
    with served.database.reading() as connection:
        assert connection.execute(select(patient.c.id).where(patient.c.number == "N 102")).first() is None


def test_a_scheduler_states_no_clinical_fields(served: Served) -> None:
    """What a role may not see it neither writes nor wipes out."""
    patient_id = added(served, "N 103")
    client = served.client(Role.SCHEDULER)
    page = client.get(f"/patients/{patient_id}/change").text
    assert 'name="weight"' not in page
    entries = len(therapy_of(served, patient_id).events) + 1
    answer = client.post(
        f"/patients/{patient_id}/header",
        data={"seen_entries": str(entries), "born": "2018-02-12", "condition": "stroke", "weight": "99",
              "timezone": "Europe/Paris"},
    )  # fmt: skip
    assert answer.status_code == 303
    after = therapy_of(served, patient_id)
    assert (after.patient.born.isoformat(), after.patient.weight) == ("2018-02-12", BodyWeight(21))
    assert after.history.allergies == "latex"


def test_the_second_of_two_who_change_a_header_decides(served: Served) -> None:
    """Whoever saw an older record is told so and loses nothing that was typed."""
    patient_id = added(served, "N 104")
    client = served.client(Role.NURSE)
    typed = NEW | {"seen_entries": "1", "goals": "sit in the car"}
    assert client.post(f"/patients/{patient_id}/header", data=typed).status_code == 303
    answer = client.post(f"/patients/{patient_id}/header", data=typed | {"goals": "stand at the table"})
    assert answer.status_code == 409
    assert "stand at the table" in answer.text
    assert therapy_of(served, patient_id).history.goals == "sit in the car"


def test_identity_and_team_are_changed_with_old_and_new_in_the_audit(served: Served) -> None:
    """A change is audited by field; an identity that was changed meanwhile is refused."""
    patient_id = added(served, "N 105")
    client = served.client(Role.NURSE)
    typed = NEW | {"number": "N 105", "seen_version": "1", "given_name": "Iris"}
    assert client.post(f"/patients/{patient_id}/identity", data=typed).status_code == 303
    assert audited(served, "change-patient")[-1]["given_name"] == {"old": "Ina", "new": "Iris"}
    assert client.post(f"/patients/{patient_id}/identity", data=typed).status_code == 409
    assert client.post(f"/patients/{patient_id}/team", data={"team_nurse": "Jo Swift"}).status_code == 303
    assert audited(served, "change-team")[-1] == {"nurse": {"old": "Ruth Heron", "new": "Jo Swift"}}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("/patients/new", Action.ADD_PATIENT),
        ("/patients/{id}/change", Action.CHANGE_PATIENT),
        ("/patients/{id}", Action.SEE_PATIENT),
        ("/patients/{id}/program", Action.SEE_THERAPY),
        ("/patients/{id}/programs", Action.SEE_THERAPY),
        ("/patients/{id}/course.json", Action.SEE_THERAPY),
        ("/patients/{id}/events", Action.SEE_THERAPY),
        ("/patients/{id}/record", Action.RECORD_EVENT),
        ("/patients/{id}/record/note", Action.RECORD_EVENT),
        ("/patients/{id}/documents", Action.SEE_THERAPY),
    ],
)
def test_each_page_is_for_the_roles_that_may(served: Served, role: Role, path: str, action: Action) -> None:
    """A role that may gets the page, another is refused, and without a log-in one is sent to it."""
    address = path.format(id=next(iter(served.patients.values())))
    assert served.client(role).get(address).status_code == (200 if may(role, action) else 403)
    assert served.client().get(address).headers["location"] == "/log-in"


def test_nobody_is_shown_who_is_not_there(served: Served) -> None:
    """An unknown id is a plain page, not a fault of the program."""
    for below in (
        "",
        "/events",
        "/program",
        "/course.json",
        "/documents",
        "/emergency",
        "/change",
        "/record",
    ):
        assert served.client(Role.NURSE).get(f"/patients/0000{below}").status_code == 404
