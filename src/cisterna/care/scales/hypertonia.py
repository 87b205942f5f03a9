"""The hypertonia assessment tool (HAT): which kinds of raised tone one limb shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cisterna.care.result import Reason, told
from cisterna.care.scales.ranges import NOT_ASSESSED, checked_parts
from cisterna.care.scales.score import ScaleVersion, Score, scored
from cisterna.evidence import number

__all__ = ["HAT_ITEMS", "Hypertonia", "hypertonia"]

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "spasticity": ("3", "4"),
    "rigidity": ("5", "7"),
    "dystonia": ("1", "2", "6"),
}
HAT_ITEMS = tuple(sorted(item for items in _GROUPS.values() for item in items))
"""The names of the items."""

HAT = ScaleVersion(
    scale="hat",
    title="Hypertonia assessment tool (HAT)",
    version=None,
    source="NINDS 24709; assesschild; hollandbloorview",
)


@dataclass(frozen=True, kw_only=True)
class Hypertonia:
    """Which kinds are present in one limb; ``subtype`` is ``none``, one of the three, or ``mixed``."""

    spasticity: bool | None = field(metadata=told("spasticity"))
    rigidity: bool | None = field(metadata=told("rigidity"))
    dystonia: bool | None = field(metadata=told("dystonia"))
    subtype: str | None = field(metadata=told("subtype"))


def hypertonia(items: Mapping[str, int | None]) -> Score[Hypertonia]:
    """The subtype of one limb from the seven items, each 0 (no), 1 (yes) or ``None`` (not assessed).

    Items 1, 2 and 6 are of dystonia, 3 and 4 of spasticity, 5 and 7 of rigidity; one positive item makes
    the kind present, more than one kind is mixed. Raises :class:`~cisterna.errors.InputError` for an
    unknown or missing item and another value.

    >>> hypertonia({"1": 1, "2": 0, "3": 1, "4": 0, "5": 0, "6": 0, "7": 0}).value.subtype
    'mixed'
    """
    yes_or_no = number("hat_item_range")
    known = checked_parts("item", items, HAT_ITEMS, yes_or_no)
    kinds = {kind: _present([known[item] for item in group]) for kind, group in _GROUPS.items()}
    subtype = _subtype(kinds)
    return scored(
        HAT,
        Hypertonia(**kinds, subtype=subtype),
        formula="present: one positive item of its group (dystonia 1, 2, 6; spasticity 3, 4; rigidity 5, 7); "
        "more than one kind present: mixed",
        inputs={"item": known},
        reasons=_reasons(kinds, subtype),
        numbers=(yes_or_no, number("hat_items")),
    )


def _present(group: list[int | None]) -> bool | None:
    """A positive item is enough; without one, an item that was not assessed leaves it open."""
    if any(group):
        return True
    return None if None in group else False


def _subtype(kinds: Mapping[str, bool | None]) -> str | None:
    present = [kind for kind, known in kinds.items() if known]
    if len(present) > 1:
        return "mixed"
    if None in kinds.values():
        return None
    return present[0] if present else "none"


def _reasons(kinds: Mapping[str, bool | None], subtype: str | None) -> Iterator[Reason]:
    open_kinds = [kind for kind, known in kinds.items() if known is None]
    for kind in open_kinds:
        yield Reason(
            text=f"No item of {kind} is positive and one is {NOT_ASSESSED}, so that {kind} stays open.",
            source=HAT.source,
            about=kind,
        )
    if subtype is None:
        yield Reason(
            text=f"The subtype stays open with {' and '.join(open_kinds)}.",
            source=HAT.source,
            about="subtype",
        )
    if subtype == "mixed":
        present = " and ".join(kind for kind, known in kinds.items() if known)
        yield Reason(text=f"More than one kind is present ({present}): mixed.", source=HAT.source)
