"""The arithmetic of boluses: how many a day, and the rate of one on top of the background."""

from __future__ import annotations

from cisterna.errors import Fault, InputError
from cisterna.instants import HOURS_PER_DAY, MINUTES_PER_HOUR
from cisterna.limits.guardrail import SLACK
from cisterna.units import decimal_text

__all__ = ["boluses_per_day", "in_words", "square_bolus_rate_ml_per_h"]


def boluses_per_day(every_h: float) -> float:
    """How many boluses a day has that come every ``every_h`` hours.

    >>> boluses_per_day(6), round(boluses_per_day(0.1), 9)
    (4.0, 240.0)
    """
    if not every_h > 0:
        raise InputError(_wrong("every_h", every_h, "a time above 0"))
    return HOURS_PER_DAY / every_h


def in_words(hours: float) -> str:
    """A duration as hours and minutes, never as one bare number.

    >>> in_words(1.5), in_words(0.1), in_words(6)
    ('1 h 30 min', '6 min', '6 h')
    """
    whole = int(hours + SLACK)
    minutes = decimal_text(max(0.0, (hours - whole) * MINUTES_PER_HOUR), 2)
    if minutes == "0":
        return f"{whole} h"
    return f"{whole} h {minutes} min" if whole else f"{minutes} min"


def square_bolus_rate_ml_per_h(
    *, volume_ml: float, duration_h: float, background_ml_per_h: float, highest_ml_per_h: float
) -> float:
    """The flow while an even bolus runs on top of the background.

    flow = background + volume / duration (Open PCA Pump Requirements 1.0.0, R5.3.0(2)). Raises
    :class:`~cisterna.errors.InputError` where it passes the highest flow of the pump: it is refused, with
    the shortest duration that would work, and never clamped.

    >>> square_bolus_rate_ml_per_h(volume_ml=1, duration_h=2, background_ml_per_h=1, highest_ml_per_h=10)
    1.5
    """
    wrong = [
        _wrong(name, amount, "0 or more")
        for name, amount in (("volume_ml", volume_ml), ("background_ml_per_h", background_ml_per_h))
        if not amount >= 0
    ]
    if not duration_h > 0:
        wrong.append(_wrong("duration_h", duration_h, "a time above 0"))
    if wrong:
        raise InputError(*wrong)
    flow = background_ml_per_h + volume_ml / duration_h
    if flow <= highest_ml_per_h * (1 + SLACK):
        return flow
    room = highest_ml_per_h - background_ml_per_h
    remedy = f"give it over at least {in_words(volume_ml / room)}" if room > 0 else "lower the background"
    raise InputError(
        Fault(
            where="duration_h",
            found=f"a flow of {decimal_text(flow, 4)} mL/h",
            allowed=f"at most {decimal_text(highest_ml_per_h, 4)} mL/h, the highest flow of the pump",
            remedy=remedy,
        )
    )


def _wrong(where: str, found: float, allowed: str) -> Fault:
    return Fault(where=where, found=str(found), allowed=allowed, remedy="correct the number")
