"""The second person: sees the numbers, confirms them, and is another than who recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinic.served import Served

from cisterna.care.need import NeedKind
from cisterna.clinic.confirming.compared import settings_of
from cisterna.clinic.permissions import Action, Role, may
from cisterna.clinic.projection import needs_row
from cisterna.clinic.record import append, record_of
from cisterna.instants import utc
from cisterna.therapy import Correct, PatientBolusAllowance, Program, event_table, read_therapy
from cisterna.units import DailyDose, Duration, HourlyRate, Mass

NUMBER = "DEMO-1004"
"""Somebody whose last program nobody confirmed."""


def unconfirmed(served: Served, number: str = NUMBER) -> str | None:
    """The event that waits for a second person."""
    with served.database.reading() as connection:
        found = needs_row(connection, served.patients[number])
    return next((need.event_id for need in found if need.kind is NeedKind.UNCONFIRMED_PROGRAM), None)


def address(served: Served, event_id: str | None) -> str:
    """The page of the program."""
    return f"/patients/{served.patients[NUMBER]}/confirm/{event_id}"


@pytest.mark.parametrize("role", Role)
def test_who_may_confirm_sees_the_numbers(served: Served, role: Role) -> None:
    """Nurse and physician see the program before and now with units; nobody else reaches the page."""
    client, path = served.client(role), address(served, unconfirmed(served))
    answer = client.get(path)
    if may(role, Action.CONFIRM_PROGRAM):
        assert answer.status_code == 200
        assert "318 mcg/day" in answer.text
        assert "343 mcg/day" in answer.text
    else:
        assert answer.status_code == 403
        assert client.post(path, data={"compared": "yes"}).status_code == 403


def test_only_what_was_compared_is_confirmed_and_only_once(served: Served) -> None:
    """Without the mark nothing is confirmed; with it the need is gone, and the page with it."""
    client, path = served.client(Role.NURSE), address(served, unconfirmed(served))
    refused = client.post(path)
    assert refused.status_code == 422
    assert "compared with what the programmer shows" in refused.text
    assert unconfirmed(served) is not None
    assert "confirm/" in client.get("/due?kind=unconfirmed-program").text
    assert "confirm/" not in served.client(Role.THERAPIST).get("/due?kind=unconfirmed-program").text
    assert client.post(path, data={"compared": "yes"}).status_code == 303
    assert unconfirmed(served) is None
    assert client.get(path).status_code == 404
    assert client.get(address(served, "nothing")).status_code == 404


def test_nobody_confirms_an_own_program(served: Served) -> None:
    """The nurse who recorded is told why not, on the page and when the form is sent all the same."""
    account, patient_id = served.accounts[Role.NURSE], served.patients[NUMBER]
    with served.database.unit(account.actor) as unit:
        row, record = record_of(unit, patient_id)
        last = record.therapy.valid_events[-1].at + timedelta(hours=1)
        (program,) = append(
            unit, patient_id, [Program(at=last, mode="simple-continuous", daily_dose=DailyDose(340))],
            seen_entries=row.entries,
        )  # fmt: skip
    assert unconfirmed(served) == program.id
    path = address(served, program.id)
    client = served.client(Role.NURSE)
    assert "another person confirms it" in client.get(path).text
    refused = client.post(path, data={"compared": "yes"})
    assert refused.status_code == 422
    assert "your own entry" in refused.text
    assert unconfirmed(served) == program.id
    assert served.client(Role.PHYSICIAN).post(path, data={"compared": "yes"}).status_code == 303


def test_a_corrected_program_is_compared_with_its_change(served: Served) -> None:
    """The second person sees by how much a corrected program changes the dose, as of any other."""
    account, patient_id = served.accounts[Role.NURSE], served.patients[NUMBER]
    with served.database.unit(account.actor) as unit:
        row, record = record_of(unit, patient_id)
        last = [event for event in record.therapy.valid_events if isinstance(event, Program)][-1]
        new = event_table(replace(last, id=None, daily_dose=DailyDose(350)))
        fix = Correct(at=utc(unit.at_us), event=last.id or "", why="misread", new=new)
        (made,) = append(unit, patient_id, [fix], seen_entries=row.entries)
    shown = served.client(Role.PHYSICIAN).get(address(served, made.id)).text
    assert "350 mcg/day" in shown
    assert "Change of the daily dose" in shown
    assert served.client(Role.PHYSICIAN).post(
        address(served, made.id), data={"compared": "yes"}
    ).status_code == 303  # fmt: skip


def test_every_setting_of_a_program_is_compared() -> None:
    """Each step of a flex program is a row with its hour and rate; nothing that a pump runs is left out."""
    folder = Path(__file__).parents[3] / "examples"
    programs = [
        event
        for path in sorted(folder.glob("*.toml"))
        for event in read_therapy(path).events
        if isinstance(event, Program)
    ]
    flex = next(each for each in programs if each.mode == "flex")
    told = settings_of(flex)
    assert [name for name in told if name.startswith("step_")] == [
        f"step_{place}" for place in range(1, len(flex.steps) + 1)
    ]
    assert flex.steps[0].rate.shown() in told["step_1"]
    assert {each.mode for each in programs} >= {"simple-continuous", "flex"}
    assert all(settings_of(each)["mode"] == each.mode.replace("-", " ") for each in programs)
    periodic = Program(
        at=flex.at, mode="periodic-bolus", bolus=Mass(30), over=Duration(1), every=Duration(6),
        background=HourlyRate(4), patient_bolus=PatientBolusAllowance(
            dose=Mass(10), lockout=Duration(6), per_day=2
        ),
    )  # fmt: skip
    assert set(settings_of(periodic)) == {"mode", "bolus", "over", "every", "background", "patient_bolus"}
