"""Candidacy: the points for, against and missing, and the regimens beside them; never a yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cisterna.care.evaluation.criteria import CRITERIA
from cisterna.care.evaluation.points import Point
from cisterna.care.evaluation.recorded import Recorded
from cisterna.care.evaluation.regimens import Regimen, regimens_for
from cisterna.therapy.therapy import Therapy

__all__ = ["Candidacy", "candidacy"]

_CONTRAINDICATIONS = {"allergy", "infection"}


@dataclass(frozen=True, kw_only=True)
class Candidacy:
    """What is to be weighed ``on`` a day.

    ``contraindicated`` is true where the file states a contraindication of label or guideline, false where it
    excludes those that a file can state, and ``None`` where it says nothing of one of them.
    """

    label: str
    age: str
    on: date
    points: tuple[Point, ...]
    regimens: tuple[Regimen, ...]

    def side(self, name: str) -> tuple[Point, ...]:
        """The points of a side; what is a contraindication is ``against`` too, and stands first."""
        wanted = {"against": ("contraindication", "against")}.get(name, (name,))
        return tuple(entry for side in wanted for entry in self.points if entry.side == side)

    @property
    def contraindicated(self) -> bool | None:
        """Whether a contraindication is recorded; ``None`` where that is not known."""
        ids = {entry.id for entry in self.points}
        if ids & _CONTRAINDICATIONS:
            return True
        return False if {"no-allergy", "no-infection"} <= ids else None

    def facts(self) -> dict[str, object]:
        """The evaluation as JSON takes it; no key is ever absent."""
        return {
            "patient": self.label,
            "age": self.age,
            "on": self.on.isoformat(),
            "for": [entry.facts() for entry in self.side("for")],
            "against": [entry.facts() for entry in self.side("against")],
            "missing": [entry.facts() for entry in self.side("missing")],
            "contraindicated": self.contraindicated,
            "contraindications": [entry.facts() for entry in self.side("contraindication")],
            "regimens": [regimen.facts() for regimen in self.regimens],
        }


def candidacy(therapy: Therapy, on: date) -> Candidacy:
    """The points of a therapy as it stood ``on`` a day, and the regimens side by side.

    Raises :class:`~cisterna.errors.InputError` for a day before birth.

    >>> from cisterna.therapy import History, Patient
    >>> girl = Patient(label="girl, 8 years (invented)", born=date(2018, 2, 11), gmfcs="IV")
    >>> found = candidacy(Therapy(patient=girl, history=History(active_infection=True)), date(2026, 3, 1))
    >>> found.contraindicated, found.side("against")[0].said.text[:29]
    (True, 'Stop: an active infection is ')
    """
    seen = Recorded(therapy, on)
    return Candidacy(
        label=therapy.patient.label,
        age=seen.completed_age,
        on=on,
        points=tuple(entry for criterion in CRITERIA for entry in criterion(seen)),
        regimens=regimens_for(seen),
    )
