"""The diary of one patient: what is booked, booking, and one visit to be moved, called off or kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from cisterna.care.need import NeedKind
from cisterna.clinic.appointments import repository, service
from cisterna.clinic.appointments.repository import Visit
from cisterna.clinic.appointments.service import Booking
from cisterna.clinic.database import Unit
from cisterna.clinic.due.repository import teams
from cisterna.clinic.due.serving import VISIT_KINDS, owner_of, serving
from cisterna.clinic.due.sources import deciding
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.typed import instant_typed, local_parts
from cisterna.errors import Fault, InputError, StaleRecordError
from cisterna.instants import utc

__all__ = ["router"]

router = APIRouter(prefix="/patients/{patient_id}/appointments")
Booker = Annotated[Desk, desk_for(Action.BOOK)]
Text = Annotated[str, Form(max_length=4000)]


@dataclass(frozen=True)
class _Typed:
    values: Mapping[str, str]

    def booking(self, desk: Desk) -> Booking:
        """The booking that was typed; every fault of the instant is told with the rest by the service."""
        return Booking(
            kind=self.values["kind"],
            at=instant_typed(self.values, "at", desk.choices.zone),
            with_whom=self.values["with_whom"],
            reason=self.values["reason"],
        )


def _typed(
    kind: Text = "", at_day: Text = "", at_time: Text = "", with_whom: Text = "", reason: Text = ""
) -> _Typed:
    return _Typed({"kind": kind, "at_day": at_day, "at_time": at_time, "with_whom": with_whom,
                   "reason": reason})  # fmt: skip


Form_ = Annotated[_Typed, Depends(_typed)]


# ----------------------------------------------------------------------------------- all visits


@router.get("")
def diary(desk: Booker, patient_id: str, kind: str = "") -> Response:
    """What is booked, and the form for one more; ``kind`` is that of a visit or of a need."""
    return _diary(desk, patient_id, _begun(kind))


def _begun(kind: str) -> FormState:
    """The form as it begins: a need asks for the visit that meets it."""
    if kind in set(NeedKind):
        kind = serving(NeedKind(kind))[0]
    return FormState({"kind": kind}) if kind in VISIT_KINDS else EMPTY


@router.post("")
def book(desk: Booker, patient_id: str, typed: Form_) -> Response:
    """Book a visit."""
    try:
        booking = typed.booking(desk)
        with desk.unit() as unit:
            service.book(unit, patient_id, booking)
    except InputError as error:
        return _diary(desk, patient_id, FormState(typed.values, error.faults), status=422)
    return desk.go(f"/patients/{patient_id}/appointments", "booked")


def _diary(desk: Desk, patient_id: str, form: FormState, status: int = 200) -> Response:
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Appointments")
        visits = repository.visits_of(unit.connection, patient_id)
        around = _around(desk, unit, patient_id, frame)
    return desk.page(
        "appointments/diary.html",
        title="Appointments",
        place="/patients",
        status=status,
        form=form,
        visits=visits,
        **around,
    )


def _around(desk: Desk, unit: Unit, patient_id: str, frame: PatientFrame) -> dict[str, Any]:
    """What both pages show beside the form: the dates of the pump, who is of the team, the zone."""
    stands = frame.standing
    team = teams(unit.connection, [patient_id]).get(patient_id, {})
    return {
        "kinds": tuple(VISIT_KINDS.items()),
        "kind_words": VISIT_KINDS,
        "zone": desk.choices.zone,
        "now_us": unit.at_us,
        "team": team,
        "usual": owner_of(NeedKind.REFILL, team).name,
        "dates": stands.dates if stands and stands.pump else None,
        "lead": next(each for each in deciding(desk.choices) if each.name == "refill_lead_short"),
        **frame.values,
    }


# ------------------------------------------------------------------------------------ one visit


@router.get("/{visit_id}")
def visit(desk: Booker, patient_id: str, visit_id: str) -> Response:
    """One visit: move it, call it off, or say that it was kept."""
    return _visit(desk, patient_id, visit_id, EMPTY)


@router.post("/{visit_id}/move")
def move(desk: Booker, patient_id: str, visit_id: str, typed: Form_, version: Text = "") -> Response:
    """Move a visit."""
    try:
        booking = typed.booking(desk)
        with desk.unit() as unit:
            service.move(unit, patient_id, visit_id, booking, seen_version=_version(version))
    except (InputError, StaleRecordError) as error:
        return _again(desk, patient_id, visit_id, typed.values, error)
    return desk.go(f"/patients/{patient_id}/appointments", "moved")


@router.post("/{visit_id}/call-off")
def call_off(desk: Booker, patient_id: str, visit_id: str, why: Text = "", version: Text = "") -> Response:
    """Call off a visit."""
    try:
        with desk.unit() as unit:
            service.call_off(unit, patient_id, visit_id, why, seen_version=_version(version))
    except (InputError, StaleRecordError) as error:
        return _again(desk, patient_id, visit_id, {"why": why}, error)
    return desk.go(f"/patients/{patient_id}/appointments", "called-off")


@router.post("/{visit_id}/keep")
def keep(desk: Booker, patient_id: str, visit_id: str, version: Text = "") -> Response:
    """The patient came."""
    try:
        with desk.unit() as unit:
            service.keep(unit, patient_id, visit_id, seen_version=_version(version))
    except StaleRecordError as error:
        return _again(desk, patient_id, visit_id, {}, error)
    return desk.go(f"/patients/{patient_id}/appointments", "kept")


def _version(text: str) -> int:
    """The version that a page showed; what is none was never shown."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _again(
    desk: Desk,
    patient_id: str,
    visit_id: str,
    values: Mapping[str, str],
    error: InputError | StaleRecordError,
) -> Response:
    """The page once more: with the faults, or with what somebody else made of the visit meanwhile."""
    if isinstance(error, InputError):
        return _visit(desk, patient_id, visit_id, FormState(values, error.faults), status=422)
    changed = Fault(
        where="",
        found="a visit that somebody else changed meanwhile; it stands below as it is now",
        allowed="a change of what is booked now",
        remedy="look at it, then decide again; what you typed is still here",
    )
    return _visit(desk, patient_id, visit_id, FormState(values, (changed,)), status=409)


def _visit(desk: Desk, patient_id: str, visit_id: str, form: FormState, status: int = 200) -> Response:
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Appointments")
        held = repository.visit_of(unit.connection, patient_id, visit_id)
        around = _around(desk, unit, patient_id, frame)
    return desk.page(
        "appointments/visit.html",
        title="Appointment",
        place="/patients",
        status=status,
        form=form,
        visit=held,
        begun=_as_typed(desk, held),
        **around,
    )


def _as_typed(desk: Desk, held: Visit) -> dict[str, str]:
    """The visit as its form shows it before anything is typed."""
    return {
        "kind": held.kind,
        "with_whom": held.with_whom,
        "reason": held.reason,
        **local_parts(utc(held.at_us), desk.choices.zone, "at"),
    }
