"""The timeline, recording by the form of each kind, and corrections."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from tests.clinic.conftest import NOW_US
from tests.clinic.served import Served

from cisterna.clinic.events.fields import RECORDED_HERE, fields_of
from cisterna.clinic.events.forms import event_typed, event_values
from cisterna.clinic.permissions import Action, Role, may
from cisterna.clinic.record import record_of, verify_records
from cisterna.errors import InputError
from cisterna.therapy import EVENT_KINDS, Alarm, Correct, Event, Fill, Program, Therapy
from cisterna.units import decimal_text

ZONE = ZoneInfo("Europe/London")
WHEN = {"at_day": "2026-11-18", "at_time": "08:30"}

RIGHT: dict[str, dict[str, str]] = {
    "interrogate": {"reservoir": "12.3", "daily_dose": "100"},
    "alarm": {"condition": "low-reservoir", "acknowledged": "yes", "mute": "24"},
    "mri": {"field": "1.5 T", "resumed": "no"},
    "weigh": {"weight": "21.5"},
    "note": {"note": "slept well"},
    "oral": {"dose": "10", "times": "8:00, 14:00 20:00"},
    "topical": {"product": "cream", "mass": "2", "strength": "2"},
    "lumbar-bolus": {"dose": "50", "level": "L3"},
    "adverse-event": {"what": "fever", "onset": "2026-11-17"},
    "stop": {"reason": "before surgery"},
    "resume": {},
    "session": {"opened_day": "2026-11-18", "opened_time": "08:00", "ended": "running"},
    "clock": {"offset": "+00:00", "drift": "12", "found": "ahead"},
    "port": {"aspirated": "0.3"},
    "fault": {"what": "catheter-leak", "amount": "20 %"},
}
WRONG: dict[str, tuple[dict[str, str], str]] = {
    "interrogate": ({"reservoir": "12 mL"}, "reservoir"),
    "alarm": ({}, "condition"),
    "mri": ({"field": "high"}, "field"),
    "weigh": ({}, "weight"),
    "note": ({"note": ""}, "note"),
    "oral": ({"dose": "10", "times": "8:00, 8:00"}, "times"),
    "topical": ({"product": "cream", "area": "100"}, "mass"),
    "lumbar-bolus": ({"dose": "0", "level": "L3"}, "dose"),
    "adverse-event": ({"what": "fever", "onset": "2026-11-30"}, "onset"),
    "stop": ({"at_time": "25:00"}, "at"),
    "resume": ({"at_day": "2026-12-24"}, "at"),
    "session": ({"ended": "running"}, "opened"),
    "clock": ({"offset": "1"}, "offset"),
    "port": ({}, "aspirated"),
    "fault": ({"what": "occlusion", "amount": "20 %"}, "amount"),
}


def therapy_of(served: Served, patient_id: str) -> tuple[Therapy, int]:
    """The therapy of a patient, and how many entries the record has."""
    with served.database.unit(served.accounts[Role.NURSE].actor) as unit:
        row, record = record_of(unit, patient_id)
    return record.therapy, row.entries


def patient_on_simple_program(served: Served, skip: int = 0) -> str:
    """A patient whose last program is a plain one."""
    found = [
        served.patients[number]
        for number, told in served.told.items()
        if (programs := [event for event in told.therapy.valid_events if isinstance(event, Program)])
        and programs[-1].mode == "simple-continuous"
    ]
    return found[skip]


def test_every_field_of_every_kind_has_a_form() -> None:
    """No key of an event is forgotten: each is a field, but for its id and who did it."""
    for kind, cls in EVENT_KINDS.items():
        if kind == "correct":
            continue
        shown = {field.name for field in fields_of(kind)}
        keys = {field.name for field in fields(cls)} - {"id", "by"}
        told = {key for key in keys if key in shown or any(name.startswith(f"{key}_") for name in shown)}
        assert told == keys, kind


@pytest.mark.parametrize("kind", RECORDED_HERE)
def test_a_right_form_makes_the_event(kind: str) -> None:
    """What was typed is in the event, and showing the event gives the typed values back."""
    event = event_typed(kind, WHEN | RIGHT[kind], ZONE, NOW_US)
    assert event.kind == kind
    shown = event_values(event, ZONE)
    again = event_typed(kind, shown, ZONE, NOW_US)
    assert again == event


@pytest.mark.parametrize("kind", RECORDED_HERE)
def test_a_wrong_form_names_the_field(kind: str) -> None:
    """The fault stands at the field that is wrong."""
    typed, where = WRONG[kind]
    with pytest.raises(InputError) as told:
        event_typed(kind, WHEN | typed, ZONE, NOW_US)
    assert where in {fault.where for fault in told.value.faults}


def test_every_event_of_the_demonstration_can_be_shown_and_typed_again(served: Served) -> None:
    """The form of a correction holds every event without loss, whatever its kind and mode."""
    kinds = set()
    for told in served.told.values():
        zone = told.therapy.zone
        for event in told.therapy.valid_events:
            typed = event_typed(event.kind, event_values(event, zone), zone, 2 * NOW_US)
            kinds.add(event.kind)
            assert _same(typed, event), event
    assert {"implant", "fill", "program", "assess"} <= kinds


def _same(typed: Event, event: Event) -> bool:
    """Whether two events say the same, but for their id, who did them, and seconds."""
    one, other = ({f.name: getattr(each, f.name) for f in fields(each)} for each in (typed, event))
    for each in (one, other):
        each["id"] = each["by"] = None
        for key, value in each.items():
            if isinstance(value, datetime):
                each[key] = value.replace(second=0, microsecond=0)
    return one == other


@pytest.mark.parametrize("text", ["01:30", "02:30"])
def test_an_hour_that_is_not_one_instant_is_asked_about(text: str) -> None:
    """On the days when the clocks change, a skipped or double hour is refused, not guessed."""
    zone, day = ZoneInfo("Europe/Madrid"), {"01:30": None, "02:30": "2026-10-25"}[text]
    if day is None:
        assert event_typed("resume", {"at_day": "2026-03-29", "at_time": text}, zone, NOW_US)
        with pytest.raises(InputError, match="skip"):
            event_typed("resume", {"at_day": "2026-03-29", "at_time": "02:30"}, zone, NOW_US)
        return
    with pytest.raises(InputError, match="show twice"):
        event_typed("resume", {"at_day": day, "at_time": text}, zone, NOW_US)


def test_an_alarm_is_recorded_and_told(served: Served) -> None:
    """The form writes one event, signed; the timeline and the detail page show it."""
    patient_id = patient_on_simple_program(served)
    before, entries = therapy_of(served, patient_id)
    client = served.client(Role.NURSE)
    page = client.get(f"/patients/{patient_id}/record/alarm").text
    assert f'name="seen_entries" value="{entries}"' in page
    at = before.valid_events[-1].at.astimezone(before.zone)
    typed = {"at_day": at.date().isoformat(), "at_time": f"{at:%H:%M}", "condition": "low-reservoir"}
    answer = client.post(f"/patients/{patient_id}/record/alarm", data=typed | {"seen_entries": str(entries)})
    assert answer.status_code == 303, re.findall(r"c-fault[^>]*>.*?</", answer.text)
    after, _ = therapy_of(served, patient_id)
    event = after.events[-1]
    assert isinstance(event, Alarm)
    assert event.by == served.accounts[Role.NURSE].name
    assert "Alarm: low reservoir" in client.get(f"/patients/{patient_id}/events").text
    detail = client.get(f"/patients/{patient_id}/events/{event.id}").text
    assert str(event.id) in detail
    assert "Hash" in detail


def test_a_stale_form_keeps_what_was_typed_and_shows_what_is_new(served: Served) -> None:
    """The second of two sees the first one's entry, has the own text still, and may record it then."""
    patient_id = patient_on_simple_program(served, 1)
    therapy, entries = therapy_of(served, patient_id)
    at = therapy.valid_events[-1].at.astimezone(therapy.zone)
    typed = {"at_day": at.date().isoformat(), "at_time": f"{at:%H:%M}", "seen_entries": str(entries)}
    client = served.client(Role.NURSE)
    path = f"/patients/{patient_id}/record/note"
    assert client.post(path, data=typed | {"note": "the first remark"}).status_code == 303
    answer = client.post(path, data=typed | {"note": "the second remark"})
    assert answer.status_code == 409
    assert "the first remark" in answer.text
    assert "the second remark" in answer.text
    assert f'name="seen_entries" value="{entries + 1}"' in answer.text


