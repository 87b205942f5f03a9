"""The list of patients, the search, and the form of a patient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response

from cisterna.care.standing import StandingStatus
from cisterna.clinic.due.counting import soon_until, today_of, waiting
from cisterna.clinic.patients import repository
from cisterna.clinic.patients.forms import (
    CONDITIONS,
    PARTS,
    QUESTIONS,
    header_of,
    header_values,
    identity_of,
    identity_values,
    new_patient_of,
)
from cisterna.clinic.patients.service import change_team, find
from cisterna.clinic.permissions import Action
from cisterna.clinic.record import add_patient, change_header, change_identity
from cisterna.clinic.settings.site import zone_names
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.typed import Typed, whole_typed
from cisterna.errors import InputError, StaleRecordError

__all__ = ["router"]

router = APIRouter()
_PLACE = "/patients"
_LAST_PAGE = 100_000


# ------------------------------------------------------------------------- list and search


@router.get("/patients")
def patients(desk: Annotated[Desk, desk_for(Action.SEE_PATIENT)], page: int = 1) -> Response:
    """Everybody by name, a page at a time."""
    page = min(max(1, page), _LAST_PAGE)
    with desk.unit() as unit:
        unit.audit("read", {"page": "Patients", "number": page})
        rows = repository.listed(unit.connection, page)
        every, with_pump = repository.how_many(unit.connection)
        due = waiting(unit.connection, desk.choices, unit.at_us)
    return desk.page(
        "patients/list.html", title="Patients", place=_PLACE, rows=rows, page=page, every=every,
        with_pump=with_pump, due=due, pages=max(1, -(-every // repository.AT_ONCE)), **_list_values(desk),
    )  # fmt: skip


@router.get("/patients/find")
def ask(desk: Annotated[Desk, desk_for(Action.FIND_PATIENT)]) -> Response:
    """The form of a search."""
    return desk.page(
        "patients/found.html", title="Find a patient", place=_PLACE, rows=None, words="", **_list_values(desk)
    )


@router.post("/patients/find")
def search(
    desk: Annotated[Desk, desk_for(Action.FIND_PATIENT)], words: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """Who matches the words; they are posted, so that no name stands in an address."""
    with desk.unit() as unit:
        rows = find(unit, words) if words.strip() else None
    return desk.page(
        "patients/found.html", title="Find a patient", place=_PLACE, rows=rows, words=words.strip(),
        most=repository.AT_ONCE, **_list_values(desk),
    )  # fmt: skip


def _list_values(desk: Desk) -> dict[str, Any]:
    today = today_of(desk.choices, desk.now_us)
    return {
        "today": today,
        "soon": soon_until(desk.choices, today),
        "sees_therapy": desk.may(Action.SEE_THERAPY),
        "sees_patient": desk.may(Action.SEE_PATIENT),
        "adds": desk.may(Action.ADD_PATIENT),
        "no_pump": {StandingStatus.NO_PUMP, StandingStatus.EXPLANTED},
    }


# ----------------------------------------------------------------------------- new patient


@router.get("/patients/new")
def new(desk: Annotated[Desk, desk_for(Action.ADD_PATIENT)]) -> Response:
    """The form of a new patient."""
    return _new(desk, FormState({"timezone": desk.choices.zone.key}))


@router.post("/patients/new")
def add(desk: Annotated[Desk, desk_for(Action.ADD_PATIENT)], values: Typed) -> Response:
    """Add a patient."""
    today, clinical = today_of(desk.choices, desk.now_us), desk.may(Action.SEE_THERAPY)
    try:
        identity, therapy = new_patient_of(values, today=today, clinical=clinical)
        with desk.unit() as unit:
            patient_id = add_patient(unit, identity, therapy)
            change_team(unit, patient_id, values)
    except InputError as error:
        return _new(desk, FormState(values, error.faults), status=422)
    return desk.go(f"/patients/{patient_id}", "patient-added")


def _new(desk: Desk, form: FormState, status: int = 200) -> Response:
    return desk.page(
        "patients/new.html",
        title="New patient",
        place=_PLACE,
        form=form,
        twin=_twin(desk, form),
        status=status,
        **_form_values(desk),
    )


def _twin(desk: Desk, form: FormState) -> str | None:
    """The patient who has the number already, where that is the fault."""
    if not form.of("number") or not desk.may(Action.SEE_PATIENT):
        return None
    with desk.database.reading() as connection:
        return repository.patient_with_number(connection, form.typed("number"))


def _form_values(desk: Desk) -> dict[str, Any]:
    return {
        "clinical": desk.may(Action.SEE_THERAPY),
        "conditions": [(each, each) for each in CONDITIONS],
        "questions": QUESTIONS,
        "parts": PARTS,
        "zones": [(name, name) for name in zone_names()],
    }


# ------------------------------------------------------------------------------ changing


Changer = Annotated[Desk, desk_for(Action.CHANGE_PATIENT)]


@router.get("/patients/{patient_id}/change")
def change(desk: Changer, patient_id: str) -> Response:
    """Identity, header and team, to be changed."""
    return _change(desk, patient_id, FormState())


@router.post("/patients/{patient_id}/identity")
def save_identity(desk: Changer, patient_id: str, values: Typed) -> Response:
    """Another identity."""

    def save(frame: PatientFrame) -> None:
        identity = identity_of(values)
        with desk.unit() as unit:
            change_identity(
                unit, frame.row.id, identity, seen_version=whole_typed(values.get("seen_version"))
            )

    return _saved(desk, patient_id, values, save)


@router.post("/patients/{patient_id}/header")
def save_header(desk: Changer, patient_id: str, values: Typed) -> Response:
    """Another header of the therapy."""

    def save(frame: PatientFrame) -> None:
        therapy = header_of(
            values, today=frame.today, clinical=desk.may(Action.SEE_THERAPY), before=frame.therapy
        )
        with desk.unit() as unit:
            change_header(unit, frame.row.id, therapy, seen_entries=whole_typed(values.get("seen_entries")))

    return _saved(desk, patient_id, values, save)


@router.post("/patients/{patient_id}/team")
def save_team(desk: Changer, patient_id: str, values: Typed) -> Response:
    """Another team."""

    def save(frame: PatientFrame) -> None:
        with desk.unit() as unit:
            change_team(unit, frame.row.id, values)

    return _saved(desk, patient_id, values, save)


def _saved(
    desk: Desk, patient_id: str, values: Mapping[str, str], save: Callable[[PatientFrame], None]
) -> Response:
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Change")
    try:
        save(frame)
    except InputError as error:
        return _change(desk, patient_id, FormState(values, error.faults), status=422)
    except StaleRecordError as error:
        return _change(desk, patient_id, FormState(values), status=409, stale=str(error))
    return desk.go(f"/patients/{patient_id}", "saved")


def _change(desk: Desk, patient_id: str, form: FormState, status: int = 200, stale: str = "") -> Response:
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Change")
        team = repository.team_of(unit.connection, patient_id)
    now = identity_values(frame.row.identity) | header_values(frame.therapy)
    now |= {f"team_{part}": name for part, name in team.items()}
    return desk.page(
        "patients/change.html", title="Change", place=_PLACE, status=status, stale=stale,
        form=FormState({**now, **form.values}, form.faults), now=now,
        dated={key for key in ("weight", "height") if isinstance(getattr(frame.therapy.patient, key), tuple)},
        **_form_values(desk), **frame.values,
    )  # fmt: skip
