"""Opening a recall, answering it for a patient, withdrawing it; each in a unit of work that is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cisterna.clinic.database import Unit
from cisterna.clinic.projection import project
from cisterna.clinic.recalls import repository
from cisterna.clinic.recalls.repository import WITHDRAWN, Answer, Recall, Touched
from cisterna.clinic.record import confirmed_ids, record_of
from cisterna.clinic.settings.site import SiteChoices
from cisterna.errors import Fault, InputError

__all__ = ["OUTCOMES", "Done", "State", "answer", "open_recall", "state_of", "withdraw"]

OUTCOMES = (
    ("informed", "patient and family told, nothing else needed"),
    ("watched", "watched more closely, with what and until when"),
    ("replaced", "the device was revised, replaced or taken out"),
    ("not-touched", "checked: the device is not one of those named"),
    ("elsewhere", "cared for elsewhere, and that place was told"),
    ("declined", "told, and an intervention was declined"),
)
"""What can have been done for a patient."""
_LONGEST = 2000


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was done for a patient, as it was typed."""

    outcome: str
    words: str

    def faults(self) -> Iterator[Fault]:
        """An outcome that is none, words that are missing or too many."""
        if self.outcome not in dict(OUTCOMES):
            yield Fault(
                where="outcome",
                found=f"'{self.outcome[:40]}'" if self.outcome else "nothing",
                allowed=", ".join(text for _, text in OUTCOMES),
                remedy="choose what was done",
            )
        if not self.words.strip() or len(self.words) > _LONGEST:
            yield Fault(
                where="words",
                found=f"{len(self.words)} characters" if self.words.strip() else "nothing",
                allowed=f"1 to {_LONGEST} characters",
                remedy="say what was done, and who was told",
            )


@dataclass(frozen=True, kw_only=True)
class State:
    """A recall with who it touches and what was done; ``waiting`` are those without an answer."""

    recall: Recall
    touched: tuple[Touched, ...]
    answers: tuple[Answer, ...]

    @property
    def withdrawn(self) -> Answer | None:
        """That it was withdrawn, by whom and why."""
        return next((one for one in self.answers if one.patient_id is None), None)

    @property
    def by_patient(self) -> dict[str, Answer]:
        """The last answer for each patient."""
        return {one.patient_id: one for one in self.answers if one.patient_id is not None}

    @property
    def waiting(self) -> tuple[Touched, ...]:
        """Who is left."""
        answered = self.by_patient
        return () if self.withdrawn else tuple(one for one in self.touched if one.patient_id not in answered)

    @property
    def is_open(self) -> bool:
        """Whether somebody is left."""
        return bool(self.waiting)


def state_of(unit: Unit, recall: Recall, choices: SiteChoices) -> State:
    """Where a recall stands now: the ledger is searched again, so that who came since is found too."""
    return State(
        recall=recall,
        touched=repository.touched(unit.connection, recall.criteria, choices.zone),
        answers=repository.answers_of(unit.connection, recall.id),
    )


def open_recall(unit: Unit, recall: Recall, choices: SiteChoices) -> tuple[Touched, ...]:
    """Open a recall; whom it touches has it on the Due page from now on.

    Raises :class:`~cisterna.errors.InputError` for criteria that name nothing.
    """
    faults = tuple(recall.criteria.faults())
    if faults:
        raise InputError(*faults)
    repository.insert_recall(unit.connection, recall)
    found = repository.touched(unit.connection, recall.criteria, choices.zone)
    told = {"title": recall.title, "notice": recall.notice, "what": " ; ".join(recall.criteria.words())}
    unit.audit("open-recall", {**told, "devices": len(found)}, subject=recall.id)
    _project(unit, (one.patient_id for one in found), choices)
    return found


def answer(unit: Unit, recall_id: str, patient_id: str, done: Done, choices: SiteChoices) -> None:
    """What was done for a patient; a later answer stands after the first, which stays readable.

    Raises :class:`~cisterna.errors.InputError` with faults at ``outcome`` and ``words``.
    """
    recall = repository.recall_row(unit.connection, recall_id, for_change=True)
    state = state_of(unit, recall, choices)
    faults = (*_not_of_the_list(state, patient_id), *done.faults())
    if faults:
        raise InputError(*faults)
    _append(unit, recall_id, patient_id, done.outcome, done.words)
    _project(unit, [patient_id], choices)


def withdraw(unit: Unit, recall_id: str, why: str, choices: SiteChoices) -> None:
    """End a recall as a whole, such as one that was opened by mistake; it stays readable."""
    recall = repository.recall_row(unit.connection, recall_id, for_change=True)
    if not why.strip() or len(why) > _LONGEST:
        raise InputError(
            Fault(where="why", found="no reason" if not why.strip() else f"{len(why)} characters",
                  allowed=f"a reason of at most {_LONGEST} characters", remedy="say in a few words why")
        )  # fmt: skip
    _append(unit, recall_id, None, WITHDRAWN, why)
    found = repository.touched(unit.connection, recall.criteria, choices.zone)
    _project(unit, (one.patient_id for one in found), choices)


def _not_of_the_list(state: State, patient_id: str) -> Iterator[Fault]:
    if state.withdrawn or patient_id not in {one.patient_id for one in state.touched}:
        yield Fault(
            where="outcome",
            found="a withdrawn recall" if state.withdrawn else "a patient whom this recall does not touch",
            allowed="a patient of its list",
            remedy="open the recall again",
        )


def _append(unit: Unit, recall_id: str, patient_id: str | None, outcome: str, words: str) -> None:
    made = Answer(
        patient_id=patient_id, outcome=outcome, words=words.strip(), at_us=unit.at_us, name=unit.actor.name
    )
    repository.insert_answer(unit.connection, recall_id, unit.actor.account_id or "", made)
    told = {"outcome": outcome, "words": words.strip()}
    unit.audit("answer-recall", told, patient_id=patient_id, subject=recall_id)


def _project(unit: Unit, patient_ids: Iterable[str], choices: SiteChoices) -> None:
    """What is due for each follows from the recalls that are open."""
    for patient_id in sorted(set(patient_ids)):
        _, record = record_of(unit, patient_id, for_change=True)
        project(unit, patient_id, record.therapy, confirmed_ids(unit, patient_id), choices)
