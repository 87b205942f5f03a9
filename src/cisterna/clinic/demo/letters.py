"""Short documents of an invented patient's file."""

from __future__ import annotations

from datetime import date

from cisterna.clinic.demo.life import Life
from cisterna.clinic.demo.patient import Document

__all__ = ["letters"]

_HEAD = "INVENTED. This letter belongs to a demonstration; nobody in it exists."


def letters(life: Life) -> None:
    """A letter of the first visit, one of the operation and one of the last refill, where there were any."""
    first = min(event.at.date() for event in life.chart.events)
    _letter(life, first, "Referral", f"Seen for {life.chart.history.goals}. Evaluation begun.")
    if life.implant is None:
        return
    day = life.implant.at.date()
    implant = life.implant
    text = f"Pump {implant.pump_serial}, catheter {implant.catheter_serial}, tip at {implant.tip}."
    _letter(life, day, "Operation note", text)
    if len(life.fills) > 1:
        last = life.fills[-1]
        text = f"Refilled with {last.injected.shown()} of {last.concentration.shown()}, lot {last.lot}."
        _letter(life, last.at.date(), "Letter to the family doctor", text)


def _letter(life: Life, day: date, title: str, text: str) -> None:
    who = f"{life.subject.person.given} {life.subject.person.family}, {life.number}"
    body = f"{_HEAD}\n\n{day.isoformat()}\n{who}\n{life.subject.label}\n\n{text}\n"
    life.chart.documents.append(Document(title=title, day=day, text=body))
