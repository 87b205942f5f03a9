"""Age, weight and height over time: the stretches during which the parameters are constant.

Age counts in completed years. A weight, a height or a birthday holds from the midnight, in the
patient's zone, with which its day begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import floor

from cisterna.body.parameters import Covariates, Parameters, parameters_of
from cisterna.instants import instant_us, utc
from cisterna.therapy import Therapy
from cisterna.therapy.events import Weigh

__all__ = ["Stretch", "covariates_on", "stretches"]


@dataclass(frozen=True)
class Stretch:
    """From ``start_us`` on, until the next stretch, the parameters are these."""

    start_us: int
    parameters: Parameters


def covariates_on(therapy: Therapy, day: date) -> Covariates:
    """Age, weight, height and kidney function of the patient on one day."""
    return Covariates(
        age_y=floor(therapy.patient.age_at(day)),
        weight_kg=therapy.weight_at(day),
        height_cm=therapy.height_at(day),
        filtration=therapy.patient.egfr,
    )


def stretches(therapy: Therapy, start_us: int, end_us: int) -> tuple[Stretch, ...]:
    """Stretches of constant parameters that cover ``start_us`` to ``end_us``, in order.

    Raises :class:`~cisterna.errors.BodyError` where the model is not defined for the patient on
    any of these days.
    """
    first, last = (utc(at_us).astimezone(therapy.zone).date() for at_us in (start_us, end_us))
    days = sorted({first, *(day for day in _days_of_change(therapy, first, last) if first < day <= last)})
    found: list[Stretch] = []
    for day in days:
        parameters = parameters_of(therapy.settings, covariates_on(therapy, day))
        if not found or parameters != found[-1].parameters:
            begins_us = start_us if day == first else _midnight_us(therapy, day)
            found.append(Stretch(begins_us, parameters))
    return tuple(found)


def _midnight_us(therapy: Therapy, day: date) -> int:
    """Begin of a local day; where clocks skip midnight it is the instant of the skip (fold 0)."""
    return instant_us(datetime.combine(day, time(), therapy.zone).astimezone(UTC))


def _days_of_change(therapy: Therapy, first: date, last: date) -> Iterator[date]:
    born = therapy.patient.born
    for year in range(first.year, last.year + 1):
        # A birthday of 29 February falls on 1 March in most years; a day too many does no harm.
        near = date(year, born.month, min(born.day, 28))
        yield from (near + timedelta(days=later) for later in range(born.day - near.day + 1))
    for dated in (therapy.patient.weight, therapy.patient.height):
        if isinstance(dated, tuple):
            yield from (entry.at for entry in dated)
    for event in therapy.valid_events:
        if isinstance(event, Weigh):
            yield event.at.astimezone(therapy.zone).date()
