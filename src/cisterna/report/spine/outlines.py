"""The spinal canal seen from the side, the patient facing left: outlines as points.

Levels are as long as those of the model's reference adult, one beside the other; widths, the bend and the
bones are drawn for the eye and measure nothing. Everything is a list of points, x to the right and y
downwards in a frame of :data:`WIDTH` by :data:`HEIGHT`, so that an SVG and Matplotlib draw the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from math import cos, hypot, pi, sin

from cisterna.body import CORD_LEVELS
from cisterna.evidence import number
from cisterna.therapy import LEVELS

__all__ = ["HEIGHT", "WIDTH", "Shape", "level_edges", "level_middle", "shape"]

WIDTH, HEIGHT = 230.0, 720.0
"""The frame in which the canal stands."""

_TOP, _BOTTOM = 98.0, 702.0
_FROM_HEAD = LEVELS[::-1]
_REGIONS = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}
_STEP = 4.0

Point = tuple[float, float]
Points = tuple[Point, ...]

# The bend, the widths and the bones in units of the frame, by level; between them they go smoothly.
_CENTRE = {
    "C1": 117, "C4": 109, "C7": 115, "T2": 126, "T5": 142, "T8": 148, "T10": 145, "T12": 134, "L2": 117,
    "L4": 108, "L5": 112, "S1": 121, "S2": 133,
}  # fmt: skip
_CANAL = {"C1": 14, "C4": 15, "T2": 13.5, "T8": 13.5, "T12": 15, "L2": 16.5, "L4": 15, "S1": 11, "S2": 5}
_CORD = {"C1": 6, "C5": 8, "T2": 6, "T9": 6, "T11": 7, "L1": 3.5}
_BODY = {"C1": 7, "C2": 14, "C7": 17, "T1": 18, "T12": 28, "L1": 30, "L5": 32, "S1": 25, "S2": 21}
_PROCESS = {"C1": 8, "C7": 15, "T1": 15, "T8": 15, "T12": 18, "L1": 20, "L5": 19, "S1": 9, "S2": 5}
_SLANT = {"C1": 2, "C7": 8, "T3": 15, "T8": 17, "T11": 8, "L1": 3, "L5": 3, "S1": 3, "S2": 2}
_THICK = {"C1": 5, "C7": 6, "T6": 7, "T12": 11, "L1": 14, "L5": 14, "S1": 8, "S2": 5}
_END = (0.9, 0.72, 0.45, 0.0)
"""How canal and cord end: parts of their width."""
_ENTRY = "L3"
"""Where the catheter is drawn to enter the canal; the level is not recorded."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Outlines of everything that stands still, and the catheter up to its ``tip``.

    ``bodies`` and ``processes`` are the bones in the order of the levels from the head down; ``fluid`` is the
    canal, ``cord`` lies in it, ``roots`` are the nerves below it; ``head`` is the fluid around the ``brain``
    with the ``cerebellum``. Fluid, cord, head and brain are open where they meet. ``catheter`` is a line
    from the pump to the ``tip``.
    """

    bodies: tuple[Points, ...]
    processes: tuple[Points, ...]
    fluid: Points
    cord: Points
    roots: tuple[Points, ...]
    head: Points
    brain: Points
    cerebellum: Points
    catheter: Points
    tip: Point


@cache
def _edges() -> tuple[float, ...]:
    lengths = [number(f"{_REGIONS[level[0]]}_level_length").in_unit("cm") for level in _FROM_HEAD]
    scale = (_BOTTOM - _TOP) / sum(lengths)
    return (_TOP, *(round(_TOP + scale * done, 3) for done in accumulate(lengths)))


def level_edges(level: str) -> tuple[float, float]:
    """Top and bottom of a level.

    >>> level_edges("C1")[0], level_edges("S2")[1]
    (98.0, 702.0)
    """
    place = _FROM_HEAD.index(level)
    return _edges()[place], _edges()[place + 1]


def level_middle(level: str) -> float:
    """The middle of a level, where its concentration is drawn."""
    top, bottom = level_edges(level)
    return (top + bottom) / 2


@cache
def shape(tip: str) -> Shape:
    """The drawing with the tip of the catheter at a level.

    >>> drawn = shape("T10")
    >>> len(drawn.bodies), level_edges("T10")[0] < drawn.tip[1] < level_edges("T10")[1]
    (26, True)
    """
    catheter = tuple(_catheter(tip))
    return Shape(
        bodies=tuple(_body(level) for level in _FROM_HEAD),
        processes=tuple(_process(level) for level in _FROM_HEAD),
        fluid=_tube(_CANAL, _TOP, _BOTTOM),
        cord=_tube(_CORD, _TOP, level_edges(CORD_LEVELS[0])[1]),
        roots=tuple(tuple(_root(side)) for side in (-0.55, -0.2, 0.2, 0.55)),
        head=_smooth([(103, 99), (101, 88), (86, 76), (80, 54), (88, 32), (112, 21), (137, 25), (151, 42),
                      (149, 62), (138, 74), (131, 86), (131, 99)]),
        brain=_smooth([(113, 99), (112, 84), (97, 68), (93, 52), (101, 40), (116, 36), (128, 44), (129, 58),
                       (123, 72), (122, 99)]),
        cerebellum=_ellipse((139, 53), 8.5, 9.5),
        catheter=catheter,
        tip=catheter[-1],
    )  # fmt: skip


def _at(knots: Mapping[str, float], y: float) -> float:
    """A value between the levels at which it is given, by a cubic through them."""
    ys, values = [level_middle(level) for level in knots], list(knots.values())
    if not ys[0] < y < ys[-1]:
        return values[0] if y <= ys[0] else values[-1]
    place = bisect_right(ys, y) - 1
    slopes = [_slope(ys, values, each) for each in (place, place + 1)]
    width = ys[place + 1] - ys[place]
    part = (y - ys[place]) / width
    rise = part * part * (3 - 2 * part)
    bend = width * part * (1 - part) * (slopes[0] * (1 - part) - slopes[1] * part)
    return values[place] + rise * (values[place + 1] - values[place]) + bend


def _slope(ys: Sequence[float], values: Sequence[float], place: int) -> float:
    first, last = max(place - 1, 0), min(place + 1, len(ys) - 1)
    return (values[last] - values[first]) / (ys[last] - ys[first])


def _beside(y: float, offset: float) -> Point:
    """A point ``offset`` behind (to the right of) the middle line, square to it."""
    lean = _middle(y + 1) - _middle(y - 1)
    length = hypot(lean, 2)
    return (_rounded(_middle(y) + offset * 2 / length), _rounded(y - offset * lean / length))


def _middle(y: float) -> float:
    """The middle line, which goes on straight below the middle of its last level."""
    last = level_middle("S2")
    if y <= last:
        return _at(_CENTRE, y)
    return _at(_CENTRE, last) + (y - last) * (_at(_CENTRE, last) - _at(_CENTRE, last - 1))


def _rounded(value: float) -> float:
    return round(value, 2)


def _tube(widths: Mapping[str, float], top: float, bottom: float) -> Points:
    """Both edges of a tube along the middle line, open above."""
    count = int((bottom - top) / _STEP)
    ys = [top + (bottom - top) * place / count for place in range(count + 1)]
    half = [_at(widths, y) for y in ys]
    half[-len(_END) :] = [width * part for width, part in zip(half[-len(_END) :], _END, strict=True)]
    front = [_beside(y, -width) for y, width in zip(ys, half, strict=True)]
    back = [_beside(y, width) for y, width in zip(ys, half, strict=True)]
    return (*front, *reversed(back))


def _body(level: str) -> Points:
    """The body of a vertebra before the canal, a little narrower at its waist."""
    (top, bottom), edge = level_edges(level), _at(_CANAL, level_middle(level)) + 4
    depth, gap = _at(_BODY, level_middle(level)), 0.1 * (bottom - top)
    near, far = -edge, -(edge + depth)
    return (
        _beside(top + gap, near), _beside((top + bottom) / 2, near - 1), _beside(bottom - gap, near),
        _beside(bottom - gap, far), _beside((top + bottom) / 2, far + 0.08 * depth), _beside(top + gap, far),
    )  # fmt: skip


def _process(level: str) -> Points:
    """The spinous process behind the canal, slanting down."""
    y, thick = level_middle(level), _at(_THICK, level_middle(level))
    edge = _at(_CANAL, y) + 4
    out, down = _at(_PROCESS, y), _at(_SLANT, y)
    (x0, y0), (x1, y1) = _beside(y - thick / 2, edge), _beside(y + thick / 2, edge)
    return (
        (x0, y0),
        (x0 + out, _rounded(y0 + down)),
        (x0 + out, _rounded(y0 + down + 0.6 * thick)),
        (x1, y1),
    )


def _root(side: float) -> Iterator[Point]:
    """One nerve from the end of the cord down to the sacrum; they part from each other."""
    top, bottom = level_edges(CORD_LEVELS[0])[1] - 14, _BOTTOM - 14
    count = int((bottom - top) / (2 * _STEP))
    for place in range(count + 1):
        y = top + (bottom - top) * place / count
        yield _beside(y, side * min(1.0, 4 * place / count) * _at(_CANAL, y))


def _catheter(tip: str) -> Iterator[Point]:
    """From the pump through the back into the canal, and along its back wall to the tip."""
    entry, end = level_middle(_ENTRY), level_middle(tip)
    (x, y), behind = _beside(entry, 0.62 * _at(_CANAL, entry)), 0.62
    outside = [(x + 56, y + 62), (x + 52, y + 44), (x + 36, y + 24), (x + 16, y + 14), (x + 5, y + 7), (x, y)]
    yield from _smooth(outside)[:-1]
    count = max(1, int(abs(end - entry) / _STEP))
    for place in range(count + 1):
        at = entry + (end - entry) * place / count
        yield _beside(at, behind * _at(_CANAL, at))


def _smooth(points: Sequence[Point]) -> Points:
    """A smooth line through the points (Catmull and Rom)."""
    ends = [points[0], *points, points[-1]]
    drawn: list[Point] = []
    for place, (one, other) in enumerate(pairwise(points)):
        before, after = ends[place], ends[place + 3]
        drawn.extend(_between(before, one, other, after, part / 6) for part in range(6))
    return (*drawn, points[-1])


def _between(before: Point, one: Point, other: Point, after: Point, part: float) -> Point:
    square, cube = part * part, part**3
    x, y = (
        0.5 * (2 * b + (c - a) * part + (2 * a - 5 * b + 4 * c - d) * square + (3 * b - a - 3 * c + d) * cube)
        for a, b, c, d in zip(before, one, other, after, strict=True)
    )
    return (_rounded(x), _rounded(y))


def _ellipse(middle: Point, across: float, up: float) -> Points:
    turns = [2 * pi * place / 24 for place in range(24)]
    return tuple(
        (_rounded(middle[0] + across * cos(turn)), _rounded(middle[1] + up * sin(turn))) for turn in turns
    )
