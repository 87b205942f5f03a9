"""``cisterna score`` of pain: r-flacc, nccpc-r, nccpc-pv, nrs and fps-r."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from cisterna.cli.application import AsJson

if TYPE_CHECKING:
    from cisterna.care.scales.pain import Pain, Rating
    from cisterna.care.scales.score import Score

__all__ = ["COMMANDS"]

Items = Annotated[
    str | None,
    typer.Option("--items", help="All items in their order, as 1,2,1,1,0; or not-assessed.", metavar="LIST"),
]
Total = Annotated[str | None, typer.Option("--total", help="The total, in place of the items.", metavar="N")]
Chosen = Annotated[str, typer.Option("--total", help="The number that was chosen, 0 to 10.", metavar="N")]


def _r_flacc(items: Items = None, total: Total = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Revised FLACC: observed pain, five items, 0 to 10."""
    from cisterna.care.scales.pain import r_flacc

    _observe(r_flacc, items, total, as_json=as_json)


def _nccpc_r(items: Items = None, total: Total = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Non-communicating children's pain checklist, revised: 30 items, 0 to 90, cut-off 7."""
    from cisterna.care.scales.pain import nccpc_r

    _observe(nccpc_r, items, total, as_json=as_json)


def _nccpc_pv(items: Items = None, total: Total = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """The same checklist after an operation: 27 items, 0 to 81, cut-off 11."""
    from cisterna.care.scales.pain import nccpc_pv

    _observe(nccpc_pv, items, total, as_json=as_json)


def _nrs(total: Chosen, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Numeric rating scale: pain from 0 to 10 as the patient says it."""
    from cisterna.care.scales.pain import numeric_rating

    _rate(numeric_rating, total, as_json=as_json)


def _fps_r(total: Chosen, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Faces pain scale, revised: the number of the chosen face."""
    from cisterna.care.scales.pain import faces_pain

    _rate(faces_pain, total, as_json=as_json)


def _observe(
    observed: Callable[[tuple[int | None, ...] | None, int | None], Score[Pain]],
    items: str | None,
    total: str | None,
    *,
    as_json: bool,
) -> None:
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_list, read_whole

    answer(
        lambda: observed(
            None if items is None else read_list(items, "--items", _item),
            None if total is None else read_whole(total, "--total"),
        ),
        as_json=as_json,
    )


def _item(text: str, option: str) -> int | None:
    from cisterna.care.scales.ranges import NOT_ASSESSED
    from cisterna.cli.options import read_whole

    return None if text == NOT_ASSESSED else read_whole(text, option)


def _rate(rated: Callable[[int], Score[Rating]], total: str, *, as_json: bool) -> None:
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_whole

    answer(lambda: rated(read_whole(total, "--total")), as_json=as_json)


COMMANDS = {
    "r-flacc": _r_flacc,
    "nccpc-r": _nccpc_r,
    "nccpc-pv": _nccpc_pv,
    "nrs": _nrs,
    "fps-r": _fps_r,
}
"""The commands by name, in the order of the help."""
