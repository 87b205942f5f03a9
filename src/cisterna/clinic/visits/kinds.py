"""Every kind of visit by its name."""

from __future__ import annotations

from collections.abc import Mapping

from cisterna.clinic.visits.case import Case
from cisterna.clinic.visits.evaluation import EVALUATION
from cisterna.clinic.visits.implant import IMPLANT
from cisterna.clinic.visits.kind import OpenVisit, VisitKind
from cisterna.clinic.visits.refill import REFILL
from cisterna.clinic.visits.replacement import REPLACEMENT
from cisterna.clinic.visits.screening import SCREENING
from cisterna.errors import NotFoundError

__all__ = ["KINDS", "kind_named", "open_visit_of"]

KINDS: Mapping[str, VisitKind] = {
    kind.name: kind for kind in (EVALUATION, SCREENING, REFILL, IMPLANT, REPLACEMENT)
}


def kind_named(name: str) -> VisitKind:
    """The kind of that name; :class:`~cisterna.errors.NotFoundError` where there is none."""
    if name not in KINDS:
        raise NotFoundError("There is no such kind of visit.")
    return KINDS[name]


def open_visit_of(case: Case) -> OpenVisit:
    """The visit of a case with the rules of its kind."""
    return kind_named(case.visit.kind).makes(case)
