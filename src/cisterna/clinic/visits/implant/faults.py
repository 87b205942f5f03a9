"""What is wrong with a step of the implant visit besides its single fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cisterna.clinic.visits.in_turn import faults_in_turn
from cisterna.errors import Fault, InputError

if TYPE_CHECKING:
    from cisterna.clinic.visits.implant.visit import ImplantVisit

__all__ = ["faults_of"]

_IN_TURN = (
    ("pump", "at"), ("fill", "at"), ("prime", "at"), ("program", "opened"), ("program", "at"),
    ("summary", "at"),
)  # fmt: skip
"""The instants of the visit in the order in which they must follow each other."""

_PLACES = {"tip": "tip", "catheter_trimmed": "trimmed", "catheter_implanted": "implanted", "why": "why"}


def faults_of(step: str, visit: ImplantVisit) -> Iterator[Fault]:
    """The faults of a step by field."""
    yield from faults_in_turn(step, visit, _IN_TURN)
    rule = {"catheter": _catheter, "program": _program, "summary": _refused}.get(step)
    if rule is not None:
        yield from rule(visit)


def _catheter(visit: ImplantVisit) -> Iterator[Fault]:
    """The implant as a whole: one length, told in one way."""
    try:
        visit.proposal.made_implant()
    except InputError as error:
        yield from (fault.at(_PLACES.get(fault.where, "model")) for fault in error.faults)


def _program(visit: ImplantVisit) -> Iterator[Fault]:
    try:
        visit.proposal.made_program()
    except InputError as error:
        yield from error.faults


def _refused(visit: ImplantVisit) -> Iterator[Fault]:
    for text in visit.proposal.refused():
        yield Fault(
            where="checks", found=text.rstrip("."), allowed="what this pump takes",
            remedy="go back to the step and correct it",
        )  # fmt: skip
