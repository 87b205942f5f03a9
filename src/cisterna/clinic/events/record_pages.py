"""Recording an event of a simple kind, and correcting an entry: one form, made of the fields of the kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.clinic.events.fields import GUIDED, KINDS, RECORDED_HERE, fields_of
from cisterna.clinic.events.forms import event_typed, event_values, field_faults
from cisterna.clinic.events.pages import row_with
from cisterna.clinic.events.service import LIMITS_READ, Wrong, correct, limit_faults
from cisterna.clinic.events.timeline import Row, rows_of
from cisterna.clinic.permissions import Action
from cisterna.clinic.record import append
from cisterna.clinic.record.repository import confirmations
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.typed import Typed, local_parts, whole_typed
from cisterna.clinic.web.wording import thousands_told
from cisterna.course.describe import describe
from cisterna.errors import Fault, InputError, NotFoundError, StaleRecordError
from cisterna.instants import utc
from cisterna.therapy import Correct, Event

__all__ = ["router"]

router = APIRouter()
_PLACE = "/patients"
Recorder = Annotated[Desk, desk_for(Action.RECORD_EVENT)]
Corrector = Annotated[Desk, desk_for(Action.CORRECT)]


def _frame(desk: Desk, patient_id: str) -> tuple[PatientFrame, tuple[Row, ...]]:
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Events")
        confirmed = confirmations(unit.connection, patient_id)
    return frame, rows_of(frame.record, confirmed)


# ---------------------------------------------------------------------------------- record


@router.get("/patients/{patient_id}/record")
def kinds(desk: Recorder, patient_id: str) -> Response:
    """What can be recorded here."""
    frame, _ = _frame(desk, patient_id)
    return desk.page(
        "events/kinds.html", title="Record an event", place=_PLACE, kinds=KINDS, guided=GUIDED, **frame.values
    )


@router.get("/patients/{patient_id}/record/{kind}")
def form(desk: Recorder, patient_id: str, kind: str) -> Response:
    """The form of one kind."""
    frame, rows = _frame(desk, patient_id)
    now = local_parts(utc(desk.now_us), frame.therapy.zone, "at")
    return _record_page(desk, frame, rows, kind, FormState(now))


@router.post("/patients/{patient_id}/record/{kind}")
def record(desk: Recorder, patient_id: str, kind: str, values: Typed) -> Response:
    """Record an event."""
    frame, rows = _frame(desk, patient_id)
    _check(kind)
    try:
        event = event_typed(kind, values, frame.therapy.zone, desk.now_us)
        with desk.unit() as unit:
            append(unit, patient_id, [event], seen_entries=whole_typed(values.get("seen_entries")))
    except InputError as error:
        placed = tuple(field_faults(kind, error.faults))
        return _record_page(desk, frame, rows, kind, FormState(values, placed), status=422)
    except StaleRecordError as error:
        return _record_page(desk, frame, rows, kind, FormState(values), status=409, stale=error)
    return desk.go(f"/patients/{patient_id}/events", "recorded")


def _check(kind: str) -> None:
    if kind not in RECORDED_HERE:
        raise NotFoundError("No event of this kind is recorded here. Choose one from the list.")


def _record_page(
    desk: Desk,
    frame: PatientFrame,
    rows: tuple[Row, ...],
    kind: str,
    state: FormState,
    *,
    status: int = 200,
    stale: StaleRecordError | None = None,
) -> Response:
    _check(kind)
    return desk.page(
        "events/record.html", title="Record an event", place=_PLACE, status=status, form=state, kind=kind,
        words=KINDS[kind],
        fields=fields_of(kind), zone=frame.therapy.zone, news=_news(rows, stale), stale=stale, **frame.values,
    )  # fmt: skip


def _news(rows: tuple[Row, ...], stale: StaleRecordError | None) -> tuple[Row, ...]:
    """What was added to the record since the page was opened."""
    return () if stale is None else tuple(row for row in rows if row.entry.seq > max(stale.seen, 0))


# --------------------------------------------------------------------------------- correct


@router.get("/patients/{patient_id}/events/{event_id}/correct")
def correction(desk: Corrector, patient_id: str, event_id: str) -> Response:
    """The form of a correction, with what stands now."""
    frame, rows = _frame(desk, patient_id)
    row = row_with(rows, event_id)
    return _correct_page(desk, frame, rows, row, FormState(event_values(_base(row), frame.therapy.zone)))


@router.post("/patients/{patient_id}/events/{event_id}/correct")
def record_correction(desk: Corrector, patient_id: str, event_id: str, values: Typed) -> Response:
    """Record a correction."""
    frame, rows = _frame(desk, patient_id)
    row = row_with(rows, event_id)
    base = _base(row)
    state = FormState(values)
    try:
        new, wrong = _new(base, values, frame, desk.now_us), Wrong(name=event_id, holds=base)
        if values.get(LIMITS_READ) != "yes":
            _raise_any(limit_faults(frame.therapy, wrong, new, desk.choices, desk.now_us))
        with desk.unit() as unit:
            correct(
                unit,
                patient_id,
                wrong,
                why=values.get("correction_why", "").strip(),
                new=new,
                seen_entries=whole_typed(values.get("seen_entries")),
            )
    except InputError as error:
        placed = tuple(field_faults(base.kind, error.faults, also=("correction_why", LIMITS_READ)))
        return _correct_page(desk, frame, rows, row, FormState(values, placed), status=422)
    except StaleRecordError as error:
        return _correct_page(desk, frame, rows, row, state, status=409, stale=error)
    return desk.go(f"/patients/{patient_id}/events", "corrected")


def _raise_any(faults: Iterable[Fault]) -> None:
    found = tuple(faults)
    if found:
        raise InputError(*found)


def _base(row: Row) -> Event:
    """What holds of an entry: the event itself, or what a correction put in place or took away."""
    base = (row.after or row.before) if isinstance(row.event, Correct) else row.event
    if base is None or row.corrected_by is not None:
        raise NotFoundError("This entry was corrected already. Correct the correction instead.")
    return base


def _new(base: Event, values: Mapping[str, str], frame: PatientFrame, now_us: int) -> Event | None:
    """What should have been written, ``None`` for nothing; raises every fault, that of the reason too."""
    faults: list[Fault] = []
    if not values.get("correction_why", "").strip():
        faults.append(
            Fault(
                where="correction_why",
                found="nothing",
                allowed="why the entry was wrong",
                remedy="say it in a few words; it stays beside both",
            )
        )
    new: Event | None = None
    if values.get("how") != "nothing":
        try:
            new = event_typed(base.kind, values, frame.therapy.zone, now_us)
        except InputError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(*faults)
    return new


def _correct_page(
    desk: Desk,
    frame: PatientFrame,
    rows: tuple[Row, ...],
    row: Row,
    state: FormState,
    *,
    status: int = 200,
    stale: StaleRecordError | None = None,
) -> Response:
    base = _base(row)
    return desk.page(
        "events/correct.html", title="Correct an entry", place=_PLACE, status=status, form=state, row=row,
        base_text=thousands_told(describe(base)), fields=fields_of(base.kind),
        zone=frame.therapy.zone, news=_news(rows, stale), stale=stale, **frame.values,
    )  # fmt: skip
