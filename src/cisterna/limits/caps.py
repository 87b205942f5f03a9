"""Of all caps that apply the smallest wins, and it is named."""

from __future__ import annotations

from collections.abc import Mapping

from cisterna.errors import Fault, InputError

__all__ = ["smallest_cap", "triple_cap"]


def smallest_cap(caps: Mapping[str, float | None]) -> tuple[str, float]:
    """Name and value of the smallest of ``caps``, which share one unit; the first of equal ones.

    Raises :class:`~cisterna.errors.InputError` where there is none, or where one is declared and has
    no value: a cap that is lacking refuses, it is never passed over.

    >>> smallest_cap({"site": 800.0, "label": 703.0})
    ('label', 703.0)
    """
    lacking = [name for name, value in caps.items() if value is None]
    known = {name: value for name, value in caps.items() if value is not None}
    if lacking or not known:
        raise InputError(
            Fault(
                where="caps",
                found=f"no value for {', '.join(lacking)}" if lacking else "no cap at all",
                allowed="a value for every cap that is declared",
                remedy="set the cap, or do not declare it",
            )
        )
    name = min(known, key=lambda entry: known[entry])
    return name, known[name]


def triple_cap(
    *,
    absolute: float | None,
    daily_maximum: float | None,
    current: float | None,
    times_daily_maximum: float,
    times_current: float,
) -> tuple[str, float]:
    """The smallest of an absolute cap, a multiple of the day's maximum and one of the current rate.

    All in one unit, whichever the caller has; the multipliers are the caller's too. The pattern is that
    of openaps/oref0 (lib/basal-set-temp.js). Raises as :func:`smallest_cap`.

    >>> name, cap = triple_cap(absolute=5, daily_maximum=1.2, current=1.0,
    ...                        times_daily_maximum=3, times_current=4)
    >>> name, round(cap, 9)
    ('daily maximum', 3.6)
    """
    return smallest_cap(
        {
            "absolute": absolute,
            "daily maximum": None if daily_maximum is None else times_daily_maximum * daily_maximum,
            "current": None if current is None else times_current * current,
        }
    )
