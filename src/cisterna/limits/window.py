"""The limit of a rolling window: a bolus is allowed only if it fits beside a whole window of background."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cisterna.errors import Fault, InputError
from cisterna.instants import us_of_hours
from cisterna.limits.guardrail import SLACK

__all__ = ["GivenBolus", "WindowCheck", "given_in_window_ml", "window_limit"]


@dataclass(frozen=True, kw_only=True)
class GivenBolus:
    """A bolus that was given: its volume, and the instant at which its delivery ends."""

    end_us: int
    volume_ml: float


@dataclass(frozen=True, kw_only=True)
class WindowCheck:
    """``committed_ml`` is spoken for before the request; ``room_ml`` is what is left, never negative."""

    committed_ml: float
    room_ml: float
    allowed: bool


def given_in_window_ml(boluses: Iterable[GivenBolus], at_us: int, window_h: float) -> float:
    """The volume of all boluses of which any part was, or will be, delivered in the window before ``at_us``.

    A bolus that the window cuts counts whole: its tail still lies in a window that begins later.

    >>> given_in_window_ml([GivenBolus(end_us=0, volume_ml=0.1)], at_us=3_600_000_000, window_h=1)
    0.1
    """
    since_us = at_us - us_of_hours(window_h)
    return sum(bolus.volume_ml for bolus in boluses if bolus.end_us >= since_us)


def window_limit(
    *, limit_ml: float, window_h: float, background_ml_per_h: float, given_ml: float, request_ml: float
) -> WindowCheck:
    """Whether a bolus may be given without any window of ``window_h`` passing ``limit_ml``.

    committed = boluses of the window before + background flow x the whole window; allowed where committed
    + request is at most the limit. Background that is still to come must be reserved: a check that counts
    only what has flowed allows an overdose (ICLP 2024, pca-pump-ec-artifacts). ``background_ml_per_h`` is
    the highest background of the program. Raises :class:`~cisterna.errors.InputError` for a negative
    amount or a window without length.

    >>> check = window_limit(limit_ml=1.0, window_h=4, background_ml_per_h=0.1, given_ml=0.3, request_ml=0.4)
    >>> round(check.committed_ml, 9), check.allowed
    (0.7, False)
    """
    _check(
        limit_ml=limit_ml, background_ml_per_h=background_ml_per_h, given_ml=given_ml, request_ml=request_ml
    )
    if window_h <= 0:
        raise InputError(_wrong("window_h", window_h, "a time above 0"))
    committed_ml = given_ml + background_ml_per_h * window_h
    return WindowCheck(
        committed_ml=committed_ml,
        room_ml=max(0.0, limit_ml - committed_ml),
        allowed=committed_ml + request_ml <= limit_ml * (1 + SLACK),
    )


def _check(**amounts: float) -> None:
    faults = [_wrong(name, amount, "0 or more") for name, amount in amounts.items() if not amount >= 0]
    if faults:
        raise InputError(*faults)


def _wrong(where: str, found: float, allowed: str) -> Fault:
    return Fault(where=where, found=str(found), allowed=allowed, remedy="correct the number")
