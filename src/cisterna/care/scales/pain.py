"""Pain scores: r-FLACC, NCCPC-R and NCCPC-PV by items or total; numeric rating and faces by their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cisterna.care.result import Reason, told
from cisterna.care.scales.ranges import NOT_ASSESSED, checked, in_range, span
from cisterna.care.scales.score import ScaleVersion, Score, scored
from cisterna.errors import Fault
from cisterna.evidence import Number, Status, number
from cisterna.units import decimal_text

__all__ = ["Pain", "Rating", "faces_pain", "nccpc_pv", "nccpc_r", "numeric_rating", "r_flacc"]

_PEDIATRICS = "aappublications table 4"


@dataclass(frozen=True, kw_only=True)
class Pain:
    """The total, and whether it is at or above the published cut-off, where there is one."""

    total: int | None = field(metadata=told("total"))
    above_cut_off: bool | None = field(metadata=told("at or above the cut-off"))


@dataclass(frozen=True, kw_only=True)
class Rating:
    """One number that the patient chose."""

    total: int = field(metadata=told("rating"))


@dataclass(frozen=True, kw_only=True)
class _Observed:
    """A scale of items that an observer scores; the other fields name numbers of the evidence."""

    which: ScaleVersion
    items: str
    item: str
    total: str
    cut_off: str | None = None
    meaning: str = ""


_R_FLACC = _Observed(
    which=ScaleVersion(
        scale="r-flacc", title="Revised FLACC pain score", version="revised", source="vbn.aau.dk"
    ),
    items="r_flacc_items",
    item="r_flacc_item_range",
    total="r_flacc_range",
)
_NCCPC_R = _Observed(
    which=ScaleVersion(
        scale="nccpc-r",
        title="Non-communicating children's pain checklist (NCCPC-R)",
        version="revised, 30 items",
        source=_PEDIATRICS,
    ),
    items="nccpc_r_items",
    item="nccpc_item_range",
    total="nccpc_r_range",
    cut_off="nccpc_r_cut_off",
    meaning="moderate to severe pain",
)
_NCCPC_PV = _Observed(
    which=ScaleVersion(
        scale="nccpc-pv",
        title="Non-communicating children's pain checklist, postoperative (NCCPC-PV)",
        version="postoperative, 27 items",
        source=_PEDIATRICS,
    ),
    items="nccpc_pv_items",
    item="nccpc_item_range",
    total="nccpc_pv_range",
    cut_off="nccpc_pv_cut_off",
    meaning="pain is likely",
)
_NRS = ScaleVersion(
    scale="nrs",
    title="Numeric rating scale of pain (NRS)",
    version="0 to 10",
    source="general knowledge",
    status=Status.RECALLED,
)
_FPS_R = ScaleVersion(
    scale="fps-r",
    title="Faces pain scale (FPS-R)",
    version="revised",
    source="general knowledge",
    status=Status.RECALLED,
)


def r_flacc(items: Sequence[int | None] | None = None, total: int | None = None) -> Score[Pain]:
    """r-FLACC from its five items of 0 to 2, or its total of 0 to 10; no cut-off is published.

    Give either; ``None`` among the items is one that was not assessed. Raises
    :class:`~cisterna.errors.InputError` for both or neither, and for values off the scale.

    >>> r_flacc([1, 2, 1, 1, 0]).value.total
    5
    """
    return _observed(_R_FLACC, items, total)


def nccpc_r(items: Sequence[int | None] | None = None, total: int | None = None) -> Score[Pain]:
    """NCCPC-R from its 30 items of 0 to 3, or its total of 0 to 90; cut-off 7. As :func:`r_flacc`.

    >>> nccpc_r(total=7).value.above_cut_off
    True
    """
    return _observed(_NCCPC_R, items, total)


def nccpc_pv(items: Sequence[int | None] | None = None, total: int | None = None) -> Score[Pain]:
    """NCCPC-PV from its 27 items of 0 to 3, or its total of 0 to 81; cut-off 11. As :func:`r_flacc`.

    >>> nccpc_pv(total=10).value.above_cut_off
    False
    """
    return _observed(_NCCPC_PV, items, total)


def numeric_rating(total: int) -> Score[Rating]:
    """The numeric rating of pain, 0 to 10; :class:`~cisterna.errors.InputError` for another number.

    >>> numeric_rating(6).value.total
    6
    """
    return _rating(_NRS, total)


def faces_pain(total: int) -> Score[Rating]:
    """The number of the chosen face, 0 to 10; :class:`~cisterna.errors.InputError` for another number.

    >>> faces_pain(4).value.total
    4
    """
    return _rating(_FPS_R, total)


def _rating(which: ScaleVersion, total: int) -> Score[Rating]:
    scale = number("pain_scale_range")
    checked(in_range("total", total, scale))
    return scored(
        which,
        Rating(total=total),
        formula=f"the number that the patient chose, {span(scale)}",
        inputs={"total": total},
        numbers=(scale,),
    )


def _observed(of: _Observed, items: Sequence[int | None] | None, total: int | None) -> Score[Pain]:
    checked(_faults(of, items, total))
    found = total if items is None else _sum(items)
    cut_off = number(of.cut_off) if of.cut_off else None
    numbers = (number(of.total), number(of.items), number(of.item), *((cut_off,) if cut_off else ()))
    return scored(
        of.which,
        Pain(total=found, above_cut_off=_is_above(found, cut_off)),
        formula=f"total = sum of {decimal_text(number(of.items).in_unit('count'))} items of "
        f"{span(number(of.item))}"
        + (f"; at or above {decimal_text(cut_off.in_unit('score'))}: {of.meaning}" if cut_off else ""),
        inputs={"items": None if items is None else tuple(items), "total": total},
        reasons=_reasons(of, items, found, cut_off),
        numbers=numbers,
    )


def _sum(items: Sequence[int | None]) -> int | None:
    known = [item for item in items if item is not None]
    return sum(known) if len(known) == len(items) else None


def _is_above(total: int | None, cut_off: Number | None) -> bool | None:
    return None if total is None or cut_off is None else total >= cut_off.in_unit("score")


def _faults(of: _Observed, items: Sequence[int | None] | None, total: int | None) -> Iterator[Fault]:
    if (items is None) == (total is None):
        yield Fault(
            where="items",
            found="neither items nor total" if items is None else "both items and total",
            allowed="either the items or the total",
            remedy="give one of them",
        )
        return
    if total is not None:
        yield from in_range("total", total, number(of.total))
    if items is not None:
        yield from _faults_of_items(of, items)


def _faults_of_items(of: _Observed, items: Sequence[int | None]) -> Iterator[Fault]:
    count = number(of.items)
    if len(items) != count.in_unit("count"):
        yield Fault(
            where="items",
            found="1 value" if len(items) == 1 else f"{len(items)} values",
            allowed=f"{decimal_text(count.in_unit('count'))} values ({count.text}; {count.source})",
            remedy=f"give a value for each item; write {NOT_ASSESSED} for one that was not assessed",
        )
    for item in items:
        if item is not None:
            yield from in_range("items", item, number(of.item))


def _reasons(
    of: _Observed, items: Sequence[int | None] | None, total: int | None, cut_off: Number | None
) -> Iterator[Reason]:
    if items is not None and total is None:
        missing = sum(item is None for item in items)
        yield Reason(
            text=f"{missing} of {len(items)} items {'was' if missing == 1 else 'were'} not assessed: a "
            "missing value is not 0, so that there is no total.",
            source=of.which.source,
            about="total",
        )
    if cut_off is None:
        yield Reason(
            text=f"No cut-off of {of.which.title} is published.",
            source=of.which.source,
            about="above_cut_off",
        )
    elif total is None:
        yield Reason.on(
            cut_off, "Without a total it cannot be held against the cut-off.", about="above_cut_off"
        )
    else:
        limit = decimal_text(cut_off.in_unit("score"))
        above = total >= cut_off.in_unit("score")
        yield Reason.on(
            cut_off,
            f"The total {total} is at or above the cut-off of {limit}: {of.meaning}."
            if above
            else f"The total {total} is below the cut-off of {limit}.",
        )
