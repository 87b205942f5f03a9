"""The page of the editor: the form, and beside it what was found of the candidate in hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi.responses import Response

from cisterna.care.refill_visit import pump_at_visit
from cisterna.clinic.dose.proposal import constant_flow
from cisterna.clinic.editor.answers import candidates_of
from cisterna.clinic.editor.comparing import compared_groups
from cisterna.clinic.editor.edits import texts_of_current
from cisterna.clinic.editor.forms import LETTERS, Sheet
from cisterna.clinic.editor.goals import BOUND, MOST_GOALS, WHERE
from cisterna.clinic.editor.parts import limits_count, model_words, moved_words
from cisterna.clinic.editor.reading import Looked
from cisterna.clinic.editor.repository import drafts_of
from cisterna.clinic.editor.rows import step_rows
from cisterna.clinic.editor.words import script_words
from cisterna.clinic.papers.case import WEEK
from cisterna.clinic.permissions import Action
from cisterna.clinic.visits.program_form import FLEX_ROWS, MODES
from cisterna.clinic.web.desk import Desk
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.patient_frame import PatientFrame, patient_frame
from cisterna.clinic.web.tongue import Tongue
from cisterna.errors import Fault, InputError
from cisterna.pump import deliverable_range
from cisterna.report.embedding import script_json
from cisterna.therapy import WEEKDAYS, Therapy

_WEEKDAYS = tuple(zip(WEEKDAYS, WEEK, strict=True))

__all__ = ["Found", "editor_page", "found_of", "framed"]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the course said: ``facts`` of the candidate in hand, ``current`` of what runs now.

    ``candidates`` tell how well each meets the goals, ``notes`` what an edit changed.
    """

    faults: tuple[Fault, ...] = ()
    facts: Mapping[str, Any] | None = None
    current: Mapping[str, Any] | None = None
    candidates: tuple[Mapping[str, Any], ...] = ()
    drawings: tuple[Any, ...] = ()
    notes: tuple[str, ...] = ()
    groups: tuple[Any, ...] = ()
    limits_count: str = ""
    model: str = ""


def found_of(desk: Desk, looked: Looked) -> Found:
    """Everything that the page shows where it was answered without script."""
    say, sheet, asked, facts = Tongue(desk.language), looked.sheet, looked.asked, looked.facts
    current = asked.current if asked else None
    return Found(
        faults=looked.faults,
        facts=facts,
        current=current,
        candidates=tuple(candidates_of(sheet, asked)) if asked else (),
        drawings=_drawings(facts) if facts else (),
        notes=tuple(moved_words(desk, looked.edit)),
        groups=compared_groups(say, current, facts, sheet.zone) if facts else (),
        limits_count=limits_count(say, facts["limits"]) if facts else "",
        model=model_words(say, facts) if facts else "",
    )


def _drawings(facts: Mapping[str, Any]) -> tuple[Any, ...]:
    from cisterna.clinic.editor.drawing import drawings_of  # noqa: PLC0415  NumPy only where it is needed

    return drawings_of(facts)


def framed(desk: Desk, patient_id: str) -> PatientFrame:
    """The frame of a page about the program."""
    with desk.unit() as unit:
        return patient_frame(desk, unit, patient_id, here="Program")


def editor_page(
    desk: Desk,
    frame: PatientFrame,
    sheet: Sheet,
    found: Found,
    status: int = 200,
    *,
    opened: str | None = None,
) -> Response:
    """The whole page; ``opened`` is the address that it was opened at, ``None`` where a form was answered."""
    with desk.database.reading() as connection:
        drafts = drafts_of(connection, frame.row.id)
    pump = pump_at_visit(frame.therapy, desk.now_us)
    takes_no_rate = pump is not None and constant_flow(frame.therapy, pump.state.system.model.name)
    typed = {**sheet.typed, **_blank(), **sheet.program_texts, "letter": sheet.letter}
    return desk.page(
        "editor/editor.html",
        title="Program",
        place="/patients",
        status=status,
        form=FormState(typed, found.faults),
        found=found,
        sheet=sheet,
        letters=LETTERS,
        pump=pump,
        takes_no_rate=takes_no_rate,
        modes=tuple(each for each in MODES if pump is None or each[0] in pump.state.system.model.modes),
        rows=step_rows(sheet),
        most_rows=FLEX_ROWS,
        goal_places=range(1, MOST_GOALS + 1),
        where=WHERE,
        bound=BOUND,
        drafts=drafts,
        frame_lacks=_lacks(frame),
        doses=desk.may(Action.CHANGE_DOSE),
        prints=desk.may(Action.MAKE_PAPER),
        weekdays=_WEEKDAYS,
        script=script_json(_for_script(desk, frame, sheet) | {"who": desk.account.id, "opened": opened}),
        zone=frame.therapy.zone,
        **frame.values,
    )


def _for_script(desk: Desk, frame: PatientFrame, sheet: Sheet) -> dict[str, Any]:
    """What the script is told once: words, what the pump can deliver, the levels of the spine."""
    current = texts_of_current(frame.therapy)
    tip = frame.standing.tip if frame.standing else None
    return {
        "words": script_words(Tongue(desk.language)),
        "pump": _pump_told(frame.therapy, sheet.at),
        "levels": {"tip": tip or "", "lumbar": "L4", "cervical": "C5"},
        "weekday": WEEKDAYS[frame.today.weekday()],
        "current_texts": current,
        "touched": sheet.program_texts != current,
    }


def _pump_told(therapy: Therapy, at: datetime) -> dict[str, Any] | None:
    """What the pump can deliver; ``None`` where the record does not say, and then nothing is dragged."""
    try:
        return deliverable_range(therapy, at).facts()
    except InputError:
        return None


def _lacks(frame: PatientFrame) -> bool:
    """Whether the record lacks what the course of a child needs."""
    from cisterna.course.preview.taken import lacking  # noqa: PLC0415  NumPy only where it is needed

    return any(one.is_needed for one in lacking(frame.therapy, frame.today))


def _blank() -> dict[str, str]:
    return {f"{key}_{place}": "" for place in range(1, FLEX_ROWS + 1) for key in ("from", "rate", "days")}
