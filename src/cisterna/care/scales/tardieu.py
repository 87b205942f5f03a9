"""The Tardieu scale: how far a fast movement is caught before the passive range ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cisterna.care.exact import difference
from cisterna.care.result import told
from cisterna.care.scales.ranges import checked, in_range
from cisterna.care.scales.score import ScaleVersion, Score, scored
from cisterna.errors import Fault
from cisterna.evidence import number
from cisterna.units import Angle

__all__ = ["DynamicAngle", "dynamic_angle"]

TARDIEU = ScaleVersion(
    scale="tardieu",
    title="Modified Tardieu scale",
    version="modified",
    source="dss.dign.eu id=55; medboardreview; archives-pmr S0003-9993(13)00522-4",
)


@dataclass(frozen=True, kw_only=True)
class DynamicAngle:
    """The dynamic component: the part of the range that a fast movement does not reach."""

    dynamic_deg: float = field(metadata=told("dynamic component, R2 - R1", "deg", 1))


def dynamic_angle(r1: Angle, r2: Angle, quality: int | None = None) -> Score[DynamicAngle]:
    """``R2 - R1`` of one muscle: R1 the catch at fast speed, R2 the full passive range at slow speed.

    Both angles are in one convention that grows in the direction of the movement. Raises
    :class:`~cisterna.errors.InputError` where the catch lies beyond the range, and for a quality of the
    reaction that is not 0 to 4.

    >>> dynamic_angle(Angle(15), Angle(40), quality=2).value.dynamic_deg
    25.0
    """
    checked(_faults(r1, r2, quality))
    return scored(
        TARDIEU,
        DynamicAngle(dynamic_deg=difference(r2, r1)),
        formula="dynamic component = R2 - R1",
        inputs={"r1": str(r1), "r2": str(r2), "quality": quality},
        numbers=(number("tardieu_quality_range"), number("tardieu_clonus_time")),
    )


def _faults(r1: Angle, r2: Angle, quality: int | None) -> Iterator[Fault]:
    if r1 > r2:
        yield Fault(
            where="r1",
            found=f"{r1} beyond r2, {r2}",
            allowed="a catch (r1) before the end of the passive range (r2) in the direction of the movement",
            remedy="write both so that the angle grows with the movement, negative where that is due",
        )
    if quality is not None:
        yield from in_range("quality", quality, number("tardieu_quality_range"))
