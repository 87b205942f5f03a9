"""The Due page: on the screen, on paper and as a file; the words of a search stand in no address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from cisterna.care.need import NeedKind
from cisterna.clinic.due.chosen import EVERYTHING, Chosen
from cisterna.clinic.due.service import MOST_PRINTED, PAGE, Worklist, gathered
from cisterna.clinic.due.serving import KIND_WORDS
from cisterna.clinic.due.sources import deciding
from cisterna.clinic.due.table_file import as_csv
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.tongue import Tongue

__all__ = ["router"]

router = APIRouter(prefix="/due")
Reader = Annotated[Desk, desk_for(Action.SEE_DUE)]
Text = Annotated[str, Form(max_length=1000)]

_SHORTCUTS = {
    "All": EVERYTHING,
    "Refills": Chosen(kind=NeedKind.REFILL.value),
    "Not booked": Chosen(booked="no"),
    "Mine": Chosen(mine="yes"),
}
_EVERY_ROW = 1_000_000


def _asked(request: Request) -> Chosen:
    """The choice in an address; words in it are not read, so that nobody gets used to writing them there."""
    values = dict(request.query_params)
    values.pop("words", None)
    return Chosen.of(values)


def _posted(
    kind: Text = "",
    group: Text = "",
    booked: Text = "",
    mine: Text = "",
    ahead: Text = "",
    words: Text = "",
    page: Text = "",
) -> Chosen:
    return Chosen.of({"kind": kind, "group": group, "booked": booked, "mine": mine, "ahead": ahead,
                      "words": words, "page": page})  # fmt: skip


Asked = Annotated[Chosen, Depends(_asked)]
Posted = Annotated[Chosen, Depends(_posted)]


@router.get("")
def due(desk: Reader, chosen: Asked) -> Response:
    """Everybody who needs something."""
    return _page(desk, chosen)


@router.post("")
def search(desk: Reader, chosen: Posted) -> Response:
    """The same, searched by words; a choice without words gets an address that can be kept."""
    return _page(desk, chosen) if chosen.words else desk.go(f"/due{chosen.query}")


@router.get("/print")
def print_view(desk: Reader, chosen: Asked) -> Response:
    """The list as it is printed: every row of the choice, without what only a screen can do."""
    return _print(desk, chosen)


@router.post("/print")
def print_search(desk: Reader, chosen: Posted) -> Response:
    """The print of a search."""
    return _print(desk, chosen)


@router.get("/list.csv")
def table_file(desk: Reader, chosen: Asked) -> Response:
    """The list as a file for a spreadsheet."""
    return _file(desk, chosen)


@router.post("/list.csv")
def table_file_of_search(desk: Reader, chosen: Posted) -> Response:
    """The file of a search."""
    return _file(desk, chosen)


def _page(desk: Desk, chosen: Chosen) -> Response:
    listed = _read(desk, chosen, "read", {"page": "Due"}, PAGE)
    return desk.page("due/list.html", title="Due", place="/due", **_values(desk, listed))


def _print(desk: Desk, chosen: Chosen) -> Response:
    listed = _read(desk, chosen.at(1), "read", {"page": "Due, print"}, MOST_PRINTED)
    return desk.page("due/print.html", title="Due", place="/due", **_values(desk, listed))


def _file(desk: Desk, chosen: Chosen) -> Response:
    listed = _read(desk, chosen.at(1), "export", {"what": "due, CSV"}, _EVERY_ROW)
    name = f"due-{listed.today.isoformat()}.csv"
    return Response(
        as_csv(listed.rows, desk.choices.zone, Tongue(desk.language).told).encode("utf-8"),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _read(desk: Desk, chosen: Chosen, action: str, told: dict[str, object], page_rows: int) -> Worklist:
    with desk.unit() as unit:
        listed = gathered(
            unit,
            desk.choices,
            chosen,
            desk.account.id,
            page_rows=page_rows,
            sees_therapy=desk.may(Action.SEE_THERAPY),
        )
        filters = dict(chosen.fields(with_words=False))
        unit.audit(
            action, {**told, "rows": len(listed.told), "chosen": filters, "searched": bool(chosen.words)}
        )
    return listed


def _values(desk: Desk, listed: Worklist) -> dict[str, Any]:
    return {
        "listed": listed,
        "chosen": listed.chosen,
        "groups": listed.groups,
        "deciding": {each.name: each for each in deciding(desk.choices)},
        "kind_words": KIND_WORDS,
        "shortcuts": tuple(_shortcuts(listed)),
        "is_open": replace(listed.chosen, page=1) not in _SHORTCUTS.values(),
        "zone": desk.choices.zone,
        "now_us": listed.around.now_us,
        "site": desk.choices.word("site_name"),
        "may_book": desk.may(Action.BOOK),
        "may_confirm": desk.may(Action.CONFIRM_PROGRAM),
    }


def _shortcuts(listed: Worklist) -> Iterator[tuple[str, str, bool, int]]:
    """The parts that are asked for most: words, address, whether it is shown, how many rows."""
    for words, part in _SHORTCUTS.items():
        yield words, f"/due{part.query}", replace(listed.chosen, page=1) == part, listed.many(part)
