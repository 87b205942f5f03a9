"""The page that compares three ways; in a demonstration nobody has to log in for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Anybody, Desk, desk_for
from cisterna.clinic.web.messages import catalogue

__all__ = ["ADDRESS", "open_router", "router"]

ADDRESS = "/compare"
router = APIRouter()
open_router = APIRouter()
Reader = Annotated[Desk, desk_for(Action.SEE_SHEETS)]


@router.get(ADDRESS)
def compare(desk: Reader) -> Response:
    """Tablets, pump and cream side by side, of an invented patient."""
    return _page(desk)


@open_router.get(ADDRESS)
def compare_openly(desk: Anybody) -> Response:
    """The same for everybody, in a demonstration."""
    return _page(desk)


def _page(desk: Desk) -> Response:
    from cisterna.clinic.compare.drawing import drawing_of  # noqa: PLC0415  NumPy only where it is needed
    from cisterna.course.three_ways import PANELS, WAYS, claims, three_ways  # noqa: PLC0415

    ways = three_ways()
    told = claims(ways)
    by_panel = {name: [each for each in told if each.panel == name] for name in {each.panel for each in told}}
    translated = catalogue(desk.language).gettext
    return desk.page(
        "compare/compare.html",
        title="Compare routes",
        place="/sheets",
        drawings=tuple(drawing_of(panel, ways, by_panel[panel.id]) for panel in PANELS),
        claims=by_panel,
        shown={each.place: each.shown(translated) for each in told},
        words={each.place: each.told(translated) for each in told},
        sources=tuple({each.name: each for claim in told for each in claim.sources}.values()),
        daily_mcg={way: ways.daily_mcg(way) for way in ("tablets", "pump")},
        ways=WAYS,
    )
