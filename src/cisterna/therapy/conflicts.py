"""Events at one instant that cannot both be true.

At one instant the written order decides what came first; that is enough for a fill and a program,
but not for two events of which one makes the other meaningless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, groupby

from cisterna.errors import Fault
from cisterna.instants import instant_us
from cisterna.therapy.corrections import Placed
from cisterna.therapy.events import Assess, Event, Topical, Weigh

__all__ = ["conflicts"]

_ONCE_AN_INSTANT = {
    "implant", "revise", "explant", "fill", "program", "single-bolus", "patient-bolus", "priming-bolus",
    "bridge-bolus", "stop", "resume", "clock", "lumbar-bolus", "oral", "interrogate",
}  # fmt: skip
_OPPOSITES = (
    frozenset({"stop", "resume"}),
    frozenset({"implant", "explant"}),
    frozenset({"implant", "revise"}),
    frozenset({"revise", "explant"}),
    frozenset({"single-bolus", "bridge-bolus"}),
)


def conflicts(ordered: Sequence[Placed]) -> Iterator[Fault]:
    """The faults of pairs of events at one instant; ``ordered`` is in the order of time."""
    for _, together in groupby((entry for entry in ordered if entry.at), key=_instant):
        for first, second in combinations(together, 2):
            if _contradict(first, second):
                yield Fault(
                    where=second.path,
                    found=f"{second.kind} at the same instant as {first.path}, {first.kind}",
                    allowed="one of them at an instant",
                    remedy="correct the time of one, if only by a minute, or leave out what was not done",
                )


def _instant(entry: Placed) -> int:
    assert entry.at is not None, "entries without an instant were left out"  # noqa: S101
    return instant_us(entry.at)


def _contradict(first: Placed, second: Placed) -> bool:
    if first.kind is None or second.kind is None:
        return False
    if first.kind != second.kind:
        return frozenset({first.kind, second.kind}) in _OPPOSITES
    if first.kind in _ONCE_AN_INSTANT:
        return True
    differ = _DIFFER.get(first.kind)
    both_read = isinstance(first.event, Event) and isinstance(second.event, Event)
    return differ is not None and both_read and differ(first.event, second.event)


def _two_weights(first: Weigh, second: Weigh) -> bool:
    pairs = ((first.weight, second.weight), (first.height, second.height))
    return any(one is not None and other is not None for one, other in pairs)


def _two_scores(first: Assess, second: Assess) -> bool:
    return (first.scale, first.site) == (second.scale, second.site)


def _one_product_twice(first: Topical, second: Topical) -> bool:
    return first.product == second.product


_DIFFER: dict[str, Callable[..., bool]] = {
    Weigh.kind: _two_weights,
    Assess.kind: _two_scores,
    Topical.kind: _one_product_twice,
}
