"""What may be done for a patient next, by role and standing: the buttons of the overview."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cisterna.care.standing import Standing, StandingStatus
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk
from cisterna.clinic.web.messages import marked

__all__ = ["Doing", "doings"]


@dataclass(frozen=True, kw_only=True)
class Doing:
    """One button: its words, where it leads, its icon."""

    words: str
    href: str
    icon: str


def doings(desk: Desk, patient_id: str, stands: Standing | None) -> tuple[Doing, ...]:
    """What who is logged in may do next."""
    here = f"/patients/{patient_id}"
    return tuple(
        Doing(words=words, href=here + below, icon=icon)
        for action, words, below, icon in _possible(stands)
        if desk.may(action)
    )


def _possible(stands: Standing | None) -> Iterator[tuple[Action, str, str, str]]:
    status = StandingStatus.NO_PUMP if stands is None else stands.status
    has_pump = status not in {StandingStatus.NO_PUMP, StandingStatus.EXPLANTED}
    if has_pump:
        yield Action.RECORD_REFILL, marked("Refill"), "/refills", "droplet"
        yield Action.CHANGE_DOSE, marked("Change the dose"), "/dose", "trending-up"
        yield Action.RECORD_EVENT, marked("Alarm reported"), "/alarm", "bell-ringing"
    yield Action.RECORD_ASSESSMENT, marked("Assess"), "/assessments/new", "clipboard-text"
    if not has_pump:
        yield Action.RECORD_ASSESSMENT, marked("Evaluation and trial"), "/trial", "droplet"
    yield Action.RECORD_EVENT, marked("Record an event"), "/record", "plus"
    yield Action.BOOK, marked("Book a visit"), "/appointments", "calendar-event"
    yield (
        Action.RECORD_IMPLANT,
        marked("Revision") if has_pump else marked("Implant visit"),
        "/implant",
        "cpu",
    )
    if has_pump:
        yield Action.END_THERAPY, marked("End the therapy"), "/implant", "circle-x"
    if has_pump:
        yield Action.SEE_THERAPY, marked("What if"), "/what-if", "activity"
    yield Action.MAKE_PAPER, marked("Print"), "/papers", "printer"
    yield Action.EXPORT_PATIENT, marked("Export"), "/export", "file-export"
