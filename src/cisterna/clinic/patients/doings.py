"""What may be done for a patient next, by role and standing: the buttons of the overview."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cisterna.care.standing import Standing, StandingStatus
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk

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
        yield Action.RECORD_REFILL, "Refill", "/refills", "droplet"
        yield Action.CHANGE_DOSE, "Change the dose", "/dose", "trending-up"
        yield Action.RECORD_EVENT, "Alarm reported", "/alarm", "bell-ringing"
    yield Action.RECORD_ASSESSMENT, "Assess", "/assessments/new", "clipboard-text"
    if not has_pump:
        yield Action.RECORD_ASSESSMENT, "Evaluation and trial", "/trial", "droplet"
    yield Action.RECORD_EVENT, "Record an event", "/record", "plus"
    yield Action.BOOK, "Book a visit", "/appointments", "calendar-event"
    yield Action.RECORD_IMPLANT, "Revision" if has_pump else "Implant visit", "/implant", "cpu"
    if has_pump:
        yield Action.END_THERAPY, "End the therapy", "/implant", "circle-x"
    yield Action.MAKE_PAPER, "Print", "/papers", "printer"
    yield Action.EXPORT_PATIENT, "Export", "/export", "file-export"
