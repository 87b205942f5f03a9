"""What the record lacks and the model needs, and the published typical value that may stand in for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from cisterna.body.covariates import covariates_on
from cisterna.body.population import typical_size
from cisterna.therapy import Patient, Therapy
from cisterna.units import BodyWeight, Length, decimal_text

__all__ = ["Taken", "filled_in", "lacking"]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """``what`` the record lacks, what is ``taken`` in its place, and the published source of that.

    ``is_needed`` is whether there is no course without it; what is not needed is taken without asking.
    """

    what: str
    taken: str
    source: str
    status: str
    is_needed: bool = False

    def facts(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "what": self.what, "taken": self.taken, "source": self.source, "status": self.status,
            "is_needed": self.is_needed,
        }  # fmt: skip


def lacking(therapy: Therapy, day: date) -> tuple[Taken, ...]:
    """Everything that the model needs on ``day`` and the record does not say, with its typical value."""
    return (*_size(therapy, day), *_tone(therapy))


def _size(therapy: Therapy, day: date) -> Iterator[Taken]:
    """Weight and height of a child; those of an adult are not asked for."""
    known = covariates_on(therapy, day)
    settings = therapy.settings
    if known.age_y >= settings.value("adult_age", "y"):
        return
    typical = typical_size(settings, known.age_y, therapy.patient.gmfcs)
    for what, value, unit, found, number in (
        ("weight", known.weight_kg, "kg", typical.weight_kg, typical.weight),
        ("height", known.height_cm, "cm", typical.height_cm, typical.height),
    ):
        if value is None:
            yield Taken(
                what=what, taken=f"{decimal_text(found, 1)} {unit}", source=number.source,
                status=number.status.value, is_needed=True,
            )  # fmt: skip


def _tone(therapy: Therapy) -> Iterator[Taken]:
    if therapy.patient.tone is not None:
        return
    for limb in ("legs", "arms"):
        number = therapy.settings.number(f"untreated_tone_{limb}")
        yield Taken(
            what=f"untreated tone of the {limb}", taken=number.shown(), source=number.source,
            status=number.status.value,
        )  # fmt: skip


def filled_in(therapy: Therapy, day: date) -> Therapy:
    """The therapy with the typical size of a child of this age where none is recorded."""
    known, settings = covariates_on(therapy, day), therapy.settings
    needed = {one.what for one in lacking(therapy, day) if one.is_needed}
    if not needed:
        return therapy
    typical = typical_size(settings, known.age_y, therapy.patient.gmfcs)
    patient: Patient = therapy.patient
    if "weight" in needed:
        patient = replace(patient, weight=BodyWeight(typical.weight_kg))
    if "height" in needed:
        patient = replace(patient, height=Length(typical.height_cm))
    return replace(therapy, patient=patient)
