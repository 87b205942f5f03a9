"""Sheets and guides: the same content as ``cisterna sheet`` and ``cisterna guide``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from cisterna.care.guides import GUIDES, SHEETS, Guide, guide, sheet
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.errors import NotFoundError

__all__ = ["router"]

router = APIRouter(prefix="/sheets")
Reader = Annotated[Desk, desk_for(Action.SEE_SHEETS)]


@router.get("")
def sheets(desk: Reader) -> Response:
    """Every sheet and guide."""
    settings = desk.choices.settings
    return desk.page(
        "sheets/all.html",
        title="Sheets",
        place="/sheets",
        sheets=tuple(sheet(name, settings) for name in SHEETS),
        guides=tuple(guide(name, settings) for name in GUIDES),
    )


@router.get("/emergency")
def emergency(desk: Reader) -> Response:
    """Both reference sheets on one page, since the one can look like the other."""
    return _page(
        desk, "Withdrawal and overdose", tuple(sheet(name, desk.choices.settings) for name in SHEETS)
    )


@router.get("/{name}")
def one(desk: Reader, name: str) -> Response:
    """One guide; a sheet is always shown with the other."""
    if name in SHEETS:
        return desk.go(f"/sheets/emergency#{name}")
    if name not in GUIDES:
        raise NotFoundError("There is no such sheet.")
    found = guide(name, desk.choices.settings)
    return _page(desk, found.title, (found,))


def _page(desk: Desk, title: str, shown: tuple[Guide, ...]) -> Response:
    with desk.unit() as unit:
        unit.audit("read", {"page": "sheet"}, subject=", ".join(each.name for each in shown))
    return desk.page("sheets/sheet.html", title=title, place="/sheets", guides=shown, now_us=desk.now_us)
