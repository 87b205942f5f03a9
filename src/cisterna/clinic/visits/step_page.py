"""The page of a step, and what every route asks before it shows or changes one."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi.responses import Response

from cisterna.clinic.database import Unit
from cisterna.clinic.visits import service
from cisterna.clinic.visits.case import Case, SavedStep
from cisterna.clinic.visits.kind import OpenVisit
from cisterna.clinic.visits.kinds import open_visit_of
from cisterna.clinic.visits.views import added_since, form_of, step_values, steps_by_section
from cisterna.clinic.web.desk import Desk
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.tongue import Tongue
from cisterna.errors import Fault, ForbiddenError, InputError, NotFoundError

__all__ = [
    "check_open_step", "check_state", "conflict", "for_change", "framed", "known_step", "step_page_of",
]  # fmt: skip


def framed(desk: Desk, visit_id: str, step: str) -> tuple[PatientFrame, OpenVisit]:
    """The frame of the patient and the visit, read in one unit."""
    with desk.unit() as unit:
        case = service.case_of(unit, visit_id, desk.choices)
        visit = open_visit_of(case)
        frame = patient_frame(desk, unit, case.visit.patient_id, here=visit.kind.tab)
    known_step(visit, step)
    return frame, visit


def known_step(visit: OpenVisit, step: str) -> str:
    """The step; :class:`~cisterna.errors.NotFoundError` where the visit has none of that name."""
    if step not in visit.step_ids:
        raise NotFoundError("This visit has no such step. Open it from the patient's page.")
    return step


def for_change(desk: Desk, unit: Unit, visit_id: str, step: str = "") -> Case:
    """The case, its visit locked; refused where the role may not make such a visit, or this step of it."""
    case = service.case_of(unit, visit_id, desk.choices, for_change=True)
    if not _may(desk, open_visit_of(case), step):
        raise ForbiddenError(
            f"Your role ({desk.account.role.value}) does not allow this. Ask a colleague who may."
        )
    return case


def _may(desk: Desk, visit: OpenVisit, step: str) -> bool:
    return all(desk.may(action) for action in visit.actions(step))


def check_state(case: Case, state: str) -> None:
    """Refuse what a visit in another state, or one that is closed, does not take."""
    if case.visit.state != state or not case.visit.is_going_on:
        raise InputError(
            Fault(where="visit", found=f"a visit that is {case.visit.state}", allowed="one that is going on",
                  remedy="what was recorded is corrected on the page of the events")
        )  # fmt: skip


def check_open_step(visit: OpenVisit, step: str) -> None:
    """Refuse to change a step that is in the record."""
    if visit.is_recorded(step):
        raise InputError(
            Fault(where=step, found="a step that is in the record", allowed="a step that is still open",
                  remedy="what was recorded is corrected on the page of the events")
        )  # fmt: skip


def conflict(desk: Desk, visit_id: str, step: str, sent: Mapping[str, str], theirs: SavedStep) -> Response:
    """Somebody else saved the step meanwhile: theirs and one's own, and nothing is lost."""
    frame, visit = framed(desk, visit_id, step)
    names = {name for one in visit.fields(step) for name in one.names}
    typed = {name: text for name, text in sent.items() if name in names} or None
    if sent.get("do") == "autosave":
        return desk.fragment("visits/conflict.html", theirs=theirs, zone=desk.choices.zone)
    form = form_of(visit, step, typed=typed)
    return step_page_of(desk, frame, visit, step, form, theirs=theirs, status=409)


def step_page_of(
    desk: Desk,
    frame: PatientFrame,
    visit: OpenVisit,
    step: str,
    form: FormState,
    *,
    second_form: FormState = EMPTY,
    theirs: SavedStep | None = None,
    status: int = 200,
) -> Response:
    """The page of a step: what is typed, what is checked, and who may go on."""
    case, say = visit.case, Tongue(desk.language)
    return desk.page(
        "visits/visit.html",
        title=f"{say.told(visit.kind.title)}: {say.told(visit.guide.step(step).title)}",
        place="/patients",
        status=status,
        form=form,
        second_form=second_form,
        theirs=theirs,
        sections=steps_by_section(visit, step),
        done=sum(case.done(one) for one in visit.step_ids),
        may=_may(desk, visit, step),
        read_only=visit.is_recorded(step) or not _may(desk, visit, step),
        added=added_since(frame.record, case.visit.seen_entries) if case.is_stale else (),
        back=_back(visit, step),
        **step_values(visit, step),
        **frame.values,
    )


def _back(visit: OpenVisit, step: str) -> str:
    place = visit.step_ids.index(step)
    if place == 0:
        return f"/patients/{visit.case.visit.patient_id}{visit.kind.below}"
    return f"/visits/{visit.case.visit.id}/{visit.step_ids[place - 1]}"