def test_a_correction_strikes_through_and_holds(served: Served) -> None:
    """New values hold from then on; the old entry is readable, struck through, with why and by whom."""
    patient_id = patient_on_simple_program(served)
    therapy, entries = therapy_of(served, patient_id)
    wrong = [event for event in therapy.valid_events if isinstance(event, Program)][-1]
    client = served.client(Role.NURSE)
    path = f"/patients/{patient_id}/events/{wrong.id}/correct"
    values = event_values(wrong, therapy.zone)
    assert f'value="{values["daily_dose"]}"' in client.get(path).text
    typed = values | {"daily_dose": "101.5", "how": "new", "seen_entries": str(entries)}
    without_why = client.post(path, data=typed)
    assert without_why.status_code == 422
    assert 'id="fault-correction_why"' in without_why.text
    assert '<a href="#field-correction_why"><b>Why was it wrong:</b>' in without_why.text
    answer = client.post(path, data=typed | {"correction_why": "read from the wrong line"})
    assert answer.status_code == 303, re.findall(r"c-fault[^>]*>.*?</", answer.text)
    after, _ = therapy_of(served, patient_id)
    assert [event for event in after.valid_events if isinstance(event, Program)][-1].daily_dose == 101.5
    text = client.get(f"/patients/{patient_id}/events").text
    assert "read from the wrong line" in text
    assert re.search(r"<del>Programmed simple continuous", text)
    assert client.get(path).status_code == 404
    fix = after.events[-1]
    assert isinstance(fix, Correct)
    again = client.get(f"/patients/{patient_id}/events/{fix.id}/correct").text
    assert 'value="101.5"' in again


