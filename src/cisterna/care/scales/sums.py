"""Scales whose score is the sum of named parts: dystonia (BADS) and selective control of a leg (SCALE)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cisterna.care.result import Reason, told
from cisterna.care.scales.ranges import NOT_ASSESSED, checked_parts, span
from cisterna.care.scales.score import ScaleVersion, Score, scored
from cisterna.evidence import number

__all__ = ["BADS_REGIONS", "SELECTIVE_JOINTS", "Total", "dystonia", "selective_control"]

BADS_REGIONS = ("eyes", "mouth", "neck", "trunk", "right-arm", "left-arm", "right-leg", "left-leg")
"""The regions of the Barry-Albright dystonia scale."""

SELECTIVE_JOINTS = ("hip", "knee", "ankle", "subtalar", "toes")
"""The joints of one leg in SCALE."""

BADS = ScaleVersion(
    scale="bads", title="Barry-Albright dystonia scale (BADS)", version=None, source="NINDS 24408"
)
SCALE = ScaleVersion(
    scale="selective-control",
    title="Selective control assessment of the lower extremity (SCALE)",
    version="v2.3 of 2009",
    source="NINDS 24715; scribd 745831699; UCLA sheet v2.3",
)


@dataclass(frozen=True, kw_only=True)
class Total:
    """The sum of all parts; ``None`` where one was not assessed."""

    total: int | None = field(metadata=told("total"))


def dystonia(regions: Mapping[str, int | None]) -> Score[Total]:
    """The BADS total of eight regions (:data:`BADS_REGIONS`), each 0 to 4; only dystonia is scored.

    Raises :class:`~cisterna.errors.InputError` for an unknown or missing region and a value off the scale.

    >>> dystonia({region: 3 for region in BADS_REGIONS}).value.total
    24
    """
    return _sum_of(BADS, "region", regions, BADS_REGIONS, ("bads_region_range", "bads_total_range"))


def selective_control(joints: Mapping[str, int | None]) -> Score[Total]:
    """The SCALE total of one leg: five joints (:data:`SELECTIVE_JOINTS`), each 0 to 2.

    Raises :class:`~cisterna.errors.InputError` for an unknown or missing joint and a value off the scale.

    >>> selective_control({"hip": 2, "knee": 1, "ankle": 1, "subtalar": 0, "toes": 0}).value.total
    4
    """
    ranges = ("selective_control_joint_range", "selective_control_range")
    return _sum_of(SCALE, "joint", joints, SELECTIVE_JOINTS, ranges)


def _sum_of(
    which: ScaleVersion,
    part: str,
    given: Mapping[str, int | None],
    names: tuple[str, ...],
    ranges: tuple[str, str],
) -> Score[Total]:
    of_part, of_total = (number(name) for name in ranges)
    known = checked_parts(part, given, names, of_part)
    values = [value for value in known.values() if value is not None]
    return scored(
        which,
        Total(total=sum(values) if len(values) == len(names) else None),
        formula=f"total = sum of {len(names)} {part}s of {span(of_part)} each: {span(of_total)}",
        inputs={part: known},
        reasons=_open(which, part, known),
        numbers=(of_part, of_total),
    )


def _open(which: ScaleVersion, part: str, known: Mapping[str, int | None]) -> Iterator[Reason]:
    missing = [name for name, value in known.items() if value is None]
    if missing:
        yield Reason(
            text=f"The {part} {', '.join(missing)} is {NOT_ASSESSED}: a missing value is not 0, so that "
            "there is no total.",
            source=which.source,
            about="total",
        )
