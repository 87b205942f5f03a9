"""The rules by which a bolus that the patient asks for is granted or denied, as arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["BolusVerdict", "WindowVerdict", "bolus_verdict", "window_verdict"]


class BolusVerdict(NamedTuple):
    """Whether a bolus is granted, from when on the next one is, and which rule denies it now."""

    allowed: bool
    next_allowed_us: int
    why: str = ""


class WindowVerdict(NamedTuple):
    """What a window would hold at most with the bolus (mL), and whether that is within its limit."""

    committed_ml: float
    allowed: bool


def bolus_verdict(
    *, now_us: int, last_us: int | None, lockout_us: int, given_today: int, allotted: int, next_day_us: int
) -> BolusVerdict:
    """Lockout and daily count: a bolus is allowed from the later of the two on.

    ``last_us`` is the last bolus that was granted, ``given_today`` how many were since the day began,
    ``next_day_us`` when the next day begins.

    >>> bolus_verdict(now_us=5, last_us=0, lockout_us=4, given_today=2, allotted=2, next_day_us=9)
    BolusVerdict(allowed=False, next_allowed_us=9, why='all 2 boluses of the day were given')
    """
    after_lockout_us = now_us if last_us is None else last_us + lockout_us
    if given_today >= allotted:
        why = f"all {allotted} boluses of the day were given"
        return BolusVerdict(
            allowed=False, next_allowed_us=max(now_us, after_lockout_us, next_day_us), why=why
        )
    if now_us < after_lockout_us:
        why = "the lockout since the last one has not passed"
        return BolusVerdict(allowed=False, next_allowed_us=after_lockout_us, why=why)
    return BolusVerdict(allowed=True, next_allowed_us=now_us)


def window_verdict(
    limit_ml: float, background_ml: float, boluses_ml: Sequence[float], request_ml: float
) -> WindowVerdict:
    """The limit of a rolling window, with a whole window of background reserved before any bolus.

    ``background_ml`` is the most that the background gives in one window, ``boluses_ml`` the boluses of
    the window that ends now. committed = background + boluses + request. A check that leaves the
    background still to come out of account allows an overdose (ICLP 2024 artefact of the Open PCA Pump).

    >>> window_verdict(limit_ml=1.0, background_ml=0.6, boluses_ml=[0.2], request_ml=0.25).allowed
    False
    """
    committed_ml = background_ml + sum(boluses_ml) + request_ml
    return WindowVerdict(committed_ml, committed_ml <= limit_ml)
