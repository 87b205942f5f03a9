"""The page of what-if."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from tests.clinic.served import Served

from cisterna.clinic.database.tables import record
from cisterna.clinic.permissions import Action, Role, roles_of

CHILD = "DEMO-1003"


def path(served: Served) -> str:
    """The page of an invented patient whose pump runs."""
    return f"/patients/{served.patients[CHILD]}/what-if"


@pytest.mark.parametrize("role", Role)
def test_who_sees_the_therapy_may_ask(served: Served, role: Role) -> None:
    """Question and answer, for every role that sees the therapy."""
    client, allowed = served.client(role), role in roles_of(Action.SEE_THERAPY)
    expected = {200, 303} if allowed else {403}
    assert client.get(path(served)).status_code in expected
    assert client.post(path(served), data={"scenario": "stopped"}).status_code in expected


def test_the_answer_says_what_happens_when_and_records_nothing(served: Served) -> None:
    """What is noticed first is marked, curves and values follow, the record is as long as before."""
    with served.database.reading() as connection:
        before = connection.execute(select(func.count()).select_from(record)).scalar_one()
    answer = served.client(Role.NURSE).post(path(served), data={"scenario": "motor-stall"})
    assert answer.status_code == 200
    assert answer.text.count("noticed first") == 1
    assert answer.text.index("motor stall: a two-tone alarm") > answer.text.index("noticed first")
    assert answer.text.count("<polyline") == 6
    with served.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(record)).scalar_one() == before


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"scenario": "catheter-leak"}, "leak"),
        ({"scenario": "catheter-leak", "leak": "140"}, "leak"),
        ({"scenario": "wrong-concentration", "concentration": "much"}, "concentration"),
        ({"scenario": "lowered-in-steps", "step": "0", "every": "7"}, "step"),
        ({"scenario": "lowered-in-steps", "step": "20", "every": "-1"}, "every"),
        ({"scenario": "flight", "hours": ""}, "hours"),
        ({"scenario": "flight", "hours": "30"}, "hours"),
        ({"scenario": "flight", "hours": "1.1"}, "hours"),
        ({"scenario": "tsunami"}, "scenario"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(served: Served, typed: dict[str, str], told: str) -> None:
    """Each fault names its field, and what was typed stays."""
    answer = served.client(Role.NURSE).post(path(served), data=typed)
    assert answer.status_code == 422
    assert f'href="#field-{told}"' in answer.text
    assert all(f'value="{text}"' in answer.text for name, text in typed.items() if name != "scenario")


def test_without_a_pump_it_says_so(served: Served) -> None:
    """A patient whose pump does not run is told, with no error page."""
    for number, patient_id in served.patients.items():
        answer = served.client(Role.NURSE).post(
            f"/patients/{patient_id}/what-if", data={"scenario": "stopped"}
        )
        assert answer.status_code in {200, 422}, number
        assert "c-error" not in answer.text


def test_a_flight_says_when_the_steps_come_and_what_helps(served: Served) -> None:
    """The steps by both clocks, the clock set at a visit, and the guide's words with their source."""
    answer = served.client(Role.NURSE).post(path(served), data={"scenario": "flight", "hours": "8"})
    assert answer.status_code == 200
    assert "goes on as it was set" in answer.text
    assert "if it is set at a visit on arrival" in answer.text
    assert "ner.12388" in answer.text
    assert 'href="/sheets/travel"' in answer.text
