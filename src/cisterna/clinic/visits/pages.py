"""The pages of a visit: one step at a time, saved as it is typed, recorded as one whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from cisterna.clinic.accounts.log_in import Refused
from cisterna.clinic.accounts.second_person import known_second_person
from cisterna.clinic.appointments.service import Booking, book
from cisterna.clinic.permissions import Action
from cisterna.clinic.visits import service
from cisterna.clinic.visits.case import SavedStep, SecondPerson, VisitState
from cisterna.clinic.visits.kind import OpenVisit
from cisterna.clinic.visits.kinds import open_visit_of
from cisterna.clinic.visits.service import StepChangedError
from cisterna.clinic.visits.step_page import (
    check_open_step,
    check_state,
    conflict,
    for_change,
    framed,
    known_step,
    step_page_of,
)
from cisterna.clinic.visits.views import form_of, step_values
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.typed import whole_typed
from cisterna.errors import Fault, InputError, StaleRecordError

__all__ = ["router"]

router = APIRouter(prefix="/visits")
Reader = Annotated[Desk, desk_for(Action.SEE_THERAPY)]
Text = Annotated[str, Form(max_length=4000)]


async def _sent(request: Request) -> Mapping[str, str]:
    """Every field of the form as it was typed."""
    return {name: str(value) for name, value in (await request.form()).items()}


Sent = Annotated[Mapping[str, str], Depends(_sent)]


@router.get("/{visit_id}")
def visit_page(desk: Reader, visit_id: str) -> Response:
    """Where the visit was left."""
    with desk.unit() as unit:
        case = service.case_of(unit, visit_id, desk.choices)
        unit.audit("read", {"page": "visit"}, patient_id=case.visit.patient_id, subject=visit_id)
    return desk.go(f"/visits/{visit_id}/{open_visit_of(case).first_undone()}")


@router.get("/{visit_id}/{step}")
def step_page(desk: Reader, visit_id: str, step: str) -> Response:
    """One step of a visit."""
    frame, visit = framed(desk, visit_id, step)
    return step_page_of(desk, frame, visit, step, form_of(visit, step))


@router.post("/{visit_id}/seen")
def seen(desk: Reader, visit_id: str, entries: int = Form(0), step: Text = "") -> Response:
    """What was added to the record meanwhile was read; go on with it."""
    with desk.unit() as unit:
        case = for_change(desk, unit, visit_id)
        service.look_again(unit, case, entries)
    return desk.go(f"/visits/{visit_id}/{known_step(open_visit_of(case), step)}")


@router.post("/{visit_id}/abandon")
def abandon(desk: Reader, visit_id: str, reason: Text = "", step: Text = "") -> Response:
    """End a visit without its purpose."""
    frame, visit = framed(desk, visit_id, step)
    if not reason.strip():
        fault = Fault(where="ends", found="no reason", allowed="why the visit ends", remedy="say why")
        return step_page_of(desk, frame, visit, step, form_of(visit, step, (fault,)), status=422)
    with desk.unit() as unit:
        case = for_change(desk, unit, visit_id)
        check_state(case, VisitState.OPEN)
        service.abandon(unit, case, reason, open_visit_of(case).abandoned(reason))
    return desk.go(f"/patients/{case.visit.patient_id}{visit.kind.below}", "saved")


@router.post("/{visit_id}/{step}")
def post_step(desk: Reader, visit_id: str, step: str, sent: Sent) -> Response:
    """Save a step (``do`` is ``autosave`` or ``save``), go on from it (``next``), or stop (``stop``)."""
    how = sent.get("do", "save")
    try:
        visit = _saved(desk, visit_id, step, sent)
    except StepChangedError as error:
        return conflict(desk, visit_id, step, sent, error.held)
    if how == "autosave":
        values = step_values(visit, step) | {"form": form_of(visit, step), "may": True}
        values["patient_id"] = visit.case.visit.patient_id
        return desk.fragment("visits/saved.html", **values)
    if how == "stop":
        return _stopped(desk, visit)
    if how == "next":
        return _gone_on(desk, visit, step)
    return desk.go(f"/visits/{visit_id}/{step}", "saved")


@router.post("/{visit_id}/{step}/second")
def second(
    desk: Reader,
    visit_id: str,
    step: str,
    second_login: Text = "",
    second_password: Text = "",
    second_code: Text = "",
    place: int = Form(0),
) -> Response:
    """A second person confirms what stands in a step; the session stays that of the first."""
    frame, visit = framed(desk, visit_id, step)
    asked, held = visit.second_of(step), visit.case.saved.get(step)
    fault = _why_no_second(visit, step, held, place)
    if fault is None and asked is not None and held is not None:
        with desk.unit() as unit:
            case = for_change(desk, unit, visit_id, step)
            check_open_step(open_visit_of(case), step)
            found = known_second_person(
                unit, login=second_login, password=second_password, code=second_code, address=desk.address,
                action=visit.second_action(step), not_these=frozenset({desk.account.id, held.account_id}),
                choices=desk.choices,
            )  # fmt: skip
            if isinstance(found, Refused):
                fault = found.fault
            else:
                person = SecondPerson(account_id=found.id, name=found.name, at_us=unit.at_us, of=asked[0])
                service.save_second(unit, case, step, person)
    if fault is not None:
        typed = FormState({"second_login": second_login}, (fault,))
        return step_page_of(desk, frame, visit, step, form_of(visit, step), second_form=typed, status=422)
    return desk.go(f"/visits/{visit_id}/{step}", "confirmed")


# ------------------------------------------------------------------------------ what the routes share


def _saved(desk: Desk, visit_id: str, step: str, sent: Mapping[str, str]) -> OpenVisit:
    """Save what was typed; the visit as it stands after it."""
    with desk.unit() as unit:
        case = for_change(desk, unit, visit_id, step)
        visit = open_visit_of(case)
        check_open_step(visit, known_step(visit, step))
        names = {name for one in visit.fields(step) for name in one.names}
        typed = {name: text for name, text in sent.items() if name in names}
        seen_place = max(0, whole_typed(sent.get("place")))
        by_itself = sent.get("do") == "autosave"
        held = service.save_step(unit, case, step, typed, seen=seen_place, by_itself=by_itself)
    return open_visit_of(replace(case, saved={**case.saved, step: held}))


def _gone_on(desk: Desk, visit: OpenVisit, step: str) -> Response:
    """Go on where everything in the step is right; the step of the recording records."""
    faults = visit.all_faults(step)
    if not faults and step == visit.records_at:
        return _recorded(desk, visit, step)
    try:
        if not faults:
            _finish(desk, visit, step)
            following = visit.next_step(step)
            patient = f"/patients/{visit.case.visit.patient_id}{visit.kind.below}"
            here = f"/visits/{visit.case.visit.id}/{following}"
            return desk.go(here if following else patient, "" if following else "recorded")
    except StepChangedError as error:
        return conflict(desk, visit.case.visit.id, step, {}, error.held)
    except InputError as error:
        faults = error.faults
    frame, again = framed(desk, visit.case.visit.id, step)
    return step_page_of(desk, frame, again, step, form_of(again, step, faults), status=422)


def _finish(desk: Desk, visit: OpenVisit, step: str) -> None:
    """Mark a step as done; what is booked or added by it is written with it."""
    with desk.unit() as unit:
        last = visit.next_step(step) is None
        if last:
            check_state(visit.case, VisitState.RECORDED)
            service.close(unit, visit.case, step, visit.after(step))
            return
        service.finish_step(unit, visit.case, step)
        if step == visit.books:
            book(unit, visit.case.visit.patient_id, _booking(visit, step))


def _booking(visit: OpenVisit, step: str) -> Booking:
    at: Any = visit.value(step, "at")
    return Booking(
        kind=visit.kind.name,
        at=at,
        with_whom=str(visit.value(step, "with_whom") or ""),
        reason=str(visit.value(step, "reason") or ""),
    )


def _recorded(desk: Desk, visit: OpenVisit, step: str) -> Response:
    """Record everything; whatever keeps it from that is told, and everything typed stays."""
    undone = visit.undone(step)
    try:
        if undone:
            raise InputError(*(_undone(visit, one) for one in undone))
        events, header = visit.events(), visit.header()
        with desk.unit() as unit:
            case = for_change(desk, unit, visit.case.visit.id, step)
            check_state(case, VisitState.OPEN)
            service.record_visit(
                unit, visit.case, step, events, visit.confirming(), appointment=visit.kind.name,
                header=header, closes=visit.is_done_when_recorded,
            )  # fmt: skip
    except StaleRecordError:
        frame, again = framed(desk, visit.case.visit.id, step)
        return step_page_of(desk, frame, again, step, form_of(again, step), status=409)
    except StepChangedError as error:
        return conflict(desk, visit.case.visit.id, step, {}, error.held)
    except InputError as error:
        frame, again = framed(desk, visit.case.visit.id, step)
        told = tuple(fault.at("") if fault.where.startswith("event[") else fault for fault in error.faults)
        return step_page_of(desk, frame, again, step, form_of(again, step, told), status=422)
    if visit.is_done_when_recorded:
        return desk.go(f"/patients/{visit.case.visit.patient_id}{visit.kind.below}", "recorded")
    return desk.go(f"/visits/{visit.case.visit.id}/{visit.next_step(step)}", "recorded")


def _undone(visit: OpenVisit, step: str) -> Fault:
    number, title = visit.step_ids.index(step) + 1, visit.guide.step(step).title
    faults = visit.all_faults(step)
    return Fault(
        where="",
        found=f"step {number}, {title}: {faults[0].found if faults else 'not done'}",
        allowed="every step before this one done",
        remedy=f"open step {number} and go on from it",
    )


def _stopped(desk: Desk, visit: OpenVisit) -> Response:
    """Unsure of the needle: kept, and nothing is injected."""
    with desk.unit() as unit:
        case = for_change(desk, unit, visit.case.visit.id)
        check_state(case, VisitState.OPEN)
        held = case.saved.get(visit.stops)
        values = {**(held.values if held else {}), "sure": "no"}
        service.save_step(unit, case, visit.stops, values, seen=held.place if held else 0)
        unit.audit("stop-visit", patient_id=case.visit.patient_id, subject=case.visit.id)
    return desk.go(f"/visits/{visit.case.visit.id}/{visit.stops}")


def _why_no_second(visit: OpenVisit, step: str, held: SavedStep | None, place: int) -> Fault | None:
    wrong = tuple(fault for fault in visit.all_faults(step) if fault.where != "second")
    if visit.second_of(step) is None or held is None or wrong:
        found = wrong[0].found if wrong else "nothing that was saved"
        return Fault(
            where="second_login", found=f"a step that is not complete: {found}",
            allowed="a step with everything in it", remedy="complete and save it first",
        )  # fmt: skip
    if held.place != place:
        return Fault(
            where="second_login", found="a step that was changed since it was shown",
            allowed="confirming what stands there", remedy="look at it again, then confirm",
        )  # fmt: skip
    return None
