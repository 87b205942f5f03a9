"""Where the id of a published value stands on a figure, so that it covers nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Box", "Label", "along", "placed"]

_LETTER, _LINE, _GAP = 8.0, 12.0, 5.0
_PLAIN_LETTER = 6.4


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right end."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower end."""
        return self.top + self.height

    def meets(self, other: Box) -> bool:
        """Whether the two overlap.

        >>> Box(0, 0, 2, 2).meets(Box(1, 1, 2, 2)), Box(0, 0, 2, 2).meets(Box(2, 0, 2, 2))
        (True, False)
        """
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Box) -> bool:
        """Whether another lies inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


@dataclass(frozen=True)
class Label:
    """An id and the box that its letters fill."""

    id: str
    box: Box


def placed(wanted: Sequence[tuple[str, Box]], taken: Sequence[Box], frame: Box) -> tuple[Label, ...]:
    """A label for each id beside its own box, at the first place that is free and within ``frame``.

    >>> [label.box.left for label in placed([("T1", Box(10, 10, 4, 40))], [], Box(0, 0, 100, 100))]
    [19.0]
    """
    labels: list[Label] = []
    for name, own in wanted:
        beside = list(_beside(own, len(name) * _LETTER))
        occupied = [*taken, *(label.box for label in labels)]
        labels.append(Label(name, _first_free(beside, occupied, frame)))
    return tuple(labels)


def along(at: float, words: str, taken: Sequence[Box], frame: Box) -> Box:
    """Where words stand along a line at the height ``at``: above or below it, at the first free place.

    >>> along(50, "mild", [], Box(0, 0, 100, 100)).bottom
    48.0
    """
    width = len(words) * _PLAIN_LETTER
    first, last = frame.left + _GAP, frame.right - width - _GAP
    places = [first + share * (last - first) for share in (1.0, 0.0, 0.5, 0.25, 0.75)]
    boxes = [Box(left, top, width, _LINE) for left in places for top in (at - _LINE - 2, at + 2)]
    return _first_free(boxes, taken, frame)


def _first_free(boxes: Sequence[Box], occupied: Sequence[Box], frame: Box) -> Box:
    free = (box for box in boxes if frame.holds(box) and not any(box.meets(other) for other in occupied))
    return next(free, boxes[0])


def _beside(own: Box, width: float) -> Iterator[Box]:
    """Places around a box, the best first: right, left, above, below."""
    upright = own.height > own.width
    heights = (own.top, own.bottom - _LINE) if upright else (own.top + own.height / 2 - _LINE / 2,)
    for left in (own.right + _GAP, own.left - _GAP - width):
        yield from (Box(left, top, width, _LINE) for top in heights)
    for left in (own.left + own.width / 2 - width / 2, own.left, own.right - width):
        yield from (Box(left, top, width, _LINE) for top in (own.top - _LINE - 2, own.bottom + 2))
    for further in (16.0, 30.0):
        for left in (own.right + _GAP + further, own.left - _GAP - width - further):
            yield from (Box(left, top, width, _LINE) for top in heights)
