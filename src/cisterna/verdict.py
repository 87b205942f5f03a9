"""What a rule says of what it was asked: go on, go on with a reason, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

__all__ = ["Verdict", "gravest"]


class Verdict(StrEnum):
    """``ok``, ``caution`` (a reason is needed to go on) or ``stop`` (refused, no override)."""

    OK = "ok"
    CAUTION = "caution"
    STOP = "stop"


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest of ``verdicts``; ``ok`` where there is none.

    >>> gravest([Verdict.OK, Verdict.CAUTION]).value, gravest([]).value
    ('caution', 'ok')
    """
    order = list(Verdict)
    return max(verdicts, key=order.index, default=Verdict.OK)
