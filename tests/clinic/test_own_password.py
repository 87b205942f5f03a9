"""The pages that ask for one's own password once more."""

from __future__ import annotations

import pytest
from tests.clinic.served import PASSWORD, Served

from cisterna.clinic.permissions import Role

WRONG = "wrong wrong wrong"


@pytest.mark.parametrize(
    ("path", "field", "role"),
    [("/account/password", "now", Role.NURSE), ("/account/second-factor/off", "password", Role.THERAPIST)],
)
def test_at_an_open_screen_the_password_can_be_tried_five_times(
    served: Served, path: str, field: str, role: Role
) -> None:
    """The sixth try is refused, though it is right, and the refusal says how long to wait."""
    client = served.client(role)
    new = {"password": "another five invented words", "again": "another five invented words"}
    for _ in range(5):
        answer = client.post(path, data={**new, field: WRONG})
        assert "a password that is not yours" in answer.text
    answer = client.post(path, data={**new, field: PASSWORD})
    assert answer.status_code == 422
    assert "another try in 15 min" in answer.text
