"""Whatever is sent to a route, by whomever, the answer is never a fault of the program."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from tests.clinic.served import Served

from cisterna.clinic.permissions import Role
from cisterna.clinic.web.desk import COOKIE

EXAMPLES = 6
"""Requests to each route and role: what is wrong with a form is found by the form's own tests."""

LEFT_OUT = {"/log-out", "/administration/backup", "/administration/integrity"}
"""Routes that end the log-in or read everything: their own tests hold them."""


@pytest.mark.parametrize("role", [Role.PHYSICIAN, Role.ADMINISTRATOR])
def test_no_route_answers_with_a_fault_of_the_program(served: Served, role: Role) -> None:
    """Schemathesis finds no 5xx on any route, with patients that are there and with nonsense."""
    schema = schemathesis.openapi.from_dict(served.app.openapi())
    patients = tuple(served.patients.values())
    headers = {"Origin": served.address, "Accept": "text/html", "Cookie": f"{COOKIE}={served.token(role)}"}
    answered: list[int] = []

    def try_out(operation: schemathesis.APIOperation[Any, Any, Any, Any]) -> None:
        """Send generated requests to one operation."""

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), patient=st.sampled_from((None, *patients)))
        def send(case: schemathesis.Case[Any], patient: str | None) -> None:
            if patient is not None and "patient_id" in case.path_parameters:
                case.path_parameters["patient_id"] = patient
            answer = case.call(base_url=served.address, headers=headers, allow_redirects=False)
            assert answer.status_code < 500, (case.method, case.formatted_path, answer.status_code)
            answered.append(answer.status_code)

        send()

    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        if found.ok().path not in LEFT_OUT:
            try_out(found.ok())
    assert len(answered) > 100
    assert answered.count(200) > 20  # the log-in of the role was taken
