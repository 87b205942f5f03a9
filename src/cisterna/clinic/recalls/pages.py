"""The recalls: their list, a new one with who it touches, the answer for each patient, the table as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection, select

from cisterna.clinic.database.tables import device
from cisterna.clinic.permissions import Action
from cisterna.clinic.recalls import repository, service
from cisterna.clinic.recalls.forms import NoticeForm
from cisterna.clinic.recalls.service import OUTCOMES, Done, State
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.clinic.web.patient_frame import patient_frame
from cisterna.clinic.web.tables_out import harmless
from cisterna.clinic.web.typed import Typed
from cisterna.errors import InputError, NotFoundError
from cisterna.evidence import builtin_catalogue
from cisterna.instants import utc

__all__ = ["router"]

router = APIRouter(prefix="/recalls")
Reader = Annotated[Desk, desk_for(Action.SEE_LEDGER)]
Opener = Annotated[Desk, desk_for(Action.OPEN_RECALL)]
Answerer = Annotated[Desk, desk_for(Action.ANSWER_RECALL)]
_PLACE = "/implants"
_FIELDS = (
    "title", "notice", "until", "role", "models", "serials", "lots", "implanted_from", "implanted_to",
    "also_out",
)  # fmt: skip


_COLUMNS = (
    "number", "family_name", "given_name", "role", "model", "serial", "lot", "implanted", "touch",
    "outcome", "words", "answered", "by",
)  # fmt: skip


@router.get("")
def all_recalls(desk: Reader) -> Response:
    """Every recall, with how many patients are left."""
    with desk.unit() as unit:
        found = [service.state_of(unit, one, desk.choices) for one in repository.recalls(unit.connection)]
        unit.audit("read", {"page": "recalls"})
    return desk.page(
        "recalls/list.html",
        title="Recalls",
        place=_PLACE,
        found=found,
        may_open=desk.may(Action.OPEN_RECALL),
        zone=desk.choices.zone,
    )


@router.get("/new")
def new(desk: Opener) -> Response:
    """The form of a maker's notice."""
    return _form(desk, EMPTY)


@router.post("/new")
def open_one(desk: Opener, values: Typed) -> Response:
    """Look at who is touched (``how`` is ``check``), or open the recall."""
    try:
        with desk.unit() as unit:
            form = NoticeForm(values, _models(unit.connection))
            made = form.recall(unit)
            if values.get("how") != "open":
                found = repository.touched(unit.connection, made.criteria, desk.choices.zone)
                unit.audit("read", {"page": "recall, touched", "devices": len(found)})
                return _form(desk, FormState(values), found=found, what=tuple(made.criteria.words()))
            service.open_recall(unit, made, desk.choices)
    except InputError as error:
        return _form(desk, FormState(values, error.faults), status=422)
    return desk.go(f"/recalls/{made.id}", "recorded")


@router.get("/{recall_id}")
def one(desk: Reader, recall_id: str) -> Response:
    """Who is touched, and what was done for each."""
    return _page(desk, recall_id, EMPTY)


@router.post("/{recall_id}/withdraw")
def withdraw(desk: Opener, recall_id: str, values: Typed) -> Response:
    """End it as a whole, with why."""
    try:
        with desk.unit() as unit:
            service.withdraw(unit, recall_id, values.get("why", ""), desk.choices)
    except InputError as error:
        return _page(desk, recall_id, FormState(values, error.faults), status=422)
    return desk.go(f"/recalls/{recall_id}", "saved")


@router.post("/{recall_id}/list.csv")
def table_file(desk: Reader, recall_id: str) -> Response:
    """Who is touched, and what was done, as a table."""
    with desk.unit() as unit:
        state = service.state_of(unit, repository.recall_row(unit.connection, recall_id), desk.choices)
        unit.audit("export", {"what": "recall, CSV", "rows": len(state.touched)}, subject=recall_id)
    attached = {"content-disposition": 'attachment; filename="recall.csv"'}
    return Response(_csv(state), media_type="text/csv; charset=utf-8", headers=attached)


