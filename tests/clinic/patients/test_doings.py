"""The buttons of the overview: what a role may do next, and no more."""

from __future__ import annotations

import re

import pytest
from tests.clinic.served import Served

from cisterna.clinic.permissions import Role
from cisterna.therapy import Explant, Implant


def patient(served: Served, *, implanted: bool) -> str:
    """A patient with, or without, a pump in place."""
    for number, told in served.told.items():
        kinds = {type(event) for event in told.therapy.events}
        if (Implant in kinds and Explant not in kinds) is implanted:
            return served.patients[number]
    raise AssertionError("no such patient was invented")


@pytest.mark.parametrize(
    ("role", "offered", "not_offered"),
    [
        (
            Role.NURSE,
            ("Refill", "Change the dose", "Book a visit", "Export"),
            ("Revision", "End the therapy"),
        ),
        (Role.PHYSICIAN, ("Refill", "Revision", "End the therapy"), ()),
        (
            Role.THERAPIST,
            ("Assess", "Book a visit"),
            ("Refill", "Change the dose", "Record an event", "Export"),
        ),
    ],
)
def test_a_role_is_offered_what_it_may_do(
    served: Served, role: Role, offered: tuple[str, ...], not_offered: tuple[str, ...]
) -> None:
    """Each button leads to a page that answers; what the role may not do is not offered."""
    client = served.client(role)
    here = f"/patients/{patient(served, implanted=True)}"
    doings = client.get(here).text.split('class="c-doings"')[1].split("</nav>")[0]
    assert all(words in doings for words in offered)
    assert not any(words in doings for words in not_offered)
    for address in re.findall(r'href="(/[^"]+)"', doings):
        assert client.get(address).status_code == 200


def test_a_patient_without_a_pump_is_offered_the_implant_and_no_refill(served: Served) -> None:
    """Nothing is offered that cannot be done."""
    page = served.client(Role.PHYSICIAN).get(f"/patients/{patient(served, implanted=False)}").text
    doings = page.split('class="c-doings"')[1].split("</nav>")[0]
    assert "Implant visit" in doings
    assert "Refill" not in doings
    assert "Change the dose" not in doings
