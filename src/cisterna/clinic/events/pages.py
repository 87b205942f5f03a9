"""The timeline of a record, and each entry of it in full."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.clinic.assessments.asked import title_of
from cisterna.clinic.events.fields import EventField, fields_of
from cisterna.clinic.events.forms import event_values
from cisterna.clinic.events.timeline import Row, rows_of
from cisterna.clinic.permissions import Action
from cisterna.clinic.record.repository import confirmations
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.patient_frame import patient_frame
from cisterna.clinic.web.wording import thousands_told
from cisterna.errors import NotFoundError
from cisterna.therapy import Correct, Event

__all__ = ["router", "row_with"]

router = APIRouter()
_PLACE = "/patients"
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]


@router.get("/patients/{patient_id}/events")
def events(desk: Reader, patient_id: str) -> Response:
    """Everything that was recorded, the last first; what was corrected can be read."""
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Events")
        confirmed = confirmations(unit.connection, patient_id)
    return desk.page(
        "events/timeline.html", title="What was done", place=_PLACE, rows=rows_of(frame.record, confirmed),
        zone=frame.therapy.zone, records=desk.may(Action.RECORD_EVENT), corrects=desk.may(Action.CORRECT),
        **frame.values,
    )  # fmt: skip


@router.get("/patients/{patient_id}/events/{event_id}")
def event(desk: Reader, patient_id: str, event_id: str) -> Response:
    """One entry with everything that is kept of it."""
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Events")
        confirmed = confirmations(unit.connection, patient_id)
    row = row_with(rows_of(frame.record, confirmed), event_id)
    shown = row.event if not isinstance(row.event, Correct) else row.after
    return desk.page(
        "events/entry.html", title=row.words, place=_PLACE, row=row, zone=frame.therapy.zone,
        facts=() if shown is None else _facts(shown, frame.therapy.zone),
        corrects=desk.may(Action.CORRECT) and row.corrected_by is None, **frame.values,
    )  # fmt: skip


def row_with(rows: tuple[Row, ...], event_id: str) -> Row:
    """The row of an entry; :class:`~cisterna.errors.NotFoundError` where the record has none of this id."""
    found = next((row for row in rows if row.event.id == event_id), None)
    if found is None:
        raise NotFoundError("The record has no such entry. Open the timeline of the patient.")
    return found


def _facts(shown: Event, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
    """What an event says, field by field, with units."""
    values = event_values(shown, zone)
    return tuple(
        (field.label, _said(field, values[field.name]))
        for field in fields_of(shown.kind)
        if values.get(field.name)
    )


def _said(field: EventField, text: str) -> str:
    """What stands in a field, for people: a word of a file without its dashes, a number with its unit."""
    if field.form == "choice":
        return text.replace("-", " ") if field.name != "scale" else title_of(text)
    return thousands_told(f"{text} {field.unit}".strip())
