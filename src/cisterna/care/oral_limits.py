"""The published highest daily doses of baclofen by mouth, held against one dose of one patient."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cisterna.care.result import Reason
from cisterna.evidence import Number
from cisterna.therapy import Therapy
from cisterna.units import decimal_text
from cisterna.verdict import Verdict

__all__ = ["oral_limit_reasons"]

_DUST = 1e-9
_DAYS_PER_YEAR = 365.25


def oral_limit_reasons(therapy: Therapy, daily_mg: float, day: date) -> Iterator[Reason]:
    """What the highest published doses say of ``daily_mg`` on a day, for the age and the weight then.

    >>> from cisterna.therapy import Patient
    >>> girl = Therapy(patient=Patient(label="invented", born=date(2018, 2, 11)))
    >>> [reason.verdict.value for reason in oral_limit_reasons(girl, 70, date(2026, 12, 1))]
    ['caution']
    """
    settings = therapy.settings
    age = (day - therapy.patient.born).days / _DAYS_PER_YEAR
    if age >= settings.value("adult_age", "y"):
        name = "oral_maximum_adult"
    else:
        older = age >= settings.value("oral_older_child_age", "y")
        name = "oral_maximum_from_8" if older else "oral_maximum_under_8"
    number = settings.number(name)
    yield _held(number, daily_mg, number.in_unit("mg/day"), "mg/day")
    weight = therapy.weight_at(day)
    if age < settings.value("adult_dose_age", "y") and weight:
        per_kg = settings.number("oral_child_dose_per_kg")
        yield _held(per_kg, daily_mg / weight, per_kg.in_unit("mg/kg/day"), "mg/kg/day")


def _held(number: Number, found: float, limit: float, unit: str) -> Reason:
    is_above = found > limit + _DUST
    word = "above" if is_above else "within"
    text = f"{decimal_text(found, 2)} {unit} is {word} the highest published daily dose, {number.shown()}."
    return Reason.on(number, text, Verdict.CAUTION if is_above else Verdict.OK)