def test_a_slip_in_a_correction_is_seen_and_what_was_so_in_truth_is_recorded(served: Served) -> None:
    """Ten times the dose is refused as at a change of dose, until a person marks that the pump did run it."""
    patient_id = patient_on_simple_program(served, 1)
    therapy, entries = therapy_of(served, patient_id)
    wrong = [event for event in therapy.valid_events if isinstance(event, Program)][-1]
    client, path = served.client(Role.NURSE), f"/patients/{patient_id}/events/{wrong.id}/correct"
    tenfold = decimal_text(10 * float(wrong.daily_dose or 0))
    typed = event_values(wrong, therapy.zone) | {
        "daily_dose": tenfold, "how": "new", "seen_entries": str(entries), "correction_why": "a digit lost",
    }  # fmt: skip
    assert 'id="field-limits_read"' not in client.get(path).text
    refused = client.post(path, data=typed)
    assert refused.status_code == 422
    assert "looks like a decimal point one place off" in refused.text
    assert 'id="field-limits_read"' in refused.text
    assert "a digit lost" in refused.text
    assert therapy_of(served, patient_id)[1] == entries
    assert client.post(path, data=typed | {"limits_read": "yes"}).status_code == 303
    assert therapy_of(served, patient_id)[1] == entries + 1


def test_a_corrected_concentration_above_any_product_is_marked_first(
    served: Served,
) -> None:
    """A fill that is corrected to 5000 mcg/mL says so first; a weaker one is corrected at once."""
    patient_id = patient_on_simple_program(served, 1)
    therapy, entries = therapy_of(served, patient_id)
    wrong = [event for event in therapy.valid_events if isinstance(event, Fill)][-1]
    client, path = served.client(Role.NURSE), f"/patients/{patient_id}/events/{wrong.id}/correct"
    typed = event_values(wrong, therapy.zone) | {
        "concentration": "5000", "how": "new", "seen_entries": str(entries), "correction_why": "the vial",
    }  # fmt: skip
    refused = client.post(path, data=typed)
    assert refused.status_code == 422
    assert "stronger than any product on the market" in refused.text
    assert client.post(path, data=typed | {"concentration": "1500"}).status_code == 303


def test_what_should_not_have_been_written_no_longer_counts(served: Served) -> None:
    """An entry is taken out of what holds, not out of the record."""
    patient_id = patient_on_simple_program(served, 2)
    therapy, entries = therapy_of(served, patient_id)
    wrong = next(event for event in therapy.valid_events if event.kind == "assess")
    answer = served.client(Role.NURSE).post(
        f"/patients/{patient_id}/events/{wrong.id}/correct",
        data={"how": "nothing", "correction_why": "another patient", "seen_entries": str(entries)},
    )
    assert answer.status_code == 303
    after, _ = therapy_of(served, patient_id)
    assert wrong in after.events
    assert wrong not in after.valid_events
    with served.database.reading() as connection:
        assert verify_records(connection) == ()


def test_a_correction_that_changes_nothing_is_refused(served: Served) -> None:
    """The same values once more are no correction."""
    patient_id = patient_on_simple_program(served, 2)
    therapy, entries = therapy_of(served, patient_id)
    event = [each for each in therapy.valid_events if isinstance(each, Program)][-1]
    answer = served.client(Role.NURSE).post(
        f"/patients/{patient_id}/events/{event.id}/correct",
        data=event_values(event, therapy.zone)
        | {"how": "new", "correction_why": "a slip", "seen_entries": str(entries)},
    )
    assert answer.status_code == 422
    assert "the same values as before" in answer.text


@pytest.mark.parametrize("role", Role)
def test_only_those_who_may_record_and_correct(served: Served, role: Role) -> None:
    """Posting without the right is refused, whatever the form holds."""
    patient_id = patient_on_simple_program(served)
    event_id = therapy_of(served, patient_id)[0].events[0].id
    client = served.client(role)
    for path, action in (
        (f"/patients/{patient_id}/record/note", Action.RECORD_EVENT),
        (f"/patients/{patient_id}/events/{event_id}/correct", Action.CORRECT),
    ):
        assert client.post(path, data={}).status_code == (422 if may(role, action) else 403)
    assert client.get(f"/patients/{patient_id}/record/implant").status_code in {403, 404}
