"""The passive range of a joint by goniometry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cisterna.care.result import told
from cisterna.care.scales.ranges import checked, one_of
from cisterna.care.scales.score import ScaleVersion, Score, scored
from cisterna.errors import Fault
from cisterna.units import Angle

__all__ = ["ROM_JOINTS", "ROM_SIDES", "JointRange", "joint_range"]

ROM_JOINTS = (
    "neck", "shoulder", "elbow", "forearm", "wrist", "fingers", "thumb",
    "trunk", "hip", "knee", "ankle", "subtalar", "toes",
)  # fmt: skip
"""The joints that may be named."""

ROM_SIDES = ("left", "right")
"""The sides that may be named."""

ROM = ScaleVersion(
    scale="rom",
    title="Range of motion (goniometry)",
    version=None,
    source="CPRN registry, CPRN0371, CPRN0706 and CPRN0061",
)
_LONGEST = 100


@dataclass(frozen=True, kw_only=True)
class JointRange:
    """The angle that was measured."""

    angle_deg: float = field(metadata=told("angle", "deg", 1))


def joint_range(joint: str, side: str, position: str, angle: Angle) -> Score[JointRange]:
    """An angle in degrees with its joint, side and the position in which it was measured.

    The position stays in the words of the examiner, such as "popliteal angle, hips at 90 deg": an angle
    compares only with one in the same position. Raises :class:`~cisterna.errors.InputError` for an unknown
    joint or side and for a position without words.

    >>> joint_range("knee", "left", "popliteal angle", Angle(55)).value.angle_deg
    55.0
    """
    checked(
        [
            *one_of("joint", joint, ROM_JOINTS),
            *one_of("side", side, ROM_SIDES),
            *_faults_of_position(position),
        ]
    )
    return scored(
        ROM,
        JointRange(angle_deg=float(angle)),
        formula="recorded as measured: one joint, side and position",
        inputs={"joint": joint, "side": side, "position": position, "angle": str(angle)},
    )


def _faults_of_position(position: str) -> Iterator[Fault]:
    readable = position.isprintable() and any(letter.isalpha() for letter in position)
    if not readable or len(position) > _LONGEST:
        yield Fault(
            where="position",
            found=f"{position[:_LONGEST]!r}",
            allowed=f"words on one line, at most {_LONGEST} characters",
            remedy="name the position, for example 'popliteal angle, hips at 90 deg'",
        )