@router.get("/{recall_id}/patients/{patient_id}")
def of_patient(desk: Answerer, recall_id: str, patient_id: str) -> Response:
    """What the notice says, the device of this patient, and the form of what was done."""
    return _patient(desk, recall_id, patient_id, EMPTY)


@router.post("/{recall_id}/patients/{patient_id}")
def answer(desk: Answerer, recall_id: str, patient_id: str, values: Typed) -> Response:
    """Write down what was done."""
    try:
        with desk.unit() as unit:
            done = Done(outcome=values.get("outcome", ""), words=values.get("words", ""))
            service.answer(unit, recall_id, patient_id, done, desk.choices)
    except InputError as error:
        return _patient(desk, recall_id, patient_id, FormState(values, error.faults), status=422)
    return desk.go(f"/recalls/{recall_id}", "recorded")


# ------------------------------------------------------------------------------ what the routes share


def _models(connection: Connection) -> tuple[str, ...]:
    """The models of the catalogue and of the ledger."""
    catalogue = builtin_catalogue()
    known = {one.model for one in (*catalogue.pumps.values(), *catalogue.catheters.values())}
    return tuple(sorted({*known, *connection.execute(select(device.c.model).distinct()).scalars()}))


def _form(desk: Desk, form: FormState, *, status: int = 200, **found: Any) -> Response:
    with desk.database.reading() as connection:
        models = _models(connection)
    return desk.page(
        "recalls/new.html",
        title="A maker's notice",
        place=_PLACE,
        status=status,
        form=form,
        models=models,
        found=found.get("found"),
        what=found.get("what", ()),
        carried=[(name, form.typed(name)) for name in _FIELDS],
        zone=desk.choices.zone,
    )


def _page(desk: Desk, recall_id: str, form: FormState, *, status: int = 200) -> Response:
    with desk.unit() as unit:
        state = service.state_of(unit, repository.recall_row(unit.connection, recall_id), desk.choices)
        unit.audit("read", {"page": "recall"}, subject=recall_id)
    return desk.page(
        "recalls/recall.html",
        title="Recall",
        place=_PLACE,
        status=status,
        form=form,
        state=state,
        outcomes=dict(OUTCOMES),
        may_answer=desk.may(Action.ANSWER_RECALL),
        may_open=desk.may(Action.OPEN_RECALL),
        sees_patients=desk.may(Action.SEE_THERAPY),
        zone=desk.choices.zone,
    )


def _patient(desk: Desk, recall_id: str, patient_id: str, form: FormState, *, status: int = 200) -> Response:
    with desk.unit() as unit:
        frame = patient_frame(desk, unit, patient_id, here="Implant")
        state = service.state_of(unit, repository.recall_row(unit.connection, recall_id), desk.choices)
    mine = [one for one in state.touched if one.patient_id == patient_id]
    if not mine:
        raise NotFoundError("This recall does not touch this patient. Open the recall.")
    return desk.page(
        "recalls/patient.html",
        title="Answer a recall",
        place="/patients",
        status=status,
        form=form,
        recall=state.recall,
        what=tuple(state.recall.criteria.words()),
        mine=mine,
        answers=[one for one in state.answers if one.patient_id in {patient_id, None}],
        is_withdrawn=state.withdrawn is not None,
        outcomes=OUTCOMES,
        outcome_words=dict(OUTCOMES),
        zone=desk.choices.zone,
        **frame.values,
    )


def _csv(state: State) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    answers = state.by_patient
    for held in state.touched:
        writer.writerow([harmless(cell) for cell in _cells(held, answers.get(held.patient_id))])
    return out.getvalue()


def _cells(held: repository.Touched, answered: repository.Answer | None) -> Iterator[str]:
    one = held.device
    yield from (held.number, held.family_name, held.given_name, one.role, one.model, one.serial or "")
    yield from (one.lot or "", utc(one.since_us).date().isoformat(), held.touch.value)
    if answered is None:
        yield from ("", "", "", "")
    else:
        yield from (answered.outcome, answered.words, utc(answered.at_us).date().isoformat(), answered.name)
