"""CPCHILD: the total alone, since its items may not be reproduced without permission."""

from __future__ import annotations

from dataclasses import dataclass, field

from cisterna.care.result import told
from cisterna.care.scales.ranges import checked, in_range
from cisterna.care.scales.score import ScaleVersion, Score, scored
from cisterna.evidence import number

__all__ = ["CaregiverTotal", "caregiver_priorities"]

CPCHILD = ScaleVersion(
    scale="cpchild",
    title="Caregiver priorities and child health index (CPCHILD)",
    version=None,
    source="NINDS 24735; pubmed 16978459",
)


@dataclass(frozen=True, kw_only=True)
class CaregiverTotal:
    """The total as it was worked out on the licensed form."""

    total: float = field(metadata=told("total"))


def caregiver_priorities(total: float) -> Score[CaregiverTotal]:
    """The CPCHILD total, 0 to 100; :class:`~cisterna.errors.InputError` for another number.

    >>> caregiver_priorities(47.5).value.total
    47.5
    """
    scale = number("cpchild_range")
    checked(in_range("total", total, scale, whole=False))
    return scored(
        CPCHILD,
        CaregiverTotal(total=total),
        formula="recorded as the licensed form gave it; only the total, as its licence asks",
        inputs={"total": total},
        numbers=(scale,),
    )
