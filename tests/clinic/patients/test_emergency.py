"""Access in an emergency: a reason, a time, the audit; closed again afterwards."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from tests.clinic.conftest import Clock
from tests.clinic.served import Served

from cisterna.clinic.database.tables import audit
from cisterna.clinic.permissions import Action, Role, may

REASON = "unconscious in the emergency room"


def actions(served: Served, patient_id: str) -> list[str]:
    """What the audit says was done about a patient, in order."""
    with served.database.reading() as connection:
        wanted = select(audit.c.action).where(audit.c.patient_id == patient_id).order_by(audit.c.seq)
        return list(connection.execute(wanted).scalars())


@pytest.mark.parametrize("role", Role)
def test_the_current_therapy_opens_by_a_reason_alone(served: Served, role: Role) -> None:
    """Who sees no therapy is asked why and sees nothing before; the clinical team needs no reason."""
    patient_id = served.patients["DEMO-1005"]
    client = served.client(role)
    before = client.get(f"/patients/{patient_id}/emergency").text
    if may(role, Action.SEE_THERAPY):
        assert "Therapy now" in before
        assert client.post(f"/patients/{patient_id}/emergency", data={"reason": REASON}).status_code == 403
        return
    assert "mcg/day" not in before
    refused = client.post(f"/patients/{patient_id}/emergency", data={"reason": "x"})
    assert refused.status_code == 422
    assert client.post(f"/patients/{patient_id}/emergency", data={"reason": REASON}).status_code == 303
    after = client.get(f"/patients/{patient_id}/emergency").text
    for words in ("Therapy now", "mcg/day", "Serial", "/sheets/emergency#withdrawal", "Whom to call"):
        assert words in after
    assert actions(served, patient_id)[-3:] == ["asked-for-reason", "break-glass", "read"]


def test_it_closes_when_the_time_is_over(served: Served, module_clock: Clock) -> None:
    """After an hour the reason is asked for again, and another patient was never open."""
    patient_id, other = served.patients["DEMO-1006"], served.patients["DEMO-1007"]
    client = served.client(Role.EMERGENCY_READER)
    client.post(f"/patients/{patient_id}/emergency", data={"reason": REASON})
    assert "Therapy now" in client.get(f"/patients/{patient_id}/emergency").text
    assert "Therapy now" not in client.get(f"/patients/{other}/emergency").text
    module_clock.move(seconds=3601)
    again = served.client(Role.EMERGENCY_READER).get(f"/patients/{patient_id}/emergency").text
    assert "Therapy now" not in again
    assert "Reason" in again


def test_the_reason_stands_in_the_audit(served: Served) -> None:
    """Who reviews an access reads why it was taken and until when it lasted."""
    patient_id = served.patients["DEMO-1008"]
    client = served.client(Role.EMERGENCY_READER)
    client.post(f"/patients/{patient_id}/emergency", data={"reason": REASON})
    with served.database.reading() as connection:
        wanted = select(audit.c.detail).where(
            audit.c.action == "break-glass", audit.c.patient_id == patient_id
        )
        detail = json.loads(connection.execute(wanted).scalar_one())
    assert detail["reason"] == REASON


def test_a_reason_that_is_refused_shows_the_name_and_stands_in_the_audit(served: Served) -> None:
    """The form that comes back names the patient: that is a reading too, and the audit says why it came."""
    told = served.told["DEMO-1009"]
    patient_id = served.patients["DEMO-1009"]
    client = served.client(Role.EMERGENCY_READER)
    before = len(actions(served, patient_id))
    refused = client.post(f"/patients/{patient_id}/emergency", data={"reason": "x"})
    assert told.identity.family_name.upper() in refused.text
    assert actions(served, patient_id)[before:] == ["asked-for-reason"]
    with served.database.reading() as connection:
        wanted = select(audit.c.detail).where(audit.c.patient_id == patient_id).order_by(audit.c.seq.desc())
        assert json.loads(connection.execute(wanted.limit(1)).scalar_one()) == {"refused": ["too few words"]}
