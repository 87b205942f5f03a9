"""Making a paper about a patient, and keeping it among the documents, in a unit of work that is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from cisterna.clinic.database import Unit
from cisterna.clinic.documents.repository import Paper as Document
from cisterna.clinic.documents.service import add_document
from cisterna.clinic.events.timeline import days_of, rows_of
from cisterna.clinic.papers.card import card
from cisterna.clinic.papers.case import Case, Maker
from cisterna.clinic.papers.letters import doctor, family
from cisterna.clinic.papers.order import order
from cisterna.clinic.papers.visit import visit
from cisterna.clinic.patients.repository import booked_visits, team_of
from cisterna.clinic.record.repository import confirmations
from cisterna.clinic.web.messages import marked
from cisterna.clinic.web.patient_frame import PatientFrame
from cisterna.errors import Fault, InputError, NotFoundError
from cisterna.report.papers import Paper

__all__ = ["KINDS", "Asked", "Kind", "case_of", "keep", "paper_of"]

_LONGEST = 4000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What who makes a paper adds: for whom it is, a message, the day of the visit.

    Raises :class:`~cisterna.errors.InputError` where a text is too long for a letter or the day is none.
    """

    to: str = ""
    message: str = ""
    day: str = ""

    def __post_init__(self) -> None:
        faults = [
            Fault(
                where=name,
                found=f"{len(getattr(self, name))} characters",
                allowed=f"at most {_LONGEST}",
                remedy="write less, or add a document",
            )
            for name in ("to", "message")
            if len(getattr(self, name)) > _LONGEST
        ]
        try:
            _ = self.on
        except ValueError:
            faults.append(
                Fault(
                    where="day",
                    found=f"'{self.day}'",
                    allowed="a day such as 2026-03-02",
                    remedy="choose a day of the list",
                )
            )
        if faults:
            raise InputError(*faults)

    @property
    def on(self) -> date | None:
        """The day of the visit; ``None`` is the last one."""
        return date.fromisoformat(self.day) if self.day else None


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of paper: its title, what it is for, and how it is made.

    ``needs_pump`` where it says nothing without a pump in place.
    """

    title: str
    purpose: str
    make: Callable[[Case, Asked], Paper]
    needs_pump: bool = False
    is_letter: bool = False


KINDS: Mapping[str, Kind] = {
    "card": Kind(
        title=marked("Patient card"),
        purpose=marked("To be carried: pump, drug, dose, dates, whom to call, signs, MRI."),
        make=lambda case, _asked: card(case),
        needs_pump=True,
    ),
    "family": Kind(
        title=marked("Letter to the family"),
        purpose=marked("What the pump gives, when to come, when to call."),
        make=lambda case, asked: family(case, asked.to, asked.message),
        needs_pump=True,
        is_letter=True,
    ),
    "doctor": Kind(
        title=marked("Letter to the family doctor"),
        purpose=marked("The therapy, what was done last, what to watch for."),
        make=lambda case, asked: doctor(case, asked.to, asked.message),
        is_letter=True,
    ),
    "visit": Kind(
        title=marked("Summary of the visit"),
        purpose=marked("Everything recorded on one day, and how the therapy stands."),
        make=lambda case, asked: visit(case, asked.on),
    ),
    "order": Kind(
        title=marked("Order for the program of the pump"),
        purpose=marked("Every number of the program, to be compared with the maker's programmer."),
        make=lambda case, _asked: order(case),
        needs_pump=True,
    ),
}
"""The papers about a patient, by name."""


def case_of(unit: Unit, frame: PatientFrame, maker: Maker) -> Case:
    """What a paper about the patient is made from."""
    confirmed = confirmations(unit.connection, frame.row.id)
    return Case(
        maker=maker,
        identity=frame.row.identity,
        therapy=frame.therapy,
        standing=frame.standing,
        needs=frame.needs,
        team=team_of(unit.connection, frame.row.id),
        days=tuple(days_of(rows_of(frame.record, confirmed), frame.therapy)),
        entries=frame.row.entries,
        confirmed=confirmed,
        recorded={name: entry.recorded_by for name, entry in frame.record.by_event.items()},
        booked=booked_visits(unit.connection, frame.row.id),
    )


def paper_of(case: Case, kind: str, asked: Asked) -> Paper:
    """A paper; raises :class:`~cisterna.errors.NotFoundError` where there is none of this kind."""
    if kind not in KINDS:
        raise NotFoundError(f"There is no such paper. There are: {', '.join(KINDS)}.")
    if KINDS[kind].needs_pump and not case.has_pump:
        raise NotFoundError(
            marked("No pump is in place: this paper would say nothing. Record the implant first.")
        )
    return KINDS[kind].make(case, asked)


def keep(unit: Unit, patient_id: str, paper: Paper, pdf: bytes) -> Document:
    """Keep a paper that was made among the documents of the patient; a draft says so in its title."""
    title = f"{paper.title}, {paper.made.at}"
    return add_document(unit, patient_id, f"{paper.words['draft']}: {title}" if paper.lacks else title, pdf)
