"""A reset that is found at a refill: recorded when it was, and never without a program that is sent anew."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.clinic.visits.conftest import Team, Visit, at, told

from cisterna.clinic.projection import standing_row
from cisterna.therapy import FaultEvent, Fill, Interrogate, Program, Resume


def lost_dose(left: str) -> str:
    """What the programmer shows after a reset: the lowest rate, or nothing."""
    return "24" if left == "safe-state" else "0"


@pytest.mark.parametrize("left", ["safe-state", "none"])
def test_a_reset_is_recorded_with_the_program_that_is_sent_anew(clinic: Team, left: str) -> None:
    """Reset, reading, fill and the old program at the instant of the update: the pump runs it again."""
    before = len(clinic.therapy().events)
    old = [event for event in clinic.therapy().valid_events if isinstance(event, Program)][-1]
    going = Visit.begun(clinic)
    found = {**at("07:05", "reset_at"), "reset": left, "daily_dose": lost_dose(left)}
    going.until("fill", interrogate={**found, "reason": "reset, see the memory"})
    page = going.client.get(f"{going.address}/bridge").text
    assert "unchanged, sent anew" in page
    assert 'value="resume"' not in page
    answer = going.post("bridge", program="unchanged", reason="the dose of before, two hours were lost")
    assert answer.status_code == 303, told(answer)
    read = {
        name: "yes"
        for name in ("read_mode", "read_dose")
        if f'name="{name}"' in going.client.get(f"{going.address}/compare").text
    }
    going.post("compare", "save", **read)
    assert going.second("compare").status_code == 303
    assert going.post("compare", **read).status_code == 303
    answer = going.post("dates")
    assert answer.status_code == 303, told(answer)
    added = clinic.new_events(before)
    kinds = [type(event) for event in added if isinstance(event, (FaultEvent, Fill, Program, Resume))]
    assert kinds == [FaultEvent, Fill, Program]
    reset = next(event for event in added if isinstance(event, FaultEvent))
    assert (reset.what, reset.amount) == ("reset", left)
    assert reset.at == datetime.fromisoformat("2026-09-08T07:05:00+02:00")
    first_read = next(event for event in added if isinstance(event, Interrogate))
    assert first_read.at > reset.at
    sent = next(event for event in added if isinstance(event, Program))
    assert (sent.mode, sent.daily_dose) == (old.mode, old.daily_dose)
    with clinic.database.reading() as connection:
        stands = standing_row(connection, clinic.patient_id)
    assert stands is not None
    assert stands.status.value == "running"
    assert stands.program is not None
    assert stands.program.daily_dose_mcg == pytest.approx(185)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"reset": "none"}, "when the pump was reset"),
        ({**at("07:05", "reset_at")}, "what the reset left the pump in"),
        ({"reset": "none", **at("09:20", "reset_at")}, "not before the step before it"),
    ],
)
def test_a_reset_without_its_time_or_after_the_reading_is_refused(
    clinic: Team, typed: dict[str, str], words: str
) -> None:
    """Both or neither, and not after the pump was read."""
    going = Visit.begun(clinic)
    going.until("review")
    answer = going.post("interrogate", **typed)
    assert answer.status_code == 422
    assert words in " ".join(told(answer))


def test_a_reset_that_the_pump_cannot_have_had_is_told_at_its_field(clinic: Team) -> None:
    """Before the implant there was nothing to reset."""
    going = Visit.begun(clinic)
    going.until("review")
    answer = going.post("interrogate", reset="none", reset_at_day="2020-01-01", reset_at_time="08:00")
    assert answer.status_code == 422
    assert "a reset that this pump can have had" in " ".join(told(answer))


def test_without_a_reset_nothing_of_one_is_recorded(clinic: Team) -> None:
    """'None' is an answer, and no event."""
    before = len(clinic.therapy().events)
    going = Visit.begun(clinic)
    going.until("dates", interrogate={"reset": "no"})
    assert not any(isinstance(event, FaultEvent) for event in clinic.new_events(before))
