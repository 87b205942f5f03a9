"""What each step of the revision visit asks: the implant visit's fields, of which what stays may be empty."""

from __future__ import annotations

from dataclasses import replace

from cisterna.clinic.visits.fields import Field
from cisterna.clinic.visits.implant import steps as of_the_implant
from cisterna.evidence import Catalogue

__all__ = ["asked_at"]

_WHY = Field(
    name="because", label="Why it is revised", form="area", range="it stands with the revision; the next "
    "reader sees it",
)  # fmt: skip
_STAYS = {"pump": "left empty: the pump stays", "catheter": "left empty: the catheter stays"}
_MAY_BE_EMPTY = {"pump", "catheter", "fill", "program"}
_OF_THE_TRIAL = {"lasted", "adverse"}


def asked_at(
    step: str, catalogue: Catalogue, modes: tuple[str, ...], *, is_needed: bool
) -> tuple[Field, ...]:
    """The fields of a step; ``is_needed`` says whether its drug or program cannot be left out."""
    fields = of_the_implant.fields_of(step, catalogue, modes)
    if step == "identity":
        return (*fields[:-1], _WHY, fields[-1])
    if step == "program":
        fields = tuple(one for one in fields if one.name not in _OF_THE_TRIAL)
    if is_needed or step not in _MAY_BE_EMPTY:
        return fields
    return tuple(_optional(step, one) for one in fields)


def _optional(step: str, field: Field) -> Field:
    if field.name == "model":
        return replace(field, label="New model", required=False, range=_STAYS[step])
    if (step, field.name) == ("pump", "at"):
        return replace(field, label="Revised at")
    return replace(field, required=False)
