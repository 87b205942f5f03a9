"""The curves of the steady day as drawings, for a browser without script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cisterna.clinic.web.curves import Frame, ticks
from cisterna.clinic.web.messages import marked
from cisterna.report.wording import amount

__all__ = ["Drawing", "drawings_of"]

_Quantity = tuple[str, str, float, tuple[tuple[str, str, str], ...]]
_QUANTITIES: tuple[_Quantity, ...] = (
    (marked("Rate"), "mcg/h", 0.0, (("rate_mcg_per_h", "c-way-pump", marked("new")),)),
    (marked("Tone"), marked("mean Ashworth, scale 1 to 5"), 1.0,
     (("tone_legs", "c-way-pump", marked("legs")), ("tone_arms", "c-way-tablets", marked("arms")))),
    (marked("Baclofen in spinal fluid"), "ng/mL", 0.0,
     (("csf_tip_ng_per_ml", "c-way-pump", marked("tip")),
      ("csf_lumbar_ng_per_ml", "c-way-tablets", marked("lumbar")),
      ("csf_cistern_ng_per_ml", "c-way-cream", marked("cistern")))),
)  # fmt: skip
_EVERY_HOURS = 3
_DAY_HOURS = 24


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One quantity: its curves as (points, class), (up, words) of its axis, (across, words) of the hours.

    ``key`` names each curve, as (class, words).
    """

    title: str
    unit: str
    curves: tuple[tuple[str, str], ...]
    levels: tuple[tuple[float, str], ...]
    hours: tuple[tuple[float, str], ...]
    key: tuple[tuple[str, str], ...]


def drawings_of(facts: Mapping[str, Any]) -> tuple[Drawing, ...]:
    """Rate, tone and spinal fluid over the steady day or week."""
    hours = np.asarray(facts["minutes"], dtype=np.float64) / 60
    return tuple(_drawing(facts["steady"], hours, each) for each in _QUANTITIES)


def _drawing(
    steady: Mapping[str, Sequence[float | None]], hours: NDArray[np.float64], of: _Quantity
) -> Drawing:
    title, unit, least, curves = of
    values = {name: np.asarray(steady[name], dtype=np.float64) for name, *_ in curves}
    known = [each[np.isfinite(each)] for each in values.values()]
    levels = ticks(least, max(float(np.max(each, initial=least)) for each in known))
    last = float(hours[-1])
    frame = Frame(levels[0], levels[-1], last)
    every = _EVERY_HOURS if last <= _DAY_HOURS else _DAY_HOURS
    return Drawing(
        title=title,
        unit=unit,
        curves=tuple((frame.points(hours, values[name]), kind) for name, kind, _ in curves),
        levels=tuple((frame.up(tick), amount(tick, 2)) for tick in levels),
        key=tuple((kind, words) for _, kind, words in curves),
        hours=tuple((frame.across(hour), f"{hour:02d}:00") for hour in range(0, int(last) + 1, every)),
    )
